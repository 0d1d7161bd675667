"""The demo site is complete, quickly made, and passes its own checks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from chce_desktop.domain.article import ArticleFilter, Flag, State
from chce_desktop.services import demo
from chce_desktop.services.checking import check
from chce_desktop.services.site import Site, create_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with create_site(tmp_path_factory.mktemp("demo") / "演示", "演示") as made:
        started = time.process_time()
        report = demo.fill(made)
        assert time.process_time() - started < 3
        assert report.created == report.found
        assert not report.warnings
        yield made


def test_it_shows_what_a_portal_has(site: Site) -> None:
    counts = site.articles.counts()
    assert counts.total >= 40
    assert counts.by_state[State.DRAFT] >= 2
    assert counts.by_state[State.REVIEW] >= 2
    tree = site.columns.tree()
    assert max(depth for _, depth in tree.walk()) == 2
    news = site.columns.find("教育新闻")
    assert site.articles.count(ArticleFilter(column_id=news.id)) > site.settings.get().list_length
    for flag, least in ((Flag.HEADLINE, 1), (Flag.RECOMMENDED, 10), (Flag.PINNED, 1)):
        assert site.articles.count(ArticleFilter(flag=flag)) >= least


def test_links_notices_and_footer_are_the_portals(site: Site) -> None:
    names = [link.name for group in site.links.groups() for link in group.links]
    assert names == [
        *("教育部", "科技部", "建设部", "中华人民共和国监察部", "全国高教工委素质教育委员会", "卫生部", "公安部"),
        *("中国科学院", "中国政府网", "中国教育新闻网", "中国校长网", "中国教育网", "人民网", "职业技能评审中心"),
    ]
    notices = site.notices.all()
    assert len(notices) == 2
    for notice in notices:
        assert [link.label for link in notice.links] == ["查看详情", "网上报名"]
        assert notice.showing(datetime.now(UTC))
    settings = site.settings.get()
    assert settings.name == "国家素质教育网"
    assert settings.icp_number == "京ICP备12013323号"
    assert settings.logo.startswith("media/")


def test_nothing_in_it_needs_mending(site: Site) -> None:
    assert [finding for finding in check(site) if finding.level == "error"] == []


def test_pictures_are_small(site: Site) -> None:
    items = site.media.page(limit=100)
    assert sum(item.size for item in items) < 1_000_000
    assert max(item.size for item in items) <= 60_000
