"""How much a template may do for one page, so that a faulty one is told instead of filling memory or never ending.

Loops count what they go through, calls count as one, what is done with long texts by their length; nothing may grow
beyond what a page can be. What nobody counts (comparisons, pieces of texts) is bounded by the processor time of a page.
Costs nothing for each turn of a loop, but for every 64th of long ones.
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
#: Characters of all of a page: its values may stand there more than once.
_MOST_OF_PAGE = 10 * MOST_CHARACTERS
#: Processor time for one page in seconds: the largest pages take hundredths.
MOST_SECONDS = 10.0
#: The clock is looked at after so many turns and calls; loops with more turns look at it by themselves.
BETWEEN_LOOKS, _LONG_LOOP, _TURNS_BETWEEN = 1000, 100, 64
#: So many characters or values of what is longer than `LONG` cost a turn.
TURN, LONG = 50, 1000
#: Operators that make much of little.
OPERATORS = frozenset({"*", "**", "%", "+"})
COUNTED, PRINTABLE = "chce_counted", "chce_printable"
#: What Jinja2 offers and no page needs.
_REFUSED_GLOBALS = ("lipsum", "cycler", "joiner", "namespace")
#: Filters that take a list as it is; all others make text of it.
_OF_LISTS = frozenset({
    "attr", "batch", "count", "d", "default", "dictsort", "first", "groupby", "items", "join", "last", "length", "list",
    "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "slice", "sort", "sum", "unique",
})  # fmt: skip
_CONTAINERS = (list, tuple, dict, set, frozenset)
_REFUSED_FILTERS = ("center", "format", "indent", "pprint", "random", "wordwrap")
_GROWING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "join", "replace", "translate", "format_map"})
#: A width of five digits, or one that is a value itself.
_WIDE = re.compile(r"\{[^{}]*(?::[^{}]*\d{5}|\{)")


def too_much() -> SecurityError:
    """What is told of a template that does more."""
    return SecurityError(tr("it does more than one page can need: a loop without end, or far too much text"))


def too_long() -> SecurityError:
    """What is told of a template that does it for longer."""
    return SecurityError(tr("it takes far longer than any page can need"))


def restrict(environment: Any) -> None:
    """Take away what no page needs, and bound the rest."""
    for name in _REFUSED_GLOBALS:
        environment.globals.pop(name, None)
    for name in _REFUSED_FILTERS:
        environment.filters.pop(name, None)
    environment.filters = {name: _careful(name, made, environment) for name, made in environment.filters.items()}
    environment.filters |= {COUNTED: _counted, PRINTABLE: printable}


def annotate(tree: nodes.Template) -> nodes.Template:
    """Have loops counted, and what is joined looked at."""
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = nodes.Filter(loop.iter, COUNTED, [], [], None, None, lineno=loop.iter.lineno)
    for joint in list(tree.find_all(nodes.Concat)):
        joint.nodes = [
            part
            if isinstance(part, nodes.Const)
            else nodes.Filter(part, PRINTABLE, [], [], None, None, lineno=part.lineno)
            for part in joint.nodes
        ]
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


def joined(parts: Iterable[str]) -> str:
    """The text of a page, or of a part of it. Raises SecurityError where it is larger than a page can be."""
    found = list(parts)
    if sum(map(len, found)) > _MOST_OF_PAGE:
        raise too_much()
    return "".join(found)


def printable(value: Any) -> Any:
    """`value`, if the text of it is no larger than a page can be: a list may hold a long text many times."""
    if not isinstance(value, _CONTAINERS):
        return value
    left, open_ = MOST_CHARACTERS, [value]
    while open_:
        found = open_.pop()
        for each in (*found, *found.values()) if isinstance(found, dict) else found:
            left -= len(each) if isinstance(each, str) else 1
            if isinstance(each, _CONTAINERS):
                open_.append(each)
            if left < 0:
                raise too_much()
    return value


@pass_context
def _counted(context: Context, values: Iterable[Any]) -> Iterable[Any]:
    environment: Any = context.environment
    if isinstance(values, Sized):
        environment.spend(len(values))
        return values if len(values) <= _LONG_LOOP else _watched(environment, values, 0)
    return _watched(environment, values, _TURNS_BETWEEN)


def _watched(environment: Any, values: Iterable[Any], turns: int) -> Iterator[Any]:
    """The values, of which so many cost as many turns as are given and a look at the clock."""
    for number, value in enumerate(values):
        if number % _TURNS_BETWEEN == 0:
            environment.spend(turns)
            environment.look()
        yield value


def charge(environment: Any, value: object) -> None:
    """Count what is done with a long text or list."""
    if isinstance(value, (str, list, tuple)) and len(value) > LONG:
        environment.spend(len(value) // TURN)


def _careful(name: str, made: Callable[..., Any], environment: Any) -> Callable[..., Any]:
    """A filter that is given no number that no page needs, and whose result is a page's at most."""
    first = 1 if hasattr(made, "jinja_pass_arg") else 0  # where the value stands among what it is given

    @functools.wraps(made)
    def careful(*args: Any, **options: Any) -> Any:
        further = (*args[first + 1 :], *options.values())
        charge(environment, args[first])
        if name not in _OF_LISTS:
            printable(args[first])
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
