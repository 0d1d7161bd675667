"""The check beside the article and for the whole site, on a real site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from chce_desktop.domain.article import ArticlePatch, State
from chce_desktop.services.site import Site
from chce_desktop.ui.articles.properties import PropertyPane
from chce_desktop.ui.checking.panel import CheckPanel
from chce_desktop.ui.checking.report import SiteCheckDialog
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor.panel import EditorPanel
from chce_desktop.ui.editor.visual import keys
from tests.helpers.qt import wait_until
from tests.helpers.watchdog import Watchdog


class Writing:
    """Editor, properties and check panel side by side."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.host = QWidget()
        self.editor = EditorPanel(desk, self.host)
        self.properties = PropertyPane(desk, self.host)
        self.panel = CheckPanel(desk, self.editor, self.properties, self.host)
        self.editor.article_opened.connect(self.properties.show_article)
        desk.article_wanted.connect(self.editor.open_article)
        self.host.resize(900, 700)
        self.editor.setGeometry(0, 0, 600, 500)
        self.properties.setGeometry(600, 0, 300, 700)
        self.panel.setGeometry(0, 500, 600, 200)
        self.host.show()
        self.panel.show()
        self.panel.unfold()

    def open(self, article_id: int) -> None:
        self.editor.open_article(article_id)
        wait_until(lambda: self.editor.article_id == article_id)

    def rules(self) -> list[str]:
        return [finding.rule for finding in self.panel.model.findings]

    def choose(self, rule: str) -> None:
        self.panel.list.setCurrentIndex(self.panel.model.index(self.rules().index(rule)))


@pytest.fixture
def writing(desk: Desk) -> Iterator[Writing]:
    made = Writing(desk)
    yield made
    made.editor.close_article()
    wait_until(lambda: not desk.operations.running)
    made.host.close()
    made.host.deleteLater()


def create(site: Site, **fields: Any) -> int:
    patch = {"title": "题", "body": "文。", "source": "教育部", "summary": "要", "state": State.READY, **fields}
    column = site.columns.add(f"栏{len(site.columns.tree().walk())}")
    return site.articles.create(cast("ArticlePatch", {"column_id": column.id, **patch})).id


def test_what_is_typed_is_checked_and_mended(writing: Writing, site: Site) -> None:
    site.wordbook.words.put({"word": "做为", "kind": "confusable", "level": "warn", "suggestion": "作为", "note": ""})
    writing.open(create(site))
    wait_until(lambda: bool(writing.panel.summary.text()))
    assert writing.rules() == []
    writing.editor.editor.moveCursor(writing.editor.editor.textCursor().MoveOperation.End)
    writing.editor.editor.insertPlainText("\n\n🎉他做为代表。")
    wait_until(lambda: writing.rules() == ["confusable-word"])
    writing.choose("confusable-word")
    QTest.mouseClick(
        writing.panel.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=writing.panel.list.visualRect(writing.panel.model.index(0)).center(),
    )
    assert writing.editor.editor.textCursor().selectedText() == "做为"
    assert not writing.panel.replace_button.isHidden()
    writing.panel.replace_button.click()
    assert writing.editor.editor.toPlainText() == "文。\n\n🎉他作为代表。"
    wait_until(lambda: writing.rules() == [])
    writing.editor.editor.undo()
    assert "做为" in writing.editor.editor.toPlainText()


def test_one_click_goes_there_and_mends_in_the_visual_editor(writing: Writing, site: Site) -> None:
    site.wordbook.words.put({"word": "做为", "kind": "confusable", "level": "warn", "suggestion": "作为", "note": ""})
    table = "| 甲 | 乙 |\n| --- | --- |\n| 丙 | 做为 |"
    body = f"第一段。\n\n## 🎉**他做为**代表\n\n{table}\n\n<div>\n做为\n</div>\n\n![](x.png)\n"
    writing.editor.commands["editor.visual"].setChecked(True)
    writing.open(create(site, body=body))
    visual = writing.editor.modes.visual
    wait_until(lambda: writing.rules().count("confusable-word") == 3 and not visual.isReadOnly())
    findings = [f for f in writing.panel.model.findings if f.rule == "confusable-word"]
    assert [f.line for f in findings] == [3, 7, 10]
    for finding, shown in zip(findings, ("做为", "做为", ""), strict=True):
        writing.panel.list.setCurrentIndex(writing.panel.model.index(writing.panel.model.findings.index(finding)))
        writing.panel.go_button.click()
        assert writing.host.focusWidget() is visual
        assert visual.textCursor().selectedText() == shown or not shown
    assert keys.solid(visual.textCursor().block())
    writing.choose("no-alt")
    writing.panel.go_button.click()
    assert writing.host.focusWidget() is visual
    for left in (2, 1, 0):
        writing.choose("confusable-word")
        writing.panel.replace_button.click()
        wait_until(lambda left=left: writing.rules().count("confusable-word") == left)  # type: ignore[misc]
        wait_until(lambda: not visual.isReadOnly())
    writing.editor.modes.settle()
    assert writing.editor.editor.toPlainText() == body.replace("做为", "作为")
    assert visual.mirror.text() == body.replace("做为", "作为")


