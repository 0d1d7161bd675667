"""Summaries and keywords that an editor need not write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.services import suggesting
from chce_desktop.services.site import Site, create_site


@pytest.fixture
def site(tmp_path: Path, app_home: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站 点", "测试") as made:
        yield made


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", ""),
        ("## 标题\n\n```\n代码\n```", ""),
        ("## 标题\n\n第一句。第二句！\n\n第三句", "第一句。第二句！ 第三句"),
        ("**粗**体[链](https://a.cn)，R&D。", "粗体链，R&D。"),
        ("第一句是这样。" + "长" * 120 + "。", "第一句是这样。"),
        ("长" * 200, "长" * 119 + "…"),
        ("| 表 | 格 |\n|---|---|\n| 1 | 2 |\n\n正文[^1]。\n\n[^1]: 注", "正文。 注"),
        ("![图](https://a.cn/a.png)\n\n他说：“好。”然后走了。", "他说：“好。”然后走了。"),
    ],
)
def test_a_summary_is_the_first_sentences(body: str, expected: str) -> None:
    assert suggesting.summary(body).replace("注\u00a0↩", "注").removesuffix(" ↩") == expected


@given(st.text(max_size=400))
def test_a_summary_is_never_too_long(body: str) -> None:
    assert len(suggesting.summary(body)) <= suggesting.SUMMARY_LENGTH


def test_keywords_are_the_sites_own_the_fittest_first(site: Site) -> None:
    site.articles.create({"title": "甲", "tags": ("素质教育", "教育", "高考"), "keywords": "招生，考试院"})
    site.articles.create({"title": "乙", "tags": ("高考",)})
    site.wordbook.links.put({"word": "教育部", "address": "https://www.moe.gov.cn/"})
    body = "素质教育重要。招生工作由考试院负责，招生计划见附件，教育部发布。"
    article = site.articles.create({"title": "谈素质教育", "body": body, "keywords": "考试院"})
    assert suggesting.keywords(site, article) == ("素质教育", "招生", "教育部")
