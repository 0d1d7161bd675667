"""A text cut into its blocks, each with exactly the source that it was made from.

The rules of cutting are those of Python-Markdown with the extensions of `sitegen.prose`. What the visual editor shows
as something that can be edited is certain; the rest is `Kind.PROTECTED` and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from chce_desktop.domain.markdown import inline
from chce_desktop.domain.markdown.cutting import cut
from chce_desktop.domain.markdown.inline import Run, Runs
from chce_desktop.domain.markdown.kinds import DEFINITION, ITEM, NOTE, RULE, SETEXT, SPECIAL_LINE, Kind

_FENCE = re.compile(r"(`{3,}|~{3,})[ ]*([\w#.+-]*)[ ]*$")
_HEADING = re.compile(r"(#{1,6})[ \t]*((?:\\.|[^\\])*?)[ \t]*#*[ \t]*$")
_DEFINED = re.compile(r"\[(?!\^)([^\[\]]*)\]:")
_USED = re.compile(r"\[([^\[\]]*)\](?!\()")
_LONG_DEFINITION = re.compile(r"\[[^\]]*\]:")
#: A table of more cells is kept as it is: the visual editor lays all of it out for each key.
_MOST_CELLS = 1_000
_CELL = re.compile(r"((?:\\.|[^|\\])*)(\||$)")


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a list, or a paragraph of any other block. `depth` and `ordered` are a list's, counted from 0."""

    runs: Runs
    depth: int = 0
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `source` is its Markdown, `gap` the line ends and blank lines behind it.

    `level`: of a heading. `info`: the language of code, the label of a note. `lines`: what can be edited, for code its
    text in one run. `loose`: a list whose items stand apart. `rows` and `aligns`: a table's.
    """

    kind: Kind
    source: str
    gap: str = ""
    lines: tuple[Line, ...] = ()
    level: int = 0
    info: str = ""
    loose: bool = False
    rows: tuple[tuple[Runs, ...], ...] = ()
    aligns: tuple[str, ...] = field(default=())


def split(text: str) -> tuple[str, list[Block]]:
    """(the blank lines before the first block, the blocks). Together they are `text`, byte for byte."""
    lines = text.split("\n")
    starts = list(cut(lines))
    if not starts:
        return text, []
    labels = labels_of(text)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    blocks = []
    for number, (first, end, kind) in enumerate(starts):
        stop = starts[number + 1][0] if number + 1 < len(starts) else len(lines)
        source = text[offsets[first] : offsets[end] - 1]
        gap = text[offsets[end] - 1 : offsets[stop] if stop < len(lines) else len(text)]
        blocks.append(replace(_read(kind, source, labels), gap=gap))
    return text[: offsets[starts[0][0]]], blocks


def labels_of(text: str) -> frozenset[str]:
    """The labels for which a text has addresses (`[label]: address`): each makes a link of `[label]` wherever it is."""
    return frozenset(map(label, _DEFINED.findall(text))) if "]:" in text else frozenset()


def label(written: str) -> str:
    """A label as it is compared with others."""
    return " ".join(written.lower().split())


def put_together(lead: str, blocks: Sequence[Block]) -> str:
    """The text that the blocks were cut from."""
    return lead + "".join(block.source + block.gap for block in blocks)


def read_source(source: str) -> list[Block]:
    """The blocks of a piece of Markdown that is pasted."""
    return split(source.strip("\n"))[1]


# What they hold


def _read(kind: Kind, source: str, labels: frozenset[str]) -> Block:
    reader = _READERS.get(kind)
    block = reader(source) if reader is not None else None
    linked = labels and kind is not Kind.CODE and any(label(found) in labels for found in _USED.findall(source))
    return Block(Kind.PROTECTED, source) if block is None or linked else block


def _text(source: str) -> Block | None:
    lines = source.split("\n")
    if any(line != line.lstrip(" \t") for line in lines) or "\t" in source:
        return None
    bare = source.lstrip("\u3000 ")
    if _LONG_DEFINITION.match(bare) or (bare != source and _block_like(bare)):
        return None
    runs = inline.read(source.rstrip(" "))
    return None if runs is None else Block(Kind.TEXT, source, lines=(Line(runs),))


def _heading(source: str) -> Block | None:
    lines = source.split("\n")
    if len(lines) == 2:
        text, level = lines[0], 1 if lines[1].startswith("=") else 2
    else:
        found = _HEADING.match(source)
        if found is None:
            return None
        text, level = found[2], len(found[1])
    runs = inline.read(text.strip()) if text.strip() and text == text.lstrip() and "{" not in text else None
    if runs is None or any(run.picture or inline.BREAK in run.text for run in runs):
        return None
    return Block(Kind.HEADING, source, lines=(Line(runs),), level=level)


def _list(source: str) -> Block | None:
    items: list[Line] = []
    gaps: list[bool] = []
    blank = False
    lines = source.split("\n")
    aside = len(lines[0]) - len(lines[0].lstrip(" "))
    if aside and all(line[: aside + 1].strip() and line.startswith(" " * aside) for line in lines if line.strip()):
        lines = [line[aside:] for line in lines]  # the whole list stands a little to the right
    for line in lines:
        if not line.strip():
            blank = True
            continue
        found = ITEM.match(line)
        if found is None or len(found[1]) % 4 or RULE.match(line):
            return None
        depth, ordered = len(found[1]) // 4, found[2].endswith(".")
        runs = inline.read(found[3].rstrip(" "))
        if runs is None or any(run.picture for run in runs) or _block_like(found[3]):
            return None
        if items:
            gaps.append(blank)
            same = _last_at(items, depth)
            if depth > items[-1].depth + 1 or (same is not None and same.ordered != ordered):
                return None
        elif depth or (ordered and found[2] != "1."):
            return None
        if ordered and (not items or items[-1].depth < depth) and found[2] != "1.":
            return None
        items.append(Line(runs, depth, ordered))
        blank = False
    loose = any(gaps)
    if loose and (not all(gaps) or any(item.depth for item in items)):
        return None
    return Block(Kind.LIST, source, lines=tuple(items), loose=loose)


def _last_at(items: Sequence[Line], depth: int) -> Line | None:
    """The item before that stands in the same list."""
    for item in reversed(items):
        if item.depth == depth:
            return item
        if item.depth < depth:
            return None
    return None


def _block_like(text: str) -> bool:
    """Whether the text of an item or a quotation would be another block within it."""
    return bool(
        SPECIAL_LINE.match(text) or ITEM.match(text) or RULE.match(text) or DEFINITION.match(text)
    ) or text.startswith("\u3000")


def _quote(source: str) -> Block | None:
    paragraphs: list[list[str]] = [[]]
    for line in source.split("\n"):
        if not line.startswith(">"):
            return None
        text = line[1:].removeprefix(" ")
        if not text.strip():
            paragraphs.append([])
        elif text != text.lstrip() or _block_like(text) or SETEXT.match(text) or "|" in text:
            return None
        else:
            paragraphs[-1].append(text)
    lines: list[Line] = []
    for paragraph in paragraphs:
        if paragraph:
            runs = inline.read("\n".join(paragraph).rstrip(" "))
            if runs is None or any(run.picture for run in runs):
                return None
            lines.append(Line(runs))
    return Block(Kind.QUOTE, source, lines=tuple(lines)) if lines else None


def _code(source: str) -> Block | None:
    first, _, rest = source.partition("\n")
    fence = _FENCE.match(first)
    last = rest.rfind("\n")
    inside = rest[:last] if last >= 0 else ""
    if fence is None or "\u2028" in inside or any(ord(c) < 32 and c not in "\n\t" for c in inside):
        return None
    text = inside.replace("\n", inline.BREAK)
    return Block(Kind.CODE, source, lines=(Line((Run(text),) if text else ()),), info=fence[2])


def _rule(source: str) -> Block | None:
    return Block(Kind.RULE, source)


def _note(source: str) -> Block | None:
    found = NOTE.match(source)
    runs = inline.read(found[2].rstrip(" ")) if found and not _block_like(found[2]) else None
    if found is None or runs is None or any(run.picture for run in runs):
        return None
    return Block(Kind.NOTE, source, lines=(Line(runs),), info=found[1])


def _table(source: str) -> Block | None:
    lines = source.split("\n")
    if any(line != line.lstrip(" ") or "\t" in line or re.search(r"`[^`]*\|", line) for line in lines):
        return None
    delimiters = [cell.strip() for cell in _cells(lines[1])]
    aligns = tuple(
        "center"
        if d.startswith(":") and d.endswith(":")
        else "right"
        if d.endswith(":")
        else "left"
        if d[0] == ":"
        else ""
        for d in delimiters
        if d
    )
    if len(aligns) != len(delimiters) or len(aligns) * len(lines) > _MOST_CELLS:
        return None
    rows: list[tuple[Runs, ...]] = []
    for number, line in enumerate(lines):
        if number == 1:
            continue
        if "|" not in line:
            return None
        cells = _cells(line)
        if len(cells) > len(aligns) or (number == 0 and len(cells) != len(aligns)):
            return None
        read = [inline.read(cell.strip().replace("\\|", "|")) for cell in cells]
        if any(runs is None or any(run.picture for run in runs) for runs in read):
            return None
        filled = [runs for runs in read if runs is not None]
        rows.append(tuple(filled + [()] * (len(aligns) - len(filled))))
    return Block(Kind.TABLE, source, rows=tuple(rows), aligns=aligns)


def _cells(line: str) -> list[str]:
    text = line.strip().removeprefix("|")
    cells = [match[1] for match in _CELL.finditer(text) if match[1] or match[2]]
    return cells or [""]


_READERS: dict[Kind, Callable[[str], Block | None]] = {
    Kind.TEXT: _text,
    Kind.HEADING: _heading,
    Kind.LIST: _list,
    Kind.QUOTE: _quote,
    Kind.CODE: _code,
    Kind.RULE: _rule,
    Kind.NOTE: _note,
    Kind.TABLE: _table,
}
