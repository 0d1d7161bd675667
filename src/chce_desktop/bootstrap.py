"""The entry points. Each front is imported only when it is started: `chce` needs no Qt, the window no argparse tree."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Sequence

#: A command lives for a moment, and most of what it makes is there to stay: modules. Looking through all of it again
#: and again for what could go takes a twentieth of its time.
_FEW_COLLECTIONS = 50_000, 20, 100


def gui(argv: Sequence[str] | None = None) -> int:
    """Open the window. Returns the exit status."""
    multiprocessing.freeze_support()  # in the frozen app, a second process for building begins here
    from chce_desktop.ui.start import main

    return main(argv)


def cli(argv: Sequence[str] | None = None) -> int:
    """Run one command of `chce`. Returns the exit status."""
    multiprocessing.freeze_support()
    gc.set_threshold(*_FEW_COLLECTIONS)
    from chce_desktop.cli import main

    return main(argv)