def test_one_click_goes_to_each_field(writing: Writing, site: Site) -> None:
    article_id = create(
        site, title="长" * 61, source="", summary="", column_id=None, subtitle="电话13812345678", body="![](x.png)"
    )
    writing.open(article_id)
    wait_until(lambda: len(writing.rules()) == 7)
    expected = {
        "long-title": writing.editor.header.title,
        "mobile-number": writing.editor.header.subtitle,
        "no-source": writing.properties.lines["source"],
        "no-summary": writing.properties.summary,
        "no-column": writing.properties.column,
        "missing-media": writing.editor.editor,
        "no-alt": writing.editor.editor,
    }
    assert set(writing.rules()) == set(expected)
    for rule, widget in expected.items():
        writing.choose(rule)
        writing.panel.go_button.click()
        assert writing.host.focusWidget() is widget, rule
    writing.choose("mobile-number")
    writing.panel.replace()
    assert writing.editor.header.subtitle.text() == "电话138****5678"


def test_properties_and_lists_that_change_are_looked_at_again(writing: Writing, site: Site) -> None:
    article_id = create(site, source="")
    writing.open(article_id)
    wait_until(lambda: writing.rules() == ["no-source"])
    field = writing.properties.lines["source"]
    field.setText("新华网")
    field.textEdited.emit("新华网")
    wait_until(lambda: writing.rules() == [])
    site.wordbook.words.put({"word": "新华网", "kind": "name", "level": "block", "suggestion": "", "note": ""})
    wait_until(lambda: writing.rules() == ["wrong-name"])
    assert writing.panel.summary.text() == "1 stops the publish"


@pytest.mark.alone
def test_a_very_long_article_never_holds_up_the_window(writing: Writing, site: Site) -> None:
    site.wordbook.words.import_file(_table(site, 10_000))
    body = "\n\n".join("".join(chr(0x4E00 + (n * 37 + k) % 2500) for k in range(500)) for n in range(100))
    writing.open(create(site, body=body))
    wait_until(lambda: bool(writing.panel.summary.text()), 30)
    reports = []
    for _ in range(8):  # a busy machine may hold up any one of them; what we do ourselves would hold up all
        with Watchdog(0.05) as dog:
            writing.panel.check()
            wait_until(lambda: not writing.desk.operations.running, 30)
        reports.append(dog.report())
        if not dog.longest:
            break
    else:
        pytest.fail("\n".join(reports))


def _table(site: Site, count: int) -> Any:
    path = site.folder.parent / "词.csv"
    path.write_text("词语\n" + "\n".join(f"词{chr(0x4E00 + n % 2000)}{n}" for n in range(count)), "utf-8")
    return path


def test_the_whole_site_is_looked_through_and_a_finding_opens_its_article(
    writing: Writing, desk: Desk, site: Site
) -> None:
    fine, wrong = create(site, title="好"), create(site, title="坏", body="一\n\n二13812345678")
    writing.open(fine)
    dialog = SiteCheckDialog(desk)
    dialog.show()
    wait_until(lambda: not dialog.is_running)
    assert [f.rule for f in dialog.model.findings] == ["no-site-address", "mobile-number"]
    dialog.filter.setText("坏")
    assert [f.article_id for f in dialog.model.findings] == [wrong]
    dialog.list.setCurrentIndex(dialog.model.index(0))
    dialog.list.clicked.emit(dialog.model.index(0))
    wait_until(lambda: writing.editor.editor.textCursor().selectedText() == "13812345678")
    assert writing.editor.article_id == wrong
    dialog.shown.setCurrentIndex(2)
    assert dialog.model.findings == ()
    assert dialog.empty.isVisible()
    dialog.close()
