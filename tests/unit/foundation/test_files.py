"""A file is the old or the new version, and no name leads out of its folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.foundation import files


def test_writing_creates_folders_and_replaces_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "新 文件夹" / "页面.html"
    files.write_atomic(target, b"one")
    files.write_atomic(target, b"two", durable=True)
    assert target.read_bytes() == b"two"
    assert list(target.parent.iterdir()) == [target]


def test_a_failed_write_leaves_the_old_version_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "page.html"
    files.write_atomic(target, b"one")

    def refuse(source: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device", str(source))

    monkeypatch.setattr(files, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        files.write_atomic(target, b"two")
    assert target.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_somebody_has_open_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"new")
    tries = []

    def busy_twice(self: Path, other: Path) -> None:
        tries.append(self)
        if len(tries) < 3:
            raise PermissionError(13, "The process cannot access the file", str(other))
        original(self, other)

    original = Path.replace
    monkeypatch.setattr(Path, "replace", busy_twice)
    files.replace(source, target)
    assert target.read_bytes() == b"new"
    assert len(tries) == 3


def test_a_very_long_name_still_has_a_temporary_one(tmp_path: Path) -> None:
    target = tmp_path / ("长" * 80 + ".html")
    files.write_atomic(target, b"x")
    assert target.read_bytes() == b"x"


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert files.sha256(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize(
    "name", ["", ".", "/etc/passwd", "..", "a/../../b", "C:/x", "C:x", "a\\b", "a\0b", "file.txt:stream"]
)
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        files.inside(tmp_path, name)


@given(st.text(st.sampled_from("ab./\\:新 \0"), max_size=12))
def test_whatever_is_accepted_lies_inside(name: str) -> None:
    root = Path("/站点")
    try:
        accepted = files.inside(root, name)
    except ValueError:
        return
    assert root in accepted.parents
    assert ".." not in accepted.parts
