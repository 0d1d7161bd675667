"""What scripts do to many articles at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Chce


@pytest.fixture
def ids(chce: Chce, folder: Path, tmp_path: Path) -> list[int]:
    """Six ready articles, two of them in 政务公开."""
    made = []
    for number in range(6):
        path = tmp_path / f"{number}.md"
        path.write_text(f"# 第{number}篇\n\n教育部发布第{number}号通知。", encoding="utf-8")
        column = "政务公开" if number > 3 else "教育新闻"
        chce("column", "add", column)
        made.append(chce("article", "add", path, "--column", column, "--tag", "教育", "--json").json["id"])
    return made


def test_texts_are_replaced(chce: Chce, ids: list[int]) -> None:
    told = chce("replace", "教育部", "国家教育部", "--column", "政务公开", "--dry-run", "--json").json
    assert (told["places"], told["articles"], told["dry_run"]) == (2, 2, True)
    assert told["items"][0]["found"] == "教育部"
    assert "国家" not in chce("article", "show", ids[5], "--json").json["body"]
    assert chce("replace", "教育部", "国家教育部", "--column", "政务公开", "--json").json["places"] == 2
    assert "国家教育部" in chce("article", "show", ids[5], "--json").json["body"]
    assert "国家" not in chce("article", "show", ids[0], "--json").json["body"]


def test_fields_are_changed_by_a_filter(chce: Chce, ids: list[int]) -> None:
    assert chce("change", "--column", "政务公开").status == 2
    told = chce("change", "--column", "政务公开", "--set-status", "draft", "--add-tag", "公告", "--json").json
    assert told == {"found": 2, "changed": 2, "dry_run": False}
    again = chce("change", "--tag", "公告", "--set-status", "draft", "--json").json
    assert again == {"found": 2, "changed": 0, "dry_run": False}
    assert chce("article", "show", ids[5], "--json").json["tags"] == ["教育", "公告"]


def test_tags_and_columns_are_merged_and_split(chce: Chce, ids: list[int]) -> None:
    assert chce("tag", "rename", "教育", "教育动态", "--json").json == {"changed": 6}
    assert chce("tag", "split", "教育动态", "教育", "动态", "--json").json == {"changed": 6}
    assert chce("tag", "merge", "要闻", "教育", "动态", "--json").json == {"changed": 6}
    assert chce("tag", "list", "--json").json == [{"name": "要闻", "articles": 6}]
    assert chce("tag", "remove", "要闻", "--json").json == {"changed": 6}
    assert chce("column", "split", "教育新闻", "专题", ids[0], ids[1], "--json").json["path"] == "专题"
    assert chce("article", "show", ids[0], "--json").json["column"] == "专题"
    assert chce("column", "merge", "政务公开", "专题", "教育新闻", "--json").json["path"] == "政务公开"
    assert [column["path"] for column in chce("column", "list", "--json").json] == ["政务公开"]


def test_the_front_page_is_shown_and_arranged(chce: Chce, ids: list[int]) -> None:
    blocks = {block["title"]: block for block in chce("front", "show", "--json").json}
    assert not any(place["by_hand"] for place in blocks["教育新闻"]["articles"])
    placed = chce("front", "place", "教育新闻", ids[5], ids[0], "--json").json
    assert [place["id"] for place in placed["articles"]][:2] == [ids[5], ids[0]]
    assert chce("front", "place", "没有", ids[0]).status == 2
    assert chce("front", "keep-out", "没有", ids[0]).status == 2
    latest = next(block["key"] for block in chce("front", "show", "--json").json if block["key"].endswith("latest"))
    kept = chce("front", "keep-out", latest, ids[0], "--json").json["articles"]
    assert [place["id"] for place in kept if place["kept_out"]] == [ids[0]]
    again = chce("front", "keep-out", latest, ids[0], "--undo", "--json").json["articles"]
    assert not any(place["kept_out"] for place in again)


def test_searches_and_most_read(chce: Chce, ids: list[int]) -> None:
    assert chce("saved", "list", "--json").json == []
    assert chce("saved", "run", "没有").status == 2
    assert chce("search", "教育部", "--best", "--json").json["total"] == 6
    assert chce("counts", "most-read", "--window", "all", "--limit", 3, "--json").json["until"] is None
