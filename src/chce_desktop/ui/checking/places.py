"""Going to where a finding is, and putting the suggestion in its place."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from chce_desktop.domain.findings import Finding
from chce_desktop.ui.articles.properties import PropertyPane
from chce_desktop.ui.editor.panel import EditorPanel


def widget_of(finding: Finding, editor: EditorPanel, properties: PropertyPane) -> QWidget | None:
    """The field that a finding is about, None where it has none."""
    header = editor.header
    fields: dict[str, QWidget] = {
        "title": header.title,
        "short_title": header.short_title,
        "prefix": header.prefix,
        "subtitle": header.subtitle,
        "summary": properties.summary,
        "column_id": properties.column,
        "date": properties.date,
        "tags": properties.tags,
        "cover": properties.cover,
        "body": editor.editor,
        **properties.lines,
    }
    return fields.get(finding.field)


def show(finding: Finding, editor: EditorPanel, properties: PropertyPane) -> None:
    """Put the focus where the finding is, with what was found selected."""
    widget = widget_of(finding, editor, properties)
    if widget is None:
        return
    if finding.field == "body":
        editor.go_to_line(max(0, finding.line - 1))
    if finding.field in ("short_title", "prefix", "subtitle"):
        editor.header.more.setChecked(True)
    if properties.isAncestorOf(widget):
        properties.reveal(widget)
    (editor.modes.current if finding.field == "body" else widget).setFocus()
    if isinstance(widget, QPlainTextEdit):
        editor.modes.settle()
        cursor = _selection(widget.document(), finding)
        if cursor is not None and finding.field == "body":
            editor.modes.select(cursor)
        elif cursor is not None:
            widget.setTextCursor(cursor)
    elif isinstance(widget, QLineEdit) and finding.found:
        at = _units(widget.text(), finding.column - 1)
        if widget.text()[at:].startswith(finding.found):
            widget.setSelection(at, _units(finding.found, len(finding.found)))


def can_replace(finding: Finding | None) -> bool:
    """Whether the suggestion can be put in place by one click."""
    return finding is not None and finding.suggestion is not None and finding.column > 0


def replace(finding: Finding, editor: EditorPanel, properties: PropertyPane) -> bool:
    """Put the suggestion in the place of what was found; it can be undone there. False where it stands no longer."""
    widget = widget_of(finding, editor, properties)
    if finding.suggestion is None or widget is None:
        return False
    if isinstance(widget, QPlainTextEdit):
        editor.modes.settle()
        cursor = _selection(widget.document(), finding)
        if cursor is None:
            return False
        cursor.insertText(finding.suggestion)
        return True
    if isinstance(widget, QLineEdit):
        start = _units(widget.text(), finding.column - 1)
        if not widget.text()[start:].startswith(finding.found):
            return False
        widget.setSelection(start, _units(finding.found, len(finding.found)))
        widget.insert(finding.suggestion)
        widget.textEdited.emit(widget.text())
        return True
    return False


def _selection(document: QTextDocument, finding: Finding) -> QTextCursor | None:
    """What was found, selected; None where something else stands there by now."""
    block = document.findBlockByNumber(finding.line - 1)
    if not finding.line or not block.isValid():
        return None
    cursor = QTextCursor(block)
    start = block.position() + _units(block.text(), finding.column - 1)
    cursor.setPosition(start)
    end = start + _units(finding.found, len(finding.found))
    if end >= document.characterCount():
        return None
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return cursor if cursor.selectedText().replace("\u2029", "\n") == finding.found else None


def _units(text: str, characters: int) -> int:
    """How many UTF-16 units, which Qt counts, the first characters take."""
    return len(text[:characters].encode("utf-16-le", "surrogatepass")) // 2
