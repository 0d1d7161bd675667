"""Libraries of earlier versions are upgraded with everything that was in them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import StaticPool, create_engine

from chce_desktop.domain.article import Flag, FlagSetting
from chce_desktop.domain.publication import PublicationKind, PublicationState
from chce_desktop.domain.signoff import Step
from chce_desktop.services import publishing, snapshot
from chce_desktop.services.site import create_site, open_site
from chce_desktop.storage import upgrade

_OF_TARGETS = ("target", "publication")


def _made_at(version: str, folder: Path) -> None:
    """A library of that version, with rows in the tables that later versions changed."""
    create_site(folder, "老站").close()  # for everything beside the database, and a genuine header
    path = folder / "site.db"
    with closing(sqlite3.connect(path)) as connection:
        application_id = connection.execute("PRAGMA application_id").fetchone()[0]
        kept = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("meta", "setting")}  # noqa: S608 - our own words
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.isolation_level = None
        connection.execute(f"PRAGMA application_id={application_id}")
        config = Config()
        config.set_main_option("script_location", "chce_desktop:storage/migrations")
        config.set_main_option("path_separator", "os")
        engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        with engine.connect() as bound:
            config.attributes["connection"] = bound
            command.upgrade(config, version)
            bound.commit()
        for table, rows in kept.items():
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)  # noqa: S608 - as above


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "站点"


def test_targets_and_publications_of_the_first_library_are_kept(folder: Path) -> None:
    _made_at("0001", folder)
    with closing(sqlite3.connect(folder / "site.db")) as connection:
        connection.execute(
            "INSERT INTO target (id, uid, name, url, public_url, host_key, key_file, options) "
            "VALUES (1, 'u', '主站', 'file:///srv/www', 'https://a.cn', '', '', ?)",
            (json.dumps({"limit_kbit": "512"}),),
        )
        connection.execute(
            "INSERT INTO publication (target_id, state, started_at, finished_at, generation, tree, uploaded, deleted, "
            "unchanged, bytes, verified, repaired, seconds, error) "
            "VALUES (1, 'done', 1700000000000, 1700000009000, 7, 'abc', 3, 2, 1, 99, 3, 0, 9.0, '')"
        )
        connection.commit()
    with open_site(folder) as site:
        assert site.info().schema == upgrade.NEWEST
        (target,) = site.targets.all()
        assert (target.name, target.options, target.capabilities) == ("主站", {"limit_kbit": "512"}, {})
        record = site.publications.last_done(target.id)
        assert record is not None
        assert (record.state, record.generation, record.uploaded) == (PublicationState.DONE, 7, 3)
        assert record.receipt.kind is PublicationKind.PUBLISH
        assert site.waiting.all() == ()
        assert site.settings.get().name == "老站"


def test_articles_of_the_second_library_are_kept_and_nobody_signed_anything(folder: Path) -> None:
    _made_at("0002", folder)
    with closing(sqlite3.connect(folder / "site.db")) as connection:
        connection.execute(
            "INSERT INTO article (id, uid, version, title, short_title, prefix, subtitle, title_color, slug, state, "
            "date, created_at, updated_at, summary, source, source_url, author, editor, keywords, cover, reads, "
            "characters, pictures, body_hash) VALUES (1, 'u', 3, '旧文', '', '', '', '', 'jiu-wen', 'published', "
            "1700000000000, 1700000000000, 1700000000000, '', '', '', '', '', '', '', 5, 2, 0, 'h')"
        )
        connection.execute("INSERT INTO article_body (article_id, text) VALUES (1, '旧的')")
        connection.commit()
    with open_site(folder) as site:
        article = site.articles.get(1)
        assert (article.title, article.body, article.version, article.reads) == ("旧文", "旧的", 3, 5)
        assert (site.wordbook.words.all(), site.wordbook.templates(), site.signoffs.records(1)) == ((), (), ())
        assert not site.settings.get().sign_off


def test_a_library_of_the_third_version_begins_to_remember_what_it_publishes(folder: Path, tmp_path: Path) -> None:
    _made_at("0003", folder)
    with closing(sqlite3.connect(folder / "site.db")) as connection:
        connection.execute("INSERT INTO redirect (old_path, tag, made_at) VALUES ('tags/jiu/index.html', '旧', 1)")
        connection.commit()
    with open_site(folder) as site:
        taken = snapshot.take(site)
        assert [redirect.old_path for redirect in taken.redirects] == ["tags/jiu/index.html"]
        assert not taken.published
        publishing.publish(site, site.targets.add("主机", (tmp_path / "host").as_uri()).id)
        assert {"index.html", "404.html"} <= snapshot.take(site).published.keys()


def test_flags_of_the_fourth_library_are_kept_and_hold_from_the_beginning(folder: Path) -> None:
    _made_at("0004", folder)
    with closing(sqlite3.connect(folder / "site.db")) as connection:
        connection.execute(
            "INSERT INTO article (id, uid, version, title, short_title, prefix, subtitle, title_color, slug, state, "
            "date, created_at, updated_at, summary, source, source_url, author, editor, keywords, cover, reads, "
            "characters, pictures, body_hash) VALUES (1, 'u', 3, '旧文', '', '', '', '', 'jiu-wen', 'published', "
            "1700000000000, 1700000000000, 1700000000000, '', '', '', '', '', '', '', 5, 2, 0, 'h')"
        )
        connection.execute("INSERT INTO article_body (article_id, text) VALUES (1, '旧的')")
        connection.execute(
            "INSERT INTO article_flag (flag, article_id, until, position, set_at) "
            "VALUES ('pinned', 1, 1800000000000, 2, 1700000000000)"
        )
        connection.commit()
    with open_site(folder) as site:
        assert site.info().schema == upgrade.NEWEST
        (setting,) = site.articles.get(1).flags
        assert setting == FlagSetting(Flag.PINNED, datetime.fromtimestamp(1_800_000_000, UTC), 2)
        assert setting.active(datetime.fromtimestamp(1_750_000_000, UTC))


def test_the_pictures_of_texts_of_the_fifth_library_are_known(folder: Path) -> None:
    _made_at("0005", folder)
    picture = "media/ab/tu-0123456789.png"
    with closing(sqlite3.connect(folder / "site.db")) as connection:
        connection.execute(
            "INSERT INTO article (id, uid, version, title, short_title, prefix, subtitle, title_color, slug, state, "
            "date, created_at, updated_at, summary, source, source_url, author, editor, keywords, cover, reads, "
            "characters, pictures, body_hash) VALUES (1, 'u', 3, '旧文', '', '', '', '', 'jiu-wen', 'published', "
            "1700000000000, 1700000000000, 1700000000000, '', '', '', '', '', '', '', 5, 2, 0, 'h')"
        )
        body = f"![图]({picture})和![图]({picture})"
        connection.execute("INSERT INTO article_body (article_id, text) VALUES (1, ?)", (body,))
        connection.execute(
            "INSERT INTO media (id, uid, path, original_name, sha256, mime, size, width, height, alt, caption, credit, "
            "added_at) VALUES (1, 'm', ?, '图.png', 'h', 'image/png', 9, 3, 2, '', '', '', 1700000000000)",
            (picture,),
        )
        connection.commit()
    with open_site(folder) as site:
        assert site.articles.get(1).body == body
        assert [(use.kind, use.id) for use in site.media_uses.of(picture)] == [("article", 1)]
        assert site.media_uses.unused() == ()


def test_articles_of_the_sixth_library_stand_in_every_block_until_they_are_kept_out(folder: Path) -> None:
    _made_at("0006", folder)
    with closing(sqlite3.connect(folder / "site.db")) as connection:
        connection.execute(
            "INSERT INTO article (id, uid, version, title, short_title, prefix, subtitle, title_color, slug, state, "
            "date, created_at, updated_at, summary, source, source_url, author, editor, keywords, cover, reads, "
            "characters, pictures, body_hash) VALUES (1, 'u', 3, '旧文', '', '', '', '', 'jiu-wen', 'published', "
            "1700000000000, 1700000000000, 1700000000000, '', '', '', '', '', '', '', 5, 2, 0, 'h')"
        )
        connection.execute("INSERT INTO article_body (article_id, text) VALUES (1, '旧的')")
        connection.commit()
    with open_site(folder) as site:
        assert (site.articles.get(1).title, site.articles.get(1).kept_out) == ("旧文", ())
        site.articles.set_each({1: {"kept_out": ("latest", "column:3", "latest")}})
        assert site.articles.get(1).kept_out == ("column:3", "latest")


def test_what_was_signed_in_the_seventh_library_is_signed(folder: Path) -> None:
    _made_at("0007", folder)
    with closing(sqlite3.connect(folder / "site.db")) as connection:
        connection.execute(
            "INSERT INTO sign_off (article_id, step, who, made_at, text_hash, remark) "
            "VALUES (1, 'final', '张三', 1700000000000, 'h', '')"
        )
        connection.commit()
    with open_site(folder) as site:
        assert [(record.step, record.who) for record in site.signoffs.records(1)] == [(Step.FINAL, "张三")]
        assert site.signoffs.switches() == ()
