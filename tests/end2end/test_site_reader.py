"""A reader with a real browser, on a real web server: the blocks of the portal's article page, in order, working."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from chce_desktop.domain.article import Flag, FlagSetting
from chce_desktop.domain.link import Link, LinkGroup
from chce_desktop.domain.notice import Notice, NoticeLink
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import Generator, build, searchindex, searchsegments
from chce_desktop.sitegen.searchindex import folded
from tests.helpers.chromium import frames, until
from tests.helpers.snapshots import NOW, Texts, article, site, uid
from tests.helpers.web_server import WebServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.server]

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "portal-article-page.txt"
TITLE = "2024年全国教育工作会议闭幕"
LINKS = (
    "教育部 科技部 建设部 中华人民共和国监察部 全国高教工委素质教育委员会 卫生部 公安部 中国科学院 中国政府网 "
    "中国教育新闻网 中国校长网 中国教育网 人民网 职业技能评审中心"
)
SETTINGS = SiteSettings(
    name="国家素质教育网",
    url="http://www.chce.org.cn",
    email="chinacqec@126.com",
    registration_label="国家素质教育网通用网址注册证号",
    registration_number="20080523132140013",
    copyright="国家素质教育网、国家素质教育社会化公共服务平台",
    icp_number="京ICP备12013323号",
    footer_lines=("建议将电脑显示屏的分辨率调为1024*768 以达到最佳显示效果",),
    date_format="%Y-%-m-%-d",
)
ARTICLE = "zhengwu/jiaoyu-gongzuo-huiyi.html"


def _text() -> str:
    """The reference page's own paragraphs where the reference lies beside the checkout, else a text of ours."""
    if not REFERENCE.exists():
        return "\n\n".join(f"会议第{n}天讨论了课程、教师和学校安全,代表们交流了各自的做法。" * 6 for n in range(1, 9))
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    return "\n\n".join(line for line in lines if len(line) > 100)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> SiteSnapshot:
    """The portal's facts around one article like the reference's."""
    main = article(
        5000,
        _text(),
        title=TITLE,
        slug="jiaoyu-gongzuo-huiyi",
        column_id=4,
        source="教育部",
        source_url="http://www.moe.gov.cn/",
        reads=219,
        date=NOW.replace(year=2024, month=1, day=18),
        flags=(FlagSetting(Flag.RECOMMENDED),),
    )
    made = site(140, tmp_path_factory.mktemp("lib"), settings=SETTINGS, extra=[main], characters=500)
    links = tuple(
        Link(id=n, uid=uid(n), group_id=1, name=name, url=f"https://link{n}.example/", position=n)
        for n, name in enumerate([*LINKS.split(), "后来的链接"])
    )
    notice = Notice(
        id=1,
        uid=uid(1),
        title="成果展征集",
        links=(NoticeLink("查看详情", "article:5000"), NoticeLink("网上报名", "https://signup.example/")),
    )
    groups = (LinkGroup(id=1, uid=uid(2), name="友情单位", links=links),)
    return replace(made, notices=(notice,), link_groups=groups)


