"""What went wrong in a template, told with file and line and in the user's language."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

import jinja2
from jinja2.exceptions import SecurityError

from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.sitegen.errors import TemplateFailed

_OPEN = r".*innermost block that needs to be closed is '(?P<name>[^']*)'\."
_KINDS = mark("values of these kinds cannot be put together, compared or used so")
#: What Jinja2, TOML and Python say most, and how that is said in the user's language. The first that fits counts.
_SAID = tuple(
    (re.compile(pattern, re.DOTALL), text)
    for pattern, text in (
        (r"'(?P<name>[^']*)' is undefined", mark("there is no “{name}”")),
        (r"'.*' has no attribute '(?P<name>[^']*)'", mark("nothing there has a “{name}”")),
        (r"access to attribute '(?P<name>[^']*)' of .* is unsafe\.", mark("“{name}” is closed to templates")),
        (r"No filter named '(?P<name>[^']*)'.*", mark("there is no filter “{name}”")),
        (r"No test named '(?P<name>[^']*)'.*", mark("there is no test “{name}”")),
        (rf"Unexpected end of template\.{_OPEN}", mark("the block “{name}” is never closed")),
        (
            rf"Encountered unknown tag '(?P<tag>end\w*|el\w+)'\.{_OPEN}",
            mark("“{tag}” comes before the block “{name}” is closed"),
        ),
        (r"Encountered unknown tag '(?P<tag>end\w*|el\w+)'\..*", mark("“{tag}” closes a block that is not open")),
        (r"Encountered unknown tag '(?P<tag>[^']*)'.*", mark("there is no tag “{tag}”")),
        (r"(?:u|U)nexpected end of template.*", mark("an expression is never closed")),
        (r"Missing end of (?P<name>raw|comment).*", mark("the block “{name}” is never closed")),
        (
            r"unexpected 'end of .*|expected name or number|Expected an expression, got .*",
            mark("an expression is missing"),
        ),
        (r"expected token '[^']*', got '(?P<name>.*)'", mark("“{name}” stands where it cannot stand")),
        (r"unexpected (?:char )?[\"'](?P<name>.)[\"'].*", mark("“{name}” stands where it cannot stand")),
        (r"Range too big\..*", mark("it does more than one page can need: a loop without end, or far too much text")),
        (r"can't assign to .*", mark("a name of one's own is missing")),
        (r"division by zero|.*modulo by zero", mark("it divides by zero")),
        (r"macro '(?P<name>[^']*)' takes .*", mark("the macro “{name}” is given more than it takes")),
        (r"parameter '(?P<name>[^']*)' was not provided", mark("the macro is not given its “{name}”")),
        (
            r"the template '(?P<file>[^']*)' .* does not export the requested name '(?P<name>[^']*)'",
            mark("{file} has no macro “{name}”"),
        ),
        (r"unsupported operand type.*|can only concatenate .*|'[<>]=?' not supported between .*", _KINDS),
        (r"object of type .*|type \w+ doesn't .*", _KINDS),
        (r"do_(?P<name>\w+)\(\) .*", mark("the filter “{name}” is not given what it needs")),
        (r"block '(?P<name>[^']*)' defined twice", mark("the block “{name}” stands there twice")),
        (r"'(?P<name>[^']*)' object is not (?:iterable|callable).*", mark("“{name}” is no list and nothing to call")),
        (r"Unterminated string.*", mark("a text in quotes is never closed")),
        (r"Expected '=' after a key.*", mark("after a name comes “=”")),
        (r"Cannot (?:overwrite|declare|mutate).*", mark("a name stands there twice")),
        (r"(?:Invalid|Illegal|Expected|Unclosed|Unescaped).*", mark("TOML cannot be written so")),
        (r"'utf-8' codec can't decode.*", mark("it is not text in UTF-8")),
    )
)


def said(message: str) -> str:
    """What a library said, in the user's language where that is known; without a place, which is told beside it."""
    text = re.sub(r" \(at (?:line \d+, column \d+|end of document)\)$", "", message.strip())
    for pattern, translated in _SAID:
        found = pattern.fullmatch(text)
        if found:
            return tr(translated, **found.groupdict())
    return tr("it says in its own words: {text}", text=text)


def failure(error: Exception, name: str) -> TemplateFailed:
    """The fault told with file and line. `name` is the template that was asked for."""
    detail = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, jinja2.TemplateSyntaxError):
        own = isinstance(error.__cause__, UnicodeDecodeError)
        reason = (error.message or "") if own else said(error.message or "")
        return TemplateFailed(_within(error.name) or name, error.lineno, reason, detail=detail)
    if isinstance(error, jinja2.TemplateNotFound):
        reason = tr("it needs the template {name}, which is not there", name=error.name or "")
    elif isinstance(error, SyntaxError):  # what Python's compiler says of the code that a template becomes
        return TemplateFailed(name, 0, tr("its blocks stand inside of each other far too deep"), detail=detail)
    elif isinstance(error, RecursionError):
        reason = tr("it includes or calls itself without end")
    elif isinstance(error, SecurityError) and " is unsafe" not in str(error):
        reason = str(error)  # what a template may not do is told in our own words (see `bounds`)
    else:
        reason = said(f"{error}" or type(error).__name__)
    line, file = 0, name
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.suffix in (".html", ".xml") and "templates" in path.parts:
            line, file = frame.lineno or 0, _within(frame.filename)
    return TemplateFailed(file, line, reason, detail=detail)


def _within(file: str | None) -> str:
    """The name of a template by its file, or as it is where it is a name."""
    parts = Path(file or "").parts
    return "/".join(parts[parts.index("templates") + 1 :]) if "templates" in parts else file or ""
