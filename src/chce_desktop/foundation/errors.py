"""Failures that the user can be told about in one plain sentence."""

from __future__ import annotations


class ChceError(Exception):
    """A known failure, as opposed to a bug.

    Raised anywhere, shown once, at the border: the window makes a notice of it, `chce` a line on stderr. Texts are in
    the user's language already (see `foundation.i18n.tr`).

    Subclasses are named by the situation and set `code`, a stable machine-readable name.
    """

    code = "error"

    def __init__(self, title: str, *, detail: str = "", hint: str = "") -> None:
        """`title`: one sentence, what happened. `hint`: what to do next. `detail`: for those who ask, may be long."""
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.hint = hint


class DecisionNeeded(ChceError):
    """Stopped before anything was changed, because only the user may decide (exit status 3 of `chce`)."""

    code = "decision_needed"


class Cancelled(ChceError):
    """The user cancelled; whatever was confirmed before stays, and the work can be resumed (exit status 130)."""

    code = "cancelled"

    def __init__(self) -> None:
        super().__init__("cancelled")
