"""Answers to the question whether something may go out that the check before publishing stops: a reason, no yes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: The code of the question.
BLOCKED = "blocked_findings"
#: Characters that say something.
SHORTEST_REASON = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something goes out that the check stops; `who` is this computer's person unless given."""

    text: str
    who: str = ""


def answer(reason: str) -> str:
    """The answer for the `accept` of a publish: it holds the reason."""
    return f"{BLOCKED}={reason.strip()}"


def reason_in(accept: Iterable[str]) -> Reason | None:
    """The reason that was given among the answers to questions."""
    return next((Reason(entry.partition("=")[2]) for entry in accept if entry.startswith(f"{BLOCKED}=")), None)


def without_reasons(accept: Iterable[str]) -> frozenset[str]:
    """Answers that may be used later: a reason is given for texts that were looked at, and for no others."""
    return frozenset(entry for entry in accept if entry.partition("=")[0] != BLOCKED)
