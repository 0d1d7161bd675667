"""The search index of the published site: static files, so that a reader's browser can search without a server.

Every text is taken as its overlapping pairs of characters, so that a substring of any length is found exactly, in any
script. A piece of the index holds some articles, newest first; a group of pieces shares its files, so that a query
loads one small file a group and gram:

- `p<n>.js`: for each piece the places of grams of texts: of pairs, and of longer ones that have a common one in them;
- `h<n>.js`: for each piece the articles of characters, and of common grams;
- `t<n>.js`: both for titles, where each title has `TITLE_SLOT` places;
- `m.js`: the common grams, of all pieces and of some; for each piece, what is needed to tell articles from places, and
  the days of each block;
- `i<piece>-<block>.js`: ids and days of a block of articles, for the hits that are shown;
- `k<piece>-<block>.js`: checksums of their texts, for looking into the pages of the few that a query may leave.

A gram with very many places has its articles instead, and every longer gram that contains it and one character more
is a gram of its own. So no list is long, and whatever a phrase consists of, it is covered by grams with short lists:
at its beginning the gram is made longer to the right until its list is short, at its end to the left.

The place of a character is the number of its slot times the piece's width, and its position there; a text fills as
many slots as it needs. `searchlists` says how lists are written and which file a gram is in, `searchgrams` makes the
lists of a piece. The newest articles, and those that changed, are in no piece: their texts stand in `x.js` and are
looked at (`newest`). docs/search.md says what a query costs.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import NamedTuple

from chce_desktop.sitegen.searchlists import ALPHABET, checksum, encoded, listed

#: Changes whenever the same articles make other files.
FORMAT = 14
TITLE_SLOT = 256
_LONGEST_TITLE = TITLE_SLOT - 1
_LONGEST_GRAM = 6
#: Articles in a block, whose ids are loaded together.
BLOCK = 512
#: Ids that a piece of a group covers, and the finest that titles, lists of articles and of places are divided. Files
#: are such divisions put together, for so many articles each; they are kept in so many parts. `s` has but one piece,
#: which is always made anew, and divided as its files are.
GROUPS = {"l": (2048, (2048, 4096, 32768)), "m": (256, (128, 256, 2048)), "s": (8, ())}
STRIPES = {"l": 16, "m": 1, "s": 1}
_PER_FILE = {"l": 3, "m": 2, "s": 2}
#: With fewer articles there is a file for each.
_FEW = 32
#: So many files with places are there for one of the other kinds.
_FEWER = (16, 8, 1)
_KINDS = "thp"


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


def shape(group: str, size: int) -> tuple[int, ...]:
    """How many files of each kind there are for so many pieces of a group, of `s` for so many articles."""
    per_piece, finest = GROUPS[group]
    articles = size if group == "s" else size * per_piece
    filled = max(min(articles, _FEW), -(-articles // _PER_FILE[group]))
    if not finest:
        return tuple(-(-filled // fewer) for fewer in _FEWER)
    wanted = 1 << max(0, filled - 1).bit_length()
    return tuple(min(most, wanted // fewer) for most, fewer in zip(finest, _FEWER, strict=True))


def make_ready() -> None:
    """Import what makes pieces: it brings numpy, which only who makes one should wait for."""
    # Its linear algebra, which nothing here uses, would start threads, which wait by spinning; and a process that has
    # some cannot be forked.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    importlib.import_module("chce_desktop.sitegen.searchgrams")


def piece(name: str, documents: Iterable[Document]) -> list[dict[str, bytes]]:
    """A piece of at least one document as it is kept, in `STRIPES` parts: what `joined` makes files of.

    `t`, `h` and `p` are the rows of titles and texts in the order of their buckets, `T`, `H` and `P` where those of
    each bucket begin, and the last ones end.
    """
    make_ready()
    from chce_desktop.sitegen import searchgrams

    documents = sorted(documents, key=lambda d: (-d.day, -d.id))
    number, finest = STRIPES[name[0]], GROUPS[name[0]][1] or shape(name[0], len(documents))
    texts = searchgrams.Text([document.text for document in documents], _LONGEST_GRAM, folded)
    sums = [checksum(document.text) for document in documents]
    documents = [Document(d.id, d.day, d.title, "") for d in documents]  # the texts take as much memory as the work
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
        stripes[0][f"k{block_number}"] = _json("".join(sums[at : at + BLOCK]))
    titles = searchgrams.Text([folded(document.title)[:_LONGEST_TITLE] for document in documents], 2, folded)
    of_titles = searchgrams.rows(titles, TITLE_SLOT.bit_length() - 1, 2, (0, finest[0]), number)
    of_texts = searchgrams.rows(texts, shift, _LONGEST_GRAM, (finest[1], finest[2]), number)
    for kind, made in zip(_KINDS, (of_titles.places, of_texts.articles, of_texts.places), strict=True):
        for stripe, (rows, edges) in zip(stripes, made, strict=True):
            stripe |= {kind: rows, kind.upper(): edges}
    stripes[0]["common"] = _json(of_texts.common)
    return stripes


def files_of(group: str, size: int, blocks: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The files of a group, in the order in which they are best made: the stripe that they need, and the path.

    `size` is what `shape` asks for, `blocks` the number of blocks of each piece.
    """
    yield 0, f"{group}/m.js"
    for number, count_ in enumerate(blocks):
        yield from ((0, f"{group}/{kind}{number}-{block}.js") for block in range(count_) for kind in "ik")
    for stripe in range(STRIPES[group]):
        for kind, files in zip(_KINDS, shape(group, size), strict=True):
            in_stripe = files // STRIPES[group]
            yield from ((stripe, f"{group}/{kind}{stripe * in_stripe + n}.js") for n in range(in_stripe))


