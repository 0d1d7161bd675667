"""Dates in the forms that people write."""

from __future__ import annotations

import email.utils
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_MONTHS = {
    name: number + 1
    for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")

_TIME = r"""
    (?:
      (?P<half>上午|中午|下午|晚上|早上|凌晨)? \s*
      (?P<hour>\d{1,2}) \s* [:时点] \s*
      (?: (?P<minute>\d{1,2}) \s* 分? (?: \s* :? \s* (?P<second>\d{1,2}) (?:[.,]\d+)? \s* 秒? )? )?
      \s* (?P<noon>[ap]\.?m\.?)? \s*
      (?P<zone> z | utc | gmt | (?: utc | gmt )? [+-]\d{1,2} (?: :?\d{2} )? (?: \s+ [a-z]{3,5} )? )?
    )?
"""
_WEEKDAY = r"(?: \(?(?:星期|周|礼拜)[一二三四五六日天]\)? )?"
_FORMS = tuple(
    re.compile(rf"\s* {date} \s* {_WEEKDAY} [\s,t]* {_WEEKDAY} \s* {_TIME} \s*", re.VERBOSE)
    for date in (
        r"(?P<year>\d{4}) \s*[-/.年]\s* (?P<month>\d{1,2}) \s*[-/.月]\s* (?P<day>\d{1,2}) \s*[日号]?",
        r"(?P<year>\d{4}) (?P<month>\d\d) (?P<day>\d\d)",
        r"(?P<month>[a-z]{3,9})\.? \s* (?P<day>\d{1,2}) (?:st|nd|rd|th)? \s*,?\s* (?P<year>\d{4})",
        r"(?P<day>\d{1,2}) (?:st|nd|rd|th)? \s*[- ]\s* (?P<month>[a-z]{3,9})\.? \s*[-, ]\s* (?P<year>\d{4})",
        r"(?P<year>\d{4}) \s*[-/.年]\s* (?P<month>\d{1,2}) \s*月?",
        r"(?P<year>\d{4}) \s* 年?",
    )
)
_COMPACT_TIME = re.compile(r"(\d{8})[ t-]?(\d{2})(\d{2})(\d{2})?(z)?")
_FILE_NAME = re.compile(
    r"(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{4}_\d{1,2}_\d{1,2}|\d{4}\.\d{1,2}\.\d{1,2}|\d{8}|\d{4}年\d{1,2}月\d{1,2}日)"
    r"(?:[-_ .—]+|(?=[^\d\s-])|$)"
)


def parse_date(text: str, local: tzinfo) -> datetime | None:
    """The moment that `text` names, in UTC; what has no zone is taken as `local` time, a bare date as its midnight.

    None for anything else, and for dates that no article has (before 1900, after 2199).
    """
    text = unicodedata.normalize("NFKC", text).strip().lower()
    if not text or len(text) > 80:
        return None
    if re.fullmatch(r"\d{9,10}|\d{12,13}", text):
        return _from_unix(int(text))
    if re.search(r"[〇零○一二三四五六七八九十]{1,4}[年月日号]", text):
        text = _arabic(text)
    if compact := _COMPACT_TIME.fullmatch(text):
        day, hour, minute, second, zulu = compact.groups()
        text = f"{day} {hour}:{minute}:{second or '00'}{zulu or ''}"
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is not None:
            moment = _moment(match.groupdict(), local)
            if moment is not None:
                return moment
    return _from_mail(text, local)


def split_file_name(stem: str, local: tzinfo) -> tuple[datetime | None, str]:
    """The date that a file's name begins with (`2024-01-18-title`), and the rest of the name."""
    match = _FILE_NAME.match(stem)
    if match is None:
        return None, stem
    moment = parse_date(match["date"].replace("_", "-"), local)
    if moment is None:
        return None, stem
    return moment, stem[match.end() :]


def _moment(parts: dict[str, str | None], local: tzinfo) -> datetime | None:
    month = parts.get("month") or "1"
    try:
        number = int(month) if month.isdigit() else _MONTHS[month[:3]]
        day = datetime(int(parts["year"] or 0), number, int(parts.get("day") or 1), tzinfo=_zone(parts["zone"], local))
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            return None
        hour = int(parts["hour"] or 0)
        if hour < 12 and (parts["half"] in ("下午", "晚上") or (parts["noon"] or "").startswith("p")):
            hour += 12
        elif hour == 12 and (parts["half"] == "凌晨" or (parts["noon"] or "").startswith("a")):
            hour = 0
        if hour == 24:
            day, hour = day + timedelta(days=1), 0
        moment = day.replace(hour=hour, minute=int(parts["minute"] or 0), second=int(parts["second"] or 0))
    except (KeyError, ValueError):
        return None
    return moment.astimezone(UTC)


def _zone(text: str | None, local: tzinfo) -> tzinfo:
    if text is None:
        return local
    match = re.search(r"([+-])(\d{1,2}):?(\d{2})?(?:\s+[a-z]+)?$", text)
    if match is None:
        return UTC
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-offset if match[1] == "-" else offset)


def _from_unix(number: int) -> datetime:
    return datetime.fromtimestamp(number / 1000 if number > 10**11 else number, UTC).replace(microsecond=0)


def _from_mail(text: str, local: tzinfo) -> datetime | None:
    """RFC 5322: `Thu, 18 Jan 2024 10:00:00 +0800`."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=local)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _arabic(text: str) -> str:
    """二〇二四年一月十八日 → 2024年1月18日. Weekdays (星期一) stay."""

    def number(match: re.Match[str]) -> str:
        han, unit = match.groups()
        if "十" not in han:
            return str(han.translate(_DIGITS)) + unit
        tens, _, ones = han.partition("十")
        return str(10 * int(tens.translate(_DIGITS) or 1) + int(ones.translate(_DIGITS) or 0)) + unit

    try:
        return re.sub(r"(?<![期周])([〇零○一二三四五六七八九十]{1,4})([年月日号])", number, text)
    except ValueError:
        return text
