"""The entry points. Each front is imported only when it is started: `chce` needs no Qt, the window no argparse tree."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence


def gui(argv: Sequence[str] | None = None) -> int:
    """Open the window. Returns the exit status."""
    multiprocessing.freeze_support()  # in the frozen app, a second process for building begins here
    from chce_desktop.ui.start import main

    return main(argv)


def cli(argv: Sequence[str] | None = None) -> int:
    """Run one command of `chce`. Returns the exit status."""
    multiprocessing.freeze_support()
    from chce_desktop.cli import main

    return main(argv)
