"""Chinese in Latin letters: syllables without tones, with the readings that pypinyin's dictionaries give."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import groupby

_LONGEST = 8
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
def _dictionaries() -> tuple[dict[str, list[list[str]]], dict[int, str]]:
    # Some 100 ms and 20 MB: not before the first title.
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.pinyin_dict import pinyin_dict

    return phrases_dict, pinyin_dict


def _is_han(character: str) -> bool:
    return ord(character) in _dictionaries()[1]


def _read(piece: str) -> list[str]:
    words, characters = _dictionaries()
    found: list[str] = []
    place = 0
    while place < len(piece):
        for length in range(min(_LONGEST, len(piece) - place), 1, -1):
            word = words.get(piece[place : place + length])
            if word is not None:
                found += [_plain(readings[0]) for readings in word]
                place += length
                break
        else:
            found.append(_plain(characters[ord(piece[place])].split(",")[0]))
            place += 1
    return found


@cache
def _plain(reading: str) -> str:
    letters = unicodedata.normalize("NFD", reading).replace("u\N{COMBINING DIAERESIS}", "v")
    return "".join(c for c in letters if not unicodedata.combining(c))
