"""The border between what an author may write and what a reader's browser is given."""

from __future__ import annotations

import re

import nh3

from chce_desktop.sitegen.addresses import fit, fit_link, safe_url
from chce_desktop.sitegen.prose.marks import ARTICLE, END, NONCHARACTERS, ROOT, UNWANTED

_TAGS = {
    "p",
    "br",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "strong",
    "em",
    "b",
    "i",
    "u",
    "s",
    "del",
    "ins",
    "mark",
    "small",
    "sub",
    "sup",
    "code",
    "kbd",
    "samp",
    "pre",
    "q",
    "cite",
    "abbr",
    "dfn",
    "span",
    "a",
    "blockquote",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "caption",
    "figure",
    "figcaption",
    "img",
    "div",
    "section",
    "aside",
    "details",
    "summary",
    "ruby",
    "rb",
    "rt",
    "rp",
    "video",
    "audio",
    "source",
    "time",
    "address",
}
_ATTRIBUTES: dict[str, set[str]] = {
    **{
        tag: {"id"} for tag in ("p", "div", "span", "section", "blockquote", "ul", "table", "figure", "dt", "dd", "sup")
    },
    "a": {"href", "title", "id", "name"},
    "img": {"src", "alt", "title"},
    "td": {"colspan", "rowspan", "id"},
    "th": {"colspan", "rowspan", "scope", "id"},
    "ol": {"start", "type", "reversed", "id"},
    "li": {"id", "value"},
    "abbr": {"title"},
    "q": {"cite"},
    "blockquote": {"cite"},
    "time": {"datetime"},
    "details": {"open"},
    "video": {"src", "controls", "poster"},
    "audio": {"src", "controls"},
    "source": {"src", "type"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_PLACED = {"left", "right", "center", "wide", "small"}
_CELL = {"align-left", "align-center", "align-right"}
_CLASSES: dict[str, set[str]] = {
    "img": _PLACED,
    "figure": _PLACED,
    "p": {"lead", "noindent", "center", "right", "signature"},
    "td": _CELL,
    "th": _CELL,
    "div": {"footnote", "center", "right", "note"},
    "a": {"footnote-ref", "footnote-backref", "button"},
    "span": {"nowrap"},
}
_LINED = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "pre",
    "blockquote",
    "dt",
    "dd",
    "figure",
]
_DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "title",
    "template",
    "textarea",
    "svg",
    "math",
    "iframe",
    "object",
    "noscript",
}
_SCHEMES = {"http", "https", "mailto", "tel", "article"}
#: Attributes that name a file or a page.
_FILES = {("img", "src"), ("video", "src"), ("video", "poster"), ("audio", "src"), ("source", "src")}
_MEDIA = re.compile(r"^(?:\.{0,2}/)*(media/[^\s\\]+)$")
_ARTICLE = re.compile(r"^article:(\d+)$")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]{1,8})|(\d{1,8}))(?![0-9A-Fa-f]);?")
#: Numbers that browsers take for characters of Windows-1252.
_WINDOWS = frozenset(range(0x80, 0xA0)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_CELL_STYLE = re.compile(
    r"<(td|th)\b(?![^>]*\bclass=)([^>]*?)\s(?:style=\"[^\">]*?text-align:\s*(left|center|right)\b[^\">]*\""
    r"|align=\"?(left|center|right)\"?)",
    re.IGNORECASE,
)


#: Languages by ISO 639-1, with the scripts and regions that Chinese and its neighbours are written with.
_LANGUAGE = re.compile(
    "(?:aa|ab|af|am|ar|as|az|ba|be|bg|bn|bo|br|bs|ca|cs|cy|da|de|dz|el|en|eo|es|et|eu|fa|fi|fj|fo|fr|fy|ga|gd|gl|gu|ha"
    "|he|hi|hr|hu|hy|id|ig|is|it|ja|jv|ka|kk|km|kn|ko|ku|ky|la|lb|lo|lt|lv|mg|mi|mk|ml|mn|mr|ms|mt|my|nb|ne|nl|nn|no|pa"
    "|pl|ps|pt|ro|ru|rw|sa|sd|si|sk|sl|so|sq|sr|su|sv|sw|ta|te|tg|th|ti|tk|tl|tr|tt|ug|uk|ur|uz|vi|wo|xh|yi|yo|za|zh|zu)"
    "(?:-(?:Hans|Hant|Latn|Cyrl|Arab|Mong|Tibt))?(?:-(?:CN|TW|HK|MO|SG|US|GB))?",
    re.IGNORECASE,
)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "lang":
        return value if _LANGUAGE.fullmatch(value) else None
    if name in ("id", "name"):
        return value if value.startswith(("s-", "fn:", "fnref:", "fnref")) else f"s-{value}"
    if (tag, name) in _FILES:
        return picture(value) if name != "poster" or _MEDIA.match(value) else None
    if name == "href":
        return address(value)
    if name == "cite":
        return address(value) if value.startswith(("https://", "http://")) else None
    if name in ("colspan", "rowspan"):
        return value if value.isascii() and value.isdigit() and 0 < int(value[:5]) <= 1000 else None
    if name in ("start", "value"):
        return value if re.fullmatch(r"-?\d{1,6}", value) else None
    return value


def picture(value: str) -> str | None:
    """The address of a picture, film or sound as it stands in a body; None where it may not."""
    media = _MEDIA.match(value)
    if media:
        return None if "/../" in value else ROOT + fit(media[1])
    return (safe_url(value) or None) if value.startswith(("https://", "http://")) else None


def address(value: str) -> str | None:
    """The address of a link as it stands in a body; None where it may not."""
    value = value.strip()
    media = _MEDIA.match(value)
    if media:
        return None if "/../" in value else ROOT + fit(media[1])
    article = _ARTICLE.match(value)
    if article:
        return f"{ARTICLE}{article[1]}{END}"
    if value.startswith("#"):
        target = value[1:]
        own = target if target.startswith(("s-", "fn:", "fnref")) else f"s-{target}"
        return "#" + fit(own).replace("#", "%23")
    return fit_link(value) or None


def _reference(match: re.Match[str]) -> str:
    """A numbered character; nothing where no page may hold it or where it would be one of our marks."""
    number = int(match[1], 16) if match[1] else int(match[2])
    if number in _WINDOWS:
        return match[0]
    character = chr(number) if number <= 0x10FFFF else "\0"
    return "" if UNWANTED.match(character) or NONCHARACTERS.match(character) else match[0]


def _cleaner(*, numbered: bool) -> nh3.Cleaner:
    attributes = {tag: set(names) for tag, names in _ATTRIBUTES.items()}
    if numbered:
        for tag in _LINED:
            attributes.setdefault(tag, set()).add("data-line")
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=attributes,
        attribute_filter=_attribute,
        allowed_classes=_CLASSES,
        strip_comments=True,
        link_rel=None,
        generic_attribute_prefixes=set(),
        url_schemes=_SCHEMES,
    )


_CLEANER = _cleaner(numbered=False)
_NUMBERED = _cleaner(numbered=True)


def sanitized(html: str, *, numbered: bool = False) -> str:
    """`html` reduced to what may stand in a page; media and article addresses become marks.

    With `numbered`, `data-line` of block elements stays.
    """
    html = _REFERENCE.sub(_reference, html)
    html = _CELL_STYLE.sub(lambda m: f'<{m[1]}{m[2]} class="align-{(m[3] or m[4]).lower()}"', html)
    return (_NUMBERED if numbered else _CLEANER).clean(html)
