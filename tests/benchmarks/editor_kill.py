"""Kill the editors, source and visual in turn, while somebody types, and say what was lost.

python -m tests.benchmarks.editor_kill [--rounds 200] [--trouble full|read-only]

With a trouble the library refuses every save after the first second; what was typed has to come back from beside it.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

from chce_desktop.services.site import create_site
from tests.helpers.typist import FULL, READ_ONLY, killed_at_random

_TROUBLES = {"": "", "full": FULL, "read-only": READ_ONLY}


def main() -> int:
    """Run the rounds; 1 when any of them lost more than a second."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--trouble", choices=sorted(_TROUBLES), default="")
    arguments = parser.parse_args()
    rounds, trouble = arguments.rounds, _TROUBLES[arguments.trouble]
    chance = random.Random()  # noqa: S311 - moments, no secrets
    worst, words = 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CHCE_HOME"] = str(Path(folder) / "home")
        place = Path(folder) / "教育 站点"
        with create_site(place, "网") as site:
            article_id = site.articles.create({"title": "题目", "body": ""}).id
        for number in range(rounds):
            if number % 20 == 19:  # a fresh article, so that texts stay as long as articles are
                with create_site(place.with_name(f"站点 {number}"), "网") as site:
                    article_id = site.articles.create({"title": "题目", "body": ""}).id
                place = place.with_name(f"站点 {number}")
            loss = killed_at_random(place, article_id, chance, ("source", "visual")[number % 2], trouble)
            worst, words = max(worst, loss.oldest), words + loss.typed
    whole = "libraries and histories whole"
    print(f"{rounds} kills, {words} words typed, {whole}, oldest lost word {worst * 1000:.0f} ms old")  # noqa: T201
    return 0 if worst <= 1.0 else 1


if __name__ == "__main__":
    sys.exit(main())
