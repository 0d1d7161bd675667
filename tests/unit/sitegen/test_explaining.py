"""A build can be asked why it makes a page anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.redirect import Redirect
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import Generator, PageNotFound, build
from chce_desktop.sitegen.explaining import explain
from tests.helpers.snapshots import Texts, site, with_picture
from tests.unit.sitegen.test_building import _changed


@pytest.fixture
def snapshot(tmp_path: Path) -> SiteSnapshot:
    return site(60, tmp_path / "lib", characters=40)


@pytest.fixture
def out(snapshot: SiteSnapshot, tmp_path: Path) -> Path:
    build(snapshot, tmp_path / "out")
    return tmp_path / "out"


def _path(snapshot: SiteSnapshot, info: ArticleInfo) -> str:
    return Generator(snapshot).article_path(info)


def _without(snapshot: SiteSnapshot, info: ArticleInfo) -> SiteSnapshot:
    rest = tuple(each for each in snapshot.articles if each.id != info.id)
    return replace(snapshot, articles=rest, withdrawn=(*snapshot.withdrawn, info))


def test_before_any_build_nothing_is_known(snapshot: SiteSnapshot, tmp_path: Path) -> None:
    assert "earlier build" in explain(snapshot, tmp_path / "out", "index.html").reasons[0]
    with pytest.raises(PageNotFound):
        explain(snapshot, tmp_path / "out", "no/such.html")


def test_where_nothing_changed_nothing_is_due(snapshot: SiteSnapshot, out: Path) -> None:
    info = snapshot.articles[10]
    calm = explain(snapshot, out, f"/{_path(snapshot, info)}")
    assert (calm.due, calm.kind, calm.reasons) == (False, "article", ("Nothing that it is made from changed.",))
    assert info.id in calm.articles
    for path in ("index.html", "feed.xml", "archive/index.html", "fragments/shared.js", "search/x.js", "_redirects"):
        assert not explain(snapshot, out, path).due, path
    assert explain(snapshot, out, "index.html").why_written[0].startswith("Everything was made")


def test_each_reason_is_told_before_the_build_and_after_it(snapshot: SiteSnapshot, out: Path) -> None:
    beside = Generator(snapshot).catalogue.neighbours
    info = next(info for info in snapshot.articles if all(beside(info)))
    path = _path(snapshot, info)
    column = path.rpartition("/")[0]
    renamed = _changed(snapshot, info, title="新标题")
    newer, older = beside(info)
    assert newer is not None
    assert older is not None
    expected = {
        path: "Its article was changed.",
        _path(snapshot, newer): "“新标题”, the article before or after it, was changed.",
        _path(snapshot, older): "“新标题”, the article before or after it, was changed.",
        f"{column}/index.html": "“新标题”, which it lists, was changed.",
        "index.html": "It is put together from the whole site, of which this changed: “新标题”",
        "feed.xml": "It is put together from the whole site, of which this changed: “新标题”",
    }
    for page, reason in expected.items():
        told = explain(renamed, out, page)
        assert told.due, page
        assert told.reasons[0].startswith(reason)
        assert told.was_written
    build(renamed, out)
    for page, reason in expected.items():
        told = explain(renamed, out, page)
        assert not told.due, page
        assert told.was_written, page
        assert told.why_written[0].startswith(reason), page
    build(renamed, out, freshen=10)  # brings old pages up to date, and changes nothing
    assert explain(renamed, out, path).why_written == ("Its article was changed.",)


def test_an_article_that_went_is_named_by_what_showed_it(snapshot: SiteSnapshot, out: Path) -> None:
    info = snapshot.articles[10]
    path = _path(snapshot, info)
    older = Generator(snapshot).catalogue.neighbours(info).older
    assert older is not None
    later = _without(snapshot, info)
    for page, reason in (
        (_path(snapshot, older), f"“{info.list_title}”, the article before or after it"),
        (f"{path.rpartition('/')[0]}/index.html", f"“{info.list_title}”, which it listed"),
    ):
        told = explain(later, out, page)
        assert told.due, page
        assert any(each.startswith(reason) for each in told.reasons), told.reasons
    withdrawn = explain(later, out, path)
    assert withdrawn.reasons[0] == f"“{info.list_title}” was withdrawn; the page says so."
    build(later, out)
    told = explain(later, out, _path(snapshot, older))
    assert told.was_written
    assert told.why_written[0].startswith(f"“{info.list_title}”")


def test_what_changed_for_every_page_is_named(snapshot: SiteSnapshot, out: Path) -> None:
    path = _path(snapshot, snapshot.articles[10])
    later = replace(snapshot, settings=replace(snapshot.settings, name="新名", theme="journal"))
    reason = explain(later, out, path).reasons[0]
    assert "the setting name" in reason
    assert "the setting theme" in reason
    assert "files, colours" not in reason  # follows from the other theme
    build(later, out)
    assert explain(later, out, path).why_written == (reason,)
    assert explain(later, out, "index.html").why_written == (reason,)


def test_blocks_of_every_page_make_none_anew_but_are_told(snapshot: SiteSnapshot, out: Path) -> None:
    path = _path(snapshot, snapshot.articles[10])
    later = replace(snapshot, notices=(replace(snapshot.notices[0], title="新公告"),))
    stale = explain(later, out, path)
    assert not stale.due
    assert "browser" in stale.reasons[0]
    assert explain(later, out, "fragments/shared.js").due
    build(later, out)
    assert explain(later, out, path).was_written is False
    build(later, out, freshen=1000)
    assert "brought up to date" in explain(later, out, path).why_written[0]


def test_pages_that_stay_whatever_articles_there_are_are_told_right_after_small_builds(
    snapshot: SiteSnapshot, out: Path
) -> None:
    snapshot = _without(snapshot, snapshot.articles[20])
    build(snapshot, out)
    lasting = ["404.html", "410.html", "search/index.html", _path(snapshot, snapshot.withdrawn[-1])]
    recommended = Generator(snapshot).catalogue.recommended[0]
    blocks = _changed(snapshot, recommended, title="新标题")
    other = _changed(blocks, blocks.articles[30], title="别的")
    notice = replace(other, notices=(replace(other.notices[0], title="新公告"),))
    for later in (blocks, blocks, other, other, notice):  # each is a build of a few changes, or of none
        for path in lasting:
            told = explain(later, out, path)
            assert not told.due, path
            assert "reader's browser renews them" in told.reasons[-1]
        before = [(out / path).read_bytes() for path in lasting]
        build(later, out)
        assert [(out / path).read_bytes() for path in lasting] == before
        assert all(explain(later, out, path).was_written is False for path in lasting)
    whole = _without(notice, notice.articles[40])  # so that the whole site is looked at
    for path in lasting:
        told = explain(whole, out, path)
        assert told.due, path
        assert told.reasons[-1] == "It is an old page whose blocks of every page are brought up to date."
    build(whole, out)
    for path in lasting:
        told = explain(whole, out, path)
        assert (told.due, told.was_written) == (False, True), path
        assert told.why_written == ("It was an old page whose blocks of every page were brought up to date.",)


def test_lists_of_years_without_a_change_are_told_right_after_small_builds(snapshot: SiteSnapshot, out: Path) -> None:
    catalogue = Generator(snapshot).catalogue
    recommended = catalogue.recommended[0]
    later = _changed(snapshot, recommended, title="新标题")
    year = catalogue.month_of(recommended.date.timestamp())[:4]
    paths = [f"archive/{each}.html" for each in catalogue.years]
    due = {path for path in paths if explain(later, out, path).due}
    before = {path: (out / path).read_bytes() for path in paths}
    build(later, out)
    assert due == {path for path in paths if (out / path).read_bytes() != before[path]} == {f"archive/{year}.html"}
    assert not any(explain(later, out, path).due for path in paths)


def test_a_former_address_says_whose_it_was(snapshot: SiteSnapshot, out: Path) -> None:
    info = snapshot.articles[10]
    former = Redirect("xinwen/jiu.html", article_id=info.id)
    told = explain(replace(snapshot, redirects=(*snapshot.redirects, former)), out, "xinwen/jiu.html")
    assert told.reasons[0] == f"A former address of “{info.list_title}”; it leads on."
    assert told.reasons[1] == "It was not there in the last build."


def test_a_former_address_of_what_was_withdrawn_says_so(snapshot: SiteSnapshot, out: Path) -> None:
    info = snapshot.articles[10]
    later = _without(replace(snapshot, redirects=(Redirect("xinwen/jiu.html", article_id=info.id),)), info)
    told = explain(later, out, "xinwen/jiu.html")
    assert told.reasons[0] == f"“{info.list_title}” was withdrawn; the page says so."


def test_a_picture_says_who_shows_it(snapshot: SiteSnapshot, out: Path) -> None:
    pictured = with_picture(snapshot, "tu.png", (1000, 500), (200, 30, 30))
    path = next(iter(pictured.media))
    info = pictured.articles[10]
    texts = {**pictured.bodies.get([each.id for each in pictured.articles]), info.id: f"![图]({path})"}
    shown = replace(_changed(pictured, info, body_hash="neu"), bodies=Texts(texts))
    with pytest.raises(PageNotFound, match="Nothing of the site shows"):
        explain(pictured, out, path)
    told = explain(shown, out, path)
    assert (told.due, told.kind, told.articles) == (True, "media", (info.id,))
    assert told.reasons == (f"“{info.list_title}” shows it.", "It was not there in the last build.")
    build(shown, out)
    narrow = path.replace(".png", "-480.webp")
    told = explain(shown, out, narrow)
    assert not told.due
    assert told.was_written
    assert told.reasons == (
        f"A width or format of {path}, made from it.",
        f"“{info.list_title}” shows it.",
        "Nothing that it is made from changed.",
    )
    item = replace(pictured.media[path], sha256="0" * 64)
    assert explain(replace(shown, media={path: item}), out, path).reasons[-1] == "The file was changed."
    logo = replace(pictured, settings=replace(pictured.settings, logo=path))
    assert "logo" in explain(logo, out, path).reasons[0]
    with pytest.raises(PageNotFound, match="Nothing of the site shows"):
        explain(replace(_changed(shown, shown.articles[10], body_hash="alt"), bodies=pictured.bodies), out, path)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "/",
        "index.html",
        "/index.html",
        "https://www.example.org/sub/",
        "https://www.example.org/sub/index.html#top",
    ],
)
def test_a_page_may_be_named_as_the_browser_names_it(snapshot: SiteSnapshot, out: Path, written: str) -> None:
    assert explain(snapshot, out, written, base_url="https://www.example.org/sub/").path == "index.html"
    assert explain(snapshot, out, "yaowen/").path == "yaowen/index.html"


def test_what_the_next_build_will_change_is_due(snapshot: SiteSnapshot, out: Path) -> None:
    """An article that is taken away must not be met anywhere, also where old blocks of every page name it."""
    build(snapshot, out)
    gone = Generator(snapshot).catalogue.recommended[0]
    later = replace(snapshot, articles=tuple(info for info in snapshot.articles if info.id != gone.id))
    paths = sorted(path for path in build(snapshot, out).manifest.files if not path.startswith("search/"))
    told = {path: explain(later, out, path) for path in paths if f"/{gone.slug}." not in path}
    before = {path: (out / path).read_bytes() for path in told}
    build(later, out)
    changed = {path for path, data in before.items() if (out / path).read_bytes() != data}
    assert changed <= {path for path, explanation in told.items() if explanation.due}
    assert any("name an article that is not there" in "".join(told[path].reasons) for path in changed)


def test_files_of_the_search_index_stay_until_an_article_changes(snapshot: SiteSnapshot, out: Path) -> None:
    build(snapshot, out)
    now = _changed(snapshot, snapshot.articles[9], title="改过的题目")
    build(now, out)
    for path in (path for path in build(now, out).manifest.files if path.startswith("search/")):
        assert not explain(now, out, path).due, path
