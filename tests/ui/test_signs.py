"""Icons that stand by themselves follow the appearance while they show; a long address is cut where one sees it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from chce_desktop.ui import icons
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.emptystate import EmptyState
from chce_desktop.ui.preview.bar import PreviewBar
from chce_desktop.ui.signs import Sign


def _same(sign: Sign, expected: QPixmap) -> bool:
    return bool(sign.pixmap().toImage() == expected.toImage())


def test_an_icon_is_drawn_again_in_the_dark(appearance: Appearance) -> None:
    appearance.choose("light")
    host = QWidget()
    sign = Sign(host, "info", 20, icons.ACCENT)
    empty = EmptyState("nothing", host)
    empty.say("newspaper", "没有文章")
    photo = Sign(host, "image", 20, icons.MUTED)
    picture = QPixmap(10, 10)
    picture.fill("#123456")
    photo.setPixmap(picture)
    host.show()
    light = icons.pixmap("info", 20, icons.ACCENT)
    assert _same(sign, light)
    appearance.choose("dark")
    QCoreApplication.processEvents()
    dark = icons.pixmap("info", 20, icons.ACCENT)
    assert light.toImage() != dark.toImage()
    assert _same(sign, dark)
    assert _same(empty.findChildren(Sign)[0], icons.pixmap("newspaper", 48, "strong_line"))
    assert _same(photo, picture)
    host.close()


def test_a_long_address_shows_both_of_its_ends(appearance: Appearance) -> None:
    host = QWidget()
    bar = PreviewBar(host)
    path = f"xinwen/{'hen-chang-de-di-zhi-' * 6}1.html"
    bar.show_path(path)
    bar.resize(700, 40)
    host.show()
    shown = bar.address.text()
    assert "…" in shown
    assert shown.startswith("xin")
    assert shown.endswith(".html")
    assert bar.address.toolTip() == path
    bar.resize(2000, 40)
    assert bar.address.text() == path
    host.close()
