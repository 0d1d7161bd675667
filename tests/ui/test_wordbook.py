"""The word book's window on a real site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QInputDialog,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QTableView,
    QWidget,
)

from chce_desktop.domain.article import State
from chce_desktop.domain.findings import Level
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.wordbook.templates import save_as_template
from chce_desktop.ui.wordbook.window import WordbookDialog
from tests.helpers.qt import wait_until


@pytest.fixture
def dialog(desk: Desk) -> Iterator[WordbookDialog]:
    made = WordbookDialog(desk)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.show()
    quiet(made)
    yield made
    quiet(made)
    made.close()
    made.deleteLater()


def quiet(dialog: WordbookDialog) -> None:
    wait_until(lambda: not dialog.desk.operations.running)


def fill(page: QWidget, page_name: str, /, **values: str) -> None:
    for key, value in values.items():
        field = page.findChild(QWidget, f"{page_name}_new_{key}")
        if isinstance(field, QComboBox):
            field.setCurrentIndex(field.findData(value))
        else:
            assert isinstance(field, QLineEdit)
            field.setText(value)


def press(parent: QWidget, name: str) -> None:
    button = parent.findChild(QAbstractButton, name)
    assert isinstance(button, QAbstractButton)
    button.click()


def test_words_are_added_edited_deleted_and_brought_back(dialog: WordbookDialog, site: Site) -> None:
    page = dialog.words
    assert page.empty.isVisible()
    fill(page, "words_page", word="做为", kind="confusable", level="warn", suggestion="作为")
    page.add()
    quiet(dialog)
    assert page.model.rowCount() == 1
    assert not page.empty.isVisible()
    assert page.fields["word"].hasFocus() or not dialog.isActiveWindow()
    page.model.setData(page.model.index(0, 2), "block")
    quiet(dialog)
    (word,) = site.wordbook.words.all()
    assert (word.word, word.level, word.suggestion) == ("做为", Level.BLOCK, "作为")
    page.model.setData(page.model.index(0, 0), "作為")
    quiet(dialog)
    assert [word.word for word in site.wordbook.words.all()] == ["作為"]
    page.table.selectRow(0)
    page.remove_button.click()
    quiet(dialog)
    assert site.wordbook.words.all() == ()
    page.undo_stack.undo()
    quiet(dialog)
    assert [word.word for word in site.wordbook.words.all()] == ["作為"]


def test_an_empty_row_is_told_and_not_added(dialog: WordbookDialog, site: Site) -> None:
    dialog.words.add()
    quiet(dialog)
    assert [toast.text for toast in dialog.notices.messages] == ["The word is missing."]
    assert site.wordbook.words.all() == ()


def test_lists_are_imported_filtered_and_exported(dialog: WordbookDialog, site: Site, tmp_path: Path) -> None:
    table = tmp_path / "词.csv"
    table.write_bytes("词语,级别\n甲词,拦截\n乙词,也许\n丙词,提醒\n".encode("gbk"))
    page = dialog.words
    page.import_file(table)
    quiet(dialog)
    assert page.model.rowCount() == 2
    assert "1 row was left out." in dialog.notices.messages[-1].text
    page.filter.setText("丙")
    assert page.model.rowCount() == 1
    assert page.count.text() == "1 / 2"
    page.export_file(tmp_path / "出.csv")
    quiet(dialog)
    assert "甲词" in (tmp_path / "出.csv").read_text("utf-8-sig")
    table.write_bytes(b"\x00\x01" * 50)
    page.import_file(table)
    quiet(dialog)
    assert "词.csv" in dialog.notices.messages[-1].text
    press(dialog.words, "words_page_starter")
    quiet(dialog)
    assert len(site.wordbook.words.all()) > 30


def test_links_and_names_have_pages_of_their_own(dialog: WordbookDialog, site: Site) -> None:
    dialog.index.setCurrentRow(2)
    assert dialog.stack.currentWidget() is dialog.links
    fill(dialog.links, "links_page", word="素质教育", address="https://example.cn/")
    dialog.links.add()
    dialog.index.setCurrentRow(3)
    fill(dialog.names, "names_page", name="教育部", kind="source", address="https://www.moe.gov.cn/")
    dialog.names.add()
    quiet(dialog)
    assert site.wordbook.links.all()[0].address == "https://example.cn/"
    assert site.wordbook.address_of("教育部") == "https://www.moe.gov.cn/"


def test_levels_of_rules_are_chosen(dialog: WordbookDialog, site: Site) -> None:
    box = dialog.rules.boxes["no-source"]
    assert box.currentData() == Level.WARN
    box.setCurrentIndex(box.findData(Level.BLOCK))
    box.activated.emit(box.currentIndex())
    quiet(dialog)
    assert site.settings.get().check_levels == ("no-source=block",)
    site.settings.update(check_levels=())
    quiet(dialog)
    wait_until(lambda: box.currentData() == Level.WARN)


def test_templates_are_kept_renamed_and_begun_from(dialog: WordbookDialog, desk: Desk, site: Site) -> None:
    page = dialog.templates
    assert not page.begin_button.isEnabled()
    article = site.articles.create({"title": "第1期", "body": "开头", "state": State.PUBLISHED})
    host = QWidget()
    save_as_template(desk, article.id, article.title, host)
    ask = host.findChild(QInputDialog)
    assert isinstance(ask, QInputDialog)
    ask.setTextValue("每周")
    ask.accept()
    quiet(dialog)
    wait_until(lambda: page.list.count() == 1)
    page.list.item(0).setText("周刊")
    quiet(dialog)
    assert [template.name for template in site.wordbook.templates()] == ["周刊"]
    opened = QSignalSpy(desk.article_wanted)
    page.begin_button.click()
    quiet(dialog)
    wait_until(lambda: opened.count() == 1)
    assert not dialog.isVisible()
    (new,) = [info for info in site.articles.infos(range(9)).values() if info.id != article.id]
    assert (new.title, new.state) == ("第1期", State.DRAFT)
    dialog.show()
    page._on_remove()
    box = page.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    press(box, "question_yes")
    quiet(dialog)
    assert site.wordbook.templates() == ()
    wait_until(lambda: not page.empty.isHidden())
    host.deleteLater()


def test_every_input_has_its_two_names(dialog: WordbookDialog) -> None:
    for kind in (QLineEdit, QComboBox, QPushButton, QTableView, QListWidget):
        for widget in dialog.findChildren(kind):
            assert widget.objectName()
            assert widget.accessibleName() or not widget.isVisibleTo(dialog), widget.objectName()
