"""A build writes what changed, removes what it once wrote, and nothing else."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import random
import re
import shutil
import sys
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chce_desktop.domain.article import ArticleInfo, Flag, FlagSetting
from chce_desktop.domain.redirect import Redirect
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation.errors import Cancelled
from chce_desktop.foundation.progress import SilentProgress
from chce_desktop.sitegen import OutputFolderUnusable, TemplateFailed, build, sheets
from chce_desktop.sitegen.state import folder_of
from tests.helpers.snapshots import NOW, SETTINGS, Texts, article, info_of, site, with_picture


def tree(out: Path) -> dict[str, str]:
    return {
        file.relative_to(out).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in out.rglob("*")
        if file.is_file()
    }


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "网站 out"


@pytest.fixture
def snapshot(tmp_path: Path) -> SiteSnapshot:
    made = site(60, tmp_path / "lib")
    return with_picture(made, "caochang.png", (40, 30), (1, 2, 3))


def test_the_second_build_writes_nothing(snapshot: SiteSnapshot, out: Path) -> None:
    first = build(snapshot, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    second = build(snapshot, out)
    assert (second.written, second.removed, second.unchanged) == (0, 0, first.pages)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert second.manifest == first.manifest


class _Waiting(SilentProgress):
    """Tells when the build is in its midst, and goes on when it is let."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def report(self, *_: object) -> None:
        self.begun.set()
        assert self.go_on.wait(60)


def test_two_builds_at_once_leave_pythons_settings_as_they_were(snapshot: SiteSnapshot, out: Path) -> None:
    usual = gc.get_threshold(), gc.get_freeze_count(), sys.getswitchinterval()
    first, second = _Waiting(), _Waiting()
    with ThreadPoolExecutor(2) as pool:
        builds = []
        for number, progress in enumerate((first, second)):
            builds.append(pool.submit(build, snapshot, out / str(number), progress=progress))
            assert progress.begun.wait(60)
        for running, progress in zip(builds, (first, second), strict=True):
            progress.go_on.set()
            running.result()
    assert (gc.get_threshold(), gc.get_freeze_count(), sys.getswitchinterval()) == usual


def test_the_manifest_names_exactly_the_public_files(snapshot: SiteSnapshot, out: Path) -> None:
    result = build(snapshot, out)
    assert tree(out) == {path: entry.sha256 for path, entry in result.manifest.files.items()}
    assert all((out / path).stat().st_size == entry.size for path, entry in result.manifest.files.items())
    assert result.pages == result.written == len(result.manifest.files)


def test_the_same_site_gives_the_same_bytes_anywhere(snapshot: SiteSnapshot, out: Path, tmp_path: Path) -> None:
    build(snapshot, out)
    elsewhere = tmp_path / "elsewhere"
    build(snapshot, elsewhere, full=True)
    assert tree(elsewhere) == tree(out)


def test_a_new_article_changes_few_files_and_rebuilds_nothing_else(snapshot: SiteSnapshot, out: Path) -> None:
    build(snapshot, out)
    new = article(61, "新的正文，从来没有出现过。\n", title="新文章", date=NOW, column_id=2, tags=("阅读",))
    texts = Texts({**snapshot.bodies.get(range(1, 61)), 61: new.body})
    later = replace(snapshot, articles=(info_of(new), *snapshot.articles), bodies=texts)
    result = build(later, out)
    assert result.written <= 25
    assert (out / "yaowen/wenzhang-61.html").exists()
    assert texts.asked <= 40, "only the new article and the smallest segment of the search index are read"


def _changed(snapshot: SiteSnapshot, info: ArticleInfo, **values: object) -> SiteSnapshot:
    after = replace(info, version=info.version + 1, updated_at=NOW, **values)  # type: ignore[arg-type]
    articles = tuple(after if a.id == info.id else a for a in snapshot.articles)
    return replace(snapshot, articles=tuple(sorted(articles, key=lambda a: (a.date, a.id), reverse=True)))


