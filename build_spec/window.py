"""Starts the window of the frozen app."""

import sys

from chce_desktop.bootstrap import gui

if __name__ == "__main__":
    sys.exit(gui())
