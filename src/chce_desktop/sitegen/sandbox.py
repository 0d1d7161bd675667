"""The sandbox that templates run in: Jinja2's, with short ways for the values that pages are made of.

A page reads some hundred fields and escapes as many values. Jinja2's sandbox asks about each of them in Python; the
code that is made here asks for nothing but the value's type where that is known to be harmless, and remembers what was
escaped. Whatever else a template does goes through Jinja2 as it is.

Whatever a template writes is looked at on its way out, most of it once for many pages: characters that no page may hold
are told (`Sandbox.doubt`), so that only pages with such are searched for them.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from jinja2 import nodes
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup, escape
from typing_extensions import override

from chce_desktop.sitegen import bounds, turns
from chce_desktop.sitegen.prose.marks import HAN, USUAL, is_harmless
from chce_desktop.sitegen.templatecode import FIELDS, HOLDERS, Code

#: So many texts are remembered, each of at most so many characters.
_REMEMBERED, _LONGEST = 16_384, 1000
#: Harmless text without any of `&<>"'`.
_PLAIN = re.compile(f"[{HAN}\n !#-%(-;=?-~{USUAL}\t]*")


class Words:
    """The theme's words in one language; `words.search` or `words["search"]`. An unknown word is a template fault."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = words
        #: The same as HTML, without those that no page may hold as they are.
        self.html = {name: str(escape(word)) for name, word in words.items() if is_harmless(word)}

    def __getattr__(self, name: str) -> str:
        try:
            return self.words[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, name: str) -> str:
        return self.words[name]


