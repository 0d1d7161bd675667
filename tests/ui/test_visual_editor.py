from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QInputMethodEvent, QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QPlainTextEdit, QTextBrowser

from chce_desktop.domain.article import Article
from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.services.site import Site, open_site
from chce_desktop.sitegen.prose import Renderer
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor.panel import EditorPanel
from chce_desktop.ui.editor.source_editor import MARKDOWN_MIME, SourceEditor
from chce_desktop.ui.editor.visual import commands, formats, keys
from chce_desktop.ui.editor.visual.editor import VisualEditor
from chce_desktop.ui.editor.visual.mirror import Mirror
from tests.helpers.qt import wait_until
from tests.unit.domain.markdown.test_blocks import ARTICLES, EXAMPLES

_BODY = (
    "第一段**重点**，见[通知](https://example.org/a.html)。\n\n## 标题\n\n- 甲\n- 乙\n    - 丙\n\n"
    '> 引文\n\n| 省份 | 人数 |\n| :-- | --: |\n| 北京 | 12 |\n\n![会场](media/aa/tu.jpg "现场")\n\n'
    '<div class="box">\n原样\n</div>\n\n<strong>最后</strong>一段。\n'
)


@pytest.fixture
def visual(qapp: QApplication) -> Iterator[VisualEditor]:
    source = SourceEditor()
    made = VisualEditor(source)
    made.resize(700, 500)
    yield made
    made.close()
    made.deleteLater()
    source.deleteLater()


def show(editor: VisualEditor, text: str) -> None:
    editor.active = False
    editor._source.setPlainText(text)
    done: list[bool] = []
    editor.open_text(0, lambda: done.append(True))
    wait_until(lambda: bool(done))


def text_of(editor: VisualEditor) -> str:
    editor.settle()
    return editor._source.toPlainText()


def put(editor: VisualEditor, found: str, *, select: bool = False, end: bool = False) -> None:
    """The cursor before `found`, behind it, or `found` selected."""
    cursor = editor.document().find(found)
    assert not cursor.isNull(), found
    if not select:
        cursor.setPosition(cursor.selectionEnd() if end else cursor.selectionStart())
    editor.setTextCursor(cursor)


@pytest.mark.parametrize("texts", [EXAMPLES, ARTICLES], ids=["commonmark", "articles"])
def test_showing_a_text_changes_nothing_and_a_key_only_its_block(visual: VisualEditor, texts: list[str]) -> None:
    chance = random.Random(1)  # noqa: S311 - places, no secrets
    for text in texts:
        document = QTextDocument()
        mirror = Mirror(document)
        document.setUndoRedoEnabled(False)
        mirror.load_all(text)
        document.setUndoRedoEnabled(True)
        assert mirror.text() == text
        before = [segment.source for segment in mirror.segments if segment.source]
        cursor = QTextCursor(document)
        cursor.setPosition(chance.randrange(document.characterCount()))
        cursor.insertText("新")
        mirror.changes()
        after = [segment.source for segment in mirror.segments if segment.source]
        same = _edges(before, after)
        assert len(before) - same <= 1, (before, after)
        assert len(after) - same <= 2, (before, after)
        document.undo()
        mirror.changes()
        assert mirror.text() == text


def _edges(before: list[str], after: list[str]) -> int:
    """How many blocks at both ends are the same."""
    shorter = min(len(before), len(after))
    head = next((index for index in range(shorter) if before[index] != after[index]), shorter)
    left = shorter - head
    return head + next((index for index in range(left) if before[-1 - index] != after[-1 - index]), left)


_TYPED = ("字", "*", "_a_", "[x](y)", "# ", "1. ", "> ", "- a", "|", "<b>", "`", "![", "&amp;", "\\", "    ", "——")


