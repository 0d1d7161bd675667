from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import ascii_letters
from typing import Any

import pytest

from chce_desktop.domain.article import ArticleFilter, ArticleInfo, Flag, FlagSetting, Order, State
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.services import snapshot, writing
from chce_desktop.services.errors import (
    ArticleChanged,
    ArticleNotFound,
    ColumnNotFound,
    InvalidValue,
    SlugInvalid,
    SlugTaken,
)
from chce_desktop.services.site import Site, create_site
from chce_desktop.storage import hits, orders, revisions, selection, ways

_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "x") as made:
        yield made


def test_a_text_is_rewritten_whoever_else_writes_the_article(site: Site) -> None:
    article_id = site.articles.create({"title": "标题", "body": ""}).id

    def write(letter: str) -> None:
        site.articles.rewrite(article_id, lambda body: body + letter)
        site.articles.save(article_id, {"source": letter})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, ascii_letters))
    assert sorted(site.articles.get(article_id).body) == sorted(ascii_letters)


def test_a_change_touches_only_what_it_names(site: Site) -> None:
    column = site.columns.add("政务公开")
    before = site.articles.create(
        {
            "title": "标题",
            "body": "正文",
            "column_id": column.id,
            "tags": ("教育", "AI"),
            "flags": (FlagSetting(Flag.PINNED, _DAY + timedelta(days=400), 3),),
            "source": "教育部",
            "date": _DAY,
        }
    )
    after = site.articles.save(before.id, {"subtitle": "副题"})
    assert after.subtitle == "副题"
    assert (after.tags, after.flags, after.column_id, after.source, after.date, after.body) == (
        before.tags,
        before.flags,
        before.column_id,
        before.source,
        before.date,
        before.body,
    )
    assert after.version == before.version + 1
    assert site.articles.get(before.id) == after


def test_saving_what_is_there_changes_nothing(site: Site) -> None:
    article = site.articles.create({"title": "标题", "body": "正文"})
    told: list[Changes] = []
    site.subscribe(told.append)
    assert site.articles.save(article.id, {"title": "标题", "body": "正文"}) == article
    assert told == []


def test_subscribers_are_told_after_the_commit(site: Site) -> None:
    seen: list[tuple[Changes, str]] = []
    article = site.articles.create({"title": "a"})
    stop = site.subscribe(lambda changes: seen.append((changes, site.articles.get(article.id).title)))
    site.articles.save(article.id, {"title": "b"})
    stop()
    site.articles.save(article.id, {"title": "c"})
    assert seen == [(Changes(frozenset({Kind.ARTICLES}), frozenset({article.id})), "b")]


def test_a_second_writer_overwrites_nothing(site: Site) -> None:
    article = site.articles.create({"title": "标题", "body": "一"})
    site.articles.save(article.id, {"body": "二"}, base_version=article.version)
    with pytest.raises(ArticleChanged):
        site.articles.save(article.id, {"body": "三"}, base_version=article.version)
    assert site.articles.get(article.id).body == "二"


def test_slugs_come_from_the_title_until_the_article_was_public(site: Site) -> None:
    article = site.articles.create({"title": "教育新闻"})
    assert article.slug == "jiao-yu-xin-wen"
    assert site.articles.create({"title": "教育新闻"}).slug == "jiao-yu-xin-wen-2"
    renamed = site.articles.save(article.id, {"title": "科技新闻"})
    assert renamed.slug == "ke-ji-xin-wen"
    ready = site.articles.save(article.id, {"state": State.READY})
    assert site.articles.save(ready.id, {"title": "别的"}).slug == "ke-ji-xin-wen"


def test_the_first_title_names_the_address_even_of_a_ready_article(site: Site) -> None:
    article = site.articles.create({"title": "", "state": State.READY})
    assert site.articles.save(article.id, {"title": "教育新闻"}).slug == "jiao-yu-xin-wen"
    assert site.articles.save(article.id, {"title": "科技新闻"}).slug == "jiao-yu-xin-wen"


