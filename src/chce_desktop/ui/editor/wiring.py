"""What each action of the writing desk does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QFileDialog, QMenu

from chce_desktop.domain.article import Article
from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.punctuation import full_width, half_width, quoted, spaced, unspaced
from chce_desktop.foundation.i18n import tr
from chce_desktop.services.copying import plain_html, wechat_html
from chce_desktop.services.site import Site
from chce_desktop.ui.editor import formatting, line_editing, table_editing, table_walk
from chce_desktop.ui.editor.asking import ask_link, ask_video
from chce_desktop.ui.editor.incoming import PASTING
from chce_desktop.ui.editor.visual import commands as visual_commands
from chce_desktop.ui.editor.visual import links, tables

if TYPE_CHECKING:
    from chce_desktop.ui.editor.panel import EditorPanel

PICTURES = "*.jpg *.jpeg *.png *.gif *.webp *.bmp *.tif *.tiff *.avif *.heic"
_REMOTE = re.compile(r"!\[[^\]\n]*\]\((https?://[^)\s]+)|<img[^>]+src=\"(https?://[^\"]+)\"")


def connect(panel: EditorPanel) -> None:
    """Connect every action of `commands.EDITOR_ACTIONS`."""
    editor = panel.editor
    lines: dict[str, Callable[[list[str]], list[str]]] = {
        "bullets": line_editing.with_bullets,
        "numbers": line_editing.with_numbers,
        "quote": line_editing.with_quote,
        "indent": lambda each: [line_editing.indent(line) for line in each],
        "outdent": lambda each: [line_editing.outdent(line) for line in each],
    }
    calls: dict[str, Callable[[], object]] = {
        "undo": editor.undo,
        "redo": editor.redo,
        "bold": lambda: formatting.toggle_wrap(editor, "**"),
        "italic": lambda: formatting.toggle_wrap(editor, "*"),
        "code": lambda: formatting.toggle_wrap(editor, "`"),
        "text": lambda: formatting.set_heading(editor, 0),
        "heading_1": lambda: formatting.set_heading(editor, 2),
        "heading_2": lambda: formatting.set_heading(editor, 3),
        "heading_3": lambda: formatting.set_heading(editor, 4),
        "spacing": lambda: _rewrite(panel, spaced),
        "punctuation": lambda: _rewrite(panel, full_width),
        "unspacing": lambda: _rewrite(panel, unspaced),
        "half_width": lambda: _rewrite(panel, half_width),
        "quotes": lambda: _rewrite(panel, quoted),
        "simplified": lambda: _rewrite(panel, _scripts().simplified),
        "traditional": lambda: _rewrite(panel, _scripts().traditional),
        "link": lambda: _ask_link(panel),
        "picture": lambda: _choose_files(panel),
        "media": lambda: _choose_media(panel),
        "table": lambda: insert_table(panel, 3, 3),
        "footnote": lambda: formatting.insert_footnote(editor),
        "video": lambda: ask_video(panel, panel.desk.settings.embed_hosts, panel.modes.current.insert_block),
        "rule": lambda: editor.insert_block("---"),
        "fetch": lambda: _fetch(panel),
        "paste_plain": editor.paste_plain,
        "copy_html": lambda: _copy(panel, plain_html, as_source=True),
        "copy_wechat": lambda: _copy(panel, wechat_html, as_source=False),
        "find": panel.find_bar.open_find,
        "replace": panel.find_bar.open_replace,
        "find_next": panel.find_bar.find_next,
        "find_previous": panel.find_bar.find_previous,
        "save": panel.save_version,
        "larger": lambda: editor.zoom_by(1),
        "smaller": lambda: editor.zoom_by(-1),
        "usual_size": lambda: editor.zoom_by(0),
        "row_below": lambda: table_walk.change(editor, table_walk.add_row),
        "column_right": lambda: table_walk.change(editor, table_walk.add_column),
        "remove_row": lambda: table_walk.change(editor, table_walk.remove_row),
        "remove_column": lambda: table_walk.change(editor, table_walk.remove_column),
    }
    for name, change in lines.items():
        calls[name] = lambda change=change: formatting.change_lines(  # type: ignore[misc]  # a lambda's default has no type
            editor, lambda each: change(list(each)), apart=True
        )
    stay_put = {"find", "replace", "link", "video", "picture", "media", "save"}
    for name, call in calls.items():
        either = _either(panel, panel.modes.visual_calls.get(name), call)
        panel.commands.connect_to(f"editor.{name}", either if name in stay_put else _then_write(panel, either))
    for mode in (editor, panel.modes.visual):
        panel.commands.connect_toggle("editor.focus", mode.set_focus_mode)
        panel.commands.connect_toggle("editor.typewriter", mode.set_typewriter)
    panel.commands.connect_toggle("editor.visual", panel.modes.set_visual)
    panel.commands.connect_toggle("editor.outline", lambda shown: _show_outline(panel, shown=shown))
    for mode in (editor, panel.modes.visual):
        mode.document().undoAvailable.connect(lambda _: _show_undo(panel))
        mode.document().redoAvailable.connect(lambda _: _show_undo(panel))
    panel.modes.visual.incoming.connect(panel.incoming.take)
    panel.modes.visual.menu_opening.connect(lambda menu, cursor: _offer(panel, menu, cursor))
    panel.incoming.arrivals.ask = lambda: _ask_refused(panel)
    panel.modes.switched.connect(lambda _: _on_switched(panel))


def _on_switched(panel: EditorPanel) -> None:
    panel.find_bar.set_editor(panel.modes.current)
    panel.incoming.set_editor(panel.modes.current)
    _show_undo(panel)


def _show_undo(panel: EditorPanel) -> None:
    document = panel.modes.current.document()
    panel.commands["editor.undo"].setEnabled(document.isUndoAvailable())
    panel.commands["editor.redo"].setEnabled(document.isRedoAvailable())


def _either(
    panel: EditorPanel, visual: Callable[[], object] | None, source: Callable[[], object]
) -> Callable[[], object]:
    """What an action does: `visual` in the visual editor, where it has something of its own; else `source`."""

    def call() -> object:
        if visual is not None and panel.modes.is_visual:
            return visual()
        panel.modes.bring_source()
        return source()

    return call


def insert_table(panel: EditorPanel, rows: int, columns: int) -> None:
    """A new table with its first cell selected. `rows` counts the head."""
    if panel.modes.is_visual:
        tables.insert(panel.modes.visual, rows, columns)
        return
    editor = panel.editor
    editor.insert_block("\n".join(table_editing.new_table(max(0, rows - 1), columns)))
    cursor = editor.textCursor()
    while not table_editing.is_row(cursor.block().text()) and cursor.block().previous().isValid():
        cursor.movePosition(cursor.MoveOperation.PreviousBlock)
    while cursor.block().previous().isValid() and table_editing.is_row(cursor.block().previous().text()):
        cursor.movePosition(cursor.MoveOperation.PreviousBlock)
    start, _ = table_editing.span(cursor.block().text(), 0)
    cursor.setPosition(cursor.block().position() + start)
    editor.setTextCursor(cursor)
    editor.setFocus()


def _then_write(panel: EditorPanel, call: Callable[[], object]) -> Callable[[], None]:
    def both() -> None:
        call()
        panel.modes.current.setFocus()
        panel.toolbar.show_styles(panel.modes.styles())

    return both


def _scripts() -> ModuleType:
    """Loaded when it is asked for: its dictionaries take a moment."""
    from chce_desktop.domain import scripts

    return scripts


def _rewrite(panel: EditorPanel, change: Callable[[str], str]) -> None:
    """Apply a text tool to the selection, or to the whole text."""
    editor, cursor = panel.editor, panel.modes.current.textCursor()
    if panel.modes.is_visual and cursor.hasSelection():
        visual_commands.rewrite(panel.modes.visual, change)
    elif cursor.hasSelection():
        cursor.insertText(change(cursor.selectedText().replace("\u2029", "\n")))
    else:
        editor.replace_text(change(editor.toPlainText()))


def _ask_link(panel: EditorPanel) -> None:
    modes = panel.modes
    found = links.around(modes.visual.textCursor()) if modes.is_visual else None
    if found is not None:
        _edit_link(panel, *found)
        return
    text = modes.current.textCursor().selectedText().replace("\u2029", " ").replace("\ufffc", "")

    def insert(shown: str, address: str) -> None:
        if modes.is_visual:
            visual_commands.insert_link(modes.visual, shown, address)
        else:
            formatting.insert_link(panel.editor, shown, address)

    dialog = ask_link(panel, text, insert)
    dialog.finished.connect(lambda _: modes.current.setFocus())


def _edit_link(panel: EditorPanel, link: QTextCursor, leads_to: str) -> None:
    """Change the link that `link` selects."""
    visual, text = panel.modes.visual, link.selectedText().replace("\ufffc", "")
    visual.setTextCursor(link)

    def change(shown: str, address: str) -> None:
        if shown == text or not shown:
            links.lead(visual, link, address)
        elif address:
            visual_commands.insert_link(visual, shown, address)
        else:
            links.lead(visual, link, "")
            link.insertText(shown)

    ask_link(panel, text, change, leads_to).finished.connect(lambda _: visual.setFocus())


def _offer(panel: EditorPanel, menu: QMenu, cursor: QTextCursor) -> None:
    """What the visual editor's menu offers for the place of a cursor, before what it offers everywhere."""
    names: list[str] = []
    if links.around(cursor) is not None:
        names.append("link")
    if cursor.currentTable() is not None:
        names += ["row_below", "column_right", "remove_row", "remove_column"]
    if names:
        first = menu.actions()[0]
        for name in names:
            menu.insertAction(first, panel.commands[f"editor.{name}"])
        menu.insertSeparator(first)


