"""The main job on the portal's own facts: library, publish over SFTP, a web server, a reader's browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chce_desktop.domain.article import Flag, FlagSetting, State
from chce_desktop.domain.notice import NoticeLink
from chce_desktop.services import publishing
from chce_desktop.services.site import Site, create_site
from tests.helpers.chromium import frames, open_browser, until
from tests.helpers.openssh import OpenSshServer
from tests.helpers.web_server import WebServer

pytestmark = [pytest.mark.browser, pytest.mark.server]

_REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "portal-article-page.txt"


@pytest.fixture
def facts() -> list[str]:
    if not _REFERENCE.exists():
        pytest.skip("the reference folder is absent")
    return _REFERENCE.read_text(encoding="utf-8").splitlines()


def _between(lines: list[str], start: str, end: str) -> list[str]:
    """The lines that are not blank between the line `start` and the next that begins with `end`."""
    rest = lines[lines.index(start) + 1 :]
    upto = next(n for n, line in enumerate(rest) if line.strip().startswith(end))
    return [line.strip().lstrip("·").strip() for line in rest[:upto] if line.strip()]


def _make(folder: Path, facts: list[str]) -> tuple[Site, str]:
    """A site with everything that stands on the reference page; its article's title."""
    site = create_site(folder, facts[0])
    site.settings.update(
        url="http://www.chce.org.cn",
        email="chinacqec@126.com",
        registration_label="国家素质教育网通用网址注册证号",
        registration_number="20080523132140013",
        copyright="国家素质教育网、国家素质教育社会化公共服务平台",
        icp_number="京ICP备12013323号",
        footer_lines=(facts[-1].strip(),),
        date_format="%Y-%-m-%-d",
    )
    outer = site.columns.add("站内文章")
    column = site.columns.add("政务公开", outer.id)
    title = next(line for line in facts if line.startswith("文章标题:")).removeprefix("文章标题:")
    body = "\n\n".join(line.strip() for line in facts if len(line) > 100)
    main = site.articles.create(
        {
            "title": title,
            "body": body,
            "column_id": column.id,
            "state": State.READY,
            "source": "教育部",
            "reads": 219,
            "date": datetime(2024, 1, 18, 4, tzinfo=UTC),
        }
    )
    for number, name in enumerate(_between(facts, "今日导读", "热门文章")):
        flags = (FlagSetting(Flag.RECOMMENDED),)
        date = datetime(2024, 4, 30 - number, tzinfo=UTC)
        site.articles.create({"title": name, "body": name, "state": State.READY, "flags": flags, "date": date})
    for number, name in enumerate(_between(facts, "热门文章", "文章标题:")):
        prefix, _, rest = name.rpartition("] ")
        values = {"title": rest, "prefix": prefix.lstrip("["), "body": name}
        site.articles.create(
            {**values, "state": State.READY, "reads": 9000 - number, "date": datetime(2010, 1, 1, tzinfo=UTC)}  # type: ignore[typeddict-item] # fields of text
        )
    for name in _between(facts, "友情链接", "更多")[0].split():
        site.links.add(name, f"https://{site.articles.suggest_slug(name)}.example/")
    site.links.add("后来的链接", "https://later.example/")
    address = f"{column.slug}/{main.slug}.html"
    signing = (NoticeLink("查看详情", f"article:{main.id}"), NoticeLink("网上报名", "https://signup.example/"))
    site.notices.add({"title": "报名通知", "links": signing})
    return site, address


