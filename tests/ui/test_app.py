from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from chce_desktop.foundation import i18n
from chce_desktop.services.site import create_site
from chce_desktop.ui.app import Controller, demo_folder, open_demo
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.memory import Memory
from chce_desktop.ui.onewindow import AlreadyOpen, SiteBell
from chce_desktop.ui.start import dress_qt, parse
from chce_desktop.ui.welcome.templates import TEMPLATES
from tests.helpers.qt import held, wait_until


@pytest.fixture
def controller(qapp: QApplication, appearance: Appearance, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controller]:
    """A controller whose windows come without the web engine."""
    monkeypatch.setattr(MainWindow, "load_preview", lambda _: None)
    made = Controller(qapp, Memory(), appearance)
    yield made
    if made.window is not None:
        window = made.window
        window.close()
        wait_until(lambda: made.window is None)
    if made._welcome is not None:
        made._welcome.close()
        made._welcome.deleteLater()
    made._operations.close()
    made.deleteLater()


def test_a_site_is_made_opened_left_and_found_again(controller: Controller, tmp_path: Path) -> None:
    controller.start(None)
    assert controller._welcome is not None
    assert controller._welcome.isVisible()
    folder = tmp_path / "新 站点"
    controller.create("教育网", folder, TEMPLATES[0])
    wait_until(lambda: controller.window is not None)
    assert not controller._welcome.isVisible()
    window = controller.window
    assert window is not None
    wait_until(lambda: window.windowTitle().startswith("教育网"))
    window.actions_table["site.open"].trigger()
    wait_until(lambda: controller.window is None)
    assert controller._welcome.isVisible()
    assert [site.name for site in Memory().recent()] == ["教育网"]
    controller.open(folder)
    wait_until(lambda: controller.window is not None)
    assert Memory().flag("reopen", default=False)


def test_what_cannot_be_opened_is_told_on_the_welcome_screen(controller: Controller, tmp_path: Path) -> None:
    (tmp_path / "site.db").write_bytes(b"this is no database" * 100)
    controller.open(tmp_path)
    wait_until(lambda: controller._welcome is not None and controller._welcome.notices.messages)
    assert controller._welcome is not None
    assert controller._welcome.isVisible()
    message = controller._welcome.notices.messages[0]
    assert "Traceback" not in message.text
    assert controller._welcome.new_button.isEnabled()
    assert controller.window is None


def test_a_start_while_the_window_comes_to_its_end_opens_the_site_again(controller: Controller, tmp_path: Path) -> None:
    folder = tmp_path / "站点"
    create_site(folder, "一").close()
    controller.open(folder)
    wait_until(lambda: controller.window is not None)
    first = controller.window
    assert first is not None
    with held(first.desk, "lengthy"):
        first.close()
        wait_until(lambda: first.is_closing)
        assert not first.isVisible()
        controller._on_bell()
        assert not first.isVisible()
    wait_until(lambda: controller.window not in (None, first))


def test_a_second_start_brings_the_first_window_to_the_front(qapp: QApplication, tmp_path: Path) -> None:
    folder = tmp_path / "站点"
    create_site(folder, "一").close()
    rung: list[bool] = []
    bell = SiteBell(folder, lambda: rung.append(True))
    code = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication;"
        "from chce_desktop.ui.onewindow import SiteBell, AlreadyOpen;"
        "app = QCoreApplication([]);\n"
        "try:\n    SiteBell(Path(sys.argv[1]), lambda: None)\n"
        "except AlreadyOpen as e:\n    sys.exit(7)\n"
    )
    second = subprocess.Popen([sys.executable, "-c", code, folder / ".." / "站点"], env=os.environ)
    wait_until(lambda: second.poll() is not None)
    assert second.returncode == 7
    assert rung == [True]
    bell.close()
    SiteBell(folder, lambda: None).close()


def test_the_second_start_ends_by_itself(qapp: QApplication, tmp_path: Path) -> None:
    folder = tmp_path / "站点"
    create_site(folder, "一").close()
    rung: list[bool] = []
    bell = SiteBell(folder, lambda: rung.append(True))
    second = subprocess.Popen([sys.executable, "-m", "chce_desktop", folder], env=os.environ)
    try:
        wait_until(lambda: second.poll() is not None)
    finally:
        second.kill()
        bell.close()
    assert second.returncode == 0
    assert rung == [True]


def test_a_bell_left_by_a_crash_does_not_lock_a_site(qapp: QApplication, tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication;"
        "from chce_desktop.ui.onewindow import SiteBell;"
        "app = QCoreApplication([]); bell = SiteBell(Path(sys.argv[1]), lambda: None); os._exit(0)"
    )
    assert subprocess.run([sys.executable, "-c", code, tmp_path], check=False, timeout=60).returncode == 0
    bell = SiteBell(tmp_path, lambda: None)
    try:
        with pytest.raises(AlreadyOpen):
            SiteBell(tmp_path, lambda: None)
    finally:
        bell.close()


@pytest.mark.slow
def test_the_demo_is_made_once_and_whole() -> None:
    from chce_desktop.foundation.progress import SILENT

    folder = demo_folder()
    half = folder.with_name("demo.new")
    half.mkdir(parents=True)
    (half / "left by a crash").touch()
    with open_demo(folder, SILENT) as site:
        made = site.info()
    assert made.articles.total >= 40
    assert not half.exists()
    with open_demo(folder, SILENT) as site:
        assert site.info().articles == made.articles


def test_the_command_line() -> None:
    assert parse(["/a/站点"]).site == Path("/a/站点")
    assert parse(["--demo", "--lang", "en"]).lang == "en"
    with pytest.raises(SystemExit):
        parse(["--lang", "fr"])


def test_qts_own_texts_are_chinese(qapp: QApplication) -> None:
    i18n.set_language("zh_CN")
    dress_qt(qapp)
    assert QApplication.translate("QPlatformTheme", "Cancel") == "取消"
