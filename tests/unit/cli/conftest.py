"""`chce` in this process: the same `main` that the command calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chce_desktop.cli import main
from chce_desktop.services.site import create_site


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


Chce = Callable[..., Outcome]


@pytest.fixture
def chce(capsys: pytest.CaptureFixture[str]) -> Chce:
    """Run `chce` with these arguments."""

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new, empty site that CHCE_SITE names."""
    place = tmp_path / "站点 一"
    create_site(place, "测试站").close()
    monkeypatch.setenv("CHCE_SITE", str(place))
    return place


@pytest.fixture
def markdown(tmp_path: Path) -> Path:
    """A Markdown file with an article."""
    path = tmp_path / "文 章.md"
    path.write_text("---\ntitle: 会议闭幕\ndate: 2024-01-18\nsource: 教育部\n---\n\n正文在此。\n", encoding="utf-8")
    return path
