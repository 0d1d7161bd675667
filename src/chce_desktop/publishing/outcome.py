"""What a publish is given and what it answers: plain values, shared with the window."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from chce_desktop.domain.manifest import Manifest

FOREIGN_FILES = "foreign_files"
OTHER_GENERATION = "other_generation"
OTHER_SITE = "other_site"
UNUSUAL_DELETION = "unusual_deletion"
WITHDRAWN_RETURN = "withdrawn_return"
QUESTIONS = (OTHER_SITE, OTHER_GENERATION, FOREIGN_FILES, UNUSUAL_DELETION, WITHDRAWN_RETURN)
#: Of how many files a result names the paths.
MOST_NAMED = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What a web server gives for a public path: status, the public path to which it led on, and the bytes."""

    status: int
    path: str
    body: bytes


def _never(_path: str, _answer: Answer) -> bool:
    return False


def _none(_paths: Iterable[str], _seen: bool) -> frozenset[str]:  # noqa: FBT001 - the place of an argument
    return frozenset()


@dataclass(frozen=True, slots=True)
class LocalTree:
    """The files to publish: `root` holds every path of `manifest`.

    `gone` tells which pages only say that what stood there was taken away; readers lose those as much as missing ones.
    `unknown` tells those of them that stand for nothing that is in the library.
    `answering` tells which of these pages that would vanish have to go on answering, where the host shows a state that
    the library has seen (True) or not (False).
    `served` tells whether an answer for a path is right though it is not that file: a web server that was set up for
    the site leads on by itself, puts pieces into pages, and keeps its own files to itself.
    """

    root: Path
    manifest: Manifest
    gone: Callable[[], frozenset[str]] = field(default=frozenset, compare=False)
    unknown: Callable[[], frozenset[str]] = field(default=frozenset, compare=False)
    answering: Callable[[Iterable[str], bool], frozenset[str]] = field(default=_none, compare=False)
    served: Callable[[str, Answer], bool] = field(default=_never, compare=False)


@dataclass(frozen=True, slots=True)
class KnownState:
    """The last state of the host that this library has published or accepted. Generation 0: none yet."""

    generation: int = 0
    tree: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only the editor may decide. `code` is one of `QUESTIONS`; `paths` are the files it is about."""

    code: str
    title: str
    hint: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How the host differs from the local tree. Nothing was changed by looking.

    `generation`, `tree`, `machine`, `label` (what that computer is called, if it was named) and `published_at` (that
    computer's clock, for display only) tell the host's present state, generation 0 where there is none. `bytes` would
    be sent. `interrupted`: an earlier publish did not end and will be finished.
    """

    generation: int
    tree: str
    machine: str
    label: str
    published_at: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    bytes: int
    interrupted: bool
    questions: tuple[Question, ...]

    @property
    def up_to_date(self) -> bool:
        """Whether a publish would have nothing to do."""
        return not (self.added or self.changed or self.removed or self.interrupted or self.questions)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """What a publish did, each figure counted after the host confirmed it.

    `uploaded`, `deleted`, `unchanged`, `verified` and `repaired` count files, `bytes` what was sent. `verified_by` is
    `address` (contents compared over the public address) or `sizes` (listing of the host). `warnings` are sentences
    for the editor, such as a public address that shows something else. `written` and `removed` are public paths, at
    most `MOST_NAMED` of each.
    """

    generation: int
    tree: str
    uploaded: int
    deleted: int
    unchanged: int
    bytes: int
    verified: int
    repaired: int
    seconds: float
    verified_by: str = "sizes"
    warnings: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeStep:
    """One step of a target's test. `code` is stable (`connect`, `write`, `rename`, `read`, `public`, `remove`)."""

    code: str
    title: str
    ok: bool
    problem: str = ""
    hint: str = ""
    detail: str = ""
