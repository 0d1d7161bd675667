"""A real Apache over a built site, set up as the site's own `server/apache.conf` says."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.helpers.web_server import WebServer, free_port, wait_for_port

_MODULES = ("mpm_event", "authz_core", "dir", "mime", "alias", "headers", "deflate", "filter", "include")


@pytest.fixture
def apache_as_told() -> Iterator[Callable[[Path, str], WebServer]]:
    """A function that serves a copy of a built site below an address: `apache_as_told(folder, "https://…/sub/").root`."""
    program = shutil.which("apache2", path=f"{os.environ['PATH']}:/usr/sbin")
    modules = Path("/usr/lib/apache2/modules")
    if program is None or not modules.is_dir():
        pytest.skip("no Apache; `python3 dev.py test` installs it on Debian and Ubuntu")
    running: list[tuple[subprocess.Popen[bytes], Path]] = []

    def start(out: Path, address: str) -> WebServer:
        run = Path(tempfile.mkdtemp(prefix="chce-apache-"))
        run.chmod(0o755)  # its workers are not root
        base = unquote(urlsplit(address).path).strip("/")
        site = run / "root" / base
        shutil.copytree(out, site)
        port = free_port()
        loaded = [name for name in _MODULES if (modules / f"mod_{name}.so").exists()]  # others are built in
        lines = [
            f"ServerRoot {run}",
            *(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in loaded),
            f"PidFile {run}/pid\nErrorLog {run}/error.log\nServerName localhost\nListen 127.0.0.1:{port}",
            *(["User www-data\nGroup www-data"] if os.geteuid() == 0 else []),
            f"TypesConfig /etc/mime.types\nDocumentRoot {run}/root",
            f"<Directory {run}/root>\nAllowOverride None\nRequire all granted\n</Directory>",
            f'Include "{site}/server/apache.conf"',
        ]
        (run / "conf").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        with (run / "output").open("wb") as output:
            process = subprocess.Popen([program, "-D", "FOREGROUND", "-f", run / "conf"], stderr=output)
        running.append((process, run))
        wait_for_port(port, process, run / "output")
        return WebServer(site, f"http://127.0.0.1:{port}/", run / "access.log")

    yield start
    for process, run in running:
        process.terminate()
        process.wait(60)
        shutil.rmtree(run, ignore_errors=True)
