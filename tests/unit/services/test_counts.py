from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.article import Article, State
from chce_desktop.foundation.progress import SILENT
from chce_desktop.services import access_log, snapshot
from chce_desktop.services.access_log import LogRefused
from chce_desktop.services.counts import Window
from chce_desktop.services.errors import InvalidValue
from chce_desktop.services.site import Site, create_site
from chce_desktop.sitegen import Generator

_PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "x") as made:
        yield made


@pytest.fixture
def article(site: Site) -> Article:
    column = site.columns.add("新闻")
    return site.articles.create({"title": "甲", "column_id": column.id, "state": State.PUBLISHED, "reads": 1000})


def _line(
    path: str = "/xin-wen/jia.html",
    day: str = "01/Mar/2026",
    status: int = 200,
    agent: str = _PERSON,
    method: str = "GET",
) -> bytes:
    return f'203.0.113.7 - - [{day}:10:11:12 +0800] "{method} {path} HTTP/1.1" {status} 512 "-" "{agent}"\n'.encode()


def test_page_views_of_people_are_added_to_the_base(site: Site, article: Article, tmp_path: Path) -> None:
    log = tmp_path / "访问 日志.log"
    log.write_bytes(
        _line()
        + _line(path="/xin-wen/jia.html?from=wx", status=304)
        + _line(agent="Mozilla/5.0 (compatible; Baiduspider/2.0)")
        + _line(agent="-")
        + _line(status=404)
        + _line(method="HEAD")
        + _line(path="/assets/site.css")
        + b'203.0.113.9 - - [01/Mar/2026:10:11:13 +0800] "\\x16\\x03\\x01" 400 0 "-" "-"\n'
    )
    report = site.counts.import_log(log)
    assert (report.lines, report.counted, report.pages, report.bots, report.other) == (8, 2, 1, 2, 3)
    after = site.articles.get(article.id)
    assert (after.reads, after.version, after.updated_at) == (1002, article.version, article.updated_at)
    assert site.counts.base(article.id) == 1000
    assert site.counts.until() == date(2026, 3, 1)


def test_only_new_lines_count_whatever_the_log_is_called(site: Site, article: Article, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(_line() * 3 + _line()[:40])
    assert site.counts.import_log(log).counted == 3
    assert site.counts.import_log(log).counted == 0
    log.write_bytes(_line() * 3 + _line() * 2)
    assert site.counts.import_log(log).counted == 2
    packed = tmp_path / "access.log.1.gz"
    packed.write_bytes(gzip.compress(_line() * 5 + _line(day="02/Mar/2026")))
    assert site.counts.import_log(packed).counted == 1
    assert site.counts.import_log(packed).counted == 0
    assert site.articles.get(article.id).reads == 1006


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no line end",
        b"\x00\x01\x02\n" * 50,
        "标题,作者\n".encode() * 30,
        gzip.compress(b"x" * 100_000, mtime=0)[:60],
    ],
)
def test_what_is_no_log_is_told_and_not_counted(site: Site, tmp_path: Path, content: bytes) -> None:
    log = tmp_path / "x.log"
    log.write_bytes(content)
    with pytest.raises(LogRefused) as caught:
        site.counts.import_log(log)
    assert caught.value.hint
    assert site.counts.until() is None


