"""What hosts' refusals mean to the editor."""

from __future__ import annotations

import pytest

from chce_desktop.publishing.errors import FileRefused, LinkLost, NotThere, PublishError, RemoteFull
from chce_desktop.publishing.transports import ftp_control, http_wire, webdav


@pytest.mark.parametrize(
    ("code", "text", "writing", "meaning"),
    [
        (452, "No space left on device", True, RemoteFull),
        (552, "Quota exceeded", True, RemoteFull),
        (550, "STOR: notice: quota reached: used 1.00 of 1.00 upload Mb", True, RemoteFull),
        (451, "Transfer aborted. Input/output error", True, RemoteFull),  # ProFTPD on a full disk
        (451, "Failure writing to local file.", True, RemoteFull),  # vsftpd on a full disk
        (451, "Local error", False, FileRefused),
        (550, "a: No such file or directory", False, NotThere),
        (550, "Permission denied", True, FileRefused),
        (426, "Connection closed", True, LinkLost),
    ],
)
def test_ftp(code: int, text: str, meaning: type[PublishError], *, writing: bool) -> None:
    found = ftp_control.known(ftp_control.Answer(code, text), "a", writing=writing)
    assert type(found) is meaning
    assert found.title
    assert found.hint


@pytest.mark.parametrize(
    ("code", "writing", "meaning"),
    [
        (507, True, RemoteFull),
        (500, True, RemoteFull),  # nginx and wsgidav on a full disk
        (500, False, FileRefused),
        (403, True, FileRefused),
        (404, False, NotThere),
    ],
)
def test_webdav(code: int, meaning: type[PublishError], *, writing: bool) -> None:
    answer = http_wire.Response("PUT", code, "", b"")
    found = webdav._known(answer, "a", writing=writing)
    assert type(found) is meaning
    assert found.hint