def test_a_slug_chosen_by_hand_stays(site: Site) -> None:
    article = site.articles.create({"title": "教育新闻", "slug": "edu"})
    assert site.articles.save(article.id, {"title": "科技"}).slug == "edu"
    assert site.articles.save(article.id, {"slug": ""}).slug == "ke-ji"


def test_no_article_takes_the_address_of_a_page_of_a_list(site: Site) -> None:
    made = [site.articles.create({"title": title}).slug for title in ("Page", "page", "Page", "Page 2", "Page 2")]
    assert made == ["page", "page-1-2", "page-1-3", "page-2-1", "page-2-1-2"]


@pytest.mark.parametrize("slug", ["a b", "ÄÖ", "con", "index", "..", "a/b", "page-2", "A", "-a", "a" * 81])
def test_unsafe_slugs_are_refused(site: Site, slug: str) -> None:
    article = site.articles.create({"title": "x"})
    with pytest.raises(SlugInvalid):
        site.articles.save(article.id, {"slug": slug})


def test_a_taken_slug_is_told_and_nothing_changes(site: Site) -> None:
    site.articles.create({"title": "x", "slug": "taken"})
    other = site.articles.create({"title": "y", "body": "text"})
    with pytest.raises(SlugTaken):
        site.articles.save(other.id, {"slug": "taken", "body": "neu"})
    assert site.articles.get(other.id) == other


def test_a_public_address_that_changes_leaves_a_redirect_and_a_draft_does_not(site: Site) -> None:
    one, two = site.columns.add("一"), site.columns.add("二")
    public = site.articles.create({"title": "公开", "column_id": one.id, "state": State.READY})
    draft = site.articles.create({"title": "草稿", "column_id": one.id})
    site.articles.save(public.id, {"slug": "neu"})
    site.articles.save(public.id, {"column_id": two.id})
    site.articles.save(draft.id, {"column_id": two.id})
    found = {redirect.old_path: redirect.article_id for redirect in snapshot.take(site).redirects}
    assert found == {"yi/gong-kai.html": public.id, "yi/neu.html": public.id}
    site.articles.save(public.id, {"column_id": one.id})
    assert {r.old_path for r in snapshot.take(site).redirects} == {"yi/gong-kai.html", "er/neu.html"}


def test_bulk_moves_leave_redirects_too(site: Site) -> None:
    one, two = site.columns.add("一"), site.columns.add("二")
    articles = [
        site.articles.create({"title": f"a{n}", "column_id": one.id, "state": State.PUBLISHED}) for n in range(3)
    ]
    assert site.articles.set_many([a.id for a in articles], {"column_id": two.id, "source": "新"}) == 3
    assert {r.old_path for r in snapshot.take(site).redirects} == {"yi/a0.html", "yi/a1.html", "yi/a2.html"}
    assert {a.source for a in site.articles.infos([a.id for a in articles]).values()} == {"新"}


def test_unknown_columns_and_articles_are_told(site: Site) -> None:
    with pytest.raises(ColumnNotFound):
        site.articles.create({"title": "x", "column_id": 99})
    with pytest.raises(ArticleNotFound):
        site.articles.get(99)
    assert site.articles.counts().total == 0


def test_single_line_fields_stay_on_one_line_and_bodies_get_unix_line_ends(site: Site) -> None:
    article = site.articles.create({"title": " 第一行\r\n第二行\x00 ", "body": "a\r\nb\rc\x00\ud800"})
    assert article.title == "第一行 第二行"
    assert article.body == "a\nb\nc?"


def test_tags_and_summaries_that_nobody_sees_are_none(site: Site) -> None:
    for unseen in ("", " \u3000\n", "\u200b\u200d", "\ufdd0\x01"):
        made = site.articles.create(
            {"title": "标题", "summary": unseen, "tags": (unseen, "阅\u202e\x01读", " 阅  读 ")}
        )
        assert made.summary == ""
        assert made.tags == ("阅 读",)
    assert site.articles.create({"title": "标题", "summary": "摘要\n"}).summary == "摘要\n"


