"""The objects of a branch, kept on this computer: enough of them to show its newest commit and to add one."""

from __future__ import annotations

import posixpath
import shutil
import stat as modes
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from dulwich.client import GitClient
from dulwich.errors import ApplyDeltaError, ChecksumMismatch, NotGitRepository, SendPackError
from dulwich.objects import Blob, Commit, ShaFile, Tree
from dulwich.pack import UnpackedObject
from dulwich.repo import Repo

from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.errors import NotThere, PublishError
from chce_desktop.publishing.remote import Entry, Stat

if TYPE_CHECKING:
    from dulwich.objects import ObjectID
    from dulwich.refs import Ref

ZERO = b"0" * 40
_AUTHOR = b"CHCE Desktop <chce-desktop@localhost>"
_FILE = 0o100644
_FETCHED = b"refs/heads/fetched"
# Each publish adds a pack; from so many on the objects are fetched anew into one.
_MOST_PACKS = 60

Blocks = Callable[[str], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Addition:
    """A commit that is ready to be pushed: its new trees, and the paths whose contents go with it."""

    commit: bytes
    parent: bytes
    made: tuple[ShaFile, ...]
    paths: tuple[str, ...]


class Store:
    """A bare repository at `place`. All calls come from one thread; `stop` ends what is under way in it."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._stopped = threading.Event()
        self._folders: dict[bytes, Tree] = {}
        self._repo = self._opened()
        self._damaged = False
        if sum(1 for _pack in (place / "objects" / "pack").glob("*.pack")) > _MOST_PACKS or not self._is_whole():
            self._renew()

    def _opened(self) -> Repo:
        try:
            return Repo(str(self._place))
        except (NotGitRepository, OSError, ValueError):
            shutil.rmtree(self._place, ignore_errors=True)
            self._place.mkdir(parents=True, exist_ok=True)
            return Repo.init_bare(str(self._place))

    def stop(self) -> None:
        """Let what is under way fail soon."""
        self._stopped.set()

    def close(self) -> None:
        """Let go of the files; of damaged ones for good."""
        self._repo.close()
        if self._damaged:
            shutil.rmtree(self._place, ignore_errors=True)

    def _renew(self) -> None:
        self._repo.close()
        shutil.rmtree(self._place, ignore_errors=True)
        self._folders.clear()
        self._damaged = False
        self._repo = self._opened()

    def fetch(self, client: GitClient, path: bytes, branch: bytes) -> tuple[bytes, bytes]:
        """The branch (the host's own where none is named) and its newest commit, which is here afterwards."""
        chosen = branch
        tip = ZERO

        def wants(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:
            nonlocal chosen, tip
            del depth
            self._check()
            if not chosen:
                chosen = _default_branch(refs)
            found = refs.get(_ref(b"refs/heads/" + chosen))
            tip = found or ZERO
            return [] if found is None or self._is_here(found) else [found]

        client.fetch(path, self._repo, determine_wants=wants, depth=1, progress=lambda _text: self._check())
        if tip != ZERO:
            self._repo.refs[_ref(_FETCHED)] = _id(tip)
        return chosen, tip

    def push(self, client: GitClient, path: bytes, ref: bytes, addition: Addition, blocks: Blocks) -> str | None:
        """Ask the host to move `ref` from the addition's parent to its commit. Answers with its refusal."""

        def update(refs: dict[Ref, ObjectID]) -> dict[Ref, ObjectID]:
            if refs.get(_ref(ref), _id(ZERO)) != addition.parent:
                return {}
            return {_ref(ref): _id(addition.commit)}

        def packed(*_have_and_want: object, **_options: object) -> tuple[int, Iterator[UnpackedObject]]:
            return len(addition.made) + len(addition.paths), self._objects(addition, blocks)

        try:
            answer = client.send_pack(path, update, packed)
        except SendPackError as error:
            return str(error)
        if _id(addition.commit) not in answer.refs.values():
            return "moved"
        return next((str(problem) for problem in (answer.ref_status or {}).values() if problem), None)

    def keep(self, addition: Addition, blocks: Blocks) -> None:
        """Keep what was pushed, so that it need not be fetched."""
        count = len(addition.made) + len(addition.paths)
        self._repo.object_store.add_pack_data(count, self._objects(addition, blocks))
        self._repo.refs[_ref(_FETCHED)] = _id(addition.commit)

    def prepared(self, parent: bytes, changes: Mapping[str, int | None], blocks: Blocks, message: str) -> Addition:
        """The commit that makes `changes` to what `parent` holds."""
        contents: dict[str, bytes | None] = {}
        seen: set[bytes] = set()
        paths = []
        for path, size in changes.items():
            self._check()
            contents[path] = None
            if size is not None:
                blob = Blob.from_string(b"".join(blocks(path)))
                contents[path] = blob.id
                if blob.id not in seen:
                    seen.add(blob.id)
                    paths.append(path)
        made: list[ShaFile] = []
        tree = self._changed(None if parent == ZERO else self.tree(parent), contents, made) or Tree()
        if not made:
            made.append(tree)
        commit = Commit()
        commit.tree = tree.id
        commit.parents = [] if parent == ZERO else [_id(parent)]
        commit.author = commit.committer = _AUTHOR
        commit.author_time = commit.commit_time = int(time.time())
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = message.encode()
        known = {one.id: one for one in made}
        return Addition(commit.id, parent, (*known.values(), commit), tuple(paths))

    def tree(self, commit: bytes) -> Tree:
        """The root folder of a commit."""
        found = self._object(commit)
        if not isinstance(found, Commit):
            raise NotGitRepository
        return self.folder(found.tree)

    def look_up(self, commit: bytes, path: str) -> tuple[int, bytes] | None:
        """Mode and id of what is at `path`; for the root a folder's."""
        tree = self.tree(commit)
        mode, sha = modes.S_IFDIR, tree.id
        for part in path.split("/") if path else ():
            if not modes.S_ISDIR(mode):
                return None
            folder = self.folder(sha)
            try:
                mode, sha = folder[part.encode()]
            except KeyError:
                return None
        return mode, sha

    def blob(self, commit: bytes, path: str) -> bytes | None:
        """The id of what is at `path`."""
        found = self.look_up(commit, path) if commit != ZERO else None
        return found[1] if found else None

    def folder(self, sha: bytes) -> Tree:
        """The folder with this id."""
        known = self._folders.get(sha)
        if known is not None:
            return known
        found = self._object(sha)
        if not isinstance(found, Tree):
            raise NotThere("")
        self._folders[sha] = found
        return found

    def content(self, sha: bytes) -> bytes:
        """The content with this id."""
        return self._object(sha).as_raw_string()

    def size(self, sha: bytes) -> int:
        """How many bytes it has."""
        return self._object(sha).raw_length()

    def _changed(self, tree: Tree | None, contents: Mapping[str, bytes | None], made: list[ShaFile]) -> Tree | None:
        """`tree` with these contents in it, None where nothing is left. New folders are added to `made`."""
        result = Tree() if tree is None else cast("Tree", tree.copy())
        inside: dict[str, dict[str, bytes | None]] = {}
        for path, content in contents.items():
            name, _slash, rest = path.partition("/")
            if rest:
                inside.setdefault(name, {})[rest] = content
            elif content is None:
                if name.encode() in result:
                    del result[name.encode()]
            else:
                result[name.encode()] = (_FILE, _id(content))
        for name, below in inside.items():
            mode, sha = result[name.encode()] if name.encode() in result else (0, b"")  # noqa: SIM401 - it has no `get`
            folder = self._changed(self.folder(sha) if modes.S_ISDIR(mode) else None, below, made)
            if folder is not None:
                result[name.encode()] = (modes.S_IFDIR, folder.id)
            elif mode:
                del result[name.encode()]
        if not len(result):
            return None
        made.append(result)
        return result

    def _objects(self, addition: Addition, blocks: Blocks) -> Iterator[UnpackedObject]:
        for one in addition.made:
            yield UnpackedObject(one.type_num, sha=one.sha().digest(), decomp_chunks=one.as_raw_chunks())
        for path in addition.paths:
            self._check()
            blob = Blob.from_string(b"".join(blocks(path)))
            yield UnpackedObject(Blob.type_num, sha=blob.sha().digest(), decomp_chunks=blob.as_raw_chunks())

    def _is_here(self, commit: bytes) -> bool:
        return self._repo.refs.as_dict().get(_ref(_FETCHED)) == commit

    def _is_whole(self) -> bool:
        """Whether what was fetched last can be read, as far as a look at its root tells."""
        tip = self._repo.refs.as_dict().get(_ref(_FETCHED))
        try:
            return tip is None or bool(self.tree(tip).id)
        except PublishError:
            return False

    def _object(self, sha: bytes) -> ShaFile:
        try:
            return self._repo.object_store[_id(sha)]
        except (KeyError, AssertionError, ValueError, OSError, zlib.error, ChecksumMismatch, ApplyDeltaError) as error:
            self._damaged = True
            raise PublishError(
                tr("What this computer keeps of the repository is damaged."),
                detail=f"{type(error).__name__}: {error}",
                hint=tr("Publish again: it is then fetched anew."),
            ) from error

    def _check(self) -> None:
        if self._stopped.is_set():
            raise ConnectionError("stopped")


class TreeBase:
    """What a commit shows. `hidden` names of the root folder are nobody's business."""

    def __init__(self, store: Store, commit: bytes, hidden: frozenset[str]) -> None:
        self._store = store
        self._commit = commit
        self._hidden = hidden

    def read(self, path: str) -> bytes:
        """As `Base` says."""
        found = self._store.look_up(self._commit, path)
        if found is None or modes.S_ISDIR(found[0]):
            raise NotThere(path)
        return self._store.content(found[1])

    def stat(self, path: str) -> Stat | None:
        """As `Base` says."""
        found = self._store.look_up(self._commit, path)
        if found is None:
            return None
        return self._stat(*found)

    def list(self, path: str) -> tuple[Entry, ...] | None:
        """As `Base` says."""
        found = self._store.look_up(self._commit, path)
        if found is None or not modes.S_ISDIR(found[0]):
            return None
        return tuple(self._entries(path, self._store.folder(found[1])))

    def _entries(self, path: str, folder: Tree) -> Iterable[Entry]:
        for name, mode, sha in folder.iteritems():
            text = name.decode("utf-8", "replace")
            if posixpath.join(path, text) not in self._hidden:
                stat = self._stat(mode, sha)
                yield Entry(text, stat.size, stat.is_folder)

    def _stat(self, mode: int, sha: bytes) -> Stat:
        if modes.S_ISDIR(mode) or mode == 0o160000:  # a folder, or another repository in its place
            return Stat(0, is_folder=True)
        return Stat(self._store.size(sha))


def _default_branch(refs: Mapping[Ref, ObjectID]) -> bytes:
    head = refs.get(_ref(b"HEAD"))
    named = sorted(name for name, sha in refs.items() if name.startswith(b"refs/heads/") and sha == head)
    for wanted in (b"refs/heads/main", b"refs/heads/master", *named):
        if wanted in named:
            return wanted.removeprefix(b"refs/heads/")
    return b"main"


def _id(sha: bytes) -> ObjectID:
    return sha  # type: ignore[return-value] # the library's own name for such bytes


def _ref(name: bytes) -> Ref:
    return name  # type: ignore[return-value] # the library's own name for such bytes
