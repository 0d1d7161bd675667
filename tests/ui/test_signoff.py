"""The three reviews in the property pane."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QToolButton, QWidget

from chce_desktop.domain.article import State
from chce_desktop.domain.signoff import Step
from chce_desktop.services import person
from chce_desktop.services.site import Site
from chce_desktop.ui.articles.properties import PropertyPane
from chce_desktop.ui.articles.signoff import SignOffSection
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.settings.dialog import SettingsDialog
from tests.helpers.qt import wait_until


@pytest.fixture
def article_id(site: Site) -> int:
    site.settings.update(sign_off=True)
    return site.articles.create({"title": "题", "body": "文。"}).id


@pytest.fixture
def section(desk: Desk, site: Site, article_id: int) -> Iterator[SignOffSection]:
    pane = PropertyPane(desk)
    pane.show()
    wait_until(lambda: desk.settings.sign_off)
    pane.show_article(site.articles.get(article_id))
    wait_until(lambda: pane.signoff.state.text() != "")
    yield pane.signoff
    wait_until(lambda: not desk.operations.running)
    pane.close()
    pane.deleteLater()


def quiet(section: SignOffSection) -> None:
    wait_until(lambda: not section._desk.operations.running)


def test_the_steps_are_made_one_after_the_other(section: SignOffSection, site: Site, article_id: int) -> None:
    assert not section.isHidden()
    assert section.return_button.isHidden()
    texts = []
    for _ in range(4):
        texts.append(section.sign_button.text())
        section.sign_button.click()
        quiet(section)
    assert texts == [
        "Submit for review",
        "Sign the first review",
        "Sign the second review",
        "Sign the final review",
    ]
    assert section.sign_button.isHidden()
    assert section.state.text() == "Signed off: this text may go out."
    assert site.articles.get(article_id).state is State.READY
    assert len(section.records.text().splitlines()) == 4
    site.articles.save(article_id, {"body": "改。"})
    wait_until(lambda: "Edited after" in section.state.text())


def test_a_return_needs_its_remark(section: SignOffSection, site: Site, article_id: int) -> None:
    section.sign_button.click()
    quiet(section)
    assert not section.return_button.isHidden()
    assert not section.return_button.isEnabled()
    section.remark.setPlainText("标题太长")
    section.return_button.click()
    quiet(section)
    assert "标题太长" in section.state.text()
    assert section.remark.toPlainText() == ""
    assert site.signoffs.records(article_id)[-1].step is Step.RETURN


def test_what_was_changed_in_another_window_is_not_signed(
    section: SignOffSection, site: Site, article_id: int, told: list[Exception]
) -> None:
    quiet(section)
    section._version -= 1  # what this window shows is older than the library
    section.sign_button.click()
    quiet(section)
    assert [type(error).__name__ for error in told] == ["ArticleChanged"]
    assert site.signoffs.records(article_id) == ()
    told.clear()


def test_it_is_not_there_where_nobody_asks_for_it(desk: Desk, site: Site) -> None:
    pane = PropertyPane(desk)
    pane.show_article(site.articles.create({"title": "题"}))
    wait_until(lambda: not desk.operations.running)
    assert pane.signoff.isHidden()
    pane.deleteLater()


def test_the_option_and_the_name_are_in_the_settings(desk: Desk, site: Site) -> None:
    parent = QWidget()
    dialog = SettingsDialog(desk, parent, page="review")
    wait_until(lambda: not desk.operations.running)
    dialog.rows["person"].show_value("")
    dialog.rows["person"].widget.setText("王编辑")  # type: ignore[attr-defined]
    dialog.rows["sign_off"].widget.setChecked(True)  # type: ignore[attr-defined]
    assert set(dialog.changes()) == {"person", "sign_off"}
    dialog.save()
    wait_until(lambda: not desk.operations.running)
    assert person.chosen() == "王编辑"
    assert site.settings.get().sign_off
    parent.deleteLater()


def test_summary_keywords_and_address_are_offered(desk: Desk, site: Site) -> None:
    site.articles.create({"title": "旧", "tags": ("招生",), "source": "教育厅"})
    site.wordbook.names.put({"name": "教育部", "kind": "source", "address": "https://www.moe.gov.cn/"})
    article = site.articles.create({"title": "题", "body": "招生开始了。\n\n第二段。"})
    pane = PropertyPane(desk)
    pane.show()
    pane.show_article(article)
    for name in ("summary_suggest", "keywords_suggest"):
        button = pane.findChild(QToolButton, name)
        assert isinstance(button, QToolButton)
        button.click()
        wait_until(lambda: not desk.operations.running)
    source = pane.lines["source"]
    source.setText("教育部")
    source.textEdited.emit("教育部")
    wait_until(lambda: pane.lines["source_url"].text() != "")
    pane.flush()
    wait_until(lambda: not desk.operations.running)
    saved = site.articles.get(article.id)
    assert saved.summary == "招生开始了。 第二段。"
    assert saved.keywords == "招生"
    assert (saved.source, saved.source_url) == ("教育部", "https://www.moe.gov.cn/")
    pane.deleteLater()
