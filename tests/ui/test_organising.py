"""Windows in which many articles are changed at once: each change is shown, is one step, and can be undone."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCalendarWidget,
    QComboBox,
    QLineEdit,
    QMenu,
    QWidget,
)

from chce_desktop.domain.article import ArticleFilter, Flag, State
from chce_desktop.services.site import Site
from chce_desktop.ui.articles.bulk import BulkDialog
from chce_desktop.ui.articles.chosen import Chosen
from chce_desktop.ui.articles.dragging import mime_of
from chce_desktop.ui.columns.merging import MergeDialog, SplitDialog
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.frontpage.plan import PlanDialog
from chce_desktop.ui.frontpage.window import FrontPageDialog
from chce_desktop.ui.organise.counts import CountsDialog
from chce_desktop.ui.organise.replace import ReplaceDialog
from chce_desktop.ui.organise.tags import TagsDialog
from tests.helpers.qt import wait_until

_START = datetime(2026, 1, 18, 1, 0, tzinfo=UTC)


@pytest.fixture
def host(qapp: QApplication, desk: Desk) -> Iterator[QWidget]:
    made = QWidget()
    made.resize(1100, 800)
    made.show()
    wait_until(lambda: desk.is_loaded)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def ids(site: Site) -> tuple[int, ...]:
    """Thirty ready articles in two columns, the newest last."""
    columns = [site.columns.add(name).id for name in ("教育新闻", "政务公开")]
    return site.articles.create_many(
        {
            "title": f"第{n}篇文章",
            "body": f"记者从教育部获悉，教育部发布第{n}号通知。",
            "tags": ("教育", "通知") if n % 2 else ("教育",),
            "column_id": columns[n % 2],
            "state": State.READY,
            "source": "本网",
            "date": _START + timedelta(hours=n),
        }
        for n in range(30)
    )


def _settled(desk: Desk) -> None:
    wait_until(lambda: not desk.operations.running)
    QTest.qWait(120)
    wait_until(lambda: not desk.operations.running)


def test_any_selection_is_changed_in_one_step(desk: Desk, host: QWidget, site: Site, ids: tuple[int, ...]) -> None:
    wanted = ArticleFilter(tag="通知")
    dialog = BulkDialog(desk, Chosen(15, (), lambda: site.articles.ids(wanted), whole=True), host)
    dialog.open()
    assert not dialog.accept_button.isEnabled()
    for key in ("state", "source", "flag_pinned", "add_tags", "drop_tags"):
        dialog._ticks[key].setChecked(True)
    dialog.state.setCurrentIndex(dialog.state.findData(State.REVIEW))
    dialog.source.setText("新华社")
    dialog.add_tags.setText("要闻，教育")
    dialog.drop_tags.setText("通知")
    before = site.articles.infos(ids)
    dialog.accept_button.click()
    _settled(desk)
    assert desk.notices.messages[-1].text.startswith("15 articles changed: ")
    changed = site.articles.infos(ids[1::2]).values()
    assert {(i.state, i.source, i.tags) for i in changed} == {(State.REVIEW, "新华社", ("教育", "要闻"))}
    assert all(info.flagged(Flag.PINNED, datetime.now(UTC)) for info in changed)
    assert site.articles.infos(ids[::2]) == {i: before[i] for i in ids[::2]}
    desk.undo.undo()
    _settled(desk)
    for article_id, info in site.articles.infos(ids).items():
        was = before[article_id]
        assert (info.state, info.source, info.tags, info.flags) == (was.state, was.source, was.tags, was.flags)


def test_every_replacement_is_shown_and_can_be_left_out(
    desk: Desk, host: QWidget, site: Site, ids: tuple[int, ...]
) -> None:
    dialog = ReplaceDialog(desk, ArticleFilter(column_id=site.columns.find("政务公开").id), host)
    dialog.show()
    dialog.find_line.setText("教育部")
    dialog.replacement.setText("国家教育部")
    dialog.scope.setCurrentIndex(1)
    QTest.keyClick(dialog.find_line, Qt.Key.Key_Return)
    wait_until(lambda: dialog.changes.rowCount() == 15)
    assert dialog.summary.text() == "30 places in 15 articles"
    group = dialog.changes.index(0, 0)
    dialog.changes.setData(group, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    one = dialog.changes.index(1, 0, dialog.changes.index(1, 0))
    dialog.changes.setData(one, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert dialog.changes.index(1, 0).data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.PartiallyChecked
    assert dialog.replace_button.text() == "Replace 27 places"
    dialog.replace_button.click()
    assert dialog.empty.accessibleName().startswith("Replacing…")
    assert not dialog.replace_button.isEnabled()
    wait_until(lambda: dialog.empty.accessibleName().startswith("Done"))
    _settled(desk)
    bodies = [site.articles.get(i).body for i in ids]
    assert sum(body.count("国家教育部") for body in bodies) == 27
    changed = next(i for i, body in zip(ids, bodies, strict=True) if "国家教育部" in body)
    before = next(
        r for r in site.articles.revisions(changed) if r.name == "Before replacing “教育部” with “国家教育部”"
    )
    assert "国家" not in site.articles.revision(changed, before.id).body
    desk.undo.undo()
    _settled(desk)
    assert not any("国家教育部" in site.articles.get(i).body for i in ids)
    desk.undo.redo()
    _settled(desk)
    assert [site.articles.get(i).body for i in ids] == bodies
    desk.undo.undo()
    _settled(desk)
    QTest.keyClick(dialog.find_line, Qt.Key.Key_Return)
    wait_until(lambda: dialog.changes.rowCount() == 15)
    site.articles.save(changed, {"body": "别人改过了。"})
    dialog.replace_button.click()
    wait_until(dialog.replace_button.isEnabled)
    assert dialog.empty.isHidden(), "nothing was replaced, so it does not say that it was"
    assert not any("国家教育部" in site.articles.get(i).body for i in ids)
    dialog.close()


def test_tags_are_renamed_merged_split_and_brought_back(
    desk: Desk, host: QWidget, site: Site, ids: tuple[int, ...]
) -> None:
    dialog = TagsDialog(desk, host)
    dialog.show()
    wait_until(lambda: dialog.model.rowCount() == 2)
    site.articles.trash(ids[1:2])
    before = {i: info.tags for i, info in site.articles.infos(ids).items()}
    dialog.merge(["教育", "通知"], "教育通知")
    wait_until(lambda: list(dialog.model.rows) == [("教育通知", 29)])
    assert desk.notices.messages[-1].text == "30 articles have other tags now."
    site.articles.set_many(ids[:1], {"tags": ("教育通知", "同事的")})
    desk.undo.undo()
    wait_until(lambda: dict(dialog.model.rows) == {"教育": 29, "通知": 14, "同事的": 1})
    _settled(desk)
    before[ids[0]] = (*before[ids[0]], "同事的")
    assert {i: info.tags for i, info in site.articles.infos(ids).items()} == before
    dialog.split("通知", "公告，公文")
    _settled(desk)
    assert set(site.articles.get(ids[3]).tags) == {"教育", "公告", "公文"}
    dialog.rename("公文", "文件")
    _settled(desk)
    assert set(site.articles.get(ids[3]).tags) == {"教育", "公告", "文件"}
    wait_until(lambda: "文件" in dict(dialog.model.rows))
    dialog.filter.setText("文")
    wait_until(lambda: dialog.table.model().rowCount() == 1)
    dialog.table.selectRow(0)
    dialog._on_remove()
    _settled(desk)
    assert set(site.articles.get(ids[3]).tags) == {"教育", "公告"}
    dialog.close()


def test_columns_are_merged_and_split(desk: Desk, host: QWidget, site: Site, ids: tuple[int, ...]) -> None:
    news, public = site.columns.find("教育新闻"), site.columns.find("政务公开")
    old = site.articles.get(ids[0])
    split = SplitDialog(desk, Chosen.these(site.articles.infos(ids[:4:2]).values()), host)
    split.show()
    split.name.setText("专题")
    split.move_button.click()
    wait_until(lambda: len(site.columns.tree().walk()) == 3)
    _settled(desk)
    topic = site.columns.find("专题")
    assert {site.articles.get(i).column_id for i in ids[:4:2]} == {topic.id}
    merge = MergeDialog(desk, topic.id, host)
    merge.show()
    merge.into.choose(public.id)
    assert merge.merge_button.text() == "Merge 1 column into “政务公开”"
    merge.merge_button.click()
    wait_until(lambda: len(site.columns.tree().walk()) == 2)
    _settled(desk)
    assert site.articles.get(ids[0]).column_id == public.id
    from chce_desktop.services import snapshot

    paths = {redirect.old_path for redirect in snapshot.take(site).redirects}
    assert {f"{news.slug}/{old.slug}.html", f"{topic.slug}/{old.slug}.html"} <= paths
    desk.undo.undo()
    _settled(desk)
    assert site.columns.tree()[topic.id] == topic
    assert {site.articles.get(i).column_id for i in ids[:4:2]} == {topic.id}
    desk.undo.undo()
    _settled(desk)
    assert len(site.columns.tree().walk()) == 2, "the column that was made for them goes with them"
    assert site.articles.get(ids[0]).column_id == news.id
    desk.undo.redo()
    desk.undo.redo()
    _settled(desk)
    assert site.articles.get(ids[0]).column_id == public.id


def test_the_front_page_is_arranged(desk: Desk, host: QWidget, site: Site, ids: tuple[int, ...]) -> None:
    dialog = FrontPageDialog(desk, host)
    dialog.show()
    wait_until(lambda: len(dialog.cards) == 5)
    recommended = dialog.cards[0]
    assert not recommended.block.by_hand
    dragged = mime_of(ids[:2])  # Qt does not keep it
    drop = QDropEvent(
        QPointF(20, 5),
        Qt.DropAction.CopyAction,
        dragged,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QEvent.Type.Drop,
    )
    recommended.list.dropEvent(drop)
    wait_until(lambda: recommended.block.by_hand == ids[:2])
    recommended.list.setCurrentRow(0)
    QTest.keyClick(recommended.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    wait_until(lambda: recommended.block.by_hand == (ids[1], ids[0]))
    assert [place.info.id for place in recommended.chosen()] == [ids[0]]
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(recommended.list, asked)  # as Shift+F10 and the menu key do
    wait_until(lambda: any(menu.isVisible() for menu in dialog.findChildren(QMenu, "front_menu")))
    (menu,) = dialog.findChildren(QMenu, "front_menu")
    assert menu.pos().y() > recommended.list.viewport().mapToGlobal(QPoint(0, 0)).y()
    menu.close()
    dialog.plan(recommended)
    (plan,) = dialog.findChildren(PlanDialog)
    plan.since.set_value(datetime.now(UTC) + timedelta(days=2), "Asia/Shanghai")
    plan.until.set_value(datetime.now(UTC) + timedelta(days=1), "Asia/Shanghai")
    plan._on_save()
    assert plan.problem.isVisible()
    plan.until.set_value(datetime.now(UTC) + timedelta(days=3), "Asia/Shanghai")
    plan._on_save()
    wait_until(lambda: [place.shown for place in recommended.block.places] == [True, False])
    dialog.moment.set_value(datetime.now(UTC) + timedelta(days=2, hours=1), "Asia/Shanghai")
    dialog.reload()
    wait_until(lambda: [place.shown for place in recommended.block.places] == [True, True])
    dialog.moment.set_value(None, "Asia/Shanghai")
    dialog.reload()
    desk.undo.undo()
    wait_until(lambda: [place.shown for place in recommended.block.places] == [True, True])
    recommended.list.setCurrentRow(1)
    QTest.keyClick(recommended.list, Qt.Key.Key_Delete)
    wait_until(lambda: recommended.block.by_hand == (ids[1],))
    desk.undo.undo()
    wait_until(lambda: recommended.block.by_hand == (ids[1], ids[0]))
    latest = next(card for card in dialog.cards if card.block.name == "latest")
    first = latest.block.places[0].info.id
    latest.list.setCurrentRow(0)
    QTest.keyClick(latest.list, Qt.Key.Key_Delete)
    wait_until(lambda: latest.block.places[-1].kept_out)
    assert latest.block.places[-1].info.id == first
    dialog.let_in(latest, [first])
    wait_until(lambda: latest.block.places[0].info.id == first)
    dialog.board.let_go.emit(latest.list, [first])
    wait_until(lambda: latest.block.places[-1].kept_out)
    desk.undo.undo()
    wait_until(lambda: latest.block.places[0].info.id == first)
    _settled(desk)
    dialog.close()


def test_logs_are_counted_and_what_is_wrong_is_told(
    desk: Desk, host: QWidget, site: Site, ids: tuple[int, ...], tmp_path: Path
) -> None:
    path = f"/{site.columns.find('教育新闻').slug}/{site.articles.get(ids[0]).slug}.html"
    line = f'1.2.3.4 - - [20/Jan/2026:10:00:00 +0800] "GET {path} HTTP/1.1" 200 99 "-" "Mozilla/5.0 Firefox/120"\n'
    log, garbage = tmp_path / "access.log.gz", tmp_path / "garbage.log"
    log.write_bytes(gzip.compress(line.encode() * 7))
    garbage.write_text("kein Protokoll\n" * 50, encoding="utf-8")
    dialog = CountsDialog(desk, host)
    dialog.show()
    dialog.import_files([log, garbage, log])
    wait_until(lambda: dialog.report.toPlainText().count("\n") >= 4)
    told = dialog.report.toPlainText()
    assert "access.log.gz: 7 readings of 1 articles in 7 new lines." in told
    assert "“garbage.log” is no web server's log" in told
    assert "access.log.gz: nothing new" in told
    wait_until(lambda: dialog.table.rowCount() == 1)
    assert dialog.until.text() == "counted until 2026-01-20"
    assert [dialog.table.model().index(0, column).data() for column in range(4)] == ["1", "第0篇文章", "7", "7"]
    _settled(desk)
    dialog.close()


def test_logs_come_over_the_targets_own_connection(
    desk: Desk, host: QWidget, site: Site, ids: tuple[int, ...], tmp_path: Path
) -> None:
    path = f"/{site.columns.find('教育新闻').slug}/{site.articles.get(ids[0]).slug}.html"
    line = f'1.2.3.4 - - [20/Jan/2026:10:00:00 +0800] "GET {path} HTTP/1.1" 200 99 "-" "Mozilla/5.0 Firefox/120"\n'
    (tmp_path / "主机" / "www").mkdir(parents=True)
    (tmp_path / "主机" / "logs").mkdir()
    (tmp_path / "主机" / "logs" / "access.log").write_text(line * 3, encoding="utf-8")
    site.targets.add("主站", (tmp_path / "主机" / "www").as_uri())
    dialog = CountsDialog(desk, host)
    dialog.show()
    wait_until(lambda: dialog.target.count() == 1)
    QTest.keyClick(dialog.folder, Qt.Key.Key_Return)
    wait_until(lambda: dialog.remote.count() == 1)
    dialog.fetch_button.click()
    wait_until(lambda: "access.log: 3 readings" in dialog.report.toPlainText())
    dialog.folder.setText("../nirgends")
    dialog.look_button.click()
    wait_until(lambda: dialog.notices.messages)
    assert dialog.notices.messages[-1].text.startswith("There are no logs in the folder")
    _settled(desk)
    dialog.close()


def _is_inner(widget: QWidget) -> bool:
    """Whether Qt made it as a part of a field."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, (QAbstractSpinBox, QComboBox, QAbstractItemView, QLineEdit, QCalendarWidget)):
            return True
        above = above.parentWidget()
    return False


