"""An SFTP session whose requests travel together: what is asked in one moment leaves in one packet of SSH.

Compressed, encrypted and handed to the network one by one, small requests cost more than the files that they are about:
processor time on both sides, and on slow links a sixth of all bytes.
"""

from __future__ import annotations

import asyncio
import contextlib

import asyncssh
from asyncssh.sftp import start_sftp_client
from typing_extensions import override

_VERSION = 3


class _Gathering(asyncssh.SSHWriter[bytes]):
    """Hands over at the end of the loop's turn what was written in it."""

    def __init__(self, writer: asyncssh.SSHWriter[bytes]) -> None:
        session, datatype = writer.get_redirect_info()
        super().__init__(session, writer.channel, datatype)
        self._loop = asyncio.get_running_loop()
        self._gathered: list[bytes] = []

    @override
    def write(self, data: bytes) -> None:
        """Take it; what becomes of it shows in the answer, or in the end of the connection."""
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append(data)

    def _hand_over(self) -> None:
        data, self._gathered = b"".join(self._gathered), []
        with contextlib.suppress(OSError):  # whoever waits for an answer is told that the connection has ended
            super().write(data)


async def start(connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    """A session on this connection. Raises asyncssh's errors, as its own way to start one does."""
    writer, reader, _errors = await connection.open_session(subsystem="sftp", encoding=None)
    loop = asyncio.get_running_loop()
    return await start_sftp_client(connection, loop, "replace", reader, _Gathering(writer), "utf-8", "strict", _VERSION)
