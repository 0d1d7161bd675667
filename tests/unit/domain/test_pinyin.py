"""Syllables are those of pypinyin's dictionaries, whether these are looked into or read."""

from __future__ import annotations

import random
from functools import lru_cache

import pytest

from chce_desktop.domain import pinyin

_TEXTS = ("教育新闻", "音乐会在重庆", "乡村教育", "A 股上涨，GDP", "绿色", "𠮷野家", "", "一丁不识", "长大了")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("音乐", ("yin", "yue")),
        ("重庆", ("chong", "qing")),
        ("绿色", ("lv", "se")),
        ("A股，", ("A", "gu", "，")),
    ],
)
def test_words_decide_between_readings(text: str, expected: tuple[str, ...]) -> None:
    assert pinyin.syllables(text) == expected


def test_looking_into_the_dictionaries_gives_what_reading_them_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    words, characters = pinyin._dictionaries()
    chance = random.Random(4)  # noqa: S311 - repeatable, no secret
    some = [chance.choice([*words]) + chance.choice([*characters]) for _ in range(20)]
    found = {}
    for few in (10**9, 0):
        monkeypatch.setattr(pinyin, "_FEW", few)
        monkeypatch.setattr(pinyin._Dictionary, "looks", few and 1)
        pinyin.syllables.cache_clear()
        pinyin._Dictionary._looked.cache_clear()
        found[few] = [pinyin.syllables(text) for text in (*_TEXTS, *some)]
        for dictionary, known in ((pinyin._words, words), (pinyin._characters, characters)):
            ends = (min(known), max(known))
            assert [dictionary.get(key) for key in (*ends, "a")] == [*(known[key] for key in ends), None]
    assert found[0] == found[10**9]
    pinyin.syllables.cache_clear()


def test_an_edition_in_another_order_is_read_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pinyin._bytes(pinyin._WORDS)
    middle = data.rindex(b'\n"', 0, data.index(b'": ', len(data) // 2))
    monkeypatch.setattr(pinyin, "_bytes", lru_cache(lambda _: data[middle:] + data[:middle]))
    monkeypatch.setattr(pinyin._Dictionary, "looks", 0)
    turned = pinyin._Dictionary(pinyin._WORDS, str, bytes, lambda: {"音乐": "as read"})
    assert turned.get("音乐") == turned.get("音乐") == "as read"


def test_a_few_words_read_no_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinyin._Dictionary, "looks", 0)
    monkeypatch.setattr(pinyin, "_dictionaries", lambda: pytest.fail("the dictionaries were read"))
    pinyin.syllables.cache_clear()
    assert [pinyin.syllables(text)[0] for text in ("阅读", "劳动", "美育")] == ["yue", "lao", "mei"]
    pinyin.syllables.cache_clear()
