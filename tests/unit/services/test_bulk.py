from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.article import ArticleFilter, Flag, FlagSetting, State
from chce_desktop.domain.bulkchange import taken_back
from chce_desktop.foundation.errors import Cancelled
from chce_desktop.services import bulk, snapshot
from chce_desktop.services.errors import ColumnNotEmpty, ColumnNotFound, InvalidValue, SlugTaken
from chce_desktop.services.replacing import Replacement
from chce_desktop.services.site import Site, create_site

_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "x") as made:
        yield made


class Watcher:
    """Cancels after some looks at progress."""

    def __init__(self, looks: int = 1 << 30) -> None:
        self.looks = looks
        self.reports: list[tuple[int, int]] = []

    cancelled = False

    def report(self, phase: str, done: int = 0, total: int = 0, done_bytes: int = 0, total_bytes: int = 0) -> None:
        self.reports.append((done, total))

    def check(self) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise Cancelled


def test_a_change_of_many_is_undone_by_what_it_replaced(site: Site) -> None:
    one, two = site.columns.add("一"), site.columns.add("二")
    ids = [
        site.articles.create(
            {
                "title": f"标题{n}",
                "column_id": one.id if n % 2 else two.id,
                "further_columns": (two.id,) if n % 2 else (),
                "tags": ("a", "b")[: n % 3],
                "flags": (FlagSetting(Flag.PINNED, None, n),) if n % 2 else (),
                "source": f"s{n}",
                "date": _DAY + timedelta(days=n),
                "state": State.READY,
            }
        ).id
        for n in range(9)
    ]
    before = site.articles.infos(ids)
    wanted = {
        article_id: {"column_id": two.id, "tags": ("c",), "flags": (), "source": "同", "date": _DAY}
        for article_id in ids
    }
    replaced = site.articles.set_each(wanted)  # type: ignore[arg-type] # literals
    after = site.articles.infos(ids)
    assert {(a.column_id, a.tags, a.flags, a.source, a.date) for a in after.values()} == {
        (two.id, ("c",), (), "同", _DAY)
    }
    assert [a.id for a in site.articles.page(ArticleFilter(text="标题")).articles] == sorted(ids, reverse=True)
    again = site.articles.set_each(replaced)
    for article_id, old in before.items():
        now = site.articles.infos([article_id])[article_id]
        for field in ("column_id", "tags", "flags", "source", "date", "title", "slug", "state"):
            assert getattr(now, field) == getattr(old, field), field
    assert site.articles.set_each(again) != {}
    assert site.articles.infos(ids)[ids[0]].source == "同"


def test_cancel_changes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_STEP", 2)
    ids = [site.articles.create({"title": f"a{n}"}).id for n in range(7)]
    for call in (
        lambda progress: site.articles.set_many(ids, {"source": "x"}, progress=progress),
        lambda progress: site.articles.set_each({i: {"source": "x"} for i in ids}, progress=progress),
        lambda progress: site.articles.trash(ids, progress=progress),
    ):
        before = site.articles.infos(ids)
        with pytest.raises(Cancelled):
            call(Watcher(looks=3))
        assert site.articles.infos(ids) == before
        assert site.articles.search("a").total == 7
    watcher = Watcher()
    assert site.articles.trash(ids, progress=watcher) == 7
    assert watcher.reports[-1] == (7, 7)


def test_one_bad_change_stops_all(site: Site) -> None:
    ids = [site.articles.create({"title": f"a{n}"}).id for n in range(2)]
    with pytest.raises(ColumnNotFound):
        site.articles.set_each({ids[0]: {"source": "x"}, ids[1]: {"column_id": 99}})
    assert {a.source for a in site.articles.infos(ids).values()} == {""}


def test_find_and_replace_shows_every_change_and_makes_the_chosen_ones(site: Site) -> None:
    one = site.articles.create({"title": "教委通知", "body": "教委说，教委的CHCE。", "summary": "教委"})
    two = site.articles.create({"title": "别的", "body": "chce 教委"})
    site.articles.create({"title": "无关"})
    changes = site.replacing.preview(Replacement("教委", "教育委员会"))
    assert [(c.article_id, c.field, c.position) for c in sorted(changes, key=lambda c: c.article_id)] == [
        (one.id, "title", 0), (one.id, "summary", 0), (one.id, "body", 0), (one.id, "body", 4), (two.id, "body", 5),
    ]  # fmt: skip
    chosen = [c for c in changes if c.field == "body" and c.position != 0]
    replaced = site.articles.set_each(site.replacing.patches(chosen))
    assert site.articles.get(one.id).body == "教委说，教育委员会的CHCE。"
    assert site.articles.get(two.id).body == "chce 教育委员会"
    assert site.articles.get(one.id).slug == one.slug
    with pytest.raises(InvalidValue):
        site.replacing.patches([changes[-1], *chosen])
    site.articles.set_each(replaced)
    assert site.articles.get(one.id).body == one.body
    assert site.articles.search("教育委员会").total == 0
    assert len(site.replacing.preview(Replacement("chce", "x", match_case=False))) == 2
    assert len(site.replacing.preview(Replacement("chce", "x"))) == 1
    with pytest.raises(InvalidValue):
        site.replacing.preview(Replacement("", "x"))


