from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from chce_desktop.services.site import create_site, open_site
from chce_desktop.storage import failures, library, places, upgrade
from chce_desktop.storage.schema import Base


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "我的 站点"


def test_a_new_site_opens_again_with_what_was_written(folder: Path) -> None:
    with create_site(folder, "国家素质教育网") as site:
        written = site.articles.create({"title": "标题", "body": "正文"})
        uid = site.uid
    with open_site(folder) as site:
        assert site.uid == uid
        assert site.settings.get().name == "国家素质教育网"
        assert site.articles.get(written.id) == written


def test_mapped_classes_are_what_the_migrations_make(folder: Path) -> None:
    library.create(folder).close()
    engine = create_engine(f"sqlite:///{folder / 'site.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or "article_text" not in str(name)}
        )
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_every_migration_is_known_to_the_start(folder: Path) -> None:
    names = sorted(path.name for path in (Path(upgrade.__file__).parent / "migrations" / "versions").glob("v*.py"))
    assert [name[1:5] for name in names] == list(upgrade.KNOWN)


def test_a_folder_with_files_is_not_made_a_site(folder: Path) -> None:
    folder.mkdir()
    (folder / "年终总结.docx").write_bytes(b"x")
    with pytest.raises(failures.FolderNotEmpty):
        create_site(folder, "x")
    assert [path.name for path in folder.iterdir()] == ["年终总结.docx"]


def test_a_folder_without_site_is_told(folder: Path) -> None:
    folder.mkdir()
    with pytest.raises(failures.SiteNotFound) as caught:
        open_site(folder)
    assert "我的 站点" in caught.value.title
    assert caught.value.hint


def test_a_file_in_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with pytest.raises(failures.FolderUnreadable):
        create_site(tmp_path / "x", "x")
    with pytest.raises(failures.FolderUnreadable, match="is a file"):
        open_site(tmp_path / "x")


def test_a_file_that_is_no_database_is_told_and_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "site.db").write_text("这不是数据库" * 100, encoding="utf-8")
    before = (folder / "site.db").read_bytes()
    with pytest.raises(failures.NotALibrary):
        open_site(folder)
    assert (folder / "site.db").read_bytes() == before


def test_a_database_of_another_program_is_told(folder: Path) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / "site.db") as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(failures.NotALibrary):
        open_site(folder)


def test_a_damaged_library_is_told_and_left_alone(folder: Path) -> None:
    with create_site(folder, "x") as site:
        for number in range(50):
            site.articles.create({"title": f"标题 {number}", "body": "正文" * 500})
    path = folder / "site.db"
    data = bytearray(path.read_bytes())
    for place in range(4096, len(data) - 600, 4096):
        data[place : place + 512] = b"\xff" * 512
    path.write_bytes(data)
    with pytest.raises(failures.LibraryDamaged) as caught:
        open_site(folder)
    assert caught.value.hint
    assert path.read_bytes() == bytes(data)


def test_a_library_cut_short_is_told(folder: Path) -> None:
    create_site(folder, "x").close()
    path = folder / "site.db"
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(failures.LibraryDamaged):
        open_site(folder)


def test_a_library_from_a_newer_version_is_refused(folder: Path) -> None:
    create_site(folder, "x").close()
    with sqlite3.connect(folder / "site.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(failures.LibraryTooNew):
        open_site(folder)


def test_a_write_protected_library_can_be_read_but_not_changed(folder: Path) -> None:
    with create_site(folder, "x") as site:
        article = site.articles.create({"title": "标题"})
    path = folder / "site.db"
    path.chmod(stat.S_IREAD)
    try:
        with open_site(folder) as site:
            assert site.read_only
            assert any("read" in warning for warning in site.warnings)
            assert site.articles.get(article.id).title == "标题"
            with pytest.raises(failures.LibraryReadOnly):
                site.articles.save(article.id, {"title": "anders"})
    finally:
        path.chmod(stat.S_IREAD | stat.S_IWRITE)


def test_a_full_disk_loses_nothing_that_was_saved(folder: Path) -> None:
    with create_site(folder, "x") as site:
        article = site.articles.create({"title": "标题", "body": "旧"})
        with site.connection.read() as session:
            connection = session.connection().connection.driver_connection
            assert isinstance(connection, sqlite3.Connection)
            pages = connection.execute("PRAGMA page_count").fetchone()[0]

        def write_too_much() -> None:
            with site.connection.write() as session:
                session.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}")
                session.connection().exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(5000000) AS x")

        with pytest.raises(failures.DiskFull):
            write_too_much()
        assert site.articles.get(article.id).body == "旧"


def test_an_upgrade_keeps_a_verified_copy_of_what_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_site(folder, "旧名").close()
    now, newer = upgrade.NEWEST, "9999"
    monkeypatch.setattr(upgrade, "NEWEST", newer)
    monkeypatch.setattr(upgrade, "KNOWN", (*upgrade.KNOWN, newer))
    monkeypatch.setattr(upgrade, "to_newest", lambda connection: connection.execute("DELETE FROM setting"))
    library.open_existing(folder).close()
    (copy,) = (folder / "backups").glob(f"site-{now}-*.db")
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT value FROM setting WHERE key = 'name'").fetchone() == ('"旧名"',)
    connection.close()


def test_a_live_library_is_copied_whole(folder: Path, tmp_path: Path) -> None:
    with create_site(folder, "x") as site:
        for number in range(20):
            site.articles.create({"title": str(number)})
        library.copy(folder / "site.db", tmp_path / "copy" / "site.db")
    with open_site(tmp_path / "copy") as copied:
        assert copied.articles.counts().total == 20


@pytest.mark.parametrize(
    ("place", "service"),
    [
        ("OneDrive - 国家素质教育网/站点", "OneDrive"),
        ("Dropbox/站点", "Dropbox"),
        ("坚果云/站点", "坚果云 Nutstore"),
        ("Library/Mobile Documents/com~apple~CloudDocs/site", "iCloud"),
        ("BaiduSyncdisk/site", "百度网盘 Baidu"),
        ("Documents/我的站点", ""),
        ("Documents/onedrived", ""),
    ],
)
def test_cloud_folders_are_recognised(tmp_path: Path, place: str, service: str) -> None:
    assert places.cloud_service(tmp_path / place) == service


def test_a_site_in_a_cloud_folder_says_so_and_keeps_no_wal_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox" / "站点"
    with create_site(folder, "x") as site:
        site.articles.create({"title": "标题"})
        assert any("Dropbox" in warning for warning in site.warnings)
        assert not (folder / "site.db-wal").exists()


def test_another_process_is_noticed(folder: Path) -> None:
    told: list[object] = []
    with create_site(folder, "x") as here, open_site(folder) as there:
        here.subscribe(told.append)
        assert not here.look_for_foreign_changes()
        here.articles.create({"title": "eigen"})
        told.clear()
        assert not here.look_for_foreign_changes()
        there.articles.create({"title": "fremd"})
        here.articles.create({"title": "eigen"})
        told.clear()
        assert here.look_for_foreign_changes()
        assert told
        assert not here.look_for_foreign_changes()
