"""WebDAV by nginx with its extension module, and by wsgidav."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chce_desktop.domain.publication import Target
from tests.contract.hosts import UNREFUSED, Host, HostMaker
from tests.helpers.web_server import free_port, wait_for_port

_PASSWORD = "dav 口令@1"

_NGINX = """
{load}
daemon off; worker_processes 1; pid "{run}/nginx.pid"; error_log "{run}/error.log";
{user}
events {{ worker_connections 256; }}
http {{
  access_log off; client_max_body_size 0;
  client_body_temp_path "{run}/t1"; proxy_temp_path "{run}/t2"; fastcgi_temp_path "{run}/t3";
  uwsgi_temp_path "{run}/t4"; scgi_temp_path "{run}/t5";
  server {{
    listen 127.0.0.1:{port}; root "{run}";
    auth_basic dav; auth_basic_user_file "{run}/users";
    location / {{ dav_methods PUT DELETE MKCOL MOVE; dav_ext_methods PROPFIND; min_delete_depth 1; }}
  }}
}}
"""


def _make(run: Path, port: int) -> HostMaker:
    def make() -> Host:
        root = Path(tempfile.mkdtemp(prefix="www-", dir=run))
        target = Target(id=1, uid="t", name="t", url=f"dav://editor@127.0.0.1:{port}/{root.name}")
        return Host(target=target, root=root, password=_PASSWORD, tags=UNREFUSED)

    return make


@contextlib.contextmanager
def nginx_dav_hosts() -> Iterator[HostMaker]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    module = Path("/usr/lib/nginx/modules/ngx_http_dav_ext_module.so")
    if program is None or not module.exists():
        pytest.skip("no nginx with WebDAV; `python3 dev.py test` installs it on Debian and Ubuntu")
    run = Path(tempfile.mkdtemp(prefix="chce-dav-"))
    port = free_port()
    # Not hashed: the usual hash would take the server 5 ms of each request.
    (run / "users").write_text(f"editor:{{PLAIN}}{_PASSWORD}\n", encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = _NGINX.format(load=f"load_module {module};", run=run, port=port, user=user)
    (run / "nginx.conf").write_text(configuration, encoding="utf-8")
    with (run / "output").open("wb") as log:
        process = subprocess.Popen([program, "-p", run, "-e", run / "error.log", "-c", run / "nginx.conf"], stderr=log)
    wait_for_port(port, process, run / "output")
    try:
        yield _make(run, port)
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(run, ignore_errors=True)


_WSGIDAV = """
import sys
from cheroot import wsgi
from wsgidav.wsgidav_app import WsgiDAVApp
run, port, password = sys.argv[1], int(sys.argv[2]), sys.stdin.readline().strip()
app = WsgiDAVApp({
    "provider_mapping": {"/": run}, "verbose": 0, "logging": {"enable": False},
    "simple_dc": {"user_mapping": {"*": {"editor": {"password": password}}}},
    "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
})
wsgi.Server(("127.0.0.1", port), app, numthreads=16).start()
"""


@contextlib.contextmanager
def wsgidav_hosts() -> Iterator[HostMaker]:
    run = Path(tempfile.mkdtemp(prefix="chce-wsgidav-"))
    port = free_port()
    output = run.with_suffix(".log")
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-c", _WSGIDAV, run, str(port)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
    # Not on the command line, where the search for secrets would find it.
    with process.stdin or io.BytesIO() as handed:
        handed.write(f"{_PASSWORD}\n".encode())
    wait_for_port(port, process, output)
    try:
        yield _make(run, port)
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(run, ignore_errors=True)
        output.unlink()