@pytest.mark.parametrize("part", range(4))
def test_any_edits_change_only_what_they_touch_and_undo_brings_every_byte_back(visual: VisualEditor, part: int) -> None:
    calls = commands.calls(visual)
    styles = ("bold", "italic", "code", "heading_1", "text", "bullets", "numbers", "quote", "undo", "redo")
    pressed = {"enter": Qt.Key.Key_Return, "backspace": Qt.Key.Key_Backspace, "delete": Qt.Key.Key_Delete}
    texts = [*ARTICLES, *EXAMPLES[::5]]
    for number, text in list(enumerate(texts))[part::4]:
        chance = random.Random(number)  # noqa: S311 - edits, no secrets
        show(visual, text)
        kept = text_of(visual)
        for _ in range(4):
            before = [segment.source for segment in visual.mirror.segments if segment.source]
            document = visual.document()
            start = chance.randrange(document.characterCount())
            end = min(document.characterCount() - 1, start + chance.choice([0, 0, 2, 30]))
            cursor = QTextCursor(document)
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            visual.setTextCursor(cursor)
            paragraphs = document.findBlock(end).blockNumber() - document.findBlock(start).blockNumber() + 1
            edit = chance.choice((*styles, *pressed, "type", "remove", "insert"))
            if edit in styles:
                calls[edit]()
            elif edit in pressed:
                if not keys.solid(visual.textCursor().block()):
                    QTest.keyClick(visual, pressed[edit])
            elif edit == "type":
                visual.insert_plain(chance.choice(_TYPED))
            elif edit == "remove":
                visual.textCursor().removeSelectedText()
            else:
                visual.insert_block("- 甲\n- 乙\n\n**丙**")
            made = text_of(visual)
            assert made == visual.mirror.text()
            after = [segment.source for segment in visual.mirror.segments if segment.source]
            if edit not in ("undo", "redo"):  # a paragraph that joins a list may join two of them
                assert len(before) - _edges(before, after) <= paragraphs + 2, (number, edit, before, after)
            again = Mirror(QTextDocument())
            again.load_all(made)
            assert again.text() == made
        while visual.document().isUndoAvailable():
            visual.undo()
        assert text_of(visual) == kept


@pytest.mark.parametrize(
    ("place", "edit", "wanted"),
    [
        ("第一段", lambda e: QTest.keyClicks(e, "x"), ("第一段**重", "x第一段**重")),
        ("标题", lambda e: commands.set_heading(e, 0), ("## 标题", "标题")),
        ("标题", lambda e: commands.set_heading(e, 3), ("## 标题", "### 标题")),
        ("乙", lambda e: QTest.keyClick(e, Qt.Key.Key_Tab), ("- 乙\n    - 丙", "    - 乙\n    - 丙")),
        ("乙", lambda e: commands.toggle_list(e, ordered=False), ("- 甲\n- 乙\n    - 丙", "- 甲\n\n乙\n\n- 丙")),
        ("引文", commands.toggle_quote, ("> 引文", "引文")),
        ("北京", lambda e: QTest.keyClicks(e, "x"), ("| 北京 |", "| x北京 |")),
        ("标题", lambda e: e.insert_block("***"), ("## 标题", "***\n\n## 标题")),
    ],
)
def test_an_edit_is_written_as_one_would_write_it(
    visual: VisualEditor, place: str, edit: Callable[[VisualEditor], object], wanted: tuple[str, str]
) -> None:
    show(visual, _BODY)
    put(visual, place)
    edit(visual)
    assert text_of(visual) == _BODY.replace(*wanted)
    while visual.document().isUndoAvailable():
        visual.undo()
    assert text_of(visual) == _BODY


def test_undo_of_what_joined_a_list_and_a_kept_block_brings_both_back(visual: VisualEditor) -> None:
    text = "<div>\n原样\n</div>\n\n1. 一\n2. 二\n3. 三\n4. 四\n"
    show(visual, text)
    cursor = QTextCursor(visual.document())
    cursor.setPosition(1)
    cursor.setPosition(visual.document().find("二").position(), QTextCursor.MoveMode.KeepAnchor)
    visual.setTextCursor(cursor)
    visual.insert_plain("*")
    assert "<div>\n原样\n</div>" in text_of(visual)
    visual.undo()
    assert text_of(visual) == text


def test_a_heading_may_end_in_a_hash(visual: VisualEditor) -> None:
    show(visual, "## C\\#\n")
    assert visual.toPlainText() == "C#"
    visual.insert_plain("用")
    assert text_of(visual) == "## 用C\\#\n"


