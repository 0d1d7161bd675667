"""Withdrawing and deleting for good in the window, on a real site and a real folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton
from shiboken6 import isValid

from chce_desktop.domain.article import State
from chce_desktop.services import publishing
from chce_desktop.services.errors import ArticleNotFound
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.publishing.withdraw import _DONE, WithdrawDialog
from tests.helpers.qt import wait_until

pytestmark = pytest.mark.gui
_PAGE = "articles/chu-cuo-de-bao-dao.html"


@pytest.fixture
def host(site: Site, tmp_path: Path) -> Path:
    folder = tmp_path / "主机"
    site.articles.create({"title": "出错的报道", "body": "错话。", "state": State.READY})
    site.articles.create({"title": "好报道", "body": "好话。", "state": State.READY})
    publishing.publish(site, site.targets.add("正式", folder.as_uri(), public_url="https://www.example.cn").id)
    return folder


@pytest.fixture
def dialog(desk: Desk, site: Site, host: Path) -> Iterator[WithdrawDialog]:
    made = WithdrawDialog(desk, [site.articles.infos([1])[1]])
    made.show()
    wait_until(lambda: made.findChild(QCheckBox, "withdraw_target_1") is not None)
    yield made
    if isValid(made):
        made.close()
    wait_until(lambda: not desk.operations.running)


def test_withdrawn_and_published_at_once(dialog: WithdrawDialog, site: Site, host: Path) -> None:
    assert dialog.confirmation.isHidden()
    dialog.main_button.click()
    wait_until(lambda: "Gone from “正式”" in dialog.outcome.text())
    assert "错话" not in (host / _PAGE).read_text(encoding="utf-8")
    assert "出错的报道" not in (host / "index.html").read_text(encoding="utf-8")
    assert site.articles.get(1).state is State.WITHDRAWN
    assert dialog.findChild(QPushButton, "withdraw_place_0_open") is not None
    assert len(dialog.findChildren(QLabel)) > 12
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == f"https://www.example.cn/{_PAGE}"
    assert dialog.main_button.text() == "Done"


def test_nothing_is_deleted_for_good_before_the_word_is_typed(dialog: WithdrawDialog, site: Site, host: Path) -> None:
    dialog.purge_choice.setChecked(True)
    assert not dialog.confirmation.isHidden()
    assert not dialog.main_button.isEnabled()
    dialog.confirmation.setText("delete")
    assert not dialog.main_button.isEnabled()
    dialog.confirmation.setText(" Delete for good ")
    assert dialog.main_button.isEnabled()
    dialog.main_button.click()
    wait_until(lambda: "Gone from “正式”" in dialog.outcome.text())
    with pytest.raises(ArticleNotFound):
        site.articles.get(1)
    assert not (host / _PAGE).exists()


def test_it_may_wait_for_the_next_publish(dialog: WithdrawDialog, site: Site, host: Path) -> None:
    box = dialog.findChild(QCheckBox, "withdraw_target_1")
    assert box is not None
    box.setChecked(False)
    dialog.main_button.click()
    wait_until(lambda: dialog.stack.currentIndex() == _DONE)
    assert "next publish" in dialog.outcome.text()
    assert "错话" in (host / _PAGE).read_text(encoding="utf-8")
    assert site.articles.get(1).state is State.WITHDRAWN


def test_a_target_that_cannot_be_reached_is_told(dialog: WithdrawDialog, site: Site) -> None:
    site.targets.change(1, url="sftp://web@127.0.0.1:1/www")
    dialog.main_button.click()
    wait_until(lambda: "Not gone from “正式” yet" in dialog.outcome.text())
    assert site.articles.get(1).state is State.WITHDRAWN
