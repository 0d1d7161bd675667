"""The application object of Qt, and waiting for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # tests without Qt do not pay for it
    from PySide6.QtWidgets import QApplication

    from chce_desktop.ui.desk import Desk


@pytest.fixture(scope="session")
def qapp() -> Iterator[QApplication]:
    """The one QApplication of the session, prepared for the web engine. Deferred deletions are done at the end."""
    from PySide6.QtCore import QCoreApplication, QEvent, Qt
    from PySide6.QtWidgets import QApplication

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(["chce-desktop"])
    app.setQuitOnLastWindowClosed(False)
    yield app
    for window in app.topLevelWidgets():
        window.close()
        window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    app.processEvents()


def wait_until(condition: Callable[[], object], timeout: float = 60.0, what: str = "") -> None:
    """Run Qt's events until `condition()` is true. Fails the test after `timeout` seconds, naming `what`.

    The usual time is for slow machines; what holds comes as soon as it holds.
    """
    from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop

    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {timeout:g} s in vain for {what or condition}")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        time.sleep(0.002)


@contextmanager
def held(desk: Desk, queue: str) -> Iterator[None]:
    """What is put into a queue of jobs happens only after this context, as on a computer that is slow."""
    gate = threading.Event()
    desk.run(lambda _: gate.wait(), queue=queue)
    try:
        yield
    finally:
        gate.set()
