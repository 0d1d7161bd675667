"""Word lists, the check, its override and sign-off, from the command line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chce_desktop.cli.program import run


@pytest.fixture
def chce(tmp_path: Path, app_home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """Exit status and the JSON of a command on a site."""
    folder = str(tmp_path / "站 点")

    def call(*arguments: object) -> tuple[int, Any]:
        status = run(["--json", "--lang", "en", "--site", folder, *map(str, arguments)])
        return status, json.loads(capsys.readouterr().out)

    assert run(["new", folder, "--name", "站"]) == 0
    capsys.readouterr()
    return call


def test_words_stop_a_publish_until_somebody_says_why(chce: Callable[..., tuple[int, Any]], tmp_path: Path) -> None:
    text = tmp_path / "a.md"
    text.write_text("# 题\n\n含某禁词。\n", "utf-8")
    chce("article", "add", text, "--status", "ready")
    table = tmp_path / "w.csv"
    table.write_bytes("词语,类别,级别\n某禁词,敏感词,拦截\n".encode("gbk"))
    assert chce("words", "import", table) == (0, {"rows": 1, "problems": []})
    _, found = chce("check", "--places", "--article", 1)
    (item,) = [item for item in found["items"] if item["rule"] == "forbidden-word"]
    assert (item["level"], item["blocks"], item["article"], item["field"]) == ("error", True, 1, "body")
    chce("target", "add", "t", (tmp_path / "网").as_uri())
    for arguments in ([], ["--yes"], ["--yes", "--override", " "]):
        status, answer = chce("publish", "t", *arguments)
        assert (status, answer["error"]["code"]) == (3, "blocked_findings")
    assert not list((tmp_path / "网").rglob("*.html"))
    _, looked = chce("publish", "t", "--dry-run")
    assert [question["code"] for question in looked["questions"]] == ["blocked_findings"]
    assert chce("publish", "t", "--override", "上级要求", "--by", "赵总编")[0] == 0
    ((override,), _) = chce("publications", "t")[1][0]["overrides"], None
    assert (override["who"], override["reason"], override["article"]) == ("赵总编", "上级要求", 1)
    assert chce("publish", "t")[0] == 0


def test_a_publish_by_itself_is_stopped_too(chce: Callable[..., tuple[int, Any]], tmp_path: Path) -> None:
    chce("target", "add", "t", (tmp_path / "网").as_uri())
    chce("target", "set", "t", "--option", "automatic=yes")
    assert chce("publish", "t")[0] == 0
    text = tmp_path / "a.md"
    text.write_text("# 题\n\n含某禁词。\n", "utf-8")
    soon = datetime.now(UTC) + timedelta(seconds=1)
    chce("article", "add", text, "--status", "ready", "--date", soon.isoformat())
    chce("words", "add", "某禁词", "--level", "block")
    time.sleep(1.2)
    status, answer = chce("publish", "t", "--due")
    assert (status, answer["error"]["code"]) == (3, "blocked_findings")
    assert not list((tmp_path / "网" / "articles").glob("*.html"))


def test_lists_go_out_and_come_back(chce: Callable[..., tuple[int, Any]], tmp_path: Path) -> None:
    chce("words", "add", "做为", "--kind", "confusable", "--suggestion", "作为")
    chce("autolinks", "add", "素质教育", "https://example.cn/")
    chce("names", "add", "教育部", "--address", "https://www.moe.gov.cn/")
    for name in ("words", "autolinks", "names"):
        _, before = chce(name, "list")
        assert chce(name, "export", tmp_path / f"{name}.csv") == (0, {"rows": 1})
        key = before[0].get("word") or before[0]["name"]
        chce(name, "remove", key)
        assert chce(name, "list") == (0, [])
        chce(name, "import", tmp_path / f"{name}.csv", "--replace")
        assert chce(name, "list")[1] == before
    assert chce("words", "starter")[1]["rows"] > 30
    status, answer = chce("words", "import", tmp_path / "none.csv")
    assert (status, answer["error"]["code"]) == (1, "table_refused")


def test_rules_templates_and_the_person(chce: Callable[..., tuple[int, Any]], tmp_path: Path) -> None:
    assert chce("rules", "set", "no-source", "block") == (0, {"rule": "no-source", "level": "block"})
    assert {"rule": "no-source", "level": "block", "title": "The source is missing"} in chce("rules", "list")[1]
    for wrong in (("none", "warn"), ("forbidden-word", "warn")):
        assert chce("rules", "set", *wrong)[0] == 1
    text = tmp_path / "a.md"
    text.write_text("# 周报\n\n开头。\n", "utf-8")
    chce("article", "add", text)
    chce("templates", "save", 1, "每周")
    assert chce("templates", "list") == (0, [{"name": "每周", "title": "周报"}])
    assert chce("templates", "new", "每周")[1]["title"] == "周报"
    assert chce("templates", "remove", "每周")[0] == 0
    assert chce("person", "钱编辑") == (0, {"name": "钱编辑", "chosen": "钱编辑"})


def test_sign_off_cannot_be_gone_around(chce: Callable[..., tuple[int, Any]], tmp_path: Path) -> None:
    chce("settings", "set", "sign_off", "true")
    text = tmp_path / "a.md"
    text.write_text("# 题\n\n原文。\n", "utf-8")
    chce("article", "add", text, "--status", "ready")
    chce("article", "set", 1, "status=published")
    chce("target", "add", "t", (tmp_path / "网").as_uri())
    chce("publish", "t")

    def online() -> str:
        return "".join(path.read_text("utf-8") for path in (tmp_path / "网" / "articles").glob("*.html"))

    assert "原文" not in online()
    chce("article", "set", 1, "status=draft")
    for step in ("final", "second", "first", "return"):
        status, answer = chce("signoff", step, 1, "--remark", "x")
        assert (status, answer["error"]["code"]) == (1, "step_out_of_order")
    for step, following in (("submit", "first"), ("first", "second"), ("second", "final"), ("final", None)):
        assert chce("signoff", step, 1, "--by", "孙")[1]["next"] == following
    chce("publish", "t")
    assert "原文" in online()
    text.write_text("# 题\n\n偷改。\n", "utf-8")
    chce("article", "edit", 1, text)
    chce("publish", "t")
    assert "原文" in online()
    assert "偷改" not in online()
    _, status = chce("signoff", "status", 1)
    assert status["dropped"]
    assert [record["step"] for record in status["records"]] == ["submit", "first", "second", "final"]
