"""Compiled templates and slugs of tags are kept from one start to the next, and no damage to them matters."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from chce_desktop.domain import pinyin
from chce_desktop.sitegen import build
from chce_desktop.sitegen.building import cache_folder
from chce_desktop.sitegen.compiled import CompiledTemplates
from tests.helpers.snapshots import site


def _rendered(folder: Path, text: str) -> str:
    loader = jinja2.DictLoader({"a.html": text})
    environment = jinja2.Environment(loader=loader, autoescape=True, bytecode_cache=CompiledTemplates(folder))
    return environment.get_template("a.html").render()


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _rendered(tmp_path, "{{ 1 + 1 }}") == "2"
    monkeypatch.setattr(jinja2.Environment, "_generate", lambda *_: pytest.fail("compiled again"))
    assert _rendered(tmp_path, "{{ 1 + 1 }}") == "2"


def test_what_is_torn_or_of_another_text_is_compiled_again(tmp_path: Path) -> None:
    assert _rendered(tmp_path, "{{ 1 + 1 }}") == "2"
    for file in [path for path in tmp_path.rglob("*") if path.is_file()]:
        file.write_bytes(file.read_bytes()[:-7])
    assert _rendered(tmp_path, "{{ 1 + 1 }}") == "2"
    assert _rendered(tmp_path, "{{ 1 + 2 }}") == "3"


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert _rendered(tmp_path / "file", "{{ 1 + 1 }}") == "2"


def test_a_later_build_reads_no_dictionaries_for_its_tags(
    app_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = site(30, tmp_path / "site")
    first = build(snapshot, tmp_path / "first").manifest
    assert cache_folder(snapshot).is_relative_to(app_home)
    monkeypatch.setattr(pinyin, "syllables", lambda _: pytest.fail("the dictionaries were read"))
    assert build(snapshot, tmp_path / "second").manifest == first
