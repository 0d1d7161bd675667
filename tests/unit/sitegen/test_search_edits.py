"""Edits of old articles cost a few small files of the search index, and every article is found in exactly one place."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import build, searchfiles
from tests.helpers.search_numbers import numbers as numbers_of
from tests.helpers.snapshots import Texts, article, info_of, site


def _data(out: Path, name: str) -> Any:
    script = (out / f"search/{name}.js").read_text(encoding="utf-8")
    return json.loads(script[script.index(",") + 1 : script.rindex(")")])


def _versions(out: Path, group: str) -> Iterator[str]:
    """Which version each file of a group says that it is of."""
    for path in (out / "search" / group).iterdir():
        yield path.read_text(encoding="utf-8").partition('"')[2].partition('"')[0].partition("@")[2]


def _found(out: Path) -> Counter[int]:
    """How often each article counts in the index."""
    directory = _data(out, "index")
    found = Counter(row[0] for row in _data(out, "x")) if directory["newest"] else Counter[int]()
    if directory["newest"]:
        assert f'("x@{directory["newest"]}",' in (out / "search/x.js").read_text(encoding="utf-8")
    for group, (*_, pieces, version) in directory["groups"].items():
        assert set(_versions(out, group)) == {version}
        for number, dead in enumerate(pieces):
            blocks = len(_data(out, f"{group}/m")["pieces"][number]["days"])
            ids = [i for n in range(blocks) for i in numbers_of(_data(out, f"{group}/i{number}-{n}")["ids"])]
            found.update(i for n, i in enumerate(ids) if n not in dead)
    return found


def _files(out: Path, group: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "search" / group).iterdir()}


def _edited(snapshot: SiteSnapshot, ids: set[int], text: str) -> SiteSnapshot:
    texts = dict(snapshot.bodies.get([info.id for info in snapshot.articles]))
    texts |= {i: text + str(i) for i in ids}
    articles = tuple(
        replace(i, version=i.version + 1, body_hash=hashlib.sha256(texts[i.id].encode()).hexdigest())
        if i.id in ids
        else i
        for i in snapshot.articles
    )
    return replace(snapshot, articles=articles, bodies=Texts(texts))


def _and_new(snapshot: SiteSnapshot, number: int) -> SiteSnapshot:
    texts = {**snapshot.bodies.get([info.id for info in snapshot.articles])} | {number: f"新的正文{number}"}
    info = info_of(article(number, texts[number], title=f"新文章{number}", column_id=snapshot.columns[-1].id))
    articles = sorted((*snapshot.articles, info), key=lambda a: (a.date, a.id), reverse=True)
    return replace(snapshot, articles=tuple(articles), bodies=Texts(texts))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def snapshot(tmp_path: Path) -> SiteSnapshot:
    return site(300, tmp_path / "lib", characters=60)


def test_fifty_old_articles_are_edited_and_no_large_piece_is_made_anew(snapshot: SiteSnapshot, out: Path) -> None:
    build(snapshot, out)
    large, written = _files(out, "m"), []
    for number in range(1, 51):
        snapshot = _edited(snapshot, {number * 2}, "改过的句子")
        written.append(build(snapshot, out).written)
        assert _found(out) == Counter(info.id for info in snapshot.articles)
    assert _files(out, "m") == large
    small = [count for count in written if count <= 25]
    assert len(small) >= 47, "the small group is made anew once for twenty articles, not more often"
    build(snapshot, out, freshen=10_000)
    build(snapshot, out.with_name("fresh"))
    assert {g: _files(out, g) for g in "ms"} == {g: _files(out.with_name("fresh"), g) for g in "ms"}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_every_article_counts_once(
    seed: int, snapshot: SiteSnapshot, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searchfiles, "_RECENT", 70)  # so that pieces of `m` are made anew too
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    build(snapshot, out)
    first, new = snapshot, 301
    for _ in range(20):
        ids = [info.id for info in snapshot.articles]
        kind = chance.choice(["edit", "edit", "some", "new", "back", "gone"])
        if kind == "new":
            snapshot, new = _and_new(snapshot, new), new + 1
        elif kind == "gone":
            gone = set(chance.sample(ids, chance.choice([1, 8])))
            snapshot = replace(snapshot, articles=tuple(i for i in snapshot.articles if i.id not in gone))
        elif kind == "back":  # an article is again as it was when its piece was made
            info = next(i for i in first.articles if i.id in ids)
            texts = {**snapshot.bodies.get(ids), **first.bodies.get([info.id])}
            rest = (info if i.id == info.id else i for i in snapshot.articles)
            snapshot = replace(snapshot, articles=tuple(rest), bodies=Texts(texts))
        else:
            some = set(chance.sample(ids, 1 if kind == "edit" else 18))
            snapshot = _edited(snapshot, some, chance.choice(["改过", "又改过", "再改过"]))
        build(snapshot, out, freshen=chance.choice([0, 0, 50]))
        assert _found(out) == Counter(info.id for info in snapshot.articles), kind
    build(snapshot, out, freshen=10_000)
    build(snapshot, out.with_name("fresh"))
    assert {g: _files(out, g) for g in "ms"} == {g: _files(out.with_name("fresh"), g) for g in "ms"}
