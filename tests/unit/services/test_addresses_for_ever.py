"""Whatever editors do to a library: no address that a host was ever given stops working, and old ones lead right.

The other tests of former addresses begin with a snapshot; here redirects, withdrawals and columns come from use cases.
"""

from __future__ import annotations

import posixpath
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chce_desktop.domain.article import ArticlePatch, State
from chce_desktop.foundation.errors import ChceError
from chce_desktop.services import snapshot
from chce_desktop.services.building import build_snapshot
from chce_desktop.services.site import Site, create_site
from chce_desktop.sitegen import Generator
from chce_desktop.storage import published

_REFRESH = re.compile(r'http-equiv="refresh" content="0; ?url=([^"]+)"')
_NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Newsroom:
    """A site, its build, and what readers may remember of it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
        self.site: Site = create_site(folder / "lib", "站")
        self.site.settings.update(url="https://example.org/", list_length=3, server_includes=seed % 2 == 0)
        self.columns = [self.site.columns.add(f"栏目{n}").id for n in range(4)]
        self.articles = [self.site.articles.create(self._article(n)).id for n in range(24)]
        self.out = folder / "out"
        self.given: set[str] = set()
        #: Path to the article that stood there last.
        self.stood: dict[str, int] = {}
        self.number = 0

    def _article(self, number: int) -> ArticlePatch:
        return {
            "title": f"文章{number}",
            "body": "字",
            "column_id": self.chance.choice(self.columns),
            "date": _NOW - timedelta(days=40 * number),
            "tags": tuple(self.chance.sample(["阅读", "美育", "AI"], 2)),
            "state": State.READY,
        }

    def change(self) -> None:
        """Do one thing that editors do."""
        self.number += 1
        chance, site, number = self.chance, self.site, self.number
        one, other = chance.sample(self.articles, 2)
        column, second = chance.sample(self.columns, 2)
        slug = site.articles.get(one).slug
        there, home = site.columns.tree()[column].slug, site.articles.get(one).column_id

        def save(article_id: int, **fields: object) -> None:
            site.articles.save(article_id, fields)  # type: ignore[arg-type]

        def away_and_back() -> None:
            save(one, slug=f"weg-{number}")
            save(one, slug=f"weiter-{number}")
            save(one, slug=slug)

        def taken_over() -> None:
            save(one, slug=f"weg-{number}")
            save(other, slug=slug, column_id=home)

        def column_taken_over() -> None:
            site.columns.change(column, {"slug": f"weg-{number}"})
            site.columns.change(second, {"slug": there})

        def column_away_and_back() -> None:
            site.columns.change(column, {"slug": f"weg-{number}"})
            site.columns.change(column, {"slug": there})

        def joined() -> None:
            if len(self.columns) > 2:
                site.columns.merge([column], second)
                self.columns.remove(column)

        def purged() -> None:
            site.articles.trash([one])
            site.articles.purge([one])
            self.articles.remove(one)

        deeds: tuple[Callable[[], object], ...] = (
            lambda: save(one, slug=f"xin-{number}"),
            lambda: save(one, column_id=column),
            lambda: save(one, column_id=None),
            lambda: save(one, state=State.WITHDRAWN),
            lambda: save(one, state=State.READY),
            lambda: save(one, date=_NOW - timedelta(days=chance.randrange(900))),
            lambda: site.articles.trash([one]),
            lambda: site.articles.restore([one]),
            lambda: site.columns.change(column, {"slug": f"lan-{number}"}),
            lambda: site.tags.rename(site.tags.all()[0][0], f"签{number}"),
            lambda: site.settings.update(server_includes=chance.random() < 0.5),
            away_and_back,
            taken_over,
            column_taken_over,
            column_away_and_back,
            joined,
            purged,
        )
        try:
            chance.choice(deeds)()
        except ChceError:  # refused: an address that is taken, an article in the trash
            return

    def publish(self) -> None:
        """Build, and give it to a host, as far as addresses are concerned; then look at every address."""
        taken = snapshot.take(self.site)
        result = build_snapshot(taken, self.out)
        pages = {path for path in result.manifest.files if path.endswith(".html")}
        self.given |= {path for path in pages if not path.startswith("fragments/")}
        assert self.given <= pages
        generator = Generator(taken)
        live = {info.id: generator.article_path(info) for info in taken.articles}
        by_path = {path: number for number, path in live.items()}
        for path, number in self.stood.items():
            if path in by_path:
                continue  # its own page, or that of another article that has the address now
            text = (self.out / path).read_text(encoding="utf-8")
            moved = _REFRESH.search(text)
            leads = posixpath.normpath(posixpath.join(posixpath.dirname(path), moved[1])) if moved else ""
            if number in live:
                assert leads == live[number], (path, leads)
            else:
                said = (self.out / leads).read_text(encoding="utf-8") if leads else text
                assert "文章已撤回" in said, (path, leads)
        self.stood |= by_path
        with self.site.connection.write() as session:
            published.add(session, pages, _NOW)


@pytest.mark.parametrize("seed", range(4))
def test_no_address_that_a_host_was_given_ever_stops_working(tmp_path: Path, seed: int) -> None:
    newsroom = Newsroom(tmp_path, seed)
    with newsroom.site:
        newsroom.publish()
        for _ in range(10):
            for _ in range(newsroom.chance.choice((1, 2, 4))):
                newsroom.change()
            newsroom.publish()
