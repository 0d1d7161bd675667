"""The servers, browsers and screens that other tests lean on work by themselves."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.helpers.openssh import OpenSshServer
from tests.helpers.screen import Screen
from tests.helpers.web_server import WebServer


@pytest.mark.server
def test_the_ssh_server_lets_the_key_in_and_its_account_writes_its_folder(sshd: OpenSshServer) -> None:
    folder = sshd.folder()
    options = ("-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null")
    result = subprocess.run(
        ["sftp", "-b", "-", "-P", str(sshd.port), "-i", sshd.client_key, *options, f"{sshd.user}@{sshd.host}"],
        input=f'put "{Path(__file__)}" "{folder}/put.txt"\n',
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr + sshd.log.read_text(encoding="utf-8")
    assert (folder / "put.txt").read_bytes() == Path(__file__).read_bytes()


@pytest.mark.server
@pytest.mark.browser
def test_the_web_server_shows_a_folder_to_the_browser(
    serve: Callable[[Path], WebServer], tmp_path: Path, page: Page
) -> None:
    folder = tmp_path / "网站 site"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>首页</title><p>正文", encoding="utf-8", newline="\n")
    (folder / "404.html").write_text("没有", encoding="utf-8", newline="\n")
    server = serve(folder)
    page.goto(server.url)
    assert page.title() == "首页"
    assert page.goto(server.url + "missing.html").status == 404  # type: ignore[union-attr]
    with urllib.request.urlopen(server.url) as reply:
        assert reply.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.gui
def test_a_person_at_the_screen_sees_types_and_clicks(screen: Screen, tmp_path: Path) -> None:
    program = tmp_path / "程序.py"
    program.write_text(
        """
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
app = QApplication([])
window = QWidget(); window.setWindowTitle("窗口"); layout = QVBoxLayout(window)
field = QLineEdit(); field.setObjectName("field"); field.setAccessibleName("标题"); layout.addWidget(field)
button = QPushButton("按下"); button.setObjectName("button"); layout.addWidget(button)
button.clicked.connect(lambda: button.setText("按过 " + field.text()))
window.resize(400, 200); window.show(); app.exec()
""",
        encoding="utf-8",
        newline="\n",
    )
    screen.open([sys.executable, program])
    assert "窗口" in screen.titles()
    screen.enter(id="field")
    screen.type("abc ")
    screen.find(id="field", text="abc ")
    screen.paste("中文，含𠮷")
    screen.find(id="field", text="abc 中文，含𠮷")
    screen.click(role="push button", name="按下")
    screen.find(name="按过 abc 中文，含𠮷")
    with Image.open(screen.picture(tmp_path / "屏幕.png")) as picture:
        assert picture.size == (1440, 900)
        assert len(picture.getcolors(1 << 24) or []) > 5


def test_the_keyring_is_never_the_real_one() -> None:
    keyring.set_password("service", "name", "secret")
    assert keyring.get_password("service", "name") == "secret"
    assert type(keyring.get_keyring()).__name__ == "MemoryKeyring"
