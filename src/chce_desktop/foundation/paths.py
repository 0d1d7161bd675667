"""Where the app keeps its own files (not a site's: a site keeps everything in its own folder)."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_NAME = "CHCE Desktop"


def settings_dir() -> Path:
    """Window layout, recent sites. CHCE_HOME puts all of the app's folders under one, for portable use and tests."""
    home = os.environ.get("CHCE_HOME")
    return Path(home) / "settings" if home else platformdirs.user_config_path(_NAME, appauthor=False)


def cache_dir() -> Path:
    """What can be made again: builds, thumbnails, the journal of a publish in progress."""
    home = os.environ.get("CHCE_HOME")
    return Path(home) / "cache" if home else platformdirs.user_cache_path(_NAME, appauthor=False)


def log_dir() -> Path:
    """Log files, with secrets masked."""
    home = os.environ.get("CHCE_HOME")
    return Path(home) / "logs" if home else platformdirs.user_log_path(_NAME, appauthor=False)
