"""Reading counts from logs that lie on the host, over the connection that publishes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from chce_desktop.domain.article import State
from chce_desktop.services import log_fetching
from chce_desktop.services.access_log import LogRefused
from chce_desktop.services.log_fetching import LogsNotThere
from chce_desktop.services.site import create_site
from tests.contract.hosts import Host

pytestmark = pytest.mark.server

_LINE = '203.0.113.7 - - [01/Mar/2026:10:11:12 +0800] "GET {} HTTP/1.1" 200 512 "-" "Mozilla/5.0 Firefox/128.0"\n'


def test_logs_come_over_the_connection_that_publishes(host: Host, tmp_path: Path) -> None:
    with create_site(tmp_path / "站点", "x") as site:
        column = site.columns.add("新闻")
        article = site.articles.create({"title": "甲", "column_id": column.id, "state": State.PUBLISHED})
        given = host.target
        target = site.targets.add(
            "主站", given.url, host_key=given.host_key, key_file=given.key_file, options=dict(given.options)
        )
        line = _LINE.format(f"/{column.slug}/{article.slug}.html")
        if host.tags & {"commits"}:
            with pytest.raises(LogsNotThere):
                log_fetching.list_logs(site, target.id, "日志", password=host.password)
            return
        host.put("日志/access.log", (line * 3).encode())
        host.put("日志/access.log.1.gz", gzip.compress(("x" + line).encode() * 4))
        host.put("日志/index.html", b"none")
        host.put("日志/error.log", b"[error] no\n" * 40)
        found = log_fetching.list_logs(site, target.id, "日志", password=host.password)
        assert [log.name for log in found] == ["access.log", "access.log.1.gz"]
        assert found[0].size == len(line) * 3
        names = [log.name for log in found]
        reports = log_fetching.import_logs(site, target.id, "日志", names, password=host.password)
        assert [(report.name, report.counted) for report in reports] == [("access.log", 3), ("access.log.1.gz", 4)]
        host.put("日志/access.log", (line * 5).encode())
        again = log_fetching.import_logs(site, target.id, "日志", names, password=host.password)
        assert [report.counted for report in again] == [2, 0]
        host.put("日志/access.log", line.encode())
        with pytest.raises(LogRefused):
            log_fetching.import_logs(site, target.id, "日志", names[:1], password=host.password)
        assert site.articles.get(article.id).reads == 9
        with pytest.raises(LogsNotThere):
            log_fetching.list_logs(site, target.id, "没有", password=host.password)
