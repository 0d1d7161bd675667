from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chce_desktop.domain.article import ArticleFilter, State
from chce_desktop.domain.homepage import BlockKind, HomeBlock
from chce_desktop.importing.fields import column_name
from chce_desktop.services import snapshot
from chce_desktop.services.errors import ColumnInsideItself, ColumnNotEmpty, ColumnNotFound, InvalidValue, SlugTaken
from chce_desktop.services.site import Site, create_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "x") as made:
        yield made


def _names(site: Site) -> list[str]:
    tree = site.columns.tree()
    return [tree.path(column.id) for column, _ in tree.walk()]


def test_a_tree_of_any_depth_keeps_its_order(site: Site) -> None:
    a = site.columns.add("甲")
    b = site.columns.add("乙", a.id)
    c = site.columns.add("丙", b.id)
    site.columns.add("丁", a.id)
    assert _names(site) == ["甲", "甲/乙", "甲/乙/丙", "甲/丁"]
    site.columns.move(c.id, a.id, 0)
    assert _names(site) == ["甲", "甲/丙", "甲/乙", "甲/丁"]
    site.columns.move(c.id, None, 0)
    assert _names(site) == ["丙", "甲", "甲/乙", "甲/丁"]
    assert site.columns.find("甲/丁").name == "丁"


def test_adding_what_is_there_gives_it_back(site: Site) -> None:
    assert site.columns.add("甲").id == site.columns.add(" 甲 ").id


def test_a_column_does_not_move_into_itself(site: Site) -> None:
    a = site.columns.add("甲")
    b = site.columns.add("乙", a.id)
    for parent in (a.id, b.id):
        with pytest.raises(ColumnInsideItself):
            site.columns.move(a.id, parent, 0)
    assert _names(site) == ["甲", "甲/乙"]


def test_slugs_are_unique_in_the_whole_site(site: Site) -> None:
    a = site.columns.add("新闻")
    b = site.columns.add("别处")
    assert site.columns.add("新闻", b.id).slug == "xin-wen-2"
    with pytest.raises(SlugTaken):
        site.columns.change(b.id, {"slug": a.slug})


def test_a_changed_slug_leaves_redirects_for_the_column_and_its_public_articles(site: Site) -> None:
    column = site.columns.add("新闻")
    article = site.articles.create({"title": "甲", "column_id": column.id, "state": State.READY})
    site.articles.create({"title": "乙", "column_id": column.id})
    site.columns.change(column.id, {"slug": "news"})
    found = {(r.old_path, r.article_id, r.column_id) for r in snapshot.take(site).redirects}
    assert found == {("xin-wen/jia.html", article.id, None), ("xin-wen/index.html", None, column.id)}
    site.columns.change(column.id, {"slug": "xin-wen"})
    assert {r.old_path for r in snapshot.take(site).redirects} == {"news/jia.html", "news/index.html"}


def test_a_removed_column_hands_its_articles_over(site: Site) -> None:
    old, new = site.columns.add("旧"), site.columns.add("新")
    article = site.articles.create(
        {"title": "甲", "column_id": old.id, "further_columns": (new.id,), "state": State.READY}
    )
    site.columns.remove(old.id, new.id)
    after = site.articles.get(article.id)
    assert (after.column_id, after.further_columns) == (new.id, ())
    assert {r.old_path for r in snapshot.take(site).redirects} == {"jiu/jia.html", "jiu/index.html"}
    site.columns.remove(new.id)
    assert site.articles.get(article.id).column_id is None


def test_a_column_with_columns_below_is_not_removed(site: Site) -> None:
    a = site.columns.add("甲")
    site.columns.add("乙", a.id)
    with pytest.raises(ColumnNotEmpty):
        site.columns.remove(a.id)
    with pytest.raises(ColumnNotFound):
        site.columns.remove(99)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("", "Write"), (" \u200d ", "Write"), ("a/b", "“/”"), ("a\u202eb", "seen"), ("a\x07b", "seen")],
)
def test_names_that_cannot_be_found_again_are_refused_and_it_is_told_why(site: Site, name: str, hint: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        site.columns.add(name)
    assert hint in caught.value.hint


def test_emoji_of_several_stay_whole_in_names(site: Site) -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert site.columns.add(f" \u200d{family} 家庭\u200d ").name == f"{family} 家庭"
    assert site.columns.find(f"{family} 家庭").slug == "jia-ting"
    assert column_name(f"{family}\u200d / 家庭") == f"{family} 家庭"
    assert column_name("字" * 58 + family) == "字" * 58 + family[0]  # or it would not be found again
    site.articles.create({"title": "甲", "tags": ("乙",)})
    site.tags.rename("乙", family)
    assert site.tags.all() == ((family, 1),)


def test_namesakes_in_one_place_are_refused(site: Site) -> None:
    a, b = site.columns.add("甲"), site.columns.add("乙")
    with pytest.raises(InvalidValue):
        site.columns.change(b.id, {"name": "甲"})
    c = site.columns.add("甲", b.id)
    with pytest.raises(InvalidValue):
        site.columns.move(c.id, None, 0)
    assert site.columns.tree().path(c.id) == "乙/甲"
    assert a.id in site.columns.tree()


def test_what_names_a_column_follows_its_merge_and_comes_back(site: Site) -> None:
    old, new, other = (site.columns.add(name) for name in ("高考", "考试", "体育"))
    blocks = [{"kind": "column", "column": each.id, "length": 3} for each in (old, other)]
    site.settings.update(home_blocks=blocks)
    search = site.searches.save("高考的草稿", ArticleFilter(column_id=old.id, states=frozenset({State.DRAFT})))
    article = site.articles.create({"title": "甲", "column_id": old.id, "kept_out": (f"column:{old.id}",)})

    def named() -> tuple[list[int], int | None, tuple[str, ...]]:
        shown = [block.column for block in site.settings.get().home_blocks]
        (found,) = site.searches.all()
        assert found.id == search.id
        assert found.filter.states == search.filter.states
        return shown, found.filter.column_id, site.articles.get(article.id).kept_out

    before = named()
    step = site.columns.merge([old.id], new.id)
    assert named() == ([new.id, other.id], new.id, (f"column:{new.id}",))
    site.columns.take_back(step)
    assert named() == before
    step = site.columns.merge([old.id], other.id)
    assert named() == ([other.id], other.id, (f"column:{other.id}",)), "two blocks of one column are one"
    site.settings.update(home_blocks=[{"kind": "latest"}])
    site.columns.take_back(step)
    assert site.settings.get().home_blocks == (HomeBlock(BlockKind.LATEST),), "what somebody chose since stays"
    site.settings.update(home_blocks=blocks)
    step = site.columns.remove(old.id, other.id)
    assert named()[0] == [other.id]
    site.columns.take_back(step)
    assert named() == before
