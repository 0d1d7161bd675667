"""What a site chooses of its theme's look, as CSS after the theme's own: accent colour and fonts."""

from __future__ import annotations

from chce_desktop.domain import contrast
from chce_desktop.domain.contrast import BLACK, WHITE, mix, readable
from chce_desktop.domain.settings import SiteSettings

#: The darkest light and the lightest dark ground on which the accent is read; themes keep to them.
_LIGHT, _DARK = "#efe9e2", "#2c2825"
#: A little more than `contrast.ENOUGH`, so that rounding takes nothing away.
_LEAST = 4.6
#: Both stacks name what each system has; `hei` and `song` are the two hands of Chinese print.
_FONTS = {
    "hei": ":root{--heading-font:var(--sans);--text-font:var(--sans)}",
    "song": ":root{--heading-font:var(--serif);--text-font:var(--serif)}",
}


def css(settings: SiteSettings) -> str:
    """The rules; empty where the site leaves all to the theme."""
    return _accent(settings.accent) + _FONTS.get(settings.fonts, "")


def _accent(accent: str) -> str:
    if not contrast.is_color(accent):
        return ""
    solid = readable(accent, WHITE, _LEAST)
    light = {
        "accent": solid,
        "accent-ink": readable(solid, _LIGHT, _LEAST),
        "accent-wash": mix(WHITE, solid, 0.06),
        "on-accent": WHITE,
        "mast": mix(solid, BLACK, 0.1),
        "mast-deep": mix(solid, BLACK, 0.28),
    }
    bright = readable(accent, _DARK, _LEAST + 1)
    dark = {
        "accent": bright,
        "accent-ink": readable(bright, _DARK, _LEAST + 1.5),
        "accent-wash": mix("#1c1a19", solid, 0.18),
        "on-accent": readable(mix(BLACK, solid, 0.2), bright, _LEAST),
        "mast": mix(solid, BLACK, 0.45),
        "mast-deep": mix(solid, BLACK, 0.6),
    }
    return f":root{{{_rules(light)}}}@media screen and (prefers-color-scheme:dark){{:root{{{_rules(dark)}}}}}"


def _rules(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())
