"""Chinese in Latin letters: syllables without tones, with the readings that pypinyin's dictionaries give."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import groupby
from json import JSONDecoder
from pathlib import Path
from typing import Any

_WORDS, _CHARACTERS = "phrases_dict.json", "pinyin_dict.json"
_LONGEST = 8
_BETWEEN = re.compile(r"[\s:,]*")
_OTHER = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=512)
def syllables(text: str) -> tuple[str, ...]:
    """One syllable for each Han character (`lü` is `lv`); everything between them as it stands.

    Words decide between readings: the longest word of the dictionary that begins at a place is taken (音乐 is yinyue).
    """
    found: list[str] = []
    for han, run in groupby(text, key=_is_han):
        piece = "".join(run)
        if han:
            found += _read(piece)
        else:
            found.append(piece)
    return tuple(found)


def keys(title: str) -> tuple[str, str]:
    """A title's pinyin without blanks, and the first letters of its syllables and words: 教育新闻 is `jyxw`.

    Both hold small letters and digits only; a Latin word counts as one syllable.
    """
    words: list[str] = []
    for syllable in syllables(unicodedata.normalize("NFKC", title)):
        words += [word for word in _OTHER.split(syllable.casefold()) if word]
    return "".join(words), "".join(word[0] for word in words)


@cache
def _dictionaries() -> tuple[dict[str, str], dict[str, str]]:
    # Some 200 ms and 15 MB: not before the first title. Of several readings the first, as text: 90,000 small lists
    # would keep the garbage collector busy, and everybody waits for it.
    words = {word: " ".join(readings[0] for readings in each) for word, each in _entries(_WORDS)}
    characters = {chr(int(number)): each.partition(",")[0] for number, each in _entries(_CHARACTERS)}
    return words, characters


def edition() -> str:
    """Changes with the dictionaries, so that what was read by them may be kept."""
    return " ".join(str(_file(name).stat().st_size) for name in (_WORDS, _CHARACTERS)) + unicodedata.unidata_version


def _file(name: str) -> Path:
    package = find_spec("pypinyin")
    folders = package.submodule_search_locations if package is not None else None
    if not folders:
        raise ModuleNotFoundError("pypinyin")
    return Path(folders[0], name)


def _entries(name: str) -> Iterator[tuple[str, Any]]:
    # Importing pypinyin would parse each file in one call, during which no other thread, the window's neither, gets
    # the interpreter. Entry by entry it is never kept for long.
    text = _file(name).read_text(encoding="utf-8")
    decode = JSONDecoder().raw_decode
    place = text.index('"')
    while True:
        key, place = decode(text, place)
        value, place = decode(text, _BETWEEN.match(text, place).end())  # type: ignore[union-attr] # matches anything
        yield key, value
        place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr] # as above
        if text[place] == "}":
            return


def _is_han(character: str) -> bool:
    return character in _dictionaries()[1]


def _read(piece: str) -> list[str]:
    words, characters = _dictionaries()
    found: list[str] = []
    place = 0
    while place < len(piece):
        for length in range(min(_LONGEST, len(piece) - place), 1, -1):
            word = words.get(piece[place : place + length])
            if word is not None:
                found += [_plain(reading) for reading in word.split(" ")]
                place += length
                break
        else:
            found.append(_plain(characters[piece[place]]))
            place += 1
    return found


@cache
def _plain(reading: str) -> str:
    letters = unicodedata.normalize("NFD", reading).replace("u\N{COMBINING DIAERESIS}", "v")
    return "".join(c for c in letters if not unicodedata.combining(c))
