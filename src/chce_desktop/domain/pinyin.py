"""Chinese in Latin letters: syllables without tones, with the readings that pypinyin's dictionaries give."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec
from itertools import groupby
from json import JSONDecoder
from pathlib import Path
from typing import Any

_WORDS, _CHARACTERS = "phrases_dict.json", "pinyin_dict.json"
_LONGEST = 8
#: So many looks into the files take less time, and no memory, than reading all of them.
_FEW = 4000
#: What stands around the key of an entry, and nowhere else.
_KEY_START, _KEY_END = b'\n"', b'": '
_BETWEEN = re.compile(r"[\s:,]*")
#: No entry is longer, in bytes.
_ENTRY = 1000
_OTHER = re.compile(r"[^a-z0-9]+")
#: Key to the first reading; of a word with a blank between syllables.
_Readings = Mapping[str, str]


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


class _Dictionary:
    """A file of pypinyin: looked into for the first few entries, as for a site's tags, then read as a whole."""

    looks = 0

    def __init__(
        self, name: str, written: Callable[[str], str], order: Callable[[bytes], Any], whole: Callable[[], _Readings]
    ) -> None:
        """`written`: how an entry's key stands in the file, `order`: by what of that its entries are sorted."""
        self._name, self._written, self._order, self._whole = name, written, order, whole

    def get(self, key: str) -> str | None:
        """The first reading."""
        return self._whole().get(key) if _Dictionary.looks > _FEW else self._looked(key)

    @lru_cache(maxsize=2 * _FEW)  # noqa: B019 - there are two of them, as long as the program runs
    def _looked(self, key: str) -> str | None:
        _Dictionary.looks += 1
        if not self._is_sorted:
            _Dictionary.looks = _FEW + 1
        if _Dictionary.looks > _FEW:
            _bytes.cache_clear()
            return self._whole().get(key)
        data, sought = _bytes(self._name), self._written(key).encode()
        wanted = self._order(sought)
        low, high = 0, len(data)
        while low < high:
            middle = (low + high) // 2
            end, found = _key_after(data, middle)
            if end >= 0 and self._order(found) < wanted:
                low = end + 1
            else:
                high = middle
        end, found = _key_after(data, low)
        if end < 0 or found != sought:
            return None
        start = end + len(_KEY_END)
        value, _ = JSONDecoder().raw_decode(data[start : start + _ENTRY].decode("utf-8", "ignore"))
        return _first(value)

    @cached_property
    def _is_sorted(self) -> bool:
        """Whether the entries are in order, as far as a hundred of them tell: another edition may have another one."""
        data = _bytes(self._name)
        keys = [_key_after(data, place)[1] for place in range(0, len(data) - _ENTRY, len(data) // 100)]
        places = list(map(self._order, keys))
        return places == sorted(places)


def _key_after(data: bytes, place: int) -> tuple[int, bytes]:
    """Where the first key ends that ends behind a place, and the key; -1 where there is none."""
    end = data.find(_KEY_END, place)
    return end, data[data.rfind(_KEY_START, 0, max(end, 0)) + len(_KEY_START) : end]


@cache
def _bytes(name: str) -> bytes:
    return _file(name).read_bytes()


def _first(value: Any) -> str:
    return value.partition(",")[0] if isinstance(value, str) else " ".join(readings[0] for readings in value)


@cache
def _dictionaries() -> tuple[dict[str, str], dict[str, str]]:
    # Some 200 ms and 15 MB: not before many titles. Of several readings the first, as text: 90,000 small lists
    # would keep the garbage collector busy, and everybody waits for it.
    words = {word: _first(each) for word, each in _entries(_WORDS)}
    characters = {chr(int(number)): _first(each) for number, each in _entries(_CHARACTERS)}
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
    return not character.isascii() and _characters.get(character) is not None


def _read(piece: str) -> list[str]:
    found: list[str] = []
    place = 0
    while place < len(piece):
        for length in range(min(_LONGEST, len(piece) - place), 1, -1):
            word = _words.get(piece[place : place + length])
            if word is not None:
                found += [_plain(reading) for reading in word.split(" ")]
                place += length
                break
        else:
            found.append(_plain(_characters.get(piece[place]) or ""))
            place += 1
    return found


@cache
def _plain(reading: str) -> str:
    letters = unicodedata.normalize("NFD", reading).replace("u\N{COMBINING DIAERESIS}", "v")
    return "".join(c for c in letters if not unicodedata.combining(c))


_words = _Dictionary(_WORDS, str, bytes, lambda: _dictionaries()[0])
_characters = _Dictionary(_CHARACTERS, lambda character: str(ord(character)), int, lambda: _dictionaries()[1])
