"""What is chosen in a list: a few articles, or all 12,345 of it, most of which were never read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chce_desktop.domain.article import ArticleInfo


@dataclass(frozen=True, slots=True)
class Chosen:
    """`count` articles; `infos` are those that are known already.

    `find` reads all ids from the library: call it in a job. `whole`: it is the whole list, whatever is in it.
    """

    count: int
    infos: tuple[ArticleInfo, ...]
    find: Callable[[], tuple[int, ...]]
    whole: bool = False

    @classmethod
    def of(cls, ids: Iterable[int], infos: Iterable[ArticleInfo] = ()) -> Chosen:
        """These articles."""
        wanted = tuple(dict.fromkeys(ids))
        return cls(len(wanted), tuple(infos), lambda: wanted)

    @classmethod
    def these(cls, infos: Iterable[ArticleInfo]) -> Chosen:
        """These articles, which are all known."""
        known = tuple(infos)
        return cls.of((info.id for info in known), known)
