"""The search index of the published site: static files, so that a reader's browser can search without a server.

Every text is taken as its overlapping pairs of characters, so that a substring of any length is found exactly, in any
script. A piece of the index holds some articles, newest first; a group of pieces shares its files, so that a query
loads one small file a group and gram:

- `p<n>.js`: for each piece, what grams of texts it has: a character → its articles; a pair → its places;
- `t<n>.js`: the same for titles, where each title has `TITLE_SLOT` places;
- `m.js`: for each piece, what is needed to tell articles from places, and the days of each block of articles;
- `i<piece>-<block>.js`: ids and days of a block of articles, for the hits that are shown.

A gram with very many places has its articles instead, and every longer gram that contains it and one character more
is a gram of its own. So no list is long, and whatever a phrase consists of, it is covered by grams with short lists:
at its beginning the gram is made longer to the right until its list is short, at its end to the left.

The place of a character is the number of its slot times the piece's width, and its position there; a text fills as
many slots as it needs. `searchlists` says how lists are written and which file a gram is in, `searchgrams` makes the
lists of a piece. The newest articles, and those that changed, are in no piece: their texts stand in `x.js` and are
looked at (`newest`). docs/search.md says what a query costs.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from chce_desktop.sitegen.searchlists import ALPHABET, encoded, listed

#: Changes whenever the same articles make other files.
FORMAT = 10
TITLE_SLOT = 256
_LONGEST_TITLE = TITLE_SLOT - 1
_LONGEST_GRAM = 6
#: Articles in a block, whose ids are loaded together.
BLOCK = 512
#: Ids that a piece of a group covers, and the finest that titles and texts are divided. Files are such divisions
#: put together, for so many articles each (for one in a group of a few); they are kept in so many parts.
GROUPS = {"l": (2048, (2048, 32768)), "m": (256, (128, 2048)), "s": (8, (16, 256))}
STRIPES = {"l": 16, "m": 1, "s": 1}
_PER_FILE = {"l": 4, "m": 2, "s": 2}
_FEW = 128


#: Where such characters stand.
_FOLDED = ((0xB5, 0x588), (0x13A0, 0x1400), (0x1C80, 0x1E9F), (0x1F50, 0x2000), (0xAB70, 0xABC0), (0xFB00, 0xFB18))


def folded(text: str) -> str:
    """Text as it is compared; the search page folds queries in the same way."""
    return text.casefold()


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed of an article; `day` counts from the year 1; texts as readers and editors have them."""

    id: int
    day: int
    title: str
    text: str


class Span(NamedTuple):
    """The ids from `start` to before `end` that make up a piece."""

    name: str
    start: int
    end: int


def spans(highest: int) -> list[Span]:
    """The pieces for ids from 0 to `highest`; what they do not cover are the newest articles.

    Groups `l` and `m` have pieces of one size. `s` has a single one, for what has become too many for `x` and is too
    little for a piece of `m`.
    """
    found: list[Span] = []
    start, end = 0, highest + 1
    for group in ("l", "m"):
        size = GROUPS[group][0]
        while start + size <= end:
            found.append(Span(f"{group}{start // size}", start, start + size))
            start += size
    rest = (end - start) // GROUPS["s"][0] * GROUPS["s"][0]
    return [*found, Span("s0", start, start + rest)] if rest else found