def test_titles_are_found_as_they_are_typed(site: Site) -> None:
    hit = site.articles.create({"title": "教育新闻：音乐与绿色"})
    site.articles.create({"title": "别的"})
    for typed in ("jyxw", "JYXW", "jiaoyu", "yinyue", "lvse", "育新", "yylvs"[:2], "jiao yu"):
        assert [a.id for a in site.articles.find_titles(typed)] == [hit.id], typed
    assert site.articles.find_titles("") == ()
    site.articles.save(hit.id, {"title": "科技"})
    assert [a.id for a in site.articles.find_titles("kj")] == [hit.id]
    assert site.articles.find_titles("jyxw") == ()
    site.articles.trash([hit.id])
    assert site.articles.find_titles("kj") == ()


def test_merged_and_split_columns_keep_their_articles_and_addresses(site: Site) -> None:
    old, new = site.columns.add("旧闻"), site.columns.add("新闻")
    below = site.columns.add("本地", old.id)
    namesake = site.columns.add("本地", new.id)
    one = site.articles.create({"title": "甲", "column_id": old.id, "state": State.READY})
    two = site.articles.create(
        {"title": "乙", "column_id": below.id, "further_columns": (old.id,), "state": State.READY}
    )
    site.columns.merge([old.id], new.id)
    tree = site.columns.tree()
    assert [tree.path(c.id) for c, _ in tree.walk()] == ["新闻", "新闻/本地"]
    found = site.articles.infos([one.id, two.id])
    assert found[one.id].column_id == new.id
    assert (found[two.id].column_id, found[two.id].further_columns) == (namesake.id, (new.id,))
    paths = {r.old_path for r in snapshot.take(site).redirects}
    assert paths == {"jiu-wen/jia.html", "ben-di/yi.html", "jiu-wen/index.html", "ben-di/index.html"}
    made = site.columns.split(new.id, "专题", [one.id, two.id])
    assert site.articles.infos([one.id])[one.id].column_id == made.id
    assert site.articles.infos([two.id])[two.id].column_id == namesake.id, "only what lies in the column moves"


def test_a_merge_of_columns_is_taken_back_whole(site: Site) -> None:
    into, old = site.columns.add("新闻"), site.columns.add("旧闻")
    last = site.columns.add("公告")
    below, deep = site.columns.add("本地", old.id), site.columns.add("市县", old.id)
    site.columns.add("本地", into.id)
    site.columns.change(old.id, {"slug": "jiu"})
    one = site.articles.create({"title": "甲", "column_id": old.id, "state": State.READY})
    two = site.articles.create({"title": "乙", "column_id": below.id, "further_columns": (old.id,)})
    three = site.articles.create({"title": "丙", "column_id": into.id, "further_columns": (old.id, below.id)})
    four = site.articles.create({"title": "丁", "column_id": old.id})
    tree, ids = site.columns.tree(), [each.id for each in (one, two, three, four)]

    def filed() -> dict[int, tuple[int | None, tuple[int, ...]]]:
        return {i: (info.column_id, info.further_columns) for i, info in site.articles.infos(ids).items()}

    def led() -> dict[str, tuple[int | None, int | None]]:
        return {r.old_path: (r.column_id, r.article_id) for r in snapshot.take(site).redirects}

    before = filed()
    step = site.columns.merge([old.id], into.id)
    assert led()["jiu-wen/index.html"] == led()["jiu/index.html"] == (into.id, None), "also what led there once"
    site.articles.set_many([four.id], {"column_id": last.id})
    assert site.columns.take_back(step) == 1
    assert site.columns.tree().walk() == tree.walk()
    assert filed() == before | {four.id: (last.id, ())}, "what a colleague has filed since stays there"
    assert led()["jiu-wen/index.html"] == (old.id, None)
    assert led()["xin-wen/jia.html"] == (None, one.id)
    assert "jiu/index.html" not in led()
    assert site.columns.take_back(site.columns.merge([old.id], into.id)) == 0
    assert site.columns.tree().walk() == tree.walk()
    assert deep.id in site.columns.tree()


