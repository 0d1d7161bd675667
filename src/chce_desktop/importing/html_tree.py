"""Foreign HTML as a small tree of known elements, whatever was fed in: no scripts, never too deep, in linear time.

The usual parsers go quadratic on markup that was made to hurt (thousands of open elements, comments that never end),
and what is pasted can be that. This one knows the few elements that have a meaning in an article and looks at every
character once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape

BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    }
)
_INLINE = frozenset(
    {
        "a",
        "b",
        "br",
        "cite",
        "code",
        "del",
        "em",
        "i",
        "img",
        "kbd",
        "s",
        "small",
        "span",
        "font",
        "strike",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
    }
)
_KNOWN = BLOCKS | _INLINE
_VOID = frozenset({"br", "hr", "img"})
#: Their content is no text for readers. The first ones hold raw text: no markup counts before their end tag.
_RAW = frozenset(
    {"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript", "template"}
)
_DROPPED = frozenset(
    {"svg", "math", "xml", "object", "applet", "select", "button", "audio", "video", "canvas", "frameset"}
)
#: What a start tag ends by itself, and where the search for it stops.
_ENDS = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "table"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl", "table"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl", "table"})),
    "tr": (frozenset({"tr", "caption"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    **dict.fromkeys(
        ("thead", "tbody", "tfoot"), (frozenset({"thead", "tbody", "tfoot", "caption"}), frozenset({"table"}))
    ),
}
_ROWS = frozenset({"tr", "thead", "tbody", "tfoot"})
_ENDS_PARAGRAPH = BLOCKS - {"td", "th", "tr", "thead", "tbody", "tfoot", "caption"}
_DEEPEST = 60
_MOST_STEPS = 200
#: Characters of markup (data: pictures not counted) and elements that are read and written in about three seconds.
_LONGEST, _MOST_ELEMENTS = 5_000_000, 150_000

_DATA_ADDRESS = re.compile(r"data:image/[a-z+.-]+;base64,[A-Za-z0-9+/=\s%]{40,}", re.IGNORECASE)
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s=>/][^\s=>/]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_OPENING = re.compile(r"<(?=[A-Za-z!?/])")
_TAG_END = re.compile(r"[\s/]*>")


@dataclass(slots=True)
class Element:
    """One element; `has_blocks` tells whether any element below it is one of `BLOCKS`."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    has_blocks: bool = False
    _styles: dict[str, str] | None = field(default=None, repr=False, compare=False)

    def style(self, name: str) -> str:
        """The value of one CSS property of the `style` attribute, lower case, or an empty string."""
        if "style" not in self.attributes:
            return ""
        if self._styles is None:
            self._styles = {}
            for declaration in self.attributes["style"].lower().split(";"):
                key, _, value = declaration.partition(":")
                self._styles.setdefault(key.strip(), value.strip())
        return self._styles.get(name, "")

    def text(self) -> str:
        """All text below this element, line breaks included."""
        if self.tag == "br":
            return "\n"
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def parse(html: str) -> tuple[Element, list[str]]:
    """The tree below a nameless root, and the data: pictures that were taken out.

    A picture's `src` of the form `data:N` names entry N of the list. Raises ValueError for more markup (pictures not
    counted) than can be read in a few seconds.
    """
    data: list[str] = []

    def take(match: re.Match[str]) -> str:
        data.append(match.group())
        return f"data:{len(data) - 1}"

    light = _DATA_ADDRESS.sub(take, html) if "data:" in html else html
    if len(light) > _LONGEST:
        raise ValueError(len(light))
    builder = _Builder()
    _Reader(light, builder).read()
    return builder.root, data