@pytest.fixture(scope="module")
def built(snapshot: SiteSnapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's files."""
    out = tmp_path_factory.mktemp("out") / "网站"
    build(snapshot, out)
    return out


@pytest.fixture
def site_url(built: Path, serve: Callable[[Path], WebServer]) -> str:
    """Where a web server shows them."""
    return serve(built).url


def test_the_fourteen_blocks_stand_in_order(page: Page, site_url: str) -> None:
    page.goto(site_url + ARTICLE)
    dom = re.sub(r"\s+", " ", page.locator("body").evaluate("b => b.textContent"))
    blocks = (
        r"国家素质教育网",
        r"查看详情\s*网上报名",
        r"当前位置:\s*首页\s*→\s*政务公开",
        r"站内文章搜索\s*信息搜索:\s*按文章:\s*标题\s*内容",
        r"今日导读",
        r"热门文章",
        rf"文章标题:\s*{TITLE}",
        r"\[ 2024-1-18 浏览:219 来源:教育部 \]",
        r"文字\s*大\s*中\s*小\s*〖\s*自动滚屏\(右键暂停\)\s*〗",
        TITLE,
        r"复制地址\s*\|\s*打印本页\s*\|\s*关闭窗口",
        r"友情链接\s*教育部\s*科技部\s*建设部.*职业技能评审中心\s*更多\.\.\.",
        r"网址:http://www\.chce\.org\.cn.*电子信箱:chinacqec@126\.com.*注册证号20080523132140013.*版权所有:国家素质教育网",
        r"京ICP备12013323号",
        r"建议将电脑显示屏的分辨率调为1024\*768",
    )
    at = 0
    for block in blocks:
        found = re.compile(block, re.DOTALL).search(dom, at)
        assert found, block
        at = found.end()
    assert page.locator("#article-body p").first.evaluate("p => getComputedStyle(p).textIndent") == "36px"
    assert page.get_by_role("link", name="京ICP备12013323号").get_attribute("href") == "https://beian.miit.gov.cn/"
    assert page.locator(".digest li").count() == 10
    assert page.locator(".ranking li").count() == 10


def test_every_crumb_and_the_notice_lead_on(page: Page, site_url: str) -> None:
    page.goto(site_url + ARTICLE)
    page.locator(".crumbs").get_by_role("link", name="政务公开").click()
    assert page.url.endswith("/zhengwu/index.html")
    page.locator(".crumbs").get_by_role("link", name="首页").click()
    assert page.url.endswith("/index.html")
    page.get_by_role("link", name="查看详情").click()
    assert page.url.endswith(ARTICLE)


def test_the_closing_bracket_never_stands_alone(page: Page, site_url: str) -> None:
    page.goto(site_url + ARTICLE)
    tops = """length => {
        document.querySelector('.record-facts a').textContent = '教'.repeat(length);
        const all = document.createTreeWalker(document.querySelector('.record-facts'), NodeFilter.SHOW_TEXT);
        const shown = [];
        while (all.nextNode())
            [...all.currentNode.data].forEach((letter, n) => letter.trim() && shown.push([all.currentNode, n]));
        return shown.slice(-2).map(([node, n]) => {
            const range = document.createRange();
            range.setStart(node, n);
            range.setEnd(node, n + 1);
            return Math.round(range.getBoundingClientRect().top);
        });
    }"""
    for width in (360, 366, 372, 375):
        page.set_viewport_size({"width": width, "height": 600})
        for length in range(1, 30):
            before, bracket = page.evaluate(tops, length)
            assert before == bracket, (width, length)


@pytest.mark.parametrize("theme", ["portal", "journal"])
def test_a_label_stands_beside_what_it_names(page: Page, tmp_path: Path, theme: str) -> None:
    snapshot = site(1, tmp_path / "site", characters=40)
    info = replace(snapshot.articles[0], source="源", author="人")
    snapshot = replace(snapshot, articles=(info,), settings=replace(snapshot.settings, theme=theme))
    build(snapshot, tmp_path / "out")
    page.goto((tmp_path / "out" / Generator(snapshot).article_path(info)).as_uri())
    labels = "[...document.querySelectorAll('.record-facts > span > span:first-child')].slice(-2)"
    lines = (
        f"names => {labels}.map"
        """((label, n) => {
        const name = label.nextSibling;
        (name.firstChild ?? name).data = names[n];
        const range = document.createRange();
        range.setStart(name.firstChild ?? name, 0);
        range.setEnd(name.firstChild ?? name, 1);
        const boxes = [label, range].flatMap(each => [...each.getClientRects()]);
        return new Set(boxes.map(box => Math.round(box.bottom))).size;
    })"""
    )
    overflows = "document.documentElement.scrollWidth > innerWidth"
    for width in (320, 360, 375, 768):
        page.set_viewport_size({"width": width, "height": 600})
        for length in (*range(1, 30), 200):
            for letter in ("教", "m"):
                assert page.evaluate(lines, [letter * length, letter * length]) == [1, 1], (width, length, letter)
        assert not page.evaluate(overflows), width


def test_text_size_is_chosen_and_remembered(page: Page, site_url: str) -> None:
    page.goto(site_url + ARTICLE)
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    medium = page.locator("#article-body").evaluate(size)
    page.get_by_role("button", name="大", exact=True).click()
    large = page.locator("#article-body").evaluate(size)
    assert large > medium
    page.reload()
    assert page.locator("#article-body").evaluate(size) == large
    assert page.get_by_role("button", name="大", exact=True).get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="小", exact=True).focus()
    page.keyboard.press("Enter")
    assert page.locator("#article-body").evaluate(size) < medium


