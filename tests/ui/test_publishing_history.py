"""Receipts that stay, earlier publications put back, pages side by side, and a publish that waits for the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget
from shiboken6 import isValid

from chce_desktop.domain.article import State
from chce_desktop.domain.publication import PublicationKind, Target
from chce_desktop.services import publishing, renewals, withdrawing
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.publishing import PublishDialog, TargetsDialog
from chce_desktop.ui.publishing.changes import PATH_ROLE
from chce_desktop.ui.publishing.dialog import _AFTER, _BEFORE
from chce_desktop.ui.publishing.receipts import as_text, facts
from tests.helpers.qt import wait_until

pytestmark = pytest.mark.gui
_PAGE = "articles/di-yi-pian.html"


@pytest.fixture
def host(tmp_path: Path) -> Path:
    return tmp_path / "主机"


@pytest.fixture
def target(site: Site, host: Path) -> Target:
    site.articles.create({"title": "第一篇", "body": "会议周一举行。", "state": State.READY})
    return site.targets.add("本机", host.as_uri())


@pytest.fixture
def shown(desk: Desk) -> Iterator[list[QWidget]]:
    widgets: list[QWidget] = []
    yield widgets
    for widget in widgets:
        if isValid(widget):
            widget.close()
    wait_until(lambda: not desk.operations.running)


def _dialog(desk: Desk, shown: list[QWidget], *, target_id: int, put_back: int = 0) -> PublishDialog:
    dialog = PublishDialog(desk, target_id=target_id, put_back=put_back)
    dialog.show()
    shown.append(dialog)
    wait_until(lambda: dialog.stack.currentIndex() in (_BEFORE, _AFTER))
    return dialog


def test_an_earlier_publication_is_put_back_from_its_receipt(
    desk: Desk, site: Site, target: Target, host: Path, shown: list[QWidget]
) -> None:
    publishing.publish(site, target.id)
    site.articles.save(1, {"body": "会议周二举行。"})
    publishing.publish(site, target.id)
    window = TargetsDialog(desk)
    window.show()
    shown.append(window)
    wait_until(lambda: window.records.rowCount() == 2)
    assert window.receipt.isHidden()
    window.table.selectRow(0)
    assert "articles/di-yi-pian.html" in window.facts.accessibleName()
    assert window.back_button.isHidden()  # the newest one is there already
    window.table.selectRow(1)
    assert not window.back_button.isHidden()
    assert window.back_button.isEnabled()
    window.copy_button.click()
    assert "Number: 1" in QGuiApplication.clipboard().text()
    window.back_button.click()
    dialog = window.findChild(PublishDialog)
    assert dialog is not None
    wait_until(lambda: dialog.stack.currentIndex() == _BEFORE)
    assert "No. 1" in dialog.heading.text()
    assert dialog.main_button.text() == "Put back"
    assert any(path == _PAGE for path, _ in dialog.before.model.pages())
    dialog.main_button.click()
    wait_until(lambda: dialog.stack.currentIndex() == _AFTER)
    assert "周一" in (host / _PAGE).read_text(encoding="utf-8")
    assert site.articles.get(1).body == "会议周二举行。"
    record = site.publications.last_done(target.id)
    assert record is not None
    assert (record.receipt.kind, record.receipt.put_back, record.generation) == (PublicationKind.ROLLBACK, 1, 3)
    assert "No. 1 was put back" in as_text(facts(target, record))


def test_a_withdrawn_article_comes_back_only_when_that_is_said(
    desk: Desk, site: Site, target: Target, host: Path, shown: list[QWidget]
) -> None:
    publishing.publish(site, target.id)
    withdrawing.withdraw(site, [1])
    publishing.publish(site, target.id)
    dialog = _dialog(desk, shown, target_id=target.id, put_back=1)
    assert not dialog.main_button.isEnabled()
    box = dialog.findChild(QCheckBox, "publish_question_withdrawn_return_yes")
    assert box is not None
    box.setChecked(True)
    dialog.main_button.click()
    wait_until(lambda: dialog.stack.currentIndex() == _AFTER)
    assert "周一" in (host / _PAGE).read_text(encoding="utf-8")


def test_a_failure_is_kept_with_what_to_do(site: Site, target: Target, host: Path) -> None:
    host.mkdir()
    (host / "fremd.html").write_text("x", encoding="utf-8")
    with pytest.raises(Exception, match="did not put there"):
        publishing.publish(site, target.id)
    (record,) = site.publications.of(target.id)
    text = as_text(facts(target, record))
    assert record.receipt.code == "foreign_files"
    assert "What helps" in text
    assert "failed" in text


def test_pages_are_looked_at_side_by_side(desk: Desk, site: Site, target: Target, shown: list[QWidget]) -> None:
    from chce_desktop.ui.publishing.sidebyside import SideBySide

    publishing.publish(site, target.id)
    site.articles.save(1, {"body": "会议周二举行。"})
    dialog = _dialog(desk, shown, target_id=target.id)
    model = dialog.before.model
    index = next(
        child
        for section in range(model.rowCount())
        for row in range(model.rowCount(model.index(section, 0)))
        if (child := model.index(row, 0, model.index(section, 0))).data(PATH_ROLE) == _PAGE
    )
    dialog.before.tree.setCurrentIndex(index)
    dialog.before.compare_button.click()
    side = dialog.findChild(SideBySide)
    assert side is not None
    texts: dict[str, str] = {}

    def read(name: str) -> bool:
        view = side.before.view if name == "before" else side.after.view
        view.page().toPlainText(lambda text: texts.__setitem__(name, text))
        return "会议周" in texts.get(name, "")

    wait_until(lambda: read("before"), 30)
    wait_until(lambda: read("after"), 30)
    assert "周一" in texts["before"]
    assert "周二" in texts["after"]
    wait_until(lambda: "一" in side.words.toPlainText())
    side.close()
    wait_until(lambda: not desk.operations.running)


def test_offline_the_publish_waits_if_the_editor_says_so(
    desk: Desk, site: Site, target: Target, shown: list[QWidget]
) -> None:
    site.targets.change(target.id, url="sftp://web@127.0.0.1:1/www")
    dialog = _dialog(desk, shown, target_id=target.id)
    assert dialog.stack.currentIndex() == _AFTER
    assert not dialog.after.wait_button.isHidden()
    dialog.after.wait_button.click()
    wait_until(lambda: bool(site.waiting.all()))
    (waiting,) = site.waiting.all()
    assert (waiting.target_id, waiting.problem) == (target.id, dialog.after.title.text())
    wait_until(lambda: not isValid(dialog) or not dialog.isVisible())
    assert any("as soon as the network" in toast.text for toast in desk.notices.messages)


def test_that_everything_is_made_anew_is_said(desk: Desk, site: Site, target: Target, shown: list[QWidget]) -> None:
    for number in range(30):
        site.articles.create({"title": f"文章{number}", "body": "x", "state": State.READY})
    publishing.publish(site, target.id)
    site.settings.update(name="新的名称")
    dialog = _dialog(desk, shown, target_id=target.id)
    label = dialog.findChild(QLabel, "publish_rebuilt")
    assert label is not None
    assert not label.isHidden()
    assert "Site name" in label.text()


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"theme": "journal"}, "another theme was chosen"),
        ({"accent": "#7a3b00"}, "ccent"),
        ({"url": "https://new.example.org"}, "Public address"),
        ({"footer_lines": ["新的一行"]}, "Further lines"),
        ({"icp_number": "京ICP备1号"}, "ICP"),
    ],
)
def test_what_stands_on_every_page_is_named_as_the_cause(
    desk: Desk, site: Site, target: Target, shown: list[QWidget], change: dict[str, object], cause: str
) -> None:
    site.articles.create({"title": "一篇", "body": "x", "state": State.READY})
    publishing.publish(site, target.id)
    site.settings.update(**change)
    dialog = _dialog(desk, shown, target_id=target.id)
    label = dialog.findChild(QLabel, "publish_rebuilt")
    assert label is not None
    assert not label.isHidden()
    assert cause in label.text()
    publishing.publish(site, target.id)
    assert renewals.pending(site, target) == ()


def test_a_page_of_the_list_says_why_it_changes(desk: Desk, site: Site, target: Target, shown: list[QWidget]) -> None:
    first = site.articles.create({"title": "甲", "body": "x", "state": State.READY})
    site.articles.create({"title": "乙", "body": "x", "state": State.READY})
    publishing.publish(site, target.id)
    site.articles.save(first.id, {"title": "甲改"})
    site.articles.create({"title": "丙", "body": "x", "state": State.READY})
    dialog = _dialog(desk, shown, target_id=target.id)
    reasons = {path: renewals.reason(site, target, path) for path, _ in dialog.before.model.pages()}
    assert sum("is new" in reason for reason in reasons.values()) == 1
    assert sum("was edited since" in reason and "Its article" in reason for reason in reasons.values()) == 1
    assert "It shows" in reasons["articles/index.html"]
    dialog.before.why_button.click()
    wait_until(lambda: dialog.before.why.isVisibleTo(dialog) and "…" not in dialog.before.why.text()[-1:])
    assert any(reason in dialog.before.why.text() for reason in reasons.values())
