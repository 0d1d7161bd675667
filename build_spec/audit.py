"""Lighthouse over the demo site in every theme, as a phone and a desk see it: `python3 dev.py audit`.

Home, a list and an article must have 100 for accessibility, best practices and search engines, 98 for performance.
Needs npm, Node.js and Chromium; the pages come from this computer, so no network is used.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from typing_extensions import override

from build_spec.screenshots import demo_pages
from chce_desktop.services import building
from chce_desktop.services.site import open_site
from chce_desktop.sitegen import theme
from tests.helpers.chromium import chromium_path
from tests.helpers.validators import installed_validators, program

LEAST: Mapping[str, int] = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
#: How a page is looked at, and what Lighthouse calls it.
FORMS: Mapping[str, tuple[str, ...]] = {"phone": (), "desk": ("--preset=desktop",)}
#: How often a page that misses the mark is measured.
TRIES = 3


class _Host(SimpleHTTPRequestHandler):
    """A web host as most are: compressed text, long-lived assets."""

    protocol_version = "HTTP/1.1"

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing about each request."""

    @override
    def send_head(self) -> BinaryIO | BytesIO | None:
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            return super().send_head()
        data = file.read_bytes()
        kind = self.guess_type(str(file))
        self.send_response(200)
        if kind.startswith("text/") or kind.endswith(("javascript", "svg+xml")):
            data = gzip.compress(data)
            self.send_header("Content-Encoding", "gzip")
            kind = f"{kind}; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        fixed = file.parent.name == "assets" or "media" in file.parts
        self.send_header("Cache-Control", "max-age=31536000, immutable" if fixed else "no-cache")
        self.end_headers()
        return BytesIO(data)


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """`folder` over HTTP; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def measure(url: str, form: str, modules: Path, scratch: Path) -> tuple[dict[str, int], list[str]]:
    """The scores of a page, and the audits that took points away."""
    report = scratch / "report.json"
    flags = "--headless=new --disable-gpu --no-first-run"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags += " --no-sandbox"
    command = [program("node"), str(modules / "lighthouse" / "cli" / "index.js"), url, "--quiet", "--output=json"]
    command += FORMS[form]
    command += [f"--output-path={report}", f"--only-categories={','.join(LEAST)}", f"--chrome-flags={flags}"]
    subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": chromium_path()}, timeout=300)
    told = json.loads(report.read_text(encoding="utf-8"))
    categories = told["categories"]
    missed = [
        f"{told['audits'][entry['id']]['title']} ({told['audits'][entry['id']].get('displayValue', '')})"
        for name in LEAST
        for entry in categories[name]["auditRefs"]
        if entry["weight"] and (told["audits"][entry["id"]]["score"] or 0) < 1 and categories[name]["score"] < 1
        if told["audits"][entry["id"]]["scoreDisplayMode"] not in ("notApplicable", "informative", "manual")
    ]
    return {name: round((categories[name]["score"] or 0) * 100) for name in LEAST}, missed


def measured(url: str, form: str, modules: Path, scratch: Path) -> tuple[dict[str, int], list[str]]:
    """The same, again where a page misses the mark: other work on this computer may have slowed it down."""
    scores, missed = measure(url, form, modules, scratch)
    for _ in range(TRIES - 1):
        if not _short(scores):
            break
        scores, missed = measure(url, form, modules, scratch)
    return scores, missed


def _short(scores: Mapping[str, int]) -> bool:
    return any(scores[key] < least for key, least in LEAST.items())


def main() -> int:
    """Measure every page; print a table; 1 when one misses the mark."""
    modules = installed_validators()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        os.environ.setdefault("CHCE_HOME", str(scratch / "home"))
        pages = demo_pages(scratch)
        print(f"{'theme':9}{'page':9}{'on a':7}" + "".join(f"{name:>16}" for name in LEAST))
        for name in theme.names():
            out = scratch / f"out-{name}"
            with hosted(out) as address:
                with open_site(scratch / "site") as site:
                    site.settings.update(theme=name)
                    building.build(site, out, base_url=address)
                for (kind, path), form in itertools.product(pages.items(), FORMS):
                    scores, missed = measured(address + path, form, modules, scratch)
                    short = _short(scores)
                    failed = failed or short
                    row = "".join(f"{score:>16}" for score in scores.values())
                    print(f"{name:9}{kind:9}{form:7}{row}", flush=True)
                    for line in missed if short else ():
                        print(f"    {line}")
    print("FAILED: a page misses the mark" if failed else "All pages reach the mark.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
