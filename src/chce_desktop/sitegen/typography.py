"""How wide text is, where a title is cut, and how dates are written."""

from __future__ import annotations

import functools
import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

ELLIPSIS = "…"
_ZERO_WIDTH = ("Mn", "Me", "Cf")
_DATE_CODE = re.compile(r"%([-#]?)([YymdeHMSB%])")

#: What stands in a text and is not seen. No character may be read in two ways: that takes exponential time.
_INVISIBLE = re.compile(
    r"(?:[\s\x00-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f\ufdd0-\ufdef\ufffe\uffff]|&nbsp;)+"
)


def visible(text: str) -> bool:
    """Whether a reader sees anything of a text, escaped or not."""
    return _INVISIBLE.fullmatch(text) is None and text != ""


def shown(text: str) -> str:
    """A text without blanks around it; empty where a reader would see nothing of it."""
    return text.strip() if visible(text) else ""


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
    try:
        # GBK was made for screens on which a character is as many columns wide as it has bytes. None of them is without
        # width, so that more than `width` characters are certainly too wide.
        beginning = text[: width + 1].encode("gbk")
    except UnicodeEncodeError:
        return _cut(text, width)
    if len(beginning) <= width:
        return text
    return beginning[:width].decode("gbk", "ignore").rstrip() + ELLIPSIS


def _cut(text: str, width: int) -> str:
    """The same for any text, in more time."""
    sure = width // 2  # no character is wider than two
    used = sum(map(_WIDTHS.__getitem__, text[:sure]))
    for position in range(sure, len(text)):
        used += _WIDTHS[text[position]]
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


def format_date(moment: datetime, pattern: str) -> str:
    """`moment` written by strftime's codes `%Y %y %m %d %e %H %M %S %B`; `%-m` drops the leading zero on any system."""
    return _date_format(pattern).format(moment, moment.year % 100, _MONTHS[moment.month - 1])


@functools.lru_cache(maxsize=64)
def _date_format(pattern: str) -> str:
    """The pattern for `str.format`."""

    def one(match: re.Match[str]) -> str:
        written, digits = _DATE_CODES[match[2]]
        return f"{{{written}:0{digits}}}" if digits and not match[1] else f"{{{written}}}" if written != "%" else "%"

    return _DATE_CODE.sub(one, pattern.replace("{", "{{").replace("}", "}}"))


#: Code to what it means for `str.format`, and to how many digits it has at least.
_DATE_CODES = {
    "Y": ("0.year", 4),
    "y": ("1", 2),
    "m": ("0.month", 2),
    "d": ("0.day", 2),
    "e": ("0.day", 0),
    "H": ("0.hour", 2),
    "M": ("0.minute", 2),
    "S": ("0.second", 2),
    "B": ("2", 0),
    "%": ("%", 0),
}
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
