"""Mistakes on the command line are told plainly, and nothing is done by halves."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from chce_desktop.foundation import files
from tests.unit.cli.conftest import Chce

_HUGE = "9" * 23


@pytest.mark.parametrize(
    "words",
    [
        ("article", "show", _HUGE),
        ("article", "show", "x"),
        ("article", "show", "-1"),
        ("article", "trash", "1", _HUGE),
        ("link", "remove", _HUGE),
        ("notice", "move", "1", "-1"),
        ("column", "move", "新闻", "--index", "-1"),
        ("article", "list", "--limit", "-1"),
        ("article", "set", "1", f"reads={_HUGE}"),
        ("settings", "set", "nothing", "x"),
        ("target", "add", "主站", "sftp://u@h/x", "--host-key", "rubbish"),
        ("target", "add", "主站", "gopher://h/x"),
    ],
)
def test_numbers_and_names_that_cannot_be_are_usage(chce: Chce, folder: Path, words: tuple[str, ...]) -> None:
    said = chce("--json", *words)
    assert said.status == 2
    assert said.json["error"]["code"] == "usage"


def test_articles_are_moved_all_or_none(chce: Chce, folder: Path, markdown: Path) -> None:
    article_id = chce("article", "add", markdown, "--json").json["id"]
    for command in ("trash", "restore", "purge"):
        said = chce("article", command, article_id, 999, "--json")
        assert (said.status, said.json["error"]["code"]) == (1, "article_not_found")
    assert chce("article", "show", article_id, "--json").json["status"] == "ready"
    assert chce("article", "purge", article_id).status == 1
    assert chce("article", "trash", article_id).status == 0
    said = chce("article", "trash", article_id, "--lang", "en", "--json")
    assert (said.status, said.json["error"]["hint"]) == (1, "The articles are in the trash already.")


def test_what_a_command_replaces_stays_in_the_history(chce: Chce, folder: Path, markdown: Path, tmp_path: Path) -> None:
    article_id = chce("article", "add", markdown, "--json").json["id"]
    other = tmp_path / "other.md"
    for text in ("第二稿。", "第三稿。"):
        other.write_text(text, encoding="utf-8")
        assert chce("article", "edit", article_id, other).status == 0
    assert chce("article", "set", article_id, "title=新标题").status == 0
    assert chce("article", "set", article_id, "title=更新的标题").status == 0
    revisions = chce("article", "revisions", article_id, "--json").json
    assert [revision["title"] for revision in revisions][:2] == ["更新的标题", "新标题"]
    first = revisions[-1]["id"]
    assert chce("article", "revert", article_id, first).status == 0
    shown = chce("article", "show", article_id, "--json").json
    assert (shown["title"], shown["body"]) == ("会议闭幕", "正文在此。")


def test_the_logo_is_a_picture(chce: Chce, folder: Path, tmp_path: Path) -> None:
    picture, other = tmp_path / "标 志.png", tmp_path / "假.png"
    Image.new("RGB", (8, 8)).save(picture)
    other.write_text("no picture", encoding="utf-8")
    logo = chce("settings", "set", "logo", picture, "--json").json["logo"]
    assert logo.startswith("media/")
    assert chce("settings", "set", "logo", logo, "--json").json["logo"] == logo
    for wrong in (other, "media/none.png", "没有.png"):
        assert chce("settings", "set", "logo", wrong).status == 1
    assert chce("settings", "get", "logo", "--json").json == {"logo": logo}
    assert chce("settings", "set", "logo", "", "--json").json["logo"] == ""


def test_a_very_long_title_leaves_the_other_lines_short(chce: Chce, folder: Path, markdown: Path) -> None:
    chce("article", "add", markdown, "--title", "长" * 300)
    chce("article", "add", markdown, "--column", "新闻")
    lines = chce("article", "list").out.splitlines()
    assert len(lines) == 3
    assert sorted(map(len, lines))[1] < 120


def test_a_disk_that_takes_no_file_is_told_plainly(
    chce: Chce, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "图.png"
    Image.new("RGB", (8, 8)).save(picture)
    for number, code in ((errno.EROFS, "read_only"), (errno.EACCES, "read_only"), (errno.ENOSPC, "disk_full")):
        refusal = OSError(number, "refused")
        monkeypatch.setattr(files, "write_atomic", raises(refusal))
        said = chce("media", "add", picture, "--json")
        assert (said.status, said.json["error"]["code"]) == (1, code)
        monkeypatch.undo()
        monkeypatch.setenv("CHCE_SITE", str(folder))
    assert chce("media", "add", picture).status == 0


def raises(error: OSError) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise error

    return refuse


def test_the_sites_own_folder_is_no_place_for_pages(chce: Chce, folder: Path, markdown: Path) -> None:
    chce("article", "add", markdown)
    before = sorted(path.name for path in folder.iterdir())
    for inside in (folder, folder / "media", folder / "新 夹", folder / "media" / ".." / "x"):
        said = chce("build", inside, "--json")
        assert (said.status, said.json["error"]["code"]) == (1, "output_folder_unusable")
        said = chce("target", "add", "里面", f"file://{inside}", "--json")
        assert (said.status, said.json["error"]["code"]) == (1, "invalid_value")
    assert sorted(path.name for path in folder.iterdir()) == before
    beside = folder.parent / f"{folder.name} 出口"
    assert chce("target", "add", "旁边", beside.as_uri()).status == 0
    assert chce("target", "set", "旁边", "--url", (folder / "media").as_uri()).status == 1
    assert chce("build", beside).status == 0
