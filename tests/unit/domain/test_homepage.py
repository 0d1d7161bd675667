"""Blocks of the front page as data."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.homepage import MOST_ARTICLES, BlockKind, BlockLayout, HomeBlock

BLOCKS = st.builds(
    HomeBlock,
    st.sampled_from(BlockKind),
    st.text(max_size=20).map(lambda text: " ".join(text.split())),
    st.integers(0, 10**9),
    st.integers(0, MOST_ARTICLES),
    st.sampled_from(BlockLayout),
)


@given(BLOCKS)
def test_a_block_survives_being_written_and_read(block: HomeBlock) -> None:
    assert HomeBlock.of(json.loads(json.dumps(dataclasses.asdict(block)))) == block


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"kind": "nonsense"},
        {"kind": "latest", "layout": "nonsense"},
        {"kind": "latest", "length": -1},
        {"kind": "latest", "length": MOST_ARTICLES + 1},
        {"kind": "latest", "length": "5"},
        {"kind": "latest", "length": True},
        {"kind": "latest", "title": 5},
        {"kind": "column", "column": -1},
        {"kind": "latest", "colour": "red"},
    ],
)
def test_what_a_block_cannot_be(values: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the callers tell the user
        HomeBlock.of(values)
