"""Reading counts 阅读数 and what is read most 热门文章, counted from web servers' logs.

A count is what an older system had counted (the base, set on the article) and every page view found in logs since: GET,
answered 200 or 304, by no robot. A log is known by its first line, whatever it is called, packed or not; of a log that
has grown only the new lines count, and one that was cut or rewritten is refused, not guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services import access_log
from chce_desktop.services.connection import Connection
from chce_desktop.storage import articles, nouns, publications, reads
from chce_desktop.storage.engine import Transaction

_EPOCH = date(1970, 1, 1)
#: More articles than this are announced as “many”.
_NAMED = 1000


class Window(IntEnum):
    """Over how many days the most read are counted; 0 for all time."""

    DAY = 1
    WEEK = 7
    MONTH = 30
    ALL = 0


#: What the settings and the command line call them.
WINDOWS = {"day": Window.DAY, "week": Window.WEEK, "month": Window.MONTH, "all": Window.ALL}


@dataclass(frozen=True, slots=True)
class CountReport:
    """What the import of a log did. `counted` page views of articles; `pages` of other pages and files.

    `since` is the first day among the new lines, `until` the last day that was ever counted; None where there is none.
    """

    name: str
    lines: int
    counted: int
    articles: int
    pages: int
    bots: int
    other: int
    unreadable: int
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class MostRead:
    """Articles with their reads in the window, most read first; `until` the last day that was counted."""

    articles: tuple[tuple[ArticleInfo, int], ...]
    until: date | None


class ReadingCounts:
    """The reading counts of an open site."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def import_log(self, path: Path, *, progress: Progress = SILENT) -> CountReport:
        """Count what is new in a log. Raises LogRefused, Cancelled; then nothing was counted."""
        with self._connection.read() as session:
            before = reads.log(session, access_log.head_of(path))
            homes = {_home(target.public_url) for target in publications.targets(session)}
            zone = ZoneInfo(nouns.settings(session).timezone)
        size, tail = (before.size, before.tail) if before else (0, "")
        reading = access_log.read(path, progress, zone=zone, size=size, tail=tail)
        progress.check()
        progress.report(tr("Counting"))
        now = datetime.now(UTC)
        with self._connection.write() as session:
            # Another import may have come first: the same lines must not count twice.
            if reads.log(session, reading.head) != before:
                raise access_log.LogRefused(
                    tr("“{name}” was counted by somebody else just now.", name=path.name), hint=tr("Try again.")
                )
            known = reads.addresses(session)
            days: dict[tuple[int, int], int] = {}
            pages = 0
            for (day, target), views in reading.views.items():
                article_id = next(
                    (i for home in homes | {""} if (i := _article(known, target, home)) is not None), None
                )
                if article_id is None:
                    pages += views
                else:
                    days[day, article_id] = days.get((day, article_id), 0) + views
            gained = reads.add(session, days)
            last = max((day for day, _ in reading.views), default=0)
            first = min((day for day, _ in reading.views), default=None)
            counted = reads.CountedLog(reading.head, reading.tail, reading.size)
            reads.remember_log(session, path.name, counted, now, last * 86_400_000)
        if gained:
            named = frozenset(gained) if len(gained) <= _NAMED else None
            self._connection.publish(Changes(frozenset({Kind.ARTICLES}), named))
        return CountReport(
            name=path.name,
            lines=reading.lines,
            counted=sum(days.values()),
            articles=len(gained),
            pages=pages,
            bots=reading.bots,
            other=reading.other,
            unreadable=reading.unreadable,
            since=_EPOCH + timedelta(days=first) if first is not None else None,
            until=self.until(),
        )

    def until(self) -> date | None:
        """The last day that was counted: what a page says beside its count. None before the first log."""
        with self._connection.read() as session:
            return last_day(session)

    def most_read(self, window: Window, limit: int = 20) -> MostRead:
        """The public articles read most in a window that ends with the last counted day.

        Within a week or a month recent days weigh more: half as much after half the window. All time goes by the whole
        count, with what was counted before.
        """
        with self._connection.read() as session:
            last = reads.last_day(session)
            found = reads.most_read_ever(session, limit) if window is Window.ALL else in_window(session, window, limit)
            infos = articles.get_infos(session, [article_id for article_id, _ in found])
        shown = tuple((infos[article_id], number) for article_id, number in found)
        return MostRead(shown, None if last is None else _EPOCH + timedelta(days=last))

    def base(self, article_id: int) -> int:
        """The part of an article's count that no log has added: what an older system had counted."""
        with self._connection.read() as session:
            info = articles.get_infos(session, [article_id]).get(article_id)
            return 0 if info is None else info.reads - reads.of_days(session, [article_id]).get(article_id, 0)


def last_day(session: Transaction) -> date | None:
    """The last day that was counted, None before the first log."""
    day = reads.last_day(session)
    return None if day is None else _EPOCH + timedelta(days=day)


def in_window(session: Transaction, window: Window, limit: int) -> list[tuple[int, int]]:
    """Ids and reads of the public articles read most in a window that ends with the last counted day."""
    last = reads.last_day(session)
    if last is None:
        return []
    half = max(1.0, window / 2)
    weights = [0.5 ** ((window - 1 - n) / half) for n in range(window)]
    return reads.most_read(session, last - window + 1, weights, limit)


def _home(public_url: str) -> str:
    """The folder below the host where a site lives, as it stands in a log's path."""
    path = unquote(urlsplit(public_url).path).strip("/")
    return f"{path}/" if path else ""


def _article(known: dict[str, int], target: str, home: str) -> int | None:
    return known.get(target[len(home) :]) if target.startswith(home) else None
