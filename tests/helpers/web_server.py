"""A real static web server (nginx) over a folder, as hosts of the portal run it."""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on, and that no other test is given while this process runs.

    Systems take ports for outgoing connections from above these, so none is lost before a server listens on it.
    """
    for port in random.sample(_PORTS, len(_PORTS)):
        mark = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)  # ports of UDP are others: this one is only a mark
        try:
            mark.bind(("127.0.0.1", port))
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            mark.close()
        else:
            mark.detach()  # open until the process ends
            return port
    pytest.fail("no free port")


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path, timeout: float = 60.0) -> None:
    """Return when 127.0.0.1:`port` accepts connections. Fails the test with the log when `process` ends before."""
    end = time.monotonic() + timeout
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
            time.sleep(0.02)
        else:
            return


@dataclass(frozen=True, slots=True)
class WebServer:
    """A running server: `url` (with a final slash) shows the files below `root`; /404.html answers what is missing."""

    root: Path
    url: str
    access_log: Path


_CONFIGURATION = """
daemon off; master_process on; worker_processes 1; pid "{run}/nginx.pid"; error_log "{run}/error.log";
{user}
events {{ worker_connections 256; }}
http {{
  types {{
    text/html html; text/css css; text/javascript js; application/json json; application/xml xml;
    image/png png; image/jpeg jpg jpeg; image/webp webp; image/svg+xml svg; image/gif gif; image/x-icon ico;
    application/rss+xml rss; text/plain txt; application/pdf pdf; font/woff2 woff2;
  }}
  default_type application/octet-stream; charset utf-8; etag on; gzip on; access_log "{run}/access.log";
  client_body_temp_path "{run}/t1"; proxy_temp_path "{run}/t2"; fastcgi_temp_path "{run}/t3";
  uwsgi_temp_path "{run}/t4"; scgi_temp_path "{run}/t5";
  server {{ listen 127.0.0.1:{port}; root "{root}"; index index.html; error_page 404 /404.html; }}
}}
"""


@pytest.fixture
def serve() -> Iterator[Callable[[Path], WebServer]]:
    """A function that serves a folder over HTTP until the test ends: `serve(folder).url`."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("no nginx; `python3 dev.py test` installs it on Debian and Ubuntu")
    running: list[tuple[subprocess.Popen[bytes], Path]] = []

    def start(root: Path) -> WebServer:
        run = Path(tempfile.mkdtemp(prefix="chce-nginx-"))
        port = free_port()
        user = "user root;" if os.geteuid() == 0 else ""  # its workers read the test's private folders
        configuration = run / "nginx.conf"
        configuration.write_text(
            _CONFIGURATION.format(run=run, port=port, root=root, user=user), encoding="utf-8", newline="\n"
        )
        log = run / "error.log"
        with (run / "output").open("wb") as output:
            process = subprocess.Popen([program, "-p", run, "-e", log, "-c", configuration], stderr=output)
        running.append((process, run))
        wait_for_port(port, process, run / "output")
        return WebServer(root, f"http://127.0.0.1:{port}/", run / "access.log")

    yield start
    for process, run in running:
        process.terminate()
        process.wait(60)
        shutil.rmtree(run, ignore_errors=True)


@pytest.fixture
def serve_as_told() -> Iterator[Callable[[Path], WebServer]]:
    """A function that serves a built site with nginx, set up as the site's own `server/nginx.conf` says."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("no nginx; `python3 dev.py test` installs it on Debian and Ubuntu")
    running: list[tuple[subprocess.Popen[bytes], Path]] = []

    def start(root: Path) -> WebServer:
        run = Path(tempfile.mkdtemp(prefix="chce-nginx-"))
        port = free_port()
        recipe = (root / "server" / "nginx.conf").read_text(encoding="utf-8").replace("SITE", str(root))
        ours, _, server = recipe.partition("# In the server block:\n")
        server = re.sub(r"^# ", "", server, flags=re.MULTILINE)
        paths = "".join(
            f"{kind}_temp_path {run}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        (run / "nginx.conf").write_text(
            f"daemon off; {user} pid {run}/pid; error_log {run}/error.log; events {{}}\n"
            f"http {{ access_log {run}/access.log; {paths}\n"
            f"types {{ text/html html; text/css css; text/javascript js; }}\n{ours}\n"
            f"server {{ listen 127.0.0.1:{port};\n{server}\n}} }}",
            encoding="utf-8",
            newline="\n",
        )
        with (run / "output").open("wb") as output:
            process = subprocess.Popen([program, "-c", run / "nginx.conf", "-e", run / "error.log"], stderr=output)
        running.append((process, run))
        wait_for_port(port, process, run / "output")
        return WebServer(root, f"http://127.0.0.1:{port}/", run / "access.log")

    yield start
    for process, run in running:
        process.terminate()
        process.wait(60)
        shutil.rmtree(run, ignore_errors=True)
