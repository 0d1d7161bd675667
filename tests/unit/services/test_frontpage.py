"""The desk shows what the built home page shows, now and later, and changes it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chce_desktop.domain.article import Flag, FlagSetting, State
from chce_desktop.domain.homepage import BlockKind, HomeBlock
from chce_desktop.services import automatic, building, snapshot
from chce_desktop.services.frontpage import RECOMMENDED, FrontBlock, FrontPage
from chce_desktop.services.site import Site, create_site
from chce_desktop.sitegen import Generator

_NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Three columns with 60 articles, of which some have flags, are drafts, or were taken down."""
    with create_site(tmp_path / "站", "国家素质教育网") as made:
        made.settings.update(title_cut=20, recommended_length=4, home_list_length=5)
        columns = [made.columns.add(name) for name in ("教育新闻", "政务公开", "素质教育")]
        below = made.columns.add("专题", columns[0].id)
        for number in range(60):
            flags = []
            if number % 10 == 3:
                flags.append(FlagSetting(Flag.RECOMMENDED, position=number % 4))
            if number % 20 == 5:
                flags.append(FlagSetting(Flag.HEADLINE))
            if number % 15 == 1:
                flags.append(FlagSetting(Flag.PINNED, until=_NOW + timedelta(days=number - 20)))
            made.articles.create(
                {
                    "title": f"第{number}篇关于素质教育的新闻标题" + "长" * (number % 9),
                    "column_id": (below if number % 7 == 0 else columns[number % 3]).id,
                    "state": State.DRAFT if number % 11 == 4 else State.READY,
                    "date": _NOW - timedelta(hours=number * 7),
                    "withdraw_at": _NOW - timedelta(hours=1) if number % 13 == 6 else None,
                    "reads": number * 37 % 101,
                    "flags": tuple(flags),
                }
            )
        yield made


def _built(site: Site, moment: datetime) -> str:
    return Generator(snapshot.take(site, now=moment)).render("index.html").body.decode()


def _titles_on_page(page: str, heading: str) -> list[str]:
    """The titles of a block of the home page or of the sidebar, in order, as readers see them."""
    parts = re.split(r"<(?:section|aside)\b", page)
    part = next(p for p in parts if re.search(rf"<(?:h2|p)[^>]*>(?:<a[^>]*>)?{re.escape(heading)}<", p))
    part = part.split("</section>")[0]
    found = re.findall(r'<a href="[^"]*\.html"[^>]*>([^<]+)</a>', part)
    return [html.unescape(text) for text in found if text not in (heading, "更多", "更多...")]


def _shown(block: FrontBlock) -> list[str]:
    return [place.short for place in block.places if place.shown]


@pytest.mark.parametrize("days", [0, 9, 40])
def test_the_desk_shows_what_the_page_shows(site: Site, days: int) -> None:
    moment = _NOW + timedelta(days=days)
    page = _built(site, moment)
    blocks = {block.title or block.key: block for block in FrontPage(site).blocks(moment)}
    for name in ("教育新闻", "政务公开", "素质教育"):
        assert _titles_on_page(page, name) == _shown(blocks[name])
        assert len(_shown(blocks[name])) == 5
    whole = Generator(snapshot.take(site, now=moment))
    for block, made in zip(
        [block for block in blocks.values() if block.key != RECOMMENDED], whole.front_blocks(), strict=True
    ):
        cards = [card.short for card in (*([made.lead] if made.lead else []), *made.cards)]
        assert _shown(block) == cards
    assert _shown(blocks[RECOMMENDED]) == [whole.short_title(info) for info in whole.catalogue.recommended]


def _block(site: Site, title: str, moment: datetime = _NOW) -> FrontBlock:
    return next(block for block in FrontPage(site).blocks(moment) if title in (block.title, block.key))


def test_articles_are_put_in_ordered_and_taken_out(site: Site) -> None:
    front = FrontPage(site)
    block = _block(site, "政务公开")
    elsewhere = _block(site, "教育新闻").places[-1].info.id
    order = (elsewhere, *block.by_hand)
    before = site.articles.set_each(front.ordered(block, order))
    after = _block(site, "政务公开")
    assert after.places[0].info.id == elsewhere
    assert after.by_hand == order
    assert after.column_id in site.articles.get(elsewhere).further_columns
    assert _titles_on_page(_built(site, _NOW), "政务公开")[0] == after.places[0].short
    site.articles.set_each(before)
    again = _block(site, "政务公开")
    assert [(p.info.id, p.setting, p.shown) for p in again.places] == [
        (p.info.id, p.setting, p.shown) for p in block.places
    ]
    gone = block.by_hand[0]
    site.articles.set_each(front.ordered(block, block.by_hand[1:]))
    assert gone not in _block(site, "政务公开").by_hand


