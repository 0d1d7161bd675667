"""Dates as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.dates import parse_date, split_file_name

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-01-18", at(2024, 1, 18)),
        ("2024-1-18", at(2024, 1, 18)),
        ("2024/1/18", at(2024, 1, 18)),
        ("2024.01.18", at(2024, 1, 18)),
        ("20240118", at(2024, 1, 18)),
        ("2024/1/18 10:00", at(2024, 1, 18, 10)),
        ("2024-01-18 10:30:15", at(2024, 1, 18, 10, 30, 15)),
        ("2024-01-18 10:30:15.123456789 +0800 CST", at(2024, 1, 18, 10, 30, 15)),
        ("2024-01-18T10:30:15.123", at(2024, 1, 18, 10, 30, 15)),
        ("20240118103015", at(2024, 1, 18, 10, 30, 15)),
        ("2024年1月18日", at(2024, 1, 18)),
        ("2024 年 1 月 18 日", at(2024, 1, 18)),
        ("2024年1月18号 星期四 下午3:05", at(2024, 1, 18, 15, 5)),
        ("2024年01月18日（星期四）15时05分", at(2024, 1, 18, 15, 5)),
        ("2024年1月18日10点", at(2024, 1, 18, 10)),
        ("二〇二四年一月十八日", at(2024, 1, 18)),
        ("二○二四年十二月三十一日", at(2024, 12, 31)),
        ("２０２４－１－１８", at(2024, 1, 18)),
        ("2024-01-18 24:00", at(2024, 1, 19)),
        ("2024年1月", at(2024, 1, 1)),
        ("2024", at(2024, 1, 1)),
        ("Jan 18, 2024", at(2024, 1, 18)),
        ("18 January 2024 3:05 pm", at(2024, 1, 18, 15, 5)),
        ("2024-01-18T02:00:00Z", at(2024, 1, 18, 10)),
        ("2024-01-18T10:00:00+08:00", at(2024, 1, 18, 10)),
        ("2024-01-18 10:00:00 +0800", at(2024, 1, 18, 10)),
        ("Thu, 18 Jan 2024 10:00:00 +0800", at(2024, 1, 18, 10)),
        ("1705543200", at(2024, 1, 18, 10)),
        ("1705543200000", at(2024, 1, 18, 10)),
    ],
)
def test_every_form_names_the_same_moment(text: str, meant: datetime) -> None:
    found = parse_date(text, SHANGHAI)
    assert found == meant
    assert found is not None
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024-13-01",
        "2024-02-30",
        "0024-01-01",
        "9999-12-31",
        "2024-01-18 25:00",
        "01/02/2024",
        "昨天",
        "十十年",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text, SHANGHAI) is None


@given(st.text(max_size=90))
def test_no_text_breaks_it(text: str) -> None:
    parse_date(text, SHANGHAI)


@given(st.text(alphabet="0123456789-/.年月日 :TZ+十一二〇四", max_size=30))
def test_no_mixture_of_the_parts_breaks_it(text: str) -> None:
    found = parse_date(text, SHANGHAI)
    assert found is None or 1899 <= found.year <= 2200


@given(st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2199, 12, 30)))  # noqa: DTZ001 - a wall clock
def test_iso_dates_survive(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert parse_date(moment.isoformat(), UTC) == moment.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("stem", "date", "rest"),
    [
        ("2024-01-18-foo", at(2024, 1, 18), "foo"),
        ("2024-1-8 会议闭幕", at(2024, 1, 8), "会议闭幕"),
        ("20240118_闭幕", at(2024, 1, 18), "闭幕"),
        ("20240118闭幕", at(2024, 1, 18), "闭幕"),
        ("2024年1月18日会议", at(2024, 1, 18), "会议"),
        ("2024-01-18", at(2024, 1, 18), ""),
        ("2024-13-18-foo", None, "2024-13-18-foo"),
        ("123456789", None, "123456789"),
        ("foo", None, "foo"),
    ],
)
def test_dates_at_the_start_of_file_names(stem: str, date: datetime | None, rest: str) -> None:
    assert split_file_name(stem, SHANGHAI) == (date, rest)
