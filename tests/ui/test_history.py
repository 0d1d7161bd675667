"""The history of an article."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtWidgets import QMessageBox

from chce_desktop.domain.article import Article, State
from chce_desktop.domain.differences import Change
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.history import HistoryDialog
from chce_desktop.ui.history.comparison import compare, to_html
from tests.helpers.qt import wait_until


@pytest.fixture
def article(site: Site) -> Article:
    """Written, named, changed."""
    made = site.articles.create({"title": "旧题", "body": "近日，各地开展工作。\n\n第二段。"})
    site.articles.name_revision(made.id, "送审稿", author="张编辑")
    return site.articles.save(made.id, {"title": "新题", "body": "昨日，各地开展工作。\n\n第二段。\n\n第三段。"})


@pytest.fixture
def dialog(desk: Desk, article: Article) -> Iterator[HistoryDialog]:
    made = HistoryDialog(desk, article.id, title=article.title)
    made.show()
    wait_until(lambda: made.panel.model.rowCount() > 0)
    settle(desk)
    yield made
    made.close()
    settle(desk)


def settle(desk: Desk) -> None:
    wait_until(lambda: not desk.operations.running)


def choose(dialog: HistoryDialog, name: str) -> None:
    revisions = dialog.panel.model.revisions
    row = next(row for row, revision in enumerate(revisions) if revision.name == name)
    dialog.panel.list.setCurrentIndex(dialog.panel.model.index(row))
    settle(dialog.desk)


def test_the_difference_to_now_is_told_by_word_and_field(dialog: HistoryDialog) -> None:
    choose(dialog, "送审稿")
    assert dialog.panel.heading.text() == "送审稿"
    text = dialog.panel.view.toPlainText()
    assert "Title" in text
    assert "旧题 → 新题" in text
    assert "近昨日，各地开展工作。" in text  # 近 struck out, 昨 added
    compared = dialog.panel._compared
    assert compared is not None
    assert [piece.text for piece in compared.body if piece.change is Change.REMOVED] == ["近"]


def test_the_newest_state_does_not_differ_from_now(dialog: HistoryDialog) -> None:
    dialog.panel.list.setCurrentIndex(dialog.panel.model.index(0))
    settle(dialog.desk)
    if dialog.panel._compared is not None and dialog.panel._compared.is_same:
        assert not dialog.panel.empty.isHidden()
        assert not dialog.panel.restore_button.isEnabled()
        dialog.panel.whole.setChecked(True)
        assert "第三段。" in dialog.panel.view.toPlainText()


def test_an_old_state_comes_back_as_the_newest(dialog: HistoryDialog, site: Site, article: Article) -> None:
    choose(dialog, "送审稿")
    before = dialog.panel.model.rowCount()
    dialog.panel.restore_button.click()
    question = dialog.findChild(QMessageBox, "question")
    assert question is not None
    next(button for button in question.buttons() if button.objectName() == "question_yes").click()
    wait_until(lambda: site.articles.get(article.id).title == "旧题")
    settle(dialog.desk)
    wait_until(lambda: dialog.panel.model.rowCount() > before)
    titles = [revision.title for revision in site.articles.revisions(article.id)]
    assert "新题" in titles  # what stood there before can be had again
    assert dialog.notices.messages[0].text.startswith("The state is back")


def test_the_present_state_is_named_and_kept(dialog: HistoryDialog, site: Site, article: Article) -> None:
    dialog.panel.name.setText("终审稿")
    dialog.panel.name_button.click()
    wait_until(lambda: any(revision.name == "终审稿" for revision in site.articles.revisions(article.id)))
    wait_until(lambda: dialog.panel.heading.text() == "终审稿")
    assert dialog.panel.name.text() == ""


def test_the_oldest_state_has_none_before_it(dialog: HistoryDialog) -> None:
    dialog.panel.list.setCurrentIndex(dialog.panel.model.index(dialog.panel.model.rowCount() - 1))
    dialog.panel.against.setCurrentIndex(1)
    settle(dialog.desk)
    assert not dialog.panel.empty.isHidden()


def test_a_change_elsewhere_shows_by_itself(dialog: HistoryDialog, site: Site, article: Article) -> None:
    choose(dialog, "送审稿")
    site.articles.save(article.id, {"author": "李记者"})
    wait_until(lambda: "李记者" in dialog.panel.view.toPlainText())


NOW = datetime(2026, 1, 1, tzinfo=UTC)


BASE = Article(
    id=1, uid="", version=1, title="题", slug="t", state=State.DRAFT, date=NOW, updated_at=NOW, created_at=NOW
)


def state(**fields: Any) -> Article:
    return dataclasses.replace(BASE, **fields)


def test_columns_and_tags_are_told_by_name() -> None:
    before, after = state(column_id=1, tags=("甲",)), state(column_id=2, tags=("甲", "乙"))
    found = compare(before, after, lambda key: {1: "新闻", 2: "公告"}[key or 0])
    assert [(each.label, each.before, each.after) for each in found.fields] == [
        ("Tags", "甲", "甲, 乙"),
        ("Column", "新闻", "公告"),
    ]


def test_markup_in_a_text_is_text() -> None:
    html = to_html(compare(state(body="a"), state(body="<script>x</script>", title="<b>"), str), whole=False)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;" in html


def test_long_unchanged_stretches_are_left_out() -> None:
    body = "".join(f"第{n}段文字。\n\n" for n in range(500))
    found = compare(state(body=body), state(body=f"{body}末尾。"), str)
    assert len(to_html(found, whole=False)) < 1500
    assert "characters unchanged" in to_html(found, whole=False)
    assert "第250段" in to_html(found, whole=True)
