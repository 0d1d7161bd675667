"""The published index answers every query exactly; this test reads it as the search page does."""

from __future__ import annotations

import gzip
import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chce_desktop.sitegen import searchgrams, searchindex, searchlists
from chce_desktop.sitegen.searchindex import TITLE_SLOT, Document
from tests.benchmarks.corpus import Corpus
from tests.helpers.search_numbers import numbers as numbers_of
from tests.helpers.search_numbers import rows as rows_of

TEXT = st.text(alphabet='教育部科学 a\nC1“\\<😀𠮷ß"', max_size=90)


@pytest.fixture
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists become too long early, so that grams of all lengths occur."""
    monkeypatch.setattr(searchgrams, "_MOST", 2)


def _value(script: bytes) -> Any:
    text = script.decode()
    assert "</" not in text
    return json.loads(text[text.index(",") + 1 : text.rindex(")")])


def _articles(value: str) -> list[int]:
    """A list of articles, as differences or as bits."""
    if not value.startswith(" "):
        return _rising(value[1:])
    digits = map(searchlists.ALPHABET.index, value[1:])
    return [6 * n + bit for n, digit in enumerate(digits) for bit in range(6) if digit & 32 >> bit]


def _rising(text: str) -> list[int]:
    total, found = 0, []
    for number in numbers_of(text):
        total += number
        found.append(total)
    return found


@dataclass
class _Reader:
    """A group as a browser has it; `loaded` are the files that were needed."""

    group: str
    size: int
    pieces: Sequence[Sequence[dict[str, bytes]]]
    loaded: dict[str, bytes] = field(default_factory=dict)

    def file(self, path: str, stripe: int = 0) -> Any:
        if path not in self.loaded:
            self.loaded[path] = searchindex.joined(path, self.size, [parts[stripe] for parts in self.pieces], "v")
        return _value(self.loaded[path])

    def _row(self, piece: int, kind: str, gram: str) -> str:
        files = searchindex.shape(self.group, self.size)["thp".index(kind)]
        number = searchlists.bucket(gram, files)
        rows = self.file(f"{self.group}/{kind}{number}.js", number * searchindex.STRIPES[self.group] // files)
        return rows_of(rows[piece]).get(gram, "")

    def _common(self, piece: int, kind: str, grams: Iterator[str]) -> tuple[int, str]:
        """The longest of these grams that a piece has the articles of, 1 for none, and these."""
        all_, some = (
            {text[at : at + n] for n, text in enumerate(lists, 2) for at in range(0, len(text), n)}
            for lists in self.file(f"{self.group}/m.js")["common"]
        )
        for gram in grams:
            found = self._row(piece, "h", gram) if kind == "p" and gram in all_ | some else ""
            assert found or kind != "p" or gram not in all_
            if found:
                return len(gram), found
        return 1, ""

    def _covered(self, piece: int, kind: str, term: str) -> str | list[int]:
        places: set[int] | None = None
        reached, size = 0, len(term)
        while reached < size:
            start = reached
            grams = (term[start : start + n] for n in range(min(5, size - start), 1, -1))
            length, articles = self._common(piece, kind, grams)
            end = start + length + 1
            if end > size:
                if start == 0:
                    return articles
                length, _ = self._common(piece, kind, (term[size - n :] for n in range(min(5, size - 1), 1, -1)))
                start, end = size - length - 1, size
            found = {place - start for place in _rising(self._row(piece, kind, term[start:end]))}
            places = found if places is None else places & found
            if not places:
                break
            reached = end
        return sorted(places or ())

    def articles(self, piece: int, where: str, term: str) -> set[int]:
        """Which articles of a piece have a term, counted from its newest."""
        kind = "t" if where == "title" else "p"
        found = (
            self._row(piece, kind.replace("p", "h"), term) or "~"
            if len(term) == 1
            else self._covered(piece, kind, term)
        )
        if isinstance(found, str):
            return set(_articles(found))
        if where == "title":
            return {place // TITLE_SLOT for place in found}
        meta = self.file(f"{self.group}/m.js")["pieces"][piece]
        more = _rising(meta["more"])
        return {slot - bisect_right(more, slot) for slot in (place >> meta["shift"] for place in found)}

    def ids(self, piece: int) -> list[int]:
        """The articles of a piece, newest first."""
        blocks = len(self.file(f"{self.group}/m.js")["pieces"][piece]["days"])
        return [i for n in range(blocks) for i in numbers_of(self.file(f"{self.group}/i{piece}-{n}.js")["ids"])]


def _reader(group: str, pieces: Sequence[Sequence[Document]]) -> _Reader:
    size = len(pieces[0]) if group == "s" else len(pieces)
    return _Reader(group, size, [searchindex.piece(f"{group}{n}", documents) for n, documents in enumerate(pieces)])


def _terms(source: str, data: st.DataObject) -> str:
    start = data.draw(st.integers(0, max(0, len(source) - 1)))
    return source[start : start + data.draw(st.integers(1, 12))] or "教"


@pytest.mark.usefixtures("short_lists")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=20), st.sampled_from("lms"), st.data())
def test_every_substring_is_found_and_nothing_else(
    texts: list[tuple[str, str]], group: str, data: st.DataObject
) -> None:
    documents = [Document(n * 3, 19_000 - n % 5, title, text) for n, (title, text) in enumerate(texts)]
    half = len(documents) // 2
    pieces = [documents] if group == "s" or not half else [documents[:half], documents[half:]]
    reader = _reader(group, pieces)
    for where in ("title", "body"):
        source = data.draw(st.sampled_from(documents))
        first = _terms(searchindex.folded(source.title if where == "title" else source.text), data)
        other = _terms(searchindex.folded(data.draw(st.sampled_from(documents)).text), data)
        for term in (first, first[:4] + other[:4], other):
            found = set()
            for number in range(len(pieces)):
                ids = reader.ids(number)
                found |= {ids[n] for n in reader.articles(number, where, term)}
            wanted = {d.id for d in documents if term in searchindex.folded(d.title if where == "title" else d.text)}
            assert found == wanted, (where, term)


def _newsroom(count: int) -> Iterator[Document]:
    corpus = Corpus(total=count)
    for number in range(count):
        patch = corpus.article(number)
        yield Document(number, patch["date"].toordinal(), patch["title"], patch["body"])


def test_a_query_reads_little_of_a_few_hundred_articles() -> None:
    """Of the 300 KB of a first query, page, results and the newest articles take 100, and two groups the rest."""
    documents = list(_newsroom(512))
    spans = searchindex.spans(511)
    pieces = [documents[span.start : span.end] for span in spans]
    whole = _reader("m", pieces)
    texts = [searchindex.folded(document.text) for document in documents]
    for term in ("的", "教育", "2024", "素质教育", "教育发展", texts[7][40:43], texts[300][100:110]):
        reader = _Reader("m", whole.size, whole.pieces)
        found = sum(len(reader.articles(n, "body", term)) for n in range(len(pieces)))
        assert found == sum(term in text for text in texts)
        weight = sum(len(gzip.compress(data)) for data in reader.loaded.values())
        assert weight < 100_000, (term, weight, reader.loaded.keys())


def test_pieces_cover_every_id_once() -> None:
    for highest in (0, 7, 8, 31, 255, 256, 5000, 100_000, 1_000_000):
        covered = 0
        for span in searchindex.spans(highest):
            assert span.start == covered
            assert span.end > span.start
            covered = span.end
        assert highest + 1 >= covered > highest - searchindex.GROUPS["s"][0]


def test_a_new_article_changes_no_piece() -> None:
    assert searchindex.spans(100_000) == searchindex.spans(100_001)


def test_a_larger_group_has_more_files_of_the_same_weight() -> None:
    for group in searchindex.GROUPS:
        shapes = [searchindex.shape(group, size) for size in (1, 2, 4, 8)]
        assert shapes == sorted(shapes)
    assert searchindex.shape("l", 1000) == searchindex.GROUPS["l"][1]


@given(st.lists(st.integers(0, 10_000_000), max_size=30))
def test_numbers_survive(numbers: list[int]) -> None:
    assert numbers_of(searchlists.listed(numbers)) == numbers
    rising = sorted(set(numbers))
    assert _rising(searchlists.encoded(rising)) == rising