def _scrolled(page: Page) -> float:
    return float(page.evaluate("scrollY"))


def test_scrolling_starts_by_click_pauses_by_right_click_and_stops_by_escape(page: Page, site_url: str) -> None:
    page.set_viewport_size({"width": 1000, "height": 500})
    page.goto(site_url + ARTICLE)
    page.evaluate("addEventListener('contextmenu', e => { window.suppressed = e.defaultPrevented; })")
    scroller = page.locator("#autoscroll")
    scroller.click()
    begin = _scrolled(page)
    until(page, f"scrollY > {begin} + 40")
    page.mouse.click(500, 200, button="right")
    until(page, "window.suppressed === true")
    paused = _scrolled(page)
    frames(page)
    assert _scrolled(page) == paused
    until(page, "document.getElementById('reading-status').textContent === '自动滚屏已暂停。'")
    page.mouse.click(500, 200, button="right")
    until(page, "window.suppressed === false")  # the menu is the reader's again
    page.keyboard.press("Escape")
    scroller.focus()
    page.keyboard.press("Enter")
    start = _scrolled(page)
    until(page, f"scrollY > {start} + 20")
    page.keyboard.press("Escape")
    until(page, "document.getElementById('autoscroll').getAttribute('aria-pressed') === 'false'")
    stopped = _scrolled(page)
    frames(page)
    assert _scrolled(page) == stopped
    assert scroller.get_attribute("aria-pressed") == "false"


def test_scrolling_goes_on_where_it_was_after_the_page_was_hidden(page: Page, site_url: str) -> None:
    page.clock.install(time=NOW)
    page.set_viewport_size({"width": 1000, "height": 500})
    page.goto(site_url + ARTICLE)
    page.clock.pause_at(NOW + timedelta(hours=1))  # from here on time passes only as told
    page.locator("#autoscroll").click()
    begin = _scrolled(page)
    page.clock.run_for(2_000)
    went = _scrolled(page) - begin
    assert 80 <= went <= 100
    page.clock.fast_forward(600_000)  # no frame is drawn meanwhile, as while another tab shows
    page.clock.run_for(1_000)
    assert 40 <= _scrolled(page) - begin - went <= 70


def test_little_motion_is_respected(browser: Browser, site_url: str) -> None:
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1000, "height": 500})
    page = context.new_page()
    page.goto(site_url + ARTICLE)
    page.evaluate(
        "window.steps = []; window.at = scrollY;"
        "addEventListener('scroll', () => { steps.push(scrollY - at); at = scrollY; })"
    )
    page.locator("#autoscroll").click()
    until(page, "steps.filter(step => step > 100).length > 1")
    assert page.evaluate("steps.every(step => step === 0 || step > 100)"), "no glide"
    context.close()


def test_the_address_is_copied(page: Page, site_url: str) -> None:
    page.goto(site_url + ARTICLE)
    page.get_by_role("button", name="复制地址").click()
    until(page, "document.getElementById('page-status').textContent === '地址已复制。'")
    assert page.evaluate("navigator.clipboard.readText()") == site_url + ARTICLE


def test_the_page_prints_without_navigation_on_a4(browser: Browser, site_url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(site_url + ARTICLE)
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="打印本页").click()
    assert page.evaluate("window.printed") is True
    page.emulate_media(media="print")
    for selector in (".sections", ".search-box", ".side", ".reading", ".page-tools", ".friendly"):
        assert not page.locator(selector).first.is_visible(), selector
    assert page.locator("#article-body").is_visible()
    data = page.pdf(prefer_css_page_size=True)
    assert re.search(rb"/MediaBox \[0 0 59[45]\S* 84[12]\S*\]", data), "A4"
    context.close()


def test_a_refused_close_is_explained(page: Page, site_url: str) -> None:
    page.goto(site_url + "index.html")
    page.goto(site_url + ARTICLE)
    page.get_by_role("button", name="关闭窗口").click()
    until(page, "document.getElementById('page-status').textContent.includes('Ctrl+W')")