def test_a_column_comes_back_unless_its_address_is_another_ones(site: Site) -> None:
    parent = site.columns.add("上")
    column = site.columns.add("新闻", parent.id)
    article = site.articles.create({"title": "甲", "column_id": column.id})
    step = site.columns.remove(column.id)
    other = site.columns.add("新闻", parent.id)
    with pytest.raises(SlugTaken):
        site.columns.take_back(step)
    assert site.articles.infos([article.id])[article.id].column_id is None, "all or nothing"
    site.columns.discard(other.id)
    site.columns.remove(parent.id)
    assert site.columns.take_back(step) == 0
    assert site.columns.tree()[column.id].parent_id is None, "above it is nothing any more"
    assert site.articles.infos([article.id])[article.id].column_id == column.id
    with pytest.raises(ColumnNotEmpty):
        site.columns.discard(column.id)
    assert site.columns.discard(999) is None


def test_undo_leaves_alone_what_somebody_has_changed_since(site: Site) -> None:
    one, two = (site.articles.create({"title": t, "body": "教育部说", "source": "甲社"}) for t in "甲乙")
    changed = site.articles.change_each({i: {"source": "乙社", "author": " 王 明 "} for i in (one.id, two.id)})
    wanted = Replacement("教育部", "教委")
    replaced = site.replacing.replace(site.replacing.preview(wanted), wanted)
    site.articles.save(two.id, {"body": "教委说了很多", "source": "丙社"})
    assert site.articles.take_back(replaced) == 1
    assert [site.articles.get(each.id).body for each in (one, two)] == ["教育部说", "教委说了很多"]
    assert site.articles.take_back(changed) == 1
    found = [site.articles.get(each.id) for each in (one, two)]
    assert [(each.source, each.author) for each in found] == [("甲社", ""), ("丙社", "")]


_TAGS = st.lists(st.sampled_from("甲乙丙丁"), unique=True, max_size=4).map(tuple)


@given(_TAGS, _TAGS, _TAGS)
def test_tags_are_taken_back_without_the_tags_of_others(
    before: tuple[str, ...], after: tuple[str, ...], now: tuple[str, ...]
) -> None:
    found = taken_back(before, after, now)
    assert taken_back(before, after, after) == before
    assert len(set(found)) == len(found)
    for tag in "甲乙丙丁":
        touched_since = (tag in now) is not (tag in after)
        assert (tag in found) is (tag in (now if touched_since else before)), tag


def test_addresses_of_tags_lead_on_through_many_names(site: Site) -> None:
    site.articles.create({"title": "甲", "tags": ("一",)})
    site.tags.rename("一", "二")
    site.tags.rename("二", "三")
    assert [r.tag for r in snapshot.take(site).redirects] == ["三", "三"]


def test_tags_are_renamed_merged_and_split_with_all_articles(site: Site) -> None:
    ids = [
        site.articles.create({"title": str(n), "tags": tags}).id
        for n, tags in enumerate((("甲", "乙"), ("乙",), ("AI",)))
    ]

    def tags() -> list[tuple[str, ...]]:
        return [site.articles.infos([i])[i].tags for i in ids]

    assert site.tags.rename("ai", "A.I.") == 1
    assert tags()[2] == ("A.I.",)
    assert site.tags.merge(["甲"], "乙") == 1
    assert tags()[:2] == [("乙",), ("乙",)]
    assert site.tags.split("乙", ["丙", "乙"]) == 2
    assert sorted(tags()[0]) == ["丙", "乙"]
    assert site.tags.remove("丙") == 2
    assert dict(site.tags.all()) == {"乙": 2, "A.I.": 1}
    redirects = {(r.old_path, r.tag) for r in snapshot.take(site).redirects}
    assert ("tags/ai/index.html", "A.I.") in redirects
    assert len(redirects) == 2


def test_saved_searches_come_back_as_they_were(site: Site) -> None:
    wanted = ArticleFilter(text="教育", states=frozenset({State.DRAFT, State.READY}), flag=Flag.PINNED, since=_DAY)
    saved = site.searches.save(" 我的  草稿 ", wanted)
    site.searches.save("全部", ArticleFilter())
    assert [(s.name, s.filter) for s in site.searches.all()] == [("我的 草稿", wanted), ("全部", ArticleFilter())]
    with pytest.raises(InvalidValue):
        site.searches.rename(saved.id, "全部")
    site.searches.rename(saved.id, "草稿")
    assert site.searches.save("草稿", ArticleFilter(text="x")).id == saved.id
    site.searches.remove(saved.id)
    assert [s.name for s in site.searches.all()] == ["全部"]
