"""The main job in the real window, on a real screen: once with mouse and keyboard, once with the keyboard alone."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from chce_desktop.domain.article import ArticleFilter, ArticleInfo, Flag, State
from chce_desktop.services.site import Site, create_site, open_site
from tests.helpers.openssh import OpenSshServer
from tests.helpers.screen import Screen
from tests.helpers.web_server import WebServer

pytestmark = [pytest.mark.gui, pytest.mark.slow, pytest.mark.timeout(600)]

_ANY = ArticleFilter()
#: Seconds of computing without an answer that fail the test. What is promised is 50 ms, and each longer stall is
#: printed; here the machine runs other tests and a screen reader that asks about every widget meanwhile.
_ALARM = 0.15
_TITLE = "全国中小学生艺术展演在京开幕"
_FIRST = "本报讯 展演活动昨日在北京开幕。"
_SECOND = "让每一名学生都有机会登上舞台。"


class Journey:
    """The app on a screen, a site with two columns, and a target that is ready."""

    def __init__(self, screen: Screen, folder: Path, url: str, **target: Any) -> None:
        self.screen = screen
        self.folder = folder
        self.report = folder / "stalls.json"
        with create_site(folder / "站点 一", "素质教育网") as site:
            news = site.columns.add("新闻中心", slug="xinwen")
            site.columns.add("国内要闻", news.id, slug="guonei")
            site.articles.create({"title": "早先的一篇", "body": "旧闻。", "column_id": news.id, "state": State.READY})
            site.targets.add("主机", url, **target)
        self.process = screen.open(
            [sys.executable, "-m", "tests.helpers.watched_app", self.report, folder / "站点 一", "--lang", "zh_CN"],
            environment={"CHCE_HOME": str(folder / "home")},
        )
        screen.find(id="article_table")
        screen.find(id="preview_panel")
        screen.find(name="早先的一篇", role="heading")  # the web engine shows its first page

    def wait(self, condition: Callable[[Site], object], what: str) -> None:
        """Look into the library, as another program may, until it holds what was done."""
        end = time.monotonic() + 60
        with open_site(self.folder / "站点 一") as site:
            while not condition(site):
                if time.monotonic() > end:
                    self.screen.picture(self.folder / "failed.png")
                    pytest.fail(f"waited in vain for {what}; see {self.folder / 'failed.png'}")
                time.sleep(0.1)

    def close(self) -> list[dict[str, Any]]:
        """Close the window as a user does; the stalls of the GUI thread."""
        self.screen.key("ctrl+w")
        assert self.process.wait(120) == 0, self.screen.output(self.process)
        told = json.loads(self.report.read_text(encoding="utf-8"))
        stalls: list[dict[str, Any]] = sorted(told["stalls"], key=lambda stall: -stall["seconds"])
        lines = [f"the GUI thread stalled {len(stalls)} times over 50 ms in {told['seconds']:.0f} s"]
        lines += [f"{s['seconds'] * 1000:.0f} ms ({s['cpu'] * 1000:.0f} ms computing)\n{s['where']}" for s in stalls]
        sys.stdout.write("\n".join(lines) + "\n")
        return stalls


def written(site: Site) -> ArticleInfo | None:
    return next((info for info in site.articles.page(_ANY).articles if info.title == _TITLE), None)


def in_column(slug: str) -> Callable[[Site], bool]:
    def check(site: Site) -> bool:
        info = written(site)
        column = site.columns.tree().get(info.column_id) if info is not None else None
        return column is not None and column.slug == slug

    return check


def flagged(site: Site) -> bool:
    info = written(site)
    return info is not None and any(setting.flag is Flag.HEADLINE for setting in info.flags)


def state_is(state: State) -> Callable[[Site], bool]:
    def check(site: Site) -> bool:
        info = written(site)
        return info is not None and info.state is state

    return check


def has_body(site: Site) -> bool:
    info = written(site)
    return info is not None and _SECOND in site.articles.get(info.id).body


def fetched(base: str, path: str) -> str:
    with urllib.request.urlopen(f"{base}{quote(path)}", timeout=60) as reply:
        text: str = reply.read().decode("utf-8")
        return text


def test_with_mouse_and_keyboard(
    screen: Screen, tmp_path: Path, sshd: OpenSshServer, serve: Callable[[Path], WebServer]
) -> None:
    remote = sshd.folder()
    journey = Journey(screen, tmp_path, sshd.url(remote), key_file=str(sshd.client_key), host_key=sshd.host_key)
    screen.click(id="tool_article_new")
    screen.enter(id="title_field")
    screen.paste(_TITLE)
    screen.enter(id="visual_editor")
    screen.paste(_FIRST)
    screen.key("Return", "Return")
    screen.paste(_SECOND)
    journey.wait(has_body, "the text in the library")
    assert "preview_page" in screen.find(name=_TITLE, role="heading").id
    screen.click(id="flag_headline_box")
    journey.wait(flagged, "the flag")
    screen.open_menu(id="state_button")
    screen.key("Down", "Down", "Down", "Return")  # 草稿, 送审, 待发布
    journey.wait(state_is(State.READY), "the state")
    screen.click(id="tool_view_back")
    row = screen.find(name=f"{_TITLE}，头条", role="table cell")
    column = screen.find(name="国内要闻", role="table cell", id="column_tree")
    screen.drag(row.centre, column.centre)
    journey.wait(in_column("guonei"), "the column")
    screen.click(id="publish_button")
    screen.click(id="publish_main")
    journey.wait(state_is(State.PUBLISHED), "the publication")
    screen.find(id="publish_outcome")
    screen.click(id="publish_main")
    screen.gone(id="publish_main")
    page = serve(remote).url
    with_article = fetched(page, "guonei/index.html")
    assert _TITLE in with_article
    screen.picture(tmp_path / "mouse.png")
    stalls = journey.close()
    assert not [stall for stall in stalls if stall["cpu"] > _ALARM]


def test_with_the_keyboard_alone(screen: Screen, tmp_path: Path, serve: Callable[[Path], WebServer]) -> None:
    out = tmp_path / "主机"
    out.mkdir()
    journey = Journey(screen, tmp_path, out.as_uri())
    screen.key("ctrl+n")
    screen.find(id="title_field", focused=True)
    screen.paste(_TITLE)
    screen.key("Return")
    screen.find(id="visual_editor", focused=True)
    screen.paste(_FIRST)
    screen.key("Return", "Return")
    screen.paste(_SECOND)
    journey.wait(has_body, "the text in the library")
    assert "preview_page" in screen.find(name=_TITLE, role="heading").id
    screen.key("ctrl+shift+m")
    screen.find(id="column_chooser_search", focused=True)
    screen.paste("国内")
    screen.find(id="column_chooser_search", text="国内")
    screen.key("Return")
    journey.wait(in_column("guonei"), "the column")
    screen.find(id="visual_editor", focused=True)  # the dialog is gone
    screen.key("ctrl+shift+1")
    journey.wait(flagged, "the flag")
    screen.key("ctrl+shift+Return")
    journey.wait(state_is(State.READY), "the state")
    screen.key("F9")
    screen.find(id="publish_main", focused=True)
    screen.key("Return")
    journey.wait(state_is(State.PUBLISHED), "the publication")
    screen.find(id="publish_outcome")
    screen.key("Escape")
    screen.gone(id="publish_main")
    screen.find(id="visual_editor", focused=True)
    assert _TITLE in fetched(serve(out).url, "guonei/index.html")
    screen.key("alt+Left")  # back to the list
    screen.gone(id="title_field")
    screen.find(id="article_table", focused=True)
    screen.key("ctrl+shift+f")
    screen.find(id="article_filter", focused=True)
    screen.paste("早先")
    screen.key("Return", "Return")  # whether the list is there yet or not
    screen.find(id="title_field", text="早先的一篇")
    screen.key("F6")
    stalls = journey.close()
    assert not [stall for stall in stalls if stall["cpu"] > _ALARM]
