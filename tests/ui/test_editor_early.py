"""What is typed while a text is still being shown, or shown anew because somebody else changed it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest

from chce_desktop.domain.article import Article
from chce_desktop.services.site import Site, open_site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor.panel import EditorPanel
from tests.helpers.qt import wait_until

_TABLE = "| 省份 | 人数 |\n| :-- | --: |\n| 北京 | 12 |"
_PARAGRAPHS = [f"第 {number} 段，讲的是**质量监测**的结果。" for number in range(400)]
_LONG = "\n\n".join([*_PARAGRAPHS, _TABLE, "末段。"]) + "\n"


@pytest.fixture
def article(site: Site) -> Article:
    return site.articles.create({"title": "长", "body": _LONG})


@pytest.fixture
def panel(desk: Desk, article: Article) -> Iterator[EditorPanel]:
    made = EditorPanel(desk)
    made.resize(900, 700)
    made.show()
    made.modes.set_visual(True)
    made.open_article(article.id)
    wait_until(lambda: made.article_id == article.id)
    assert made.modes.visual.is_loading
    yield made
    made.close_article()
    wait_until(lambda: not desk.operations.running)
    made.close()
    made.deleteLater()


def write(panel: EditorPanel, letters: str, word: str = "") -> None:
    """Letters by keys, and a word by an input method."""
    QTest.keyClicks(panel.modes.current, letters)
    if word:
        event = QInputMethodEvent("", [])
        event.setCommitString(word)
        QCoreApplication.sendEvent(panel.modes.current, event)


def shown(panel: EditorPanel) -> None:
    wait_until(lambda: not panel.modes.visual.is_loading)


def text_of(panel: EditorPanel) -> str:
    panel.modes.settle()
    return panel.editor.toPlainText()


def test_what_is_typed_before_the_text_is_all_there_is_written_in_order(panel: EditorPanel) -> None:
    write(panel, "ab", "教育")
    QTest.keyClick(panel.modes.current, Qt.Key.Key_Left)
    write(panel, "c")
    QTest.keyClick(panel.modes.current, Qt.Key.Key_Backspace)
    assert panel.modes.visual.is_loading
    assert panel.modes.visual.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    shown(panel)
    assert text_of(panel) == f"ab教育{_LONG}"
    write(panel, "x")
    assert text_of(panel) == f"ab教x育{_LONG}"
    panel.modes.visual.undo()
    assert "x" not in text_of(panel)


def test_what_is_typed_before_the_text_is_all_there_is_saved_when_it_is_left(
    panel: EditorPanel, site: Site, article: Article
) -> None:
    other = site.articles.create({"title": "另一篇", "body": "别动。\n"})
    write(panel, "ab", "教育")
    panel.open_article(other.id)
    wait_until(lambda: panel.article_id == other.id)
    shown(panel)
    wait_until(lambda: site.articles.get(article.id).body == f"ab教育{_LONG}")
    assert text_of(panel) == "别动。\n"


def test_what_is_typed_before_the_text_is_all_there_is_in_the_other_editor(panel: EditorPanel) -> None:
    write(panel, "ab", "教育")
    panel.modes.set_visual(False)
    write(panel, "c")
    assert text_of(panel) == f"ab教育c{_LONG}"


def test_what_is_typed_while_somebody_elses_table_is_shown_is_not_lost(
    panel: EditorPanel, site: Site, article: Article
) -> None:
    """Tables are shown anew with the whole text."""
    shown(panel)
    typed = ""
    with open_site(site.folder) as elsewhere:
        for number in range(2):
            body = elsewhere.articles.get(article.id).body.replace(
                f"| 北京 | {12 + number} |", f"| 北京 | {13 + number} |"
            )
            elsewhere.articles.save(article.id, {"body": body})
            site.look_for_foreign_changes()
            for step in range(30):
                letter = "abcdefghij"[step % 10]
                QTest.keyClicks(panel.modes.current, letter)
                typed += letter
                QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            wait_until(lambda: not panel.desk.operations.running and not panel.modes.visual.is_loading)
    assert panel.flush()
    wait_until(lambda: not panel.desk.operations.running)
    assert text_of(panel) == (typed + _LONG).replace("| 北京 | 12 |", "| 北京 | 14 |")
    assert site.articles.get(article.id).body == text_of(panel)


def test_the_last_key_before_an_article_is_left_is_saved(panel: EditorPanel, site: Site, article: Article) -> None:
    shown(panel)
    write(panel, "a")
    panel.close_article()
    wait_until(lambda: site.articles.get(article.id).body == f"a{_LONG}")
