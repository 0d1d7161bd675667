"""A build of a few changes touches what depends on them, and leaves every page as a whole build would."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chce_desktop.domain.article import ArticleInfo, Flag, FlagSetting
from chce_desktop.domain.homepage import BlockKind
from chce_desktop.domain.notice import NoticeLink
from chce_desktop.domain.redirect import Redirect
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import BuildResult, Generator, build, quick
from chce_desktop.sitegen.formeraddresses import FormerAddresses
from chce_desktop.sitegen.state import StateFile, folder_of
from tests.helpers.snapshots import NOW, Texts, article, info_of, published, site, with_picture
from tests.unit.sitegen.test_building import _changed, tree


class _Own(HTMLParser):
    """A page without what a reader's browser brings up to date: blocks of today and reading counts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text: list[str] = []
        self._shared = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if self._shared or names & {"data-shared", "data-reads"}:
            self._shared += tag not in ("img", "br", "input", "hr", "meta", "link", "source")
        else:
            self.text.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self._shared:
            self._shared -= 1
        else:
            self.text.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._shared:
            self.text.append(data)


def _own(out: Path) -> dict[str, str]:
    found = {}
    for file in out.rglob("*"):
        if file.is_file():
            path = file.relative_to(out).as_posix()
            if path.endswith(".html"):
                parser = _Own()
                parser.feed(file.read_text(encoding="utf-8"))
                found[path] = "".join(parser.text)
            elif not path.startswith("search/"):  # a loose search index is another way to the same answers
                found[path] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


@pytest.fixture
def snapshot(tmp_path: Path) -> SiteSnapshot:
    made = site(150, tmp_path / "lib", characters=80)
    return with_picture(made, "caochang.png", (40, 30), (1, 2, 3))


@pytest.fixture
def quick_builds(monkeypatch: pytest.MonkeyPatch) -> list[BuildResult | str]:
    """Grows by one with each build that was a quick one to its end."""
    done: list[BuildResult | str] = []
    finish = quick.Quick._finish

    def counted(self: quick.Quick) -> None:
        finish(self)
        done.append("quick")

    monkeypatch.setattr(quick.Quick, "_finish", counted)
    return done


def _with_body(snapshot: SiteSnapshot, info: ArticleInfo, text: str) -> SiteSnapshot:
    bodies = Texts({**snapshot.bodies.get([a.id for a in snapshot.articles]), info.id: text})
    digest = hashlib.sha256(text.encode()).hexdigest()
    return replace(_changed(snapshot, info, body_hash=digest), bodies=bodies)


def _with_new(snapshot: SiteSnapshot, chance: random.Random, number: int) -> SiteSnapshot:
    text = f"新的正文 {chance.random()}"
    date = NOW if chance.random() < 0.6 else chance.choice(snapshot.articles).date + timedelta(minutes=1)
    made = article(
        number,
        text,
        title=f"新文章 {number}",
        date=date,
        column_id=chance.choice(snapshot.columns).id,
        tags=tuple(chance.sample(["阅读", "美育", f"新标签{number}"], 2)),
    )
    texts = Texts({**snapshot.bodies.get([a.id for a in snapshot.articles]), number: text})
    articles = sorted((*snapshot.articles, info_of(made)), key=lambda a: (a.date, a.id), reverse=True)
    return replace(snapshot, articles=tuple(articles), bodies=texts)


