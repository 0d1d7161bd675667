"""Templates of recurring articles: renamed, deleted, and begun from."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.article import Article
from chce_desktop.domain.wordbook import Template
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover
from chce_desktop.ui.notices import confirm


class TemplatesPage(QWidget):
    """The list of templates; a double click begins an article."""

    def __init__(self, dialog: DeskDialog) -> None:
        super().__init__(dialog)
        self.setObjectName("templates_page")
        self._dialog = dialog
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE + HALF)
        heading = QLabel(tr("Templates"), self)
        set_role(heading, "heading")
        column.addWidget(heading)
        hint = QLabel(tr("Save an article as a template in the menu “Article”."), self)
        set_role(hint, "hint")
        column.addWidget(hint)
        self.list = QListWidget(self)
        self.list.setObjectName("templates_list")
        self.list.setAccessibleName(tr("Templates"))
        self.list.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed)
        self.list.setTabKeyNavigation(False)
        set_role(self.list, "framed")
        self.list.itemChanged.connect(self._on_renamed)
        self.list.itemDoubleClicked.connect(lambda _: self.begin())
        self.list.itemSelectionChanged.connect(self._arrange)
        column.addWidget(self.list, 1)
        self.empty = EmptyCover(self.list.viewport(), "templates_empty", "file-text")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.remove_button = self._button("remove", tr("Delete"), "trash-2", self._on_remove)
        self.rename_button = self._button("rename", tr("Rename"), "pencil", self._on_rename)
        self.begin_button = self._button("begin", tr("New article from it"), "square-pen", self.begin)
        row.addWidget(self.remove_button)
        row.addWidget(self.rename_button)
        row.addStretch(1)
        row.addWidget(self.begin_button)
        column.addLayout(row)
        self.reload()

    def _button(self, name: str, text: str, sign: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(icons.icon(sign), text, self)
        button.setObjectName(f"templates_{name}")
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button

    def reload(self) -> None:
        """Show what the library holds now."""
        self._dialog.run(lambda _: self._dialog.desk.site.wordbook.templates(), done=self._on_loaded)

    def _on_loaded(self, found: tuple[Template, ...]) -> None:
        chosen = self._chosen()
        self.list.blockSignals(True)
        self.list.clear()
        for template in found:
            item = QListWidgetItem(icons.icon("file-text"), template.name, self.list)
            item.setData(Qt.ItemDataRole.UserRole, template.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setToolTip(template.content.get("title", ""))
            if template.name == chosen:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0 and found:
            self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        if found:
            self.empty.hide()
        else:
            self.empty.cover(
                tr("No template yet"), tr("Open an article that recurs, and choose “Save as template” in the menu.")
            )
        self._arrange()

    def _chosen(self) -> str:
        return str(self.list.currentIndex().data(Qt.ItemDataRole.UserRole) or "")

    def _arrange(self) -> None:
        for button in (self.remove_button, self.rename_button, self.begin_button):
            button.setEnabled(bool(self._chosen()))

    def begin(self) -> None:
        """A new article from the chosen template, opened at once."""
        name, desk = self._chosen(), self._dialog.desk
        if name:
            begin(desk, name, self._dialog)

    def _on_rename(self) -> None:
        if self._chosen():
            self.list.edit(self.list.currentIndex())

    def _on_renamed(self, item: QListWidgetItem) -> None:
        old, new = str(item.data(Qt.ItemDataRole.UserRole)), item.text().strip()
        if old != new:
            wordbook = self._dialog.desk.site.wordbook
            self._dialog.run(
                lambda _: wordbook.rename_template(old, new),
                done=lambda _: self.reload(),
                failed=lambda _: self.reload(),
            )

    def _on_remove(self) -> None:
        name, wordbook = self._chosen(), self._dialog.desk.site.wordbook
        if name:
            confirm(
                self,
                tr("Delete the template “{name}”?", name=name),
                hint=tr("Articles that were made from it stay."),
                yes=tr("Delete"),
                on_yes=lambda: self._dialog.run(lambda _: wordbook.remove_templates([name])),
                destructive=True,
            )


def begin(desk: Desk, name: str, dialog: DeskDialog | None = None) -> None:
    """A new article from a template, opened; `dialog` is closed then."""

    def done(article: Article) -> None:
        desk.article_wanted.emit(article.id)
        if dialog is not None:
            dialog.accept()

    run = dialog.run if dialog is not None else desk.run
    run(lambda _: desk.site.wordbook.new_article(name), done=done)


def save_as_template(desk: Desk, article_id: int, title: str, parent: QWidget) -> None:
    """Ask for a name and keep an article as a template."""
    dialog = QInputDialog(parent)
    dialog.setObjectName("template_name")
    dialog.setAccessibleName(tr("Save as template"))
    dialog.setWindowTitle(tr("Save as template"))
    dialog.setLabelText(tr("Name of the template; one of the same name is replaced"))
    dialog.setTextValue(title)
    dialog.setOkButtonText(tr("Save"))
    dialog.setCancelButtonText(tr("Cancel"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def done(template: Template) -> None:
        desk.notices.success(tr("“{name}” is among the templates.", name=template.name))

    dialog.textValueSelected.connect(
        lambda name: desk.run(lambda _: desk.site.wordbook.save_template(name, article_id), done=done)
    )
    dialog.open()
