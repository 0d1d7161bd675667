"""The window of the site's look: everything is tried in the preview, and written only by Save."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from shiboken6 import isValid

from chce_desktop.domain import contrast
from chce_desktop.domain.article import ArticlePatch, State
from chce_desktop.domain.homepage import BlockKind, BlockLayout, HomeBlock
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.look import LookDialog
from tests.helpers.qt import wait_until

pytestmark = pytest.mark.gui


class Look:
    """The dialog, with a way to ask its page."""

    def __init__(self, dialog: LookDialog) -> None:
        self.dialog = dialog

    def js(self, code: str) -> Any:
        results: list[Any] = []
        page = self.dialog.page
        assert page is not None
        page.runJavaScript(f"JSON.stringify({code})", 0, results.append)
        wait_until(lambda: results, what=code)
        return json.loads(results[0]) if results[0] else None

    def wait(self, code: str, value: object) -> None:
        wait_until(lambda: self.dialog.page is not None, what="the web engine")
        wait_until(lambda: self.js(code) == value, what=f"{code} == {value!r}")


STYLESHEET = "document.querySelector('link[rel=stylesheet]')?.getAttribute('href').split('.')[0] ?? ''"
ACCENT = "getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()"
HEADINGS = "[...document.querySelectorAll('main section h2')].map(h => h.textContent)"


@pytest.fixture
def filled(site: Site) -> Site:
    for name in ("新闻", "政策"):
        column = site.columns.add(name)
        for number in (1, 2):
            title = f"{name}第{number}篇"
            site.articles.create(ArticlePatch(title=title, body="正文。", column_id=column.id, state=State.READY))
    return site


@pytest.fixture
def look(filled: Site, desk: Desk) -> Iterator[Look]:
    wait_until(lambda: desk.is_loaded and len(desk.columns.walk()) == 2)
    dialog = LookDialog(desk)
    dialog.show()
    wait_until(lambda: dialog.blocks.list.count() == 4)
    yield Look(dialog)
    if isValid(dialog):
        dialog.hide()
        dialog.done(0)


def closed(dialog: LookDialog) -> bool:
    return not isValid(dialog) or not dialog.isVisible()


def press(dialog: LookDialog, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(dialog.blocks.list, key, modifier)


def test_the_page_shows_the_change_before_it_is_saved_and_cancel_leaves_all_as_it_was(look: Look, filled: Site) -> None:
    dialog, before = look.dialog, filled.settings.get()
    look.wait(STYLESHEET, "assets/portal")
    dialog.theme.setCurrentRow(1)
    look.wait(STYLESHEET, "assets/journal")
    dialog.accent.line.setText("#7a3b00")
    look.wait(ACCENT, "#7a3b00")
    assert filled.settings.get() == before
    dialog.reject()
    question = dialog.findChild(QMessageBox, "question")
    assert question is not None
    next(button for button in question.buttons() if button.objectName() == "question_yes").click()
    wait_until(lambda: closed(dialog))
    assert filled.settings.get() == before


def test_blocks_are_moved_by_keys_added_and_changed(look: Look, filled: Site) -> None:
    dialog, editor = look.dialog, look.dialog.blocks
    look.wait(f"{HEADINGS}.slice(-2)", ["新闻", "政策"])
    editor.list.setCurrentRow(3)
    for _ in range(3):
        press(dialog, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert editor.blocks()[0].kind is BlockKind.COLUMNS
    look.wait(f"{HEADINGS}.slice(0, 2)", ["新闻", "政策"])
    press(dialog, Qt.Key.Key_Delete)
    look.wait(f"{HEADINGS}.includes('政策')", False)
    menu = editor.add.menu()
    next(action for action in menu.actions() if action.objectName() == "look_add_column").trigger()
    editor.title.setText("本周政策")
    editor.title.textEdited.emit("本周政策")
    editor.column.setCurrentIndex(1)
    editor.column.activated.emit(1)
    editor.length.setValue(1)
    editor.layout_choice.setCurrentIndex(editor.layout_choice.findData(BlockLayout.CARDS))
    editor.layout_choice.activated.emit(0)
    look.wait(f"{HEADINGS}.includes('本周政策')", True)
    dialog.save_button.click()
    wait_until(lambda: closed(dialog))
    column = filled.columns.tree().walk()[1][0]
    added = HomeBlock(BlockKind.COLUMN, "本周政策", column.id, 1, BlockLayout.CARDS)
    assert added in filled.settings.get().home_blocks
    assert len(filled.settings.get().home_blocks) == 4


def test_the_usual_blocks_are_stored_as_none(look: Look) -> None:
    editor = look.dialog.blocks
    editor.list.setCurrentRow(0)
    editor.down.click()
    assert look.dialog.changes().keys() == {"home_blocks"}
    editor.up.click()
    assert look.dialog.changes() == {}
    editor.remove.click()
    editor.reset.click()
    assert look.dialog.changes() == {}
    assert SiteSettings().home_blocks == ()


def test_a_colour_that_cannot_be_read_is_not_saved_but_mended(look: Look, filled: Site) -> None:
    dialog = look.dialog
    dialog.accent.line.setText("#ffe100")
    assert not dialog.save_button.isEnabled()
    assert "4.5" in dialog.accent.verdict.text()
    dialog.accent.mend.click()
    assert dialog.accent.is_fine()
    dialog.save_button.click()
    wait_until(lambda: closed(dialog))
    accent = filled.settings.get().accent
    assert contrast.ratio(accent, contrast.WHITE) >= contrast.ENOUGH


def test_fonts_are_tried_too(look: Look) -> None:
    look.wait(STYLESHEET, "assets/portal")
    fonts = look.dialog.fonts
    fonts.setCurrentIndex(fonts.findData("song"))
    fonts.activated.emit(fonts.currentIndex())
    look.wait("getComputedStyle(document.documentElement).getPropertyValue('--text-font').includes('Song')", True)
    assert look.dialog.changes() == {"fonts": "song"}
    fonts.setCurrentIndex(0)
    assert look.dialog.changes() == {}


def test_the_faults_of_the_sites_own_theme_folder_are_told(look: Look, filled: Site) -> None:
    faults = look.dialog.faults
    assert faults.isHidden()
    template = filled.folder / "theme" / "templates" / "list.html"
    template.parent.mkdir(parents=True)
    template.write_text("<h1>\n{{ nmae }}</h1>", encoding="utf-8")
    look.dialog.theme.setCurrentRow(1)
    wait_until(lambda: faults.list.count() > 0, what="the faults")
    assert any("templates/list.html:2" in faults.list.item(row).text() for row in range(faults.list.count()))
    template.unlink()
    faults.again.click()
    wait_until(lambda: faults.list.count() == 0 and "no fault" in faults.summary.text())


def test_a_theme_file_that_is_edited_meanwhile_is_noticed(
    look: Look, filled: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = look.dialog
    footer = "document.querySelector('footer')?.textContent.trim().slice(0, 3) ?? ''"
    wait_until(lambda: look.dialog.page is not None and bool(look.js(footer)), what="the page")
    dialog.theme_watch.look()
    wait_until(lambda: dialog.theme_watch.is_watching)
    file = filled.folder / "theme" / "templates" / "parts" / "footer.html"
    file.parent.mkdir(parents=True)
    file.write_text("<footer>自己的 京ICP备1号</footer>", encoding="utf-8")
    look.wait(footer, "自己的")
    file.write_text("<footer>{{ nothing }}</footer>", encoding="utf-8")
    rows = dialog.faults.list
    told = "templates/parts/footer.html:1"
    wait_until(lambda: rows.count() and rows.item(0).text().startswith(told), what="the fault")
    opened: list[str] = []
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile()))
    rows.setCurrentRow(0)
    dialog.theme.setCurrentRow(1)  # there is something to save
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert [opened[0].endswith("theme/templates/parts/footer.html"), closed(dialog)] == [True, False]


def test_the_theme_folder_is_made_and_opened(look: Look, filled: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile()))
    look.dialog.folder.click()
    wait_until(lambda: opened)
    assert opened[0].endswith("/theme")
    assert (filled.folder / "theme" / "templates").is_dir()
    wait_until(look.dialog.faults.isVisible)


def test_what_was_chosen_is_undone_and_redone_before_it_is_saved(look: Look, filled: Site) -> None:
    dialog = look.dialog
    look.wait(STYLESHEET, "assets/portal")
    dialog.theme.setCurrentRow(1)
    look.wait(STYLESHEET, "assets/journal")
    press(dialog, Qt.Key.Key_Delete)  # the headline
    assert dialog.blocks.list.count() == 3
    dialog.steps.undo.click()  # also what was done a moment ago
    assert dialog.blocks.list.count() == 4
    QTest.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    look.wait(STYLESHEET, "assets/portal")
    assert not dialog.changes()
    assert not dialog.steps.undo.isEnabled()
    dialog.steps.redo.click()
    dialog.steps.redo.click()
    assert dialog.changes().keys() == {"theme", "home_blocks"}
    assert not dialog.steps.redo.isEnabled()


def test_a_saved_look_is_one_step_of_the_windows_history(look: Look, filled: Site, desk: Desk) -> None:
    look.wait(STYLESHEET, "assets/portal")
    look.dialog.theme.setCurrentRow(1)
    look.dialog.accent.line.setText("#7a3b00")
    look.dialog.save()
    wait_until(lambda: closed(look.dialog) and desk.undo.canUndo())
    assert filled.settings.get().theme == "journal"
    desk.undo.undo()
    wait_until(lambda: filled.settings.get().theme == "portal")
    assert filled.settings.get().accent == ""
    desk.undo.redo()
    wait_until(lambda: filled.settings.get().accent == "#7a3b00")