def test_more_opens_all_friendly_links(page: Page, site_url: str) -> None:
    page.goto(site_url + ARTICLE)
    assert page.locator(".friendly").get_by_text("后来的链接").count() == 0
    page.locator(".friendly").get_by_role("link", name="更多...").click()
    assert page.url.endswith("/links/index.html")
    assert page.locator(".link-group").get_by_text("后来的链接").is_visible()


def _wanted(snapshot: SiteSnapshot, field: str, query: str) -> int:
    terms = [folded(term) for term in query.split()]
    bodies = snapshot.bodies.get([info.id for info in snapshot.articles])
    texts = [folded(info.title if field == "title" else bodies[info.id]) for info in snapshot.articles]
    return sum(all(term in text for term in terms) for text in texts)


def _count(page: Page) -> int:
    """The number of hits that the search page tells, once it tells one."""
    until(page, "document.getElementById('search-status')?.dataset.count !== undefined")
    status = page.locator("#search-status")
    count = int(status.get_attribute("data-count") or 0)
    found = re.search(r"找到 ([\d ]+) 篇", status.inner_text())
    assert count == (int(found[1].replace(" ", "")) if found else 0)
    return count


QUERIES = ("教", "学校", "科学实", "科学实验", "家长委员会", "老师们认为", "学校 图书馆", "2024", "没有这样的词", "**")


def test_search_by_title_and_by_content_finds_exactly_what_is_there(
    page: Page, site_url: str, snapshot: SiteSnapshot
) -> None:
    page.goto(site_url + ARTICLE)
    for field, label in (("title", "标题"), ("body", "内容")):
        for query in QUERIES:
            box = page.locator(".search-box")
            box.get_by_label("信息搜索:").fill(query)
            box.get_by_label(label, exact=True).check()
            box.get_by_role("button", name="搜索").click()
            until(
                page,
                "([q, f]) => { const s = new URLSearchParams(location.search); return s.get('q') === q"
                " && s.get('in') === f && document.getElementById('search-status'); }",
                [query, field],
            )
            assert _count(page) == _wanted(snapshot, field, query), (field, query)
    page.goto(f"{site_url}search/index.html?q={TITLE[:8]}&in=title")
    assert _count(page) == 1
    assert page.locator("#search-results mark").first.inner_text() == TITLE[:8]
    page.locator("#search-results a").first.click()
    assert page.url.endswith(ARTICLE)


def test_results_have_pages_and_work_by_keyboard(page: Page, site_url: str, snapshot: SiteSnapshot) -> None:
    page.goto(site_url + "search/index.html")
    page.locator("#search-words").focus()
    page.keyboard.type("学校")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**in=body*")
    total = _count(page)
    assert total == _wanted(snapshot, "body", "学校")
    until(page, "document.querySelectorAll('#search-results > li').length === 10")
    first = page.locator("#search-results a").evaluate_all("links => links.map(a => a.href)")
    page.get_by_role("link", name="下一页").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**page=2*")
    until(page, "document.getElementById('search-results').start === 11")
    second = page.locator("#search-results a").evaluate_all("links => links.map(a => a.href)")
    assert not set(first) & set(second)
    page.go_back()
    until(page, "document.getElementById('search-results').start === 1")