def _edits(snapshot: SiteSnapshot, chance: random.Random) -> SiteSnapshot:  # noqa: PLR0911 - one line a kind of change
    info = chance.choice(snapshot.articles)
    kind = chance.randrange(10)
    if kind == 0:
        return _changed(snapshot, info, title=info.title + "（改）")
    if kind == 1:
        return _changed(snapshot, info, column_id=chance.choice(snapshot.columns).id)
    if kind == 2:
        return _changed(snapshot, info, flags=(FlagSetting(chance.choice(list(Flag))),))
    if kind == 3:
        groups = tuple(replace(group, links=group.links[1:]) for group in snapshot.link_groups)
        return replace(snapshot, link_groups=groups)
    if kind == 4:
        return replace(snapshot, settings=replace(snapshot.settings, name=f"名称{chance.random()}"))
    if kind == 5:
        rest = tuple(a for a in snapshot.articles if a.id != info.id)
        return replace(snapshot, articles=rest, withdrawn=(*snapshot.withdrawn, info))
    if kind == 6:
        return _changed(snapshot, info, tags=("新标签", "阅读"))
    if kind == 7:
        return _changed(snapshot, info, date=info.date - timedelta(days=chance.randrange(400)))
    if kind == 8:
        text = f"改过的正文 {chance.random()} [链](article:{chance.choice(snapshot.articles).id})"
        bodies = Texts({**snapshot.bodies.get([a.id for a in snapshot.articles]), info.id: text})
        return replace(_changed(snapshot, info, body_hash=hashlib.sha256(text.encode()).hexdigest()), bodies=bodies)
    moved = _changed(snapshot, info, slug=f"{info.slug}-xin")
    return replace(moved, redirects=(*moved.redirects, Redirect(f"xinwen/{info.slug}.html", article_id=info.id)))