def _blocks(facts: list[str]) -> list[str]:
    """The fourteen blocks as the reference shows them, as patterns over the page's text."""
    links = _between(facts, "友情链接", "更多")[0].split()
    recommended = [re.escape(name.rstrip("….")) for name in _between(facts, "今日导读", "热门文章")]
    popular = [re.escape(name.rpartition("] ")[2][:6]) for name in _between(facts, "热门文章", "文章标题:")]
    title = next(line for line in facts if line.startswith("文章标题:"))
    return [
        facts[0],
        r"查看详情\s*网上报名",
        r"当前位置:\s*首页\s*→\s*站内文章\s*→\s*政务公开",
        r"站内文章搜索\s*信息搜索:\s*按文章:\s*标题\s*内容",
        "今日导读.*?" + ".*?".join(recommended),
        "热门文章.*?" + ".*?".join(popular),
        title.replace(":", r":\s*"),
        r"\[ 2024-1-18 浏览:219 来源:教育部 \]",
        r"文字.*?〖\s*自动滚屏\(右键暂停\)",
        re.escape(next(line.strip() for line in facts if len(line) > 100)[:40]),
        r"复制地址\s*\|\s*打印本页\s*\|\s*关闭窗口",
        "友情链接.*?" + r".*?".join(map(re.escape, links)) + r".*?更多\.\.\.",
        r"网址:http://www\.chce\.org\.cn.*?电子信箱:chinacqec@126\.com.*?20080523132140013.*?版权所有:.*?京ICP备12013323号",
        r"建议将电脑显示屏的分辨率调为1024\*768",
    ]


def test_the_portals_page_is_live_and_every_block_works(
    facts: list[str], tmp_path: Path, sshd: OpenSshServer, serve: Callable[[Path], WebServer]
) -> None:
    folder = sshd.folder()
    server = serve(folder)
    site, address = _make(tmp_path / "国家 素质教育网", facts)
    with site:
        target = site.targets.add(
            "主机",
            sshd.url(folder),
            public_url=server.url,
            host_key=sshd.host_key,
            key_file=str(sshd.client_key),
        )
        receipt = publishing.publish(site, target.id)
        assert receipt.result.verified_by == "address"
        assert receipt.newly_published == 21
        assert site.articles.counts().by_state[State.PUBLISHED] == 21
    with open_browser() as browser:
        context = browser.new_context(viewport={"width": 1200, "height": 500})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(server.url + address)
        text = re.sub(r"\s+", " ", page.locator("body").evaluate("b => b.textContent"))
        at = 0
        for block in _blocks(facts):
            found = re.compile(block, re.DOTALL).search(text, at)
            assert found, block
            at = found.start() if block.startswith("文章标题") else found.end()
        size = "e => parseFloat(getComputedStyle(e).fontSize)"
        before = page.locator("#article-body").evaluate(size)
        page.get_by_role("button", name="大", exact=True).click()
        assert page.locator("#article-body").evaluate(size) > before
        page.get_by_role("button", name="复制地址").click()
        page.locator("#page-status").get_by_text("地址已复制。").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == server.url + address
        page.evaluate("window.print = () => { window.printed = true; }")
        page.get_by_role("button", name="打印本页").click()
        assert page.evaluate("window.printed") is True
        page.locator("#autoscroll").click()
        begin = page.evaluate("scrollY")
        until(page, f"scrollY > {begin}")
        page.mouse.click(600, 200, button="right")
        until(page, "document.getElementById('autoscroll').getAttribute('aria-pressed') === 'false'")
        paused = page.evaluate("scrollY")
        frames(page)
        assert page.evaluate("scrollY") == paused
        for label, query in (("标题", "教育工作会议"), ("内容", "教育强国的号角")):
            page.goto(server.url + address)
            box = page.locator(".search-box")
            box.get_by_label("信息搜索:").fill(query)
            box.get_by_label(label, exact=True).check()
            box.get_by_role("button", name="搜索").click()
            page.locator("#search-results a").first.wait_for()
            assert page.locator("#search-status").get_attribute("data-count") == "1"
            page.locator("#search-results a").first.click()
            page.wait_for_url(server.url + address)
        page.locator(".friendly").get_by_role("link", name="更多...").click()
        page.get_by_text("后来的链接").first.wait_for()
        context.close()
