"""A first look at a library shows what the library shows, or nothing."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chce_desktop.domain.article import ArticleFilter, ArticlePatch, Flag, FlagSetting, State
from chce_desktop.services import glance
from chce_desktop.services.site import create_site, open_site

_START = datetime(2026, 1, 1, tzinfo=UTC)


def _made(folder: Path, number: int, seed: int = 4) -> Path:
    """A site with articles of all kinds: several of one minute, in the trash, without a column, with flags and tags."""
    chance = random.Random(seed)  # noqa: S311 - the same site at each run
    with create_site(folder, "国家素质教育网") as site:
        site.settings.update(timezone="Europe/Paris", footer_lines=("一行", "又一行"))
        news = site.columns.add("新闻")
        columns = [None, news.id, site.columns.add("国内", news.id).id, site.columns.add("公告").id]
        patches: list[ArticlePatch] = [
            {
                "title": f"第 {n} 篇",
                "body": "正文",
                "date": _START + timedelta(minutes=chance.randrange(number // 3 + 1)),
                "column_id": chance.choice(columns),
                "tags": tuple(chance.sample(["艺术", "招生", "考试"], chance.randrange(3))),
                "flags": (FlagSetting(Flag.PINNED, until=_START),) if chance.random() < 0.2 else (),
                "state": chance.choice(list(State)),
            }
            for n in range(number)
        ]
        site.articles.create_many(patches)
        ids = site.articles.ids(ArticleFilter())
        site.articles.trash(chance.sample(ids, number // 5))
    return folder


@pytest.mark.parametrize(("number", "limit"), [(0, 100), (5, 100), (60, 10), (130, 100)])
def test_it_is_the_first_page_of_the_open_site(tmp_path: Path, number: int, limit: int) -> None:
    folder = _made(tmp_path / "站点 一", number)
    before = sorted(path.name for path in folder.iterdir())
    seen = glance.take(folder, limit=limit)
    with open_site(folder) as site:
        assert seen is not None
        assert seen.page == site.articles.page(ArticleFilter(), limit=limit)
        assert seen.columns.walk() == site.columns.tree().walk()
        assert seen.settings == site.settings.get()
        following = site.articles.page(ArticleFilter(), after=seen.page.next, limit=limit)
        shown = [info.id for info in (*seen.page.articles, *following.articles)]
        assert shown == list(site.articles.ids(ArticleFilter()))[: 2 * limit] or seen.page.next is None
    assert sorted(path.name for path in folder.iterdir()) == before


def test_it_sees_what_an_open_window_has_written(tmp_path: Path) -> None:
    folder = _made(tmp_path / "site", 3)
    with open_site(folder) as site:
        newest = site.articles.create({"title": "刚写的", "date": _START + timedelta(days=400)})
        seen = glance.take(folder, limit=5)
        assert seen is not None
        assert seen.page.articles[0].id == newest.id


def _of_another_version(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0005'")
    connection.close()


def _not_ours(database: Path) -> None:
    database.unlink()
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE article (id INTEGER)")
    connection.close()


def _damaged(database: Path) -> None:
    data = bytearray(database.read_bytes())
    data[100 : len(data)] = b"\xff" * (len(data) - 100)
    database.write_bytes(data)


def _being_written(database: Path) -> None:
    """As after a crash on a disk where the journal is a file: somebody must roll it back first."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('PRAGMA cache_size=1'); c.execute('BEGIN EXCLUSIVE'); "
        "c.execute(\"UPDATE article SET title = title || '改'\"); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, database], check=True, timeout=60)


@pytest.mark.parametrize(
    "spoil", [_of_another_version, _not_ours, _damaged, _being_written, Path.unlink], ids=lambda spoil: spoil.__name__
)
def test_of_a_library_that_is_not_as_every_day_nothing_is_shown(tmp_path: Path, spoil: object) -> None:
    folder = _made(tmp_path / "site", 60)
    assert callable(spoil)
    spoil(folder / "site.db")
    assert glance.take(folder, limit=10) is None
    assert glance.take(tmp_path / "nowhere", limit=10) is None


def test_it_needs_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    folder = _made(tmp_path / "site", 3)
    code = (
        "import sys; from pathlib import Path; from chce_desktop.services import glance\n"
        "assert len(glance.take(Path(sys.argv[1]), limit=9).page.articles) == 3\n"
        "print(*{'sqlalchemy', 'alembic', 'markdown', 'jinja2', 'PIL', 'pypinyin'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code, folder], stdout=subprocess.PIPE, check=True, timeout=60)
    assert told.stdout.split() == []
