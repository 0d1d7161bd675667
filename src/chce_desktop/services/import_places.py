"""Where imported articles came from and where they go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from chce_desktop.importing.importer import ImportedArticle
from chce_desktop.services.site import Site
from chce_desktop.storage.origins import Origin


class KnownOrigins:
    """What was imported before, and where from."""

    def __init__(self, known: Iterable[Origin]) -> None:
        self._by_address: dict[str, Origin] = {}
        self._by_tail: dict[str, list[Origin]] = {}
        for origin in known:
            self._by_address[origin.address] = origin
            self._by_tail.setdefault(_tail(origin.address), []).append(origin)

    def of(self, article: ImportedArticle, title_of: Callable[[Origin], str]) -> Origin | None:
        """The origin of an article: the same place, or the same article of a folder that was moved since."""
        exact = self._by_address.get(article.address)
        if exact is not None:
            return exact
        for origin in self._by_tail.get(_tail(article.address), ()):
            if not f"/{origin.address}".endswith(f"/{article.path}"):
                continue
            if origin.hash.partition(" ")[0] == article.hash:
                return origin
            if not Path(origin.address).exists() and title_of(origin) == article.fields.get("title"):
                return origin
        return None


class ColumnPaths:
    """Columns by the paths that files name, made where they are missing."""

    def __init__(self, site: Site, base_id: int | None) -> None:
        self._site = site
        self._base_id = base_id
        tree = site.columns.tree()
        self._known: dict[tuple[int | None, str], int] = {}
        self._missing: set[tuple[object, str]] = set()
        for column, _ in tree.walk():
            self._known.setdefault((column.parent_id, column.name), column.id)
        self.created = 0

    def ids(self, article: ImportedArticle, *, create: bool = False) -> list[int]:
        """The columns of an article, the main one first. Without `create` missing ones are only counted."""
        paths = article.columns or ((),)
        base = self._base_id if article.from_folder else None
        found = [self._id(path, base, create=create) for path in paths]
        return list(dict.fromkeys(column_id for column_id in found if column_id is not None))

    def _id(self, path: tuple[str, ...], base: int | None, *, create: bool) -> int | None:
        parent: int | None = base
        for depth, name in enumerate(path):
            known = self._known.get((parent, name))
            if known is None and not create:
                missing = {(parent, "/".join(path[depth : end + 1])) for end in range(depth, len(path))}
                self.created += len(missing - self._missing)
                self._missing |= missing
                return None
            if known is None:
                column = self._site.columns.add(name, parent)
                known = self._known[parent, name] = column.id
                self.created += 1
            parent = known
        return parent


def _tail(address: str) -> str:
    return "/".join(PurePosixPath(address).parts[-2:])
