"""Rules that every page, feed and sitemap of every theme keeps: links, policy, labels, vocabulary, print."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.chromium import frames, until
from tests.helpers.pages import Page as BuiltPage
from tests.helpers.pages import broken, is_foreign, read
from tests.helpers.validators import EVERY, FILM, FOLDER, RUINS, THEMES, program
from tests.helpers.web_server import WebServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("validators")]


#: What texts of the hostile site show of others.
EMBEDDED = {
    "wenzhang-150.html": set(re.findall(r'src="(https?://[^"]+)"', RUINS)),
    "wenzhang-151.html": {FILM[1]},
    # Of the odd addresses those that a browser can follow.
    "wenzhang-152.html": {
        "http://a.example/",
        "http://[::1]/",
        "http://例子.测试/路径?q=中文#片段%23又",
        "http://a.example/%20b%22%3Cc%3E%7C%25zz",
    },
}


def _pages(folder: Path) -> dict[str, BuiltPage]:
    return {file.relative_to(folder).as_posix(): read(file) for file in sorted(folder.rglob("*.html"))}


@pytest.mark.parametrize("name", EVERY)
def test_every_link_of_every_page_leads_somewhere(name: str, built_sites: Path) -> None:
    assert not broken(built_sites / name)


@pytest.mark.parametrize("name", EVERY)
def test_only_what_a_text_embeds_comes_from_elsewhere_and_one_style_sheet_is_enough(
    name: str, built_sites: Path
) -> None:
    folder = built_sites / name
    for path, page in _pages(folder).items():
        # An author may show a picture or a film of another site; the pages around the text load nothing from there.
        embedded = EMBEDDED.get(path.rpartition("/")[2], set())
        assert {address for address in page.loads if is_foreign(address)} == embedded, path
        assert not page.inline, path
        assert "default-src 'none'" in page.policy, path
        assert "unsafe" not in page.policy, path
        assert len([address for address in page.loads if address.endswith(".css")]) == 1, path
    for asset in (folder / "assets").iterdir():
        assert re.search(r"\.[0-9a-f]{8}\.(css|js|svg)$", asset.name), asset.name
        assert not re.search(rb"@import|@font-face|url\(\s*['\"]?(https?:)?//", asset.read_bytes())


@pytest.mark.parametrize("name", EVERY)
def test_feeds_and_sitemaps_keep_their_rules(name: str, built_sites: Path) -> None:
    folder, checker = built_sites / name, program("xmllint")
    schemas = {
        "sitemap*.xml": ("--schema", "sitemap.xsd"),
        "**/feed.xml": ("--relaxng", "atom.rng"),
        "**/rss.xml": ("--relaxng", "rss.rng"),
    }
    for pattern, (option, schema) in schemas.items():
        files = [str(file) for file in sorted(folder.glob(pattern))]
        if files:
            command = [checker, "--noout", option, str(FOLDER / schema), *files]
            run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
            assert run.returncode == 0, run.stderr[-3000:]
    assert (folder / "sitemap.xml").exists() == (not name.startswith("empty"))
    assert (folder / "feed.xml").exists()


#: The part of https://schema.org that the pages use: the properties of each type, and what each may hold.
_TEXT, _ADDRESS, _MOMENT = "text", "address", "moment"
VOCABULARY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "WebSite": {"name": (_TEXT,), "url": (_ADDRESS,), "description": (_TEXT,), "inLanguage": (_TEXT,)},
    "NewsArticle": {
        "headline": (_TEXT,),
        "datePublished": (_MOMENT,),
        "dateModified": (_MOMENT,),
        "inLanguage": (_TEXT,),
        "mainEntityOfPage": (_ADDRESS,),
        "image": (_ADDRESS,),
        "author": ("Person", "Organization"),
        "publisher": ("Organization",),
        "description": (_TEXT,),
    },
    "BreadcrumbList": {"itemListElement": ("ListItem",)},
    "ListItem": {"position": ("number",), "name": (_TEXT,), "item": (_ADDRESS,)},
    "Person": {"name": (_TEXT,)},
    "Organization": {"name": (_TEXT,)},
}
REQUIRED = {"NewsArticle": ("headline", "datePublished"), "ListItem": ("position", "name"), "WebSite": ("name",)}


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return str(value["@type"])
    if isinstance(value, int):
        return "number"
    text = str(value)
    if re.fullmatch(r"https?://\S+", text):
        return _ADDRESS
    return _MOMENT if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d([+-]\d\d:\d\d|Z)", text) else _TEXT


def _judge(node: dict[str, Any], where: str) -> None:
    kind = node["@type"]
    properties = VOCABULARY[kind]
    for name in REQUIRED.get(kind, ()):
        assert node.get(name), (where, kind, name)
    for name, value in node.items():
        if name.startswith("@"):
            continue
        for each in value if isinstance(value, list) else [value]:
            found = _kind(each)
            # Text may look like an address or a moment; what must be one may not be text.
            assert found in properties[name] or _TEXT in properties[name], (where, kind, name, each)
            if isinstance(each, dict):
                _judge(each, where)


@pytest.mark.parametrize("name", EVERY)
def test_structured_data_keeps_to_the_vocabulary(name: str, built_sites: Path) -> None:
    seen = set()
    for path, page in _pages(built_sites / name).items():
        for document in page.data:
            assert document["@context"] == "https://schema.org", path
            for node in document["@graph"]:
                seen.add(node["@type"])
                if node["@type"] == "WebSite" and not node["name"]:
                    continue  # a site that has no name yet
                _judge(node, path)
    assert "WebSite" in seen
    if not name.startswith("empty"):
        assert {"NewsArticle", "BreadcrumbList"} <= seen


@pytest.mark.parametrize("theme", THEMES)
def test_pages_carry_the_labels_of_the_guideline_for_government_sites(theme: str, built_sites: Path) -> None:
    folder = built_sites / f"full-{theme}"
    home, column = read(folder / "index.html").labels, read(folder / "xinwen" / "index.html").labels
    labels = read(folder / "yaowen" / "wenzhang-500.html").labels
    for page in (home, column, labels):
        assert page["SiteName"] == "素质教育示范网"
        assert page["SiteDomain"] == "www.example.org"
        assert "SiteIDCode" not in page  # none was given
    assert column["ColumnName"] == column["ColumnType"] == "新闻中心"
    assert column["ColumnDescription"]
    assert column["ColumnKeywords"]
    assert labels["ArticleTitle"] == "样样都有的文章"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", labels["PubDate"])
    assert labels["Url"] == "https://www.example.org/yaowen/wenzhang-500.html"
    assert labels["ColumnName"] == "教育要闻"
    with_all = [page.labels for page in _pages(folder).values() if "ContentSource" in page.labels]
    assert any({"Keywords", "Author", "Description"} <= set(found) for found in with_all)


#: Where a font draws a radical and a character with one glyph, Chromium writes the radical into a PDF. NFKC knows the
#: Kangxi radicals only.
_RADICALS = str.maketrans(
    "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰",
    "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙",
)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text.translate(_RADICALS)))


@pytest.mark.server
@pytest.mark.browser
@pytest.mark.parametrize("theme", THEMES)
def test_an_article_prints_on_a4_as_text_and_without_navigation(
    theme: str, built_sites: Path, serve: Callable[[Path], WebServer], page: Page
) -> None:
    from pypdf import PdfReader

    folder = built_sites / f"demo-{theme}"
    path = next(file for file in folder.glob("suzhi/shen-me-shi-su-zhi*.html")).relative_to(folder).as_posix()
    page.emulate_media(color_scheme="dark")  # paper is white whatever the screen is
    page.goto(serve(folder).url + path)
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    width, height = (round(float(side) / 72 * 25.4) for side in printed.pages[0].mediabox[2:])
    assert (width, height) == (210, 297)
    text = _plain("".join(sheet.extract_text() for sheet in printed.pages))
    body = _plain(page.locator("#article-body p").first.inner_text())
    assert body[:30] in text
    assert _plain("什么是素质教育：从一节没有教完的课说起") in text
    assert "京ICP备12013323号" in text
    for gone in (
        "今日导读",
        "热门文章",
        "友情链接",
        "站内文章搜索",
        "复制地址",
        "自动滚屏",
        "查看详情",
        "校园风采",
        "上一篇",
        "当前位置",
    ):
        assert gone not in text, gone


@pytest.mark.server
@pytest.mark.browser
@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_cut_off_on_paper(
    theme: str, built_sites: Path, serve: Callable[[Path], WebServer], page: Page
) -> None:
    page.set_viewport_size({"width": 640, "height": 900})  # what A4 leaves between its margins
    page.emulate_media(media="print")
    page.goto(serve(built_sites / f"full-{theme}").url + "yaowen/wenzhang-500.html")
    cut = page.evaluate(
        "[...document.querySelectorAll('#article-body *')].filter(e => e.getBoundingClientRect().right > innerWidth"
        " || (getComputedStyle(e).overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1)).map(e => e.outerHTML)"
    )
    assert not cut


@pytest.mark.server
@pytest.mark.browser
@pytest.mark.parametrize("theme", THEMES)
def test_results_of_a_search_move_nothing_that_is_seen(
    theme: str, built_sites: Path, serve: Callable[[Path], WebServer], page: Page
) -> None:
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) moved += e.value; })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    url = serve(built_sites / f"demo-{theme}").url
    for width in (375, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{url}search/index.html?q=学校&in=body")
        page.wait_for_selector("#search-results li a")
        frames(page)
        assert page.evaluate("moved") < 0.01, width


BLOCKS = [
    "国家素质教育网",
    "查看详情",
    "网上报名",
    "当前位置",
    "站内文章搜索",
    "信息搜索",
    "按文章",
    "标题",
    "内容",
    "今日导读",
    "热门文章",
    "文章标题",
    "浏览",
    "来源",
    "文字",
    "大",
    "中",
    "小",
    "自动滚屏(右键暂停)",
    "复制地址",
    "打印本页",
    "关闭窗口",
    "友情链接",
    "更多",
    "网址",
    "电子信箱",
    "注册证号",
    "版权所有",
    "京ICP备",
    "1024*768",
]


@pytest.mark.server
@pytest.mark.browser
@pytest.mark.parametrize("theme", THEMES)
def test_a_reader_finds_every_block_of_the_portals_page_and_they_work(
    theme: str, built_sites: Path, serve: Callable[[Path], WebServer], page: Page
) -> None:
    folder = built_sites / f"demo-{theme}"
    url = serve(folder).url
    path = next(file for file in folder.glob("suzhi/shen-me-shi-su-zhi*.html")).relative_to(folder).as_posix()
    page.goto(url + path)
    text = page.locator("body").evaluate("body => body.textContent")
    assert not [block for block in BLOCKS if block not in text]
    size = "parseFloat(getComputedStyle(document.getElementById('article-body')).fontSize)"
    medium = page.evaluate(size)
    page.get_by_role("button", name="大", exact=True).click()
    assert page.evaluate(size) > medium
    page.locator("#copy-address").click()
    until(page, "document.getElementById('page-status').textContent === '地址已复制。'")
    assert page.evaluate("navigator.clipboard.readText()") == url + path
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    page.locator("#autoscroll").click()
    until(page, "scrollY > 5")
    page.mouse.click(400, 500, button="right")
    until(page, "document.getElementById('reading-status').textContent.includes('暂停')")
    for field, word in (("title", "素质教育"), ("body", "学生")):
        page.goto(url + "index.html")
        if page.locator("details.finder").count():
            page.locator("details.finder summary").click()
        page.locator("#search-words").fill(word)
        page.locator(f"input[name=in][value={field}]").check()
        page.keyboard.press("Enter")
        # The text around a hit is read from the article's page a moment later.
        until(page, "word => document.getElementById('search-results')?.innerText.includes(word)", word)


@pytest.mark.server
@pytest.mark.browser
def test_reading_progress_moves_nothing_else(built_sites: Path, serve: Callable[[Path], WebServer], page: Page) -> None:
    folder = built_sites / "demo-journal"
    path = next(file for file in folder.glob("suzhi/shen-me-shi-su-zhi*.html")).relative_to(folder).as_posix()
    page.goto(serve(folder).url + path)
    page.evaluate(
        "new PerformanceObserver(list => { window.shifts = (window.shifts || 0) + list.getEntries().length; })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    scale = "new DOMMatrix(getComputedStyle(document.getElementById('reading-progress')).transform).a"
    before = page.evaluate(scale)
    page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    until(page, f"{scale} === 1")
    frames(page)
    assert before < 1
    assert not page.evaluate("window.shifts || 0")
