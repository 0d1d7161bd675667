"""Tests cannot pass noisily: each kind of noise turns a test that asserts nothing wrong into a failure."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

_NOISY = """
import logging, os, threading, time, warnings
import keyring, pytest
from chce_desktop.foundation import paths

def test_quiet(app_home):
    assert paths.log_dir().is_relative_to(app_home)
    assert keyring.get_password("a", "b") is None

def test_warning():
    warnings.warn("careful", UserWarning, stacklevel=1)

def test_open_file():
    open(os.devnull)

def test_error_logged():
    logging.getLogger("any").error("broken: %s", "disk")

@pytest.mark.allow_log("broken: .*")
def test_expected_error_logged():
    logging.getLogger("any").error("broken: %s", "disk")

def test_leaked_thread():
    threading.Thread(target=time.sleep, args=(60,), name="forgotten", daemon=True).start()

def test_qt_warning():
    from PySide6.QtCore import QObject, QUrl
    import PySide6.QtCore
    PySide6.QtCore.qWarning("a warning of Qt")

@pytest.mark.allow_qt("a warning of .t")
def test_expected_qt_warning():
    import PySide6.QtCore
    PySide6.QtCore.qWarning("a warning of Qt")

@pytest.mark.skip(reason="no server here")
def test_skipped():
    pass

@pytest.mark.skip(reason="the reference folder is absent")
def test_allowed_to_skip():
    pass
"""


@pytest.mark.slow
@pytest.mark.parametrize("ci", ["true", ""])
def test_noise_fails(tmp_path: Path, ci: str) -> None:
    (tmp_path / "test_noisy.py").write_text(_NOISY, encoding="utf-8", newline="\n")
    # The first test that imports PySide6 finds no handler yet, so one that imports it comes before.
    (tmp_path / "test_a_first.py").write_text("import PySide6.QtCore\ndef test_first(): pass\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", ROOT / "pyproject.toml", "--rootdir", ROOT]
    result = subprocess.run(
        [
            *map(str, command),
            *("-v", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib", "-o", "thread_patience=1"),
            str(tmp_path),
        ],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    outcomes: dict[str, set[str]] = {}
    for name, outcome in re.findall(r"::test_(\w+) (PASSED|FAILED|ERROR|SKIPPED)", result.stdout):
        outcomes.setdefault(name, set()).add(outcome)
    quiet = {name for name, seen in outcomes.items() if seen == {"PASSED"}}
    assert quiet == {"first", "quiet", "expected_error_logged", "expected_qt_warning"}, result.stdout
    assert outcomes["skipped"] == {"ERROR" if ci else "SKIPPED"}
    assert outcomes["allowed_to_skip"] == {"SKIPPED"}
    noisy = set(outcomes) - quiet - {"skipped", "allowed_to_skip"}
    assert noisy == {"warning", "open_file", "error_logged", "leaked_thread", "qt_warning"}
