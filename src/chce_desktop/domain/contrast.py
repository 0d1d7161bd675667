"""How well a colour can be read on another, as the WCAG define it; colours are `#rrggbb`."""

from __future__ import annotations

import re

#: What the WCAG ask of ordinary text (level AA).
ENOUGH = 4.5
WHITE, BLACK = "#ffffff", "#000000"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def is_color(text: str) -> bool:
    """Whether `text` is a colour as `#rrggbb`."""
    return _COLOR.fullmatch(text) is not None


def ratio(color: str, ground: str) -> float:
    """The contrast of two colours, 1 (none) to 21."""
    lighter, darker = sorted((_luminance(color), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(color: str, other: str, share: float) -> str:
    """`color` with `share` (0 to 1) of another one."""
    pairs = zip(_parts(color), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def readable(color: str, ground: str, least: float = ENOUGH) -> str:
    """The nearest shade of `color` that is read on `ground`: darker on a light one, lighter on a dark one."""
    towards = BLACK if _luminance(ground) > 0.18 else WHITE
    shades = (mix(color, towards, step / 100) for step in range(101))
    return next((shade for shade in shades if ratio(shade, ground) >= least), towards)


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, _parts(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