@pytest.mark.parametrize("seed", range(4))
def test_an_incremental_build_equals_a_full_one_after_freshening(
    snapshot: SiteSnapshot, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    out = tmp_path / "out"
    build(snapshot, out)
    for step in range(3):
        snapshot = _edits(snapshot, chance)
        build(snapshot, out)
        freshened = build(snapshot, out, freshen=10_000)
        fresh = tmp_path / f"fresh {step}"
        build(snapshot, fresh, full=True)
        assert tree(out) == tree(fresh)
        assert freshened.stale == 0


def _void(out: Path) -> int:
    """How many articles of the largest piece of the search index count no longer."""
    script = (out / "search/index.js").read_text(encoding="utf-8")
    directory = json.loads(script[script.index(",") + 1 : script.rindex(")")])
    return len(directory["groups"]["m"][3][0])


def test_an_edit_of_an_old_article_leaves_large_parts_of_the_search_index_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    snapshot = site(300, tmp_path / "lib", characters=60)
    build(snapshot, out)
    large = [path.read_bytes() for path in sorted((out / "search/m").iterdir())]
    old = next(info for info in snapshot.articles if info.id == 20)
    text = "全新的词句只在这里出现。"
    bodies = Texts({**snapshot.bodies.get([info.id for info in snapshot.articles]), 20: text})
    digest = hashlib.sha256(text.encode()).hexdigest()
    later = replace(_changed(snapshot, old, body_hash=digest), bodies=bodies)
    result = build(later, out)
    assert result.written <= 25
    assert [path.read_bytes() for path in sorted((out / "search/m").iterdir())] == large
    assert text in (out / "search/x.js").read_text(encoding="utf-8")
    assert _void(out) == 1
    assert build(later, out).written == 0
    gone = replace(later, articles=tuple(info for info in later.articles if info.id not in (20, 21)))
    build(gone, out)
    assert text not in (out / "search/x.js").read_text(encoding="utf-8")
    assert _void(out) == 2
    build(gone, out, freshen=10_000)
    build(gone, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


def test_articles_may_be_older_than_the_epoch_of_computers(snapshot: SiteSnapshot, out: Path) -> None:
    old = tuple(
        replace(info, date=info.date.replace(year=1949, day=min(28, info.date.day))) for info in snapshot.articles
    )
    old = tuple(sorted(old, key=lambda info: (info.date, info.id), reverse=True))
    build(replace(snapshot, articles=old), out)
    assert "1949" in (out / "archive/index.html").read_text(encoding="utf-8")
    edited = (replace(old[0], version=2, title="开国大典"), *old[1:])
    assert build(replace(snapshot, articles=edited), out).written < 60
    build(replace(snapshot, articles=edited), out, freshen=10_000)
    build(replace(snapshot, articles=edited), out.with_name("fresh"))
    assert tree(out) == tree(out.with_name("fresh"))


def test_stale_blocks_are_counted_and_freshened_within_the_budget(snapshot: SiteSnapshot, out: Path) -> None:
    build(snapshot, out)
    notices = (replace(snapshot.notices[0], title="新的公告"),)
    later = replace(snapshot, notices=notices)
    result = build(later, out)
    assert result.stale > 60
    assert result.written < 12
    assert build(later, out, freshen=10).stale == result.stale - 10
    for _ in range(9):
        build(later, out, freshen=10)
    last = build(later, out, freshen=10)
    # What is left are notices of withdrawal, which are renewed whenever the whole site is looked at.
    assert last.stale == 0
    assert build(later, out, full=True).stale == 0


def test_what_is_no_longer_wanted_goes_and_foreign_files_stay(snapshot: SiteSnapshot, out: Path) -> None:
    build(snapshot, out)
    (out / "xinwen/foreign.html").write_text("mine", encoding="utf-8")
    (out / "google123.html").write_text("mine", encoding="utf-8")
    gone = next(info for info in snapshot.articles if info.column_id == 1)
    result = build(replace(snapshot, articles=tuple(a for a in snapshot.articles if a is not gone)), out)
    assert result.removed >= 1
    assert not (out / f"xinwen/{gone.slug}.html").exists()
    assert (out / "xinwen/foreign.html").exists()
    assert (out / "google123.html").exists()


def test_damaged_and_missing_files_are_mended(snapshot: SiteSnapshot, out: Path) -> None:
    build(snapshot, out)
    wanted = tree(out)
    (out / "index.html").unlink()
    (out / "feed.xml").write_bytes((out / "feed.xml").read_bytes()[:100])
    page = next(out.glob("*/wenzhang-5.html"))
    page.write_text("edited by hand", encoding="utf-8")
    assert build(snapshot, out).written == 3
    assert tree(out) == wanted


def test_a_lost_state_costs_no_writing(snapshot: SiteSnapshot, out: Path) -> None:
    build(snapshot, out)
    records = folder_of(out) / "records"
    shutil.rmtree(folder_of(out))
    assert build(snapshot, out).written == 0
    for file in sorted(records.iterdir()):
        sound = file.read_bytes()
        file.write_bytes(b"rubbish")
        assert build(snapshot, out).written == 0, file.name
        file.write_bytes(sound)


@pytest.mark.parametrize("unread", ["head of an earlier program", "head", "f0"])
def test_what_was_built_is_ours_also_where_its_records_are_not_believed(
    snapshot: SiteSnapshot, out: Path, unread: str
) -> None:
    build(snapshot, out)
    (out / "google123.html").write_text("mine", encoding="utf-8")
    record = folder_of(out) / "records" / unread.split(maxsplit=1)[0]
    _, _, sound = record.read_bytes().partition(b"\n")
    old = re.sub(rb'"version":\d+', b'"version":1', sound)
    named = set() if unread != "f0" else {line.split("\t")[0] for line in sound.decode().split("\n")}
    record.write_bytes(b"%08x\n" % zlib.crc32(old) + old if old != sound else b"rubbish")
    gone = next(info for info in snapshot.articles if info.column_id == 1 and f"xinwen/{info.slug}.html" not in named)
    fewer = replace(snapshot, articles=tuple(a for a in snapshot.articles if a is not gone))
    build(fewer, out)
    build(fewer, out.with_name("fresh"))
    assert tree(out).keys() - named == (tree(out.with_name("fresh")).keys() | {"google123.html"}) - named
    assert build(fewer, out).written == 0


class _Stops(SilentProgress):
    def __init__(self, after: int) -> None:
        self.left = after

    def check(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


@pytest.mark.parametrize("after", [0, 1, 5, 30, 60])
def test_an_interrupted_build_is_finished_by_the_next(
    snapshot: SiteSnapshot, out: Path, tmp_path: Path, after: int
) -> None:
    with pytest.raises(Cancelled):
        build(snapshot, out, progress=_Stops(after))
    torn = next(iter(out.rglob("*.html")), None)
    if torn is not None:
        torn.write_bytes(torn.read_bytes()[:50])
    gone = snapshot.articles[0]
    rest = replace(snapshot, articles=snapshot.articles[1:])
    build(rest, out)
    build(rest, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh"), gone.slug


def test_media_that_nobody_uses_are_not_published(snapshot: SiteSnapshot, out: Path) -> None:
    path = next(iter(snapshot.media))
    build(snapshot, out)
    assert not (out / path).exists()
    info = snapshot.articles[0]
    text = f"![图]({path})"
    bodies = Texts({info.id: text})
    used = replace(_changed(snapshot, info, body_hash=hashlib.sha256(text.encode()).hexdigest()), bodies=bodies)
    build(used, out)
    assert (out / path).read_bytes() == (snapshot.site_folder / path).read_bytes()
    build(snapshot, out)
    assert not (out / path).exists()


def test_a_missing_picture_file_does_not_stop_the_build(snapshot: SiteSnapshot, out: Path) -> None:
    path = next(iter(snapshot.media))
    (snapshot.site_folder / path).unlink()
    build(_changed(snapshot, snapshot.articles[0], cover=path), out)
    assert (out / "index.html").exists()


def test_an_output_folder_that_is_a_file_is_told(snapshot: SiteSnapshot, out: Path) -> None:
    out.write_text("x", encoding="utf-8")
    with pytest.raises(OutputFolderUnusable):
        build(snapshot, out)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_full_or_refused_disk_is_told(snapshot: SiteSnapshot, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sheets.FolderWriter, "write", refuse)
    with pytest.raises(OutputFolderUnusable) as caught:
        build(snapshot, out)
    assert "No space left" in caught.value.detail
    monkeypatch.undo()
    assert build(snapshot, out).written > 0


def test_a_faulty_template_leaves_the_last_good_pages(snapshot: SiteSnapshot, out: Path, tmp_path: Path) -> None:
    build(snapshot, out)
    wanted = tree(out)
    theme = tmp_path / "theme"
    (theme / "templates").mkdir(parents=True)
    (theme / "templates/article.html").write_text("{% if %}", encoding="utf-8")
    with pytest.raises(TemplateFailed):
        build(replace(snapshot, theme_folder=theme), out)
    assert {path for path in wanted if path.endswith(".html") and "/wenzhang" in path} <= tree(out).keys()
    build(snapshot, out)
    assert tree(out) == wanted


def test_without_a_public_address_there_is_no_sitemap(snapshot: SiteSnapshot, out: Path) -> None:
    build(replace(snapshot, settings=replace(SETTINGS, url="")), out)
    assert not (out / "sitemap.xml").exists()
    assert "canonical" not in (out / "index.html").read_text(encoding="utf-8")
    build(replace(snapshot, settings=replace(SETTINGS, url="")), out, base_url="https://other.example/sub")
    assert "https://other.example/sub/yaowen/" in (out / "sitemap.xml").read_text(encoding="utf-8")
    assert 'href="/sub/index.html"' in (out / "404.html").read_text(encoding="utf-8")
