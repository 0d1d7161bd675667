"""The one door to the files that ship with the app: themes, icons, translations, the demo site.

They lie in `resources/` of a checkout, in `chce_desktop/_resources` of an installed wheel or of the frozen app.
"""

from __future__ import annotations

import functools
from pathlib import Path


@functools.cache
def root() -> Path:
    """The resources folder of this installation. Raises FileNotFoundError for a broken installation."""
    package = Path(__file__).resolve().parent.parent
    for candidate in (package / "_resources", package.parent.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(package / "_resources")


def path(name: str) -> Path:
    """The resource `name` (parts joined by `/`), whether it exists or not."""
    return root().joinpath(*name.split("/"))


def read_bytes(name: str) -> bytes:
    """The bytes of a resource. Raises FileNotFoundError."""
    return path(name).read_bytes()


def read_text(name: str) -> str:
    """The text (UTF-8) of a resource. Raises FileNotFoundError."""
    return path(name).read_text(encoding="utf-8")