def joined(path: str, size: int, pieces: Sequence[Mapping[str, bytes]], version: str) -> bytes:
    """A file of a group from the stripe that it needs of each piece."""
    group, _, name = path.removesuffix(".js").partition("/")
    kind = name[0]
    if kind in "ik":
        number, _, block = name[1:].partition("-")
        return _wrapped(path, pieces[int(number)][kind + block], version)
    if kind == "m":
        metas = b",".join(parts["m"] for parts in pieces)
        return _wrapped(path, b'{"common":%s,"pieces":[%s]}' % (_json(_common(pieces)), metas), version)
    in_stripe = shape(group, size)[_KINDS.index(kind)] // STRIPES[group]
    rows = (_rows(parts, kind, int(name[1:]) % in_stripe, in_stripe) for parts in pieces)
    return _wrapped(path, b'["' + b'","'.join(rows) + b'"]', version)


def _common(pieces: Sequence[Mapping[str, bytes]]) -> tuple[list[str], list[str]]:
    """The grams of two characters, of three, and so on, that all of these pieces have the articles of, and some."""
    found = [json.loads(parts["common"]) for parts in pieces]
    lengths = [[set(grams) for grams in of_length] for of_length in zip_longest(*found, fillvalue=())]
    all_ = [set.intersection(*grams) for grams in lengths]
    some = [set.union(*grams) - known for grams, known in zip(lengths, all_, strict=True)]
    return ["".join(sorted(grams)) for grams in all_], ["".join(sorted(grams)) for grams in some]


def _rows(stripe: Mapping[str, bytes], kind: str, number: int, files: int) -> memoryview:
    """The rows for one of so many files that a stripe is for."""
    edges = memoryview(stripe[kind.upper()]).cast("I")
    buckets = (len(edges) - 1) // files
    start, end = edges[number * buckets], edges[(number + 1) * buckets]
    return memoryview(stripe[kind])[start:end]


def newest(documents: Sequence[Document], version: str) -> bytes:
    """The articles that are in no piece: for each its id, day, title as it is compared, and text."""
    rows = [[d.id, d.day, folded(d.title)[:_LONGEST_TITLE], d.text] for d in documents]
    return _wrapped("x.js", _json(rows), version)


class Group(NamedTuple):
    """What the search page must know of a group of pieces.

    `size` is what `shape` asks for; `dead` are for each piece the articles (counted from its newest) that count no
    longer. Files of the same `version` belong together.
    """

    size: int
    dead: Sequence[Sequence[int]]
    version: str


def directory(groups: Mapping[str, Group], newest: str) -> bytes:
    """The file that the search page loads first; `newest` is the version of the articles in no piece, if there are."""
    rows = {name: [*shape(name, g.size), list(map(list, g.dead)), g.version] for name, g in groups.items()}
    head = {
        "format": FORMAT, "groups": rows, "newest": newest, "slot": TITLE_SLOT, "block": BLOCK, "cards": CARDS,
        "alphabet": ALPHABET,
    }  # fmt: skip
    return _wrapped("index.js", _json(head))


#: Articles that share a file of what results show.
CARDS = 8


def cards(number: int, rows: Mapping[int, Sequence[str]]) -> bytes:
    """What results show of the articles with ids from `number * CARDS`: id → title, path, date, column, beginning."""
    return _wrapped(f"c/{number}.js", _json({str(key): list(row) for key, row in sorted(rows.items())}))


def _json(value: object) -> bytes:
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return data.encode("utf-8", "replace")


def _wrapped(path: str, data: bytes, version: str = "") -> bytes:
    """A script that hands over data; the search page takes only what comes under the name and version asked for."""
    name = path.removesuffix(".js") + (f"@{version}" if version else "")
    return b'chceSearch("%s",%s);\n' % (name.encode(), data)
