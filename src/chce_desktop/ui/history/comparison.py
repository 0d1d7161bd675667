"""Two states of an article beside each other: which fields differ, and the text with its differences marked."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chce_desktop.domain.article import Article
from chce_desktop.domain.differences import Change, Piece, differences
from chce_desktop.foundation.i18n import mark, tr, trn
from chce_desktop.ui.appearance import colors

#: Characters that are shown before and after a difference when only the differences are wanted.
_CONTEXT = 120

_FIELDS: tuple[tuple[str, str], ...] = (
    ("title", mark("Title")),
    ("short_title", mark("Short title")),
    ("prefix", mark("Prefix")),
    ("subtitle", mark("Subtitle")),
    ("summary", mark("Summary")),
    ("source", mark("Source")),
    ("source_url", mark("Source address")),
    ("author", mark("Author")),
    ("editor", mark("Responsible editor")),
    ("keywords", mark("Keywords")),
    ("cover", mark("Cover picture")),
)


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that differs."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What lies between two states."""

    fields: tuple[FieldDifference, ...]
    body: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not self.fields and all(piece.change is Change.SAME for piece in self.body)


def compare(before: Article, after: Article, column_name: Callable[[int | None], str]) -> Compared:
    """The differences. May take a moment for long texts: call it in a job. `column_name` gives a column's path."""
    found = [
        FieldDifference(tr(label), str(getattr(before, name)), str(getattr(after, name)))
        for name, label in _FIELDS
        if getattr(before, name) != getattr(after, name)
    ]
    if before.tags != after.tags:
        found.append(FieldDifference(tr("Tags"), tr(", ").join(before.tags), tr(", ").join(after.tags)))
    if before.column_id != after.column_id:
        found.append(FieldDifference(tr("Column"), column_name(before.column_id), column_name(after.column_id)))
    return Compared(tuple(found), differences(before.body, after.body))


def to_html(compared: Compared, *, whole: bool) -> str:
    """For a rich text view. Not `whole`: long stretches that are the same are left out."""
    parts = [_field(field) for field in compared.fields]
    if any(piece.change is not Change.SAME for piece in compared.body) or whole:
        parts.append(pieces_to_html(compared.body, whole=whole))
    return "".join(parts)


def pieces_to_html(pieces: Sequence[Piece], *, whole: bool) -> str:
    """A text with its differences marked. Not `whole`: long stretches that are the same are left out."""
    last = len(pieces) - 1
    text = "".join(_piece(piece, first=n == 0, last=n == last, whole=whole) for n, piece in enumerate(pieces))
    return f'<p style="line-height: 160%; white-space: pre-wrap;">{text}</p>'


def _field(field: FieldDifference) -> str:
    chosen = colors()
    before = _mark(field.before, Change.REMOVED) if field.before else f'<span style="color: {chosen.muted}">—</span>'
    after = _mark(field.after, Change.ADDED) if field.after else f'<span style="color: {chosen.muted}">—</span>'
    label = html.escape(field.label)
    return (
        f'<p style="line-height: 150%;"><span style="color: {chosen.muted}">{label}</span>&nbsp; {before} → {after}</p>'
    )


def _piece(piece: Piece, *, first: bool, last: bool, whole: bool) -> str:
    if piece.change is not Change.SAME:
        return _mark(piece.text, piece.change)
    text = piece.text
    head = "" if first else text[:_CONTEXT]
    tail = "" if last else text[-_CONTEXT:]
    left = len(text) - len(head) - len(tail)
    if whole or left < _CONTEXT:
        return html.escape(text)
    note = trn("[{n} character unchanged]", "[{n} characters unchanged]", left)
    between = f'<span style="color: {colors().muted}">\n … {html.escape(note)} … \n</span>'
    return f"{html.escape(head)}{between}{html.escape(tail)}"


def _mark(text: str, change: Change) -> str:
    chosen = colors()
    shown = html.escape(text).replace("\n", "↵\n") if text.strip() == "" else html.escape(text)
    if change is Change.ADDED:
        return f'<span style="background-color: {chosen.success_soft}; color: {chosen.success};">{shown}</span>'
    return (
        f'<span style="background-color: {chosen.error_soft}; color: {chosen.error}; '
        f'text-decoration: line-through;">{shown}</span>'
    )