class _Builder:
    def __init__(self) -> None:
        self.root = Element("")
        self._open = [self.root]
        self._too_deep = 0
        self._made = 0

    def text(self, text: str) -> None:
        self._open[-1].children.append(text)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag not in _VOID and len(self._open) > _DEEPEST:
            self._too_deep += 1
            return
        if tag in _ENDS:
            ended, stop = _ENDS[tag]
            self._end_open(lambda each: each in ended, lambda each: each in stop)
        if tag in _ROWS and not any(each.tag == "table" for each in self._open):
            self.start("table", {"border": "1"})  # spreadsheets put the fragment inside of the table
        if tag in _ENDS_PARAGRAPH:
            self._end_open(lambda each: each == "p", lambda each: each in BLOCKS)
        self._made += 1
        if self._made > _MOST_ELEMENTS:
            raise ValueError(self._made)
        element = Element(tag, attributes)
        self._open[-1].children.append(element)
        if tag in BLOCKS:
            for parent in reversed(self._open):
                if parent.has_blocks:
                    break
                parent.has_blocks = True
        if tag not in _VOID:
            self._open.append(element)

    def end(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._too_deep:
            self._too_deep -= 1
            return
        table = frozenset({"td", "th", "table"}) - {tag}
        self._end_open(lambda each: each == tag, lambda each: each in table)

    def _end_open(self, wanted: Callable[[str], bool], stop: Callable[[str], bool]) -> None:
        for index in range(len(self._open) - 1, 0, -1):
            if wanted(self._open[index].tag):
                del self._open[index:]
                return
            if stop(self._open[index].tag):
                return


class _Reader:
    """Cuts the text into tags and text. Whatever is never closed reaches to the end, as in a browser."""

    def __init__(self, html: str, builder: _Builder) -> None:
        self._html = html
        self._builder = builder
        self._at = 0

    def read(self) -> None:
        html, builder = self._html, self._builder
        while self._at < len(html):
            found = _OPENING.search(html, self._at)  # any other "<" is text
            opening = found.start() if found else len(html)
            if opening > self._at:
                builder.text(unescape(html[self._at : opening]))
            if found is None:
                return
            self._at = opening + 1
            following = html[opening + 1 : opening + 3]
            if following[:1] in ("!", "?") or (following[:1] == "/" and not following[1:].isalpha()):
                self._skip_past("-->" if html.startswith("<!--", opening) else ">")
            elif following[:1] != "/":
                self._start_tag(opening)
            else:
                name = _NAME.match(html, opening + 2)
                self._skip_past(">")
                if name and name.group().lower() in _KNOWN:
                    builder.end(name.group().lower())

    def _skip_past(self, mark: str) -> None:
        end = self._html.find(mark, self._at)
        self._at = len(self._html) if end < 0 else end + len(mark)

    def _start_tag(self, opening: int) -> None:
        name = _NAME.match(self._html, opening + 1)
        if name is None:  # a letter that is none of a-z
            self._builder.text("<")
            return
        tag = name.group().lower()
        attributes: dict[str, str] = {}
        self._at = name.end()
        for _ in range(_MOST_STEPS):
            end = _TAG_END.match(self._html, self._at)
            if end:
                self._at = end.end()
                break
            attribute = _ATTRIBUTE.match(self._html, self._at)
            if attribute is None:
                self._at += 1
                if self._at >= len(self._html):
                    return
                continue
            self._at = attribute.end()
            value = attribute.group(2) or ""
            if value[:1] in ('"', "'") and value[-1:] == value[:1] and len(value) > 1:
                value = value[1:-1]
            attributes.setdefault(attribute.group(1).lower(), unescape(value))
        else:
            self._skip_past(">")
        if tag in _RAW:
            self._skip_raw(tag)
        elif tag in _DROPPED:
            self._skip_dropped(tag)
        elif tag in _KNOWN:
            self._builder.start(tag, attributes)

    def _skip_raw(self, tag: str) -> None:
        end = re.compile(rf"</{tag}[^>]*>", re.IGNORECASE).search(self._html, self._at)
        self._at = end.end() if end else len(self._html)

    def _skip_dropped(self, tag: str) -> None:
        """To the end tag, or to a block of text that does not belong inside."""
        found = re.compile(rf"</{tag}\s*>|<(?:p|div|table|h[1-6]|ul|ol)\b", re.IGNORECASE).search(self._html, self._at)
        if found is None:
            self._at = len(self._html)
        else:
            self._at = found.end() if found.group().startswith("</") else found.start()