def test_a_log_that_was_cut_or_rewritten_is_told(site: Site, article: Article, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(_line() + _line(day="02/Mar/2026") * 4)
    site.counts.import_log(log)
    log.write_bytes(_line() + _line(day="02/Mar/2026") * 2)
    with pytest.raises(LogRefused):
        site.counts.import_log(log)
    log.write_bytes(_line() + _line(day="03/Mar/2026") * 9)
    with pytest.raises(LogRefused):
        site.counts.import_log(log)
    assert site.articles.get(article.id).reads == 1005


def test_lines_of_every_kind_of_server_count_on_the_day_that_it_was_here(
    site: Site, article: Article, tmp_path: Path
) -> None:
    read = f'"GET /xin-wen/jia.html HTTP/1.1" 200 512 "-" "{_PERSON}"'
    lines = (
        f"2001:db8::1 - - [01/Mar/2026:10:11:12 +0800] {read}",
        f"example.org:443 ::1 - 李四 [01/Mar/2026:10:11:12 +0800] {read} 0.003 -",
        f"203.0.113.7 - - [28/Feb/2026:17:30:00 +0000] {read}",  # half past one on the next day in China
        f"203.0.113.7 - - [01/Mar/2026:23:59:59 +0800] {read}",
        f"203.0.113.7 - - [01/Mar/2026:10:00:00 -0500] {read}",
        rf'203.0.113.7 - - [01/Mar/2026:10:11:12 +0800] "GET /xin-wen/jia.html?q=\"a\" HTTP/2.0" 200 5 "-" "{_PERSON}"',
        rf'203.0.113.7 - - [01/Mar/2026:10:11:12 +0800] "GET /xin-wen/\x6Aia.html HTTP/1.1" 200 5 "-" "{_PERSON}"',
        rf'203.0.113.7 - - [01/Mar/2026:10:11:12 +0800] "GET /xin-wen/jia.html HTTP/1.1" 200 5 "\"" "{_PERSON} \""',
    )
    log = tmp_path / "access.log"
    log.write_bytes("".join(f"{line}\n" for line in lines).encode())
    report = site.counts.import_log(log)
    assert (report.counted, report.other, report.unreadable) == (8, 0, 0)
    assert (report.since, report.until) == (date(2026, 3, 1), date(2026, 3, 1))


def test_a_log_that_does_not_name_browsers_is_told(site: Site, article: Article, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(b'203.0.113.7 - - [01/Mar/2026:10:11:12 +0800] "GET /xin-wen/jia.html HTTP/1.1" 200 512\n' * 9)
    with pytest.raises(LogRefused, match="who read"):
        site.counts.import_log(log)
    log.write_bytes(_line(day="01/Mar/2999") * 9)
    with pytest.raises(LogRefused, match="combined"):
        site.counts.import_log(log)
    assert site.articles.get(article.id).reads == 1000


def test_old_addresses_and_sites_in_a_folder_count(site: Site, article: Article, tmp_path: Path) -> None:
    site.targets.add("主机", "sftp://example.org/www", public_url="https://example.org/portal/")
    site.articles.save(article.id, {"slug": "neu"})
    log = tmp_path / "access.log"
    log.write_bytes(_line(path="/portal/xin-wen/neu.html") + _line(path="/portal/xin-wen/jia.html"))
    assert site.counts.import_log(log).counted == 2


def test_the_most_read_follow_the_window_and_recent_days_weigh_more(site: Site, tmp_path: Path) -> None:
    column = site.columns.add("新闻")
    old, new, base = (
        site.articles.create({"title": t, "column_id": column.id, "state": State.PUBLISHED, "reads": reads})
        for t, reads in (("甲", 0), ("乙", 0), ("丙", 99))
    )
    log = tmp_path / "access.log"
    log.write_bytes(
        _line(path="/xin-wen/jia.html", day="02/Mar/2026") * 6
        + _line(path="/xin-wen/yi.html", day="07/Mar/2026") * 4
        + _line(path="/xin-wen/bing.html", day="08/Mar/2026")
    )
    site.counts.import_log(log)

    def found(window: Window) -> list[tuple[int, int]]:
        return [(info.id, reads) for info, reads in site.counts.most_read(window).articles]

    assert found(Window.DAY) == [(base.id, 1)]
    assert found(Window.WEEK) == [(new.id, 4), (old.id, 6), (base.id, 1)]
    assert found(Window.ALL) == [(base.id, 100), (old.id, 6), (new.id, 4)]
    assert site.counts.most_read(Window.WEEK).until == date(2026, 3, 8)


@given(st.lists(st.binary(max_size=80), max_size=30))
def test_any_bytes_are_counted_or_refused(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    log = tmp_path_factory.mktemp("log") / "x.log"
    log.write_bytes(_line() + b"\n".join(lines))
    try:
        reading = access_log.read(log, SILENT)
    except LogRefused:
        return
    assert reading.lines >= sum(reading.views.values()) + reading.bots + reading.other + reading.unreadable


def test_the_page_says_until_when_and_what_was_read_most_lately(site: Site, tmp_path: Path) -> None:
    column = site.columns.add("新闻")
    old, new = (
        site.articles.create({"title": title, "column_id": column.id, "state": State.READY, "reads": reads})
        for title, reads in (("旧文", 1000), ("新文", 0))
    )
    log = tmp_path / "access.log"
    line = '1.2.3.4 - - [{day}/Jan/2026:10:00:00 +0800] "GET /{path} HTTP/1.1" 200 9 "-" "Mozilla/5.0 Firefox/120"\n'
    entries = [(20, new)] * 5 + [(20, old)] * 2 + [(14, old)] * 6
    path = {article.id: f"{column.slug}/{article.slug}.html" for article in (old, new)}
    log.write_text("".join(line.format(day=day, path=path[a.id]) for day, a in entries), encoding="utf-8")
    site.counts.import_log(log)
    moment = datetime.now(UTC) + timedelta(days=1)

    def popular() -> list[str]:
        generator = Generator(snapshot.take(site, now=moment))
        return [info.title for info in generator.catalogue.popular]

    assert popular() == ["旧文", "新文"]
    site.settings.update(popular_window="day")
    assert popular() == ["新文", "旧文"]
    site.settings.update(popular_window="week")
    assert popular() == ["新文", "旧文"]  # six readers of a week ago weigh less than five of the last day
    fragment = Generator(snapshot.take(site, now=moment)).render("fragments/reads-0.js").body.decode()
    assert fragment == f'chceReads({{{old.id}:1008,{new.id}:5}},"截至 2026-01-20");\n'
    with pytest.raises(InvalidValue):
        site.settings.update(popular_window="year")
