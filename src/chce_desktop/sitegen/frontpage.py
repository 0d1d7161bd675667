"""The blocks of the front page: what each of `SiteSettings.home_blocks` shows now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.column import Column
from chce_desktop.domain.homepage import USUAL_BLOCKS, BlockKind, BlockLayout, HomeBlock
from chce_desktop.sitegen.catalogue import Catalogue, allowed
from chce_desktop.sitegen.furniture import Furniture
from chce_desktop.sitegen.layout import Layout
from chce_desktop.sitegen.views import Block

#: How many pictures stand in a block where its length is left open, and the fewest that make one.
_PICTURES, _FEW = 6, 3
#: Among how many of the newest articles pictures are looked for.
_LOOK = 400


class FrontPage:
    """Makes the blocks. Blocks with nothing to show are left out."""

    def __init__(self, catalogue: Catalogue, furniture: Furniture, layout: Layout) -> None:
        self._catalogue = catalogue
        self._furniture = furniture
        self._layouts = layout.theme.layouts
        self._words = layout.words
        self._settings = catalogue.snapshot.settings

    def blocks(self) -> tuple[Block, ...]:
        """All blocks in order."""
        return tuple(made for made in self.with_empty() if made.lead or made.cards)

    def with_empty(self) -> Iterator[Block]:
        """The same with those that have nothing to show just now."""
        for block in self._settings.home_blocks or USUAL_BLOCKS:
            yield from self._made(block)

    def _made(self, block: HomeBlock) -> Iterator[Block]:
        catalogue = self._catalogue
        usual = self._settings.home_list_length
        match block.kind:
            case BlockKind.COLUMNS:
                for column in catalogue.tree.children(None):
                    if column.in_navigation:
                        yield self._column(block, column)
            case BlockKind.COLUMN:
                chosen = catalogue.tree.get(block.column)
                if chosen is not None:
                    yield self._column(block, chosen)
            case BlockKind.HEADLINE:
                yield self._block(block, catalogue.headlines, self._words.headline, "", block.length or 5)
            case BlockKind.LATEST:
                shown = {info.id for info in catalogue.headlines} if self._has_headline else set()
                newest = [info for info in allowed(catalogue.articles[:_LOOK], block.kind) if info.id not in shown]
                yield self._block(block, newest, self._words.latest, "archive/index.html", block.length or usual)
            case BlockKind.PICTURES:
                looked_at = allowed(catalogue.articles[:_LOOK], block.kind)
                pictured = [info for info in looked_at if self._furniture.picture(info.cover)]
                if len(pictured) >= _FEW:
                    yield self._block(block, pictured, self._words.pictures, "", block.length or _PICTURES)
            case BlockKind.RECOMMENDED:
                yield self._block(block, catalogue.recommended, self._words.recommended, "", block.length or usual)
            case BlockKind.POPULAR:
                yield self._block(block, catalogue.popular, self._words.popular, "", block.length or usual)

    @property
    def _has_headline(self) -> bool:
        wanted = self._settings.home_blocks or USUAL_BLOCKS
        return any(block.kind is BlockKind.HEADLINE for block in wanted)

    def _column(self, block: HomeBlock, column: Column) -> Block:
        articles = self._catalogue.in_front(column.id)
        # Only a block of one column can have a title of its own; “all columns” would give all the same.
        name = block.title if block.kind is BlockKind.COLUMN and block.title else column.name
        length = block.length or self._settings.home_list_length
        kind = HomeBlock(BlockKind.COLUMN, layout=block.layout)
        return self._block(kind, articles, name, self._catalogue.column_path(column), length)

    def _block(self, block: HomeBlock, articles: Sequence[ArticleInfo], name: str, path: str, length: int) -> Block:
        layout = block.layout.value or self._layouts.get(block.kind.value, BlockLayout.LIST.value)
        cards = self._furniture.cards(articles[:length])
        lead = None
        if block.kind is BlockKind.HEADLINE:
            lead = next(iter(cards), None)
        elif layout == BlockLayout.LEAD:
            lead = next((card for card in cards if card.picture), next(iter(cards), None))
        rest = tuple(card for card in cards if card is not lead)
        return Block(block.kind.value, layout, block.title or name, path, lead, rest)
