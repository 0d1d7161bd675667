"""The grams of a text: its characters, its pairs of neighbouring characters, and the common phrases that it has."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from operator import add as joined

_ASCII_TO = 0xE000
_PRIVATE_TO = 0xF0000
_TABLE = {code: _ASCII_TO + code for code in range(128)} | {_ASCII_TO + code: _PRIVATE_TO + code for code in range(128)}
#: Case-folded surrogates cannot be stored in UTF-8; they never are in text that came from a user.
_TABLE |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)

_TITLE, _NOT_BODY = "t", "n"
#: What an article in the trash has besides.
TRASHED = "x"
#: More pairs of one term than this hardly narrow it further, and each is a list to walk.
_PAIRS = 12

Fields = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases that are grams of their own, case-folded and moved (`moved`)."""

    all: frozenset[str] = frozenset()
    _by_head: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        heads: dict[str, list[str]] = {}
        for phrase in self.all:
            heads.setdefault(phrase[:2], []).append(phrase)
        object.__setattr__(self, "_by_head", {head: tuple(found) for head, found in heads.items()})

    def __contains__(self, phrase: str) -> bool:
        return phrase in self.all

    def within(self, pairs: Collection[str], text: str) -> list[str]:
        """Those that occur in a moved text with these pairs of characters."""
        heads = self._by_head
        return [
            phrase for head in heads.keys() & pairs for phrase in heads[head] if phrase[-2:] in pairs and phrase in text
        ]


def moved(text: str) -> str:
    """Case-folded, and out of the way of the tokenizer `ascii`."""
    return text.casefold().translate(_TABLE)


def is_shared(gram: str) -> bool:
    """Whether a moved gram may be that of another text: private-use characters are moved to where others are."""
    return any(_PRIVATE_TO <= ord(character) < _PRIVATE_TO + 128 for character in gram)


def tokens(fields: Fields, common: Phrases) -> set[str]:
    """Everything that the index says about an article with this title, summary and body."""
    title, summary, body = (_grams(moved(text), common) for text in fields)
    outside = (title | summary) - body
    found = {_TITLE + gram for gram in title}
    found.update(_NOT_BODY + gram for gram in outside)
    found |= body
    found |= outside
    return found


def phrase_tokens(phrase: str, fields: Iterable[str]) -> list[str]:
    """The same for one moved phrase in an article's moved title, summary and body."""
    in_title, in_summary, in_body = (phrase in text for text in fields)
    if not (in_title or in_summary or in_body):
        return []
    return [phrase, *([_TITLE + phrase] if in_title else ()), *(() if in_body else [_NOT_BODY + phrase])]


def asked(gram: str, where: str) -> str:
    """FTS5's expression for the articles with a gram in `all`, `title` or `body`."""
    if where == "title":
        return f'"{_TITLE}{gram}"'
    return f'("{gram}" NOT "{_NOT_BODY}{gram}")' if where == "body" else f'"{gram}"'


def pairs(term: str) -> list[str]:
    """Pairs that every text with the moved term has: all of them, or a dozen spread over a long one."""
    found = list(dict.fromkeys(a + b for a, b in pairwise(term)))
    return found[:: -(-len(found) // _PAIRS)]


def _grams(text: str, common: Phrases) -> set[str]:
    found = set(map(joined, text, text[1:]))
    long = common.within(found, text)
    found.update(text)
    found.update(long)
    return found