def _edit(snapshot: SiteSnapshot, chance: random.Random, number: int) -> SiteSnapshot:  # noqa: PLR0911, PLR0912, C901 - a line a kind
    info = chance.choice(snapshot.articles)
    kind = chance.randrange(19)
    if kind == 0:
        return _changed(snapshot, info, title=f"{info.title}（改 {number}）")
    if kind == 1:
        return _changed(snapshot, info, tags=tuple(chance.sample(["阅读", "美育", "体育", f"标签{number}"], 2)))
    if kind == 2:
        return _changed(snapshot, info, date=info.date - timedelta(hours=chance.randrange(-300, 300)))
    if kind == 3:
        flags = (FlagSetting(chance.choice(list(Flag))),) if chance.random() < 0.7 else ()
        return _changed(snapshot, info, flags=flags)
    if kind == 4:
        return _with_body(snapshot, info, f"改 {chance.random()} [链](article:{chance.choice(snapshot.articles).id})")
    if kind == 5:
        return _with_body(snapshot, info, f"图 ![]({next(iter(snapshot.media))}) {number}")
    if kind == 6:
        return _changed(snapshot, info, cover=next(iter(snapshot.media)))
    if kind == 7:
        return _changed(snapshot, info, summary=f"摘要 {number}", prefix="[新]")
    if kind == 8:
        links = (NoticeLink("查看", "https://example.org/"),)
        return replace(snapshot, notices=(replace(snapshot.notices[0], title=f"公告 {number}", links=links),))
    if kind == 9:
        groups = tuple(replace(group, links=group.links[1:]) for group in snapshot.link_groups)
        return replace(snapshot, link_groups=groups)
    if kind == 10:
        further = (chance.choice(snapshot.columns).id,)
        return _changed(snapshot, info, further_columns=further)
    if kind == 11:
        rest = tuple(a for a in snapshot.articles if a.id != info.id)
        return replace(snapshot, articles=rest, withdrawn=(*snapshot.withdrawn, info))
    if kind == 12:
        return replace(snapshot, settings=replace(snapshot.settings, slogan=f"口号 {number}"))
    if kind == 13:
        return _moved(snapshot, info, column_id=chance.choice(snapshot.columns).id)
    if kind == 14:
        return _moved(snapshot, info, slug=f"xin-{number}")
    if kind == 15:
        former = Redirect(f"jiu/{number}.html", article_id=info.id)
        return replace(snapshot, redirects=(*snapshot.redirects, former))
    if kind == 16:
        return _changed(snapshot, info, kept_out=chance.choice(((), (BlockKind.POPULAR,))))
    if kind == 17:
        read = replace(info, reads=chance.randrange(9000))
        return replace(snapshot, articles=tuple(read if each.id == info.id else each for each in snapshot.articles))
    return _with_new(snapshot, chance, number)


def _moved(snapshot: SiteSnapshot, info: ArticleInfo, **values: object) -> SiteSnapshot:
    """An article at another address: the library leaves a redirect in the same transaction."""
    slugs = {column.id: column.slug for column in snapshot.columns}
    former = Redirect(f"{slugs[info.column_id or 0]}/{info.slug}.html", article_id=info.id)
    return replace(_changed(snapshot, info, **values), redirects=(*snapshot.redirects, former))


def _put_online(snapshot: SiteSnapshot, chance: random.Random, step: int) -> SiteSnapshot:
    """A host is given the site, or another one was given more of it before, or an address is to be forgotten."""
    kind = chance.randrange(4)
    if kind == 0:
        return snapshot
    snapshot = published(snapshot, 1000 + step)
    if kind == 1:
        lost = (f"yaowen/weg-{step}.html", "xinwen/page-99.html", "archive/1999-01.html")
        return replace(snapshot, published={**snapshot.published, **dict.fromkeys(lost, 1000 + chance.randrange(9))})
    if kind == 2 and snapshot.published:
        forgotten = chance.choice(sorted(snapshot.published))
        return replace(snapshot, published={p: m for p, m in snapshot.published.items() if p != forgotten})
    return snapshot