def test_bold_and_links_without_any_marks(visual: VisualEditor) -> None:
    show(visual, "这是一句话。\n")
    put(visual, "一句", select=True)
    commands.toggle(visual, formats.BOLD)
    assert text_of(visual) == "这是**一句**话。\n"
    commands.toggle(visual, formats.BOLD)
    assert text_of(visual) == "这是一句话。\n"
    put(visual, "话", select=True)
    commands.insert_link(visual, "话", "https://example.org/")
    QTest.keyClicks(visual, "x")
    assert text_of(visual) == "这是一句[话](https://example.org/)x。\n"


def test_enter_and_backspace_as_in_a_word_processor(visual: VisualEditor) -> None:
    show(visual, "- 甲\n")
    put(visual, "甲", end=True)
    QTest.keyClick(visual, Qt.Key.Key_Return)
    visual.insert_plain("乙")
    assert text_of(visual) == "- 甲\n- 乙\n"
    QTest.keyClick(visual, Qt.Key.Key_Return)
    QTest.keyClick(visual, Qt.Key.Key_Return)
    visual.insert_plain("丙")
    assert text_of(visual) == "- 甲\n- 乙\n\n丙\n"
    show(visual, "## 题\n\n文\n")
    put(visual, "题", end=True)
    QTest.keyClick(visual, Qt.Key.Key_Return)
    visual.insert_plain("中")
    assert text_of(visual) == "## 题\n\n中\n\n文\n"
    put(visual, "文")
    QTest.keyClick(visual, Qt.Key.Key_Backspace)
    assert text_of(visual) == "## 题\n\n中文\n"
    QTest.keyClick(visual, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert text_of(visual) == "## 题\n\n中  \n文\n"


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("## head", "## head"),
        ("- one", "- one"),
        ("1. one", "1. one"),
        ("> said", "> said"),
        ("2026. year", "2026\\. year"),
        ("#tag", "\\#tag"),
        ("one - two", "one - two"),
    ],
)
def test_a_mark_and_a_space_begin_what_the_mark_says(visual: VisualEditor, typed: str, wanted: str) -> None:
    show(visual, "")
    QTest.keyClicks(visual, typed)
    assert text_of(visual).rstrip("\n") == wanted


def test_undo_takes_a_mark_for_what_was_typed(visual: VisualEditor) -> None:
    show(visual, "")
    QTest.keyClicks(visual, "## head")
    visual.undo()
    visual.undo()
    assert visual.toPlainText() == "## "
    QTest.keyClicks(visual, "x")
    assert text_of(visual).rstrip("\n") == "\\## x"


def test_tables_grow_by_tab_and_change_their_shape(visual: VisualEditor) -> None:
    show(visual, "| 甲 | 乙 |\n| --- | --: |\n| 1 | 2 |\n")
    put(visual, "2")
    QTest.keyClick(visual, Qt.Key.Key_Tab)
    visual.insert_plain("3|4")
    assert text_of(visual).endswith("| 1 | 2 |\n| 3\\|4 |   |\n")
    commands.calls(visual)["column_right"]()
    assert text_of(visual).startswith("| 甲 |   | 乙 |\n| --- | --- | --: |\n")
    commands.calls(visual)["remove_column"]()
    commands.calls(visual)["remove_row"]()
    assert text_of(visual) == "| 甲 | 乙 |\n| --- | --: |\n| 1 | 2 |\n"
    show(visual, "")
    commands.calls(visual)["table"]()
    visual.insert_plain("省份")
    assert text_of(visual).startswith("| 省份 | Column 2 | Column 3 |\n| --- | --- | --- |\n")
    QTest.keyClick(visual, Qt.Key.Key_Tab)  # selects what stands there
    visual.insert_plain("人数")
    assert text_of(visual).startswith("| 省份 | 人数 | Column 3 |\n")


def test_a_long_table_shows_at_once_and_a_longer_one_is_kept_as_it_is(visual: VisualEditor) -> None:
    head, row = "| 甲 | 乙 | 丙 | 丁 |\n| --- | --- | --- | --- |\n", "| 一 | **二** | 三 | 四 |\n"
    started = time.process_time()
    show(visual, head + row * 200)
    assert time.process_time() - started < 2
    put(visual, "一")
    assert visual.textCursor().currentTable() is not None
    show(visual, head + row * 5000)
    assert time.process_time() - started < 4
    assert [formats.kind_of(visual.document().begin())] == [Kind.PROTECTED]
    assert text_of(visual) == head + row * 5000


