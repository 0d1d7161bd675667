"""The themes that a site can have, as fronts show them."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from chce_desktop.foundation import i18n
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.services.site import Site
from chce_desktop.sitegen import theme, themelint
from chce_desktop.sitegen.themelint import Fault

__all__ = [
    "Fault",
    "ThemeChoice",
    "ThemeFileUnusable",
    "choices",
    "copy_original",
    "lint_folder",
    "lint_site",
    "make_folder",
    "originals",
    "own_folder",
    "stamp",
]


class ThemeFileUnusable(ChceError):
    """A file of the site's theme folder cannot be made."""

    code = "theme_file_unusable"

    def __init__(self, title: str, hint: str, detail: str = "") -> None:
        super().__init__(title, hint=hint, detail=detail)


@dataclass(frozen=True, slots=True)
class ThemeChoice:
    """A theme in the user's language. `picture` shows its look; `accent` is its own colour, `#rrggbb`."""

    name: str
    title: str
    description: str
    accent: str
    picture: Path


def choices() -> tuple[ThemeChoice, ...]:
    """The themes that ship with the app, the usual one first. Raises ThemeFaulty."""
    language = "zh-CN" if i18n.language() == "zh_CN" else "en"
    return tuple(
        ThemeChoice(info.name, info.titles[language], info.descriptions[language], info.accent, info.picture)
        for info in theme.infos()
    )


def own_folder(site: Site) -> Path | None:
    """The folder by which the site changes its theme, None where it has none."""
    folder = site.folder / "theme"
    return folder if folder.is_dir() else None


def stamp(site: Site) -> int:
    """Another number whenever a file of the site's own theme folder has come, gone or changed; quick."""
    files = (os.path.join(at, name) for at, _, names in os.walk(site.folder / "theme") for name in names)  # noqa: PTH118 - thousands of times a day
    found = []
    for file in files:
        with contextlib.suppress(OSError):
            told = os.stat(file)  # noqa: PTH116 - as above
            found.append((file, told.st_mtime_ns, told.st_size))
    return hash(tuple(sorted(found)))


def make_folder(site: Site) -> Path:
    """The folder by which the site changes its theme, made where there is none. Raises ThemeFileUnusable."""
    folder = site.folder / "theme"
    try:
        for part in ("templates", "assets"):
            (folder / part).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ThemeFileUnusable(
            tr("The theme folder cannot be made."), tr("Check the disk and its permissions."), str(error)
        ) from error
    return folder


def originals(site: Site) -> tuple[str, ...]:
    """The files of the site's theme that files of its own may lie over, such as `templates/404.html`."""
    return tuple(theme.originals(site.settings.get().theme))


def copy_original(site: Site, path: str) -> Path:
    """Copy a file of the theme into the site's own folder, to be changed there. Raises ThemeFileUnusable."""
    source = theme.originals(site.settings.get().theme).get(path)
    target = site.folder / "theme" / path
    if source is None:
        raise ThemeFileUnusable(
            tr("The theme has no file “{path}”.", path=path), tr("“chce theme files” names all of them.")
        )
    if target.exists():
        raise ThemeFileUnusable(
            tr("The site has a file “{path}” of its own already.", path=path), tr("Change it, or delete it first.")
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    except OSError as error:
        raise ThemeFileUnusable(
            tr("The file “{path}” cannot be written.", path=path), tr("Check the disk and its permissions."), str(error)
        ) from error
    return target


def lint_site(site: Site, name: str = "") -> tuple[Fault, ...]:
    """What is wrong with the site's own files of its theme (or of the theme `name`); without any, with the theme."""
    return themelint.lint(name or site.settings.get().theme, own_folder(site))


def lint_folder(folder: Path, name: str) -> tuple[Fault, ...]:
    """What is wrong with the files of a folder that lies over the theme `name`."""
    return themelint.lint(name, folder)
