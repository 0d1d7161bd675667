"""Blocks whose lines were edited, as Markdown."""

from __future__ import annotations

import re

from chce_desktop.domain.markdown import inline
from chce_desktop.domain.markdown.blocks import Block, label
from chce_desktop.domain.markdown.inline_writer import write as write_runs
from chce_desktop.domain.markdown.kinds import Kind

#: What stands for itself, or a bracketed piece that is no link yet.
_BRACKETED = re.compile(r"\\.|`[^`\n]*`|\[([^\[\]]*)\](?!\()")


def shielded(source: str, labels: frozenset[str]) -> str:
    """A block that was written, in a text with these labels (`blocks.labels_of`): no bracket of it becomes a link."""

    def shield(match: re.Match[str]) -> str:
        linked = match[1] is not None and label(match[1]) in labels
        return f"\\[{match[1]}\\]" if linked else match[0]

    return _BRACKETED.sub(shield, source) if labels else source


def write(block: Block) -> str:
    """The Markdown of a block whose lines were edited; "" for one without text."""
    match block.kind:
        case Kind.HEADING:
            text = write_runs(block.lines[0].runs).replace(inline.BREAK, " ").replace("  \n", " ")
            text = re.sub(r"#+$", lambda m: "\\#" * len(m.group()), text)
            return f"{'#' * block.level} {text}" if text.strip() else ""
        case Kind.LIST:
            return _written_list(block)
        case Kind.QUOTE:
            paragraphs = [write_runs(line.runs).replace("\n", "\n> ") for line in block.lines]
            return "\n>\n".join(f"> {text}" for text in paragraphs if text)
        case Kind.CODE:
            return _written_code(block)
        case Kind.NOTE:
            text = write_runs(block.lines[0].runs).replace("  \n", " ") if block.lines else ""
            return f"[^{block.info}]: {text or '&nbsp;'}"
        case Kind.TABLE:
            return _written_table(block)
        case Kind.TEXT:
            return write_runs(block.lines[0].runs) if block.lines else ""
        case _:
            return block.source


def _written_list(block: Block) -> str:
    numbers: dict[int, int] = {}
    lines = []
    for item in block.lines:
        for deeper in [depth for depth in numbers if depth > item.depth]:
            del numbers[deeper]
        numbers[item.depth] = numbers.get(item.depth, 0) + 1
        mark = f"{numbers[item.depth]}." if item.ordered else "-"
        text = write_runs(item.runs).replace("  \n", " ")
        lines.append(f"{'    ' * item.depth}{mark} {text or '&nbsp;'}")
    return ("\n\n" if block.loose else "\n").join(lines)


def _written_code(block: Block) -> str:
    text = "".join(run.text for line in block.lines for run in line.runs).replace(inline.BREAK, "\n")
    longest = max((len(found) for found in re.findall(r"^`+", text, re.MULTILINE)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{block.info}\n{text}\n{fence}"


def _written_table(block: Block) -> str:
    marks = {"": "---", "left": ":--", "right": "--:", "center": ":-:"}
    rows = [[write_runs(cell, cell=True) or " " for cell in row] for row in block.rows]
    written = [f"| {' | '.join(row)} |" for row in rows]
    written.insert(1, f"| {' | '.join(marks[align] for align in block.aligns)} |")
    return "\n".join(written)