def shape(group: str, size: int) -> tuple[int, int]:
    """The number of files for titles and for texts: for so many pieces of a group, of `s` for so many articles."""
    per_piece, (titles, texts) = GROUPS[group]
    articles = size if group == "s" else size * per_piece
    filled = articles if articles <= _FEW else -(-articles // _PER_FILE[group])
    wanted = 1 << max(0, filled - 1).bit_length()
    return max(1, min(titles, wanted // 16)), min(texts, wanted)


def piece(name: str, documents: Sequence[Document]) -> list[dict[str, bytes]]:
    """A piece of at least one document as it is kept, in `STRIPES` parts: what `joined` makes files of.

    `t` and `p` are the rows of titles and texts in the order of their buckets, `T` and `P` where those of each bucket
    begin, and the last ones end.
    """
    # Its linear algebra, which nothing here uses, would start threads; a process that has some cannot be forked.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from chce_desktop.sitegen import searchgrams  # brings numpy, which only who makes a piece should wait for

    documents = sorted(documents, key=lambda d: (-d.day, -d.id))
    number, finest = STRIPES[name[0]], GROUPS[name[0]][1]
    texts = searchgrams.Text([document.text for document in documents], _LONGEST_GRAM, folded)
    lengths = texts.lengths.tolist()
    shift = max(6, (sum(lengths) // len(lengths) * 5 // 4).bit_length())
    owners = [n for n, length in enumerate(lengths) for _ in range((length >> shift) + 1)]
    days = [document.day for document in documents]
    starts = range(0, len(documents), BLOCK)
    meta = {
        "shift": shift,
        "more": encoded([slot for slot in range(1, len(owners)) if owners[slot] == owners[slot - 1]]),
        "days": [[days[at], days[min(at + BLOCK, len(days)) - 1]] for at in starts],
    }
    stripes: list[dict[str, bytes]] = [{} for _ in range(number)]
    stripes[0]["m"] = _json(meta)
    for block_number, at in enumerate(starts):
        block = documents[at : at + BLOCK]
        falling = [block[0].day, *(a.day - b.day for a, b in pairwise(block))]
        stripes[0][f"i{block_number}"] = _json({"ids": listed(d.id for d in block), "days": listed(falling)})
    titles = searchgrams.Text([folded(document.title)[:_LONGEST_TITLE] for document in documents], 2, folded)
    for kind, made in (
        ("t", searchgrams.rows(titles, TITLE_SLOT.bit_length() - 1, 2, finest[0], number)),
        ("p", searchgrams.rows(texts, shift, _LONGEST_GRAM, finest[1], number)),
    ):
        for stripe, (rows, edges) in zip(stripes, made, strict=True):
            stripe |= {kind: rows, kind.upper(): edges}
    return stripes


def made(jobs: Sequence[tuple[str, Sequence[Document]]]) -> list[list[dict[str, bytes]]]:
    """Pieces, for jobs that travel: their names and their documents."""
    return [piece(*job) for job in jobs]


def files_of(group: str, size: int, blocks: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The files of a group, in the order in which they are best made: the stripe that they need, and the path.

    `size` is what `shape` asks for, `blocks` the number of blocks of each piece.
    """
    yield 0, f"{group}/m.js"
    for number, count_ in enumerate(blocks):
        yield from ((0, f"{group}/i{number}-{block}.js") for block in range(count_))
    for stripe in range(STRIPES[group]):
        for kind, files in zip("tp", shape(group, size), strict=True):
            in_stripe = files // STRIPES[group]
            yield from ((stripe, f"{group}/{kind}{stripe * in_stripe + n}.js") for n in range(in_stripe))


def joined(path: str, size: int, pieces: Sequence[Mapping[str, bytes]]) -> bytes:
    """A file of a group from the stripe that it needs of each piece."""
    group, _, name = path.removesuffix(".js").partition("/")
    kind = name[0]
    if kind == "i":
        number, _, block = name[1:].partition("-")
        return _wrapped(path, pieces[int(number)][f"i{block}"])
    if kind == "m":
        return _wrapped(path, b"[" + b",".join(parts["m"] for parts in pieces) + b"]")
    in_stripe = shape(group, size)["tp".index(kind)] // STRIPES[group]
    rows = (_rows(parts, kind, int(name[1:]) % in_stripe, in_stripe) for parts in pieces)
    return _wrapped(path, b"[{" + b"},{".join(rows) + b"}]")


def _rows(stripe: Mapping[str, bytes], kind: str, number: int, files: int) -> memoryview:
    """The rows for one of so many files that a stripe is for."""
    edges = memoryview(stripe[kind.upper()]).cast("I")
    buckets = (len(edges) - 1) // files
    start, end = edges[number * buckets], edges[(number + 1) * buckets]
    return memoryview(stripe[kind])[start : max(start, end - 1)]  # without the last comma


def newest(documents: Sequence[Document]) -> bytes:
    """The articles that are in no piece: for each its id, day, title and text, as they are compared."""
    rows = [[d.id, d.day, folded(d.title)[:_LONGEST_TITLE], folded(d.text)] for d in documents]
    return _wrapped("x.js", _json(rows))


def directory(groups: Mapping[str, tuple[int, Sequence[Sequence[int]]]], *, loose: bool) -> bytes:
    """The file that the search page loads first.

    `groups`: what `shape` asks for, and for each piece the articles (counted from its newest) that count no longer.
    `loose`: whether there are articles in no piece.
    """
    rows = {group: [*shape(group, size), [list(dead) for dead in pieces]] for group, (size, pieces) in groups.items()}
    head = {
        "groups": rows, "newest": loose, "slot": TITLE_SLOT, "block": BLOCK, "cards": CARDS,
        "alphabet": ALPHABET, "folds": folds(),
    }  # fmt: skip
    return _wrapped("index.js", _json(head))


@functools.cache
def folds() -> Mapping[str, str]:
    """Characters that case folding makes something else of than lower case does."""
    characters = (chr(code) for start, end in _FOLDED for code in range(start, end))
    return {c: c.casefold() for c in characters if c.casefold() != c.lower()}


#: Articles that share a file of what results show.
CARDS = 16


def cards(number: int, rows: Mapping[int, Sequence[str]]) -> bytes:
    """What results show of the articles with ids from `number * CARDS`: id → title, path, date, column, beginning."""
    return _wrapped(f"c/{number}.js", _json({str(key): list(row) for key, row in sorted(rows.items())}))


def _json(value: object) -> bytes:
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return data.encode("utf-8", "replace")


def _wrapped(path: str, data: bytes) -> bytes:
    return b'chceSearch("%s",%s);\n' % (path.removesuffix(".js").encode(), data)
