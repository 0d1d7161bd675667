"""`python -m chce_desktop.cli` is `chce`."""

from __future__ import annotations

import sys

from chce_desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
