"""Full-text search that is right for Chinese: a substring is found exactly, from one character to whole sentences.

The index holds, for every article, which characters, which pairs of neighbouring characters and which of the most
common phrases occur in it: its grams. FTS5 keeps them without positions (`detail=none`), so that the index is smaller
than the text, counts in 30 ns a hit, and a save writes only the grams that came or went. One or two characters and
common phrases are answered by the index alone. A longer term is first narrowed to the articles that have all of its
pairs and then looked up in their text (`Proof`): few articles have all pairs of a phrase without having the phrase,
and phrases that stand in thousands of articles are learned as grams of their own (`storage.phrases`).

All grams of title, summary and body are in one set. Letters in front of a gram say more: `t` it is in the title, `n` it
is somewhere, but not in the body. So "in the body" is `gram NOT n-gram`, and all three questions are exact. An article
in the trash keeps its grams and has `x` besides, so that ten thousand go to the trash and come back in a second.

ASCII is moved to private-use characters, because the tokenizer `ascii` takes every other character for part of a word:
so punctuation, blanks and quotes are searched like letters, no query has a syntax, and no text can imitate a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chce_desktop.storage import grams, shelves
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.grams import Fields, Phrases
from chce_desktop.storage.relations import THESE, listed

#: Characters that no case folding makes or changes: terms of these are looked up in UTF-8 as it is stored.
PLAIN = re.compile(
    "[\u0020-\u0040\u005b-\u0060\u007b-\u007e\u00b7\u2010-\u2027\u2e80-\u2fdf\u3000-\u303f\u3040-\u318f\u3400-\u4dbf"
    "\u4e00-\ua48f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff20\uff3b-\uff40\uff5b-\uff65\U00020000-\U0003ffff]+"
)

#: Pages of the index that are written at most when segments are joined, and the share of all articles, one in so many,
#: from which on all segments are.
_MERGED, _GOOD_PART = 2000, 20
_INSERT = "INSERT INTO article_text (rowid, grams) VALUES (?, ?)"
_DELETE = "INSERT INTO article_text (article_text, rowid, grams) VALUES ('delete', ?, ?)"


@dataclass(frozen=True, slots=True)
class Proof:
    """Terms that the index alone cannot prove; they must occur in `where` (`all`, `title` or `body`)."""

    terms: tuple[str, ...]
    where: str
    _bytes: tuple[bytes | None, ...] = field(init=False)

    def __post_init__(self) -> None:
        plain = tuple(term.encode() if PLAIN.fullmatch(term) else None for term in self.terms)
        object.__setattr__(self, "_bytes", plain)

    def holds(self, session: Transaction, article_id: int, body: bytes | None = None) -> bool:
        """Whether the article has every term; `body` in UTF-8 where the caller has read it."""
        missing = list(zip(self.terms, self._bytes, strict=True))
        if self.where != "title":
            if body is None:
                sql = "SELECT CAST(text AS BLOB) FROM article_body WHERE article_id = ?"
                (body,) = session.raw.execute(sql, (article_id,)).fetchone()
            missing = _missing(missing, body)
        if missing and self.where != "body":
            title, summary = session.raw.execute(
                "SELECT title, summary FROM article WHERE id = ?", (article_id,)
            ).fetchone()
            missing = _missing(missing, title.encode("utf-8", "replace"))
            if missing and self.where == "all":
                missing = _missing(missing, summary.encode("utf-8", "replace"))
        return not missing


def _missing(terms: list[tuple[str, bytes | None]], text: bytes) -> list[tuple[str, bytes | None]]:
    folded: str | None = None
    left = []
    for term, plain in terms:
        if plain is not None:
            found = plain in text
        else:
            folded = text.decode("utf-8", "replace").casefold() if folded is None else folded
            found = term in folded
        if not found:
            left.append((term, plain))
    return left


@dataclass(frozen=True, slots=True)
class Question:
    """`match`: FTS5's expression for all articles that may be meant; `proof` what must be shown besides, if anything.

    `terms` are those of the query, case-folded, and `where` they are looked for.
    """

    match: str
    proof: Proof | None
    terms: tuple[str, ...]
    where: str = "all"


def terms(query: str) -> tuple[str, ...]:
    """The terms of a query: separated by blanks, “…” or "…" holding a phrase with blanks; all must occur.

    A quotation mark that is never closed, or that stands inside of a term, stands for itself.
    """
    found: list[str] = []
    position = 0
    while position < len(query):
        if query[position].isspace():
            position += 1
            continue
        end = query.find('"', position + 1) if query[position] == '"' else -1
        if end > position + 1 and (end + 1 == len(query) or query[end + 1].isspace()):
            found.append(query[position + 1 : end])
            position = end + 1
            continue
        end = position
        while end < len(query) and not query[end].isspace():
            end += 1
        found.append(query[position:end])
        position = end
    return tuple(dict.fromkeys(term.casefold() for term in found))


def question(session: Transaction, query: str, where: str = "all", *, trashed: bool = False) -> Question | None:
    """What to ask for a query in `all`, `title` or `body` of the articles in the trash or outside.

    None for a query without terms.
    """
    wanted = terms(query)
    common = known_phrases(session)
    found: list[str] = []
    unproved = []
    for term in wanted:
        gram = grams.moved(term)
        if len(gram) <= 2 or gram in common:
            found.append(gram)
            if grams.is_shared(gram):
                unproved.append(term)
        else:
            unproved.append(term)
            found += grams.pairs(gram)
    if not found:
        return None
    match = " AND ".join(grams.asked(gram, where) for gram in dict.fromkeys(found))
    match = f'({match}) {"AND" if trashed else "NOT"} "{grams.TRASHED}"'
    return Question(match, Proof(tuple(unproved), where) if unproved else None, wanted, where)


def known_phrases(session: Transaction) -> Phrases:
    """The phrases that the index of this transaction holds."""
    own: Phrases | None = session.info.get("phrases")
    if own is not None:
        return own
    newest = session.raw.execute("SELECT max(id) FROM text_phrase").fetchone()[0] or 0
    remembered: tuple[int, Phrases] | None = session.info["memory"].get("phrases")
    if remembered is None or remembered[0] != newest:
        rows = session.raw.execute("SELECT phrase FROM text_phrase")
        remembered = (newest, Phrases(frozenset(grams.moved(row[0]) for row in rows)))
        session.info["memory"]["phrases"] = remembered
    session.info["phrases"] = remembered[1]
    return remembered[1]


def add(session: Transaction, article_id: int, fields: Fields, date: int) -> None:
    """Put an article's title, summary and body into the index; `date` in milliseconds."""
    write(session, shelves.put(session, article_id, date), grams.tokens(fields, known_phrases(session)))


