"""Starts `chce` of the frozen app."""

import sys

from chce_desktop.bootstrap import cli

if __name__ == "__main__":
    sys.exit(cli())
