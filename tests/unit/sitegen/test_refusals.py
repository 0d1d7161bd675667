"""What a theme or a disk can do wrong is told in one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chce_desktop.foundation.progress import SilentProgress
from chce_desktop.sitegen import OutputFolderUnusable, TemplateFailed, build, theme
from chce_desktop.sitegen.errors import BuildRunning, ThemeFaulty
from tests.helpers.snapshots import site


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (b"\xff\xfe\x00", "The template article.html has a fault in line 1: it is not text in UTF-8"),
        (
            b'{% include "none.html" %}',
            "The template article.html has a fault in line 1: it needs the template none.html, which is not there",
        ),
        (b"\n{{ 1/0 }}", "The template article.html has a fault in line 2: it divides by zero"),
    ],
)
def test_a_faulty_template_is_named(tmp_path: Path, template: bytes, told: str) -> None:
    theme = tmp_path / "theme"
    (theme / "templates").mkdir(parents=True)
    (theme / "templates" / "article.html").write_bytes(template)
    with pytest.raises(TemplateFailed) as caught:
        build(replace(site(5, tmp_path / "lib"), theme_folder=theme), tmp_path / "out")
    assert caught.value.title == told


def test_a_folder_that_may_not_be_looked_into_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> bool:
        raise PermissionError(13, "Permission denied")

    snapshot = site(5, tmp_path / "lib")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "exists", refuse)
        with pytest.raises(OutputFolderUnusable):
            build(snapshot, tmp_path / "out")


def test_two_builds_do_not_write_into_one_folder_at_a_time(app_home: Path, tmp_path: Path) -> None:
    snapshot, out = site(5, tmp_path / "site"), tmp_path / "out"
    elsewhere: list[object] = []

    class Meanwhile(SilentProgress):
        def check(self) -> None:
            if not elsewhere:
                elsewhere.append(build(snapshot, tmp_path / "another").written)
                with pytest.raises(BuildRunning, match="out"):
                    build(snapshot, out)

    first = build(snapshot, out, processes=1, progress=Meanwhile())
    assert elsewhere == [first.written]
    assert build(snapshot, out).written == 0
    assert app_home.is_dir()


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("assets/portal.css", "\n/* 样式 */".encode("gbk"), "line 2"),
        ("assets/own.js", "// 样式".encode("gbk"), "line 1"),
        ("theme.toml", b'strings = "x"', "strings"),
        ("theme.toml", b'[strings]\nzh-CN = "x"', "zh-CN"),
        ("theme.toml", b"[strings.zh-CN]\nread = 1", "zh-CN.read"),
        ("theme.toml", b"layouts = 3", "layouts"),
    ],
)
def test_a_file_of_the_theme_that_is_not_what_it_should_be_is_named(
    tmp_path: Path, file: str, content: bytes, told: str
) -> None:
    made = tmp_path / "theme" / file
    made.parent.mkdir(parents=True)
    made.write_bytes(content)
    with pytest.raises(ThemeFaulty) as caught:
        build(replace(site(3, tmp_path / "lib"), theme_folder=tmp_path / "theme"), tmp_path / "out")
    assert file in str(caught.value)
    assert told in f"{caught.value.title} {caught.value.detail}"


def test_theme_files_may_begin_as_windows_writes_them_and_change_during_a_build(tmp_path: Path) -> None:
    folder = tmp_path / "theme"
    (folder / "templates").mkdir(parents=True)
    (folder / "theme.toml").write_bytes("\ufeff[strings.zh-CN]\nread = '读完'\n".encode())
    template = folder / "templates/home.html"
    template.write_bytes("\ufeff<p>首页</p>".encode())
    loaded = theme.load("portal", folder)
    template.write_text("later", encoding="utf-8")
    assert loaded.words("zh-CN").read == "读完"
    assert loaded.render("home.html", {}) == "<p>首页</p>"
