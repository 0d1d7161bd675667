"""Search on the published site, as a reader's browser meets it: bytes of a first query, and what a new article costs.

Everything that a browser without a cache loads counts: page, style, scripts, index, what results show. The server
compresses what it sends, as servers do. The corpus is seeded; counts are compared with a look at every text.
"""

from __future__ import annotations

import argparse
import gzip
import os
import pickle
import random
import re
import shutil
import sys
import tempfile
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

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

#: From one character to ten, common to rare, and several terms; pieces of real texts of the corpus are added.
_QUERIES = (
    "的", "教", "教育", "2024", "AI", "素质教育", "义务教育", "教育发展", "的教育的", "高质量发展", "不存在的词",
    "教育 学校", "素质教育 课程 学生", "教育 学校 学生 老师 发展",
)  # fmt: skip
#: KB that a first query may take, the page itself included.
_MOST_KB = 300
_SECONDS, _MEGABYTES = 1.0, 300


class _Compressing(SimpleHTTPRequestHandler):
    @override
    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix not in {".html", ".js", ".css", ".svg", ".json"} or not path.is_file():
            super().do_GET()
            return
        data = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    @override
    def log_message(self, format: str, *args: object) -> None:  # the base's name
        del format, args


def _pieces(corpus: Corpus, total: int) -> tuple[str, ...]:
    """Queries of 3 to 10 characters as they stand in texts."""
    chance = random.Random(5)  # noqa: S311 - repeatable, no secret
    found = []
    for length in (3, 4, 4, 5, 6, 8, 10, 10):
        body = corpus.article(chance.randrange(total))["body"]
        runs = [run for run in re.findall(r"\w{12,}", body) if run.isalnum()]
        if runs:
            found.append(chance.choice(runs)[:length])
    return tuple(found)


def _asked(browser: Browser, url: str, query: str, field: str) -> tuple[int, int]:
    """The count that the site shows for a query, and the bytes that a browser without a cache loads for it."""
    context = browser.new_context()
    page = context.new_page()
    sizes: dict[str, int] = {}

    def note(response: Response) -> None:
        sizes[response.url] = int(response.headers.get("content-length", "0"))

    page.on("response", note)
    page.goto(f"{url}search/index.html?{urlencode({'q': query, 'in': field})}")
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
    queries = (*_QUERIES, *_pieces(corpus, total))
    counts = {(query, field): 0 for query in queries for field in ("title", "body")}
    infos = []
    for number in range(total):
        patch = corpus.article(number)
        for query in queries:
            terms = query.casefold().split()
            for field in ("title", "body"):
                text = patch["title" if field == "title" else "body"].casefold()
                counts[query, field] += all(term in text for term in terms)
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
    handler = partial(_Compressing, directory=str(folder / "out"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, open_browser() as browser:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for (query, field), wanted in counts.items():
            count, size = _asked(browser, f"http://127.0.0.1:{server.server_port}/", query, field)
            note = f"{count} hits" if count == wanted else f"**{count} hits instead of {wanted}**"
            table.row(f"first query: {query} in {field}, compressed", size / 1000, "KB", _MOST_KB, note)
            table.row(f"wrong count: {query} in {field}", abs(count - wanted), "articles", 0)
        server.shutdown()
    one = build_in_child(pickled, folder / "out", "new")
    table.row("one new article, the whole build", one.clock, "s", _SECONDS)
    table.row("memory of it", one.memory, "MB", _MEGABYTES)
    shutil.rmtree(folder, ignore_errors=True)
    return table.end()


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
