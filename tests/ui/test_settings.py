"""The dialog of the site's settings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMessageBox, QPlainTextEdit, QScrollArea, QSpinBox
from shiboken6 import isValid

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.foundation.i18n import set_language
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.settings import SettingsDialog
from chce_desktop.ui.settings.fields import (
    PERSON,
    address_problem,
    date_format_problem,
    email_problem,
    fields,
    hosts_problem,
    timezone_problem,
)
from tests.helpers.qt import wait_until


@pytest.fixture
def dialog(desk: Desk, site: Site) -> Iterator[SettingsDialog]:
    wait_until(lambda: desk.is_loaded)
    made = SettingsDialog(desk)
    made.show()
    yield made
    if isValid(made):
        made.hide()
        made.deleteLater()


def closed(dialog: SettingsDialog) -> bool:
    """It deletes itself when it was closed."""
    return not isValid(dialog) or not dialog.isVisible()


def line(dialog: SettingsDialog, key: str) -> QLineEdit:
    widget = dialog.rows[key].widget
    assert isinstance(widget, QLineEdit)
    return widget


def test_every_setting_has_a_field_and_is_shown_as_it_is(dialog: SettingsDialog, site: Site) -> None:
    elsewhere = {"accent", "fonts", "home_blocks", "check_levels"}  # windows of the site's look and its words
    assert sorted(({f.key for f in fields()} - {PERSON}) | elsewhere) == sorted(
        f.name for f in dataclasses.fields(SiteSettings)
    )
    assert dialog.changes() == {}
    assert not dialog.save_button.isEnabled()


def test_only_what_was_changed_is_written(dialog: SettingsDialog, site: Site) -> None:
    line(dialog, "slogan").setText("面向未来")
    lines = dialog.rows["footer_lines"].widget
    assert isinstance(lines, QPlainTextEdit)
    lines.setPlainText("第一行\n\n  第二行  ")
    number = dialog.rows["list_length"].widget
    assert isinstance(number, QSpinBox)
    number.setValue(30)
    site.settings.update(email="new@example.cn")  # somebody else, meanwhile
    dialog.save_button.click()
    wait_until(lambda: closed(dialog))
    kept = site.settings.get()
    assert (kept.slogan, kept.footer_lines, kept.list_length) == ("面向未来", ("第一行", "第二行"), 30)
    assert kept.email == "new@example.cn"


def test_a_wrong_value_is_told_at_its_field_and_nothing_is_written(dialog: SettingsDialog, site: Site) -> None:
    dialog.index.setCurrentRow(3)
    line(dialog, "url").setText("www.example.cn")
    line(dialog, "slogan").setText("面向未来")
    dialog.save()
    assert dialog.index.currentRow() == 0
    assert dialog.isVisible()
    assert "https://" in dialog.rows["url"]._problem.text()
    assert site.settings.get().slogan == ""
    line(dialog, "url").setText("https://www.example.cn")
    assert dialog.rows["url"]._problem.isHidden()
    dialog.save()
    wait_until(lambda: closed(dialog))
    assert site.settings.get().url == "https://www.example.cn/"


def test_dates_are_chosen_by_their_look_or_written_as_a_format(dialog: SettingsDialog) -> None:
    box = dialog.rows["date_format"].widget
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findText("2026年01月09日"))
    assert dialog.changes() == {"date_format": "%Y年%m月%d日"}
    box.setEditText("%d/%m/%Y")
    assert dialog.changes() == {"date_format": "%d/%m/%Y"}


def test_escape_asks_before_changes_are_lost(dialog: SettingsDialog) -> None:
    line(dialog, "slogan").setText("面向未来")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    question = dialog.findChild(QMessageBox, "question")
    assert question is not None
    assert dialog.isVisible()
    next(button for button in question.buttons() if button.objectName() == "question_yes").click()
    wait_until(lambda: closed(dialog))


def test_escape_closes_at_once_when_nothing_was_changed(dialog: SettingsDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert closed(dialog)


@pytest.mark.parametrize("text", ["", "https://www.example.cn", "http://教育.中国/", "https://example.cn:8443/news/"])
def test_good_addresses(text: str) -> None:
    assert address_problem(text) == ""


@pytest.mark.parametrize(
    "text",
    ["www.example.cn", "ftp://example.cn", "https://", "https://a b.cn", "https://x", "https://e.cn/?a", "http://[1/"],
)
def test_bad_addresses(text: str) -> None:
    assert address_problem(text)


def test_other_values_are_checked_too() -> None:
    assert not email_problem("a@example.cn")
    assert email_problem("a@b")
    assert not hosts_problem("player.bilibili.com\nv.qq.com\n")
    assert hosts_problem("https://v.qq.com")
    assert not date_format_problem("%Y-%m-%d")
    assert date_format_problem("日期")
    assert not timezone_problem("Asia/Urumqi")
    assert timezone_problem("Mars/Base")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_page_scrolls_sideways_on_a_small_screen(desk: Desk, language: str) -> None:
    wait_until(lambda: desk.is_loaded)
    set_language(language)
    made = SettingsDialog(desk)
    made.resize(752, 500)  # what a screen of 800 x 600 leaves
    made.show()
    try:
        for number in range(made.stack.count()):
            made.index.setCurrentRow(number)
            area = made.stack.widget(number)
            assert isinstance(area, QScrollArea)
            wait_until(lambda area=area: area.widget().width() == area.viewport().width())  # type: ignore[misc]
            assert area.horizontalScrollBar().maximum() == 0, area.objectName()
    finally:
        made.hide()
        made.deleteLater()


def test_no_help_is_cut_off(dialog: SettingsDialog) -> None:
    for width in (880, 960, 1040, 1280):
        dialog.resize(width, 680)
        for number in range(dialog.stack.count()):
            dialog.index.setCurrentRow(number)
            page = dialog.stack.currentWidget()
            assert page is not None
            wait_until(page.isVisible)
            told = [label for label in page.findChildren(QLabel) if label.isVisible()]

            def fits(told: list[QLabel] = told) -> bool:
                return all(label.height() >= label.heightForWidth(label.width()) for label in told)

            wait_until(fits, what=f"room for every line at {width}")
