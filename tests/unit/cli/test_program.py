"""The command line as a whole: languages, streams, exit statuses, mistakes."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from chce_desktop.cli import program
from chce_desktop.cli.session import Session
from chce_desktop.foundation.errors import Cancelled, DecisionNeeded
from tests.unit.cli.conftest import Chce


def test_version_and_help(chce: Chce) -> None:
    assert chce("--version").out.startswith("chce ")
    found = chce("--help", "--lang", "en")
    assert found.status == 0
    for command in (
        "new",
        "info",
        "settings",
        "column",
        "article",
        "link",
        "import",
        "search",
        "check",
        "build",
        "serve",
    ):
        assert f" {command} " in found.out
    assert "FILE.md" in chce("article", "add", "--help").out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("article",),
        ("article", "add"),
        ("nonsense",),
        ("info", "--nonsense"),
        ("article", "show", "x"),
        ("--lang", "fr", "info"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(chce: Chce, arguments: tuple[str, ...]) -> None:
    plain = chce(*arguments)
    assert plain.status == 2
    assert plain.out == ""
    assert plain.err.startswith("chce: ")
    assert "Traceback" not in plain.err
    assert chce(*arguments, "--json").json["error"]["code"] == "usage"


def test_global_options_stand_before_or_after_the_command(
    chce: Chce, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHCE_SITE")
    documents = [
        chce("--site", folder, "--json", "info").json,
        chce("info", "--site", folder, "--json").json,
        chce("--json", "info", "--site", folder).json,
        chce("column", "list", "--site", folder, "--json").json,
        chce("column", "--json", "list", "--site", folder).json,
        chce("--site", folder, "column", "list", "--json").json,
    ]
    assert documents[0] == documents[1] == documents[2]
    assert documents[3] == documents[4] == documents[5] == []


def test_the_site_comes_from_option_environment_or_current_folder(
    chce: Chce, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chce("info").status == 0
    monkeypatch.delenv("CHCE_SITE")
    assert chce("info").status == 2
    monkeypatch.chdir(folder)
    assert chce("info").status == 0
    assert chce("info", "--site", tmp_path / "other").status == 1


def test_errors_are_a_document_too(chce: Chce, folder: Path) -> None:
    found = chce("article", "show", "99", "--json")
    assert found.status == 1
    assert set(found.json["error"]) == {"code", "title", "detail", "hint"}
    assert found.json["error"]["code"] == "article_not_found"
    assert found.err.startswith("chce: ")


def test_both_languages(chce: Chce, folder: Path) -> None:
    english = chce("article", "show", "99", "--lang", "en").err
    chinese = chce("article", "show", "99", "--lang", "zh_CN").err
    assert "There is no article 99." in english
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Cancelled(), 130, "cancelled"),
        (KeyboardInterrupt(), 130, "cancelled"),
        (DecisionNeeded("x"), 3, "decision_needed"),
        (RuntimeError("a bug"), 1, "unexpected"),
    ],
)
@pytest.mark.allow_log("failed for an unknown reason")
def test_exit_statuses(
    chce: Chce, folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, code: str
) -> None:
    def fail(_session: Session) -> None:
        raise error

    monkeypatch.setattr("chce_desktop.cli.sites._info", fail)
    found = chce("info", "--json")
    assert found.status == status
    assert found.json["error"]["code"] == code
    assert "Traceback" not in found.err


def test_statuses_are_the_contracts() -> None:
    names = ("DONE", "FAILED", "WRONG_USAGE", "UNDECIDED", "INTERRUPTED")
    assert [getattr(program, name) for name in names] == [0, 1, 2, 3, 130]


@pytest.mark.parametrize("kind", ["missing", "file", "empty", "no database", "corrupt", "newer"])
def test_a_site_that_cannot_be_opened_is_one_plain_sentence(
    chce: Chce, folder: Path, tmp_path: Path, kind: str
) -> None:
    place = tmp_path / "kaputt"
    if kind == "file":
        place.write_text("x", encoding="utf-8")
    elif kind != "missing":
        place.mkdir()
    if kind == "no database":
        (place / "site.db").write_text("no database at all", encoding="utf-8")
    elif kind == "corrupt":
        data = bytearray((folder / "site.db").read_bytes())
        data[4096 : len(data)] = b"\xa5" * (len(data) - 4096)
        (place / "site.db").write_bytes(data)
    elif kind == "newer":
        (place / "site.db").write_bytes((folder / "site.db").read_bytes())
        with sqlite3.connect(place / "site.db") as database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.close()
    found = chce("info", "--site", place, "--json", "--lang", "en")
    assert found.status == 1
    assert found.json["error"]["title"].endswith(".")
    assert found.json["error"]["hint"]
    assert "Traceback" not in found.err


def test_answers_hold_any_character(chce: Chce, folder: Path) -> None:
    name = "A & B < C “引号” 😀𠮷"
    assert chce("settings", "set", "name", name, "--json").json["name"] == name
    assert json.loads(chce("--json", "info").out)["name"] == name