class Escaped(dict[str, str]):
    """Text to its HTML. Most values stand on more than one page."""

    def __init__(self, escape: Callable[[str], str], most: int, spend: Callable[[int], None] = lambda _: None) -> None:
        """`escape` is asked for what holds one of `&<>"'`. So many texts are remembered at `most`.

        `spend` is told what long texts cost, in turns of loops.
        """
        super().__init__()
        self._escape, self._most, self._spend = escape, most, spend
        #: Another object whenever a text was met that no page may hold as it is.
        self.doubt = object()

    def __missing__(self, text: str) -> str:
        if len(self) >= self._most:
            self.clear()
        if len(text) > bounds.LONG:
            self._spend(len(text) // bounds.TURN)
        plain = _PLAIN.fullmatch(text) is not None
        html = text if plain else self._escape(text)
        if not plain and not is_harmless(text):
            self.doubt = object()
        elif len(text) <= _LONGEST:
            self[text] = html
        return html


class Looked(Markup):
    """HTML that was looked at: nothing in it is new to `Sandbox.doubt`. Whatever is made of it is plain `Markup`."""

    __slots__ = ()

    def __new__(cls, *args: Any) -> Markup:  # type: ignore[misc]  # not of its own class, on purpose
        """What methods of `Markup` call for their results. See `looked`."""
        return Markup(*args)  # noqa: S704 - what it is made of was HTML


def looked(text: str) -> Looked:
    """HTML of which every character was looked at already."""
    return str.__new__(Looked, text)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox with these short ways, and with bounds (see `bounds`) to what a template may do for one page."""

    code_generator_class = Code
    holders, words_kind = HOLDERS, Words
    intercepted_binops = bounds.OPERATORS
    bounded, concat = staticmethod(bounds.bounded), staticmethod(bounds.joined)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.escaped = Escaped(lambda text: str(escape(text)), _REMEMBERED, self.spend)
        bounds.restrict(self)
        #: When a thread was first seen to take its time with this page.
        self._since: tuple[int, float] | None = None
        self.begin()

    @property
    def doubt(self) -> object:
        """Another object than before if anything was written since that no page may hold as it is.

        Not a switch, since two pages may be rendered at once.
        """
        return self.escaped.doubt

    def distrust(self) -> None:
        """What is written is not looked at."""
        self.escaped.doubt = object()

    def looked_at(self, html: str) -> str:
        """HTML or a part of it, looked at."""
        bounds.charge(self, html)
        if not is_harmless(html):
            self.distrust()
        return html

    def shown(self, value: object) -> str:
        """The HTML of anything else than text."""
        kind = type(value)
        if kind is Looked:
            return value  # type: ignore[return-value]  # its kind is looked at, which is quicker than isinstance
        if kind is int:
            return str(value)
        html = value if kind is Markup else str(escape(bounds.printable(value)))
        return self.looked_at(html)  # type: ignore[arg-type]  # as above

    def turns(self) -> turns.Turns:
        """What turns of a template's loops wrote: nothing yet."""
        return turns.Turns(self.escaped, Words)

    def begin(self) -> None:
        """Another page begins. Two that are rendered at once share what they may do."""
        self._left = bounds.MOST_TURNS
        self._next_look = bounds.MOST_TURNS - bounds.BETWEEN_LOOKS
        self._since = None

    def spend(self, turns: int) -> None:
        """Count turns of loops and calls. Raises SecurityError where a page has had more than it can need."""
        self._left -= turns
        if self._left < self._next_look:
            self.look()

    def look(self) -> None:
        """Look at the clock, now and then. Raises SecurityError where a page has had more than it can need."""
        if self._left < 0:
            raise bounds.too_much()
        self._next_look = max(0, self._left - bounds.BETWEEN_LOOKS)
        thread, now = threading.get_ident(), time.thread_time()
        if self._since is None or self._since[0] != thread:
            self._since = thread, now
        elif now - self._since[1] > bounds.MOST_SECONDS:
            raise bounds.too_long()

    @override
    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return bounds.annotate(super()._parse(source, name, filename))

    @override
    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """What Jinja2 allows, but for methods that make far too much of a text."""
        return super().is_safe_attribute(obj, attr, value) and not bounds.is_growing(obj, attr)

    @override
    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """`format` of a text as Jinja2 allows it, without widths that no page needs."""
        wrapped = super().wrap_str_format(value)
        if wrapped is not None and bounds.is_growing(value.__self__, value.__name__):
            raise bounds.too_much()
        return wrapped

    @override
    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The result, if it is no larger than a page can be. Raises SecurityError."""
        return bounds.operated(operator, left, right, self.binop_table[operator])

    @override
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template may use: a plain dictionary, since each page makes a copy of it."""
        return {**self.globals, **(d or {})}

    @override
    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of one of our own values; anything else is checked as Jinja2 does."""
        kind = type(obj)
        if attribute in FIELDS.get(kind, ()) or (kind is Words and attribute in obj.words):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    @override
    def getitem(self, obj: Any, argument: Any) -> Any:
        """The same for `value["field"]`, and for filters that are given a field's name."""
        if type(argument) is str and argument in FIELDS.get(type(obj), ()):
            return getattr(obj, argument)
        return super().getitem(obj, argument)

    @override
    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """A template's own macros may be called; anything else is checked as Jinja2 does."""
        self.spend(1)
        if type(obj) is not Macro:
            for value in (*args, *kwargs.values()):
                bounds.printable(value)
            bounds.charge(self, getattr(obj, "__self__", None))
            return super().call(context, obj, *args, **kwargs)
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        before = self.escaped.doubt
        further = obj.arguments[len(args) :]
        if (
            obj.caller
            or obj.catch_kwargs
            or obj.catch_varargs
            or len(args) > len(obj.arguments)
            or kwargs.keys() - further
        ):
            html = obj(context.eval_ctx, *args, **kwargs)
        else:  # what the macro would do itself
            html = obj._func(*args, *[kwargs.get(name, missing) for name in further])  # noqa: SLF001 - Jinja2's, see above
            if context.eval_ctx.autoescape:
                return looked(html) if self.escaped.doubt is before else Markup(html)  # noqa: S704 - a macro's text
        return looked(html) if type(html) is Markup and self.escaped.doubt is before else html
