"""What to send, switch and delete: a pure function of what is wanted and what is known about the host."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chce_desktop.domain.manifest import FileEntry, Manifest
from chce_desktop.publishing.errors import FileRefused, PathsCollide
from chce_desktop.publishing.records import Intent, RemoteManifest, is_public_path, stage_name

# The order in which readers come to see what changed: whatever a page needs or names is there before the page.
RANKS = ("assets", "articles", "lists", "records", "front")
_ASSETS, _ARTICLES, _LISTS, _RECORDS, _FRONT = range(len(RANKS))
_PAGE = (".html", ".htm")
_RECORD = (".xml", ".json", ".txt", ".webmanifest", ".rss", ".atom")
_OLDER_LIST = re.compile(r"page-\d+\.html?")
_INDEX = {"index.html", "index.htm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteState:
    """What is known about the host. `files`: ours, as they are now. `unsure`: ours, perhaps there, content unknown.

    `folders`: made by us. `staged`: names and sizes in the stage. `moved`: where `files` differs from the manifest
    that the head names, since a switch was interrupted.
    """

    files: Mapping[str, FileEntry]
    folders: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    staged: Mapping[str, int]
    moved: Mapping[str, FileEntry | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Ordered steps. `sends` are the writes whose content is not whole in the stage; `writes` are in switch order.

    `unsure` are writes of which the host may hold the wanted content already.
    """

    writes: tuple[tuple[str, ...], ...]
    sends: tuple[str, ...]
    deletes: tuple[tuple[str, ...], ...]
    folders: tuple[str, ...]
    touched: tuple[str, ...]
    entries: Mapping[str, FileEntry]
    litter: tuple[str, ...]
    unsure: frozenset[str] = frozenset()

    @property
    def bytes(self) -> int:
        """How much is to be sent."""
        return sum(self.entries[path].size for path in self.sends)

    @property
    def changes(self) -> bool:
        """Whether readers will see anything else than before."""
        return any(self.writes) or any(self.deletes)


def rank(path: str) -> int:
    """The position of `path` in the switch, an index of `RANKS`."""
    folder, name = posixpath.split(path.lower())
    if name.endswith(_PAGE):
        if not folder or folder == "search":
            return _FRONT
        return _LISTS if name in _INDEX or _OLDER_LIST.fullmatch(name) else _ARTICLES
    if folder == "search" or folder.startswith("search/"):
        return _FRONT if name == "index.js" else _RECORDS  # the directory after what it tells of
    if name.endswith(_RECORD) and not folder.startswith(("assets", "media")):
        return _RECORDS
    return _ASSETS


def is_page(path: str) -> bool:
    """Whether readers would call it a page."""
    return path.lower().endswith(_PAGE)


def state_of(
    manifest: RemoteManifest,
    intent: Intent | None,
    staged: Mapping[str, int],
    observed: Mapping[str, int | None],
    *,
    renames: bool = True,
) -> RemoteState:
    """What the host holds after any interruption.

    `observed` are the sizes that all paths of the intent have now (None: nothing there); what contradicts the records
    is taken as unknown, and so written again. Without `renames` there is no stage that would tell which files of the
    intent were written, so all of them are unknown.
    """
    files: dict[str, FileEntry] = dict(manifest.manifest.files)
    unsure: set[str] = set()
    moved: dict[str, FileEntry | None] = {}
    folders = manifest.folders
    if intent is not None:
        folders |= intent.folders
        moved.update(intent.settled)
        if renames:
            moved.update({p: entry for p, entry in intent.writes.items() if stage_name(p, entry) not in staged})
        else:
            moved.update({p: None for p, entry in intent.writes.items() if p in files or observed.get(p) == entry.size})
        for path, size in observed.items():
            believed = moved[path] if path in moved else files.get(path)
            if believed is not None and believed.size != size:
                moved[path] = None
    for path, now in moved.items():
        if now is None:
            files.pop(path, None)
            unsure.add(path)
        else:
            files[path] = now
    return RemoteState(files=files, folders=folders, unsure=frozenset(unsure), staged=staged, moved=moved)


def make_plan(wanted: Manifest, remote: RemoteState, *, case_sensitive: bool = True) -> Plan:
    """The steps from `remote` to `wanted`. Raises PathsCollide, and FileRefused for a path that cannot be published."""
    check_paths(wanted.files, case_sensitive=case_sensitive)
    writes: list[list[str]] = [[] for _ in RANKS]
    deletes: list[list[str]] = [[] for _ in RANKS]
    entries: dict[str, FileEntry] = {}
    sends = []
    needed = set()
    for path in sorted(wanted.files):
        entry = wanted.files[path]
        if remote.files.get(path) != entry:
            writes[rank(path)].append(path)
            entries[path] = entry
            name = stage_name(path, entry)
            needed.add(name)
            if remote.staged.get(name) != entry.size:
                sends.append(path)
    for path in sorted((remote.files.keys() | remote.unsure) - wanted.files.keys()):
        deletes[rank(path)].append(path)
    folders = {folder for path in entries for folder in folders_of(path)}
    return Plan(
        writes=tuple(map(tuple, writes)),
        sends=tuple(sends),
        deletes=tuple(map(tuple, reversed(deletes))),
        folders=tuple(sorted(folders)),
        touched=tuple(sorted({posixpath.dirname(path) for group in (*writes, *deletes) for path in group})),
        entries=entries,
        litter=tuple(sorted(remote.staged.keys() - needed)),
        unsure=remote.unsure & entries.keys(),
    )


def folders_of(path: str) -> tuple[str, ...]:
    """All folders above `path`, outermost first, without the site's own."""
    parts = path.split("/")[:-1]
    return tuple("/".join(parts[: count + 1]) for count in range(len(parts)))


def check_paths(paths: Iterable[str], *, case_sensitive: bool) -> None:
    """Refuse paths that a host would not keep apart or that leave the site. Raises PathsCollide, FileRefused."""
    folded: dict[str, str] = {}
    for path in paths:
        if not is_public_path(path) or unicodedata.normalize("NFC", path) != path:
            raise FileRefused(path)
        if not case_sensitive:
            other = folded.setdefault(path.casefold(), path)
            if other != path:
                raise PathsCollide(other, path)


def unusual_deletion(before: Iterable[str], removed: Iterable[str]) -> bool:
    """Whether more than 20 pages or 10 % of the pages would vanish; one or two are never unusual."""
    gone = sum(map(is_page, removed))
    return gone > 20 or (gone > 2 and gone * 10 > sum(map(is_page, before)))