def test_everything_in_these_windows_has_a_name(desk: Desk, host: QWidget, site: Site, ids: tuple[int, ...]) -> None:
    dialogs = [
        ReplaceDialog(desk, ArticleFilter(), host),
        TagsDialog(desk, host),
        FrontPageDialog(desk, host),
        CountsDialog(desk, host),
        MergeDialog(desk, site.columns.find("教育新闻").id, host),
        BulkDialog(desk, Chosen.of(ids), host),
    ]
    _settled(desk)
    for dialog in dialogs:
        for kind in (QLineEdit, QAbstractButton, QComboBox, QAbstractItemView):
            for field in dialog.findChildren(kind):
                assert field.objectName() or _is_inner(field), (dialog, field)
        dialog.close()
        dialog.deleteLater()


def test_the_front_page_desk_is_worked_by_keyboard_alone(desk: Desk, host: QWidget, ids: tuple[int, ...]) -> None:
    assert ids
    dialog = FrontPageDialog(desk, host)
    dialog.show()
    wait_until(lambda: dialog.focusWidget() is not None and dialog.cards, what="somebody to have the keyboard")
    assert dialog.focusWidget() is dialog.cards[0].list
    reached = []
    for _ in range(20):
        focused = dialog.focusWidget()
        assert focused is not None
        reached.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert {card.list.objectName() for card in dialog.cards} | {"front_moment_set"} <= set(reached)
    dialog.moment.setFocus()
    moment = dialog.focusWidget()
    assert moment is not None
    assert moment.objectName() == "front_moment_set"
    dialog.done(0)
