"""The composition root: entry points that construct and wire the rooms."""

from __future__ import annotations

from chce_desktop.foundation import i18n, logs


def prepare(front: str, *, language: str | None = None, verbose: bool = False) -> None:
    """What both fronts need first: texts in the user's language (or the one asked for) and the log of `front`."""
    i18n.set_language(language or i18n.preferred_language())
    logs.start(front, verbose=verbose)
