from __future__ import annotations

import random
from pathlib import Path

import pytest

from chce_desktop.services.site import create_site
from tests.helpers.typist import FULL, READ_ONLY, killed_at_random


@pytest.mark.parametrize(
    ("editor", "trouble"), [("source", ""), ("visual", ""), ("source", READ_ONLY), ("visual", FULL)]
)
def test_a_kill_loses_at_most_the_last_second(tmp_path: Path, editor: str, trouble: str) -> None:
    """`python -m tests.benchmarks.editor_kill --rounds 200` does the same many times."""
    folder = tmp_path / "教育 站点"
    with create_site(folder, "网") as site:
        article = site.articles.create({"title": "题目", "body": ""})
    chance = random.Random(20260101)  # noqa: S311 - moments, no secrets
    for _ in range(1 if trouble else 2):
        loss = killed_at_random(folder, article.id, chance, editor, trouble)
        assert loss.typed > 0
        assert loss.oldest <= 1.0, loss
        assert loss.revisions >= 1
