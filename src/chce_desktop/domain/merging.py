"""Three-way merge: two changes to one text become one text, or are told to contradict each other.

A text is compared sentence by sentence, because a Chinese paragraph is one long line. Changes that touch the same
sentence, or sentences that stand side by side, are left to the editor: a merge that guesses is worse than a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_SENTENCE = re.compile(r"[^\n。！？!?；;]*(?:[。！？!?；;]+[”’」』）)]*|\n|$)")


@dataclass(frozen=True, slots=True)
class _Hunk:
    """`base[start:end]` became `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]


def sentences(text: str) -> list[str]:
    """`text` cut after sentence ends and line ends; joined again it is the same text."""
    return [piece for piece in _SENTENCE.findall(text) if piece]


def merge_text(base: str, ours: str, theirs: str) -> str | None:
    """The text with both changes to `base`, or None where they contradict each other."""
    if ours in (theirs, base):
        return theirs
    if theirs == base:
        return ours
    merged = _merge(sentences(base), sentences(ours), sentences(theirs))
    return None if merged is None else "".join(merged)


def merge_values(
    base: Mapping[str, object], ours: Mapping[str, object], theirs: Mapping[str, object]
) -> tuple[dict[str, object], tuple[str, ...]]:
    """The fields of `ours` merged with `theirs`, and the names of those that contradict each other.

    A field that only one side changed takes that side's value; texts that both changed are merged by sentence. A
    contradicting field keeps our value in the result. All three have the keys of `ours`.
    """
    merged: dict[str, object] = {}
    conflicts: list[str] = []
    for name, mine in ours.items():
        before, other = base[name], theirs[name]
        if mine in (other, before):
            merged[name] = other
        elif other == before:
            merged[name] = mine
        else:
            both = (
                merge_text(before, mine, other)
                if isinstance(before, str) and isinstance(mine, str) and isinstance(other, str)
                else None
            )
            if both is None:
                conflicts.append(name)
            merged[name] = mine if both is None else both
    return merged, tuple(conflicts)


def _merge(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str] | None:
    merged: list[str] = []
    position = 0
    for hunk in _combined(list(_hunks(base, ours)), list(_hunks(base, theirs))):
        if hunk is None:
            return None
        merged += base[position : hunk.start]
        merged += hunk.lines
        position = hunk.end
    return merged + list(base[position:])


def _combined(ours: list[_Hunk], theirs: list[_Hunk]) -> Iterator[_Hunk | None]:
    """The changes of both in order; None where two of them touch and differ."""
    i = j = 0
    while i < len(ours) or j < len(theirs):
        mine = ours[i] if i < len(ours) else None
        other = theirs[j] if j < len(theirs) else None
        if mine is not None and other is not None and mine == other:
            yield mine
            i, j = i + 1, j + 1
        elif other is None or (mine is not None and mine.end < other.start):
            yield mine
            i += 1
        elif mine is None or other.end < mine.start:
            yield other
            j += 1
        else:
            yield None
            return


def _hunks(base: Sequence[str], changed: Sequence[str]) -> Iterator[_Hunk]:
    head = 0
    while head < min(len(base), len(changed)) and base[head] == changed[head]:
        head += 1
    tail = 0
    while tail < min(len(base), len(changed)) - head and base[-1 - tail] == changed[-1 - tail]:
        tail += 1
    middle_base, middle_changed = base[head : len(base) - tail], changed[head : len(changed) - tail]
    matcher = SequenceMatcher(None, middle_base, middle_changed, autojunk=False)
    for tag, start, end, from_, to in matcher.get_opcodes():
        if tag != "equal":
            yield _Hunk(head + start, head + end, tuple(middle_changed[from_:to]))
