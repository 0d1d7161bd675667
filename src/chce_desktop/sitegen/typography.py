"""How wide text is, where a title is cut, and how dates are written."""

from __future__ import annotations

import functools
import re
import unicodedata
from datetime import datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

ELLIPSIS = "…"
_ZERO_WIDTH = ("Mn", "Me", "Cf")
#: Patterns that every system's strftime understands alike.
_PLAIN_PATTERN = re.compile(r"(?:%[YmdHM]|[ -$&-~])*")
_DATE_CODE = re.compile(r"%([-#]?)([YymdeHMSB%])")

#: What stands in a text and is not seen.
_INVISIBLE = re.compile(
    r"(?:\s|&nbsp;|[\x00-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f])+"
)


def visible(text: str) -> bool:
    """Whether a reader sees anything of a text, escaped or not."""
    return _INVISIBLE.fullmatch(text) is None and text != ""


class _Widths(dict[str, int]):
    """Character to width, remembered."""

    def __missing__(self, character: str) -> int:
        if unicodedata.category(character) in _ZERO_WIDTH:
            width = 0
        else:
            # "Ambiguous" are “ ” … — and the like, which Chinese fonts draw two wide.
            width = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        self[character] = width
        return width


_WIDTHS = _Widths()


def display_width(text: str) -> int:
    """The width of `text` in units of one Latin letter; Han characters and Chinese punctuation are two wide."""
    return sum(map(_WIDTHS.__getitem__, text))


def cut(text: str, width: int) -> str:
    """`text`, or as much of its start as is at most `width` wide followed by `…`. 0 means no cut."""
    if not width or len(text) * 2 <= width:
        return text
    for position, used in enumerate(accumulate(map(_WIDTHS.__getitem__, text))):
        if used > width:
            return text[:position].rstrip().rstrip("\u200d") + ELLIPSIS
    return text


@functools.lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone of a site; UTC where the name is unknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@functools.lru_cache(maxsize=4096)
def format_date(moment: datetime, pattern: str) -> str:
    """`moment` written by strftime's codes `%Y %y %m %d %e %H %M %S %B`; `%-m` drops the leading zero on any system."""
    if _PLAIN_PATTERN.fullmatch(pattern) and moment.year >= 1000:
        return moment.strftime(pattern)
    values = {
        "Y": f"{moment.year:04d}",
        "y": f"{moment.year % 100:02d}",
        "m": f"{moment.month:02d}",
        "d": f"{moment.day:02d}",
        "e": str(moment.day),
        "H": f"{moment.hour:02d}",
        "M": f"{moment.minute:02d}",
        "S": f"{moment.second:02d}",
        "B": _MONTHS[moment.month - 1],
        "%": "%",
    }

    def one(match: re.Match[str]) -> str:
        value = values[match[2]]
        return (value.lstrip("0") or "0") if match[1] and value.isdigit() else value

    return _DATE_CODE.sub(one, pattern)


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
