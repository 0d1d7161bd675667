"""The themes that a site can have, as fronts show them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chce_desktop.foundation import i18n
from chce_desktop.services.site import Site
from chce_desktop.sitegen import theme, themelint
from chce_desktop.sitegen.themelint import Fault

__all__ = ["Fault", "ThemeChoice", "choices", "lint_folder", "lint_site", "own_folder"]


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


def lint_site(site: Site, name: str = "") -> tuple[Fault, ...]:
    """What is wrong with the site's own files of its theme (or of the theme `name`); without any, with the theme."""
    return themelint.lint(name or site.settings.get().theme, own_folder(site))


def lint_folder(folder: Path, name: str) -> tuple[Fault, ...]:
    """What is wrong with the files of a folder that lies over the theme `name`."""
    return themelint.lint(name, folder)
