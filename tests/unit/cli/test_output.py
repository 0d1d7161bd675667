"""Lines for people: aligned tables, a bar that cleans up behind itself."""

from __future__ import annotations

import io
import sys

import pytest

from chce_desktop.cli.output import megabytes, table, width
from chce_desktop.cli.progress import ConsoleProgress
from chce_desktop.foundation.errors import Cancelled


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_tables_align_han_characters() -> None:
    assert table([("ID", "栏目", "x"), (1, "政务公开", "y")]) == ["ID  栏目      x", "1   政务公开  y"]
    assert width("“引用”ab教") == 10


def test_sizes() -> None:
    assert megabytes(1_234_567) == "1.2 MB"
    assert megabytes(512) == "0.5 kB"


def test_a_bar_covers_what_was_longer_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chce_desktop.cli.progress._BAR_SECONDS", 0.0)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    progress = ConsoleProgress()
    progress.report("正在上传很多很多文件", 1, 2, 500_000, 1_000_000)
    progress.report("x", 2, 2)
    progress.clear()
    progress.clear()
    lines = terminal.getvalue().split("\r")
    assert lines[1].startswith("[############............] 正在上传很多很多文件 1/2 0.5/1.0 MB")
    assert width(lines[2]) == width(lines[1])
    assert lines[3].strip() == ""
    assert width(lines[3]) == len("[########################] x 2/2")
    assert lines[4] == ""


def test_a_log_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    progress = ConsoleProgress()
    for number in range(1_000):
        progress.report("x", number, 1_000)
    assert log.getvalue() == ""
    monkeypatch.setattr("chce_desktop.cli.progress._LINE_SECONDS", 0.0)
    progress.report("x", 3)
    assert log.getvalue() == "x 3\n"


def test_nothing_is_cancelled_before_ctrl_c() -> None:
    progress = ConsoleProgress()
    progress.check()
    assert not progress.cancelled
    assert not progress.wait(0.0)
    progress._cancelled.set()
    with pytest.raises(Cancelled):
        progress.check()