def test_emoji_of_several_stay_whole_in_titles(site: Site) -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert site.articles.create({"title": f"全家\u200d {family}\u200d 阅读 \u200d"}).title == f"全家 {family} 阅读"
    assert site.articles.create({"title": " \u200d\u200c "}).title == ""


def test_tags_are_one_whatever_their_case(site: Site) -> None:
    site.articles.create({"title": "x", "tags": ("AI", "教育")})
    second = site.articles.create({"title": "y", "tags": ("ai", " 教育 ", "", "ＡI")})
    assert second.tags == ("AI", "教育", "ＡI")
    assert site.articles.known_tags("a") == ("AI",)
    assert len(site.articles.page(ArticleFilter(tag="Ai")).articles) == 2


_KEYS: dict[Order, Callable[[ArticleInfo], Any]] = {
    Order.NEWEST: lambda a: a.date,
    Order.OLDEST: lambda a: a.date,
    Order.UPDATED: lambda a: a.updated_at,
    Order.CREATED: lambda a: a.created_at,
    Order.TITLE: lambda a: a.title,
    Order.READS: lambda a: a.reads,
    Order.CHARACTERS: lambda a: a.characters,
    Order.STATE: lambda a: a.state,
    Order.COLUMN: lambda a: a.column_id or 0,
    Order.SOURCE: lambda a: a.source,
    Order.AUTHOR: lambda a: a.author,
    Order.EDITOR: lambda a: a.editor,
}
_GREATEST_FIRST = {Order.NEWEST, Order.UPDATED, Order.CREATED, Order.READS, Order.CHARACTERS}


