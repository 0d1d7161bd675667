"""The lists of a newsroom: kept, exchanged as CSV whatever writes it, and what is made of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.article import State
from chce_desktop.domain.findings import Level
from chce_desktop.domain.watchwords import WatchWord, WordKind
from chce_desktop.domain.wordbook import NameKind
from chce_desktop.importing import word_tables
from chce_desktop.services.errors import InvalidValue, NotFound
from chce_desktop.services.site import Site, create_site
from chce_desktop.services.wordlists import WORDS, TableRefused


@pytest.fixture
def site(tmp_path: Path, app_home: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站 点", "测试") as made:
        yield made


def words(site: Site) -> list[tuple[str, str, str, str]]:
    return [(w.word, w.kind.value, w.level.value, w.suggestion) for w in site.wordbook.words.all()]


CHINESE = "词语,类别,级别,建议改为,说明\n做为,易错词,提醒,作为,\n某词,敏感词,拦截,,不用\n"
EXPECTED = [("做为", "confusable", "warn", "作为"), ("某词", "forbidden", "block", "")]


@pytest.mark.parametrize(
    "data",
    [
        CHINESE.encode("utf-8-sig"),
        CHINESE.encode("utf-8"),
        CHINESE.encode("gbk"),
        CHINESE.encode("utf-16"),
        CHINESE.replace("\n", "\r\n").encode("gb18030"),
        CHINESE.replace(",", "\t").encode("utf-8"),
        CHINESE.replace(",", ";").encode("utf-8"),
        CHINESE.replace("\n", "\r").encode("utf-8"),
        "word,kind,level,suggestion\n做为,confusable,warn,作为\n某词,forbidden,block,\n".encode(),
        "做为,易错词,提醒,作为\n某词,敏感词,拦截\n".encode(),
        "级别,建议,敏感词,类别\n提醒,作为,做为,易错\n拦截,,某词,禁词\n".encode(),
        '"词语","类别","级别","建议改为"\n\n"做为","易错词","警告","作为"\n某词,敏感,BLOCK,\n,,,\n'.encode(),
    ],
)
def test_csv_of_any_kind_is_understood(site: Site, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "词 表.csv"
    path.write_bytes(data)
    taken = site.wordbook.words.import_file(path)
    assert (taken.rows, taken.problems) == (2, ())
    assert words(site) == EXPECTED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02\xff" * 100,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        "词语,级别\n".encode(),
        "级别,说明\n拦截,无\n".encode("utf-8-sig"),
        "级别\n拦截\n".encode(),
        '词语\n"没有结束的引号\n下一行'.encode(),
        ("词语\n" + "长" * 20_000).encode(),
        "词语,级别\n甲,不知道\n".encode(),
        "词语\n\u200b\n".encode(),
        "\n".join(f"词{n}" for n in range(200_002)).encode(),
        b"\xff\xfe\x00",
        b"," * 100_000,
    ],
    ids=range(13),
)
def test_a_hostile_file_is_refused_in_a_sentence_and_changes_nothing(site: Site, tmp_path: Path, data: bytes) -> None:
    site.wordbook.words.put({"word": "旧", "kind": "", "level": "", "suggestion": "", "note": ""})
    path = tmp_path / "坏.csv"
    path.write_bytes(data)
    with pytest.raises(TableRefused) as refused:
        site.wordbook.words.import_file(path, replace=True)
    assert "坏.csv" in refused.value.title
    assert "\n" not in refused.value.title
    assert [w[0] for w in words(site)] == ["旧"]


def test_files_that_cannot_be_opened_or_written_are_told(site: Site, tmp_path: Path) -> None:
    for path in (tmp_path / "没有.csv", tmp_path):
        with pytest.raises(TableRefused):
            site.wordbook.words.import_file(path)
    (tmp_path / "文件").write_text("x")
    with pytest.raises(TableRefused):
        site.wordbook.words.export_file(tmp_path / "文件" / "a.csv")


def test_wrong_rows_are_left_out_and_named(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"词语,级别\n甲词,拦截\n乙词,也许\n{'长' * 201},提醒\n丙词,\n", "utf-8")
    taken = site.wordbook.words.import_file(path)
    assert taken.rows == 2
    assert [problem.split(":")[0] for problem in taken.problems] == ["Line 3", "Line 4"]
    assert [(w[0], w[2]) for w in words(site)] == [("丙词", "warn"), ("甲词", "block")]


def test_an_export_is_read_back_and_opens_in_spreadsheets(site: Site, tmp_path: Path) -> None:
    rows = (
        WatchWord(word='引"号,逗号', kind=WordKind.NAME, level=Level.BLOCK, suggestion="对", note="a;b"),
        WatchWord(word="=1+1", kind=WordKind.CONFUSABLE),
    )
    site.wordbook.words.put_back(rows)
    path = tmp_path / "词.csv"
    assert site.wordbook.words.export_file(path) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    before = site.wordbook.words.all()
    site.wordbook.words.remove(word.word for word in before)
    assert site.wordbook.words.all() == ()
    site.wordbook.words.import_file(path)
    assert site.wordbook.words.all() == before


@given(st.lists(st.tuples(*[st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=6)] * 2), max_size=8))
def test_any_table_comes_back_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    columns = (WORDS.columns[0], WORDS.columns[3])
    data = word_tables.written(columns, rows)
    expected = [(a.strip(), b.strip()) for a, b in rows]
    read = [(row.cells["word"], row.cells["suggestion"]) for row in word_tables.parsed(data, "a.csv", columns)]
    clean = str.maketrans("", "", "\ufeff")
    assert read == [(a.translate(clean).strip(), b.translate(clean).strip()) for a, b in expected if a or b] or any(
        "\ufeff" in a + b for a, b in rows
    )


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(TableRefused):
        word_tables.parsed(data, "a.csv", WORDS.columns)


def test_starter_words_are_added_once(site: Site) -> None:
    site.wordbook.words.put({"word": "做为", "kind": "confusable", "level": "block", "suggestion": "作为", "note": ""})
    assert site.wordbook.add_starter_words() > 30
    assert site.wordbook.add_starter_words() == 0
    assert ("做为", "confusable", "block", "作为") in words(site)
    assert all(suggestion and suggestion != word for word, _, _, suggestion in words(site))


def test_a_row_is_changed_and_renamed(site: Site) -> None:
    listing = site.wordbook.links
    listing.put({"word": "素质教育", "address": "https://a.cn"})
    listing.put({"word": "素质 教育", "address": "12"}, instead_of="素质教育")
    assert [(link.word, link.address) for link in listing.all()] == [("素质 教育", "article:12")]
    for address in ("javascript:alert(1)", "//evil.cn", "ftp://a", "", "a b"):
        with pytest.raises(InvalidValue):
            listing.put({"word": "甲乙", "address": address})
    with pytest.raises(InvalidValue):
        listing.put({"word": "甲", "address": "https://a.cn"})


def test_names_in_use_come_first_the_most_used_at_the_top(site: Site) -> None:
    names = site.wordbook.names
    names.put({"name": "教育部", "kind": "source", "address": "https://www.moe.gov.cn"})
    names.put({"name": "教育报", "kind": "source", "address": ""})
    names.put({"name": "教育者", "kind": "author", "address": ""})
    for source in ("中国教育网", "教育局", "中国教育网"):
        site.articles.create({"title": "题", "source": source})
    assert site.wordbook.choices(NameKind.SOURCE) == ("中国教育网", "教育局", "教育部", "教育报")
    assert site.wordbook.choices(NameKind.SOURCE, "教育") == ("教育局", "中国教育网", "教育部", "教育报")
    assert site.wordbook.choices(NameKind.AUTHOR, "教") == ("教育者",)
    assert site.wordbook.address_of("教育部") == "https://www.moe.gov.cn"
    assert site.wordbook.address_of("别处") == ""
    with pytest.raises(InvalidValue):
        names.put({"name": "某报", "kind": "source", "address": "不是网址"})


def test_templates_make_drafts(site: Site) -> None:
    column = site.columns.add("周报")
    made = site.articles.create(
        {
            "title": "第1期",
            "body": "开头",
            "column_id": column.id,
            "tags": ("周报",),
            "state": State.PUBLISHED,
            "reads": 9,
        }
    )
    site.wordbook.save_template(" 每周 ", made.id)
    new = site.wordbook.new_article("每周")
    assert (new.title, new.body, new.column_id, new.tags) == ("第1期", "开头", column.id, ("周报",))
    assert (new.state, new.reads) == (State.DRAFT, 0)
    assert new.slug != made.slug
    site.columns.remove(column.id)
    assert site.wordbook.new_article("每周").column_id is None
    site.wordbook.rename_template("每周", "周刊")
    assert [template.name for template in site.wordbook.templates()] == ["周刊"]
    with pytest.raises(NotFound):
        site.wordbook.new_article("每周")
    with pytest.raises(InvalidValue):
        site.wordbook.save_template("  ", made.id)
    site.wordbook.remove_templates(["周刊"])
    assert site.wordbook.templates() == ()
