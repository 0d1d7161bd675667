"""The front-page desk 首页编排: what stands where on the home page, now or at any moment, and how it is changed.

Three flags decide: 头条, 今日导读, and 置顶 for the block of a column. Each has an order by hand, a beginning and an
end. What stands in a block by itself can be kept out of it. What a block shows is asked of the site generator itself,
with a snapshot of the articles that can stand there, so that the desk and the built page cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from chce_desktop.domain.article import ArticleInfo, ArticlePatch, Flag, FlagSetting
from chce_desktop.domain.column import ColumnTree
from chce_desktop.domain.homepage import block_name
from chce_desktop.services import snapshot
from chce_desktop.services.site import Site
from chce_desktop.sitegen import Generator
from chce_desktop.sitegen.views import Block, Card

#: Articles of the site and of each column that are looked at; more than any block shows.
_LOOK, _EACH = 400, 80
#: So many of the newest that are kept out of a block are shown with it.
_KEPT_OUT = 8
_FLAGS = {"headline": Flag.HEADLINE, "recommended": Flag.RECOMMENDED, "column": Flag.PINNED}
#: The key of the list that stands beside every page.
RECOMMENDED = "recommended"


@dataclass(frozen=True, slots=True)
class Place:
    """An article in a block. `short` is its title as the page cuts it; `by_hand`: an editor put it there.

    `shown` False: it has the flag but is not on the page now, since it begins later, readers may not see it yet, or
    there is no room; or it is `kept_out`.
    """

    info: ArticleInfo
    short: str
    setting: FlagSetting | None
    shown: bool
    kept_out: bool = False

    @property
    def by_hand(self) -> bool:
        """Whether an editor put it there."""
        return self.setting is not None

    @property
    def is_cut(self) -> bool:
        """Whether readers see less than the whole title."""
        return self.short != self.info.list_title.strip()


@dataclass(frozen=True, slots=True)
class FrontBlock:
    """A block of the home page. `flag` None: it fills itself and cannot be changed by hand.

    `key` tells it from the others; `column_id` is set for the block of a column. `name` is what articles are kept out
    of (see `domain.homepage.block_name`).
    """

    key: str
    title: str
    flag: Flag | None
    column_id: int | None
    places: tuple[Place, ...]
    name: str = ""

    @property
    def by_hand(self) -> tuple[int, ...]:
        """The articles that editors put here, in order."""
        return tuple(place.info.id for place in self.places if place.by_hand)


class FrontPage:
    """The desk of an open site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def blocks(self, now: datetime | None = None) -> tuple[FrontBlock, ...]:
        """今日导读, then the blocks of the home page in their order, as they are at `now` (default: this moment).

        Without blocks that are empty, unless an article waits for its time there or is kept out.
        """
        moment = now or datetime.now(UTC)
        taken = snapshot.of_front(self._site, moment, newest=_LOOK, each=_EACH)
        generator = Generator(taken)
        tree = ColumnTree(taken.columns)
        chosen = _Chosen(self._flagged(moment), self._site.articles.kept_out())
        beside = Block("recommended", "list", "", "", None, ())
        found = [
            _made(generator, tree, beside, tuple(generator.catalogue.recommended), chosen, key=RECOMMENDED),
            *(
                _made(generator, tree, block, _articles(generator, block), chosen, key=f"{number}:{block.kind}")
                for number, block in enumerate(generator.all_front_blocks())
                if block.kind != "recommended"
            ),
        ]
        return tuple(block for block in found if block.places or block.key == RECOMMENDED)

    def ordered(self, block: FrontBlock, order: Sequence[int]) -> dict[int, ArticlePatch]:
        """What `Articles.set_each` must be given so that these articles stand in a block by hand, in this order.

        Those that stood there and are not named any more lose the flag. Raises ValueError for a block that fills
        itself.
        """
        flag = _flag_of(block)
        infos = self._site.articles.infos({*order, *block.by_hand})
        tree = self._site.columns.tree()
        patches: dict[int, ArticlePatch] = {}
        for position, article_id in enumerate(dict.fromkeys(order)):
            info = infos.get(article_id)
            if info is None:
                continue
            before = next((setting for setting in info.flags if setting.flag is flag), FlagSetting(flag))
            patch: ArticlePatch = {"flags": _with(info, replace(before, position=position))}
            if block.name in info.kept_out:
                patch["kept_out"] = tuple(name for name in info.kept_out if name != block.name)
            if block.column_id is not None and not _listed(info, tree, block.column_id):
                patch["further_columns"] = (*info.further_columns, block.column_id)
            patches[article_id] = patch
        for article_id in set(block.by_hand) - set(order):
            if article_id in infos:
                info = infos[article_id]
                patches[article_id] = {"flags": tuple(each for each in info.flags if each.flag is not flag)}
        return patches

    def kept_out(self, block: FrontBlock, ids: Iterable[int], *, out: bool = True) -> dict[int, ArticlePatch]:
        """The same to keep articles out of a block in which they stand by themselves, or to let them in again."""
        patches: dict[int, ArticlePatch] = {}
        for info in self._site.articles.infos(ids).values():
            others = tuple(name for name in info.kept_out if name != block.name)
            patches[info.id] = {"kept_out": (*others, block.name) if out else others}
        return patches

    def scheduled(
        self, block: FrontBlock, article_id: int, since: datetime | None, until: datetime | None
    ) -> dict[int, ArticlePatch]:
        """The same for when an article comes and goes; one that is not there by hand yet is put there."""
        flag = _flag_of(block)
        patches: dict[int, ArticlePatch] = {}
        for info in self._site.articles.infos([article_id]).values():
            before = next((setting for setting in info.flags if setting.flag is flag), FlagSetting(flag))
            patches[info.id] = {"flags": _with(info, replace(before, since=since, until=until))}
        return patches

    def _flagged(self, now: datetime) -> Mapping[Flag, Sequence[tuple[FlagSetting, ArticleInfo]]]:
        found: dict[Flag, list[tuple[FlagSetting, ArticleInfo]]] = {flag: [] for flag in Flag}
        for info in self._site.articles.flagged():
            for setting in info.flags:
                if not setting.over(now):
                    found[setting.flag].append((setting, info))
        return found


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What editors have decided: articles with flags, and those that are kept out of some block."""

    flagged: Mapping[Flag, Sequence[tuple[FlagSetting, ArticleInfo]]]
    kept_out: Sequence[ArticleInfo]


def _flag_of(block: FrontBlock) -> Flag:
    if block.flag is None:
        raise ValueError(block.key)
    return block.flag


def _with(info: ArticleInfo, setting: FlagSetting) -> tuple[FlagSetting, ...]:
    return (*(each for each in info.flags if each.flag is not setting.flag), setting)


def _listed(info: ArticleInfo, tree: ColumnTree, column_id: int) -> bool:
    inside = set(tree.subtree(column_id))
    return info.column_id in inside or bool(inside & set(info.further_columns))


def _articles(generator: Generator, block: Block) -> tuple[ArticleInfo, ...]:
    cards: Iterable[Card] = (*([block.lead] if block.lead else []), *block.cards)
    return tuple(generator.catalogue.by_path[card.path] for card in cards)


def _made(
    generator: Generator,
    tree: ColumnTree,
    block: Block,
    shown: Sequence[ArticleInfo],
    hands: _Chosen,
    *,
    key: str,
) -> FrontBlock:
    flag = _FLAGS.get(block.kind)
    column = None
    if block.kind == "column":
        column = next(column for column, _ in tree.walk() if generator.column_path(column) == block.path)
    chosen = {
        info.id: (setting, info)
        for setting, info in (hands.flagged[flag] if flag is not None else ())
        if column is None or _listed(info, tree, column.id)
    }
    places = [
        Place(info, generator.short_title(info), chosen[info.id][0] if info.id in chosen else None, shown=True)
        for info in shown
    ]
    here = {info.id for info in shown}
    waiting = sorted(
        (pair for article_id, pair in chosen.items() if article_id not in here),
        key=lambda pair: (pair[0].position is None, pair[0].position or 0, -pair[1].id),
    )
    places += [Place(info, generator.short_title(info), setting, shown=False) for setting, info in waiting]
    name = block_name(block.kind, column.id if column else None)
    left_out = [info for info in hands.kept_out if name in info.kept_out and info.id not in chosen][:_KEPT_OUT]
    places += [Place(info, generator.short_title(info), None, shown=False, kept_out=True) for info in left_out]
    return FrontBlock(key, block.name, flag, column.id if column else None, tuple(places), name)
