"""How a moment lies in `site.db`: milliseconds since 1970 in UTC, which sort, compare and index as integers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_milliseconds(value: datetime) -> int:
    """Milliseconds since 1970 of an aware datetime; ValueError for a naive one."""
    if value.tzinfo is None:
        raise ValueError(value)
    return (value - _EPOCH) // timedelta(milliseconds=1)


def from_milliseconds(value: int) -> datetime:
    """The reverse of `to_milliseconds`, for years before 1970 too."""
    return _EPOCH + timedelta(milliseconds=value)
