"""What `chce publish` says to each fault, in Chinese: its status, one sentence, and what to do; then it goes on."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from chce_desktop.publishing.errors import (
    HostKeyChanged,
    HostKeyUnknown,
    UploadCutShort,
    certificate_refused,
    taken_over,
)
from chce_desktop.publishing.layers.retry import Retrying
from chce_desktop.publishing.remote import Content
from chce_desktop.publishing.transports import folder as transport
from chce_desktop.publishing.transports import ftp_control
from tests.unit.cli.conftest import Chce

_CHINESE = re.compile(r"[\u4e00-\u9fff]")

#: What the host does, and the status and the code that a script gets.
FAULTS: list[tuple[Callable[[], BaseException], int, str]] = [
    (lambda: OSError(errno.ENOSPC, "no room"), 1, "remote_full"),
    (lambda: OSError(errno.EDQUOT, "quota"), 1, "remote_full"),
    (lambda: OSError(errno.EACCES, "no"), 1, "file_refused"),
    (lambda: OSError(errno.EIO, "gone"), 1, "link_lost"),
    (lambda: UploadCutShort("a.html", 9000, 4000), 1, "upload_cut_short"),
    (lambda: certificate_refused("host", "expired"), 1, "certificate_refused"),
    (lambda: HostKeyChanged("host", "SHA256:a", "SHA256:b"), 1, "host_key_changed"),
    (lambda: HostKeyUnknown("host", "SHA256:a"), 3, "host_key_unknown"),
    (taken_over, 1, "lock_lost"),
    (lambda: ftp_control.lost("silence"), 1, "link_lost"),
    (lambda: ftp_control.known(ftp_control.Answer(552, "quota"), "a"), 1, "remote_full"),
    (KeyboardInterrupt, 130, "cancelled"),
]


def test_each_fault_has_a_status_a_sentence_and_a_next_step(
    chce: Chce, folder: Path, markdown: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = tmp_path / "主机"
    chce("import", markdown)
    chce("target", "add", "本地", host.as_uri())
    write = transport._write
    monkeypatch.setattr(Retrying.__init__, "__kwdefaults__", {"pauses": (0.01,)})
    for fault, status, code in FAULTS:

        def failing(place: Path, content: Content, *, durable: bool, fault: Callable[[], BaseException] = fault) -> int:
            if "stage" in place.parts:
                raise fault()
            return write(place, content, durable=durable)

        monkeypatch.setattr(transport, "_write", failing)
        stopped = chce("--lang", "zh_CN", "publish", "本地", "--json")
        assert stopped.status == status, stopped.err
        error = stopped.json["error"]
        assert error["code"] == code
        for text in (error["title"], error["hint"]):
            assert _CHINESE.search(text), text
            assert "{" not in text
        assert error["title"].count("。") <= 1
        assert "Traceback" not in stopped.err
        assert not list(host.rglob("*.html"))
    monkeypatch.setattr(transport, "_write", write)
    assert chce("publish", "本地", "--json").status == 0
    assert (host / "index.html").is_file()
    assert {path.name.split("-")[0] for path in (host / ".chce").iterdir()} == {"head.json", "manifest"}