def _choose_files(panel: EditorPanel) -> None:
    dialog = QFileDialog(panel, tr("Choose pictures"))
    dialog.setObjectName("choose_pictures")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    pictures, everything = tr("Pictures"), tr("All files")
    dialog.setNameFilters([f"{pictures} ({PICTURES})", f"{everything} (*)"])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: panel.incoming.add_files([Path(name) for name in names]))
    dialog.open()


def _choose_media(panel: EditorPanel) -> None:
    from chce_desktop.ui.media.library import MediaDialog

    def chosen(items: tuple[MediaItem, ...]) -> None:
        panel.incoming.insert_media([item.path for item in items])

    dialog = MediaDialog(panel.desk, panel.window(), choose=True)
    dialog.chosen.connect(chosen)
    dialog.open()


def _fetch(panel: EditorPanel) -> None:
    found = [first or second for first, second in _REMOTE.findall(panel.editor.toPlainText())]
    if found:
        panel.incoming.arrivals.fetch({address: address for address in found})
    elif panel.incoming.arrivals.here():
        panel.incoming.arrivals.ask()
    else:
        panel.desk.notices.info(tr("All pictures of this text are in the media library already."))


def _ask_refused(panel: EditorPanel) -> None:
    from chce_desktop.ui.editor.refused import RefusedDialog

    if panel.incoming.arrivals.here():
        RefusedDialog(panel).show()


def _copy(panel: EditorPanel, make: Callable[[Site, Article], str], *, as_source: bool) -> None:
    """Put the article on the clipboard; `as_source`: the markup itself is what a plain text field receives."""
    article, site = panel.current(), panel.desk.site
    if article is None:
        return

    def done(html: str) -> None:
        data = QMimeData()
        data.setHtml(html)
        data.setText(html if as_source else article.body)
        QGuiApplication.clipboard().setMimeData(data)
        panel.desk.notices.success(
            tr("The article is on the clipboard as HTML.")
            if as_source
            else tr("The article is on the clipboard. Paste it into the WeChat editor.")
        )

    panel.desk.run(lambda _: make(site, article), done=done, queue=PASTING, owner=panel)


def _show_outline(panel: EditorPanel, *, shown: bool) -> None:
    panel.outline.setVisible(shown)
    panel.outline.show_text(panel.editor.toPlainText())
    panel.outline.follow(panel.modes.line())
