"""The actions of the writing desk, in one table."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence

from chce_desktop.foundation.i18n import mark
from chce_desktop.ui.actions import ActionSpec

_KEY = QKeySequence.StandardKey
_OPEN = ("editor_open",)


def _row(
    action_id: str, text: str, icon: str = "", *keys: QKeySequence.StandardKey | str, menu: str, section: int = 0,
    tip: str = "", checkable: bool = False,
) -> ActionSpec:  # fmt: skip
    return ActionSpec(
        f"editor.{action_id}", text, icon, keys, menu=menu, section=section, tip=tip, needs=_OPEN, checkable=checkable
    )


#: Menus: `format`, `insert`, `edit` and `view` of the menu bar.
EDITOR_ACTIONS: tuple[ActionSpec, ...] = (
    _row("undo", mark("&Undo typing"), "undo-2", menu="editor"),
    _row("redo", mark("&Redo typing"), "redo-2", menu="editor"),
    _row("bold", mark("&Bold"), "bold", _KEY.Bold, menu="format", section=1, checkable=True),
    _row("italic", mark("&Italic"), "italic", _KEY.Italic, menu="format", section=1, checkable=True),
    _row("code", mark("&Code"), "code", "Ctrl+Shift+C", menu="format", section=1),
    _row("text", mark("Body &text"), "pilcrow", "Ctrl+Alt+0", menu="format", section=2),
    _row("heading_1", mark("Heading &1"), "heading-1", "Ctrl+Alt+1", menu="format", section=2),
    _row("heading_2", mark("Heading &2"), "heading-2", "Ctrl+Alt+2", menu="format", section=2),
    _row("heading_3", mark("Heading &3"), "heading-3", "Ctrl+Alt+3", menu="format", section=2),
    _row("bullets", mark("Bulleted &list"), "list", "Ctrl+Shift+8", menu="format", section=3, checkable=True),
    _row("numbers", mark("&Numbered list"), "list-ordered", "Ctrl+Shift+7", menu="format", section=3, checkable=True),
    _row("quote", mark("&Quotation"), "text-quote", "Ctrl+Shift+9", menu="format", section=3, checkable=True),
    _row("indent", mark("Increase indent"), "indent-increase", "Ctrl+]", menu="format", section=3),
    _row("outdent", mark("Decrease indent"), "indent-decrease", "Ctrl+[", menu="format", section=3),
    _row(
        "spacing",
        mark("Space between Han and Latin"),
        "type",
        menu="format",
        section=4,
        tip=mark("Put a space between Chinese characters and Latin words or numbers"),
    ),
    _row(
        "punctuation",
        mark("Chinese punctuation"),
        "whole-word",
        menu="format",
        section=4,
        tip=mark("Make half-width punctuation after Chinese characters full-width"),
    ),
    _row(
        "unspacing",
        mark("No space between Han and Latin"),
        menu="format",
        section=4,
        tip=mark("Take spaces between Chinese characters and Latin words or numbers away"),
    ),
    _row(
        "half_width",
        mark("Half-width punctuation"),
        menu="format",
        section=4,
        tip=mark("Make Chinese punctuation half-width, as in English texts"),
    ),
    _row(
        "quotes", mark("Chinese quotation marks"), menu="format", section=4, tip=mark("Turn straight quotes into “ ”")
    ),
    _row("simplified", mark("To simplified characters"), menu="format", section=5),
    _row("traditional", mark("To traditional characters"), menu="format", section=5),
    _row("link", mark("&Link…"), "link-2", "Ctrl+K", menu="insert", section=1),
    _row("picture", mark("&Picture from this computer…"), "image-plus", "Ctrl+Shift+I", menu="insert", section=1),
    _row("media", mark("From the &media library…"), "images", menu="insert", section=1),
    _row("table", mark("&Table"), "table", "Ctrl+Shift+T", menu="insert", section=2),
    _row("footnote", mark("&Footnote"), "superscript", "Ctrl+Alt+F", menu="insert", section=2),
    _row("video", mark("&Video…"), "clapperboard", menu="insert", section=2),
    _row("rule", mark("&Horizontal line"), "minus", menu="insert", section=2),
    _row("fetch", mark("Bring in pictures from other sites"), "download", menu="insert", section=3),
    _row("paste_plain", mark("Paste without formatting"), "clipboard-paste", "Ctrl+Shift+V", menu="edit", section=5),
    _row("copy_html", mark("Copy as HTML"), "clipboard-copy", menu="edit", section=5),
    _row(
        "copy_wechat",
        mark("Copy for WeChat"),
        "clipboard-copy",
        menu="edit",
        section=5,
        tip=mark("Copy the article with its look, to paste it into the WeChat editor"),
    ),
    _row("find", mark("&Find in text…"), "search", _KEY.Find, menu="edit", section=6),
    _row("replace", mark("&Replace…"), "replace", _KEY.Replace, "Ctrl+H", menu="edit", section=6),
    _row("find_next", mark("Find next"), "", "F3", menu="edit", section=6),
    _row("find_previous", mark("Find previous"), "", "Shift+F3", menu="edit", section=6),
    _row(
        "save",
        mark("&Save a version"),
        "",
        _KEY.Save,
        menu="edit",
        section=7,
        tip=mark("Keep the text of now in the history for good. It is saved all the time anyway."),
    ),
    _row(
        "visual",
        mark("&Visual editor"),
        "file-type",
        "Ctrl+Alt+V",
        menu="view",
        section=5,
        tip=mark("Write as readers see it, or in Markdown. Both are the same text."),
        checkable=True,
    ),
    _row("outline", mark("&Outline"), "list-tree", "Ctrl+Shift+O", menu="view", section=5, checkable=True),
    _row("focus", mark("&Focus on the paragraph"), "focus", menu="view", section=5, checkable=True),
    _row("typewriter", mark("&Typewriter mode"), "align-center-vertical", menu="view", section=5, checkable=True),
    _row("larger", mark("Larger text"), "zoom-in", _KEY.ZoomIn, "Ctrl+=", menu="view", section=6),
    _row("smaller", mark("Smaller text"), "zoom-out", _KEY.ZoomOut, menu="view", section=6),
    _row("usual_size", mark("Usual text size"), "", "Ctrl+0", menu="view", section=6),
    _row("row_below", mark("Add row below"), menu="table", section=1),
    _row("column_right", mark("Add column to the right"), menu="table", section=1),
    _row("remove_row", mark("Remove row"), menu="table", section=2),
    _row("remove_column", mark("Remove column"), menu="table", section=2),
)

#: The toolbar, group by group; "styles", "picture_menu", "table" and "view" open menus.
TOOLBAR: tuple[tuple[str, ...], ...] = (
    ("undo", "redo"),
    ("styles", "bold", "italic"),
    ("bullets", "numbers", "quote"),
    ("link", "picture_menu", "table", "footnote", "video", "rule"),
    ("find",),
)

#: What leaves the toolbar first where there is no room for all of it.
FOLDED_FIRST = ("rule", "video", "footnote", "redo", "undo", "quote", "numbers", "italic", "link", "find", "bullets")