@pytest.mark.parametrize("seed", range(5))
def test_after_any_change_every_page_is_right_and_after_freshening_byte_for_byte(
    snapshot: SiteSnapshot, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    out = tmp_path / "out"
    build(snapshot, out)
    for step in range(6):
        for _ in range(chance.choice((1, 1, 2, 4))):
            snapshot = _edit(snapshot, chance, 1000 + 10 * step + chance.randrange(10_000))
        build(snapshot, out)
        fresh = tmp_path / f"fresh {step}"
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("CHCE_HOME", str(tmp_path / "another computer"))
            build(snapshot, fresh)
        assert _own(out) == _own(fresh)
        now, then = StateFile(out).head(), StateFile(fresh).head()
        assert now is not None
        assert then is not None
        assert (now.months, now.flagged, now.most_read) == (then.months, then.flagged, then.most_read)
        assert then.rising or not now.rising
        assert list(now.lost) == list(then.lost)
        if step % 2:
            build(snapshot, out, freshen=10_000)
            assert tree(out) == tree(fresh)
        snapshot = _put_online(snapshot, chance, step)


@pytest.mark.parametrize("kind", ["new", "title", "tags", "date", "flag", "picture", "notice", "nothing"])
def test_ordinary_changes_are_quick(
    snapshot: SiteSnapshot, tmp_path: Path, kind: str, quick_builds: list[BuildResult | str]
) -> None:
    out = tmp_path / "out"
    build(snapshot, out)
    info = snapshot.articles[40]
    later = {
        "new": lambda: _with_new(snapshot, random.Random(1), 151),  # noqa: S311
        "title": lambda: _changed(snapshot, info, title="改过的标题"),
        "tags": lambda: _changed(snapshot, info, tags=("阅读", "从前没有")),
        "date": lambda: _changed(snapshot, info, date=info.date + timedelta(hours=30)),
        "flag": lambda: _changed(snapshot, info, flags=(FlagSetting(Flag.PINNED),)),
        "picture": lambda: _with_body(snapshot, info, f"![]({next(iter(snapshot.media))})"),
        "notice": lambda: replace(snapshot, notices=(replace(snapshot.notices[0], title="新公告"),)),
        "nothing": lambda: snapshot,
    }[kind]()
    result = build(later, out)
    assert quick_builds == ["quick"]
    assert result.written <= 30
    assert result.pages == len(result.manifest.files) == len(tree(out))
    again = build(later, out)
    assert (again.written, again.stale) == (0, result.stale)
    build(later, out, freshen=10_000)
    build(later, tmp_path / "fresh", full=True)
    assert tree(out) == tree(tmp_path / "fresh")


def test_a_new_article_of_a_published_site_has_nobody_look_for_what_stands_at_old_addresses(
    snapshot: SiteSnapshot, tmp_path: Path, quick_builds: list[BuildResult | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site may have 150,000 published addresses: the cost is that of the change."""
    out = tmp_path / "out"
    snapshot = replace(published(snapshot, 5), published={**published(snapshot, 5).published, "xinwen/weg.html": 5})
    build(snapshot, out)
    with monkeypatch.context() as nobody_looks:
        nobody_looks.setattr(FormerAddresses, "_is_lost", None)
        for number in range(151, 154):
            snapshot = _with_new(snapshot, random.Random(number), number)  # noqa: S311
            build(snapshot, out)
            new = next(info for info in snapshot.articles if info.id == number)
            path = Generator(snapshot).article_path(new)
            snapshot = replace(snapshot, published={**snapshot.published, path: number})
    assert quick_builds == ["quick"] * 3
    assert "文章已撤回" in (out / "xinwen/weg.html").read_text(encoding="utf-8")
    lost = replace(snapshot, published={**snapshot.published, "yaowen/weg.html": 200})
    build(lost, out)
    assert "文章已撤回" in (out / "yaowen/weg.html").read_text(encoding="utf-8")
    build(replace(snapshot, published={p: m for p, m in snapshot.published.items() if p != "xinwen/weg.html"}), out)
    assert not (out / "xinwen/weg.html").exists()


@pytest.mark.parametrize("budget", [400, 10_000])
def test_a_picture_of_a_notice_stays_as_long_as_old_pages_show_it(
    snapshot: SiteSnapshot, tmp_path: Path, budget: int
) -> None:
    """A reader without JavaScript sees a page as of its last rendering: with the pictures that it names."""
    out = tmp_path / "out"
    snapshot = with_picture(snapshot, "gonggao.png", (60, 40), (9, 9, 9))
    path = next(path for path in snapshot.media if "gonggao" in path)
    shown = replace(snapshot, notices=(replace(snapshot.notices[0], image=path),))
    build(shown, out)
    assert (out / path).is_file()
    later = replace(snapshot, notices=())
    assert build(later, out).stale > 100
    assert build(_changed(later, later.articles[3], title="又改"), out).stale > 100
    later = _changed(later, later.articles[3], title="又改")
    old = [file for file in out.rglob("*.html") if path in file.read_text(encoding="utf-8")]
    assert old
    assert (out / path).is_file()
    assert build(later, out, freshen=budget).stale == 0
    build(later, tmp_path / "fresh", full=True)
    assert tree(out) == tree(tmp_path / "fresh")
    assert not (out / path).exists()


def test_files_that_somebody_removed_are_noticed_by_a_quick_build(snapshot: SiteSnapshot, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(snapshot, out)
    wanted = tree(out)
    next(out.glob("yaowen/wenzhang-*.html")).unlink()
    assert build(snapshot, out).written == 1
    assert tree(out) == wanted


def test_a_library_that_was_put_back_counts_its_versions_again_and_is_still_looked_at(
    snapshot: SiteSnapshot, tmp_path: Path
) -> None:
    out, info = tmp_path / "out", snapshot.articles[40]
    build(snapshot, out)
    for title, moment in (
        ("改成这样", timedelta(milliseconds=4)),
        ("放回备份后改成那样", timedelta(seconds=9, milliseconds=7)),
    ):
        edited = replace(info, title=title, version=info.version + 1, updated_at=info.updated_at + moment)
        now = tuple(edited if each.id == info.id else each for each in snapshot.articles)
        build(replace(snapshot, articles=now), out)
        [page] = out.glob(f"*/{info.slug}.html")
        assert title in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["marks", "lists", "a0", "s-s0", "head"])
@pytest.mark.parametrize("damage", ["torn", "of an earlier build", "foreign", "a byte"])
def test_records_that_do_not_belong_together_are_not_believed(
    snapshot: SiteSnapshot, tmp_path: Path, name: str, damage: str
) -> None:
    out = tmp_path / "out"
    record = folder_of(out) / "records" / name
    build(snapshot, out)
    earlier = record.read_bytes()
    between = _changed(snapshot, snapshot.articles[7], title="先改的", tags=("从前没有",))
    build(between, out)
    sound = record.read_bytes()
    if damage != "of an earlier build" or name in ("marks", "lists"):
        place = sound.rindex(b".") if name == "s-s0" else len(sound) // 2
        byte = sound[:place] + b">" + sound[place + 1 :]
        wrong = {"torn": sound[:-8], "of an earlier build": earlier, "foreign": b"[]", "a byte": byte}
        record.write_bytes(wrong[damage])
    later = _changed(between, between.articles[40], title="后改的")
    build(later, out)
    build(later, out, freshen=400)
    build(later, tmp_path / "fresh", full=True)
    assert {p: d for p, d in tree(out).items() if not p.startswith("search/")} == {
        p: d for p, d in tree(tmp_path / "fresh").items() if not p.startswith("search/")
    }


_BUILD = """
import sys
from pathlib import Path
from chce_desktop.sitegen import build
from tests.helpers.snapshots import site
made = site(int(sys.argv[3]), Path(sys.argv[1]), seed=int(sys.argv[3]), characters=60)
print("begins", flush=True)
build(made, Path(sys.argv[2]), full=True, processes=2)
"""


def _dies(lib: Path, out: Path, articles: int, seconds: float) -> None:
    command = [sys.executable, "-c", _BUILD, str(lib), str(out), str(articles)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.kill()


def _moments() -> Iterator[float]:
    yield from (0.02, 0.1, 0.25, 0.5, 0.8, 1.2)


def test_a_build_that_is_killed_leaves_the_old_site_or_the_new_one(tmp_path: Path) -> None:
    lib, out = tmp_path / "lib", tmp_path / "out"
    build(site(300, lib, seed=300, characters=60), out)
    old = tree(out)
    later = site(320, lib, seed=320, characters=60)
    build(later, tmp_path / "wanted")
    new = tree(tmp_path / "wanted")
    for seconds in _moments():
        _dies(lib, out, 320, seconds)
        assert tree(out) in (old, new), seconds
    build(later, out, freshen=10_000)  # where no build came to its end before, old pieces of the search index may stay
    assert tree(out) == new
    assert not (folder_of(out) / "stage").exists()