class _Held:
    """What a page asks for at matching addresses comes only after `release`, as on a slow line."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._waiting: list[Route] | None = []
        page.route(pattern, self._on_route)

    def _on_route(self, route: Route) -> None:
        if self._waiting is None:
            route.continue_()
        else:
            self._waiting.append(route)

    def release(self) -> None:
        waiting, self._waiting = self._waiting, None
        assert waiting
        for route in waiting:
            route.continue_()


def test_a_page_of_results_may_be_turned_again_before_it_is_there(
    page: Page,
    snapshot: SiteSnapshot,
    tmp_path: Path,
    serve: Callable[[Path], WebServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (searchindex, searchsegments):
        monkeypatch.setattr(module, "BLOCK", 8)
    out = tmp_path / "out"
    build(snapshot, out)
    address = f"{serve(out).url}search/index.html?q=学校&in=body"
    shown = "[...document.querySelectorAll('#search-results a')].map(a => a.href)"
    page.goto(f"{address}&page=2")
    until(page, "document.getElementById('search-results').start === 11")
    wanted = page.evaluate(shown)
    assert len(wanted) == 10
    page.goto(address)
    until(page, "document.getElementById('search-results').start === 1")
    held = _Held(page, "**/search/*/i*.js*")
    for _ in range(3):
        page.get_by_role("link", name="下一页").click()
    held.release()
    until(page, "document.getElementById('search-results').start === 11")
    until(page, f"JSON.stringify({shown}) === {json.dumps(json.dumps(wanted, separators=(',', ':')))}")
    page.go_back()
    until(page, "document.getElementById('search-results').start === 1")
    page.goto(address)
    until(page, "document.getElementById('search-results').start === 1")
    page.route("**/search/c/*.js*", lambda route: route.abort())  # the line is cut
    page.get_by_role("link", name="下一页").click()
    until(page, "document.getElementById('search-status').textContent === search.dataset.failed")


def test_a_host_that_answers_with_a_page_for_what_is_missing_leaves_nobody_waiting(page: Page, site_url: str) -> None:
    page.route("**/search/index.js*", lambda route: route.fulfill(body="404", content_type="text/html"))
    page.goto(f"{site_url}search/index.html?q=学校")
    until(page, "document.getElementById('search-status').textContent === search.dataset.failed")
    page.unroute("**/search/index.js*")
    page.get_by_role("button", name="搜索").click()
    assert _count(page) > 0


def test_what_did_not_come_is_asked_for_again_and_a_reader_may_try_again(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}search/index.html")
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        if "t=" in route.request.url and len(refused) > 1:
            route.continue_()
        else:
            route.abort()

    pieces = re.compile(r"/search/[lms]/[hp]")
    page.route(pieces, refuse)
    page.locator("#search-words").fill("老师们认为")
    page.get_by_label("内容", exact=True).check()
    page.keyboard.press("Enter")
    assert _count(page) > 0
    assert len(refused) > 1, "the page asked again by itself"
    page.unroute(pieces)
    page.route(pieces, lambda route: route.abort())
    page.reload()
    again = page.get_by_role("button", name="重试")
    again.focus()
    assert page.get_by_role("status").inner_text() == "搜索数据没有载入成功，请检查网络后重试。"
    page.unroute(pieces)
    page.keyboard.press("Enter")
    assert _count(page) > 0
    assert not again.is_visible()


def test_any_query_is_answered_as_it_stands(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}search/index.html")
    odd = ["<script>alert(1)</script>", "$& $1 $'", "😀", "ＡＢＣ", '"', "教" * 5000, "没有 " * 500, "%E4&in=title"]
    for query in odd:
        page.evaluate(
            "(query) => { document.getElementById('search-status').removeAttribute('data-count');"
            " history.pushState(null, '', `?${query}`); dispatchEvent(new PopStateEvent('popstate')); }",
            urlencode({"q": query, "in": "body"}),
        )
        assert _count(page) == 0, query[:20]
        told = page.get_by_role("status").inner_text()
        assert query[:20].strip() in told
        assert len(told) < 120
        assert page.title().startswith(query[:20].strip())
        assert page.locator("#search-words").input_value() == query
    assert page.get_by_label("信息搜索:").get_attribute("maxlength") == "500", "longer addresses are refused by servers"


def test_half_typed_syllables_are_not_searched(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}search/index.html")
    page.locator("#search-words").focus()
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "xuexiao", "selectionStart": 7, "selectionEnd": 7})
    enter = {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process", "code": "Enter"}
    keys.send("Input.dispatchKeyEvent", enter)
    assert page.locator("#search-words").input_value() == "xuexiao"
    assert "?" not in page.url
    keys.send("Input.insertText", {"text": "学校"})
    page.keyboard.press("Enter")
    assert _count(page) > 0
    assert page.locator("#search-words").input_value() == "学校"


def test_what_is_typed_before_the_search_is_there_stays(page: Page, site_url: str) -> None:
    held = _Held(page, "**/search.*.js")
    page.goto(f"{site_url}search/index.html?q=学校&in=body", wait_until="commit")
    page.locator("#search-words").fill("图书馆")
    held.release()
    assert _count(page) > 0
    assert page.locator("#search-words").input_value() == "图书馆"
    page.reload()
    assert _count(page) > 0
    assert page.locator("#search-words").input_value() == "学校"


def test_the_site_works_from_a_disk(page: Page, snapshot: SiteSnapshot, built: Path) -> None:
    page.goto((built / ARTICLE).as_uri())
    box = page.locator(".search-box")
    box.get_by_label("信息搜索:").fill("科学实验")
    box.get_by_label("内容", exact=True).check()
    box.get_by_role("button", name="搜索").click()
    page.wait_for_url("**/search/index.html?*")
    assert _count(page) == _wanted(snapshot, "body", "科学实验")
    page.locator("#search-results a").first.click()
    page.get_by_role("button", name="大", exact=True).click()
    assert page.locator("html").get_attribute("data-text-size") == "large"


def test_everything_can_be_read_without_scripts(browser: Browser, site_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site_url + ARTICLE)
    assert page.get_by_role("heading", level=1, name=TITLE).is_visible()
    assert not page.locator("#autoscroll").is_visible(), "what cannot work is not offered"
    page.goto(site_url + "search/index.html?q=x")
    assert page.get_by_text("站内搜索需要浏览器启用 JavaScript").is_visible()
    page.locator(".ways").get_by_role("link", name="文章归档").click()
    assert page.url.endswith("/archive/index.html")
    context.close()


def test_old_pages_show_the_blocks_of_today(
    page: Page, snapshot: SiteSnapshot, tmp_path: Path, serve: Callable[[Path], WebServer]
) -> None:
    out = tmp_path / "out"
    build(snapshot, out)
    counted = tuple(replace(info, reads=info.reads + 7) for info in snapshot.articles)
    later = replace(snapshot, articles=counted, notices=(replace(snapshot.notices[0], title="今天的公告"),))
    result = build(later, out)
    assert result.stale > 100
    assert result.written < 20
    page.goto(serve(out).url + ARTICLE)
    page.get_by_text("今天的公告").wait_for()
    until(page, "document.querySelector('[data-reads]').textContent === '226'")
    page.get_by_role("link", name="查看详情").click()
    assert page.url.endswith(ARTICLE)


def test_what_the_browser_kept_of_todays_blocks_replaces_none_that_are_newer(
    page: Page, snapshot: SiteSnapshot, tmp_path: Path, serve_as_told: Callable[[Path], WebServer]
) -> None:
    out = tmp_path / "out"
    build(snapshot, out)
    url = serve_as_told(out).url
    page.goto(url + ARTICLE, wait_until="networkidle")
    build(replace(snapshot, notices=(replace(snapshot.notices[0], title="今天的公告"),)), out)
    page.goto(url, wait_until="networkidle")
    assert page.get_by_text("今天的公告").is_visible()


def test_search_finds_old_articles_as_they_are_now(
    page: Page, snapshot: SiteSnapshot, tmp_path: Path, serve: Callable[[Path], WebServer]
) -> None:
    out = tmp_path / "out"
    build(snapshot, out)
    texts = dict(snapshot.bodies.get([info.id for info in snapshot.articles]))
    later = snapshot
    url = serve(out).url
    for edited in ({5}, set(range(6, 21)), set(range(19, 31))):  # what is too much to be looked through becomes a piece
        texts |= {i: f"只在这里出现的句子,第{i}句。" for i in edited}
        digests = {i: hashlib.sha256(texts[i].encode()).hexdigest() for i in edited}
        articles = tuple(
            replace(info, version=info.version + 1, body_hash=digests[info.id]) if info.id in edited else info
            for info in later.articles
        )
        later = replace(snapshot, articles=articles, bodies=Texts(texts))
        result = build(later, out)
        assert result.written <= 25 or edited != {5}
        for query in ("只在这里出现", "学校", "家长委员会", "第20句"):
            page.goto(f"{url}search/index.html?q={query}&in=body")
            assert _count(page) == _wanted(later, "body", query), query


@pytest.mark.parametrize("width", [320, 375, 768, 1440, 2560])
def test_no_page_is_wider_than_the_screen(page: Page, site_url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("index.html", ARTICLE, "xinwen/index.html", "search/index.html?q=学校&in=body", "links/index.html"):
        page.goto(site_url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
