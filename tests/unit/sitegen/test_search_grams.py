"""What a piece of the search index lists, compared with a look at every substring."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chce_desktop.sitegen import searchgrams, searchrows
from chce_desktop.sitegen.searchlists import ALPHABET, bucket, listed
from tests.helpers.search_numbers import rows as rows_of

MOST = 2
#: Few characters, so that grams repeat: of one to four bytes, what JSON and scripts escape, a lone surrogate, and 0.
CHARACTERS = 'ab教的\x01\0"\\<é\ud800𠮷'
SHAPES = [((0, 1), 1), ((0, 8), 1), ((1, 8), 1), ((16, 64), 16)]
TEXTS = st.lists(st.text("ab教", max_size=60) | st.text(CHARACTERS, max_size=30), min_size=1, max_size=14)


def _numbers(text: str) -> Iterator[int]:
    value = total = 0
    for character in text:
        digit = ALPHABET.index(character)
        value = value * 45 + digit % 45
        if digit < 45:
            total += value
            yield total
            value = 0


def _list(value: str) -> tuple[str, list[int]]:
    if value.startswith(" "):
        bits = "".join(f"{ALPHABET.index(digit):06b}" for digit in value[1:])
        return "articles", [n for n, bit in enumerate(bits) if bit == "1"]
    return ("articles", list(_numbers(value[1:]))) if value.startswith("~") else ("places", list(_numbers(value)))


def _made(
    texts: Sequence[str],
    shift: int,
    longest: int,
    buckets: tuple[int, int],
    stripes: int,
    fold: Callable[[str], str] = str,
) -> Mapping[str, tuple[str, list[int]]]:
    text = searchgrams.Text(texts, longest, fold)
    made = searchgrams.rows(text, shift, longest, buckets, stripes)
    found = dict(_of(made.places, buckets[1], stripes))
    if buckets[0]:
        assert {kind for kind, _ in found.values()} <= {"places"}
        articles = dict(_of(made.articles, buckets[0], stripes))
        assert {kind for kind, _ in articles.values()} <= {"articles"}
        assert not found.keys() & articles.keys()
        found |= articles
    for length, grams in enumerate(made.common, 2):
        assert set(grams) == {gram for gram, (kind, _) in found.items() if kind == "articles" and len(gram) == length}
    return found


def _of(made: Sequence[tuple[bytes, bytes]], buckets: int, stripes: int) -> Iterator[tuple[str, tuple[str, list[int]]]]:
    """What is in the buckets of stripes."""
    assert len(made) == stripes
    seen = set()
    for stripe, (data, edges) in enumerate(made):
        starts = memoryview(edges).cast("I").tolist()
        assert starts == sorted(starts)
        assert (starts[0], starts[-1], len(starts)) == (0, len(data), buckets // stripes + 1)
        for number, (start, end) in enumerate(pairwise(starts)):
            part = data[start:end].decode()
            assert "<" not in part
            for gram, value in rows_of(json.loads(f'"{part}"')).items():
                assert gram not in seen
                seen.add(gram)
                assert bucket(gram, buckets) == stripe * buckets // stripes + number
                yield gram, _list(value)


def _wanted(texts: Sequence[str], shift: int, longest: int) -> Mapping[str, tuple[str, list[int]]]:
    places: dict[str, list[int]] = {}
    articles: dict[str, list[int]] = {}
    slot = 0
    for number, text in enumerate(texts):
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + longest) + 1):
                gram = text[start:end]
                places.setdefault(gram, []).append((slot << shift) + start)
                if articles.setdefault(gram, [])[-1:] != [number]:
                    articles[gram].append(number)
        slot += (len(text) >> shift) + 1
    places = {gram: found for gram, found in places.items() if "\0" not in gram}
    common = {gram for gram, found in places.items() if len(found) > MOST and 2 <= len(gram) < longest}
    return {
        gram: ("articles", articles[gram]) if len(gram) == 1 or gram in common else ("places", found)
        for gram, found in places.items()
        if len(gram) <= 2 or gram[:-1] in common or gram[1:] in common
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(TEXTS, st.integers(2, 6), st.integers(2, 6), st.sampled_from(SHAPES), st.integers(1, 40))
@example(["", "\0", ""], 6, 6, ((0, 8), 1), 1)
@example(["a" * 64], 6, 6, ((8, 8), 1), 40)
def test_a_piece_lists_what_stands_in_its_texts(
    monkeypatch: pytest.MonkeyPatch,
    texts: list[str],
    shift: int,
    longest: int,
    shape: tuple[tuple[int, int], int],
    together: int,
) -> None:
    monkeypatch.setattr(searchgrams, "_MOST", MOST)
    monkeypatch.setattr(searchgrams, "_TABLE", together)  # much is done in several goes
    monkeypatch.setattr(searchgrams, "_TOGETHER", together)
    monkeypatch.setattr(searchrows, "_TOGETHER", together)
    assert _made(texts, shift, longest, *shape) == _wanted(texts, shift, longest)


@given(st.lists(st.text("aA\u00dfsİiΣς ﬁ教", max_size=30), min_size=1, max_size=6))
@example(["aAΣς", "ß", "İ"])
@example(["aAΣς", "AA"])
def test_texts_are_folded_one_character_at_a_time_or_as_a_whole(texts: list[str]) -> None:
    folded = [text.casefold() for text in texts]
    assert _made(texts, 3, 4, (8, 8), 1, str.casefold) == _made(folded, 3, 4, (8, 8), 1)
    assert searchgrams.Text(texts, 4, str.casefold).lengths.tolist() == list(map(len, folded))


@given(st.lists(st.integers(1, 2**32 - 1), min_size=1))
@example([44, 45, 45**2 - 1, 45**2, 45**3 - 1, 45**3, 45**4 - 1, 45**4, 45**5 - 1, 45**5, 2**32 - 1])
@example([2**32 - 1])
def test_numbers_of_any_size_are_written_as_the_reader_reads_them(numbers: list[int]) -> None:
    wanted = list(map(listed, ([number] for number in numbers)))
    at = np.cumsum([0, *map(len, wanted[:-1])])
    out = np.zeros(sum(map(len, wanted)) + 2, np.uint8)
    searchrows._write_numbers(out, at, np.array(numbers, np.uint32))
    assert out[:-2].tobytes().decode() == "".join(wanted)


def test_a_build_that_makes_no_piece_does_without_numpy(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from chce_desktop.sitegen import build\n"
        "from tests.helpers.snapshots import site\n"
        "build(site(int(sys.argv[1]), Path(sys.argv[2]) / 'library'), Path(sys.argv[2]) / 'out')\n"
        "print('numpy' in sys.modules)\n"
    )
    for articles, wanted in ((3, "False"), (40, "True")):
        folder = tmp_path / str(articles)
        command = [sys.executable, "-c", program, str(articles), str(folder)]
        answer = subprocess.run(command, capture_output=True, check=True, text=True)
        assert answer.stdout.split() == [wanted], answer.stderr
