"""Whatever was published once answers for ever: with a page, with the way to one, or with word of a withdrawal."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from chce_desktop.domain.redirect import Redirect
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import Generator, build, pagination
from tests.helpers.snapshots import SETTINGS, published, site


def _pages(snapshot: SiteSnapshot) -> Mapping[str, int]:
    return published(snapshot, 1).published


@pytest.fixture
def snapshot(tmp_path: Path) -> SiteSnapshot:
    return site(120, tmp_path / "lib", characters=40)


def _less(snapshot: SiteSnapshot, chance: random.Random) -> SiteSnapshot:
    """Something goes for good: articles, a column, tags, whatever the library remembers of them included."""
    kept = chance.sample(snapshot.articles, len(snapshot.articles) // 2)
    column = chance.choice(snapshot.columns)
    articles = tuple(
        replace(info, tags=info.tags[:1], column_id=None if info.column_id == column.id else info.column_id)
        for info in sorted(kept, key=lambda info: (info.date, info.id), reverse=True)
    )
    return replace(
        snapshot,
        articles=articles,
        columns=tuple(c for c in snapshot.columns if column.id not in (c.id, c.parent_id)),
        withdrawn=(),
        redirects=snapshot.redirects[1:],
        published=_pages(snapshot),
    )


@pytest.mark.parametrize("seed", range(4))
def test_no_published_address_stops_working(snapshot: SiteSnapshot, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    for _ in range(3):
        snapshot = _less(snapshot, chance)
        outputs = [output.path for output in Generator(snapshot).outputs()]
        assert len(outputs) == len(set(outputs))
        assert snapshot.published.keys() <= set(outputs)
    build(snapshot, tmp_path / "out")
    for path in snapshot.published:
        text = (tmp_path / "out" / path).read_text(encoding="utf-8")
        target = re.search(r'http-equiv="refresh" content="0; ?url=([^"]+)"', text)
        if target:
            assert ((tmp_path / "out" / path).parent / target[1]).resolve().is_file(), (path, target[1])


def test_lists_that_are_gone_lead_to_what_is_there_and_articles_say_that_they_are_withdrawn(
    snapshot: SiteSnapshot,
) -> None:
    lost = {"xinwen/page-99.html", "tags/mei-you/index.html", "archive/1999-01.html", "mei-you/index.html"}
    snapshot = replace(snapshot, published=dict.fromkeys([*lost, "xinwen/shan-diao.html", "../x.html", "404.html"], 1))
    generator = Generator(snapshot)
    moved = {path: generator.render(path).body.decode() for path in lost}
    assert "url=../xinwen/index.html" in moved["xinwen/page-99.html"]
    assert "url=../../tags/index.html" in moved["tags/mei-you/index.html"]
    assert "url=../archive/index.html" in moved["archive/1999-01.html"]
    assert "url=../index.html" in moved["mei-you/index.html"]
    assert "文章已撤回" in generator.render("xinwen/shan-diao.html").body.decode()
    assert "../x.html" not in {output.path for output in generator.outputs()}


@pytest.mark.parametrize("includes", [True, False])
def test_pieces_that_the_server_puts_in_are_no_addresses(
    snapshot: SiteSnapshot, tmp_path: Path, *, includes: bool
) -> None:
    """A host was given them with the last publish; the next one must neither fail over them nor call them withdrawn."""
    with_includes = replace(snapshot, settings=replace(SETTINGS, server_includes=True))
    build(with_includes, tmp_path / "out")
    given = _pages(with_includes)
    assert "fragments/recommended.html" in given
    settings = replace(SETTINGS, server_includes=includes, recommended_length=1)
    later = replace(snapshot, settings=settings, published=given)
    build(later, tmp_path / "out")
    assert "文章已撤回" not in "".join(p.read_text("utf-8") for p in (tmp_path / "out/fragments").glob("*.html"))
    assert (tmp_path / "out/fragments/recommended.html").exists() is includes
    assert b"fragments" not in Generator(later).render("_redirects").body


def test_the_files_for_servers_name_every_former_address(snapshot: SiteSnapshot) -> None:
    settings = replace(SETTINGS, url="https://www.example.org/sub/")
    generator = Generator(replace(snapshot, settings=settings, published={"xinwen/shan-diao.html": 1}))
    moved = generator.render("_redirects").body.decode().splitlines()
    assert "/sub/xinwen/jiu-dizhi.html /sub/yaowen/wenzhang-1.html 301" in moved
    assert "/sub/jiu-lanmu/index.html /sub/yaowen/index.html 301" in moved
    assert "/sub/jiu-lanmu/ /sub/yaowen/index.html 301" in moved
    assert "/sub/xinwen/jiu-dizhi.html /sub/yaowen/wenzhang-1.html;" in _text(generator, "server/redirects.nginx.map")
    gone = _text(generator, "server/gone.nginx.map")
    assert "/sub/xinwen/shan-diao.html 1;" in gone
    assert "/sub/xinwen/yi-chehui.html 1;" in gone
    apache = _text(generator, "server/apache.conf")
    assert r"RedirectMatch 301 ^/sub/xinwen/jiu\-dizhi\.html$ /sub/yaowen/wenzhang-1.html" in apache
    assert r"RedirectMatch 410 ^/sub/xinwen/yi\-chehui\.html$" in apache
    assert 'href="/sub/index.html"' in _text(generator, "410.html")


def _text(generator: Generator, path: str) -> str:
    return generator.render(path).body.decode()


def test_rss_and_atom_tell_of_the_same_articles(snapshot: SiteSnapshot) -> None:
    generator = Generator(snapshot)
    for folder in ("", "yaowen/"):
        atom = ET.fromstring(generator.render(f"{folder}feed.xml").body)  # noqa: S314 - our own
        rss = ET.fromstring(generator.render(f"{folder}rss.xml").body)  # noqa: S314 - our own
        name = "{http://www.w3.org/2005/Atom}"
        assert [e.findtext(f"{name}title") for e in atom.iter(f"{name}entry")] == [
            item.findtext("title") for item in rss.iter("item")
        ]
        assert all((item.findtext("link") or "").startswith("https://www.example.org/") for item in rss.iter("item"))
        assert f'href="{"../" * folder.count("/")}{folder}rss.xml"' in _text(generator, f"{folder}index.html")


def test_each_year_has_a_page_of_its_months(snapshot: SiteSnapshot) -> None:
    generator = Generator(snapshot)
    assert 'href="../archive/2026.html"' in _text(generator, "archive/index.html")
    year = _text(generator, "archive/2026.html")
    assert 'href="../archive/2026-03.html"' in year
    assert "<title>文章归档 2026" in year


def test_a_redirect_to_what_was_published_and_purged_leads_to_word_of_it(snapshot: SiteSnapshot) -> None:
    snapshot = replace(
        snapshot,
        redirects=(Redirect("xinwen/alt.html", article_id=999_999),),
        published={"xinwen/alt.html": 1},
    )
    assert "文章已撤回" in _text(Generator(snapshot), "xinwen/alt.html")


def test_which_pages_of_lists_there_are_is_known_without_what_stands_on_them(
    snapshot: SiteSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings = Generator(snapshot).listings
    paths = [*listings.paths(), "archive/2024-13.html", "nowhere/index.html", "tags/index.html", "index.html", ""]
    names = ("page-0.html", "page-1.html", "page-99.html", "page-1", "x.html")
    paths += [f"{path.rpartition('/')[0]}/{name}" for path in paths for name in names]
    assert [path for path in paths if listings.has(path)] == [path for path in paths if listings.find(path)]
    once = Generator(replace(snapshot, published={**_pages(snapshot), "xinwen/weg.html": 1}))
    monkeypatch.setattr(pagination, "page", None)  # a site may have 50,000 of these
    assert "xinwen/weg.html" in once.former.lost
