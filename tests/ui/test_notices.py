from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from chce_desktop.foundation.errors import ChceError
from chce_desktop.ui.notices import Level, Notices, Offer, confirm
from tests.helpers.qt import wait_until


@pytest.fixture
def over(qapp: QApplication) -> Iterator[QWidget]:
    made = QWidget()
    made.resize(800, 600)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def texts(notices: Notices) -> list[str]:
    return [toast.text for toast in notices.messages]


def test_messages_stand_in_the_corner_and_follow_the_window(over: QWidget) -> None:
    notices = Notices(over)
    notices.info("一条消息")
    notices.error(ChceError("无法保存。", hint="请检查磁盘。", detail="errno 28"))
    assert texts(notices) == ["一条消息", "无法保存。"]
    right, bottom = notices.geometry().right(), notices.geometry().bottom()
    assert (800 - right, 600 - bottom) == (17, 17)
    over.resize(1000, 700)
    assert notices.geometry().right() == 1000 - 17


def test_the_same_message_shows_once_and_old_ones_go(over: QWidget) -> None:
    notices = Notices(over)
    for number in (1, 2, 2, 3, 4, 5, 6):
        notices.warning(f"第 {number} 条")
    assert texts(notices) == ["第 3 条", "第 4 条", "第 5 条", "第 6 条"]


def test_an_offer_is_taken_once_and_closes_the_message(over: QWidget) -> None:
    notices = Notices(over)
    taken: list[str] = []
    toast = notices.success("已删除。", offer=Offer("撤销", lambda: taken.append("undo")))
    button = toast.findChild(QPushButton, "toast_offer")
    assert isinstance(button, QPushButton)
    button.click()
    assert taken == ["undo"]
    assert notices.messages == ()
    assert not notices.isVisible()


def test_details_are_there_on_demand(over: QWidget) -> None:
    notices = Notices(over)
    toast = notices.error(ChceError("出错了。", detail="line 1\nline 2"))
    assert toast._details.isHidden()
    show = toast.findChild(QPushButton, "toast_show_details")
    assert isinstance(show, QPushButton)
    height = notices.height()
    show.click()
    assert not toast._details.isHidden()
    assert notices.height() > height
    copy = toast.findChild(QPushButton, "toast_copy")
    assert isinstance(copy, QPushButton)
    copy.click()
    assert QApplication.clipboard().text() == "line 1\nline 2"


def test_errors_stay_and_information_goes(over: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chce_desktop.ui.notices._SECONDS", 0.05)
    notices = Notices(over)
    notices.error(ChceError("留下"))
    notices.info("走开")
    wait_until(lambda: texts(notices) == ["留下"])
    assert notices.messages[0].level is Level.ERROR


def test_a_question_calls_only_for_yes(over: QWidget) -> None:
    answers: list[str] = []
    box = confirm(over, "删除？", hint="不能撤销", yes="删除", on_yes=lambda: answers.append("yes"), destructive=True)
    default = box.defaultButton()
    assert default is not None
    assert default.objectName() == "question_cancel"
    default.click()
    box = confirm(over, "删除？", yes="删除", on_yes=lambda: answers.append("yes"))
    yes = box.findChild(QPushButton, "question_yes")
    assert isinstance(yes, QPushButton)
    yes.click()
    assert answers == ["yes"]
