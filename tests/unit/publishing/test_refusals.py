"""What hosts' refusals mean to the editor."""

from __future__ import annotations

import errno
import os

import asyncssh
import pytest
from obstore.exceptions import GenericError, PermissionDeniedError

from chce_desktop.publishing.errors import FileRefused, LinkLost, NotThere, PublishError, RemoteFull
from chce_desktop.publishing.transports import folder, ftp_control, http_wire, s3, sftp, webdav


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


@pytest.mark.parametrize(
    ("number", "meaning"),
    [
        (errno.ENOSPC, RemoteFull),
        (errno.EDQUOT, RemoteFull),
        (errno.ETIMEDOUT, LinkLost),
        (errno.ESTALE, LinkLost),
        (errno.EACCES, FileRefused),
        (errno.ENOENT, NotThere),
    ],
)
def test_folder(number: int, meaning: type[PublishError]) -> None:
    found = folder._known(OSError(number, os.strerror(number)), "a")
    assert type(found) is meaning
    assert found.hint


@pytest.mark.parametrize(
    ("error", "writing", "meaning"),
    [
        (asyncssh.SFTPFailure("Failure"), True, RemoteFull),  # all that version 3 has to say about disk and quota
        (asyncssh.SFTPFailure("Failure"), False, FileRefused),
        (asyncssh.SFTPQuotaExceeded("Quota"), False, RemoteFull),
        (asyncssh.SFTPNoSpaceOnFilesystem("Full"), False, RemoteFull),
        (asyncssh.SFTPPermissionDenied("Denied"), True, FileRefused),
        (asyncssh.SFTPConnectionLost("Lost"), True, LinkLost),
    ],
)
def test_sftp(error: Exception, meaning: type[PublishError], *, writing: bool) -> None:
    found = sftp._known_error(error, "a", writing=writing)
    assert type(found) is meaning
    assert found.hint


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (GenericError("403: <Code>QuotaExceeded</Code>"), RemoteFull),
        (PermissionDeniedError("403 Forbidden: <Code>XMinioAdminBucketQuotaExceeded</Code>"), RemoteFull),
        (GenericError("Server returned non-2xx status code: 507 Insufficient Storage"), RemoteFull),
        (PermissionDeniedError("403 Forbidden: news/1507.html"), FileRefused),
        (PermissionDeniedError("403 Forbidden: <Code>AccessDenied</Code>"), FileRefused),
        (GenericError("error sending request"), LinkLost),
        (FileNotFoundError("404"), NotThere),
    ],
)
def test_s3(error: Exception, meaning: type[PublishError]) -> None:
    found = s3._known(error, "a")
    assert type(found) is meaning
    assert found.hint
