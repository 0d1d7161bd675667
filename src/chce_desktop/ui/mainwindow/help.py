"""The shortcut help and the about box."""

from __future__ import annotations

import html
import platform

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QScrollArea, QVBoxLayout, QWidget

import chce_desktop
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.actions import Actions, plain_text
from chce_desktop.ui.appearance import DOUBLE, SPACE, TRIPLE, colors, set_role
from chce_desktop.ui.mainwindow.table import MENUS


class ShortcutsDialog(QDialog):
    """Every key that does something, made from the tables of actions."""

    def __init__(self, tables: list[Actions], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts_dialog")
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 620)
        text = QLabel(_table(tables), self)
        text.setObjectName("shortcuts_text")
        text.setAccessibleName(self.windowTitle())
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setContentsMargins(TRIPLE, SPACE, TRIPLE, SPACE)
        scroll = QScrollArea(self)
        scroll.setObjectName("shortcuts_scroll")
        scroll.setWidgetResizable(True)
        scroll.setWidget(text)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE, DOUBLE, DOUBLE)
        layout.addWidget(scroll, 1)
        layout.addWidget(buttons)


class AboutDialog(QDialog):
    """What this is, and which version."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about_dialog")
        self.setWindowTitle(tr("About CHCE Desktop"))
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel("CHCE Desktop", self)
        set_role(title, "title")
        versions = "\n".join(
            (
                tr("Version {version}", version=chce_desktop.__version__),
                f"Qt {PySide6.__version__} · Python {platform.python_version()}",
            )
        )
        lines = [
            tr("A desktop CMS for Chinese news portals: write offline, see the very page, publish with one click."),
            versions,
            tr("Free software under the MIT licence. Icons by Lucide (ISC licence)."),
        ]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(TRIPLE, TRIPLE, TRIPLE, DOUBLE)
        layout.setSpacing(DOUBLE)
        layout.addWidget(title)
        for number, line in enumerate(lines):
            label = QLabel(line, self)
            label.setObjectName(f"about_line_{number}")
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(label)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.setFixedWidth(440)


def _table(tables: list[Actions]) -> str:
    titles = dict(MENUS)
    rows = [row for table in tables for row in table.shortcut_rows()]
    parts: list[str] = []
    for menu, title in titles.items():
        found = [row for row in rows if row[0] == menu]
        if not found:
            continue
        parts.append(f"<h3>{html.escape(plain_text(tr(title)))}</h3><table cellspacing='4' width='100%'>")
        for _, text, key in found:
            parts.append(
                f"<tr><td>{html.escape(text)}</td>"
                f"<td align='right' style='color:{colors().muted}'>{html.escape(key)}</td></tr>"
            )
        parts.append("</table>")
    return "".join(parts)
