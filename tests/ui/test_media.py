"""The media library: pages, thumbnails, adding, choosing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation import paths
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.links.window import LinksDialog
from chce_desktop.ui.mainwindow.doors import _show_use
from chce_desktop.ui.media import MediaDialog, PictureField
from chce_desktop.ui.media.model import MEDIA_MIME, described, written_size
from chce_desktop.ui.media.thumbnails import Thumbnails, scaled
from chce_desktop.ui.noticeboard import NoticesDialog
from tests.helpers.qt import wait_until


def picture(number: int, size: tuple[int, int] = (640, 400), kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, (number % 256, number // 256, 90)).save(data, kind)
    return data.getvalue()


@pytest.fixture
def items(site: Site) -> list[MediaItem]:
    return [site.media.add_bytes(picture(n), f"照片{n}.png") for n in range(5)]


@pytest.fixture
def open_dialog(desk: Desk) -> Iterator[Callable[..., MediaDialog]]:
    opened: list[MediaDialog] = []

    def make(*, choose: bool = False) -> MediaDialog:
        dialog = MediaDialog(desk, choose=choose)
        dialog.show()
        opened.append(dialog)
        settle(desk)
        return dialog

    yield make
    for dialog in opened:
        dialog.close()
    settle(desk)


def settle(desk: Desk) -> None:
    wait_until(lambda: not desk.operations.running)


def test_the_newest_stand_first_and_thumbnails_come_by_themselves(
    open_dialog: Callable[..., MediaDialog], items: list[MediaItem]
) -> None:
    dialog = open_dialog()
    assert [item.path for item in dialog.model.items] == [item.path for item in reversed(items)]
    assert dialog.count.text() == "5 files"
    wait_until(lambda: dialog.thumbnails.pixmap(items[0].path) is not None)
    pixmap = dialog.thumbnails.pixmap(items[0].path)
    assert pixmap is not None
    assert (pixmap.width(), pixmap.height()) == (320, 200)
    assert list((paths.cache_dir() / "thumbnails").rglob("*-320"))


def test_pages_follow_as_the_grid_is_scrolled(desk: Desk, site: Site, open_dialog: Callable[..., MediaDialog]) -> None:
    for n in range(230):
        site.media.add_bytes(picture(n, (4, 4)), f"{n}.png")
    dialog = open_dialog()
    assert len(dialog.model.items) >= 200
    while dialog.model.canFetchMore(dialog.grid.rootIndex()):
        dialog.model.fetchMore(dialog.grid.rootIndex())
        settle(desk)
    assert [item.original_name for item in dialog.model.items] == [f"{n}.png" for n in reversed(range(230))]


def test_search_asks_the_library_and_says_when_there_is_nothing(
    desk: Desk, site: Site, open_dialog: Callable[..., MediaDialog], items: list[MediaItem]
) -> None:
    site.media.change(items[2].path, caption="会议现场")
    dialog = open_dialog()
    dialog.search.setText("会议")
    wait_until(lambda: [item.path for item in dialog.model.items] == [items[2].path])
    dialog.search.setText("没有")
    wait_until(lambda: not dialog.empty.isHidden())
    dialog.search.clear()
    wait_until(lambda: len(dialog.model.items) == 5)


def test_texts_are_saved_as_one_types_and_when_another_file_is_chosen(
    desk: Desk, site: Site, open_dialog: Callable[..., MediaDialog], items: list[MediaItem]
) -> None:
    dialog = open_dialog()
    dialog.grid.setCurrentIndex(dialog.model.index_of(items[0].path))
    dialog.details.alt.setPlainText("讲台上的\n老师")
    dialog.details.credit.setText("本报记者")
    dialog.grid.setCurrentIndex(dialog.model.index_of(items[1].path))
    wait_until(lambda: site.media.get(items[0].path).credit == "本报记者")
    settle(desk)
    assert site.media.get(items[0].path).alt == "讲台上的 老师"
    assert dialog.details.alt.toPlainText() == ""
    assert dialog.chosen_items()[0].path == items[1].path  # nothing was read again, the place is kept


def test_several_files_are_dropped_and_the_refused_ones_told(
    desk: Desk, site: Site, open_dialog: Callable[..., MediaDialog], tmp_path: Path
) -> None:
    good, odd, broken = tmp_path / "好 图.jpg", tmp_path / "程序.exe", tmp_path / "坏.png"
    good.write_bytes(picture(1, kind="JPEG"))
    odd.write_bytes(b"MZ")
    broken.write_bytes(b"not a picture")
    dialog = open_dialog()
    assert not dialog.empty.isHidden()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (good, odd, broken)])
    dialog.take(data)
    wait_until(lambda: len(dialog.model.items) == 1)
    settle(desk)
    assert dialog.chosen_items()[0].original_name == "好 图.jpg"
    assert "2 files were not added" in dialog.notices.messages[0].text
    assert dialog.empty.isHidden()


def test_a_pasted_picture_is_added(desk: Desk, open_dialog: Callable[..., MediaDialog]) -> None:
    dialog = open_dialog()
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(0xFF8800)
    data = QMimeData()
    data.setImageData(image)
    dialog.take(data)
    wait_until(lambda: len(dialog.model.items) == 1)
    assert (dialog.model.items[0].width, dialog.model.items[0].mime) == (30, "image/png")


def test_choosing_offers_pictures_only_and_gives_the_chosen_one(
    desk: Desk, site: Site, open_dialog: Callable[..., MediaDialog], items: list[MediaItem]
) -> None:
    site.media.add_bytes(b"%PDF-1.4", "通知.pdf")
    dialog = open_dialog(choose=True)
    assert len(dialog.model.items) == 5
    assert not dialog.choose_button.isEnabled()
    chosen = QSignalSpy(dialog.chosen)
    dialog.grid.setCurrentIndex(dialog.model.index_of(items[3].path))
    dialog.choose_button.click()
    assert chosen.count() == 1
    assert chosen.at(0)[0][0].path == items[3].path
    assert not dialog.isVisible()


def test_a_dragged_cell_carries_media_path_and_file(
    open_dialog: Callable[..., MediaDialog], site: Site, items: list[MediaItem]
) -> None:
    dialog = open_dialog()
    data = dialog.model.mimeData([dialog.model.index_of(items[0].path)])
    assert bytes(data.data(MEDIA_MIME).data()).decode() == items[0].path
    assert Path(data.urls()[0].toLocalFile()) == site.media.file(items[0].path)


def test_a_picture_that_vanished_from_the_disk_is_shown_as_broken(
    desk: Desk, site: Site, items: list[MediaItem]
) -> None:
    site.media.file(items[0].path).unlink()
    thumbnails = Thumbnails(desk, 96)
    assert thumbnails.pixmap(items[0].path) is None
    wait_until(lambda: thumbnails.pixmap(items[0].path) is not None)
    pixmap = thumbnails.pixmap(items[0].path)
    assert pixmap is not None
    assert pixmap.isNull()


def test_pictures_are_turned_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (60, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    path = tmp_path / "竖.jpg"
    image.save(path, exif=exif)
    small = scaled(path, 30)
    assert (small.width(), small.height()) == (20, 30)


def test_the_field_of_a_form_takes_a_dropped_file_and_gives_it_up(
    desk: Desk, site: Site, items: list[MediaItem]
) -> None:

    holder = QWidget()
    field = PictureField(desk, "cover", "Cover", QSize(100, 60), holder)
    changed = QSignalSpy(field.changed)
    field.set_path(items[0].path)
    assert field.path() == items[0].path
    assert changed.count() == 0
    field.remove_button.click()
    assert (field.path(), changed.count()) == ("", 1)
    settle(desk)
    holder.deleteLater()


def test_sizes_are_written_for_people(items: list[MediaItem]) -> None:
    assert [written_size(n) for n in (0, 640, 12_800, 3_250_586, 5_000_000_000)] == [
        "0 B",
        "640 B",
        "12.5 KB",
        "3.1 MB",
        "4.7 GB",
    ]
    assert described(items[0]).startswith("640 × 400 · ")


def test_uses_are_named_replaced_and_put_back(
    open_dialog: Callable[..., MediaDialog], items: list[MediaItem], site: Site, desk: Desk
) -> None:
    article = site.articles.create({"title": "有图", "body": f"![]({items[0].path})"})
    dialog = open_dialog()
    dialog.grid.setCurrentIndex(dialog.model.index_of(items[0].path))
    settle(desk)
    pane = dialog.details.uses
    assert [pane.rows.item(n).text() for n in range(pane.rows.count())] == ["有图"]
    wanted = QSignalSpy(desk.article_wanted)
    pane.rows.itemActivated.emit(pane.rows.item(0))
    assert wanted.at(0) == [article.id]
    dialog.uses.replace(items[0], items[1])
    settle(desk)
    assert items[1].path in site.articles.get(article.id).body
    (toast,) = dialog.notices.messages
    button = toast.findChild(QPushButton, "toast_offer")
    assert isinstance(button, QPushButton)
    button.click()
    settle(desk)
    assert items[0].path in site.articles.get(article.id).body


def test_every_place_that_uses_a_file_is_opened_by_key(
    open_dialog: Callable[..., MediaDialog], items: list[MediaItem], site: Site, desk: Desk
) -> None:
    notice = site.notices.add({"title": "公告", "image": items[0].path})
    link = site.links.add("友邻", "https://a.cn", logo=items[0].path)
    site.settings.update(logo=items[0].path)
    dialog = open_dialog()
    dialog.grid.setCurrentIndex(dialog.model.index_of(items[0].path))
    settle(desk)
    rows = dialog.details.uses.rows
    window = QWidget()
    desk.use_wanted.connect(lambda use: _show_use(desk, window, use))
    opened: set[tuple[str, object]] = set()
    rows.setFocus()
    for row in range(rows.count()):
        rows.setCurrentRow(row)
        QTest.keyClick(rows, Qt.Key.Key_Return)
        settle(desk)
        for other in window.findChildren(QDialog):
            if isinstance(other, NoticesDialog):
                current = other._current()
                opened.add(("notice", current.id if current else None))
            elif isinstance(other, LinksDialog):
                opened.add(("link", other.links.links[0].id))
            else:
                opened.add((other.objectName(), ""))
            other.hide()
            other.setParent(None)
            other.deleteLater()
    assert opened == {("notice", notice.id), ("link", link.id), ("settings_window", "")}
    window.deleteLater()


def test_unused_files_are_shown_and_removed(
    open_dialog: Callable[..., MediaDialog], items: list[MediaItem], site: Site, desk: Desk
) -> None:
    site.articles.create({"title": "有图", "body": f"![]({items[0].path})"})
    dialog = open_dialog()
    dialog.unused_button.click()
    settle(desk)
    assert [item.path for item in dialog.model.items] == [item.path for item in reversed(items[1:])]
    dialog.grid.setCurrentIndex(dialog.model.index_of(items[2].path))
    dialog.remove_button.click()
    settle(desk)
    wait_until(lambda: items[2].path not in [item.path for item in dialog.model.items])
    assert site.media.count() == 4
