from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from PySide6.QtTest import QTest

from chce_desktop.domain.column import Column
from chce_desktop.foundation.errors import ChceError
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services.site import Site
from chce_desktop.ui.articles.dragging import ARTICLES_MIME
from chce_desktop.ui.columns.choosing import ColumnChooser
from chce_desktop.ui.columns.dialogs import ColumnDialog, ColumnPicker, RemoveColumnDialog
from chce_desktop.ui.columns.model import ALL, COLUMN_MIME, NONE
from chce_desktop.ui.columns.tree import ColumnsPane
from chce_desktop.ui.desk import Desk
from tests.helpers.qt import held, wait_until

_MOVE = Qt.DropAction.MoveAction


@pytest.fixture
def columns(site: Site) -> dict[str, Column]:
    """新闻 (国内, 国际), 公告, 论文."""
    news = site.columns.add("新闻")
    made = [
        news,
        site.columns.add("国内", news.id),
        site.columns.add("国际", news.id),
        site.columns.add("公告"),
        site.columns.add("论文"),
    ]
    return {column.name: column for column in made}


@pytest.fixture
def pane(desk: Desk, columns: dict[str, Column]) -> Iterator[ColumnsPane]:
    made = ColumnsPane(desk)
    made.resize(240, 500)
    made.show()
    made.activateWindow()
    wait_until(lambda: made.model.rowCount() == 5)
    yield made
    made.close()
    made.deleteLater()


def names(site: Site) -> list[str]:
    return ["  " * depth + column.name for column, depth in site.columns.tree().walk()]


def dragged(column: Column) -> QMimeData:
    data = QMimeData()
    data.setData(COLUMN_MIME, str(column.id).encode())
    return data


def test_a_key_pressed_again_moves_a_column_on_though_the_tree_does_not_show_it_there_yet(
    pane: ColumnsPane, desk: Desk, site: Site
) -> None:
    top = site.columns.tree().children(None)
    pane.choose(top[0].id)
    with held(desk, LIBRARY_READ):
        for _ in range(2):
            pane.shift(1)
        wanted = [*top[1:3], top[0], *top[3:]]
        wait_until(lambda: [c.id for c in site.columns.tree().children(None)] == [c.id for c in wanted])
        for _ in range(2):
            desk.undo.undo()
        wait_until(lambda: [c.id for c in site.columns.tree().children(None)] == [c.id for c in top])


def test_counts_include_what_lies_below(pane: ColumnsPane, site: Site, columns: dict[str, Column]) -> None:
    for name in ("国内", "国内", "新闻"):
        site.articles.create({"title": name, "column_id": columns[name].id})
    site.articles.create({"title": "无栏目"})
    model = pane.model

    def count(column_id: int) -> object:
        return model.data(model.index_of(column_id, 1))

    wait_until(lambda: count(ALL) == "4")
    assert [count(NONE), count(columns["新闻"].id), count(columns["国内"].id), count(columns["公告"].id)] == [
        "1",
        "3",
        "2",
        "",
    ]


def test_articles_dropped_on_a_column_are_filed_there(
    pane: ColumnsPane, site: Site, desk: Desk, columns: dict[str, Column]
) -> None:
    article = site.articles.create({"title": "一篇"})
    data = QMimeData()
    data.setData(ARTICLES_MIME, json.dumps([article.id]).encode())
    model = pane.model
    assert not model.canDropMimeData(data, _MOVE, -1, 0, model.index_of(ALL))
    assert not model.canDropMimeData(data, _MOVE, 2, 0, QModelIndex())
    model.dropMimeData(data, _MOVE, -1, 0, model.index_of(columns["国际"].id))
    wait_until(lambda: site.articles.get(article.id).column_id == columns["国际"].id)
    desk.undo.undo()
    wait_until(lambda: site.articles.get(article.id).column_id is None)


def test_a_column_dropped_between_others_changes_places(
    pane: ColumnsPane, site: Site, desk: Desk, columns: dict[str, Column]
) -> None:
    # Rows at the top: all, none, 新闻, 公告, 论文; dropping at row 2 is before 新闻.
    pane.model.dropMimeData(dragged(columns["论文"]), _MOVE, 2, 0, QModelIndex())
    wait_until(lambda: names(site) == ["论文", "新闻", "  国内", "  国际", "公告"])
    wait_until(lambda: desk.columns.walk()[0][0].name == "论文")
    pane.model.dropMimeData(dragged(columns["论文"]), _MOVE, 4, 0, QModelIndex())
    wait_until(lambda: names(site) == ["新闻", "  国内", "  国际", "论文", "公告"])
    desk.undo.undo()
    wait_until(lambda: names(site) == ["论文", "新闻", "  国内", "  国际", "公告"])


def test_a_column_dropped_on_another_goes_below_it(
    pane: ColumnsPane, site: Site, desk: Desk, columns: dict[str, Column]
) -> None:
    model = pane.model
    model.dropMimeData(dragged(columns["公告"]), _MOVE, -1, 0, model.index_of(columns["新闻"].id))
    wait_until(lambda: names(site) == ["新闻", "  国内", "  国际", "  公告", "论文"])
    desk.undo.undo()
    wait_until(lambda: names(site) == ["新闻", "  国内", "  国际", "公告", "论文"])