def test_a_copied_piece_keeps_its_formatting(visual: VisualEditor) -> None:
    show(visual, _BODY)
    cursor = visual.document().find("标题")
    cursor.setPosition(visual.document().find("引文").selectionEnd(), QTextCursor.MoveMode.KeepAnchor)
    visual.setTextCursor(cursor)
    data = visual.createMimeDataFromSelection()
    assert bytes(data.data(MARKDOWN_MIME).data()).decode() == "## 标题\n\n- 甲\n- 乙\n    - 丙\n\n> 引文"
    show(visual, "前后\n")
    put(visual, "前", end=True)
    visual.insertFromMimeData(data)
    assert text_of(visual) == "前\n\n## 标题\n\n- 甲\n- 乙\n    - 丙\n\n> 引文\n\n后\n"
    show(visual, "一**二**三\n")
    put(visual, "二", select=True)
    data = visual.createMimeDataFromSelection()
    put(visual, "三", end=True)
    visual.insertFromMimeData(data)
    assert text_of(visual) == "一**二**三**二**\n"


def test_a_footnote_is_a_number_and_a_note_at_the_end(visual: VisualEditor) -> None:
    show(visual, "有出处的话。\n\n[^1]: 旧注\n")
    put(visual, "话", end=True)
    commands.insert_footnote(visual)
    visual.insert_plain("新注")
    assert text_of(visual) == "有出处的话[^2]。\n\n[^1]: 旧注\n\n[^2]: 新注\n"


def test_what_it_cannot_show_is_kept_and_edited_as_source(visual: VisualEditor) -> None:
    show(visual, _BODY)
    wanted: list[tuple[str, Callable[[str], object]]] = []
    visual.source_wanted.connect(lambda text, done: wanted.append((text, done)))
    solid = next(segment for segment in visual.mirror.segments if segment.piece.content.kind is Kind.PROTECTED)
    put(visual, "最后")
    QTest.keyClick(visual, Qt.Key.Key_Up)
    assert keys.solid(visual.textCursor().block())
    QTest.keyClicks(visual, "x")  # goes beside it, never into it
    assert solid.source in text_of(visual)
    visual.undo()
    put(visual, "最后")
    QTest.keyClick(visual, Qt.Key.Key_Up)
    QTest.keyClick(visual, Qt.Key.Key_Return)
    assert [text for text, _ in wanted] == [solid.source]
    wanted[0][1]("换成**正文**")
    assert text_of(visual) == _BODY.replace(solid.source, "换成**正文**")


def test_an_input_method_writes_and_undo_goes_back_word_by_word(visual: VisualEditor) -> None:
    show(visual, "开头。\n")
    visual.moveCursor(QTextCursor.MoveOperation.End)
    for word in ("教育", "新闻"):
        preedit = QInputMethodEvent(word, [])
        QApplication.sendEvent(visual, preedit)
        assert visual.composing
        commit = QInputMethodEvent()
        commit.setCommitString(word)
        QApplication.sendEvent(visual, commit)
    assert text_of(visual) == "开头。教育新闻\n"
    visual.undo()
    assert text_of(visual) == "开头。教育\n"
    visual.undo()
    assert text_of(visual) == "开头。\n"


def test_typing_without_a_pause_reaches_the_source(visual: VisualEditor) -> None:
    show(visual, "开头。\n")
    end = time.monotonic() + 60
    while visual._source.toPlainText().count("x") <= 3 and time.monotonic() < end:
        QTest.keyClicks(visual, "x")
        QApplication.processEvents()
        time.sleep(0.005)
    assert visual._source.toPlainText().count("x") > 3


def test_changes_of_the_source_show_and_keep_the_cursor(visual: VisualEditor) -> None:
    show(visual, _BODY)
    put(visual, "引文", end=True)
    visual._source.replace_text(_BODY.replace("第一段", "新的第一段").replace("最后", "末"))
    assert "新的第一段" in visual.toPlainText()
    assert visual.textCursor().block().text() == "引文"
    assert visual.mirror.text() == visual._source.toPlainText()
    visual.insert_plain("甲")
    assert "> 引文甲" in text_of(visual)


