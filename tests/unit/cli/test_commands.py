"""Each command once, with what it answers: names and keys are a contract."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.cli.conftest import Chce


def png(path: Path) -> Path:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(buffer, "PNG")
    path.write_bytes(buffer.getvalue())
    return path


def test_new(chce: Chce, tmp_path: Path) -> None:
    place = tmp_path / "新 站"
    made = chce("new", place, "--name", "某网", "--json")
    assert made.status == 0
    assert made.json == {"site": str(place.resolve()), "name": "某网", "schema": made.json["schema"]}
    assert chce("new", place, "--name", "x", "--json").json["error"]["code"] == "folder_not_empty"
    assert chce("new", tmp_path / "y").status == 2
    assert not (tmp_path / "y").exists()


def test_new_with_the_demo(chce: Chce, tmp_path: Path) -> None:
    place = tmp_path / "demo"
    assert chce("new", place, "--demo", "--json").json["name"] == "国家素质教育网"
    assert chce("--site", place, "info", "--json").json["articles"]["ready"] > 40


def test_info(chce: Chce, folder: Path) -> None:
    found = chce("info", "--json").json
    assert set(found) == {"name", "schema", "articles", "columns", "links", "media", "bytes"}
    assert set(found["articles"]) == {"draft", "review", "ready", "published", "withdrawn", "trash"}
    assert "测试站" in chce("info").out


def test_settings(chce: Chce, folder: Path) -> None:
    assert chce("settings", "get", "--json").json["name"] == "测试站"
    assert chce("settings", "set", "footer_lines", '["一", "二"]', "--json").json["footer_lines"] == ["一", "二"]
    assert chce("settings", "get", "footer_lines", "--json").json == {"footer_lines": ["一", "二"]}
    assert chce("settings", "get", "name").out == "测试站\n"
    assert chce("settings", "set", "nonsense", "1", "--json").json["error"]["code"] == "usage"
    assert chce("settings", "set", "list_length", "many").status == 1
    assert chce("settings", "get", "nonsense").status == 2


def test_columns(chce: Chce, folder: Path) -> None:
    first = chce("column", "add", "教学研究", "--slug", "yanjiu", "--json").json
    assert {"id": first["id"], "path": "教学研究", "slug": "yanjiu"}.items() <= first.items()
    below = chce("column", "add", "论文", "--parent", "教学研究", "--json").json
    assert below["path"] == "教学研究/论文"
    assert chce("column", "add", "论文", "--parent", "教学研究", "--json").json == below
    assert chce("column", "add", "教学研究/教案/语文", "--json").json["path"] == "教学研究/教案/语文"
    assert [c["path"] for c in chce("column", "list", "--json").json] == [
        "教学研究", "教学研究/论文", "教学研究/教案", "教学研究/教案/语文",
    ]  # fmt: skip
    assert chce("column", "move", "教学研究/教案", "--index", 0, "--json").json["path"] == "教学研究/教案"
    assert chce("column", "move", "教学研究/论文", "--parent", "/", "--json").json["path"] == "论文"
    inside = chce("column", "move", "教学研究", "--parent", "教学研究/教案", "--json")
    assert (inside.status, inside.json["error"]["code"]) == (1, "column_inside_itself")
    assert chce("column", "rename", "论文", "文论", "--json").json["path"] == "文论"
    assert chce("column", "remove", "文论", "--json").json["path"] == "文论"
    assert chce("column", "remove", "教学研究").status == 1
    assert chce("column", "remove", "没有", "--json").json["error"]["code"] == "column_not_found"


def test_articles(chce: Chce, folder: Path, markdown: Path) -> None:
    chce("column", "add", "政务公开", "--slug", "zhengwu")
    added = chce(
        "article", "add", markdown, "--column", "政务公开", "--tag", "甲", "--tag", "乙", "--flag", "headline", "--json"
    )
    assert added.status == 0
    article = added.json
    expected = {"title": "会议闭幕", "slug": "hui-yi-bi-mu", "status": "ready", "url": "zhengwu/hui-yi-bi-mu.html"}
    assert expected.items() <= article.items()
    whole = chce("article", "show", article["id"], "--json").json
    assert (whole["body"], whole["source"], sorted(whole["tags"])) == ("正文在此。", "教育部", ["乙", "甲"])
    assert whole["flags"] == ["headline"]
    assert whole["date"] == "2024-01-18T00:00:00+08:00"

    options = ("--title", "别题", "--source", "某报", "--date", "2023年5月6日", "--status", "draft")
    other = chce("article", "add", markdown, *options, "--json").json
    assert (other["title"], other["status"], other["date"]) == ("别题", "draft", "2023-05-06T00:00:00+08:00")
    assert [a["id"] for a in chce("article", "list", "--json").json] == [article["id"], other["id"]]
    assert [a["id"] for a in chce("article", "list", "--status", "draft", "--json").json] == [other["id"]]
    assert [a["id"] for a in chce("article", "list", "--column", "政务公开", "--json").json] == [article["id"]]
    assert len(chce("article", "list", "--limit", 1, "--json").json) == 1

    chce(
        "article",
        "set",
        article["id"],
        "title=改题",
        "reads=7",
        "tags=丙",
        "column=",
        "status=review",
        "date=2024-02-03 10:00",
    )
    changed = chce("article", "show", article["id"], "--json").json
    assert (changed["title"], changed["reads"], changed["tags"], changed["column"]) == ("改题", 7, ["丙"], None)
    assert (changed["status"], changed["date"]) == ("review", "2024-02-03T10:00:00+08:00")
    for wrong in ("title", "nonsense=1", "reads=many", "status=gone", "flags=big", "date=昨天", "date="):
        assert chce("article", "set", article["id"], wrong).status == 2

    markdown.write_text("# 新题\n\n新的正文。\n", encoding="utf-8")
    edited = chce("article", "edit", article["id"], markdown, "--json").json
    assert edited["title"] == "改题"
    assert "新的正文" in chce("article", "show", article["id"]).out
    revisions = chce("article", "revisions", article["id"], "--json").json
    assert chce("article", "revert", article["id"], revisions[-1]["id"], "--json").status == 0
    assert chce("article", "revert", article["id"], 9999).status == 1

    assert chce("article", "purge", article["id"]).status == 1
    assert chce("article", "trash", article["id"], other["id"], "--json").json == {"changed": 2}
    assert len(chce("article", "list", "--status", "trash", "--json").json) == 2
    assert chce("article", "restore", other["id"], "--json").json == {"changed": 1}
    assert chce("article", "purge", article["id"], "--json").json == {"changed": 1}
    assert chce("article", "show", article["id"]).status == 1
    assert chce("article", "trash", 999).status == 1


def test_article_files_that_cannot_be_used(chce: Chce, folder: Path, tmp_path: Path) -> None:
    assert chce("article", "add", tmp_path / "none.md").status == 1
    (tmp_path / "empty.md").write_bytes(b"")
    assert chce("article", "add", tmp_path / "empty.md").status == 1
    (tmp_path / "bad.md").write_text("# 题\n![](bad.png)", encoding="utf-8")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    found = chce("article", "add", tmp_path / "bad.md", "--json")
    assert (found.status, found.json["error"]["code"]) == (1, "not_an_image")
    assert chce("article", "list", "--json").json == []


def test_pictures_come_with_an_article(chce: Chce, folder: Path, tmp_path: Path) -> None:
    png(tmp_path / "图 一.png")
    (tmp_path / "a.md").write_text("# 题\n![图](图%20一.png)", encoding="utf-8")
    article = chce("article", "add", tmp_path / "a.md", "--json").json
    body = chce("article", "show", article["id"], "--json").json["body"]
    assert (folder / body.removeprefix("![图](").removesuffix(")")).is_file()


def test_links(chce: Chce, folder: Path, tmp_path: Path) -> None:
    logo = png(tmp_path / "logo.png")
    added = chce(
        "link", "add", "教育部", "http://www.moe.gov.cn/", "--group", "部委", "--logo", logo, "--note", "注", "--json"
    ).json
    assert {
        "name": "教育部",
        "url": "http://www.moe.gov.cn/",
        "group": "部委",
        "note": "注",
        "visible": True,
    }.items() <= added.items()
    assert added["logo"].startswith("media/")
    second = chce("link", "add", "人民网", "http://www.people.com.cn/", "--group", "部委", "--hidden", "--json").json
    assert [link["visible"] for link in chce("link", "list", "--json").json] == [True, False]
    assert chce("link", "set", second["id"], "visible=true", "name=人民", "--json").json["name"] == "人民"
    assert chce("link", "move", second["id"], "--index", 0).status == 0
    assert [link["name"] for link in chce("link", "list", "--json").json] == ["人民", "教育部"]
    assert chce("link", "move", second["id"], "--group", "媒体", "--json").json["group"] == "媒体"
    assert chce("link", "add", "坏", "not an address").status == 1
    assert chce("link", "set", second["id"], "colour=red").status == 2
    assert chce("link", "remove", second["id"], "--json").json == {"removed": 1}
    assert chce("link", "remove", second["id"]).status == 1


def test_notices(chce: Chce, folder: Path) -> None:
    links = ("--link", "查看详情=https://example.org/a", "--link", "网上报名=https://example.org/b?x=1")
    added = chce("notice", "add", "报名", "--text", "文", *links, "--until", "2030-01-01", "--json").json
    assert added["links"][1] == {"label": "网上报名", "url": "https://example.org/b?x=1"}
    assert added["ends_at"].startswith("2029-12-31T16:00")
    second = chce("notice", "add", "二", "--json").json
    assert chce("notice", "move", added["id"], 0).status == 0
    assert [notice["id"] for notice in chce("notice", "list", "--json").json] == [added["id"], second["id"]]
    assert chce("notice", "set", added["id"], "--title", "新", "--hidden", "--json").json["visible"] is False
    assert chce("notice", "set", added["id"], "--shown", "--json").json["visible"] is True
    assert chce("notice", "set", added["id"]).status == 2
    assert chce("notice", "add", "坏", "--link", "no address").status == 2
    assert chce("notice", "remove", added["id"], "--json").json == {"removed": 1}
    assert chce("notice", "remove", added["id"]).status == 1


def test_import(chce: Chce, folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "文 件"
    (root / "新闻").mkdir(parents=True)
    (root / "新闻" / "一.md").write_text("# 一\n![图](p.png)", encoding="gb18030")
    png(root / "新闻" / "p.png")
    (root / "x.txt").write_text("x", encoding="utf-8")
    dry = chce("import", root, "--dry-run", "--json").json
    assert chce("article", "list", "--json").json == []
    found = chce("import", root, "--json")
    assert found.status == 0
    keys = {"found", "created", "updated", "unchanged", "media", "columns_created", "skipped", "warnings"}
    assert keys <= set(found.json)
    assert found.json == dry
    assert (found.json["found"], found.json["created"], found.json["media"], found.json["columns_created"]) == (
        1,
        1,
        1,
        1,
    )
    assert [set(skip) for skip in found.json["skipped"]] == [{"path", "reason"}]
    assert [set(warning) for warning in found.json["warnings"]] == [{"path", "message"}]
    assert chce("import", root, "--json").json["unchanged"] == 1
    assert "x.txt" in chce("import", root).out
    assert chce("import", tmp_path / "none", "--json").json["error"]["code"] == "nothing_to_import"
    assert chce("import", root, "--status", "gone").status == 2
    assert chce("import", root, "--format", "doc").status == 2


def test_import_into_a_column_with_a_status(chce: Chce, folder: Path, markdown: Path) -> None:
    report = chce("import", markdown, "--column", "甲/乙", "--status", "review", "--json").json
    assert report["created"] == 1
    assert chce("article", "list", "--status", "review", "--column", "甲/乙", "--json").json[0]["title"] == "会议闭幕"


def test_search(chce: Chce, folder: Path, markdown: Path) -> None:
    chce("import", markdown)
    found = chce("search", "会议", "--json").json
    assert found["total"] == 1
    assert set(found["items"][0]) == {"id", "title", "snippet"}
    assert chce("search", "会议", "--in", "body", "--json").json["total"] == 0
    assert chce("search", "正文", "--status", "draft", "--json").json == {"total": 0, "items": []}
    assert "会议闭幕" in chce("search", "会议").out


def test_check(chce: Chce, folder: Path, markdown: Path) -> None:
    chce("import", markdown)
    found = chce("check", "--json").json
    assert set(found) == {"errors", "warnings", "items"}
    assert found["errors"] + found["warnings"] == len(found["items"]) > 0
    assert set(found["items"][0]) == {"level", "rule", "where", "message", "fix"}
    assert chce("check", "--target", "none").status == 1


def test_build_twice_writes_nothing_the_second_time(chce: Chce, folder: Path, markdown: Path, tmp_path: Path) -> None:
    chce("import", markdown)
    out = tmp_path / "页 面"
    first = chce("--site", folder, "build", out, "--json").json
    assert set(first) == {"pages", "written", "unchanged", "removed", "seconds"}
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    second = chce("build", out, "--site", folder, "--json").json
    assert (second["written"], second["removed"], second["pages"]) == (0, 0, first["pages"])
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert chce("build", tmp_path / "file").status == 1


def test_a_build_says_why(chce: Chce, folder: Path, markdown: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    article = chce("article", "add", markdown, "--json").json
    chce("build", out)
    chce("article", "set", article["id"], "title=另一个标题")
    told = chce("build", out, "--explain", article["url"], "--json").json
    keys = {"path", "kind", "due", "reasons", "articles", "media", "was_written", "why_written"}
    assert set(told) == keys
    assert (told["path"], told["due"], told["articles"]) == (article["url"], True, [article["id"]])
    said = chce("build", out, "--explain", "/", "--lang", "zh_CN").out
    assert "下一次生成会重新制作它" in said
    assert "“另一个标题”" in said
    chce("build", out)
    said = chce("build", out, "--explain", article["url"], "--lang", "zh_CN").out
    assert "下一次生成会保持原样" in said
    assert "它的文章改过了。" in said
    assert chce("build", out, "--explain", "none.html", "--json").status == 1


def test_media(chce: Chce, folder: Path, tmp_path: Path) -> None:
    added = chce("media", "add", png(tmp_path / "图.png"), "--json").json
    assert chce("media", "list", "--json").json[0]["path"] == added[0]["path"]
    path = added[0]["path"]
    Image.new("RGB", (9, 9), "blue").save(tmp_path / "乙.png")
    other = chce("media", "add", tmp_path / "乙.png", "--json").json[0]["path"]
    (tmp_path / "a.md").write_text(f"![]({path})", encoding="utf-8")
    article = chce("article", "add", tmp_path / "a.md", "--title", "甲", "--json").json["id"]
    uses = chce("media", "where-used", path, "--json").json
    assert [(use["kind"], use["id"], use["name"]) for use in uses] == [("article", article, "甲")]
    assert [item["path"] for item in chce("media", "unused", "--json").json] == [other]
    done = chce("media", "replace", path, other, "--json").json
    assert done == {"articles": [article], "notices": [], "links": [], "settings": False}
    assert [item["path"] for item in chce("media", "unused", "--remove", "--json").json] == [path]
    assert (folder / "media-trash" / path).is_file()
    assert chce("media", "where-used", path, "--json").json["error"]["code"] == "media_not_found"
    (tmp_path / "bad.png").write_bytes(b"x")
    assert chce("media", "add", tmp_path / "bad.png", "--json").json["error"]["code"] == "not_an_image"


def test_targets_and_publish_to_a_folder(chce: Chce, folder: Path, markdown: Path, tmp_path: Path) -> None:
    chce("import", markdown)
    host = tmp_path / "主 机"
    host.mkdir()
    target = chce(
        "target", "add", "本地", host.as_uri(), "--public-url", "https://www.example.org/", "--option", "a=b", "--json"
    ).json
    assert {"name": "本地", "url": host.as_uri(), "options": {"a": "b"}}.items() <= target.items()
    assert not any("password" in key for key in target)
    assert chce("target", "list", "--json").json == [target]
    changed = chce("target", "set", "本地", "--public-url", "", "--option", "a=c", "--json").json
    assert (changed["public_url"], changed["options"]) == ("", {"a": "c"})
    chce("target", "remove", "本地")
    chce("target", "add", "本地", host.as_uri())
    assert chce("target", "test", "本地", "--json").status == 0
    dry = chce("publish", "本地", "--dry-run", "--json").json
    keys = {"generation", "uploaded", "deleted", "unchanged", "bytes", "verified", "repaired", "seconds", "dry_run"}
    assert keys <= set(dry)
    assert dry["dry_run"] is True
    assert not list(host.glob("*.html"))
    done = chce("publish", "本地", "--json")
    assert done.status == 0
    assert set(done.json) == keys
    assert (done.json["uploaded"], done.json["generation"], done.json["dry_run"]) == (dry["uploaded"], 1, False)
    assert (host / "index.html").is_file()
    assert chce("article", "list", "--json").json[0]["status"] == "published"
    again = chce("publish", "本地", "--json").json
    assert (again["uploaded"], again["deleted"]) == (0, 0)
    (host / "index.html").write_text("broken", encoding="utf-8")
    assert chce("repair", "本地", "--json").status == 0
    assert "broken" not in (host / "index.html").read_text(encoding="utf-8")
    assert chce("publications", "本地", "--json").json[-1]["generation"] == 1
    assert chce("publish", "none", "--json").json["error"]["code"] == "target_not_found"


def test_a_folder_that_is_not_ours_is_a_decision(chce: Chce, folder: Path, markdown: Path, tmp_path: Path) -> None:
    chce("import", markdown)
    host = tmp_path / "host"
    host.mkdir()
    (host / "theirs.html").write_text("theirs", encoding="utf-8")
    chce("target", "add", "t", host.as_uri())
    stopped = chce("publish", "t", "--json")
    assert (stopped.status, stopped.json["error"]["code"]) == (3, "foreign_files")
    assert [path.name for path in host.iterdir()] == ["theirs.html"]
    assert chce("publish", "t", "--dry-run", "--json").json["questions"][0]["code"] == "foreign_files"
    assert chce("publish", "t", "--yes", "--json").status == 0
    assert (host / "theirs.html").read_text(encoding="utf-8") == "theirs"


def test_a_password_is_never_shown_or_stored_without_a_keyring(
    chce: Chce, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHCE_TARGET_PASSWORD", "geheim-secret")
    added = chce("target", "add", "t", "sftp://user@127.0.0.1:1/x", "--json")
    assert "geheim-secret" not in added.out + added.err + chce("target", "list").out
    assert chce("target", "add", "u", "sftp://user:geheim@127.0.0.1/x").status == 1
    assert b"geheim-secret" not in (folder / "site.db").read_bytes()
    assert chce("publish", "t").status == 1


def test_export_backup_restore(chce: Chce, folder: Path, markdown: Path, tmp_path: Path) -> None:
    chce("import", markdown)
    assert chce("export", tmp_path / "out", "--json").json == {"articles": 1, "media": 0}
    saved = chce("backup", tmp_path / "保存.zip", "--json").json
    assert set(saved) == {"articles", "media", "bytes", "sha256"}
    restored = chce("restore", tmp_path / "保存.zip", tmp_path / "还原", "--json").json
    assert restored == saved
    assert chce("--site", tmp_path / "还原", "article", "list", "--json").json[0]["title"] == "会议闭幕"
    assert chce("restore", markdown, tmp_path / "x", "--json").json["error"]["code"] == "backup_unusable"


def test_an_earlier_publication_comes_back(chce: Chce, folder: Path, markdown: Path, tmp_path: Path) -> None:
    chce("import", markdown)
    host = tmp_path / "主机"
    chce("target", "add", "本地", host.as_uri())
    assert chce("publish", "本地", "--yes", "--json").status == 0
    before = {path.name for path in host.rglob("*.html")}
    text = tmp_path / "neu.md"
    text.write_text("# 新来的\n\n正文。\n", encoding="utf-8")
    chce("article", "add", text)
    assert chce("publish", "本地", "--json").json["generation"] == 2
    assert {path.name for path in host.rglob("*.html")} != before
    back = chce("rollback", "本地", "1", "--yes", "--json")  # so small a site loses more than a tenth
    assert (back.status, back.json["generation"]) == (0, 3)
    assert {path.name for path in host.rglob("*.html")} == before
    gone = chce("rollback", "本地", "77", "--json")
    assert (gone.status, gone.json["error"]["code"]) == (1, "release_missing")


def test_readings_are_counted_once(chce: Chce, folder: Path, tmp_path: Path) -> None:
    text = tmp_path / "a.md"
    text.write_text("# 甲\n\n正文。\n", encoding="utf-8")
    url = chce("article", "add", text, "--json").json["url"]
    log = tmp_path / "access.log"
    person = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130 Safari/537.36"
    log.write_text(
        f'203.0.113.7 - - [02/Mar/2026:10:11:12 +0800] "GET /{url} HTTP/1.1" 200 512 "-" "{person}"\n' * 3,
        encoding="utf-8",
    )
    counted = chce("counts", "import", log, "--json")
    assert counted.json == {
        "lines": 3,
        "counted": 3,
        "articles": 1,
        "from": "2026-03-02",
        "to": "2026-03-02",
        "bots_ignored": 0,
    }
    assert chce("counts", "import", log, "--json").json["counted"] == 0
    log.write_text("no log\n" * 50, encoding="utf-8")
    refused = chce("counts", "import", log, "--json")
    assert (refused.status, refused.json["error"]["code"]) == (1, "log_refused")


def test_withdraw_and_purge_with_a_publish_at_once(chce: Chce, folder: Path, tmp_path: Path) -> None:
    host = tmp_path / "host"
    chce("target", "add", "主机", host.as_uri())
    markdown = tmp_path / "a.md"
    ids = []
    for title in ("机密一", "机密二", "平常"):
        markdown.write_text(f"# {title}\n\n{title}的正文。\n", encoding="utf-8")
        ids.append(chce("article", "add", markdown, "--status", "ready", "--json").json["id"])
    assert chce("publish", "主机", "--yes").status == 0

    def traces(word: str) -> list[Path]:
        return [path for path in host.rglob("*.*") if path.is_file() and word in path.read_text("utf-8", "replace")]

    assert traces("机密一")
    outcome = chce("article", "withdraw", ids[0], "--publish", "主机", "--yes", "--json").json
    assert outcome["changed"] == 1
    assert outcome["published"][0]["generation"] == 2
    assert all(place["name"] and place["what"] for place in outcome["elsewhere"])
    assert traces("机密一") == []
    assert chce("article", "show", ids[0], "--json").json["status"] == "withdrawn"

    refused = chce("article", "purge", ids[1], "--everywhere", "--json")
    assert (refused.status, refused.json["error"]["code"]) == (3, "purge_unconfirmed")
    assert chce("article", "show", ids[1]).status == 0
    purged = chce("article", "purge", ids[1], "--everywhere", "--yes", "--publish", "主机", "--json")
    assert (purged.status, purged.json["changed"], purged.json["backups"]) == (0, 1, [])
    assert traces("机密二") == []
    assert chce("article", "show", ids[1]).status == 1
    assert traces("平常")
    assert chce("article", "withdraw", 9999).status == 1
    assert chce("article", "withdraw", ids[2], "--publish", "unbekannt").status == 1
    assert chce("article", "show", ids[2], "--json").json["status"] == "published"


def test_the_name_of_the_computer_is_the_users_choice(chce: Chce) -> None:
    assert chce("computer", "--json").json["label"] == ""
    assert chce("computer", "编辑部", "--json").json["label"] == "编辑部"
    assert chce("computer").out.strip() == "编辑部"
    assert chce("computer", "", "--json").json["label"] == ""


def test_themes_are_listed_and_checked(chce: Chce, folder: Path, tmp_path: Path) -> None:
    assert [entry["name"] for entry in chce("theme", "list", "--json").json] == ["portal", "journal"]
    assert chce("theme", "lint", "--json").json == {"errors": 0, "warnings": 0, "items": []}
    faulty = folder / "theme" / "templates" / "list.html"
    faulty.parent.mkdir(parents=True)
    faulty.write_text("<h1>\n{{ nmae }}</h1>", encoding="utf-8")
    found = chce("theme", "lint", "--json")
    assert found.status == 1
    assert {"level", "rule", "file", "line", "message"} == set(found.json["items"][0])
    assert ("templates/list.html", 2) in {(item["file"], item["line"]) for item in found.json["items"]}
    assert chce("theme", "lint", folder / "theme", "--theme", "journal").status == 1
    assert "templates/list.html:2" in chce("theme", "lint").out
    assert chce("theme", "lint", tmp_path / "none").status == 2
    assert chce("theme", "lint", "--theme", "none").status == 2


def test_colours_fonts_and_blocks_are_settings(chce: Chce, folder: Path) -> None:
    blocks = '[{"kind": "latest", "length": 5, "layout": "cards"}]'
    stored = chce("settings", "set", "home_blocks", blocks, "--json").json["home_blocks"]
    assert stored == [{"kind": "latest", "title": "", "column": 0, "length": 5, "layout": "cards"}]
    assert chce("settings", "set", "home_blocks", '[{"kind": "nonsense"}]').status == 1
    assert chce("settings", "set", "home_blocks", "[1]").status == 1
    assert chce("settings", "set", "accent", "#7a3b00").status == 0
    assert chce("settings", "set", "accent", "#ffee00").status == 1  # white text on it cannot be read
    assert chce("settings", "set", "fonts", "song").status == 0
    assert chce("settings", "set", "fonts", "comic").status == 1
    assert chce("settings", "set", "theme", "journal").status == 0
    assert chce("settings", "set", "theme", "_shared").status == 1


def test_a_publish_waits_and_goes_out_with_what_is_due(
    chce: Chce, folder: Path, tmp_path: Path, markdown: Path
) -> None:
    host = tmp_path / "host"
    chce("import", markdown)
    chce("target", "add", "主机", host.as_uri())
    assert chce("waiting", "--json").json == []
    assert chce("publish", "主机", "--due", "--json").json["due"] is False
    assert not host.exists()
    assert chce("waiting", "--add", "主机", "--json").json[0]["target"] == "主机"
    assert chce("waiting", "--call-off", "主机", "--json").json == []
    chce("waiting", "--add", "主机")
    assert chce("publish", "主机", "--due", "--json").json["generation"] == 1
    assert chce("waiting", "--json").json == []
