"""What goes into the frozen app, and what stays out: read by chce.spec."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path, PurePath

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = "CHCE Desktop"
IDENTIFIER = "cn.org.chce.desktop"
VERSION: str = PROJECT["version"]

#: Written by nobody's import statement: migrations are read from their folder, and these by name.
MIGRATIONS = "chce_desktop/storage/migrations"

#: (what is shipped, its folder in the frozen app)
DATAS = [
    (str(ROOT / "resources"), "chce_desktop/_resources"),
    (str(ROOT / "src" / MIGRATIONS), MIGRATIONS),
    (str(ROOT / "LICENSE"), "."),
]

#: Collected by hooks for the sake of some import that the app never makes.
EXCLUDES = [
    "PIL.ImageQt",
    "PIL.ImageTk",
    # The web engine needs the libraries of these, not their Python modules, which drag in all of QML.
    "PySide6.QtPdf",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtQuickWidgets",
    "setuptools",
    "tkinter",
    "unittest.mock",
]

_UNUSED = re.compile(
    r"(^|/)Qt(/[^/]+)?/qml/"  # the window is made of widgets
    r"|qtwebengine_devtools_resources"
    r"|qtwebengine_locales/(?!zh-CN|en-US|en-GB)"
    r"|Qt6?(/Contents/Resources)?/translations/(?!qt(base|webengine)?_(zh_CN|en)\.qm|qtwebengine_locales)"
    r"|opencc/clib/(bin|include|lib(64)?)/"  # its own programs, and what C++ needs of it
    r"|/__pycache__/"
)

Entry = tuple[str, str, str]


def used(entries: Iterable[Entry]) -> list[Entry]:
    """`entries` of a table of contents (name in the app, source, type) without what the app never opens."""
    return [entry for entry in entries if not _UNUSED.search(PurePath(entry[0]).as_posix())]
