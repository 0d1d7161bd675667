"""Phrases so common that the index holds them as a whole: 义务教育, 高质量发展, the line with the editor's name.

A phrase that stands in thousands of articles would have to be looked up in thousands of texts to be counted. Such
phrases are found in a sample of the library (`mine`) or because a search met them (`wanted`), and learned: every
article that has one gets it as a gram. Articles written later get it with their other grams.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.storage import fulltext, grams
from chce_desktop.storage.engine import Transaction

LENGTHS = range(3, 7)
#: A phrase in this share of the sample is learned.
_SHARE = 0.04
_SAMPLE = 400
_MOST = 500
#: Sizes of the library at which a sample is taken anew.
_MILESTONES = (1_000, 4_000, 16_000, 64_000)
#: Looking up more texts than this takes longer than a count may.
MANY = 4000
_BATCH = 200


def wanted(session: Transaction, terms: Iterable[str]) -> None:
    """Remember that looking these up was slow; the next `tend` learns them."""
    session.info["memory"].setdefault("wanted phrases", set()).update(terms)


def tend(session: Transaction, progress: Progress = SILENT) -> int:
    """Learn what was wanted, and what a sample shows where the library has passed a milestone. How many were new."""
    waiting: set[str] = session.info["memory"].get("wanted phrases", set())
    found = dict.fromkeys(sorted(waiting))
    total = int(session.raw.execute("SELECT count(*) FROM text_place").fetchone()[0])
    passed = sum(total >= milestone for milestone in _MILESTONES)
    reached = session.raw.execute("SELECT value FROM meta WHERE key = 'phrases'").fetchone()
    if passed > (int(reached[0]) if reached else 0):
        found |= dict.fromkeys(mine(session, total))
        session.raw.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('phrases', ?)", (str(passed),))
    learned = learn(session, found, progress)
    session.info["memory"]["wanted phrases"] = set()
    return learned


def mine(session: Transaction, total: int) -> list[str]:
    """The common phrases in a sample spread over the whole library, the most common first."""
    step = max(1, total // _SAMPLE)
    rows = session.raw.execute(
        "SELECT article_id FROM text_place WHERE article_id % ? = 0 LIMIT ?", (step, _SAMPLE * 2)
    )
    ids = [row[0] for row in rows]
    seen: Counter[str] = Counter()
    for fields in fulltext.texts(session, ids).values():
        body = fields[2].casefold()
        for length in LENGTHS:
            seen.update({body[i : i + length] for i in range(len(body) - length + 1)})
    least = max(3, len(ids) * _SHARE)
    common = [phrase for phrase, times in seen.most_common() if times >= least]
    return [phrase for phrase in common if not any(character.isspace() for character in phrase)][:_MOST]


def learn(session: Transaction, folded: Iterable[str], progress: Progress = SILENT) -> int:
    """Put case-folded phrases into the index, for every article that has them. How many were new."""
    before = fulltext.known_phrases(session)
    new = {grams.moved(phrase): phrase for phrase in folded}
    new = {gram: phrase for gram, phrase in new.items() if len(gram) > 2 and gram not in before}
    for start in range(0, len(new), _BATCH):
        progress.check()
        _learn_batch(session, list(new)[start : start + _BATCH])
    session.raw.executemany("INSERT INTO text_phrase (phrase) VALUES (?)", [(phrase,) for phrase in new.values()])
    session.info["phrases"] = grams.Phrases(before.all | new.keys())
    return len(new)


def _learn_batch(session: Transaction, new: list[str]) -> None:
    places: dict[int, list[str]] = {}
    for gram in new:
        sql = "SELECT rowid FROM article_text WHERE article_text MATCH ?"
        for (place,) in session.raw.execute(sql, (" AND ".join(f'"{pair}"' for pair in grams.pairs(gram)),)):
            places.setdefault(place, []).append(gram)
    sql = (
        "SELECT a.title, a.summary, b.text FROM text_place p JOIN article a ON a.id = p.article_id "
        "JOIN article_body b ON b.article_id = a.id WHERE p.place = ?"
    )
    for place, possible in sorted(places.items()):
        fields = [grams.moved(text) for text in session.raw.execute(sql, (place,)).fetchone()]
        fulltext.write(session, place, [t for gram in possible for t in grams.phrase_tokens(gram, fields)])
