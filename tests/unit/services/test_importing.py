"""Imports join foreign folders with the library: nothing twice, nothing lost, everything accounted for."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from chce_desktop.domain.article import Article, ArticleFilter, Flag, State
from chce_desktop.domain.changes import Changes
from chce_desktop.foundation.errors import Cancelled
from chce_desktop.foundation.progress import SilentProgress
from chce_desktop.services import importing
from chce_desktop.services.errors import InvalidValue
from chce_desktop.services.importing import ImportReport, import_path
from chce_desktop.services.site import Site, create_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点 一", "测试") as made:
        yield made


def png(colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 3), colour).save(buffer, "PNG")
    return buffer.getvalue()


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def titles(site: Site) -> dict[str, Article]:
    found = site.articles.page(ArticleFilter(), limit=1000).articles
    return {info.title: site.articles.get(info.id) for info in found}


def figures(report: ImportReport) -> tuple[int, int, int, int]:
    return report.found, report.created, report.updated, report.unchanged


def test_every_file_is_accounted_for(site: Site, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "新闻/一.md": "---\ntitle: 一\ndate: 2024-1-18\ncover: 图/甲.png\n---\n![图](图/甲.png)",
        "新闻/图/甲.png": png(),
        "二.md": "# 二\n![坏](坏.png)",
        "坏.png": b"no picture",
        "空.md": b"",
        "notes.txt": "x",
    }
    report = import_path(site, write(tmp_path / "文 件", files))
    assert figures(report) == (3, 2, 0, 0)
    assert report.media == 1
    assert sorted(skip.path for skip in report.skipped) == ["notes.txt", "坏.png", "空.md"]
    others = [skip for skip in report.skipped if not skip.article]
    assert report.found + report.media + report.media_unchanged + len(others) == len(files)
    assert report.created + report.updated + report.unchanged + len(report.skipped) - len(others) == report.found
    assert [warning.path for warning in report.warnings if "坏.png" in warning.message] == ["二.md"]


def test_articles_arrive_whole(site: Site, tmp_path: Path) -> None:
    text = (
        "---\ntitle: 会议\ndate: 2024-01-18 10:00\ncolumn: 新闻/要闻\ncategories: [公告]\ntags: [甲, 乙]\n"
        "source: 教育部\nflags: [headline]\nreads: 219\nslug: hui-yi\nsummary: 摘要\n---\n\n"
        '正文 ![图](p.png "题") 与 [附件](f.pdf)。\n'
    )
    import_path(site, write(tmp_path / "in", {"a.md": text, "p.png": png(), "f.pdf": b"%PDF-1.4"}))
    article = titles(site)["会议"]
    tree = site.columns.tree()
    assert (article.slug, article.source, article.reads, article.summary) == ("hui-yi", "教育部", 219, "摘要")
    assert article.state is State.READY
    assert set(article.tags) == {"甲", "乙"}
    assert [setting.flag for setting in article.flags] == [Flag.HEADLINE]
    assert tree.path(article.column_id) == "新闻/要闻"
    assert [tree.path(column_id) for column_id in article.further_columns] == ["公告"]
    pictures = {item.original_name: item.path for item in site.media.page()}
    assert article.body == f'正文 ![图]({pictures["p.png"]} "题") 与 [附件]({pictures["f.pdf"]})。'
    assert article.date.isoformat() == "2024-01-18T02:00:00+00:00"


def test_a_second_import_creates_nothing(site: Site, tmp_path: Path) -> None:
    root = write(tmp_path / "in", {"a.md": "# 甲\n![](p.png)", "b.md": "# 乙", "p.png": png()})
    first = import_path(site, root)
    changes: list[Changes] = []
    site.subscribe(changes.append)
    second = import_path(site, root)
    assert figures(first) == (2, 2, 0, 0)
    assert figures(second) == (2, 0, 0, 2)
    assert (second.media, second.media_unchanged, second.skipped) == (0, 1, [])
    assert not changes


def test_a_changed_file_updates_its_article_and_only_that(site: Site, tmp_path: Path) -> None:
    root = write(tmp_path / "in", {"a.md": "---\ntitle: 甲\ntags: [x]\nsource: 某报\n---\n旧", "b.md": "# 乙"})
    import_path(site, root)
    before = titles(site)
    write(root, {"a.md": "---\ntitle: 甲\n---\n新"})
    assert figures(import_path(site, root)) == (2, 0, 1, 1)
    after = titles(site)
    assert after["甲"].id == before["甲"].id
    assert (after["甲"].body, after["甲"].tags, after["甲"].source) == ("新", (), "")
    assert after["乙"] == before["乙"]
    assert len(site.articles.revisions(after["甲"].id)) >= 1


def test_what_was_edited_here_is_never_overwritten(site: Site, tmp_path: Path) -> None:
    root = write(tmp_path / "in", {"a.md": "# 甲\n旧"})
    import_path(site, root)
    article = titles(site)["甲"]
    site.articles.save(article.id, {"body": "我们的话"})
    assert figures(import_path(site, root)) == (1, 0, 0, 1)
    write(root, {"a.md": "# 甲\n新"})
    report = import_path(site, root)
    assert figures(report) == (1, 0, 0, 0)
    assert [skip.path for skip in report.skipped] == ["a.md"]
    assert site.articles.get(article.id).body == "我们的话"


def test_how_it_was_filed_here_stays_when_the_text_is_updated(site: Site, tmp_path: Path) -> None:
    root = write(tmp_path / "in", {"旧栏/a.md": "# 甲\n旧"})
    import_path(site, root)
    article = titles(site)["甲"]
    column = site.columns.add("新栏")
    site.articles.set_many([article.id], {"column_id": column.id, "state": State.WITHDRAWN, "tags": ("标",)})
    write(root, {"旧栏/a.md": "# 甲\n新"})
    assert figures(import_path(site, root)) == (1, 0, 1, 0)
    after = site.articles.get(article.id)
    assert (after.body, after.column_id, after.state, after.tags) == ("新", column.id, State.WITHDRAWN, ("标",))


def test_an_article_in_the_trash_is_left_there(site: Site, tmp_path: Path) -> None:
    root = write(tmp_path / "in", {"a.md": "# 甲\n旧"})
    import_path(site, root)
    article = titles(site)["甲"]
    site.articles.trash([article.id])
    write(root, {"a.md": "# 甲\n新"})
    assert [skip.path for skip in import_path(site, root).skipped] == ["a.md"]
    site.articles.purge([article.id])
    assert figures(import_path(site, root)) == (1, 1, 0, 0)


def test_a_folder_that_moved_is_recognised(site: Site, tmp_path: Path) -> None:
    root = write(tmp_path / "in", {"x/a.md": "# 甲\n文", "x/b.md": "# 乙\n文"})
    import_path(site, root)
    shutil.move(root, tmp_path / "elsewhere")
    write(tmp_path / "elsewhere", {"x/b.md": "# 乙\n新"})
    assert figures(import_path(site, tmp_path / "elsewhere")) == (2, 0, 1, 1)


def test_another_folder_with_the_same_names_is_another_folder(site: Site, tmp_path: Path) -> None:
    import_path(site, write(tmp_path / "one", {"a.md": "# 通知\n一"}))
    report = import_path(site, write(tmp_path / "two", {"a.md": "# 通知\n二"}))
    assert figures(report) == (1, 1, 0, 0)
    assert site.articles.count(ArticleFilter()) == 2


def test_one_file_of_an_imported_folder_is_the_same_article(site: Site, tmp_path: Path) -> None:
    root = write(tmp_path / "in", {"x/a.md": "# 甲\n旧"})
    import_path(site, root)
    write(root, {"x/a.md": "# 甲\n新"})
    assert figures(import_path(site, root / "x" / "a.md")) == (1, 0, 1, 0)


def test_links_between_files_become_links_between_articles(site: Site, tmp_path: Path) -> None:
    files = {
        "a.md": "# 甲\n见 [乙](x/b.md) 与 [丙](c.md)",
        "x/b.md": "# 乙\n回 [甲](../a.md)，又 [甲](../a.md)",
        "c.md": "---\n---\n",
    }
    root = write(tmp_path / "in", dict(files))
    import_path(site, root)
    found = titles(site)
    assert found["甲"].body.startswith(f"见 [乙](article:{found['乙'].id})")
    assert found["乙"].body == f"回 [甲](article:{found['甲'].id})，又 [甲](article:{found['甲'].id})"
    assert import_path(site, root).unchanged == 3


def test_state_and_column_can_be_given(site: Site, tmp_path: Path) -> None:
    column = site.columns.add("专题")
    files: dict[str, str | bytes] = {
        "a.md": "# 甲",
        "子/b.md": "# 乙",
        "c.md": "---\ncolumn: 新闻\n---\n# 丙",
        "d.md": "---\ndraft: true\n---\n# 丁",
    }
    import_path(site, write(tmp_path / "in", files), column_id=column.id)
    tree = site.columns.tree()
    assert {title: (tree.path(a.column_id), a.state) for title, a in titles(site).items()} == {
        "甲": ("专题", State.READY),
        "乙": ("专题/子", State.READY),
        "丙": ("新闻", State.READY),
        "丁": ("专题", State.DRAFT),
    }
    import_path(site, write(tmp_path / "in2", {"e.md": "---\ndraft: true\n---\n# 戊"}), state=State.REVIEW)
    assert titles(site)["戊"].state is State.REVIEW


def test_a_dry_run_says_the_same_and_changes_nothing(site: Site, tmp_path: Path) -> None:
    root = write(
        tmp_path / "in", {"甲/乙/a.md": "# 甲\n![](p.png)", "甲/b.md": "# 乙", "甲/乙/p.png": png(), "x.txt": "x"}
    )
    changes: list[Changes] = []
    site.subscribe(changes.append)
    dry = import_path(site, root, dry_run=True)
    assert not changes
    assert site.articles.count(ArticleFilter()) == 0
    real = import_path(site, root)
    assert dry == real
    assert (real.columns_created, real.media) == (2, 1)


def test_duplicate_titles_and_slugs_get_addresses_of_their_own(site: Site, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"{n}.md": "---\ntitle: 同题\nslug: same\n---\n文" for n in range(3)}
    files |= {f"t{n}.md": "# 同题" for n in range(3)} | {"bad.md": "---\ntitle: 坏\nslug: '../CON 我'\n---\n文"}
    report = import_path(site, write(tmp_path / "in", files))
    assert report.created == 7
    slugs = [info.slug for info in site.articles.page(ArticleFilter(), limit=50).articles]
    assert len(set(slugs)) == 7
    assert {"same", "same-2", "same-3"} <= set(slugs)
    assert len([warning for warning in report.warnings if "same" in warning.message]) == 2


def test_cancelling_keeps_what_was_written_and_the_next_import_goes_on(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Impatient(SilentProgress):
        asked = 0

        def check(self) -> None:
            self.asked += 1
            if self.asked > 30:
                raise Cancelled

    monkeypatch.setattr(importing, "_CHUNK", 10)
    root = write(tmp_path / "in", {f"{n:02}.md": f"# 文{n}" for n in range(40)})
    with pytest.raises(Cancelled):
        import_path(site, root, progress=Impatient())
    kept = site.articles.count(ArticleFilter())
    assert 0 < kept < 40
    report = import_path(site, root)
    assert figures(report) == (40, 40 - kept, 0, kept)


def test_unknown_formats_are_refused(site: Site, tmp_path: Path) -> None:
    with pytest.raises(InvalidValue):
        import_path(site, tmp_path, format="doc")


def test_fields_without_a_place_are_told_once(site: Site, tmp_path: Path) -> None:
    root = write(tmp_path / "in", {f"{n}.md": "---\ntitle: 题\ndate: 2024-1-1\nmood: good\n---\n文" for n in range(3)})
    assert [warning.path for warning in import_path(site, root).warnings] == ["."]


def test_links_to_a_place_in_another_file_lead_to_its_article(site: Site, tmp_path: Path) -> None:
    root = write(tmp_path / "in", {"甲.md": "# 甲\n\n[乙](乙.md#二) [丙](丙.md)\n", "乙.md": "# 乙\n\n## 二\n\n文\n"})
    report = import_path(site, root)
    assert any("丙.md" in warning.message for warning in report.warnings)
    first = next(
        site.articles.get(info.id) for info in site.articles.page(ArticleFilter()).articles if info.title == "甲"
    )
    second = next(info.id for info in site.articles.page(ArticleFilter()).articles if info.title == "乙")
    assert first.body == f"[乙](article:{second}) [丙](丙.md)"


def test_a_path_where_nothing_is_is_named(site: Site, tmp_path: Path) -> None:
    with pytest.raises(importing.NothingToImport, match=r"没有的"):
        import_path(site, tmp_path / "没有的")
