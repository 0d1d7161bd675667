"""Numbers for indexed articles, given so that articles of neighbouring dates have neighbouring numbers.

FTS5 answers in order of its row numbers, and what people want is in order of date. Row numbers made of dates would be
sparse, and an index of sparse numbers is twice as large; dense numbers in order of date would have to be given anew
when an old article is entered late. So numbers come from shelves of 1,024 each. Articles fill the first shelf whatever
their date; once it is full, its median date splits what follows: older ones go to one new shelf, newer ones to another,
and so on down a tree. No number ever changes, none is far from the next, and the newest twenty hits lie on the few
shelves that reach up to the newest date: one of them when articles came in order, some log2(n/1024) when at random.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chce_desktop.storage.engine import Transaction

SIZE = 1024
_FIELDS = "id, used, oldest, newest, split, older_id, newer_id"


@dataclass(slots=True)
class Shelf:
    """`oldest` and `newest`: dates (milliseconds) between which all its articles lie; wider after removals."""

    id: int
    used: int
    oldest: int
    newest: int
    split: int | None = None
    older_id: int | None = None
    newer_id: int | None = None

    @property
    def first(self) -> int:
        """Its lowest number."""
        return self.id * SIZE

    @property
    def last(self) -> int:
        """The highest number that is given."""
        return self.first + self.used - 1


def all_of(session: Transaction) -> list[Shelf]:
    """Every shelf, some ten for each 10,000 articles."""
    return [Shelf(*row) for row in session.raw.execute(f"SELECT {_FIELDS} FROM text_shelf")]  # noqa: S608 - constant


def put(session: Transaction, article_id: int, date: int) -> int:
    """Give an article (date in milliseconds) a number."""
    shelves = _known(session)
    shelf = shelves.get(1)
    while shelf is not None and shelf.used == SIZE:
        assert shelf.split is not None  # noqa: S101 - set when the shelf became full
        next_id = shelf.newer_id if date >= shelf.split else shelf.older_id
        if next_id is None:
            next_id = len(shelves) + 1
            if date >= shelf.split:
                shelf.newer_id = next_id
            else:
                shelf.older_id = next_id
            _write(session, shelf)
        shelf = shelves.get(next_id)
        if shelf is None:
            shelf = shelves[next_id] = Shelf(next_id, 0, date, date)
    if shelf is None:
        shelf = shelves[1] = Shelf(1, 0, date, date)
    place = shelf.first + shelf.used
    shelf.used += 1
    shelf.oldest, shelf.newest = min(shelf.oldest, date), max(shelf.newest, date)
    session.raw.execute("INSERT INTO text_place (place, article_id, date) VALUES (?, ?, ?)", (place, article_id, date))
    if shelf.used == SIZE:
        middle = (
            "SELECT date FROM text_place WHERE place BETWEEN ? AND ? ORDER BY date LIMIT 1 OFFSET (SELECT count(*) "
        )
        middle += "FROM text_place WHERE place BETWEEN ? AND ?) / 2"
        bounds = (shelf.first, shelf.last)
        (shelf.split,) = session.raw.execute(middle, bounds * 2).fetchone()
    _write(session, shelf)
    return place


def place_of(session: Transaction, article_id: int) -> int | None:
    """The article's number; None where it is not in the index."""
    row = session.raw.execute("SELECT place FROM text_place WHERE article_id = ?", (article_id,)).fetchone()
    return None if row is None else int(row[0])


def take(session: Transaction, article_id: int) -> None:
    """Take an article from its shelf; its number is not given again."""
    session.raw.execute("DELETE FROM text_place WHERE article_id = ?", (article_id,))


def fits(session: Transaction, place: int, date: int) -> bool:
    """Whether an article of this date may stand at this place without making the shelf reach further."""
    shelf = _known(session)[place // SIZE]
    return shelf.oldest <= date <= shelf.newest


def redate(session: Transaction, dates: Iterable[tuple[int, int]]) -> None:
    """Articles (id, new date) keep their numbers; their shelves reach as far as they must."""
    touched = set()
    for article_id, date in dates:
        place = place_of(session, article_id)
        if place is not None:
            sql = "UPDATE text_place SET date = ?1 WHERE place = ?2 AND date <> ?1"
            if session.raw.execute(sql, (date, place)).rowcount:
                touched.add(place // SIZE)
    tighten(session, touched)


def tighten(session: Transaction, shelf_ids: Iterable[int] | None = None) -> None:
    """Let these shelves (or all) reach no further than their articles do."""
    shelves = _known(session)
    for shelf_id in shelves if shelf_ids is None else shelf_ids:
        shelf = shelves[shelf_id]
        sql = "SELECT min(date), max(date) FROM text_place WHERE place BETWEEN ? AND ?"
        oldest, newest = session.raw.execute(sql, (shelf.first, shelf.last)).fetchone()
        if oldest is not None and (oldest, newest) != (shelf.oldest, shelf.newest):
            shelf.oldest, shelf.newest = oldest, newest
            _write(session, shelf)


def _known(session: Transaction) -> dict[int, Shelf]:
    """The shelves as this write transaction knows them."""
    found: dict[int, Shelf] | None = session.info.get("shelves")
    if found is None:
        found = session.info["shelves"] = {shelf.id: shelf for shelf in all_of(session)}
    return found


def _write(session: Transaction, shelf: Shelf) -> None:
    # Not INSERT OR REPLACE: SQLite sets a savepoint for it, at which FTS5 writes a segment for every single article.
    changed = session.raw.execute(
        "UPDATE text_shelf SET used = ?, oldest = ?, newest = ?, split = ?, older_id = ?, newer_id = ? WHERE id = ?",
        (shelf.used, shelf.oldest, shelf.newest, shelf.split, shelf.older_id, shelf.newer_id, shelf.id),
    )
    if not changed.rowcount:
        session.raw.execute(
            f"INSERT INTO text_shelf ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant
            (shelf.id, shelf.used, shelf.oldest, shelf.newest, shelf.split, shelf.older_id, shelf.newer_id),
        )