def _walk(site: Site, wanted: ArticleFilter, limit: int = 7) -> list[int]:
    walked: list[int] = []
    after: str | None = None
    while True:
        page = site.articles.page(wanted, after=after, limit=limit)
        walked += [article.id for article in page.articles]
        after = page.next
        if after is None:
            return walked


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("text", ["", "t"])
@pytest.mark.parametrize("few", [0, 5000])
@pytest.mark.parametrize("trash", [False, True])
def test_pages_walk_through_the_whole_list_once(
    site: Site, reverse: bool, text: str, few: int, trash: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    _know_few(monkeypatch, few)
    columns = [site.columns.add(name).id for name in "甲乙"]
    made = [
        site.articles.create(
            {
                "title": f"t{n % 4}",
                "date": _DAY + timedelta(days=n % 5),
                "reads": n % 3,
                "body": "x" * (n % 6),
                "state": list(State)[n % 5],
                "column_id": [None, *columns][n % 3],
                "further_columns": [(), (columns[0],)][n % 2],
                "source": f"s{n % 2}",
                "tags": [(), ("甲",)][n % 2],
            }
        ).id
        for n in range(74)
    ]
    site.articles.trash(made[::2])
    infos = {i: info for i, info in site.articles.infos(made).items() if (info.trashed_at is not None) is trash}
    for order in set(Order) - {Order.BEST}:  # which has no keys: see tests/ui/test_finding.py
        descending = (order in _GREATEST_FIRST) is not reverse
        ordered = sorted(infos, key=lambda i: (_KEYS[order](infos[i]), i), reverse=descending)
        for narrowed in ({}, {"tag": "甲"}, {"column_id": columns[0]}, {"source": "s0"}):
            wanted = ArticleFilter(order=order, reverse=reverse, text=text, trash=trash, **narrowed)
            expected = [i for i in ordered if _fits(infos[i], wanted)]
            if not narrowed:
                assert _walk(site, wanted) == expected, order
            assert [a.id for a in site.articles.page(wanted, offset=30).articles] == expected[30:]
            assert list(site.articles.ids(wanted)) == expected
            row = len(expected) // 2
            if expected:
                assert site.articles.places(wanted, expected[:20]) == {i: n for n, i in enumerate(expected[:20])}
                assert site.articles.places(wanted, [expected[row]]) == {expected[row]: row}


def _know_few(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Take the ways of long lists from so many articles on."""
    for module, name in ((selection, "FEW"), (orders, "FEW"), (ways, "FEW"), (ways, "_FEW_TEXTS"), (hits, "_FEW")):
        monkeypatch.setattr(module, name, few)
    monkeypatch.setattr(ways, "_FAR", few)
    monkeypatch.setattr(selection, "_LISTED", few)


def _fits(info: ArticleInfo, wanted: ArticleFilter) -> bool:
    column = wanted.column_id in (None, info.column_id, *info.further_columns)
    return column and wanted.tag in ("", *info.tags) and wanted.source in ("", info.source)


def test_a_list_goes_on_where_it_was_when_the_article_before_has_left(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list(site.articles.create_many([{"title": f"t{n}"} for n in range(9)]))
    for few in (0, 5000):
        _know_few(monkeypatch, few)
        wanted = ArticleFilter(order=Order.TITLE, text="t")
        page = site.articles.page(wanted, limit=4)
        site.articles.trash([made[3]])
        assert [a.id for a in site.articles.page(wanted, after=page.next, limit=2).articles] == made[4:6]
        site.articles.restore([made[3]])
        site.articles.save(made[3], {"title": "t9"})
        assert [a.id for a in site.articles.page(wanted, after=page.next, limit=2).articles] == made[4:6]
        site.articles.save(made[3], {"title": "t3"})


def test_lists_narrow_by_date_source_author_and_picture(site: Site) -> None:
    plain = site.articles.create({"title": "一", "date": _DAY, "source": "新华社", "author": "王明"})
    cover = site.articles.create({"title": "二", "date": _DAY + timedelta(days=1), "cover": "media/aa/x.jpg"})
    inside = site.articles.create({"title": "三", "date": _DAY + timedelta(days=2), "body": "![](media/aa/x.jpg)"})

    def found(wanted: ArticleFilter) -> set[int]:
        assert site.articles.count(wanted) == len(_walk(site, wanted))
        return set(_walk(site, wanted))

    assert found(ArticleFilter(source="新华社")) == {plain.id}
    assert found(ArticleFilter(author="王明")) == {plain.id}
    assert found(ArticleFilter(since=_DAY + timedelta(days=1))) == {cover.id, inside.id}
    assert found(ArticleFilter(until=_DAY + timedelta(days=1))) == {plain.id}
    assert found(ArticleFilter(has_image=True)) == {cover.id, inside.id}
    assert found(ArticleFilter(has_image=False)) == {plain.id}
    site.articles.save(inside.id, {"body": "没有图了"})
    assert found(ArticleFilter(has_image=True, text="二")) == {cover.id}
    assert found(ArticleFilter(has_image=True, text="三")) == set()


def test_filters_combine(site: Site) -> None:
    parent = site.columns.add("上")
    child = site.columns.add("下", parent.id)
    hit = site.articles.create(
        {
            "title": "教育新闻",
            "column_id": child.id,
            "state": State.READY,
            "tags": ("x",),
            "flags": (FlagSetting(Flag.HEADLINE),),
        }
    )
    site.articles.create({"title": "教育新闻", "column_id": child.id})
    site.articles.create({"title": "教育新闻", "state": State.READY})
    further = site.articles.create({"title": "别的", "further_columns": (parent.id,)})
    wanted = ArticleFilter(
        column_id=parent.id, states=frozenset({State.READY}), text="教育", tag="X", flag=Flag.HEADLINE
    )
    assert [a.id for a in site.articles.page(wanted).articles] == [hit.id]
    assert site.articles.count(wanted) == 1
    assert site.articles.count(ArticleFilter(column_id=parent.id)) == 3
    assert {a.id for a in site.articles.page(ArticleFilter(no_column=True)).articles} == {hit.id + 2, further.id}


def test_the_trash_gives_everything_back(site: Site) -> None:
    article = site.articles.create({"title": "标题", "state": State.PUBLISHED, "tags": ("a",)})
    assert site.articles.trash([article.id, article.id, 99]) == 1
    assert site.articles.counts().trash == 1
    assert site.articles.page(ArticleFilter()).articles == ()
    assert site.articles.purge([article.id + 1]) == 0
    assert site.articles.restore([article.id]) == 1
    back = site.articles.get(article.id)
    assert (back.state, back.tags, back.trashed_at) == (State.PUBLISHED, ("a",), None)
    assert site.articles.purge([article.id]) == 0, "what is not in the trash is not deleted for good"


def test_history_names_thins_and_comes_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "COALESCE", timedelta(0))
    article = site.articles.create({"title": "一", "body": "第一稿", "tags": ("a",)})
    named = site.articles.name_revision(article.id, "初稿")
    site.articles.save(article.id, {"title": "二", "body": "第二稿", "tags": ("b",)})
    history = site.articles.revisions(article.id)
    assert [revision.title for revision in history] == ["二", "一"]
    assert history[0].parent_id == named.id
    assert site.articles.revision(article.id, named.id).body == "第一稿"
    back = site.articles.revert(article.id, named.id)
    assert (back.title, back.body, back.tags) == ("一", "第一稿", ("a",))
    assert len(site.articles.revisions(article.id)) == 3
    with pytest.raises(InvalidValue):
        site.articles.revision(article.id, 99)


def test_old_revisions_thin_out_but_named_ones_stay(site: Site) -> None:
    article = site.articles.create({"title": "x"})
    start = datetime.now(UTC) + timedelta(minutes=1)
    with site.connection.write() as session:
        for minute in range(0, 3 * 24 * 60, 20):
            at = start + timedelta(minutes=minute)
            revisions.record(session, replace(article, title=f"{minute}"), now=at, name="n" if minute == 200 else None)
        history = revisions.all_of(session, article.id)
    now = history[0].made_at
    recent = [r for r in history if now - r.made_at <= timedelta(hours=1)]
    day = [r for r in history if timedelta(hours=1) < now - r.made_at < timedelta(days=1)]
    older = [r for r in history if now - r.made_at >= timedelta(days=1)]
    assert len(recent) >= 3
    assert 22 <= len(day) <= 25
    assert len(older) <= 5
    assert any(r.named for r in older)


def test_what_readers_may_see_is_ready_or_published_and_in_its_time(site: Site) -> None:
    now = datetime.now(UTC)
    make = site.articles.create
    ready = make({"title": "ready", "state": State.READY})
    published = make({"title": "published", "state": State.PUBLISHED})
    make({"title": "draft"})
    make({"title": "review", "state": State.REVIEW})
    make({"title": "future", "state": State.READY, "date": now + timedelta(hours=1)})
    ended = make({"title": "ended", "state": State.PUBLISHED, "withdraw_at": now - timedelta(hours=1)})
    withdrawn = make({"title": "withdrawn", "state": State.PUBLISHED})
    site.articles.save(withdrawn.id, {"state": State.WITHDRAWN})
    trashed = make({"title": "trashed", "state": State.PUBLISHED})
    site.articles.trash([trashed.id])
    seen = snapshot.take(site)
    assert {article.id for article in seen.articles} == {ready.id, published.id}
    assert {article.id for article in seen.withdrawn} == {ended.id, withdrawn.id, trashed.id}
    later = snapshot.take(site, now=now + timedelta(hours=2))
    assert "future" in {article.title for article in later.articles}


def test_the_trash_keeps_articles_for_ninety_days(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    old, recent, live = (site.articles.create({"title": title}).id for title in ("old", "recent", "live"))
    today = writing.now()
    monkeypatch.setattr(writing, "now", lambda: today - timedelta(days=91))
    site.articles.trash([old])
    monkeypatch.setattr(writing, "now", lambda: today - timedelta(days=89))
    site.articles.trash([recent])
    monkeypatch.setattr(writing, "now", lambda: today)
    assert site.articles.empty_old_trash() == 1
    assert {info.id for info in site.articles.infos([old, recent, live]).values()} == {recent, live}
