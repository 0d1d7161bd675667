"""What a theme or a disk can do wrong is told in one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chce_desktop.foundation.progress import SilentProgress
from chce_desktop.sitegen import OutputFolderUnusable, TemplateFailed, build
from chce_desktop.sitegen.errors import BuildRunning
from tests.helpers.snapshots import site


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (b"\xff\xfe\x00", "The template article.html has a fault: it is not text in UTF-8"),
        (
            b'{% include "none.html" %}',
            "The template article.html has a fault: it needs the template none.html, which is not there",
        ),
        (b"\n{{ 1/0 }}", "The template article.html has a fault in line 2: division by zero"),
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
