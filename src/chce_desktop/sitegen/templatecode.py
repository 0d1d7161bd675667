"""The code that templates become: Jinja2's, with short ways for the values that pages are made of (see `sandbox`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from typing_extensions import override

from chce_desktop.sitegen import turns, views
from chce_desktop.sitegen.prose.marks import is_harmless

#: Grows whenever the same template would become other code than before.
EDITION = 7
#: Names that stand for `Words` wherever templates use them.
_WORDS = ("words", "parts")

#: Our own values, and the fields that each has.
FIELDS: Mapping[type, frozenset[str]] = {
    kind: frozenset(kind._fields)
    for kind in vars(views).values()
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")
}
#: Field to the values that have it.
HOLDERS: Mapping[str, frozenset[type]] = {
    field: frozenset(kind for kind, names in FIELDS.items() if field in names)
    for field in sorted(set().union(*FIELDS.values()))
}


class _Turn(NamedTuple):
    """A loop whose turns are remembered, and what the code calls what is known of it and the way to the root."""

    loop: turns.Loop
    known: str
    way: str


class Code(CodeGenerator):
    """Makes a template's code. `v` is the value that is looked at, `h_<field>` are the types that have a field."""

    #: The loop whose turn comes next, and the one whose turn is being made.
    _coming: _Turn | None = None
    _turn: _Turn | None = None
    _loops = 0

    @override
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """All of it; behind it the names that it uses besides Jinja2's."""
        super().visit_Template(node, frame)
        self.writeline("escaped, shown = environment.escaped, environment.shown")
        self.writeline("words_kind, looked_at = environment.words_kind, environment.looked_at")
        self.writeline("turns = environment.turns()")
        self.writeline("kinds, way = turns.kinds, turns.way")
        for field in sorted({found.attr for found in node.find_all(nodes.Getattr)} & HOLDERS.keys()):
            self.writeline(f"h_{field} = environment.holders[{field!r}]")

    @override
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """A field of one of our own values, a word; for anything else Jinja2's way, which may refuse it."""
        name = node.attr
        if isinstance(node.node, nodes.Name) and node.node.name in _WORDS:
            short = f"v.words[{name!r}]", f"is words_kind and {name!r} in v.words"
        elif name in HOLDERS:
            short = f"v.{name}", f"in h_{name}"
        else:
            super().visit_Getattr(node, frame)
            return
        self.write(f"({short[0]} if type(v := ")
        self.visit(node.node, frame)
        self.write(f") {short[1]} else environment.getattr(v, {name!r}))")

    @override
    def visit_For(self, node: nodes.For, frame: Frame) -> None:
        """A loop; one of cards or tags looks first whether the turn is known (see `turns`)."""
        usual = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and not frame.require_output_check
        loop = turns.remembered(node) if usual and self._turn is None else None
        if loop is not None:
            self._coming = _Turn(loop, self.temporary_identifier(), self.temporary_identifier())
            self._loops += 1
            names = {"root": loop.has_root, "words": loop.has_words}
            given = [f"{name}={_raw(name, frame)}" for name, wanted in names.items() if wanted]
            number = str(self._loops)
            self.writeline(f"{self._coming.known}, {self._coming.way} = turns.begin({', '.join([number, *given])})")
        super().visit_For(node, frame)

    @override
    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """The nodes; those of a turn that may be known only where it is not."""
        turn, self._coming = self._coming, None
        if turn is None:
            super().blockvisit(nodes, frame)
            return
        value, buffered = frame.symbols.ref(turn.loop.value), frame.copy()
        self.writeline(
            f"if {turn.known} is None or type({value}) not in kinds or (v := {turn.known}.get({value})) is None:"
        )
        self.indent()
        self.buffer(buffered)
        doubt = self.temporary_identifier()
        self.writeline(f"{doubt} = escaped.doubt")
        self._turn = turn
        super().blockvisit(nodes, buffered)
        self._turn = None
        self.start_write(frame)
        harmless = f"harmless=escaped.doubt is {doubt}"
        self.write(f"turns.end({turn.known}, {turn.way}, {value}, {buffered.buffer}, {harmless})")
        self.end_write(frame)
        self.outdent()
        self.writeline("else:")
        self.indent()
        self.start_write(frame)
        self.write(f"{turn.way}.join(v)")
        self.end_write(frame)
        self.outdent()

    @override
    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """Texts that are joined, if they are no longer than a page can be."""
        self.write("environment.bounded(")
        super().visit_Concat(node, frame)
        self.write(")")

    @override
    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        """What is included without a context is rendered once for many pages."""
        if not node.with_context:
            self.writeline("environment.distrust()")
        super().visit_Include(node, frame)

    @override
    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:
        """What a filter makes of a block is written as it is."""
        self.writeline("environment.distrust()")
        super().visit_FilterBlock(node, frame)

    @override
    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:
        """What is called with a block may be no macro."""
        self.writeline("environment.distrust()")
        super().visit_CallBlock(node, frame)

    @override
    def _output_const_repr(self, group: Iterable[Any]) -> str:
        text = "".join(map(str, group))
        return repr(text) if is_harmless(text) else f"looked_at({text!r})"

    @override
    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            self.write("looked_at(")
            super()._output_child_pre(node, frame, finalize)
            return
        if self._turn is not None and _is_root(node):
            self.write(f"(way if {self._turn.known} is not None else ")
        word = _word(node)
        if word is not None:
            self.write(f"(v.html[{word.attr!r}] if type(v := ")
            self.visit(word.node, frame)
            self.write(f") is words_kind and {word.attr!r} in v.html else ")
        self.write("(escaped[v] if type(v := ")

    @override
    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_post(node, frame, finalize)
            self.write(")")
            return
        self.write(") is str else shown(v))" if _word(node) is None else ") is str else shown(v)))")
        if self._turn is not None and _is_root(node):
            self.write(")")


def _is_root(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name) and node.name == "root"


def _raw(name: str, frame: Frame) -> str:
    """The code for what a name stands for, or `missing`."""
    return frame.symbols.find_ref(name) or f"resolve({name!r})"


def _word(node: nodes.Expr) -> nodes.Getattr | None:
    """The word that is written, if it is one."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name in _WORDS:
        return node
    return None
