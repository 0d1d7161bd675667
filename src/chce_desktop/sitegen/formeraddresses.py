"""Addresses that once led to a page: where they lead now. None that was ever published stops working."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.redirect import Redirect
from chce_desktop.sitegen.catalogue import Catalogue

_OLD_PATH = re.compile(r"(?:[a-z0-9][a-z0-9-]*/)*[a-z0-9][a-z0-9-]*\.html")
_LISTED = re.compile(r"(?:index|page-\d+)\.html")
#: Pages that are no page of the site's content.
_SPECIAL = frozenset({"404.html", "410.html"})
#: Pieces that a web server puts into pages: files for it, no pages, whatever the library remembers of them.
_PIECES = "fragments/"
#: So many published paths are looked at one by one.
_FEW = 64


class FormerAddresses:
    """What stands at addresses that have no page of their own any more; `taken` tells which have one."""

    def __init__(self, catalogue: Catalogue, taken: Callable[[str], bool]) -> None:
        self._catalogue = catalogue
        self._snapshot = catalogue.snapshot
        self._taken = taken

    @cached_property
    def _notices(self) -> Mapping[str, ArticleInfo]:
        return {self._catalogue.article_path(info): info for info in self._snapshot.withdrawn}

    @cached_property
    def withdrawn(self) -> Mapping[str, ArticleInfo]:
        """Path to the withdrawn article that readers met there, under this or its present address."""
        by_id = {info.id: info for info in self._snapshot.withdrawn}
        found = {path: info for path, info in self._notices.items() if path not in self._moved}
        found |= {each.old_path: by_id[each.article_id] for each in self._open if each.article_id in by_id}
        return {path: info for path, info in found.items() if not self._taken(path)}

    def made_from(self) -> object:
        """What all of them follow from, besides the lost ones and the addresses that are taken."""
        notices = sorted((path, info.id) for path, info in self._notices.items())
        return self._snapshot.redirects, notices

    @cached_property
    def lost(self) -> Sequence[str]:
        """Published paths at which nothing stands that is told of otherwise, in order."""
        published = self._snapshot.published
        return sorted(filter(self._is_lost, published.keys() - self._catalogue.by_path.keys())) if published else []

    @cached_property
    def published_mark(self) -> tuple[int, int, int]:
        """What tells published paths from those of another build: how many, the sum of their times, the latest one."""
        moments = self._snapshot.published.values()
        return len(moments), sum(moments), max(moments, default=0)

    def are_lost(self, lost: Sequence[str], mark: Sequence[int], stood: Callable[[str], bool]) -> bool:
        """Whether the lost paths are those that an earlier build found, whose `published_mark` that was.

        For who knows that no page has gone from its path: then only those count that were published since, unless a
        page `stood` there, and nothing is looked for in the rest.
        """
        count, total, latest = mark
        if self.published_mark == (count, total, latest):
            return True
        published = self._snapshot.published
        new = [path for path, moment in published.items() if moment > latest]
        rest = (self.published_mark[0] - len(new), self.published_mark[1] - sum(published[path] for path in new))
        if rest == (count, total) and len(new) <= _FEW and all(not _is_address(path) or stood(path) for path in new):
            return True
        return list(self.lost) == list(lost)

    @cached_property
    def _open(self) -> Sequence[Redirect]:
        """What the library remembers, as far as it may stand in the site: no page is there."""
        former = (each for each in self._snapshot.redirects if _OLD_PATH.fullmatch(each.old_path))
        return [each for each in former if not self._taken(each.old_path)]

    @cached_property
    def _moved(self) -> Mapping[str, str]:
        """Former path to the present path of what readers met there, where that is a page of its own."""
        targets = ((each.old_path, self._target(each)) for each in self._open)
        return {path: target for path, target in targets if target}

    @cached_property
    def redirects(self) -> Mapping[str, str]:
        """Former path to present path."""
        found = dict(self._moved)
        for path in self.lost:
            target = self._nearest(path) if path not in found else ""
            if target:
                found[path] = target
        return found

    @cached_property
    def gone(self) -> Mapping[str, int | None]:
        """Published paths of articles that are not in the library any more, with the column that they stood in."""
        slugs = {column.slug: column.id for column in self._snapshot.columns}
        return {path: slugs.get(path.rpartition("/")[0]) for path in self.lost if path not in self.redirects}

    def _is_lost(self, path: str) -> bool:
        return _is_address(path) and not self._taken(path) and path not in self.withdrawn

    def _nearest(self, path: str) -> str:
        """The page that stands for one of a list or an archive that is not there any more; empty for an article."""
        folder, _, name = path.rpartition("/")
        if folder != "archive" and not _LISTED.fullmatch(name):
            return ""
        while folder:
            if self._taken(f"{folder}/index.html"):
                return f"{folder}/index.html"
            folder = folder.rpartition("/")[0]
        return "index.html"

    def _target(self, redirect: Redirect) -> str | None:
        catalogue = self._catalogue
        if redirect.article_id is not None:
            info = catalogue.by_id.get(redirect.article_id)
            return catalogue.article_path(info) if info else None
        if redirect.tag:  # however it is spelled by now
            path = catalogue.tag_path(redirect.tag)
            return path if self._taken(path) else None
        column = catalogue.tree.get(redirect.column_id)
        return catalogue.column_path(column) if column else None


def _is_address(path: str) -> bool:
    """Whether readers may know it, and something has to stand there."""
    return path not in _SPECIAL and not path.startswith(_PIECES) and bool(_OLD_PATH.fullmatch(path))
