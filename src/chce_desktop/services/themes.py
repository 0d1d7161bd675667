"""The themes that a site can have, as fronts show them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chce_desktop.foundation import i18n
from chce_desktop.sitegen import theme


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