def test_what_is_planned_comes_and_goes_by_itself(site: Site) -> None:
    front = FrontPage(site)
    block = _block(site, RECOMMENDED)
    chosen = _block(site, "政务公开").places[0].info.id
    since, until = _NOW + timedelta(days=2), _NOW + timedelta(days=5)
    site.articles.set_each(front.scheduled(block, chosen, since, until))
    now = next(place for place in _block(site, RECOMMENDED).places if place.info.id == chosen)
    assert not now.shown
    site.articles.set_each(front.ordered(_block(site, RECOMMENDED), [chosen, *block.by_hand]))
    for days, wanted in ((0, False), (2, True), (4, True), (5, False)):
        moment = _NOW + timedelta(days=days)
        on_page = _titles_on_page(_built(site, moment), "今日导读")
        assert (now.short in on_page) is wanted
        assert (chosen in [p.info.id for p in _block(site, RECOMMENDED, moment).places if p.shown]) is wanted
    assert automatic.next_change(site, now=_NOW) == since
    assert automatic.next_change(site, now=since) == until


def test_long_titles_are_marked_and_too_many_wait(site: Site) -> None:
    block = _block(site, RECOMMENDED)
    assert sum(place.shown for place in block.places) == 4
    assert [place for place in block.places if place.by_hand and not place.shown]
    for place in block.places:
        assert place.is_cut == place.short.endswith("…")


def test_what_stands_in_a_block_by_itself_can_be_kept_out_of_it(site: Site) -> None:
    site.settings.update(home_blocks=tuple(HomeBlock(kind) for kind in BlockKind if kind is not BlockKind.COLUMN))
    site.articles.set_each({info.id: {"flags": ()} for info in site.articles.flagged()})
    front = FrontPage(site)
    titles = ("recommended", "headline", "latest", "popular", "教育新闻")

    def found(title: str) -> FrontBlock:
        return next(block for block in front.blocks(_NOW) if title in (block.title, block.name))

    for title in titles:
        block = found(title)
        alone = next(place.info.id for place in block.places if not place.by_hand and place.shown)
        before = _shown(block)
        step = site.articles.change_each(front.kept_out(block, [alone]))
        after = found(title)
        assert alone not in [place.info.id for place in after.places if place.shown], title
        assert [place.info.id for place in after.places if place.kept_out] == [alone]
        assert len(_shown(after)) >= len(before) - (title == "headline"), "another one takes its place"
        made = Generator(snapshot.take(site, now=_NOW))
        if title == "recommended":
            assert _shown(after) == [made.short_title(info) for info in made.catalogue.recommended]
        shown = [b for b in made.front_blocks() if b.name == after.title]
        assert title == "recommended" or [_shown(after)] == [
            [c.short for c in (*([b.lead] if b.lead else []), *b.cards)] for b in shown
        ]
        others = [found(other) for other in titles if other != title]
        assert not any(place.kept_out for other in others for place in other.places), "only out of this block"
        if after.flag is not None:
            site.articles.set_each(front.ordered(after, [alone, *after.by_hand]))
            assert found(title).places[0].by_hand, "put there by hand it is in again"
            site.articles.set_each({alone: {"flags": ()}})
        site.articles.take_back(step)
        site.articles.set_each(front.kept_out(found(title), [alone], out=False))


def test_a_build_of_the_change_alone_keeps_it_out(site: Site, tmp_path: Path) -> None:
    out, front = tmp_path / "out", FrontPage(site)
    now = datetime.now(UTC)
    block = next(block for block in front.blocks(now) if block.name == "latest")
    gone = block.places[0].info
    building.build(site, out)
    assert gone.slug in (out / "index.html").read_text(encoding="utf-8")
    site.articles.set_each(front.kept_out(block, [gone.id]))
    building.build(site, out)
    page = (out / "index.html").read_text(encoding="utf-8")
    latest = next(b for b in Generator(snapshot.take(site)).front_blocks() if b.kind == "latest")
    assert gone.slug not in "".join(card.path for card in latest.cards)
    building.build(site, tmp_path / "whole", full=True)
    assert page == (tmp_path / "whole" / "index.html").read_text(encoding="utf-8")
