"""The manager of notices on a real site."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from chce_desktop.domain.notice import Notice, NoticeLink
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.noticeboard import NoticesDialog
from chce_desktop.ui.noticeboard.model import Status, status
from tests.helpers.qt import held, wait_until

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def notices(site: Site) -> list[Notice]:
    made = [site.notices.add({"title": title}) for title in ("丙", "乙", "甲")]  # new ones stand first
    return list(reversed(made))


@pytest.fixture
def dialog(desk: Desk, notices: list[Notice]) -> Iterator[NoticesDialog]:
    made = NoticesDialog(desk)
    made.show()
    wait_until(lambda: len(made.model.notices) == len(notices))
    yield made
    made.close()
    settle(made)


def settle(dialog: NoticesDialog) -> None:
    wait_until(
        lambda: not (dialog.desk.operations.running or dialog._timer.isActive() or dialog.form._timer.isActive())
    )


def titles(site: Site) -> str:
    return "".join(notice.title for notice in site.notices.all())


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Status.SHOWING),
        ({"starts_at": NOW + DAY}, Status.SCHEDULED),
        ({"starts_at": NOW - DAY, "ends_at": NOW + DAY}, Status.SHOWING),
        ({"ends_at": NOW}, Status.ENDED),
        ({"visible": False}, Status.HIDDEN),
    ],
)
def test_the_status_says_what_readers_see(fields: dict[str, object], expected: Status) -> None:
    assert status(Notice(id=1, uid="", title="公告", **fields), NOW) is expected  # type: ignore[arg-type]


def test_what_is_typed_is_saved_by_itself(dialog: NoticesDialog, site: Site) -> None:
    dialog.form.title.setText("培训报名")
    dialog.form.title.textEdited.emit("培训报名")
    dialog.form.text.setPlainText("即日起报名。")
    wait_until(lambda: titles(site) == "培训报名乙丙")
    settle(dialog)
    assert site.notices.all()[0].text == "即日起报名。"
    dialog.undo_stack.undo()
    settle(dialog)
    assert titles(site) == "甲乙丙"
    assert dialog.form.title.text() == "甲"


def test_links_are_added_and_half_ones_wait(dialog: NoticesDialog, site: Site) -> None:
    dialog.form.add_link.click()
    dialog.form.add_link.click()
    whole, half = dialog.form._rows
    whole.label.setText("网上报名")
    whole.address.setText("www.example.cn/bm")
    whole.address.editingFinished.emit()
    half.label.setText("查看详情")
    half.label.textEdited.emit("查看详情")
    settle(dialog)
    assert site.notices.all()[0].links == (NoticeLink("网上报名", "http://www.example.cn/bm"),)
    assert "both a label and an address" in dialog.form.problem.text()
    half.address.setText("/xinwen/tongzhi.html")
    half.address.textEdited.emit("")
    settle(dialog)
    assert site.notices.all()[0].links[1] == NoticeLink("查看详情", "/xinwen/tongzhi.html")
    whole.removed.emit()
    settle(dialog)
    assert [link.label for link in site.notices.all()[0].links] == ["查看详情"]


def test_an_end_before_the_start_is_told_and_the_rest_is_saved(dialog: NoticesDialog, site: Site) -> None:
    dialog.form.starts.set_value(NOW, "Asia/Shanghai")
    dialog.form.ends.set_value(NOW - DAY, "Asia/Shanghai")
    dialog.form.text.setPlainText("文字")
    settle(dialog)
    first = site.notices.all()[0]
    assert (first.text, first.starts_at, first.ends_at) == ("文字", None, None)
    assert "end before it starts" in dialog.form.problem.text()
    dialog.form.ends.set_value(NOW + DAY, "Asia/Shanghai")
    dialog.form.ends.edited.emit()
    settle(dialog)
    first = site.notices.all()[0]
    assert (first.starts_at, first.ends_at) == (NOW, NOW + DAY)


def test_an_empty_title_is_not_saved(dialog: NoticesDialog, site: Site) -> None:
    dialog.form.title.setText(" ")
    dialog.form.title.textEdited.emit(" ")
    settle(dialog)
    assert titles(site) == "甲乙丙"
    assert "needs a title" in dialog.form.problem.text()


def test_the_order_changes_by_drag_and_by_keys(dialog: NoticesDialog, site: Site) -> None:
    data = dialog.model.mimeData([dialog.model.index(2)])
    dialog.model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    settle(dialog)
    assert titles(site) == "丙甲乙"
    dialog.list.setCurrentIndex(dialog.model.index(0))
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle(dialog)
    assert titles(site) == "甲丙乙"
    dialog.undo_stack.undo()
    dialog.undo_stack.undo()
    settle(dialog)
    assert titles(site) == "甲乙丙"


def test_a_key_pressed_again_moves_a_notice_on_though_the_list_does_not_show_it_there_yet(
    dialog: NoticesDialog, site: Site
) -> None:
    dialog.list.setCurrentIndex(dialog.model.index(0))
    with held(dialog.desk, LIBRARY_READ):
        for _ in range(2):
            QTest.keyClick(dialog.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        wait_until(lambda: titles(site) == "乙丙甲")
        for _ in range(2):
            dialog.undo_stack.undo()
        wait_until(lambda: titles(site) == "甲乙丙")
    settle(dialog)


def test_a_deleted_notice_comes_back_with_all_it_had(dialog: NoticesDialog, site: Site, notices: list[Notice]) -> None:
    links = (NoticeLink("查看详情", "/a.html"),)
    site.notices.change(notices[1].id, {"links": links, "ends_at": NOW})  # the list does not show it yet
    dialog.list.setCurrentIndex(dialog.model.index(1))
    dialog.remove_button.click()
    wait_until(lambda: len(dialog.model.notices) == 2)
    dialog.undo_stack.undo()
    settle(dialog)
    back = site.notices.all()[1]
    assert (back.title, back.links, back.ends_at) == ("乙", links, NOW)


def test_a_new_notice_is_hidden_until_it_is_ready(dialog: NoticesDialog, site: Site) -> None:
    dialog.add_button.click()
    wait_until(lambda: len(dialog.model.notices) == 4)
    settle(dialog)
    new = site.notices.all()[0]
    assert not new.visible
    wait_until(lambda: dialog.form.title.selectedText() == new.title)


def test_the_title_of_a_new_notice_is_written_where_it_shows(dialog: NoticesDialog, site: Site) -> None:
    with held(dialog.desk, LIBRARY_READ):
        dialog.add_button.click()
        wait_until(lambda: len(site.notices.all()) == 4)
        end = time.monotonic() + 0.4
        wait_until(lambda: time.monotonic() > end)
        assert dialog.form.title.selectedText() == ""  # the form still shows another one
    wait_until(lambda: dialog.form.title.selectedText() == site.notices.all()[0].title)
    QTest.keyClicks(dialog.form.title, "new")
    dialog.form.flush()
    settle(dialog)
    assert titles(site) == "new甲乙丙"


def test_what_was_typed_last_is_saved_when_the_window_closes(desk: Desk, site: Site, notices: list[Notice]) -> None:
    dialog = NoticesDialog(desk)
    dialog.show()
    wait_until(lambda: dialog.form.title.text() == "甲")
    dialog.form.text.setPlainText("最后一句")
    dialog.close()
    wait_until(lambda: site.notices.all()[0].text == "最后一句")


def test_what_was_typed_last_is_saved_when_the_main_window_closes(
    desk: Desk, site: Site, notices: list[Notice]
) -> None:
    window = QWidget()
    window.show()
    dialog = NoticesDialog(desk, window)
    dialog.show()
    wait_until(lambda: dialog.form.title.text() == "甲")
    dialog.form.text.setPlainText("最后一句")
    window.close()
    wait_until(lambda: site.notices.all()[0].text == "最后一句")
    wait_until(lambda: not desk.operations.running)
    window.deleteLater()
