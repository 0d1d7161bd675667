"""The published index answers every query exactly; this test reads it as the search page does."""

from __future__ import annotations

import json
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.sitegen import searchindex
from chce_desktop.sitegen.searchindex import TITLE_SLOT, UNIT, Document

TEXT = st.text(alphabet='教育部科学实验课 a\nC+1“”"\\<😀𠮷ß', max_size=90)


def _value(files: dict[str, bytes], path: str) -> dict[str, str]:
    script = files[path].decode()
    assert "</" not in script
    value: dict[str, str] = json.loads(script[script.index(",") + 1 : script.rindex(")")])
    return value


def _numbers(text: str) -> list[int]:
    directory = searchindex.directory([]).decode()
    alphabet = json.loads(directory[directory.index(",") + 1 : directory.rindex(")")])["alphabet"]
    found, value = [], 0
    for character in text:
        digit = alphabet.index(character)
        value = value * 45 + digit % 45
        if digit < 45:
            found.append(value)
            value = 0
    return found


def _rising(text: str) -> list[int]:
    total, found = 0, []
    for number in _numbers(text):
        total += number
        found.append(total)
    return found


def _search(files: dict[str, bytes], count: int, field: str, term: str) -> set[int]:
    titles, holders, places = searchindex.shape(count)
    meta = _value(files, "s/m.js")
    ids = _numbers(meta["ids"])
    starts, start = [], 0
    for units in _numbers(meta["lengths"]):
        starts.append(start)
        start += units * UNIT

    def postings(kind: str, buckets: int, key: str) -> list[int]:
        return _rising(_value(files, f"s/{kind}{searchindex.bucket(key, buckets)}.js").get(key, ""))

    if field == "body" and len(term) < 3:
        return {ids[slot] for slot in postings("d", holders, term)}
    kind, buckets = ("t", titles) if field == "title" else ("p", places)
    if len(term) == 1:
        found = set(postings(kind, buckets, term))
    else:
        pairs = [{place - i for place in postings(kind, buckets, term[i : i + 2])} for i in range(len(term) - 1)]
        found = reduce(set.intersection, pairs)
    if field == "title":
        return {ids[place // TITLE_SLOT] for place in found}
    return {ids[max(slot for slot, at in enumerate(starts) if at <= place)] for place in found}


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=40), st.data())
def test_every_substring_is_found_and_nothing_else(texts: list[tuple[str, str]], data: st.DataObject) -> None:
    documents = [Document(n * 3, 19_000 - n % 5, title, text) for n, (title, text) in enumerate(texts)]
    files = searchindex.segment("s", documents)
    for field in ("title", "body"):
        source = data.draw(st.sampled_from(documents))
        whole = searchindex.folded(source.title if field == "title" else source.text)
        start = data.draw(st.integers(0, max(0, len(whole) - 1)))
        term = whole[start : start + data.draw(st.integers(1, 12))] or "教"
        wanted = {d.id for d in documents if term in searchindex.folded(d.title if field == "title" else d.text)}
        assert _search(files, len(documents), field, term) == wanted


def test_segments_cover_every_id_once() -> None:
    for highest in (0, 31, 32, 255, 256, 5000, 100_000, 1_000_000):
        covered = 0
        for level, index in searchindex.ranges(highest):
            size = searchindex.LEVELS[level][0]
            assert index * size == covered
            covered += size
        assert covered > highest >= covered - searchindex.LEVELS[0][0]


def test_a_new_article_falls_into_a_small_segment() -> None:
    before, after = searchindex.ranges(100_000), searchindex.ranges(100_001)
    assert before[:-1] == after[:-1]
    assert searchindex.LEVELS[after[-1][0]][0] == 32


@given(st.lists(st.integers(0, 10_000_000), max_size=30))
def test_numbers_survive(numbers: list[int]) -> None:
    assert _numbers(searchindex.listed(numbers)) == numbers
    rising = sorted(set(numbers))
    assert _rising(searchindex.encoded(rising)) == rising
