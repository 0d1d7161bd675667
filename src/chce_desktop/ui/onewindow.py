"""One window for one site: a second start of the app brings the first one's window to the front instead."""

from __future__ import annotations

import getpass
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr

_WAIT = 500
_ASK, _ANSWER = b"front\n", b"here\n"


class AlreadyOpen(ChceError):
    """Another window of this user has the site open; it was asked to come to the front."""

    code = "already_open"

    def __init__(self, folder: Path) -> None:
        super().__init__(tr("The site in {folder} is open in another window already.", folder=folder))


class SiteBell(QObject):
    """Answers for an open site. `rung` is called in the GUI thread when another start of the app asks for it."""

    def __init__(self, folder: Path, rung: Callable[[], None], parent: QObject | None = None) -> None:
        """Raises AlreadyOpen when another window answers."""
        super().__init__(parent)
        self._rung = rung
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        name = _name(folder)
        if ring(folder):
            raise AlreadyOpen(folder)
        if not self._server.listen(name):
            if ring(folder):
                raise AlreadyOpen(folder)  # it was quicker by a moment
            QLocalServer.removeServer(name)  # left behind by a process that crashed
            self._server.listen(name)

    def close(self) -> None:
        """Answer no more."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._on_ready(socket))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._on_ready(socket)

    def _on_ready(self, socket: QLocalSocket) -> None:
        if bytes(socket.readAll().data()) == _ASK:
            socket.write(_ANSWER)
            socket.flush()
            self._rung()


def ring(folder: Path) -> bool:
    """Ask the window that has the site open to come to the front. False when there is none.

    A window that is too busy to answer at once has the site open all the same.
    """
    socket = QLocalSocket()
    socket.connectToServer(_name(folder))
    if not socket.waitForConnected(_WAIT):
        return False
    socket.write(_ASK)
    socket.flush()
    socket.waitForReadyRead(_WAIT)
    socket.disconnectFromServer()
    return True


def _name(folder: Path) -> str:
    place = os.path.normcase(str(folder.resolve()))
    return "chce-" + hashlib.sha256(f"{getpass.getuser()}\0{place}".encode()).hexdigest()[:24]
