"""What can be seen in a text alone: numbers of persons, dates, headings, reprints. Spans count characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chce_desktop.domain.watchwords import folded


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text, with what to write there instead where that is clear."""

    start: int
    end: int
    suggestion: str | None = None


#: Nearly all texts hold no number that long, of whatever width its digits are.
_LONG_NUMBER = re.compile(r"\d{6}[ －-]?\d{5}")
_PHONE_LIKE = re.compile(r"\d{3}[ \u00a0\u3000－-]?\d{4}[ \u00a0\u3000－-]?\d{4}")
_YEAR = re.compile(r"\d{4}[./ －-]|[年月]")
_ID = re.compile(r"(?<![0-9a-z])([1-9]\d{5})[ -]?((?:18|19|20)\d{6})[ -]?(\d{3})[ -]?([\dx])(?![0-9a-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10x98765432"
#: A second number may follow a slash, as in 138…/139…; amounts and numbers of things are none of a telephone.
_MOBILE = re.compile(
    r"(?<![0-9a-z._=¥￥$-])(?<![^0-9]/)(?:\+?86[- ]?)?(1[3-9]\d)([- \u00a0\u3000]?)(\d{4})\2(\d{4})"
    r"(?! ?[0-9a-z元册份吨万亿])"
)
_DATE = re.compile(
    r"(?<![\d/._-])(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]"
    r"|(?<![\da-z/._=第-])(\d{4})([-/.])(\d{1,2})\5(\d{1,2})(?![\d/._-])"
    r"|(?P<year>[〇○零一二三四五六七八九]{4})年(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})[日号]"
    r"|(?<!\d)(?P<some_month>\d{1,2}) ?月 ?(?P<some_day>\d{1,2}) ?[日号]"
)
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_LEAP_YEAR = "2024"
_FIRST_YEAR = 1000
_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(?=\S)|[ \t]*$)", re.MULTILINE)
_SETEXT = re.compile(r"^(?P<text>[ ]{0,3}[^\s#>|*+-][^\n]*)\n {0,3}(?P<line>=+|-{2,})[ \t]*$", re.MULTILINE)
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]*>", re.IGNORECASE)
_REPRINT = re.compile(r"转载|转自|原载|轉載|轉自|原載")
#: “Do not reprint”, “name us when you reprint”: said about our own text.
_OF_OTHERS = re.compile(
    r"(?:请|需|须|不得|勿|禁止|谢绝|严禁|如需|如要|欢迎|允许|可|要|若|擅自|违规|任意|商业|媒体|网站|单位和个人)\s*(?:转载|转自)"
    r"|转载[,，、/及和或\s]*(?:请|须|需|务必|必须|时|者|或引用|摘编|权|率|量|使用|需要|敬请)"
)
_PERMITTED = re.compile(
    r"(?<!未经)(?<!未获)(?<!未得)(?<!未)(?<!无)(?:授权|许可|准许|獲授權|授權)(?!方|人|书面)|同意(?:转载|刊发|发布)|(?:授权|许可|同意)转载|经[^\n。]{1,20}(?:授权|许可|同意)"
)
_NOT_PERMITTED = re.compile(r"未经[^\n。]{0,20}(?:授权|许可|同意)|(?:未获|未得|无)[^\n。]{0,6}(?:授权|许可|同意)")
_ADDRESS = re.compile(r"(?:原文|来源|出处|链接|转载|转自|刊于|载于)[^\n]{0,40}https?://", re.IGNORECASE)


def id_numbers(text: str) -> Iterator[Span]:
    """Identity-card numbers of 18 digits with a real day of birth and the right check digit; masked ones suggested."""
    if _LONG_NUMBER.search(text) is None:
        return
    for match in _ID.finditer(folded(text)):
        region, born, order, check = match.groups()
        digits = region + born + order
        total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
        if _CHECK_DIGITS[total % 11] == check and _day(born[:4], born[4:6], born[6:]) is not None:
            yield Span(match.start(), match.end(), f"{region}********{order}{check.upper()}")


def mobile_numbers(text: str) -> Iterator[Span]:
    """Mobile phone numbers of mainland China; masked ones suggested."""
    if _PHONE_LIKE.search(text) is None:
        return
    for match in _MOBILE.finditer(folded(text)):
        yield Span(match.start(1), match.end(), f"{match[1]}****{match[4]}")


def dates(text: str) -> Iterator[tuple[Span, date | None]]:
    """Days written with year, month and day, in figures or in Han; None for a day that no calendar has.

    Days without a year are told only where no year has them.
    """
    if _YEAR.search(text) is None:
        return
    for match in _DATE.finditer(folded(text)):
        span = Span(match.start(), match.end())
        if match["some_month"]:
            if _day(_LEAP_YEAR, match["some_month"], match["some_day"]) is None:
                yield span, None
            continue
        if match["year"]:
            year = match["year"].translate(_HAN_DIGITS)
            month, day = _number(match["month"]), _number(match["day"])
        else:
            year, month, day = (match[1], match[2], match[3]) if match[1] else (match[4], match[6], match[7])
        if int(year) >= _FIRST_YEAR:
            yield span, _day(year, month, day)


def _number(han: str) -> str:
    """三十一 → 31; "0" for what is no number."""
    tens, ten, ones = han.rpartition("十")
    if not ten:
        return ones.translate(_HAN_DIGITS) if len(ones) == 1 else "0"
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return "0"
    return f"{tens.translate(_HAN_DIGITS) or '1'}{ones.translate(_HAN_DIGITS) or '0'}"


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def skipped_headings(text: str) -> Iterator[tuple[Span, int, int]]:
    """Headings more than one level below the one before, with both levels. `text` without its code."""
    found = [(match.start(), match.end(1), len(match[1])) for match in _ATX.finditer(text)]
    found += [
        (match.start(), match.end("text"), 1 if match["line"][0] == "=" else 2) for match in _SETEXT.finditer(text)
    ]
    found += [(match.start(), match.end(), int(match[1])) for match in _HTML_HEADING.finditer(text)]
    before = 0
    for start, end, level in sorted(found):
        if before and level > before + 1:
            line_end = text.find("\n", start)
            yield Span(start, max(end, len(text) if line_end < 0 else line_end)), before, level
        before = level


def reprint(texts: tuple[str, ...]) -> bool:
    """Whether any of the texts says that the article was taken from elsewhere."""
    return any(_REPRINT.search(_OF_OTHERS.sub("", text)) for text in texts)


def names_origin(text: str) -> bool:
    """Whether a text gives the address of a reprint's origin, or says that it was permitted."""
    return _ADDRESS.search(text) is not None or _PERMITTED.search(_NOT_PERMITTED.sub("", text)) is not None
