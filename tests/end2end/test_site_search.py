"""The published site finds exactly what `chce search` finds of what is published."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from chce_desktop.domain.article import State
from chce_desktop.foundation import resources
from chce_desktop.services import building
from chce_desktop.services.site import Site, create_site
from tests.helpers.web_server import WebServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.server]

_MIXED = """　　北京市**教育部门**和学校联合会组织了[素质教育的参观](https://a.example/素质教育的课程)活动。

## 第二节课程的安排

一行文字在这里没有
写完就换到了下一行继续写下去。

- 项目里的一句长话不能漏掉

> 引用的一句长话也不能漏掉

![图片的说明文字很长](https://a.example/图.png)末尾的一句长话也要找到。"""
_ODD = (
    ("C++ 与 100% 的 𠮷野家", "𠮷野家在 2024 年 12 月；价格是 3.5 元。Straße、ﬁne、ΣΊΣΥΦΟΣ、İstanbul。"),
    ("😀表情 A & B < C ]]> “引号”", "正文有 <b>标记</b>，也有 **粗体** 和 [链接](https://a.example/x?y=1&z=2)。😀😀"),
    ("ABC abc Ａｂｃ", "# 标题\n\n- 项目一\n- 项目二\n\n`code()` 与 \\*星号\\*，ß 与 SS。"),
    ("长题" * 100, "很短。"),
    ("空正文", ""),
    ("各种写法", _MIXED),
)
#: Phrases that are in the page's text and not in what was written, or the other way round, and such as are in both.
_WRITTEN = """
北京市教育部门和学校 教育部门**和学校联合会组织 素质教育的参观活动。 a.example/素质教育的课程)活动
第二节课程的安排一行文字 第二节课程的安排 在这里没有写完就换到了下一行 写完就换到了下一行继续写下去
项目里的一句长话不能漏掉 引用的一句长话也不能漏掉 图片的说明文字很长 末尾的一句长话也要找到
北京市**教育部门**和学校
""".split()  # noqa: SIM905 - a table to read
_WORDS = "教育 学校 学生 老师 科学 实验 阅读 课程 活动 社区 的 了 在 一 ABC 2024 素质教育 义务教育".split()  # noqa: SIM905 - a table to read


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Site]:
    chance = random.Random(7)  # noqa: S311 - repeatable, no secret
    with create_site(tmp_path / "站点", "搜索") as site:
        for title, body in _ODD:
            site.articles.create({"title": title, "body": body, "state": State.READY})
        for number in range(60):
            title = "".join(chance.choices(_WORDS, k=4)) + str(number)
            body = "，".join("".join(chance.choices(_WORDS, k=6)) for _ in range(24))
            state = State.READY if number % 6 else State.DRAFT
            site.articles.create({"title": title, "body": body, "state": state})
        yield site


def _queries() -> list[str]:
    chance = random.Random(11)  # noqa: S311 - repeatable, no secret
    texts = ["".join(pair) for pair in _ODD[:3]] + ["".join(_WORDS)]
    found = {
        "的",
        "教育",
        "素质教育",
        "𠮷",
        "𠮷野",
        "😀",
        "ss",
        "SS",
        "ß",
        "σίσυφοσ",
        "fi",
        "C++",
        "0%",
        "]]>",
        "“引",
        "i̇s",
        "**",
    }
    for text in texts:
        for length in (1, 2, 4):
            for _ in range(3):
                start = chance.randrange(len(text) - length)
                found.add(text[start : start + length])
    # Blanks and quotation marks have a meaning of their own in a query; they are tried elsewhere.
    return sorted(query for query in found if query.strip() == query and " " not in query and '"' not in query)


def _of(texts: list[str]) -> Iterator[str]:
    """Long phrases, and several terms: where few articles are left, the browser looks into their pages."""
    chance = random.Random(13)  # noqa: S311 - repeatable, no secret
    for length, terms in ((7, 1), (12, 1), (20, 1), (4, 3), (4, 5), (2, 8)):
        for _ in range(3):
            text = chance.choice(texts)
            starts = [chance.randrange(len(text) - length) for _ in range(terms)]
            yield " ".join(text[start : start + length] for start in starts)


def test_counts_are_those_of_the_app(
    library: Site, tmp_path: Path, page: Page, serve: Callable[[Path], WebServer]
) -> None:
    building.build(library, tmp_path / "out")
    url = serve(tmp_path / "out").url
    page.goto(f"{url}search/index.html")
    fields: tuple[Literal["title", "body"], ...] = ("title", "body")
    differing = []
    texts = [library.articles.get(number).body for number in range(len(_ODD) + 1, len(_ODD) + 61)]
    for query in (*_queries(), *_WRITTEN, "## 第二节课程的安排", "北京市 继续写下去 末尾的一句长话", *_of(texts)):
        for where in fields:
            page.evaluate(
                "([q, f]) => { document.getElementById('search-status').removeAttribute('data-count');"
                " history.pushState(null, '', '?' + new URLSearchParams({q, in: f}));"
                " dispatchEvent(new PopStateEvent('popstate')); }",
                [query, where],
            )
            page.wait_for_selector("#search-status[data-count]", state="attached")
            count = int(page.locator("#search-status").get_attribute("data-count") or "-1")
            wanted = library.articles.search(query, where=where, state=State.READY).total
            if count != wanted:
                differing.append((query, where, count, wanted))
    assert differing == []


def test_case_is_folded_as_the_library_does(page: Page) -> None:
    script = resources.read_text("themes/_shared/assets/search.js")
    folding = script[script.index("const foldOne") : script.index("// Terms are separated")]
    every = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cs", "Cn")]
    found = page.evaluate(f"(every) => {{ {folding} return every.map(fold); }}", every)
    assert [(c, folded) for c, folded in zip(every, found, strict=True) if folded != c.casefold()] == []
