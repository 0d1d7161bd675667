"""What builds remember and keep: looked up without reading the rest, and never wrong, whatever became of the files."""

from __future__ import annotations

import hashlib
import os
import tempfile
from array import array
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.foundation import files
from chce_desktop.sitegen import packs
from chce_desktop.sitegen.articlemarks import ByRisingId, Marks
from chce_desktop.sitegen.lists import Lists
from chce_desktop.sitegen.packs import Pack
from tests.helpers.snapshots import article, info_of

Row = tuple[int, int, int]
_MOST = 32


def _marks(rows: Sequence[Row]) -> Marks:
    numbers = [[*column] for column in zip(*rows, strict=True)] or [[], [], []]
    ids, versions, reads = numbers
    columns = array("q", ids), array("q", versions), array("I", [0] * len(rows)), array("q", reads)
    return Marks.read(Marks(columns).dump())


@st.composite
def _changes(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Marks before and after a few articles came, changed, moved or went."""
    ids = draw(st.lists(st.integers(1, 500), unique=True, max_size=80))
    versions = st.sampled_from((1, -(3 << 40)))  # that of a text that was signed is negative
    before: list[Row] = [(number, draw(versions), 7) for number in ids]
    now = list(before)
    for change in draw(st.lists(st.sampled_from(("new", "edit", "move", "remove")), max_size=5)):
        place = draw(st.integers(0, max(0, len(now) - 1)))
        if change == "new":
            now.insert(place, (max([500, *(row[0] for row in now)]) + 1, 1, 0))
        elif now and change == "edit":
            now[place] = (now[place][0], now[place][1] + 1, 7)
        elif now and change == "move":
            number, version, reads = now.pop(place)
            now.insert(draw(st.integers(0, len(now))), (number, version + 1, reads))
        elif now:
            del now[place]
    return before, now


@given(_changes())
def test_every_changed_article_is_found_and_few_others(rows: tuple[list[Row], list[Row]]) -> None:
    before, now = rows
    found = _marks(now).changed_since(_marks(before), _MOST)
    changed = {place for place, row in enumerate(now) if row not in set(before)}
    assert found is not None
    assert changed <= set(found)
    assert len(found) <= len(changed) + 5
    assert _marks(now).by_id() == {number: ((version, 0), reads) for number, version, reads in now}


def test_more_changes_than_few_are_told_as_such() -> None:
    before: list[Row] = [(number, 1, 0) for number in range(1, 101)]
    edited = [(number, 2, 0) for number, _, _ in before]
    assert _marks(edited).changed_since(_marks(before), _MOST) is None
    assert _marks(before[50:]).changed_since(_marks(before), _MOST) is None
    assert _marks(before).changed_since(_marks(before), _MOST) == []


def test_marks_are_those_of_the_articles() -> None:
    came = datetime(2024, 5, 6, 7, 8, 9, 123_000, tzinfo=UTC)
    articles = [info_of(article(n, "", version=n + 2, reads=n * 9, updated_at=came)) for n in (7, 4, 5, 2)]
    marks = Marks.of(articles)
    assert marks.by_id() == {info.id: ((info.version, 123_000), info.reads) for info in articles}
    assert all(map(marks.is_edition, articles))
    assert not marks.is_edition(replace(articles[1], version=7))
    assert not marks.is_edition(replace(articles[1], updated_at=came + timedelta(milliseconds=1)))
    with pytest.raises(ValueError, match="1"):
        Marks.read(marks.dump() + b"x")


@given(st.lists(st.integers(1, 99), max_size=30, unique=True), st.data())
def test_ids_that_rise_are_looked_up_without_a_table(ids: list[int], data: st.DataObject) -> None:
    marks = _marks([(number, 1, 0) for number in ids])
    falling = sorted(ids, reverse=True)
    assert marks.are_rising() == (ids == falling)
    places = range(len(ids))
    assert marks.are_rising_at(places) == marks.are_rising()
    articles = [info_of(article(number, "")) for number in falling]
    table = ByRisingId(array("q", falling[::-1]), articles)
    assert dict(table) == {info.id: info for info in articles}
    for number in data.draw(st.lists(st.integers(-1, 101))):
        assert (number in table) == (number in ids)
        assert table.get(number) == next((info for info in articles if info.id == number), None)


def test_lists_that_were_not_looked_at_are_remembered_as_they_were() -> None:
    lists = Lists(Lists.of({"c1": [9, 4, 2], "c2": [4], "t阅读": [9, 2], "t ": [1], "c": []}).dump())
    assert lists.take(4, {"c1", "c2"})
    assert not lists.take(77, {"c1"})
    again = Lists(lists.dump())
    assert (list(again.ids("c1")), list(again.ids("c2")), list(again.ids("t阅读"))) == ([9, 2], [], [9, 2])
    assert dict(again.tags()) == {"阅读": 2, " ": 1}


@pytest.mark.parametrize("damage", [b"", b"x", b"00000000\n[]\n"])
def test_damaged_lists_are_told_from_lists(damage: bytes) -> None:
    with pytest.raises(ValueError, match=r"[0-9a-f]{8}"):
        Lists(Lists.of({"c1": [9]}).dump()[:-2] + damage)


def _key(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()[: packs.KEY_LENGTH]


@given(st.lists(st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=20)), max_size=30), max_size=6), st.data())
def test_what_is_kept_is_found_again_however_it_was_added(
    rounds: list[list[tuple[int, bytes]]], data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(packs, "_TAIL", data.draw(st.sampled_from((0, 8, 100))))
        patch.setattr(packs, "_FEW", data.draw(st.sampled_from((0, 5, 100))))
        kept: dict[int, bytes] = {}
        for added in rounds:
            pack = Pack(Path(folder), "things")
            for number, record in added:
                pack.put(_key(number), record)
                kept[number] = record
            assert all(pack.get(_key(number)) == record for number, record in kept.items())
            assert pack.get(_key(99)) is None
            pack.close()
            if data.draw(st.booleans()):
                with (Path(folder) / "things.index").open("ab") as index:
                    index.write(b"torn")


def test_a_record_that_was_damaged_is_not_kept_until_it_is_put_again(tmp_path: Path) -> None:
    with closing(Pack(tmp_path, "things")) as pack:
        pack.put(_key(1), b"one")
        pack.put(_key(2), b"two")
    (tmp_path / "things.pack").write_bytes(b"onetw")
    with closing(Pack(tmp_path, "things")) as pack:
        assert (pack.get(_key(1)), pack.get(_key(2))) == (b"one", None)
        pack.put(_key(2), b"again")
    with closing(Pack(tmp_path, "things")) as pack:
        assert pack.get(_key(2)) == b"again"
    (tmp_path / "things.index").write_bytes(b"no index")
    with closing(Pack(tmp_path, "things")) as pack:
        assert pack.get(_key(1)) is None


def _held(path: Path) -> bool:
    """Whether this process has a file open or mapped, where the system tells."""
    process, name = Path("/proc/self"), str(path.resolve())
    if not process.exists():
        return False
    opened = [os.path.realpath(each) for each in (process / "fd").iterdir()]
    return name in opened or name in (process / "maps").read_text(encoding="utf-8")


@pytest.fixture
def as_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is replaced that somebody has open or mapped, which Linux would allow."""

    def replaced(source: Path, target: Path) -> None:
        if _held(target):
            raise PermissionError(target)
        source.replace(target)

    monkeypatch.setattr(files, "replace", replaced)
    monkeypatch.setattr(packs, "replace", replaced)


@pytest.mark.usefixtures("as_on_windows")
def test_two_builds_at_once_keep_out_of_each_others_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "_TAIL", 0)  # each writes the index anew
    monkeypatch.setattr(packs, "_SMALL", 0)
    with closing(Pack(tmp_path, "things")) as pack:
        for number in range(20):
            pack.put(_key(number), b"%d" % number)
    window, command = Pack(tmp_path, "things"), Pack(tmp_path, "things")
    assert window.get(_key(1)) == command.get(_key(1)) == b"1"
    window.put(_key(21), b"of the window")
    command.prune(1, lambda: {_key(1)})  # its file is in the window's hands
    assert command.get(_key(1)) == b"1"
    command.put(_key(22), b"of the command")
    command.close()
    with closing(Pack(tmp_path, "things")) as pack:
        assert (pack.get(_key(19)), pack.get(_key(22))) == (b"19", b"of the command")
    window.close()
    with closing(Pack(tmp_path, "things")) as pack:
        assert pack.get(_key(19)) == b"19"
        assert pack.get(_key(21)) in (b"of the window", None)
        pack.prune(1, lambda: {_key(1)})
        assert (pack.get(_key(1)), pack.get(_key(19))) == (b"1", None)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["things.index", "things.pack"]


def test_the_index_of_what_is_kept_can_be_taken_away_at_any_time(tmp_path: Path) -> None:
    with closing(Pack(tmp_path, "things")) as pack:
        pack.put(_key(1), b"one")
    with closing(Pack(tmp_path, "things")) as pack:
        index = tmp_path / "things.index"
        assert not _held(index)
        index.write_bytes(b"")  # a mapped file that becomes shorter would end the process
        assert pack.get(_key(1)) == b"one"
