"""Folders of Markdown files: every file is accounted for, nothing outside is touched, nothing hostile stops it."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chce_desktop.domain.article import State
from chce_desktop.foundation.errors import Cancelled
from chce_desktop.foundation.progress import SILENT, SilentProgress
from chce_desktop.importing.importer import ImportedArticle, NothingToImport, SkippedFile
from chce_desktop.importing.markdown_folder import MAX_BYTES, MarkdownFolder

SHANGHAI = ZoneInfo("Asia/Shanghai")


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def read(root: Path) -> tuple[dict[str, ImportedArticle], dict[str, SkippedFile]]:
    importer = MarkdownFolder(root, SHANGHAI)
    count = importer.count(SILENT)
    found = list(importer.read(SILENT))
    assert len(found) == count
    articles = {item.path: item for item in found if isinstance(item, ImportedArticle)}
    skipped = {item.path: item for item in (*found, *importer.others()) if isinstance(item, SkippedFile)}
    return articles, skipped


def one(root: Path, files: dict[str, str | bytes], name: str = "a.md") -> ImportedArticle:
    return read(write(root, files))[0][name]


def test_every_file_is_an_article_or_used_or_skipped_with_a_reason(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "新闻/一.md": "---\ntitle: 一\ndate: 2024-1-18\n---\n![图](图 片/甲.png)\n[附件](../files/a.pdf)",
        "新闻/图 片/甲.png": b"png",
        "files/a.pdf": b"pdf",
        "files/unused.pdf": b"pdf",
        "README.md": "# 说明\n",
        ".hidden/b.markdown": "x",
        ".hidden/c.txt": "x",
        "empty.md": "",
        "binary.md": bytes(range(256)),
    }
    articles, skipped = read(write(tmp_path, files))
    used = {use.path for article in articles.values() for use in article.files}
    assert set(articles) | set(skipped) | used == set(files)
    assert not set(articles) & set(skipped)
    assert set(skipped) == {"files/unused.pdf", ".hidden/c.txt", "empty.md", "binary.md"}
    assert all(skip.reason for skip in skipped.values())
    assert {path for path, skip in skipped.items() if skip.article} == {"empty.md", "binary.md"}


def test_title_comes_from_front_matter_else_heading_else_file_name(tmp_path: Path) -> None:
    articles, _ = read(
        write(
            tmp_path,
            {
                "a.md": "---\ntitle: 甲\n---\n# 乙\n正文",
                "b.md": "# 乙\n\n正文",
                "2024-01-18-丙_丁.md": "正文",
                "d.md": "---\ntitle: 甲\n---\n\n# 甲\n\n正文",
                "bundle/index.md": "正文",
                "e.md": "正文在前\n\n## 小标题\n",
            },
        )
    )
    assert {path: (article.fields["title"], article.body) for path, article in articles.items()} == {
        "a.md": ("甲", "# 乙\n正文"),
        "b.md": ("乙", "正文"),
        "2024-01-18-丙_丁.md": ("丙 丁", "正文"),
        "d.md": ("甲", "正文"),
        "bundle/index.md": ("bundle", "正文"),
        "e.md": ("小标题", "正文在前\n\n## 小标题"),
    }


def test_date_comes_from_front_matter_else_file_name_else_the_file_with_a_warning(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.md": "---\ndate: 2024年1月18日\n---\n# 甲",
            "2023-5-6-b.md": "# 乙",
            "c.md": "# 丙",
            "d.md": "---\ndate: 昨天\n---\n# 丁",
        },
    )
    for name in ("c.md", "d.md"):
        os.utime(tmp_path / name, (1_700_000_000, 1_700_000_000))
    articles, _ = read(tmp_path)
    assert articles["a.md"].fields["date"] == datetime(2024, 1, 18, tzinfo=SHANGHAI)
    assert articles["2023-5-6-b.md"].fields["date"] == datetime(2023, 5, 6, tzinfo=SHANGHAI)
    assert articles["c.md"].fields["date"] == datetime.fromtimestamp(1_700_000_000, UTC)
    assert len(articles["c.md"].warnings) == 1
    assert articles["d.md"].fields["date"] == datetime.fromtimestamp(1_700_000_000, UTC)
    assert not articles["a.md"].warnings


def test_columns_come_from_front_matter_else_from_the_folders(tmp_path: Path) -> None:
    articles, _ = read(
        write(
            tmp_path,
            {
                "教学研究/论文/a.md": "# 甲",
                "教学研究/论文/b.md": "---\ncolumn: 教育新闻\n---\n# 乙",
                "c.md": "# 丙",
                "专题/某文/index.md": "# 丁",
                ".drafts/x/e.md": "# 戊",
            },
        )
    )
    assert {path: (article.columns, article.from_folder) for path, article in articles.items()} == {
        "教学研究/论文/a.md": ((("教学研究", "论文"),), True),
        "教学研究/论文/b.md": ((("教育新闻",),), False),
        "c.md": ((), True),
        "专题/某文/index.md": ((("专题",),), True),
        ".drafts/x/e.md": ((("x",),), True),
    }


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("pic.png", "posts/pic.png"),
        ("./pic.png", "posts/pic.png"),
        ("../images/a b.png", "images/a b.png"),
        ("../images/a%20b.png", "images/a b.png"),
        ("..\\images\\a b.png", "images/a b.png"),
        ("/images/a%20b.png", "images/a b.png"),
        ("images/a b.png", "images/a b.png"),
        ("/img/s.png", "static/img/s.png"),
        ("../%E5%9B%BE.png", "图.png"),
        ("../图.PNG", "图.png"),
        ("own.png", "posts/a/own.png"),
        ("pic.png?v=3", "posts/pic.png"),
        ("C%23.png", "posts/C#.png"),
        ("C#.png", "posts/C#.png"),
        ("<../images/a b.png>", "images/a b.png"),
    ],
)
def test_pictures_are_found_however_they_are_written(tmp_path: Path, address: str, file: str) -> None:
    files: dict[str, str | bytes] = {"posts/a.md": f'# 甲\n\n前![图]({address} "题")后'}
    for name in ("posts/pic.png", "images/a b.png", "static/img/s.png", "图.png", "posts/a/own.png", "posts/C#.png"):
        files[name] = b"x"
    article = one(tmp_path, files, "posts/a.md")
    assert [use.path for use in article.uses] == [file]
    use = article.uses[0]
    assert use.picture
    assert article.body[: use.start] == "前![图]("
    assert article.body[use.end :] == ' "题")后'


def test_absolute_addresses_inside_the_folder_are_found(tmp_path: Path) -> None:
    write(tmp_path, {"pic.png": b"x"})
    article = one(
        tmp_path, {"a.md": f"# 甲\n![图](<{tmp_path / 'pic.png'}>) ![图](<{(tmp_path / 'pic.png').as_uri()}>)"}
    )
    assert [use.path for use in article.uses] == ["pic.png", "pic.png"]


def test_a_part_of_an_attachment_keeps_its_mark(tmp_path: Path) -> None:
    article = one(tmp_path, {"a.md": "[甲](f.pdf#page=2)", "f.pdf": b"x"})
    assert article.body[: article.uses[0].start] + "X" + article.body[article.uses[0].end :] == "[甲](X#page=2)"


@pytest.mark.parametrize(
    "address",
    ["../secret.png", "../../../../etc/passwd.png", "..%2Fsecret.png", "..\\secret.png", "x/../../secret.png"],
)
def test_nothing_escapes_the_folder(tmp_path: Path, address: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"x")
    article = one(
        tmp_path / "in", {"a.md": f"---\ncover: {address}\n---\n# 甲\n![图]({address})\n<img src='{address}'>"}
    )
    assert not article.files
    assert sum("outside" in warning for warning in article.warnings) == 3
    assert address in article.body


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_are_refused_with_a_reason(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"b.md": "# 乙", "p.png": b"x"})
    root = write(tmp_path / "in", {"a.md": "# 甲\n![图](p.png) ![图](out/p.png)"})
    (root / "p.png").symlink_to(outside / "p.png")
    (root / "b.md").symlink_to(outside / "b.md")
    (root / "out").symlink_to(outside)
    (root / "loop").symlink_to(root)
    articles, skipped = read(root)
    assert set(articles) == {"a.md"}
    assert not articles["a.md"].files
    assert set(skipped) == {"p.png", "b.md", "out", "loop"}


def test_what_cannot_be_read_is_skipped_with_a_reason(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "# 甲", "b.md": "# 乙"})
    importer = MarkdownFolder(tmp_path, SHANGHAI)
    importer.count(SILENT)
    (tmp_path / "b.md").unlink()
    article, skipped = importer.read(SILENT)
    assert isinstance(article, ImportedArticle)
    assert isinstance(skipped, SkippedFile)
    assert skipped.path == "b.md"
    assert skipped.article


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_names_that_are_no_text_can_still_be_reported(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xb1\xea\xcc\xe2.md")).write_text("# 甲", encoding="utf-8")
    (tmp_path / os.fsdecode(b"\xff.bin")).write_bytes(b"x")
    articles, skipped = read(tmp_path)
    for path in (*articles, *skipped):
        path.encode("utf-8")
    assert len(articles) == len(skipped) == 1


def test_pictures_elsewhere_stay_with_a_warning(tmp_path: Path) -> None:
    remote = "![a](https://example.org/a.png) ![b](//example.org/b.png)"
    text = f"{remote}\n\n![c](missing.png) ![d](data:image/png;base64,AAAA)"
    article = one(tmp_path, {"a.md": f"# 甲\n\n{text}"})
    assert article.body == text
    assert len(article.warnings) == 4  # the date, remote ones, embedded ones, the missing one


def test_links_to_other_places_are_no_business_of_an_import(tmp_path: Path) -> None:
    article = one(
        tmp_path,
        {
            "a.md": "---\ndate: 2024-1-1\n---\n# 甲\n[x](https://e.org) [y](#z) [m](mailto:a@b.c) [q](/about/) [p](https://e.org/a.pdf)"
        },
    )
    assert not article.warnings


def test_the_hash_tells_text_and_pictures_apart_from_times(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.md": "# 甲\n![](p.png)", "p.png": b"1"}
    first = one(tmp_path, files).hash
    os.utime(tmp_path / "a.md", (1, 1))
    assert one(tmp_path, {}).hash == first
    assert one(tmp_path, {"p.png": b"2"}).hash != first
    assert one(tmp_path, {"a.md": "# 乙\n![](p.png)", "p.png": b"1"}).hash != first


def test_drafts_say_so(tmp_path: Path) -> None:
    assert one(tmp_path, {"a.md": "---\ndraft: true\n---\n# 甲"}).fields["state"] is State.DRAFT


def test_too_large_files_are_skipped_unread(tmp_path: Path) -> None:
    with (tmp_path / "big.md").open("wb") as file:
        file.truncate(50_000_000)
    (tmp_path / "a.md").write_text("# 甲", encoding="utf-8")
    articles, skipped = read(tmp_path)
    assert set(articles) == {"a.md"}
    assert str(MAX_BYTES // 10**6) in skipped["big.md"].reason


def test_one_file_can_be_imported_alone(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "# 甲\n![](p.png)", "b.md": "# 乙", "p.png": b"x", "q.png": b"x"})
    articles, skipped = read(tmp_path / "a.md")
    assert set(articles) == {"a.md"}
    assert [use.path for use in articles["a.md"].uses] == ["p.png"]
    assert not skipped


@pytest.mark.parametrize("name", ["missing", "empty", "text.txt"])
def test_nothing_to_import_is_a_plain_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("x", encoding="utf-8")
    with pytest.raises(NothingToImport) as failure:
        MarkdownFolder(tmp_path / name, SHANGHAI).count(SILENT)
    assert failure.value.title
    assert failure.value.hint


def test_cancelling_stops_between_two_articles(tmp_path: Path) -> None:
    class Impatient(SilentProgress):
        asked = 0

        def check(self) -> None:
            self.asked += 1
            if self.asked > 3:
                raise Cancelled

    write(tmp_path, {f"{n}.md": f"# {n}" for n in range(10)})
    importer = MarkdownFolder(tmp_path, SHANGHAI)
    importer.count(SILENT)
    found = importer.read(Impatient())
    with pytest.raises(Cancelled):
        list(found)


def test_the_order_is_the_same_each_time(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(("b.md", "a/z.md", "a.md", "B.md", "a-b.md", "中.md"), "# x"))
    assert list(read(tmp_path)[0]) == list(read(tmp_path)[0])


@given(
    content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode),
    stem=st.sampled_from(["a", "2024-1-1-x", "index"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_file_breaks_an_import(tmp_path: Path, content: bytes, stem: str) -> None:
    root = tmp_path / "any" / stem
    write(root, {f"{stem}.md": content})
    articles, skipped = read(root)
    assert len(articles) + len(skipped) == 1
    for article in articles.values():
        assert article.fields["title"].strip()
        assert article.fields["date"].tzinfo is not None
        assert "\x00" not in article.body
