"""How much a template may do for one page, so that a faulty one is told instead of filling memory or never ending.

Loops count what they go through, calls count as one; nothing may grow beyond what a page can be. Costs nothing for each
turn of a loop.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any

from jinja2 import nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context

from chce_desktop.foundation.i18n import tr

#: Turns of loops and calls for one page; characters of one value; the largest number that a filter may be given.
MOST_TURNS, MOST_CHARACTERS, MOST_NUMBER = 2_000_000, 4_000_000, 10_000
#: Operators that make much of little.
OPERATORS = frozenset({"*", "**", "%", "+"})
COUNTED = "chce_counted"
#: What Jinja2 offers and no page needs.
_REFUSED_GLOBALS = ("lipsum", "cycler", "joiner", "namespace")
_REFUSED_FILTERS = ("center", "format", "indent", "pprint", "random", "wordwrap")
_GROWING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "join", "replace", "translate", "format_map"})
#: A width of five digits, or one that is a value itself.
_WIDE = re.compile(r"\{[^{}]*(?::[^{}]*\d{5}|\{)")


def too_much() -> SecurityError:
    """What is told of a template that does more."""
    return SecurityError(tr("it does more than one page can need: a loop without end, or far too much text"))


def restrict(environment: Any) -> None:
    """Take away what no page needs, and bound the rest."""
    for name in _REFUSED_GLOBALS:
        environment.globals.pop(name, None)
    for name in _REFUSED_FILTERS:
        environment.filters.pop(name, None)
    environment.filters = {name: _careful(name, made) for name, made in environment.filters.items()}
    environment.filters |= {COUNTED: _counted}


def annotate(tree: nodes.Template) -> nodes.Template:
    """Have loops counted."""
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = nodes.Filter(loop.iter, COUNTED, [], [], None, None, lineno=loop.iter.lineno)
    return tree


def is_growing(value: object, attribute: str) -> bool:
    """Whether a method of text could make far too much of it."""
    if not isinstance(value, str):
        return False
    return attribute in _GROWING or (attribute == "format" and _WIDE.search(value) is not None)


def operated(operator: str, left: Any, right: Any, work: Callable[[Any, Any], Any]) -> Any:
    """The result of `work`, one of OPERATORS. Raises SecurityError where it would be too much."""
    numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    if operator == "**" and numbers and (abs(left) > MOST_NUMBER or abs(right) > 100):
        raise too_much()
    if operator == "%" and isinstance(left, str):
        raise too_much()
    if operator == "*" and not numbers:
        times, thing = (left, right) if isinstance(left, int) else (right, left)
        if isinstance(times, int) and isinstance(thing, Sized) and times * len(thing) > MOST_CHARACTERS:
            raise too_much()
    return bounded(work(left, right))


def bounded(value: Any) -> Any:
    """`value`, if it is no larger than a page can be. Raises SecurityError."""
    if isinstance(value, (str, list, tuple)) and len(value) > MOST_CHARACTERS:
        raise too_much()
    if isinstance(value, int) and value.bit_length() > 1024:
        raise too_much()
    return value


@pass_context
def _counted(context: Context, values: Iterable[Any]) -> Iterable[Any]:
    environment: Any = context.environment
    if isinstance(values, Sized):
        environment.spend(len(values))
        return values
    return _counting(environment, values)


def _counting(environment: Any, values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        environment.spend(1)
        yield value


def _careful(name: str, made: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that is given no number that no page needs, and whose result is a page's at most."""
    first = 1 if hasattr(made, "jinja_pass_arg") else 0  # where the value stands among what it is given

    @functools.wraps(made)
    def careful(*args: Any, **options: Any) -> Any:
        further = (*args[first + 1 :], *options.values())
        if any(isinstance(value, (int, float)) and abs(value) > MOST_NUMBER for value in further):
            raise too_much()
        longest = max((len(value) for value in further if isinstance(value, str)), default=0)
        if name == "replace" and longest * len(str(args[first])) > MOST_CHARACTERS * 10:
            raise too_much()
        if name == "join":
            args = (*args[:first], _together(args[first], longest), *args[first + 1 :])
        return bounded(made(*args, **options))

    return careful


def _together(values: Iterable[Any], between: int) -> Iterator[Any]:
    left = MOST_CHARACTERS
    for value in values:
        left -= between + (len(value) if isinstance(value, str) else 1)
        if left < 0:
            raise too_much()
        yield value
