"""What holds for every test: its own home, no real keyring, and silence unless it says otherwise."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import keyring
import pytest

from chce_desktop.foundation import i18n
from tests.helpers.memory_keyring import MemoryKeyring

# Nothing has imported PySide6 yet. A test under Xvfb starts the app as a process of its own, with its own platform.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu --no-first-run --disable-dev-shm-usage")
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")  # Chromium refuses to run as root inside its sandbox
# A developer's own settings, SSH keys and language play no part.
os.environ["HOME"] = os.environ["USERPROFILE"] = tempfile.mkdtemp(prefix="chce-home-")
os.environ["LC_ALL"] = "C.UTF-8"  # exists everywhere
os.environ["LANG"] = "en_US.UTF-8"  # what child processes speak when they are not told
for _name in ("SSH_AUTH_SOCK", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "LANGUAGE"):
    os.environ.pop(_name, None)
for _name in [name for name in os.environ if name.startswith("CHCE_")]:
    del os.environ[_name]
# Child processes meet a computer without a keyring instead of the developer's own.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


# In the order in which they import each other, so that pytest rewrites the assertions of each.
pytest_plugins = [
    "tests.helpers.web_server",
    "tests.helpers.apache",
    "tests.helpers.openssh",
    "tests.helpers.chromium",
    "tests.helpers.qt",
    "tests.helpers.screen",
]

_IN_CI = os.environ.get("CI", "").lower() in ("1", "true")

#: Reasons for which a test may be skipped even in CI.
_ALLOWED_SKIPS = (
    "the reference folder is absent",  # it lies beside the checkout, not in it
)

#: Qt messages that the platform prints by itself, each with the reason why nothing of ours is wrong.
_QT_NOISE = tuple(
    re.compile(pattern)
    for pattern in (
        r"This plugin does not support (propagateSizeHints|raise|lower|grabbing|setParent|createPlatform)",  # offscreen
        r"propagateSizeHints",  # offscreen has no window manager to tell
        r"QFontDatabase: Cannot find font directory",  # wheels ship no fonts; the system's are found by fontconfig
        r"Sandboxing disabled by user",  # root only, see above
        r"(?i)(failed|could not|unable|not) .*\b(GLX|EGL|OpenGL|Vulkan|GBM|RHI|GPU|QRhiGles2|DRM)\b",  # no GPU
        r"(?i)\b(GLX|EGL|OpenGL|Vulkan|GBM|RHI|GPUInfo|QRhiGles2|DRM)\b.*(failed|not|unavailable|software)",  # no GPU
        r"QStandardPaths: (wrong permissions|XDG_RUNTIME_DIR|runtime directory)",  # containers have none
        r"Release of profile requested but WebEnginePage still not deleted",  # order of deletion at interpreter exit
    )
)

#: Threads that may outlive a test, each with the reason.
_LASTING_THREADS = re.compile(
    r"Dummy-\d+"  # threads of Qt and Chromium that called into Python once
    r"|pytest_timeout.*"  # watches the test
)

if sys.version_info < (3, 13):
    # The carets in tracebacks come from `ast.parse`, whose depth counter all threads share in these versions: pytest's
    # report of one failure dies with "AST constructor recursion depth mismatch" while a server's thread logs another.
    traceback._extract_caret_anchors_from_line_segment = lambda _segment: None  # type: ignore[attr-defined]

hypothesis.settings.register_profile(
    "house",
    deadline=None,  # machines differ; the whole test has a timeout
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # the same
    derandomize=_IN_CI,  # CI repeats itself; developers find new examples
    print_blob=True,
)
hypothesis.settings.load_profile("house")


@pytest.fixture(autouse=True)
def app_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds the app's settings, cache and logs during this test (CHCE_HOME)."""
    home = tmp_path_factory.mktemp("用户 home")
    monkeypatch.setenv("CHCE_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def memory_keyring() -> Iterator[MemoryKeyring]:
    """The keyring of this test: empty at its start, forgotten at its end."""
    ours = MemoryKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(MemoryKeyring())


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Texts are English unless the test chooses otherwise."""
    i18n.set_language("en")
    yield
    i18n.set_language("en")


class _ErrorRecords(logging.Handler):
    """Keeps the text of each record at ERROR or above."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info:
            text += "\n" + logging.Formatter().formatException(record.exc_info)
        self.texts.append(text)


def _patterns(request: pytest.FixtureRequest, marker: str) -> list[re.Pattern[str]]:
    return [re.compile(mark.args[0]) for mark in request.node.iter_markers(marker)]


def _unexpected(texts: list[str], allowed: list[re.Pattern[str]]) -> list[str]:
    return [text for text in texts if not any(pattern.search(text) for pattern in allowed)]


@pytest.fixture(autouse=True)
def no_unexpected_errors_logged(request: pytest.FixtureRequest) -> Iterator[None]:
    """An ERROR in the log fails the test, unless it is marked `allow_log("pattern")`."""
    records = _ErrorRecords()
    logging.getLogger().addHandler(records)
    yield
    logging.getLogger().removeHandler(records)
    if unexpected := _unexpected(records.texts, _patterns(request, "allow_log")):
        pytest.fail("unexpected log records:\n" + "\n".join(unexpected), pytrace=False)


class _QtMessages:
    """Qt's warnings since they were last taken. Installed once PySide6 is there, for the rest of the session."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.installed = False

    def install(self) -> None:
        if self.installed or "PySide6.QtCore" not in sys.modules:
            return
        from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

        def keep(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
            if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) or any(noise.search(text) for noise in _QT_NOISE):
                return
            self.texts.append(f"{kind.name}: {context.category}: {text}")

        qInstallMessageHandler(keep)
        self.installed = True

    def uninstall(self) -> None:
        if self.installed:
            from PySide6.QtCore import qInstallMessageHandler

            qInstallMessageHandler(None)
            self.installed = False


_qt_messages = _QtMessages()


@pytest.fixture(autouse=True)
def no_unexpected_qt_messages(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning of Qt fails the test, unless it is marked `allow_qt("pattern")`."""
    _qt_messages.install()
    _qt_messages.texts.clear()
    yield
    _qt_messages.install()  # for the tests that follow, when this one was the first to import PySide6
    if unexpected := _unexpected(_qt_messages.texts, _patterns(request, "allow_qt")):
        pytest.fail("unexpected Qt messages:\n" + "\n".join(unexpected), pytrace=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Told by pytest."""
    parser.addini("thread_patience", "Seconds that a thread may live on after its test.", default="20")


@pytest.fixture(autouse=True)
def no_leaked_threads(pytestconfig: pytest.Config) -> Iterator[None]:
    """A thread that the test started and that does not end by itself soon after it fails the test."""
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + float(pytestconfig.getini("thread_patience"))
    while leaked := [t for t in threading.enumerate() if t not in before and not _LASTING_THREADS.fullmatch(t.name)]:
        if time.monotonic() > end:
            pytest.fail(f"leaked threads: {', '.join(t.name for t in leaked)}", pytrace=False)
        time.sleep(0.01)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test has failed: what is not tested there is tested nowhere."""
    report = yield
    if _IN_CI and report.skipped and not hasattr(report, "wasxfail") and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if not any(allowed in reason for allowed in _ALLOWED_SKIPS):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped, which fails in CI: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """As above, for modules that skip themselves."""
    report = yield
    if _IN_CI and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped as a whole, which fails in CI: {report.longrepr}"
    return report


def pytest_sessionfinish() -> None:
    """Leave neither a Python callback in Qt nor the home behind."""
    _qt_messages.uninstall()
    shutil.rmtree(os.environ["HOME"], ignore_errors=True)