def remove(session: Transaction, article_id: int, fields: Fields, *, is_trashed: bool) -> None:
    """Take an article out again; `fields` must be what was put in."""
    place = shelves.place_of(session, article_id)
    if place is not None:
        found = grams.tokens(fields, known_phrases(session))
        if is_trashed:
            found.add(grams.TRASHED)
        session.raw.execute(_DELETE, (place, " ".join(found)))
        shelves.take(session, article_id)


def change(
    session: Transaction, article_id: int, before: Fields, after: Fields, date: int, *, is_trashed: bool
) -> None:
    """Bring an article in the index up to date; only what came or went is written.

    One whose new date lies far from its neighbours on the shelf goes to another one, unless it is in the trash.
    """
    place = shelves.place_of(session, article_id)
    if place is None:
        return
    if not shelves.fits(session, place, date) and not is_trashed:
        remove(session, article_id, before, is_trashed=False)
        add(session, article_id, after, date)
        return
    shelves.redate(session, [(article_id, date)])
    if before == after:
        return
    common = known_phrases(session)
    old, new = grams.tokens(before, common), grams.tokens(after, common)
    if old - new:
        session.raw.execute(_DELETE, (place, " ".join(old - new)))
        # FTS5 counts rows and words, and a count that would fall below zero is a damaged index to it. Each deletion
        # takes a row off, so each has its insertion, if only of nothing.
        session.raw.execute(_INSERT, (place, " ".join(new - old)))
    else:
        write(session, place, new - old)


def mark_trashed(session: Transaction, ids: Iterable[int], *, trashed: bool) -> None:
    """Say whether articles lie in the trash."""
    sql = f"SELECT place, ? FROM text_place WHERE article_id IN {THESE} ORDER BY place"  # noqa: S608 - our own words
    places = session.raw.execute(sql, (grams.TRASHED, listed(ids))).fetchall()
    session.raw.executemany(_INSERT if trashed else _DELETE, places)


def write(session: Transaction, place: int, found: Iterable[str]) -> None:
    """Say more about the article at a place: FTS5 without content and sizes is a set of pairs of token and row."""
    text = " ".join(found)
    if text:
        session.raw.execute(_INSERT, (place, text))


def count_candidates(session: Transaction, asked: Question) -> int:
    """How many indexed articles may be meant: exact where nothing is left to prove."""
    sql = "SELECT count(*) FROM article_text WHERE article_text MATCH ?"
    return int(session.raw.execute(sql, (asked.match,)).fetchone()[0])


def has_at_most(session: Transaction, asked: Question, number: int) -> bool:
    """Whether no more than so many articles may be meant; stops counting there."""
    sql = "SELECT count(*) FROM (SELECT rowid FROM article_text WHERE article_text MATCH ? LIMIT ?)"
    return int(session.raw.execute(sql, (asked.match, number + 1)).fetchone()[0]) <= number


def tidy(session: Transaction, written: int = 0) -> bool:
    """Join some of the index's segments, at most some 8 MB of work at once; whether it is worth to go on.

    `written`: so many articles came or changed. Of a good part of the library, all segments are to be joined; for that,
    call again with 0 until there is nothing to do.
    """
    shelves.tighten(session)
    (articles,) = session.raw.execute("SELECT count(*) FROM article").fetchone()
    whole = written * _GOOD_PART >= articles > 0
    (before,) = session.raw.execute("SELECT total_changes()").fetchone()
    sql = "INSERT INTO article_text (article_text, rank) VALUES ('merge', ?)"
    session.raw.execute(sql, (-_MERGED if whole else _MERGED,))
    (after,) = session.raw.execute("SELECT total_changes()").fetchone()
    return bool(after - before > 1)  # https://www.sqlite.org/fts5.html#the_merge_command


def texts(session: Transaction, ids: Iterable[int]) -> Mapping[int, Fields]:
    """Title, summary and body of articles, by id."""
    sql = "SELECT a.title, a.summary, b.text FROM article a JOIN article_body b ON b.article_id = a.id WHERE a.id = ?"
    found: dict[int, Fields] = {}
    for article_id in ids:
        row = session.raw.execute(sql, (article_id,)).fetchone()
        if row is not None:
            found[article_id] = row
    return found
