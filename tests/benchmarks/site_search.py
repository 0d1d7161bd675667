"""Search on the published site, as a reader's browser meets it: bytes of a first query, and what a new article costs.

The corpus is seeded; counts are compared with a look at every text.
"""

from __future__ import annotations

import argparse
import os
import pickle
import shutil
import sys
import tempfile
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import override

from chce_desktop.domain.article import Article
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.site_child import StoredTexts
from tests.benchmarks.site_speed import build_in_child
from tests.benchmarks.table import Table
from tests.helpers.chromium import open_browser
from tests.helpers.snapshots import article, info_of, site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Response

_QUERIES = ("的", "教育", "素质教育", "义务教育")
#: KB that a first query may take, the page itself included.
_MOST_KB = 300
_SECONDS, _MEGABYTES = 1.0, 300


class _Quiet(SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:  # the base's name
        del format, args


def _asked(browser: Browser, url: str, query: str, field: str) -> tuple[int, int]:
    """The count that the site shows for a query, and the bytes that a browser without a cache loads for it."""
    context = browser.new_context()
    page = context.new_page()
    sizes: dict[str, int] = {}

    def note(response: Response) -> None:
        sizes[response.url] = int(response.headers.get("content-length", "0"))

    page.on("response", note)
    page.goto(f"{url}search/index.html?q={query}&in={field}")
    page.wait_for_selector("#search-status[data-count]", state="attached", timeout=60_000)
    count = int(page.locator("#search-status").get_attribute("data-count") or "-1")
    page.wait_for_timeout(1500)  # what results load to show the text around a hit counts as well
    context.close()
    return count, sum(sizes.values())


def main() -> int:
    """Measure and print; the number of goals that were missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    options = parser.parse_args()
    total: int = options.articles
    folder = Path(tempfile.mkdtemp(prefix="chce-site-search-"))
    os.environ["CHCE_HOME"] = str(folder / "home")
    corpus = Corpus(total=total)
    texts = StoredTexts(folder / "texts.db")
    counts = {(query, field): 0 for query in _QUERIES for field in ("title", "body")}
    infos = []
    for number in range(total):
        patch = corpus.article(number)
        for query in _QUERIES:
            counts[query, "title"] += query in patch["title"]
            counts[query, "body"] += query in patch["body"]
        made: Article = article(number + 1, patch["body"], title=patch["title"], date=patch["date"], column_id=2)
        infos.append(info_of(made))
        texts.fill({made.id: patch["body"]})
    infos.sort(key=lambda info: (info.date, info.id), reverse=True)
    snapshot = replace(site(0, folder / "library"), articles=tuple(infos), bodies=texts)
    pickled = folder / "snapshot"
    pickled.write_bytes(pickle.dumps(snapshot))
    table = Table(f"Search on a published site of {total} articles")
    table.start()
    build_in_child(pickled, folder / "out")
    handler = partial(_Quiet, directory=str(folder / "out"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, open_browser() as browser:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for (query, field), wanted in counts.items():
            count, size = _asked(browser, f"http://127.0.0.1:{server.server_port}/", query, field)
            note = f"{count} hits" if count == wanted else f"**{count} hits instead of {wanted}**"
            table.row(f"first query: {query} in {field}, not compressed", size / 1000, "KB", _MOST_KB, note)
            table.row(f"wrong count: {query} in {field}", abs(count - wanted), "articles", 0)
        server.shutdown()
    one = build_in_child(pickled, folder / "out", "new")
    table.row("one new article, the whole build", one.clock, "s", _SECONDS)
    table.row("memory of it", one.memory, "MB", _MEGABYTES)
    shutil.rmtree(folder, ignore_errors=True)
    return table.end()


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