@pytest.fixture
def panel(desk: Desk, site: Site) -> Iterator[EditorPanel]:
    article = site.articles.create({"title": "题目", "body": _BODY})
    made = EditorPanel(desk)
    made.resize(900, 700)
    made.show()
    made.commands["editor.visual"].setChecked(True)
    made.open_article(article.id)
    wait_until(lambda: made.article_id == article.id and not made.modes.visual.isReadOnly())
    yield made
    made.close_article()
    wait_until(lambda: not desk.operations.running)
    made.close()
    made.deleteLater()


def article_of(panel: EditorPanel, site: Site) -> Article:
    assert panel.article_id is not None
    return site.articles.get(panel.article_id)


def test_it_is_saved_like_the_source(panel: EditorPanel, site: Site) -> None:
    version = article_of(panel, site).version
    assert panel.flush()
    assert article_of(panel, site).version == version
    put(panel.modes.visual, "第一段")
    QTest.keyClicks(panel.modes.visual, "x")
    wait_until(lambda: article_of(panel, site).body == "x" + _BODY)


def test_the_format_bar_shows_what_the_place_is(panel: EditorPanel) -> None:
    bold, bullets = panel.commands["editor.bold"], panel.commands["editor.bullets"]
    put(panel.modes.visual, "重点", end=True)
    assert (bold.isChecked(), bullets.isChecked()) == (True, False)
    put(panel.modes.visual, "甲", end=True)
    assert (bold.isChecked(), bullets.isChecked()) == (False, True)
    put(panel.modes.visual, "标题", select=True)
    bold.trigger()
    assert bold.isChecked()
    panel.modes.settle()
    assert "## **标题**\n" in panel.editor.toPlainText()


def test_switching_keeps_text_and_place(panel: EditorPanel) -> None:
    put(panel.modes.visual, "最后", end=True)
    panel.commands["editor.visual"].setChecked(False)
    assert panel.editor.toPlainText() == _BODY
    cursor = panel.editor.textCursor()
    assert cursor.block().text()[: cursor.positionInBlock()] in ("<strong>最后", "<strong>最后</strong>")
    QTest.keyClicks(panel.editor, "x")
    panel.commands["editor.visual"].setChecked(True)
    wait_until(lambda: not panel.modes.visual.isReadOnly())
    cursor = panel.modes.visual.textCursor()
    assert cursor.block().text()[: cursor.positionInBlock()].endswith("x")


def test_the_article_opens_where_it_was(panel: EditorPanel, site: Site) -> None:
    other = site.articles.create({"title": "另一篇", "body": "正文\n"})
    first = panel.article_id
    assert first is not None
    put(panel.modes.visual, "乙", end=True)
    panel.open_article(other.id)
    wait_until(lambda: panel.article_id == other.id)
    panel.open_article(first)
    wait_until(lambda: panel.article_id == first and not panel.modes.visual.isReadOnly())
    cursor = panel.modes.visual.textCursor()
    assert (cursor.block().text(), cursor.positionInBlock()) == ("乙", 1)


def test_find_and_replace_work_on_what_is_shown(panel: EditorPanel) -> None:
    panel.find_bar.open_replace()
    panel.find_bar.query.setText("重点，见")
    panel.find_bar.find_next()
    assert panel.modes.visual.textCursor().selectedText() == "重点，见"
    panel.find_bar.query.setText("甲")
    panel.find_bar.replacement.setText("*")
    assert panel.find_bar.replace_all() == 1
    panel.modes.settle()
    assert "- \\*\n- 乙" in panel.editor.toPlainText()


def test_a_paste_from_the_web_is_a_piece_of_the_article(panel: EditorPanel) -> None:
    from PySide6.QtCore import QMimeData

    put(panel.modes.visual, "引文", end=True)
    data = QMimeData()
    data.setHtml("<p>一个<b>重点</b></p>")
    panel.modes.visual.insertFromMimeData(data)
    wait_until(lambda: "> 引文一个**重点**" in panel.editor.toPlainText())
    data = QMimeData()
    data.setHtml("<h2>节</h2><ul><li>项</li></ul>")
    put(panel.modes.visual, "最后")
    panel.modes.visual.insertFromMimeData(data)
    wait_until(lambda: "</div>\n\n## 节\n\n- 项\n\n<strong>最后</strong>一段" in panel.editor.toPlainText())


