"""`chce …`: the same use cases as the window, without a screen."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 done, 1 known failure, 2 wrong usage, 3 decision needed, 130 cancelled."""
    from chce_desktop.cli.program import run

    return run(argv)
