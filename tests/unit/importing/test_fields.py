"""What front matter of many programs means."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.article import Flag, State
from chce_desktop.importing.fields import read_fields
from chce_desktop.importing.front_matter import Value, split

SHANGHAI = ZoneInfo("Asia/Shanghai")


def patch_of(yaml: str) -> dict[str, object]:
    return dict(read_fields(split(f"---\n{yaml}\n---\n").fields, SHANGHAI).patch)


@pytest.mark.parametrize(
    ("yaml", "patch"),
    [
        ("title: 会议闭幕", {"title": "会议闭幕"}),
        ("标题: 会议闭幕", {"title": "会议闭幕"}),
        ("Title: 会议闭幕", {"title": "会议闭幕"}),
        ("title: 2024", {"title": "2024"}),
        ("title: [甲, 乙]", {"title": "甲 乙"}),
        ("title: {a: b}", {}),
        ("title: null", {}),
        ("title: |\n  两行的\n  标题", {"title": "两行的 标题"}),
        ("短标题: 短\nprefix: '[论文]'\nsubtitle: 副", {"short_title": "短", "prefix": "[论文]", "subtitle": "副"}),
        ("tags: 教育，素质、阅读;体育", {"tags": ("教育", "素质", "阅读", "体育")}),
        ("tags: [教育, 教育, '#阅读']", {"tags": ("教育", "阅读")}),
        ("tags: 教育", {"tags": ("教育",)}),
        ("keywords: [a, b]", {"keywords": "a,b"}),
        ("authors: [甲, 乙]", {"author": "甲、乙"}),
        ("authors: [{name: 甲}, {name: 乙}]", {"author": "甲、乙"}),
        ("来源: 教育部\nsource_url: https://example.org/", {"source": "教育部", "source_url": "https://example.org/"}),
        ("source: {name: 教育部, url: 'https://example.org/'}", {"source": "教育部", "source_url": "https://example.org/"}),
        ("summary: 甲\ndescription: 乙", {"summary": "甲"}),
        ("description: 乙\nsummary: 甲", {"summary": "甲"}),
        ("draft: true", {"state": State.DRAFT}),
        ("draft: yes\nstatus: ready", {"state": State.DRAFT}),
        ("draft: false", {}),
        ("published: false", {"state": State.DRAFT}),
        ("status: published", {"state": State.READY}),
        ("status: review", {"state": State.REVIEW}),
        ("状态: 草稿", {"state": State.DRAFT}),
        ("reads: '1,219'", {"reads": 1219}),
        ("浏览: 219", {"reads": 219}),
        ("reads: -3", {}),
        ("reads: many", {}),
        ("date: 2024-1-18", {"date": datetime(2024, 1, 17, 16, tzinfo=UTC)}),
        ("published: 2024-1-18", {"date": datetime(2024, 1, 17, 16, tzinfo=UTC)}),
        ("slug: hui-yi", {"slug": "hui-yi"}),
    ],
)  # fmt: skip
def test_fields_and_their_other_names(yaml: str, patch: dict[str, object]) -> None:
    assert patch_of(yaml) == patch


@pytest.mark.parametrize(
    ("yaml", "flags"),
    [
        ("flags: [headline, 置顶]", {Flag.HEADLINE, Flag.PINNED}),
        ("flags: recommended, pinned", {Flag.RECOMMENDED, Flag.PINNED}),
        ("recommended: true", {Flag.RECOMMENDED}),
        ("top: 100", {Flag.PINNED}),
        ("sticky: 0", set()),
    ],
)
def test_flags(yaml: str, flags: set[Flag]) -> None:
    found = read_fields(split(f"---\n{yaml}\n---\n").fields, SHANGHAI).patch.get("flags", ())
    assert {setting.flag for setting in found} == flags


@pytest.mark.parametrize(
    ("yaml", "columns"),
    [
        ("column: 教育新闻", [("教育新闻",)]),
        ("column: 教学研究/论文", [("教学研究", "论文")]),
        ("栏目: 教学研究 / 论文", [("教学研究", "论文")]),
        ("column: 论文、教案", [("论文、教案",)]),
        ("category: 甲", [("甲",)]),
        ("categories: [甲, 乙/丙]", [("甲",), ("乙", "丙")]),
        ("categories: 甲，乙、丙", [("甲",), ("乙",), ("丙",)]),
        ("categories:\n  - [甲, 乙]\n  - [丙]", [("甲", "乙"), ("丙",)]),
        ("column: 甲\ncategories: [乙, 甲]", [("甲",), ("乙",)]),
        ("column: //", []),
        ("column: {a: b}", []),
    ],
)
def test_columns(yaml: str, columns: list[tuple[str, ...]]) -> None:
    assert list(read_fields(split(f"---\n{yaml}\n---\n").fields, SHANGHAI).columns) == columns


@pytest.mark.parametrize(
    "yaml", ["cover: a.png", "cover: {image: a.png, alt: x}", "images: [a.png, b.png]", "封面: a.png"]
)
def test_covers(yaml: str) -> None:
    assert read_fields(split(f"---\n{yaml}\n---\n").fields, SHANGHAI).cover == "a.png"


def test_what_is_not_understood_is_told() -> None:
    found = read_fields(split("---\ndate: 昨天\nflags: [big]\nmood: good\nlayout: post\n---\n").fields, SHANGHAI)
    assert len(found.warnings) == 2
    assert found.unknown == ("mood",)
    assert "date" not in found.patch


def test_endless_titles_are_cut() -> None:
    found = read_fields({"title": "长" * 5_000}, SHANGHAI)
    assert len(found.patch["title"]) == 300
    assert found.warnings


NAMES = st.sampled_from(
    ["title", "date", "tags", "categories", "column", "cover", "authors", "source", "flags", "draft", "reads"]
)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "image", "x"]), inner, max_size=2)
    ),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, VALUES))
def test_values_of_any_shape_are_taken_or_left(fields: dict[str, Value]) -> None:
    found = read_fields(fields, SHANGHAI)
    for value in found.patch.values():
        assert value is not None
    for path in found.columns:
        assert path
        assert all(name and "/" not in name and "\n" not in name for name in path)