def test_a_picture_has_words_and_a_place(panel: EditorPanel) -> None:
    visual = panel.modes.visual
    cursor = QTextCursor(visual.document())
    while not visual.open_object(cursor):
        assert cursor.movePosition(QTextCursor.MoveOperation.Right)
    dialog = panel.findChild(QDialog, "picture_dialog")
    assert dialog is not None
    caption = dialog.findChild(QLineEdit, "picture_caption")
    assert caption is not None
    assert caption.text() == "现场"
    caption.setText("会议")
    dialog.accept()
    panel.modes.settle()
    assert '![会场](media/aa/tu.jpg "会议")\n' in panel.editor.toPlainText()


def test_the_source_of_a_block_has_a_dialog(panel: EditorPanel) -> None:
    put(panel.modes.visual, "最后")
    QTest.keyClick(panel.modes.visual, Qt.Key.Key_Up)
    QTest.keyClick(panel.modes.visual, Qt.Key.Key_Return)
    dialog = panel.findChild(QDialog, "block_source_dialog")
    assert dialog is not None
    field = dialog.findChild(QPlainTextEdit, "block_source")
    assert field is not None
    field.setPlainText('<div class="box">\n改过\n</div>')
    dialog.accept()
    panel.modes.settle()
    assert panel.editor.toPlainText() == _BODY.replace("原样", "改过")


def test_a_place_of_the_source_is_selected_where_it_shows(panel: EditorPanel) -> None:
    for wanted in ("通知", "标题", "丙", "引文", "北京", "末尾"):
        source = _BODY.replace("最后", "末尾")
        panel.editor.replace_text(source)
        cursor = panel.editor.document().find(wanted)
        panel.modes.select(cursor)
        assert panel.modes.visual.textCursor().selectedText() == wanted


def test_text_from_elsewhere_waits_for_the_input_method(panel: EditorPanel, site: Site) -> None:
    visual = panel.modes.visual
    put(visual, "最后")
    QApplication.sendEvent(visual, QInputMethodEvent("jiaoyu", []))
    assert visual.composing
    article = panel.article_id
    assert article is not None
    site.articles.save(article, {"body": "别人的。\n\n" + _BODY})
    end = time.monotonic() + 0.4
    wait_until(lambda: time.monotonic() > end)
    assert visual.composing
    commit = QInputMethodEvent()
    commit.setCommitString("教育")
    QApplication.sendEvent(visual, commit)
    wanted = "别人的。\n\n" + _BODY.replace("<strong>最后</strong>", "**教育最后**")
    wait_until(lambda: site.articles.get(article).body == wanted)
    assert panel.comparison is None


@pytest.mark.parametrize("place", ["引文", "北京", "丙"])
def test_changes_in_two_places_are_merged_and_the_cursor_stays(panel: EditorPanel, site: Site, place: str) -> None:
    visual, article = panel.modes.visual, panel.article_id
    assert article is not None
    theirs = "别人的第一句。\n\n" + _BODY.replace("## 标题", "## 新标题").replace("一段。", "一段，改过。")
    put(visual, place, end=True)
    QTest.keyClicks(visual, "xy")
    with open_site(site.folder) as other:
        other.articles.save(article, {"body": theirs})
    assert panel.flush()
    wait_until(lambda: not visual.isReadOnly())
    wanted = theirs.replace(place, f"{place}xy")
    wait_until(lambda: site.articles.get(article).body == wanted)
    assert panel.comparison is None
    cursor = visual.textCursor()
    assert cursor.block().text()[: cursor.positionInBlock()].endswith(f"{place}xy")
    QTest.keyClicks(visual, "z")
    assert panel.flush()
    assert site.articles.get(article).body == theirs.replace(place, f"{place}xyz")


