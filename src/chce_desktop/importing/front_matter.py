"""Front matter: the fields that stand before the text of a Markdown file, as YAML or TOML.

YAML is read without types: every value is the text that was written, a list or a mapping, so that a title such as
`2024`, `no` or `12:30` stays what the author typed, and no tag can make anything else of it.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from chce_desktop.foundation.i18n import tr

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"

#: Fields of an article are a few lines; whoever needs more than this has put something else between the fences.
MAX_CHARACTERS = 100_000
MAX_DEPTH = 16
MAX_ALIASES = 100

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_OPEN = re.compile(r"\s*?(---|\+\+\+)[ \t]*\n")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_LINE = re.compile(r"([^\s:#\-][^:：]{0,60}?)\s*[:：](?:\s+|(?<=：))(.*)|([^\s:#\-][^:：]{0,60}?)\s*:\s*")


class _TooMuch(Exception):
    """Deeper nested or more often repeated than any author would."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stood before the text: its raw text, the fields, the text after it, translated warnings."""

    raw: str
    fields: dict[str, Value]
    body: str
    warnings: list[str] = field(default_factory=list)


def split(text: str) -> FrontMatter:
    """Part a file's text (line ends are line feeds) into front matter and body. What is none stays in the body.

    Mistakes never raise: what can be saved of a faulty block is saved line by line, and a warning says so.
    """
    opening = _OPEN.match(text)
    if opening is None:
        return FrontMatter("", {}, text)
    fence = opening[1]
    closing = re.compile(r"^(?:---|\.\.\.)[ \t]*$" if fence == "---" else r"^\+\+\+[ \t]*$", re.MULTILINE).search(
        text, opening.end()
    )
    if closing is None:
        return FrontMatter("", {}, text)
    raw, body = text[opening.end() : closing.start()], text[closing.end() :]
    if len(raw) > MAX_CHARACTERS:
        return FrontMatter("", {}, text, [tr("The front matter is too long and was left in the text.")])
    warnings: list[str] = []
    try:
        value = _yaml(raw) if fence == "---" else _toml(raw)
    except _TooMuch:
        return FrontMatter(
            raw, {}, body, [tr("The front matter is nested or repeated beyond reason and was left out.")]
        )
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        value = _line_by_line(raw)
        place = getattr(error, "problem_mark", None)
        line = place.line + 2 if place is not None else 1
        warnings.append(tr("The front matter has a mistake near line {line}; it was read line by line.", line=line))
    if value is None:
        return FrontMatter(raw, {}, body, warnings)
    if not isinstance(value, dict) and all(_LINE.fullmatch(line.rstrip()) for line in raw.split("\n") if line.strip()):
        value = _line_by_line(raw)  # 标题：… with full-width colons
    if not isinstance(value, dict):
        # Two rulers around a paragraph look like front matter and are none.
        return FrontMatter(
            "", {}, text, [tr("What stands between the fences is not a list of fields; it was left in the text.")]
        )
    return FrontMatter(raw, value, body, warnings)


def _yaml(raw: str) -> Value:
    """The first document, built from the parser's events, so that neither depth nor aliases can run away."""
    events = yaml.parse(raw, Loader=_Loader)
    anchors: dict[str, Value] = {}
    aliases = 0
    for event in events:
        if isinstance(event, yaml.events.DocumentStartEvent):
            break
    else:
        return None

    def build(event: yaml.events.Event, depth: int) -> Value:
        nonlocal aliases
        if depth > MAX_DEPTH:
            raise _TooMuch
        value: Value
        if isinstance(event, yaml.events.AliasEvent):
            aliases += 1
            if aliases > MAX_ALIASES:
                raise _TooMuch
            return anchors.get(str(event.anchor))
        if isinstance(event, yaml.events.ScalarEvent):
            value = None if event.implicit[0] and not event.style and event.value in _NULLS else str(event.value)
        elif isinstance(event, yaml.events.SequenceStartEvent):
            value = [build(item, depth + 1) for item in _until(events, yaml.events.SequenceEndEvent)]
        else:
            value = {}
            for key_event in _until(events, yaml.events.MappingEndEvent):
                key = build(key_event, depth + 1)
                item = build(next(events), depth + 1)
                if isinstance(key, str):
                    value[key] = item
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            anchors[anchor] = value
        return value

    first = next(events)
    return None if isinstance(first, yaml.events.DocumentEndEvent) else build(first, 0)


def _until(events: Iterator[yaml.events.Event], end: type[yaml.events.Event]) -> Iterator[yaml.events.Event]:
    for event in events:
        if isinstance(event, end):
            return
        yield event


def _toml(raw: str) -> Value:
    return _plain(tomllib.loads(raw), 0)


def _plain(value: object, depth: int) -> Value:
    if depth > MAX_DEPTH:
        raise _TooMuch
    if isinstance(value, dict):
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _line_by_line(raw: str) -> Value:
    """`key: value` lines and the `- item` lines below them: what people mean when their YAML is wrong."""
    fields: dict[str, Value] = {}
    key = ""
    for line in raw.split("\n"):
        stripped = line.strip()
        match = _LINE.fullmatch(line.rstrip())
        if match is not None:
            key = (match[1] or match[3]).strip().strip("\"'")
            fields[key] = _written(match[2] or "")
        elif stripped.startswith("- ") and key:
            items = fields.get(key)
            if items is None or isinstance(items, list):
                fields[key] = [*(items or []), _unquoted(stripped[2:])]
        elif stripped and line[:1].isspace() and isinstance(fields.get(key), str):
            fields[key] = f"{fields[key]} {stripped}"
    return fields


def _written(text: str) -> Value:
    text = text.strip()
    if text.startswith("[") and text.endswith("]") and "[" not in text[1:]:
        return [_unquoted(item) for item in text[1:-1].split(",")]
    return _unquoted(text) or None


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text
