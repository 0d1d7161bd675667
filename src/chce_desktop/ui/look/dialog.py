"""The window of the site's look: choices at the left, the page as it would be at the right, saved together."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.article import ArticleFilter
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LIBRARY_READ, PREVIEW
from chce_desktop.services import themes
from chce_desktop.services.preview import Preview
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, is_dark, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.look.accent import AccentField
from chce_desktop.ui.look.blocks import BlockEditor
from chce_desktop.ui.look.faults import ThemeFaults
from chce_desktop.ui.look.steps import State, Steps, saved_step
from chce_desktop.ui.media.field import PictureField
from chce_desktop.ui.notices import confirm
from chce_desktop.ui.preview import scheme
from chce_desktop.ui.preview.themewatch import ThemeWatch
from chce_desktop.ui.settings.controls import QuietComboBox
from chce_desktop.ui.settings.themes import ThemePicker

if TYPE_CHECKING:  # the web engine is loaded when the window is seen
    from chce_desktop.ui.preview.browser import SitePage, SiteView
    from chce_desktop.ui.preview.frame import Frame

#: A burst of changes is shown once.
_PAUSE_MS = 150
_FONTS = (
    ("", mark("As the theme has them")),
    ("hei", mark("Hei (黑体) for all")),
    ("song", mark("Song (宋体) for all")),
)
_KEYS = ("theme", "accent", "fonts", "logo", "home_blocks")
_PAGES = (("home", mark("Home page")), ("list", mark("List")), ("article", mark("Article")))
_WIDTHS = (("fit", "monitor", mark("As wide as the window")), ("phone", "smartphone", mark("Phone")))


class LookDialog(DeskDialog):
    """Nothing is written before Save; only what was changed is."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "look_window", tr("Look of the site"), QSize(1280, 800), parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._before = SiteSettings()
        self._preview = Preview(desk.site)
        self._view: SiteView | None = None
        self._frame: Frame | None = None
        self._state = 0
        self._scrolled = 0.0
        self._paths = {"home": "index.html"}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._on_rest)
        self._accents = {choice.name: choice.accent for choice in themes.choices()}
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._make_choices())
        line = QFrame(self)
        set_role(line, "vline")
        row.addWidget(line)
        row.addLayout(self._make_preview(), 1)
        foot = QFrame(self)
        set_role(foot, "line")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(foot)
        column.addWidget(self._make_buttons())
        self._enable()
        self.run(self._read, done=self._show, queue=LIBRARY_READ)
        self.theme_watch = ThemeWatch(desk, self)
        self.theme_watch.changed.connect(self._on_theme_files)
        self.finished.connect(self._end)

    def _make_choices(self) -> QScrollArea:
        area = QScrollArea(self)
        area.setObjectName("look_choices")
        area.setAccessibleName(tr("Look of the site"))
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(500)
        inner = QWidget(area)
        self.theme = ThemePicker("look_theme", inner)
        self.theme.chosen.connect(self._on_theme)
        self.faults = ThemeFaults(self.desk, inner)
        self.folder = QPushButton(tr("Theme folder"), inner)
        self.folder.setObjectName("look_folder")
        self.folder.setAccessibleName(tr("Open the folder of the site's own theme files"))
        self.folder.setToolTip(tr("Files in it take the place of those of the theme."))
        self.folder.setAutoDefault(False)
        set_role(self.folder, "quiet")
        self.folder.clicked.connect(self._on_folder)
        self.accent = AccentField(inner)
        self.accent.changed.connect(self._on_change)
        self.fonts = QuietComboBox(inner)
        self.fonts.setObjectName("look_fonts")
        self.fonts.setAccessibleName(tr("Fonts"))
        for value, text in _FONTS:
            self.fonts.addItem(tr(text), value)
        self.fonts.activated.connect(self._on_change)
        self.logo = PictureField(self.desk, "look_logo", tr("Logo"), QSize(120, 48), inner)
        self.logo.changed.connect(self._on_change)
        self.blocks = BlockEditor(self.desk, inner)
        self.blocks.changed.connect(self._on_change)
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE)
        form.setVerticalSpacing(SPACE + HALF)
        form.addRow(tr("Accent colour"), self.accent)
        form.addRow(tr("Fonts"), self.fonts)
        form.addRow(tr("Logo"), self.logo)
        column = QVBoxLayout(inner)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        top = QHBoxLayout()
        top.addWidget(_heading(tr("Theme"), inner), 1)
        top.addWidget(self.folder)
        column.addLayout(top)
        column.addWidget(self.theme)
        column.addWidget(self.faults)
        column.addSpacing(HALF)
        column.addLayout(form)
        column.addSpacing(SPACE)
        column.addWidget(_heading(tr("Blocks of the home page"), inner))
        column.addWidget(self.blocks)
        column.addStretch(1)
        area.setWidget(inner)
        return area

    def _make_preview(self) -> QVBoxLayout:
        self.page_buttons: dict[str, QToolButton] = {}
        bar = QHBoxLayout()
        bar.setContentsMargins(SPACE, HALF, SPACE, HALF)
        bar.setSpacing(HALF)
        pages, widths = QButtonGroup(self), QButtonGroup(self)
        for name, text in _PAGES:
            button = self._tool(f"look_page_{name}", tr(text))
            button.setText(tr(text))
            pages.addButton(button)
            bar.addWidget(button)
            self.page_buttons[name] = button
        pages.buttonClicked.connect(lambda _: self._show_preview())
        self.page_buttons["home"].setChecked(True)
        bar.addStretch(1)
        for name, icon, text in _WIDTHS:
            button = self._tool(f"look_width_{name}", tr(text), icon)
            button.setChecked(name == "fit")
            button.clicked.connect(partial(self._on_width, name))
            widths.addButton(button)
            bar.addWidget(button)
        self.dark = self._tool("look_dark", tr("The page in the dark"), "moon")
        self.dark.setChecked(is_dark())
        self.dark.toggled.connect(lambda _: self._show_preview())
        bar.addWidget(self.dark)
        self._place = QVBoxLayout()
        self._place.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(bar)
        column.addLayout(self._place, 1)
        return column

    def _tool(self, name: str, text: str, icon: str = "") -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setCheckable(True)
        if icon:
            button.setIcon(icons.icon(icon))
        return button

    def _make_buttons(self) -> QWidget:
        foot = QWidget(self)
        buttons = QDialogButtonBox(foot)
        self.save_button = buttons.addButton(tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.save_button.setObjectName("look_save")
        self.save_button.setAccessibleName(tr("Save"))
        self.save_button.setDefault(True)
        self.steps = Steps(self._chosen, self._apply, self)
        cancel = buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("look_cancel")
        cancel.setAccessibleName(tr("Cancel"))
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout(foot)
        row.setContentsMargins(DOUBLE, SPACE + 4, DOUBLE, SPACE + 4)
        row.addWidget(self.steps)
        row.addWidget(buttons, 1)
        return foot

    # What is chosen

    def _read(self, _: Progress) -> tuple[SiteSettings, dict[str, str]]:
        """The settings, and pages that are worth looking at."""
        site = self.desk.site
        paths = {"home": "index.html"}
        newest = site.articles.page(ArticleFilter(), limit=50).articles
        shown = next((info for info in newest if info.cover and info.column_id), next(iter(newest), None))
        if shown is not None:
            paths["article"] = self._preview.article_path(shown.id)
        columns = site.columns.tree().walk()
        if columns:
            paths["list"] = f"{columns[0][0].slug}/index.html"
        return site.settings.get(), paths

    def _show(self, found: tuple[SiteSettings, dict[str, str]]) -> None:
        self._before, self._paths = found
        for name, button in self.page_buttons.items():
            button.setVisible(name in self._paths)
        self._apply({key: getattr(self._before, key) for key in _KEYS})
        self.faults.check(self._before.theme)
        self.steps.begin()

    def _apply(self, state: State) -> None:
        """Show choices."""
        self._timer.stop()
        if state["theme"] != self.theme.theme():
            self.faults.check(state["theme"])
        self.theme.set_theme(state["theme"])
        self.accent.set_theme_color(self._accents.get(state["theme"], ""))
        self.accent.set_color(state["accent"])
        self.fonts.setCurrentIndex(max(0, self.fonts.findData(state["fonts"])))
        self.logo.set_path(state["logo"])
        self.blocks.set_blocks(state["home_blocks"])
        self._enable()
        self._show_preview()

    def _chosen(self) -> dict[str, Any]:
        return {
            "theme": self.theme.theme() or self._before.theme,
            "accent": self.accent.color(),
            "fonts": self.fonts.currentData(),
            "logo": self.logo.path(),
            "home_blocks": self.blocks.blocks(),
        }

    def changes(self) -> dict[str, Any]:
        """What differs from what is stored."""
        return {key: value for key, value in self._chosen().items() if value != getattr(self._before, key)}

    def save(self) -> None:
        """Write what was changed and close."""
        changes = self.changes()
        if not self.accent.is_fine():
            self.accent.line.setFocus()
            return
        settings, before = self.desk.site.settings, self._before
        self.save_button.setEnabled(False)

        def saved(_: SiteSettings) -> None:
            self.accept()
            self.desk.undo.push(saved_step(self.desk, changes, before))

        self.run(lambda _: settings.update(**changes), done=saved, failed=lambda _: self._enable())

    def _on_theme(self, name: str) -> None:
        self.accent.set_theme_color(self._accents.get(name, ""))
        self.faults.check(name)
        self._on_change()

    def _on_folder(self) -> None:
        site = self.desk.site

        def show(folder: Path) -> None:
            self.faults.check(self.theme.theme())
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

        self.run(lambda _: themes.make_folder(site), done=show)

    def _on_theme_files(self) -> None:
        """A file of the site's theme folder changed."""
        preview = self._preview
        self.faults.check(self.theme.theme())
        self.run(lambda _: preview.renew(), done=lambda _: self._show_preview(), queue=PREVIEW)

    def _on_change(self, *_: object) -> None:
        self._enable()
        self._timer.start()

    def _on_rest(self) -> None:
        """A burst of changes has ended."""
        self.steps.note()
        self._show_preview()

    def _enable(self) -> None:
        self.save_button.setEnabled(bool(self.changes()) and self.accent.is_fine())

    # The page

    def _on_width(self, name: str) -> None:
        if self._frame is not None:
            self._frame.set_width(name)

    @property
    def page(self) -> SitePage | None:
        """The page of the web engine, once it is there."""
        return self._view.site_page if self._view is not None else None

    def _show_preview(self) -> None:
        view = self._view
        if view is None:
            return
        changes = self.changes()
        if not self.accent.is_fine():
            changes.pop("accent", None)
        preview = self._preview
        name = next(name for name, button in self.page_buttons.items() if button.isChecked())
        path = self._paths.get(name, "index.html")
        view.server.color_scheme = "dark" if self.dark.isChecked() else "light"

        def show(_: None) -> None:
            if self._view is view:
                # Each state has an address of its own: the web engine may drop a wish to load the same one again.
                self._state += 1
                url = scheme.url_of(path)
                url.setQuery(f"state={self._state}")
                same = scheme.path_of(view.url()) == path
                self._scrolled = view.site_page.scrollPosition().y() if same else 0.0
                view.site_page.setUrl(url)

        self.run(lambda _: preview.lay_settings(changes), done=show, queue=PREVIEW)

    def _on_load_finished(self) -> None:
        if self._view is not None and self._scrolled:
            # Scroll positions are told in pixels of the view, and set in those of the page.
            top = self._scrolled / self._view.zoomFactor()
            self._view.site_page.runJavaScript(f"scrollTo({{top: {top:.0f}, behavior: 'instant'}})")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._view is None:
            QTimer.singleShot(0, self, self._make_view)

    def _make_view(self) -> None:
        from chce_desktop.ui.preview.browser import SiteView
        from chce_desktop.ui.preview.frame import Frame

        if self._view is not None:
            return
        self._frame = Frame(self)
        view = SiteView(self.desk, self._preview, self._frame)
        view.setObjectName("look_page")
        view.setAccessibleName(tr("Preview"))
        self._frame.set_view(view)
        self._place.addWidget(self._frame, 1)
        self._view = view
        view.site_page.loadFinished.connect(self._on_load_finished)
        self._show_preview()

    def _end(self) -> None:
        self._timer.stop()
        self.theme_watch.stop()
        self._preview.close()
        if self._view is not None:
            self._view.dispose()
            self._view = None

    def reject(self) -> None:
        """Qt's: Esc and Cancel ask when something would be lost."""
        if not self.changes():
            super().reject()
            return
        confirm(
            self,
            tr("Close without saving the changed look?"),
            yes=tr("Discard changes"),
            on_yes=super().reject,
            destructive=True,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.changes() and self.result() != self.DialogCode.Accepted and self.isVisible():
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)


def _heading(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    set_role(label, "heading")
    return label
