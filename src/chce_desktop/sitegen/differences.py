"""What is other than at an earlier build: kept with each build, so that it can be asked later why a page was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.sitegen.articlemarks import Marks
from chce_desktop.sitegen.state import Head, Known, StateFile

#: Of more articles or files than that no build keeps a list: it is remembered as one of the whole site.
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`facts` are names of `Generator.keys.facts`; `media` paths of files whose record changed.

    `new` and `changed` are ids of public articles, `left` says where those that changed or went away stood before.
    `shared`: blocks of every page changed. `counts`: reading counts did. `complete`: everything was asked for, as in a
    first build or one with `full`. `written` are the files that such a build wrote, None where they are too many.
    """

    facts: Sequence[str] = ()
    media: frozenset[str] = frozenset()
    new: frozenset[int] = frozenset()
    changed: frozenset[int] = frozenset()
    left: Mapping[int, Known] = field(default_factory=dict)
    shared: bool = False
    counts: bool = False
    complete: bool = False
    written: Sequence[str] | None = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """Every article that came, changed or went."""
        return tuple(sorted(self.new | self.changed | self.left.keys()))

    @property
    def nothing(self) -> bool:
        """Whether the site is what it was."""
        return not (self.facts or self.media or self.ids or self.shared or self.counts or self.complete)

    def record(self) -> dict[str, Any]:
        """As plain values for `Head.last`."""
        return {
            "facts": list(self.facts),
            "media": sorted(self.media)[:MOST],
            "new": sorted(self.new)[:MOST],
            "changed": sorted(self.changed)[:MOST],
            "left": {str(number): list(known) for number, known in list(self.left.items())[:MOST]},
            "shared": self.shared,
            "counts": self.counts,
            "complete": self.complete,
            "written": None if self.written is None or len(self.written) > MOST else list(self.written),
        }


def recorded(head: Head) -> Difference:
    """What the last build that found anything changed had found."""
    last = head.last
    return Difference(
        facts=tuple(last.get("facts", ())),
        media=frozenset(last.get("media", ())),
        new=frozenset(last.get("new", ())),
        changed=frozenset(last.get("changed", ())),
        left={int(number): Known(*known) for number, known in last.get("left", {}).items()},
        shared=bool(last.get("shared")),
        counts=bool(last.get("counts")),
        complete=bool(last.get("complete")),
        written=last.get("written", ()),
    )


def of_build(found: Difference, head: Head | None, written: Sequence[str]) -> Difference:
    """What is remembered of a build that found this and wrote these files; `head` is that of the build before.

    Where nothing had changed and old pages were brought up to date, they are added to what was remembered.
    """
    if head is None or not found.nothing:
        return replace(found, written=tuple(written))
    before = recorded(head)
    return replace(before, written=None if before.written is None else (*before.written, *written))


def since(
    state: StateFile,
    head: Head,
    articles: Sequence[ArticleInfo],
    facts: Mapping[str, str],
    media: Mapping[str, int],
    shared: str,
) -> Difference:
    """What changed since the last build: `head` is its, all else is of today. Raises DamagedRecords."""
    marks = state.marks().by_id()
    today = Marks.of(articles).by_id()
    other = [number for number, mark in today.items() if number in marks and marks[number] != mark]
    changed = [number for number in other if marks[number][0] != today[number][0]]
    left = {number: state.known(number) for number in [*changed, *(marks.keys() - today.keys())][:MOST]}
    return Difference(
        facts=tuple(name for name, fact in facts.items() if head.facts.get(name) != fact),
        media=frozenset(path for path, mark in head.media.items() if media.get(path) != mark),
        new=frozenset(today.keys() - marks.keys()),
        changed=frozenset(changed),
        left={number: known for number, known in left.items() if known is not None},
        shared=head.shared != shared,
        counts=any(marks[number][1] != today[number][1] for number in other),
    )
