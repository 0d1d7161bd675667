"""An open site with its desk, for tests of widgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from chce_desktop.foundation.errors import ChceError
from chce_desktop.services.site import Site, create_site
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.notices import Notices
from chce_desktop.ui.operations import Operations
from tests.helpers.qt import wait_until


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An empty site in a folder with spaces and Chinese characters."""
    with create_site(tmp_path / "教育 网站", "国家素质教育网") as made:
        yield made


@pytest.fixture
def told() -> list[ChceError]:
    """Failures that were told to the user; a test that expects none looks at it."""
    return []


@pytest.fixture
def desk(qapp: QApplication, site: Site, told: list[ChceError]) -> Iterator[Desk]:
    """The desk of `site`. Whatever is no known failure fails the test."""
    crashes: list[BaseException] = []

    def unexpected(error: BaseException) -> ChceError:
        crashes.append(error)
        return ChceError("crash", detail=repr(error))

    host = QWidget()
    operations = Operations(told.append, unexpected)
    made = Desk(site, operations, Notices(host))
    yield made
    wait_until(lambda: not operations.running, what="operations to end")
    made.close()
    assert operations.close()
    host.deleteLater()
    if crashes:
        raise crashes[0]


@pytest.fixture(autouse=True)
def no_key_held() -> Iterator[None]:
    """Keys that a test pressed with Ctrl or Shift leave Qt with the impression that these are held."""
    yield
    if QApplication.instance() is not None and QApplication.keyboardModifiers():
        QTest.keyRelease(QWidget(), Qt.Key.Key_Control)


@pytest.fixture(scope="session")
def styled(qapp: QApplication) -> Appearance:
    """The app's style, from the first test that asks for it on: Qt bears no style sheet that comes and goes."""
    return Appearance(qapp)


@pytest.fixture
def appearance(styled: Appearance) -> Iterator[Appearance]:
    """The app's style, back to the system's light or dark after the test."""
    yield styled
    styled.choose("")