def test_a_column_moved_into_itself_is_told_plainly(
    pane: ColumnsPane, site: Site, told: list[ChceError], columns: dict[str, Column]
) -> None:
    model = pane.model
    model.dropMimeData(dragged(columns["新闻"]), _MOVE, -1, 0, model.index_of(columns["国内"].id))
    wait_until(lambda: told)
    assert told[0].title == "The column “新闻” cannot be moved into itself."
    assert names(site) == ["新闻", "  国内", "  国际", "公告", "论文"]
    told.clear()


def test_a_name_edited_in_place_is_kept_and_can_be_undone(
    pane: ColumnsPane, site: Site, desk: Desk, columns: dict[str, Column]
) -> None:
    index = pane.model.index_of(columns["公告"].id)
    assert pane.model.flags(index) & Qt.ItemFlag.ItemIsEditable
    assert not pane.model.setData(index, "   ")
    assert pane.model.setData(index, "通知公告")
    wait_until(lambda: site.columns.tree()[columns["公告"].id].name == "通知公告")
    desk.undo.undo()
    wait_until(lambda: site.columns.tree()[columns["公告"].id].name == "公告")


def test_the_choice_survives_changes_of_the_tree(pane: ColumnsPane, site: Site, columns: dict[str, Column]) -> None:
    chosen: list[int] = []
    pane.chosen.connect(chosen.append)
    pane.choose(columns["国际"].id)
    site.columns.add("新的栏目")
    wait_until(lambda: pane.model.rowCount() == 6)
    assert chosen == [columns["国际"].id]
    assert pane.tree.currentIndex().data() == "国际"
    assert pane.column_id == columns["国际"].id


def test_a_new_column_is_made_by_the_dialog(desk: Desk, site: Site, columns: dict[str, Column]) -> None:
    wait_until(lambda: desk.is_loaded)
    dialog = ColumnDialog(desk, None, columns["新闻"].id, desk.notices)
    dialog.name.setText("地方")
    dialog.slug.setText("Bad Slug")
    dialog.buttons.accepted.emit()
    assert dialog.problem.text()
    dialog.slug.setText("difang")
    dialog.navigation.setChecked(False)
    dialog.buttons.accepted.emit()
    wait_until(lambda: dialog.result() == 1)
    made = site.columns.find("新闻/地方")
    assert (made.slug, made.in_navigation) == ("difang", False)
    desk.undo.undo()
    wait_until(lambda: made.id not in site.columns.tree())
    desk.undo.redo()
    wait_until(lambda: made.id in site.columns.tree())
    assert site.columns.find("新闻/地方") == made


def test_a_refused_column_stays_in_the_dialog(desk: Desk, site: Site, columns: dict[str, Column]) -> None:
    dialog = ColumnDialog(desk, columns["公告"], None, desk.notices)
    dialog.name.setText("论文")
    dialog.buttons.accepted.emit()
    wait_until(dialog.problem.text)
    assert "论文" in dialog.problem.text()
    assert site.columns.tree()[columns["公告"].id].name == "公告"


def test_removal_moves_the_articles(desk: Desk, site: Site, columns: dict[str, Column]) -> None:
    wait_until(lambda: desk.is_loaded)
    article = site.articles.create({"title": "一篇", "column_id": columns["国内"].id})
    dialog = RemoveColumnDialog(desk, columns["国内"], 1, desk.notices)
    assert dialog.into.column_id() == columns["新闻"].id
    dialog.into.choose(columns["论文"].id)
    dialog._on_remove()
    wait_until(lambda: dialog.result() == 1)
    assert site.articles.get(article.id).column_id == columns["论文"].id
    assert columns["国内"].id not in site.columns.tree()
    desk.undo.undo()
    wait_until(lambda: columns["国内"].id in site.columns.tree())
    assert site.columns.find("新闻/国内") == columns["国内"]
    assert site.articles.get(article.id).column_id == columns["国内"].id


def test_a_column_is_chosen_by_a_part_of_its_name(desk: Desk, columns: dict[str, Column]) -> None:
    wait_until(lambda: desk.is_loaded)
    chooser = ColumnChooser(desk, "File", None, desk.notices)
    chosen: list[int | None] = []
    chooser.chosen.connect(chosen.append)
    chooser.search.setText("没有")
    chooser._on_accepted()
    assert chosen == []
    chooser.search.setText("国际")
    chooser._on_accepted()
    assert chosen == [columns["国际"].id]


def test_a_column_is_picked_by_typing(desk: Desk, columns: dict[str, Column]) -> None:
    wait_until(lambda: desk.is_loaded)
    picker = ColumnPicker(desk, "无", desk.notices)
    picker.show()
    for typed, found in (("gn", "国内"), ("lunwen", "论文"), ("g", "国内")):
        picker.choose(None)
        picker.view()._at = 0.0  # type: ignore[attr-defined] # as after a pause
        QTest.keyClicks(picker, typed)
        assert picker.column_id() == columns[found].id, typed
    picker.view()._at = 0.0  # type: ignore[attr-defined] # as above
    picker.view().keyboardSearch("文")
    assert picker.view().currentIndex().data().strip() == "论文"
    picker.close()
    picker.deleteLater()
