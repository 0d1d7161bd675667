"""A hundred thousand articles: search, lists, saves, bulk changes, snapshot, reading counts.

    python -m tests.benchmarks.library_speed [--articles 100000] [--only search,lists,…]

The library is made once (some minutes) and kept in CHCE_BENCH_FOLDER or the folder for temporary files. Every query is
timed the first time it is asked.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chce_desktop.domain.article import ArticleFilter, ArticlePatch, Flag, Order, State
from chce_desktop.foundation.errors import Cancelled
from chce_desktop.services.site import Site, open_site
from chce_desktop.storage import fulltext, hits
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.library import library
from tests.benchmarks.table import Table, Took, p95, processor, timed, took

_QUERIES = 40
_LIKES = 5


def main() -> int:
    """Measure; the exit status is the number of missed goals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    table = Table(f"Library of {options.articles:,} articles")
    table.start()
    site, corpus, _ = library(options.articles)
    chosen = [name for name in options.only.split(",") if name] or list(_PARTS)
    with site:
        for name in chosen:
            _PARTS[name](site, corpus, table)
    return table.end()


def size(site: Site, _corpus: Corpus, table: Table) -> None:
    """How large the index is, and what the library cost to make."""
    made = float((site.folder.parent / "made").read_text(encoding="utf-8"))
    count = site.articles.counts().total
    table.row("an article written in bulk", made * 1000 / count, "ms", note=f"{made:.0f} s for all")
    sums = "sum(length(CAST(title AS BLOB)) + length(CAST(summary AS BLOB)))"
    with site.connection.read() as session:
        (bodies,) = session.raw.execute("SELECT sum(length(CAST(text AS BLOB))) FROM article_body").fetchone()
        (heads,) = session.raw.execute(f"SELECT {sums} FROM article").fetchone()  # noqa: S608 - constant
        (index,) = session.raw.execute("SELECT sum(length(block)) FROM article_text_data").fetchone()
        (learned,) = session.raw.execute("SELECT count(*) FROM text_phrase").fetchone()
        (places,) = session.raw.execute("SELECT count(*) FROM text_place").fetchone()
    text = bodies + heads
    table.row("index / text", (index + places * 30) / text, "×", 1.0, f"{index / 1e6:.0f} of {text / 1e6:.0f} MB")
    table.row("phrases learned", learned, "")
    opening = [took(_open, site.folder) for _ in range(5)]
    table.row("open the library", min(opening), "ms")


def _open(folder: Path) -> None:
    open_site(folder).close()


