"""The columns of the article list: what each is called, says and sorts by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import IntEnum

from chce_desktop.domain.article import ArticleInfo, Order
from chce_desktop.foundation.i18n import mark, tr, trn
from chce_desktop.ui.articles import words
from chce_desktop.ui.desk import Desk


class ListColumn(IntEnum):
    """The columns of the table, in their usual order."""

    TITLE = 0
    COLUMN = 1
    STATE = 2
    DATE = 3
    SOURCE = 4
    AUTHOR = 5
    CHARACTERS = 6
    READS = 7
    UPDATED = 8
    EDITOR = 9
    TAGS = 10
    CREATED = 11


_HEADERS = {
    ListColumn.TITLE: mark("Title"),
    ListColumn.COLUMN: mark("Column"),
    ListColumn.STATE: mark("State"),
    ListColumn.DATE: mark("Date"),
    ListColumn.SOURCE: mark("Source"),
    ListColumn.AUTHOR: mark("Author"),
    ListColumn.CHARACTERS: mark("Characters"),
    ListColumn.READS: mark("Reads"),
    ListColumn.UPDATED: mark("Changed"),
    ListColumn.EDITOR: mark("Editor"),
    ListColumn.TAGS: mark("Tags"),
    ListColumn.CREATED: mark("Created"),
}
#: What a header sorts by: the order that begins with the least, and whether it is the library's order turned round.
#: Tags have no order.
ORDERS: dict[ListColumn, tuple[Order, bool]] = {
    ListColumn.TITLE: (Order.TITLE, False),
    ListColumn.COLUMN: (Order.COLUMN, False),
    ListColumn.STATE: (Order.STATE, False),
    ListColumn.DATE: (Order.NEWEST, True),
    ListColumn.SOURCE: (Order.SOURCE, False),
    ListColumn.AUTHOR: (Order.AUTHOR, False),
    ListColumn.CHARACTERS: (Order.CHARACTERS, True),
    ListColumn.READS: (Order.READS, True),
    ListColumn.UPDATED: (Order.UPDATED, True),
    ListColumn.EDITOR: (Order.EDITOR, False),
    ListColumn.CREATED: (Order.CREATED, True),
}
#: Columns in which the greatest comes first at the first click: one looks for what is new or much.
GREATEST_FIRST = frozenset(column for column, (_, turned) in ORDERS.items() if turned)
RIGHT = frozenset({ListColumn.CHARACTERS, ListColumn.READS})


def header_text(column: ListColumn) -> str:
    """What the column is called."""
    return tr(_HEADERS[column])


def _column_name(info: ArticleInfo, desk: Desk) -> str:
    found = desk.columns.get(info.column_id)
    return found.name if found else ""


#: What each column says of an article.
TEXTS: dict[ListColumn, Callable[[ArticleInfo, Desk], str]] = {
    ListColumn.TITLE: lambda info, _: words.title_of(f"{info.prefix}{info.title}"),
    ListColumn.COLUMN: _column_name,
    ListColumn.STATE: lambda info, _: words.state_name(info.state),
    ListColumn.DATE: lambda info, desk: words.day(info.date, words.zone(desk.settings.timezone)),
    ListColumn.SOURCE: lambda info, _: info.source,
    ListColumn.AUTHOR: lambda info, _: info.author,
    ListColumn.CHARACTERS: lambda info, _: f"{info.characters:,}",
    ListColumn.READS: lambda info, _: f"{info.reads:,}",
    ListColumn.UPDATED: lambda info, desk: words.minute(info.updated_at, words.zone(desk.settings.timezone)),
    ListColumn.EDITOR: lambda info, _: info.editor,
    ListColumn.TAGS: lambda info, _: "，".join(info.tags),
    ListColumn.CREATED: lambda info, desk: words.minute(info.created_at, words.zone(desk.settings.timezone)),
}


def tip(info: ArticleInfo, column: ListColumn, desk: Desk) -> str:
    """What a column says where it has no room for all of it."""
    if column is ListColumn.COLUMN:
        return desk.columns.path(info.column_id).replace("/", " → ")
    if column is ListColumn.DATE:
        return words.minute(info.date, words.zone(desk.settings.timezone))
    return TEXTS[column](info, desk) if column in (ListColumn.TITLE, ListColumn.TAGS) else ""


def spoken(info: ArticleInfo, column: ListColumn, desk: Desk) -> str:
    """What a column says to those who hear it."""
    text = TEXTS[column](info, desk)
    if column is ListColumn.TITLE:
        now = datetime.now(UTC)
        text = "，".join([text, *(words.flag_name(f.flag) for f in info.flags if f.active(now))])
    return text


def head_text(day: date, number: int) -> str:
    """The heading before a day with so many articles."""
    weekday, count = tr(words.WEEKDAYS[day.weekday()]), trn("{n} article", "{n} articles", number)
    return f"{day:%Y-%m-%d} {weekday} · {count}"
