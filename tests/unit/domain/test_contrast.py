"""Contrast as the WCAG define it, and shades that keep it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain import contrast
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.sitegen import look

COLORS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@pytest.mark.parametrize(
    ("color", "ground", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#9e1b20", "#ffffff", 8.0),
    ],
)
def test_known_ratios(color: str, ground: str, ratio: float) -> None:
    assert contrast.ratio(color, ground) == pytest.approx(ratio, abs=0.05)
    assert contrast.ratio(ground, color) == contrast.ratio(color, ground)


@given(COLORS, COLORS)
def test_a_readable_shade_can_be_read_on_any_ground(color: str, ground: str) -> None:
    assert contrast.ratio(contrast.readable(color, ground), ground) >= contrast.ENOUGH
    if contrast.ratio(color, ground) >= contrast.ENOUGH:
        assert contrast.readable(color, ground) == color


@given(COLORS)
def test_every_shade_that_a_site_derives_can_be_read(color: str) -> None:
    css = look.css(SiteSettings(accent=color))
    light, dark = css.split("@media", 1)
    for rules, grounds in ((light, ("#ffffff", "#f2f0ea")), (dark, ("#121417", "#1e1b19"))):
        shades = dict(part.split(":") for part in rules[rules.index("{--") + 1 : rules.index("}")].split(";") if part)
        for ground in (*grounds, shades["--accent-wash"]):
            assert contrast.ratio(shades["--accent-ink"], ground) >= contrast.ENOUGH
        assert contrast.ratio(shades["--on-accent"], shades["--accent"]) >= contrast.ENOUGH
        assert contrast.ratio("#ffffff", shades["--mast"]) >= contrast.ENOUGH


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345g", "9e1b20", "#9e1b20;}"])
def test_what_is_no_colour_changes_nothing(text: str) -> None:
    assert not contrast.is_color(text)
    assert look.css(SiteSettings(accent=text)) == ""