def search(site: Site, corpus: Corpus, table: Table) -> None:
    """The 95th percentile for terms of every length."""
    three = [" ".join(random.Random(n).sample(corpus.queries(2, 60, seed=3), 3)) for n in range(_QUERIES)]  # noqa: S311
    kinds = {f"{n} characters": corpus.queries(n, _QUERIES) for n in (1, 2, 4, 10)} | {"three terms": three}
    site.articles.search("预热")
    for kind, queries in kinds.items():
        counts, newest = [], []
        for query in queries:
            counts.append(took(site.articles.count, ArticleFilter(text=query)))
            newest.append(took(site.articles.page, ArticleFilter(text=query), limit=20))
        best = [took(_best, site, query) for query in queries]
        like = sorted(took(_scan, site, query) for query in queries[:_LIKES])[_LIKES // 2]
        note = f"LIKE {like:.0f} ms"
        table.row(
            f"search, {kind}: exact count, p95", p95(counts), "ms", min(20.0, like / 10), f"{processor(counts)}; {note}"
        )
        table.row(
            f"search, {kind}: 20 newest, p95", p95(newest), "ms", min(5.0, like / 10), f"{processor(newest)}; {note}"
        )
        table.row(f"search, {kind}: 20 best, p95", p95(best), "ms", min(50.0, like / 10), f"{processor(best)}; {note}")


def _best(site: Site, query: str) -> None:
    with site.connection.read() as session:
        hits.best(session, query, "all", 20)


def _scan(site: Site, query: str) -> int:
    terms = fulltext.terms(query)
    condition = " AND ".join("(a.title LIKE ? OR a.summary LIKE ? OR b.text LIKE ?)" for _ in terms)
    sql = f"SELECT count(*) FROM article a JOIN article_body b ON b.article_id = a.id WHERE {condition}"  # noqa: S608
    with site.connection.read() as session:
        return int(session.raw.execute(sql, [f"%{term}%" for term in terms for _ in range(3)]).fetchone()[0])


def lists(site: Site, _corpus: Corpus, table: Table) -> None:
    """First pages, pages far down, filters."""
    total = site.articles.counts().total
    column = site.columns.tree().walk()[3][0].id
    filters = {order.value: ArticleFilter(order=order) for order in Order}
    year = ArticleFilter(since=datetime(2015, 1, 1, tzinfo=UTC), until=datetime(2016, 1, 1, tzinfo=UTC))
    filters |= {
        "a column": ArticleFilter(column_id=column),
        "a column by title": ArticleFilter(column_id=column, order=Order.TITLE),
        "drafts": ArticleFilter(states=frozenset({State.DRAFT})),
        "published": ArticleFilter(states=frozenset({State.PUBLISHED})),
        "a tag": ArticleFilter(tag=site.articles.known_tags(limit=1)[0]),
        "a flag": ArticleFilter(flag=Flag.HEADLINE),
        "an author": ArticleFilter(author=site.articles.known_authors(limit=1)[0]),
        "a source by reads": ArticleFilter(source="新华社", order=Order.READS),
        "a year with pictures": replace(year, has_image=True),
        "a word in a column": ArticleFilter(text="教育", column_id=column),
        "a rare word in drafts": ArticleFilter(text="蛤蟆", states=frozenset({State.DRAFT})),
        "a word by title": ArticleFilter(text="教育", order=Order.TITLE),
        "the trash": ArticleFilter(trash=True),
    }
    page = site.articles.page
    first = {name: min(took(page, wanted) for _ in range(3)) for name, wanted in filters.items()}
    slowest = sorted(first, key=lambda name: -first[name])[:3]
    note = ", ".join(f"{name} {first[name]:.1f}" for name in slowest)
    table.row(f"first page, slowest of {len(first)} lists", first[slowest[0]], "ms", 20.0, note)
    jumps, scrolls = [], []
    for order in Order:
        wanted = ArticleFilter(order=order)
        found = page(wanted, offset=total - 200)
        jumps.append(took(page, wanted, offset=total - 200))
        scrolls += [took(page, wanted, after=found.next) for _ in range(3)]
    table.row(f"scroll page at row {total - 150:,}, p95 of all orders", p95(scrolls), "ms", 10.0, processor(scrolls))
    table.row(f"jump to row {total - 200:,}, slowest order", max(jumps), "ms", 20.0, processor(jumps))
    _every_order(site, table)
    table.row("counts of all states", min(took(site.articles.counts) for _ in range(3)), "ms", 20.0)
    table.row("quick open, jyxw", min(took(site.articles.find_titles, "jyxw") for _ in range(3)), "ms", 50.0)


def _every_order(site: Site, table: Table) -> None:
    """Lists with filters and searches in every order, both ways, at their start and near their end."""
    column = site.columns.tree().walk()[3][0].id
    since = datetime(2008, 1, 1, tzinfo=UTC)
    filters = (
        ArticleFilter(column_id=column),
        ArticleFilter(states=frozenset({State.PUBLISHED})),
        ArticleFilter(source="新华社", has_image=False),
        ArticleFilter(since=since),
        ArticleFilter(text="的"),
        ArticleFilter(text="教育", where="title"),
        ArticleFilter(text="义务教育", since=since),
        ArticleFilter(text="教育 学校 发展"),
        ArticleFilter(text="教育", column_id=column),
    )
    page, first, jumps, scrolls = site.articles.page, [], [], []
    for wanted in filters:
        last = site.articles.count(wanted) - 150
        for order in Order:
            for reverse in (False, True):
                ordered = replace(wanted, order=order, reverse=reverse)
                first.append(took(page, ordered))
                jump, found = timed(page, ordered, offset=last)
                jumps.append(jump)
                scrolls.append(took(page, ordered, after=found.next))
    number = f"{len(first)} lists with filters"
    table.row(f"first page, p95 of {number}", p95(first), "ms", 20.0, f"slowest {max(first):.0f} ms")
    table.row(f"scroll page near the end, p95 of {number}", p95(scrolls), "ms", 10.0, f"slowest {max(scrolls):.0f} ms")
    table.row(f"first jump to the end, p95 of {number}", p95(jumps), "ms", note="then the list is remembered")


def save(site: Site, _corpus: Corpus, table: Table) -> None:
    """What an autosave costs, and how much of it is the index."""
    ids = random.Random(3).sample(site.articles.ids(ArticleFilter(states=frozenset({State.DRAFT}))), 60)  # noqa: S311
    times: dict[bool, list[Took]] = {True: [], False: []}
    indexed = fulltext.change

    def nothing(*_: object, **__: object) -> None:
        """Leave the index as it is."""

    for number, article_id in enumerate(ids):
        body = site.articles.get(article_id).body
        patch = ArticlePatch(body=body + f"\n\n又加了第{number}句话。")
        with_index = number % 2 == 0
        setattr(fulltext, "change", indexed if with_index else nothing)  # noqa: B010 - a function is replaced
        try:
            times[with_index].append(took(site.articles.save, article_id, patch))
        finally:
            setattr(fulltext, "change", indexed)  # noqa: B010 - as above
        if not with_index:
            with site.connection.write() as session:
                session.raw.execute("UPDATE article_body SET text = ? WHERE article_id = ?", (body, article_id))
    table.row("save with the index, p95", p95(times[True]), "ms", None, processor(times[True]))
    adds = sorted(times[True])[len(ids) // 4] - sorted(times[False])[len(ids) // 4]
    table.row("save: what the index adds, median", adds, "ms", 5.0)


def bulk(site: Site, _corpus: Corpus, table: Table) -> None:
    """Changes of 10,000 articles, undone again."""
    ids = site.articles.ids(ArticleFilter())[1000:11_000]
    column = site.columns.tree().walk()[5][0].id
    patches = {
        "column": ArticlePatch(column_id=column),
        "state": ArticlePatch(state=State.WITHDRAWN),
        "tags": ArticlePatch(tags=("专题", "教育")),
        "source": ArticlePatch(source="本网综合"),
        "date": ArticlePatch(date=datetime(2026, 2, 1, tzinfo=UTC)),
    }
    for name, patch in patches.items():
        milliseconds, before = timed(site.articles.set_each, dict.fromkeys(ids, patch))
        undone = took(site.articles.set_each, before)
        table.row(f"{name} of 10,000 articles", milliseconds / 1000, "s", 5.0, f"undone in {undone / 1000:.1f} s")
    milliseconds, undone = took(site.articles.trash, ids), took(site.articles.restore, ids)
    table.row("10,000 articles to the trash", milliseconds / 1000, "s", 5.0, f"back in {undone / 1000:.1f} s")
    infos = site.articles.infos(ids[:100])
    with contextlib.suppress(Cancelled):
        site.articles.set_many(ids, {"source": "x"}, progress=_Impatient())
    changed = sum(info != infos[info.id] for info in site.articles.infos(ids[:100]).values())
    table.row("articles changed by a cancelled change", changed, "", 0.0)


def snapshot(site: Site, _corpus: Corpus, table: Table) -> None:
    """All heads at once, in a process of its own."""
    code = (
        "import sys, time, resource\nfrom pathlib import Path\nfrom chce_desktop.services import snapshot\n"
        "from chce_desktop.services.site import open_site\n"
        "site = open_site(Path(sys.argv[1]))\nsite.articles.counts()\n"
        "b = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\nt = time.perf_counter()\ns = snapshot.take(site)\n"
        "print(time.perf_counter() - t, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - b) / 1024)\n"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code, site.folder], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    seconds, megabytes = min(tuple(map(float, run.split())) for run in runs)
    table.row("snapshot of all heads", seconds, "s", 1.5)
    table.row("snapshot: memory", megabytes, "MB", 150.0)


def logs(site: Site, _corpus: Corpus, table: Table) -> None:
    """A million lines of a web server's log."""
    dealer = random.Random(9)  # noqa: S311 - nothing here is secret
    tree = site.columns.tree()
    page = site.articles.page(ArticleFilter(states=frozenset({State.PUBLISHED})), limit=2000).articles
    paths = [f"/{tree[info.column_id].slug}/{info.slug}.html" for info in page if info.column_id]
    agents = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36",
        "Mozilla/5.0 (compatible; Baiduspider/2.0)",
    ]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "access.log"
        with log.open("w", encoding="ascii") as file:
            start = datetime.now(UTC) - timedelta(days=30)
            for number in range(1_000_000):
                path = dealer.choice(paths) if number % 3 else f"/assets/{number % 97}.css"
                moment = (start + timedelta(seconds=number * 2.5)).strftime("%d/%b/%Y:%H:%M:%S +0000")
                agent = agents[number % 5 == 0]
                file.write(f'203.0.113.{number % 250} - - [{moment}] "GET {path} HTTP/1.1" 200 5120 "-" "{agent}"\n')
        milliseconds, report = timed(site.counts.import_log, log)
        table.row("1,000,000 lines of a log", milliseconds / 1000, "s", 20.0, f"{report.counted:,} page views")
        again = site.counts.import_log(log)
        table.row("the same log again: page views", again.counted, "", 0.0)


class _Impatient:
    """Cancels at the tenth look."""

    cancelled = False
    looks = 0

    def report(self, phase: str, done: int = 0, total: int = 0, done_bytes: int = 0, total_bytes: int = 0) -> None:
        """Nobody watches."""

    def check(self) -> None:
        """Cancel half way."""
        self.looks += 1
        if self.looks > 10:
            raise Cancelled


_PARTS = {function.__name__: function for function in (size, search, lists, save, bulk, snapshot, logs)}

if __name__ == "__main__":
    sys.exit(main())
