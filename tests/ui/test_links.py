"""The manager of friendly links, driven as an editor does, on a real site."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget

from chce_desktop.domain.link import Link
from chce_desktop.jobs.queues import LIBRARY, LIBRARY_READ
from chce_desktop.services.link_checking import Verdict
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.links import LinksDialog
from chce_desktop.ui.links.adding import LinkForm
from chce_desktop.ui.links.group_model import Shown
from chce_desktop.ui.links.models import LinkColumn, link_verdict
from tests.helpers.qt import held, wait_until


@pytest.fixture
def groups(site: Site) -> dict[str, int]:
    return {name: site.links.add_group(name).id for name in ("政府网站", "新闻媒体")}


@pytest.fixture
def links(site: Site, groups: dict[str, int]) -> list[Link]:
    group = groups["政府网站"]
    return [site.links.add(name, f"https://www.{n}.example.cn/", group_id=group) for n, name in enumerate("甲乙丙丁")]


@pytest.fixture
def dialog(desk: Desk, groups: dict[str, int]) -> Iterator[LinksDialog]:
    made = LinksDialog(desk)
    made.show()
    wait_until(lambda: len(made.groups.groups) == len(groups))
    yield made
    made.close()


def names(site: Site, group: str) -> str:
    return "".join(link.name for found in site.links.groups() if found.name == group for link in found.links)


def choose(dialog: LinksDialog, group_id: int, count: int) -> None:
    dialog.group_pane.choose(group_id)
    wait_until(lambda: len(dialog.links.links) == count)


def settle(dialog: LinksDialog) -> None:
    wait_until(lambda: not dialog.desk.operations.running and not dialog._timer.isActive())


def by_name(parent: QWidget, kind: type[Any], name: str) -> Any:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def test_a_link_is_added_by_keyboard_alone(dialog: LinksDialog, site: Site, groups: dict[str, int]) -> None:
    choose(dialog, groups["新闻媒体"], 0)
    assert not dialog.empty.isHidden()
    dialog.add_bar.name.setFocus()
    dialog.add_bar.name.insert("人民网")  # as an input method does
    QTest.keyClick(dialog.add_bar.name, Qt.Key.Key_Return)  # the address is missing: goes there
    assert site.links.groups()[1].links == ()
    QTest.keyClicks(dialog.add_bar.address, "www.people.com.cn")
    QTest.keyClick(dialog.add_bar.address, Qt.Key.Key_Return)
    wait_until(lambda: len(dialog.links.links) == 1)
    (link,) = site.links.groups()[1].links
    assert (link.name, link.url) == ("人民网", "http://www.people.com.cn")
    assert dialog.empty.isHidden()
    wait_until(lambda: dialog.add_bar.name.text() == "")


def test_return_pressed_twice_adds_one_link_and_keeps_what_is_typed_next(
    dialog: LinksDialog, site: Site, groups: dict[str, int]
) -> None:
    choose(dialog, groups["新闻媒体"], 0)
    bar = dialog.add_bar
    with held(dialog.desk, LIBRARY):
        bar.name.setText("人民网")
        bar.address.setText("www.people.com.cn")
        for _ in range(2):
            QTest.keyClick(bar.address, Qt.Key.Key_Return)
        bar.name.setText("新华网")
    settle(dialog)
    assert names(site, "新闻媒体") == "人民网"
    assert bar.name.text() == "新华网"


def test_the_way_back_starts_from_what_the_library_held(dialog: LinksDialog, site: Site, links: list[Link]) -> None:
    wait_until(lambda: len(dialog.links.links) == 4)
    with held(dialog.desk, LIBRARY_READ):  # the list shows none of these yet
        site.links.change(links[0].id, {"note": "新说明"})
        dialog._on_edited(links[0].id, {"name": "子"})
        wait_until(lambda: site.links.get(links[0].id).name == "子")
        dialog.table.select_row(0)
        dialog.remove_action.trigger()
        wait_until(lambda: len(site.links.groups()[0].links) == 3)
        dialog.undo_stack.undo()
        wait_until(lambda: names(site, "政府网站") == "子乙丙丁")
        again = site.links.groups()[0].links[0]
        assert (again.name, again.note) == ("子", "新说明")
        dialog.undo_stack.undo()
        wait_until(lambda: site.links.get(again.id).name == "甲")
        assert site.links.get(again.id).note == "新说明"
    settle(dialog)


def test_a_key_pressed_again_moves_a_link_on_though_the_list_does_not_show_it_there_yet(
    dialog: LinksDialog, site: Site, groups: dict[str, int], links: list[Link]
) -> None:
    choose(dialog, groups["政府网站"], 4)
    dialog.table.select_row(0)
    with held(dialog.desk, LIBRARY_READ):
        for _ in range(2):
            QTest.keyClick(dialog.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        wait_until(lambda: names(site, "政府网站") == "乙丙甲丁")
        site.links.move(links[3].id, groups["政府网站"], 0)
        dialog._place((links[0].id,), groups["政府网站"], links[1].id)  # dropped before 乙
        wait_until(lambda: names(site, "政府网站") == "丁甲乙丙")
        dialog.undo_stack.undo()
        wait_until(lambda: names(site, "政府网站") == "丁乙丙甲")
    settle(dialog)


def test_duplicates_and_malformed_addresses_are_told_while_typing(dialog: LinksDialog, links: list[Link]) -> None:
    label = by_name(dialog, QLabel, "links_add_warnings")
    dialog.add_bar.name.setText("某站")
    dialog.add_bar.address.setText("http://0.example.cn")
    wait_until(lambda: "same address" in label.text())
    dialog.add_bar.address.setText("nonsense")
    wait_until(lambda: "not complete" in label.text())
    dialog.add_bar.address.setText("https://new.example.cn/")
    wait_until(label.isHidden)


def test_a_refused_edit_is_told_and_the_old_text_comes_back(dialog: LinksDialog, site: Site, links: list[Link]) -> None:
    wait_until(lambda: len(dialog.links.links) == 4)
    index = dialog.links.index(0, LinkColumn.URL)
    assert dialog.links.setData(index, "not an address")
    wait_until(lambda: bool(dialog.notices.messages))
    settle(dialog)
    wait_until(lambda: dialog.links.index(0, LinkColumn.URL).data() == links[0].url)
    assert site.links.get(links[0].id).url == links[0].url


def test_edits_in_the_table_are_kept_and_undone(dialog: LinksDialog, site: Site, links: list[Link]) -> None:
    wait_until(lambda: len(dialog.links.links) == 4)
    dialog.links.setData(dialog.links.index(1, LinkColumn.NOTE), "说明")
    dialog.links.setData(
        dialog.links.index(1, LinkColumn.VISIBLE), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole
    )
    settle(dialog)
    assert (site.links.get(links[1].id).note, site.links.get(links[1].id).visible) == ("说明", False)
    dialog.undo_stack.undo()
    dialog.undo_stack.undo()
    settle(dialog)
    assert (site.links.get(links[1].id).note, site.links.get(links[1].id).visible) == ("", True)


@pytest.mark.parametrize(
    ("rows", "before", "expected"),
    [
        ([0], 2, "乙甲丙丁"),
        ([3], 0, "丁甲乙丙"),
        ([0, 1], 4, "丙丁甲乙"),
        ([1, 3], 0, "乙丁甲丙"),
        ([0, 2], 1, "甲丙乙丁"),
    ],
)
def test_rows_are_dragged_within_a_group_and_back(
    dialog: LinksDialog,
    site: Site,
    groups: dict[str, int],
    links: list[Link],
    rows: list[int],
    before: int,
    expected: str,
) -> None:
    choose(dialog, groups["政府网站"], 4)
    data = dialog.links.mimeData([dialog.links.index(row, 0) for row in rows])
    dialog.links.dropMimeData(data, Qt.DropAction.MoveAction, before, 0, QModelIndex())
    settle(dialog)
    assert names(site, "政府网站") == expected
    dialog.undo_stack.undo()
    settle(dialog)
    assert names(site, "政府网站") == "甲乙丙丁"


def test_links_are_dragged_onto_another_group(
    dialog: LinksDialog, site: Site, groups: dict[str, int], links: list[Link]
) -> None:
    choose(dialog, groups["政府网站"], 4)
    data = dialog.links.mimeData([dialog.links.index(row, 0) for row in (0, 2)])
    target = dialog.groups.index_of(groups["新闻媒体"])
    assert not dialog.groups.canDropMimeData(data, Qt.DropAction.MoveAction, -1, -1, dialog.groups.index_of(Shown.ALL))
    dialog.groups.dropMimeData(data, Qt.DropAction.MoveAction, -1, -1, target)
    settle(dialog)
    assert (names(site, "政府网站"), names(site, "新闻媒体")) == ("乙丁", "甲丙")
    dialog.undo_stack.undo()
    settle(dialog)
    assert (names(site, "政府网站"), names(site, "新闻媒体")) == ("甲乙丙丁", "")


def test_rows_move_and_vanish_by_keys(
    dialog: LinksDialog, site: Site, groups: dict[str, int], links: list[Link]
) -> None:
    choose(dialog, groups["政府网站"], 4)
    dialog.table.setFocus()
    dialog.table.select_row(1)
    QTest.keyClick(dialog.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    settle(dialog)
    assert names(site, "政府网站") == "乙甲丙丁"
    assert [link.name for link in dialog.table.chosen()] == ["乙"]
    QTest.keyClick(dialog.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle(dialog)
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    wait_until(lambda: len(dialog.links.links) == 3)
    assert names(site, "政府网站") == "甲丙丁"
    QTest.keyClick(dialog.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: len(dialog.links.links) == 4)
    assert names(site, "政府网站") == "甲乙丙丁"


def test_a_removed_link_comes_back_with_all_it_had(dialog: LinksDialog, site: Site, links: list[Link]) -> None:
    site.links.change(links[0].id, {"note": "说明", "visible": False})
    wait_until(lambda: len(dialog.links.links) == 4 and not dialog.links.links[0].visible)
    for _ in range(2):
        dialog.table.select_row(0)
        dialog._remove()
        settle(dialog)
        assert len(site.links.groups()[0].links) == 3
        dialog.undo_stack.undo()
        settle(dialog)
    back = site.links.groups()[0].links[0]
    assert (back.name, back.note, back.visible) == ("甲", "说明", False)
    dialog.undo_stack.redo()
    settle(dialog)
    assert names(site, "政府网站") == "乙丙丁"


def test_groups_are_made_renamed_moved_and_removed(
    dialog: LinksDialog, site: Site, groups: dict[str, int], links: list[Link]
) -> None:
    dialog.group_pane.add_button.click()
    question = by_name(dialog, QDialog, "link_group_new")
    create = by_name(question, QPushButton, "link_group_create")
    line = by_name(question, QLineEdit, "link_group_name")
    line.setText("政府网站")
    assert not create.isEnabled()
    line.setText("科研机构")
    create.click()
    wait_until(lambda: len(dialog.groups.groups) == 3)
    made = dialog.groups.groups[2]
    wait_until(lambda: dialog.group_pane.chosen_id == made.id)
    dialog.groups.setData(dialog.groups.index_of(made.id), "高等院校")
    data = dialog.groups.mimeData([dialog.groups.index_of(made.id)])
    dialog.groups.dropMimeData(data, Qt.DropAction.MoveAction, 1, 0, QModelIndex())
    settle(dialog)
    assert [group.name for group in site.links.groups()] == ["高等院校", "政府网站", "新闻媒体"]
    choose(dialog, groups["政府网站"], 4)
    dialog.group_pane.remove()
    question = by_name(dialog, QDialog, "link_group_remove")
    where = by_name(question, QComboBox, "link_group_where")
    where.setCurrentIndex(where.findText("新闻媒体"))
    by_name(question, QPushButton, "link_group_confirm").click()
    wait_until(lambda: len(dialog.groups.groups) == 2)
    assert names(site, "新闻媒体") == "甲乙丙丁"
    dialog.undo_stack.undo()
    settle(dialog)
    assert [group.name for group in site.links.groups()] == ["高等院校", "政府网站", "新闻媒体"]
    assert (names(site, "政府网站"), names(site, "新闻媒体")) == ("甲乙丙丁", "")


def test_a_group_removed_with_its_links_comes_back_whole(
    dialog: LinksDialog, site: Site, groups: dict[str, int], links: list[Link]
) -> None:
    choose(dialog, groups["政府网站"], 4)
    dialog.group_pane.remove()
    question = by_name(dialog, QDialog, "link_group_remove")
    by_name(question, QRadioButton, "link_group_delete").setChecked(True)
    by_name(question, QPushButton, "link_group_confirm").click()
    wait_until(lambda: len(dialog.groups.groups) == 1)
    dialog.undo_stack.undo()
    settle(dialog)
    assert [group.name for group in site.links.groups()] == ["政府网站", "新闻媒体"]
    assert names(site, "政府网站") == "甲乙丙丁"


def test_the_form_saves_only_what_was_changed(dialog: LinksDialog, site: Site, links: list[Link]) -> None:
    wait_until(lambda: len(dialog.links.links) == 4)
    dialog.table.select_row(2)
    dialog.edit_action.trigger()
    form = by_name(dialog, LinkForm, "link_form")
    form.note.setText("新说明")
    form.address.setText("new.example.cn/path")
    form.save_button.click()
    settle(dialog)
    changed = site.links.get(links[2].id)
    assert (changed.name, changed.url, changed.note) == ("丙", "http://new.example.cn/path", "新说明")


def test_the_filter_finds_by_name_address_and_note(dialog: LinksDialog, links: list[Link]) -> None:
    wait_until(lambda: len(dialog.links.links) == 4)
    dialog.filter.setText("2.EXAMPLE")
    assert [link.name for link in dialog.links.links] == ["丙"]
    dialog.filter.setText("没有")
    assert not dialog.empty.isHidden()
    dialog.filter.clear()
    assert len(dialog.links.links) == 4


class _Site(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        if self.path == "/slow":
            self.server.gate.wait(60)  # type: ignore[attr-defined]
        moved = self.path == "/old"
        self.send_response(301 if moved else 404 if self.path == "/gone" else 200)
        if moved:
            self.send_header("Location", "/new")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815 - the base class calls it so

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Quiet."""


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.gate = threading.Event()  # type: ignore[attr-defined]
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield lambda path: f"http://127.0.0.1:{server.server_address[1]}{path}"
    server.gate.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_check_marks_dead_and_moved_links_and_the_new_address_is_taken(
    dialog: LinksDialog, site: Site, groups: dict[str, int], web: Callable[[str], str]
) -> None:
    group = groups["政府网站"]
    old, _gone, _good = (site.links.add(path, web(path), group_id=group) for path in ("/old", "/gone", "/good"))
    wait_until(lambda: len(dialog.links.links) == 3)
    dialog.check_button.click()
    assert not dialog.strip.isHidden()
    wait_until(lambda: not dialog.strip.is_running)
    settle(dialog)
    assert dialog.strip.label.text() == "Check finished: 1 works, 1 has moved, 1 is dead."
    found = [link_verdict(link) for link in site.links.groups()[0].links]
    assert found == [Verdict.MOVED, Verdict.DEAD, Verdict.OK]
    by_name(dialog, QPushButton, "links_check_look").click()
    wait_until(lambda: len(dialog.links.links) == 2)
    dialog.table.select_row(0)
    assert "has moved to" in dialog.detail.text()
    dialog.use_button.click()
    wait_until(lambda: site.links.get(old.id).url == web("/new"))
    wait_until(lambda: link_verdict(site.links.get(old.id)) is Verdict.OK)  # checked again by itself
    wait_until(lambda: not dialog.strip.is_running)


def test_a_check_can_be_stopped(
    dialog: LinksDialog, site: Site, groups: dict[str, int], web: Callable[[str], str]
) -> None:
    site.links.add("慢", web("/slow"), group_id=groups["政府网站"])
    wait_until(lambda: len(dialog.links.links) == 1)
    dialog.check_button.click()
    by_name(dialog, QPushButton, "links_check_cancel").click()
    wait_until(lambda: not dialog.strip.is_running)
    assert "stopped" in dialog.strip.label.text()
    assert not dialog.notices.messages


def test_every_widget_that_takes_input_has_a_name_for_tests_and_one_for_the_blind(dialog: LinksDialog) -> None:
    for kind in (QPushButton, QLineEdit):
        for widget in dialog.findChildren(kind):
            if widget.objectName().startswith("qt_") or "empty" in widget.objectName():
                continue
            assert widget.objectName(), widget
            assert widget.accessibleName(), widget.objectName()


def test_escape_closes(dialog: LinksDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    wait_until(lambda: not dialog.isVisible())
