"""Makes the pictures in docs/screenshots: the window's by the window itself, the demo site's pages in Chromium.

Run by `python3 dev.py screenshots`. Pages are taken at the widths of a phone, a tablet and a desktop, light and dark.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from typing_extensions import override

from chce_desktop.domain.article import ArticleFilter
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.foundation import resources
from chce_desktop.services import building, demo
from chce_desktop.services.site import create_site, open_site
from chce_desktop.sitegen import theme
from tests.helpers.chromium import open_browser

OUT = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SIZES = ((375, 812), (768, 1024), (1440, 1000))
SCHEMES = ("light", "dark")


class _Quiet(SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing about each request."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """`folder` over HTTP; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def demo_pages(scratch: Path) -> dict[str, str]:
    """Build the demo site into `scratch`/out; the pages that are worth showing, by the name of their pictures."""
    with create_site(scratch / "site", "示例") as site:
        demo.fill(site)
        building.build(site, scratch / "out")
        newest = site.articles.page(ArticleFilter(), limit=100).articles
        article = next(info for info in newest if info.cover and info.column_id)
        column = site.columns.tree()[article.column_id or 0]
        return {
            "home": "index.html",
            "list": f"{column.slug}/index.html",
            "article": f"{column.slug}/{article.slug}.html",
        }


def take_pages(out: Path) -> None:
    """Take the demo site's pages in every theme."""
    with tempfile.TemporaryDirectory() as scratch:
        pages = demo_pages(Path(scratch))
        for name in theme.names():
            with open_site(Path(scratch) / "site") as site:
                site.settings.update(theme=name)
                building.build(site, Path(scratch) / "out")
            prefix = "page" if name == SiteSettings().theme else f"page-{name}"
            _take_pages(out, prefix, pages, Path(scratch) / "out")


def _take_pages(out: Path, prefix: str, pages: dict[str, str], built: Path) -> None:
    with served(built) as address, open_browser() as browser:
        for scheme in SCHEMES:
            for width, height in SIZES:
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,  # type: ignore[arg-type] # one of the literals that it wants
                    locale="zh-CN",
                )
                page = context.new_page()
                for name, path in pages.items():
                    page.goto(address + path, wait_until="networkidle")
                    page.screenshot(path=out / f"{prefix}-{name}-{width}-{scheme}.png")
                context.close()


def take_themes() -> None:
    """Take the picture of each theme that the window shows beside its name."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as scratch, open_browser() as browser:
        demo_pages(Path(scratch))
        for name in theme.names():
            out = Path(scratch) / name
            with open_site(Path(scratch) / "site") as site:
                site.settings.update(theme=name)
                building.build(site, out)
            with served(out) as address:
                page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN", color_scheme="light")
                page.goto(address, wait_until="networkidle")
                taken = Path(scratch) / f"{name}.png"
                page.screenshot(path=taken)
                page.close()
            with Image.open(taken) as picture:
                small = picture.convert("RGB").resize((640, 400), Image.Resampling.LANCZOS)
                small.save(resources.path(f"themes/{name}/preview.webp"), quality=82, method=6)


def take_window(out: Path) -> None:
    """Take the window: every scene in Chinese, the main window in English too."""
    for language, folder in (("zh_CN", out), ("en", out / "en")):
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "CHCE_HOME": home}
            command = [sys.executable, "-m", "build_spec.window_pictures", str(folder), language]
            subprocess.run(command, check=True, env=environment)
    for picture in (out / "en").glob("*.png"):  # one is enough to show that there is an English window
        if picture.name != "main-window-light.png":
            picture.unlink()


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    take_themes()
    take_pages(OUT)
    take_window(OUT)
    print(f"{len(list(OUT.rglob('*.png')))} pictures in {OUT}")
