"""How a Chinese title is typed on a Latin keyboard."""

from __future__ import annotations

import re

from pypinyin import lazy_pinyin

_OTHER = re.compile(r"[^a-z0-9]+")


def keys(title: str) -> tuple[str, str]:
    """A title's pinyin without blanks, and the first letters of its syllables and words: 教育新闻 is `jyxw`.

    Both hold small letters and digits only; a Latin word counts as one syllable.
    """
    words: list[str] = []
    for syllable in lazy_pinyin(title.casefold()):
        words += [word for word in _OTHER.split(syllable) if word]
    return "".join(words), "".join(word[0] for word in words)
