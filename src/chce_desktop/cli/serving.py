"""A web server for this computer alone, to look at built pages."""

from __future__ import annotations

import functools
import http.server
import threading
from http import HTTPStatus
from pathlib import Path
from typing import Any

from typing_extensions import override

from chce_desktop.cli.session import Session
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr

_POLL = 0.2


class PortTaken(ChceError):
    """The port cannot be listened on."""

    code = "port_taken"


class _Pages(http.server.SimpleHTTPRequestHandler):
    """Files of one folder, texts in UTF-8, the site's own page for what is missing."""

    extensions_map = {  # noqa: RUF012 - the base class asks for it
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        **{
            suffix: f"text/{kind}; charset=utf-8"
            for suffix, kind in ((".html", "html"), (".css", "css"), (".txt", "plain"))
        },
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".xml": "application/xml; charset=utf-8",
        ".svg": "image/svg+xml",
        ".webp": "image/webp",
        ".wasm": "application/wasm",
    }

    @override
    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    @override
    def list_directory(self, path: Any) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    @override
    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal is for the editor."""


def serve(session: Session, folder: Path, port: int) -> None:
    """Answer on 127.0.0.1 until Ctrl+C. Raises PortTaken."""
    handler = functools.partial(_Pages, directory=str(folder))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        raise PortTaken(
            tr("Port {port} cannot be used.", port=port),
            detail=str(error),
            hint=tr("Leave --port out to take a free one."),
        ) from error
    with server:
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        answering = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": _POLL}, name="serve")
        answering.start()
        try:
            session.output.result({"url": address, "folder": str(folder)}, [address])
            while not session.progress.wait(_POLL):
                pass
        finally:
            server.shutdown()
            answering.join()
