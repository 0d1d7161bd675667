"""The library's texts, read once though they are needed twice: for the pages, and for the search index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chce_desktop.domain.snapshot import Bodies

#: Characters that are remembered at most: those of the pieces of the search index whose pages come next.
_MOST = 8_000_000


class TextsTwice:
    """Remembers what was read until it is asked for again, as long as that is not much. For one thread."""

    def __init__(self, texts: Bodies) -> None:
        self._texts = texts
        self._waiting: dict[int, str] = {}
        self._size = 0

    def get(self, article_ids: Iterable[int]) -> Mapping[int, str]:
        """The bodies of these articles."""
        ids = list(article_ids)
        found = {number: text for number in ids if (text := self._waiting.pop(number, None)) is not None}
        self._size -= sum(map(len, found.values()))
        missing = [number for number in ids if number not in found]
        read = self._texts.get(missing) if missing else {}
        for number, text in read.items():
            if self._size + len(text) <= _MOST:
                self._waiting[number] = text
                self._size += len(text)
        return {**found, **read}
