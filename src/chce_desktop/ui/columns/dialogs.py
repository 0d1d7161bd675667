"""The dialogs of the column tree: properties (also of a new one) and removal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain import slugs
from chce_desktop.domain.column import Column, ColumnPatch
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.services.treesteps import TreeStep
from chce_desktop.ui.appearance import DOUBLE, SPACE, TRIPLE, restyle, set_role
from chce_desktop.ui.columns import commands
from chce_desktop.ui.columns.namelist import NameList
from chce_desktop.ui.desk import Desk


class ColumnDialog(QDialog):
    """Name, slug, description, keywords, shown in the navigation. `column` None: a new one below `parent_id`."""

    def __init__(self, desk: Desk, column: Column | None, parent_id: int | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("column_dialog")
        self.setWindowTitle(tr("Column") if column else tr("New column"))
        self.setAccessibleName(self.windowTitle())
        self.setMinimumWidth(440)
        self._desk = desk
        self._column = column
        self.name = QLineEdit(column.name if column else "", self)
        self.name.setObjectName("column_name")
        self.above = ColumnPicker(desk, tr("At the top level"), self)
        self.above.setObjectName("column_parent")
        self.above.choose(parent_id)
        self.slug = QLineEdit(column.slug if column else "", self)
        self.slug.setObjectName("column_slug")
        self.slug.setPlaceholderText(tr("made from the name"))
        self.description = QPlainTextEdit(column.description if column else "", self)
        self.description.setObjectName("column_description")
        self.description.setTabChangesFocus(True)
        self.description.setFixedHeight(72)
        self.keywords = QLineEdit(column.keywords if column else "", self)
        self.keywords.setObjectName("column_keywords")
        self.navigation = QCheckBox(tr("Shown in the site's navigation"), self)
        self.navigation.setObjectName("column_in_navigation")
        self.navigation.setAccessibleName(self.navigation.text())
        self.navigation.setChecked(column.in_navigation if column else True)
        self.problem = QLabel(self)
        self.problem.setObjectName("column_problem")
        self.problem.setWordWrap(True)
        set_role(self.problem, "error")
        self.problem.hide()
        form = QFormLayout()
        form.setHorizontalSpacing(DOUBLE)
        form.setVerticalSpacing(SPACE + 4)
        rows: list[tuple[str, QWidget]] = [(tr("&Name"), self.name)]
        if column is None:
            rows.append((tr("&Below"), self.above))
        else:
            self.above.hide()
        rows += [
            (tr("&Address"), self.slug),
            (tr("&Description"), self.description),
            (tr("&Keywords"), self.keywords),
        ]
        for text, field in rows:
            field.setAccessibleName(text.replace("&", ""))
            form.addRow(text, field)
        form.addRow("", self.navigation)
        self.buttons = QDialogButtonBox(self)
        self._save = self.buttons.addButton(
            tr("Save") if column else tr("Create column"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._save.setObjectName("column_save")
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel).setObjectName("column_cancel")
        self.buttons.accepted.connect(self._on_save)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(TRIPLE, TRIPLE, TRIPLE, DOUBLE)
        layout.setSpacing(DOUBLE)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)
        self.name.textChanged.connect(self._on_name_changed)
        self.slug.textChanged.connect(lambda _: self._complain(""))
        self._on_name_changed()

    def patch(self) -> ColumnPatch:
        """What the fields say now, as far as it differs from the column."""
        now: ColumnPatch = {
            "name": " ".join(self.name.text().split()),
            "slug": self.slug.text().strip().lower(),
            "description": self.description.toPlainText().strip(),
            "keywords": self.keywords.text().strip(),
            "in_navigation": self.navigation.isChecked(),
        }
        if self._column is None:
            return now
        if not now["slug"]:
            del now["slug"]
        before = self._column
        return {key: value for key, value in now.items() if value != getattr(before, key)}  # type: ignore[return-value]  # keys are checked by what makes it

    def _on_name_changed(self) -> None:
        name = self.name.text().strip()
        self._save.setEnabled(bool(name))
        if self._column is None:
            self.slug.setPlaceholderText(slugs.slugify(name, "column") if name else tr("made from the name"))
        self._complain("")

    def _complain(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.slug.setProperty("invalid", bool(text))
        restyle(self.slug)

    def _on_save(self) -> None:
        patch, columns, column = self.patch(), self._desk.site.columns, self._column
        slug = patch.get("slug", "")
        if slug and not slugs.is_valid(slug):
            self._complain(tr("Use small Latin letters, digits and single hyphens for the address."))
            self.slug.setFocus()
            return
        if column is not None and not patch:
            self.accept()
            return
        self._save.setEnabled(False)
        parent_id = self.above.column_id()

        def work(_: object) -> Column:
            if column is not None:
                return columns.change(column.id, patch)
            return columns.add(
                patch["name"],
                parent_id,
                slug=slug,
                description=patch["description"],
                keywords=patch["keywords"],
                in_navigation=patch["in_navigation"],
            )

        def done(saved: Column) -> None:
            if column is None:
                commands.added(self._desk, saved)
            self.accept()

        self._desk.run(work, done=done, failed=self._on_failed, owner=self)

    def _on_failed(self, error: ChceError) -> bool:
        self._save.setEnabled(True)
        self._complain(f"{error.title} {error.hint}")
        return True


class RemoveColumnDialog(QDialog):
    """Asks where the articles of a column go before it is removed."""

    def __init__(self, desk: Desk, column: Column, articles: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("remove_column_dialog")
        self.setWindowTitle(tr("Delete column"))
        self.setAccessibleName(self.windowTitle())
        self.setMinimumWidth(420)
        self._desk = desk
        self._column = column
        question = QLabel(tr("Delete the column “{name}”?", name=column.name), self)
        question.setObjectName("remove_column_question")
        question.setWordWrap(True)
        set_role(question, "heading")
        count = trn(
            "It has {n} article, which is not deleted.", "It has {n} articles, which are not deleted.", articles
        )
        hint = QLabel(count if articles else tr("It has no articles."), self)
        hint.setObjectName("remove_column_hint")
        set_role(hint, "hint")
        self.into = ColumnPicker(desk, tr("Leave them without a column"), self, without=column.id)
        self.into.setObjectName("remove_column_into")
        self.into.setAccessibleName(tr("Move the articles into"))
        self.into.choose(column.parent_id)
        label = QLabel(tr("&Move the articles into"), self)
        label.setBuddy(self.into)
        label.setVisible(bool(articles))
        self.into.setVisible(bool(articles))
        self.problem = QLabel(self)
        self.problem.setObjectName("remove_column_problem")
        self.problem.setWordWrap(True)
        set_role(self.problem, "error")
        self.problem.hide()
        buttons = QDialogButtonBox(self)
        remove = buttons.addButton(tr("Delete column"), QDialogButtonBox.ButtonRole.AcceptRole)
        remove.setObjectName("remove_column_yes")
        remove.setAutoDefault(False)
        set_role(remove, "danger")
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.setObjectName("remove_column_cancel")
        cancel.setDefault(True)
        buttons.accepted.connect(self._on_remove)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(TRIPLE, TRIPLE, TRIPLE, DOUBLE)
        layout.setSpacing(SPACE)
        for widget in (question, hint, label, self.into, self.problem, buttons):
            layout.addWidget(widget)

    def _on_remove(self) -> None:
        column, into, columns = self._column, self.into.column_id(), self._desk.site.columns

        def done(step: TreeStep) -> None:
            commands.removed(self._desk, column, into, step)
            self.accept()

        self._desk.run(
            lambda _: columns.remove(column.id, into=into),
            done=done,
            failed=self._on_failed,
            owner=self,
        )

    def _on_failed(self, error: ChceError) -> bool:
        self.problem.setText(f"{error.title} {error.hint}")
        self.problem.show()
        return True


class ColumnPicker(QComboBox):
    """Choose one column of the tree, or none, which is called `nothing`."""

    def __init__(self, desk: Desk, nothing: str, parent: QWidget | None = None, *, without: int | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._nothing = nothing
        self._without = without
        self.setMaxVisibleItems(20)
        self.setView(NameList())
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.fill()

    def fill(self) -> None:
        """Take the columns anew, keeping the choice."""
        chosen = self.column_id()
        hidden = set() if self._without is None else set(self._desk.columns.subtree(self._without))
        self.blockSignals(True)
        self.clear()
        self.addItem(self._nothing, None)
        for column, depth in self._desk.columns.walk():
            if column.id not in hidden:
                self.addItem("\u3000" * depth + column.name, column.id)
        self.choose(chosen)
        self.blockSignals(False)

    def column_id(self) -> int | None:
        """The chosen column."""
        data = self.currentData()
        return data if isinstance(data, int) else None

    def choose(self, column_id: int | None) -> None:
        """Choose a column; none where it does not exist."""
        self.setCurrentIndex(max(0, self.findData(column_id)))


def ask_removal(desk: Desk, column_id: int, parent: QWidget, then: Callable[[], object]) -> None:
    """Count the articles of a column and ask; `then` is called after it was removed."""
    column = desk.columns.get(column_id)
    if column is None:
        return
    columns = desk.site.columns

    def ask(counts: dict[int, int]) -> None:
        dialog = RemoveColumnDialog(desk, column, counts.get(column_id, 0), parent)
        dialog.accepted.connect(then)
        dialog.open()

    desk.run(lambda _: columns.article_counts(), done=ask, owner=parent)
