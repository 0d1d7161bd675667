"""`python -m chce_desktop`: the window."""

import sys

from chce_desktop.bootstrap import gui

if __name__ == "__main__":
    sys.exit(gui())
