"""The colours of the light and of the dark appearance."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colors:
    """The colours of one appearance, as `#rrggbb`.

    `window` lies behind panels, `surface` is what one writes on, `raised` what floats, `line` separates. The `…_soft`
    ones are backgrounds on which the colour of the same name is read.
    """

    window: str
    surface: str
    raised: str
    hover: str
    line: str
    strong_line: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    success: str
    success_soft: str
    warning: str
    warning_soft: str
    error: str
    error_soft: str


LIGHT = Colors(
    window="#f4f5f7",
    surface="#ffffff",
    raised="#ffffff",
    hover="#e9ecf1",
    line="#e1e4ea",
    strong_line="#c5cad4",
    text="#1d2129",
    muted="#626b7a",
    disabled="#a6adb9",
    accent="#2459c7",
    accent_hover="#1c4aa9",
    accent_soft="#e3ebfb",
    on_accent="#ffffff",
    success="#1b7f4b",
    success_soft="#e0f3e8",
    warning="#96590a",
    warning_soft="#fcefd6",
    error="#c02a2a",
    error_soft="#fce6e5",
)
DARK = Colors(
    window="#1b1d21",
    surface="#24272c",
    raised="#2d3138",
    hover="#343941",
    line="#363b43",
    strong_line="#505762",
    text="#e6e8ec",
    muted="#a0a8b5",
    disabled="#666e7a",
    accent="#7da6f8",
    accent_hover="#98baff",
    accent_soft="#283a5c",
    on_accent="#10182a",
    success="#62c792",
    success_soft="#1d3a2c",
    warning="#e5b15c",
    warning_soft="#403118",
    error="#f28b85",
    error_soft="#4a2527",
)