def test_a_contradiction_is_shown_side_by_side(panel: EditorPanel, site: Site) -> None:
    visual, article = panel.modes.visual, panel.article_id
    assert article is not None
    put(visual, "引文", end=True)
    QTest.keyClicks(visual, "mine")
    site.articles.save(article, {"body": _BODY.replace("引文", "引文theirs")})
    wait_until(lambda: panel.comparison is not None)
    comparison = panel.comparison
    assert comparison is not None
    for name, word in (("comparison_mine", "引文mine"), ("comparison_theirs", "引文theirs")):
        view = comparison.findChild(QTextBrowser, name)
        assert view is not None
        assert word in view.toPlainText()
    comparison.reject()  # keeps both
    wait_until(panel.flush)
    body = site.articles.get(article).body
    assert "引文mine" in body
    assert "引文theirs" in body
    wait_until(lambda: not visual.isReadOnly())
    assert visual.mirror.text() == body


def test_brackets_in_a_text_with_references_stand_for_themselves(visual: VisualEditor) -> None:
    text = "见[通知][1]。\n\n第二段。\n\n[1]: https://example.org/a.html\n"
    show(visual, text)
    put(visual, "第二段", end=True)
    visual.insert_plain("[论文]与[1]")
    made = text_of(visual)
    assert made == text.replace("第二段", "第二段[论文]与\\[1\\]")
    again = Mirror(QTextDocument())
    again.load_all(made)
    kinds = [segment.piece.content.kind for segment in again.segments if segment.source]
    assert kinds == [Kind.PROTECTED, Kind.TEXT, Kind.PROTECTED]
    assert Renderer(SiteSettings(name="x"), {}).render(made).html.count("<a ") == 1


def link_dialog(panel: EditorPanel) -> tuple[QDialog, QLineEdit, QLineEdit]:
    panel.commands["editor.link"].trigger()
    dialog = next(found for found in panel.findChildren(QDialog, "link_dialog") if found.isVisible())
    text, address = dialog.findChild(QLineEdit, "link_text"), dialog.findChild(QLineEdit, "link_address")
    assert text is not None
    assert address is not None
    return dialog, text, address


def test_a_link_is_changed_and_taken_away(panel: EditorPanel) -> None:
    visual = panel.modes.visual
    put(visual, "通知")
    visual.moveCursor(QTextCursor.MoveOperation.Right)
    dialog, text, address = link_dialog(panel)
    assert (text.text(), address.text()) == ("通知", "https://example.org/a.html")
    address.setText("https://example.org/b.html")
    dialog.accept()
    panel.modes.settle()
    assert panel.editor.toPlainText() == _BODY.replace("a.html", "b.html")
    put(visual, "知")
    dialog, text, address = link_dialog(panel)
    text.setText("通告")
    dialog.accept()
    panel.modes.settle()
    assert panel.editor.toPlainText() == _BODY.replace("通知", "通告").replace("a.html", "b.html")
    put(visual, "告")
    dialog, text, address = link_dialog(panel)
    address.clear()
    dialog.accept()
    panel.modes.settle()
    assert panel.editor.toPlainText() == _BODY.replace("[通知](https://example.org/a.html)", "通告")
    visual.undo()
    visual.undo()
    visual.undo()
    panel.modes.settle()
    assert panel.editor.toPlainText() == _BODY


def test_pictures_and_kept_blocks_are_reached_by_keys(panel: EditorPanel) -> None:
    visual = panel.modes.visual
    for name, forwards in (("picture_dialog", Qt.Key.Key_Down), ("block_source_dialog", Qt.Key.Key_Down)):
        while not visual.textCursor().block().text().startswith(formats.MARK):
            QTest.keyClick(visual, forwards)
        QTest.keyClick(visual, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
        dialog = next(found for found in panel.findChildren(QDialog, name) if found.isVisible())
        dialog.reject()
        QTest.keyClick(visual, forwards)


def test_the_menu_knows_its_place(panel: EditorPanel) -> None:
    visual = panel.modes.visual
    wanted = {"北京": {"row_below", "remove_column"}, "知": {"link"}, "丙": set()}
    for place, names in wanted.items():
        put(visual, place)
        QApplication.sendEvent(visual, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(9, 9), QPoint(9, 9)))
        menu = visual.findChild(QMenu, "visual_menu")
        assert menu is not None
        offered = set(menu.actions())
        mine = {name for name in ("row_below", "remove_column", "link") if panel.commands[f"editor.{name}"] in offered}
        assert mine == names
        menu.close()
        QApplication.sendPostedEvents(menu, QEvent.Type.DeferredDelete)
