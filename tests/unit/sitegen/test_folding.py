"""The search page folds case as the library does."""

from __future__ import annotations

import sys

from chce_desktop.sitegen.searchindex import folded, folds


def test_every_character_that_folds_in_its_own_way_is_told_to_the_browser() -> None:
    every = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    odd = {c: folded(c) for c in every if folded(c) != c.lower()}
    assert folds() == odd
