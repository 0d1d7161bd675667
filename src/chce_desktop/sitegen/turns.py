"""Turns of loops that go through cards or tags, remembered: lists, archives, related articles show the same ones often.

A turn that names nothing but its value, the way to the root and the theme's words writes the same whenever the value
comes again, but for that way. It is kept in the pieces between which the way stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from jinja2 import nodes

from chce_desktop.sitegen.views import Card, Tag

#: Names that a turn may use besides that of its value.
_ROOT, _WORDS = "root", "words"
#: What loops go through whose turns are remembered. No two can be equal: they have other numbers of fields.
_KINDS = (Card, Tag)
#: So many turns of one loop are remembered, each of at most so many characters.
_REMEMBERED, _LONGEST = 3000, 2000
#: A way to the root is not longer.
_LONGEST_WAY = 200
#: What a turn may be made of: nothing of it changes anything, or takes long.
_SIMPLE = (
    nodes.And,
    nodes.Compare,
    nodes.CondExpr,
    nodes.Const,
    nodes.Getattr,
    nodes.If,
    nodes.Name,
    nodes.Not,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.TemplateData,
)


class Loop(NamedTuple):
    """A loop whose turns can be remembered: what its values are called, and what else its turns name."""

    value: str
    has_root: bool
    has_words: bool


def remembered(loop: nodes.For) -> Loop | None:
    """What is to be known of a loop whose turns can be remembered, None for any other."""
    if not isinstance(loop.target, nodes.Name) or loop.test or loop.recursive:
        return None
    value = loop.target.name
    if value in (_ROOT, _WORDS, "loop"):
        return None
    written = {id(child) for output in loop.find_all(nodes.Output) for child in output.nodes}
    named: set[str] = set()
    fields: set[str] = set()
    todo: list[nodes.Node] = list(loop.body)
    while todo:
        node = todo.pop()
        if not isinstance(node, _SIMPLE):
            return None
        if isinstance(node, nodes.Getattr) and not (isinstance(node.node, nodes.Name) and node.node.name == _WORDS):
            fields.add(node.attr)
        if isinstance(node, nodes.Name):
            if node.name not in (value, _ROOT, _WORDS) or (node.name == _ROOT and id(node) not in written):
                return None
            named.add(node.name)
        todo += node.iter_child_nodes()
    known = any(fields <= set(kind._fields) for kind in _KINDS)
    return Loop(value, _ROOT in named, _WORDS in named) if known else None


class _Way(str):
    """Stands for the way to the root in what a turn wrote. Known by what it is, not by its text."""

    __slots__ = ()


#: Values to what their turns wrote.
Known = dict[Card | Tag, tuple[str, ...]]


class Turns:
    """What turns wrote, of the loops of one template. `escaped` gives the HTML of a text, `words_kind` are words."""

    way: Final = _Way()
    kinds: Final = frozenset(_KINDS)

    def __init__(self, escaped: Mapping[str, str], words_kind: type) -> None:
        self._escaped, self._words_kind = escaped, words_kind
        self._known: dict[int, Known] = {}
        #: Of loops that name words, as long as there are these words: other languages have others.
        self._with_words: WeakKeyDictionary[object, dict[int, Known]] = WeakKeyDictionary()

    def begin(self, loop: int, root: object = "", words: object = ...) -> tuple[Known | None, str]:
        """What is known of the turns of a loop, and the way to the root as it is written; None where it is as usual.

        That is where one of the names stands for something else than the theme's own.
        """
        if type(root) is not str or len(root) > _LONGEST_WAY:
            return None, ""
        if words is ...:
            known = self._known.setdefault(loop, {})
        elif type(words) is self._words_kind:
            known = self._with_words.setdefault(words, {}).setdefault(loop, {})
        else:
            return None, ""
        return known, self._escaped[root]

    def end(self, known: Known | None, way: str, value: Card | Tag, parts: Sequence[str], *, harmless: bool) -> str:
        """What a turn wrote in these parts; it is remembered where it is harmless."""
        if known is None:
            return "".join(parts)
        pieces: list[str] = []
        start = 0
        for number, part in enumerate(parts):
            if part is self.way:
                pieces.append("".join(parts[start:number]))
                start = number + 1
        pieces.append("".join(parts[start:]))
        written = tuple(pieces)
        if harmless and type(value) in self.kinds and sum(map(len, written)) <= _LONGEST:
            if len(known) >= _REMEMBERED:
                for oldest in tuple(islice(known, _REMEMBERED // 4)):
                    known.pop(oldest, None)
            known[value] = written
        return way.join(written)
