"""What Word, WPS, Outlook and LibreOffice mean by their own marks: numbered paragraphs, notes, changes, comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from chce_desktop.importing.html_tree import Element

_LEVEL = re.compile(r"\bl\d+ level(\d+)")
_HEADING = re.compile(r"\b(?:mso)?heading([1-6])\b", re.IGNORECASE)
_NOTE_MARK = re.compile(r"mso-(?:foot|end)note-id:\s*(\w+)", re.IGNORECASE)
_LIBRE_MARK = re.compile(r"#(sd(?:foot|end)note\d+)(?:sym|anc)$")
_LIBRE_NOTE = re.compile(r"sd(?:foot|end)note\d+$")
#: Numbers that Markdown's own can stand for: 1. 2) (3) 4、 1.2.3 a. iv)
_NUMBER = re.compile(
    r"[(（]?(?:(?:\d+\.)*(?P<digits>\d{1,4})(?P<end>[.)）、．]?)|(?P<letters>[a-z]|[ivx]{1,5})[.)）、．])",
    re.IGNORECASE,
)
#: Numbers that belong to the text of Chinese documents: 一、 （二） 第三条 ①
_HAN_NUMBER = re.compile(
    r"[(（]?第?[一二三四五六七八九十百千零〇两壹贰叁肆伍陆柒捌玖拾\d]+[章节条款项篇编]?[)）、.．]?|[①-⓿㈠-㈩⑴-⒇]"
)
_ROMAN = {"i": 1, "v": 5, "x": 10}
_COMMENTS = ("msocomanchor", "msocomtxt", "msocomoff", "msocommentreference", "msocommenttext", "msodel")


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item of a list that was written as a paragraph; `number` as it was shown, None for a bullet."""

    level: int
    number: int | None
    text: str


def heading_level(element: Element) -> int:
    """1 to 6 for a heading, else 0."""
    if re.fullmatch("h[1-6]", element.tag):
        return int(element.tag[1])
    if element.tag != "p":
        return 0
    named = _HEADING.search(element.attributes.get("class", ""))
    level = named.group(1) if named else element.style("mso-outline-level")
    return int(level) if level.isdecimal() and 1 <= int(level) <= 6 else 0


def label(element: Element) -> str | None:
    """The number or bullet that a word processor has put before a paragraph; None where it has put none."""
    if not element.style("mso-list"):
        return None
    parts = [part.text() for part in _ignored(element)]
    return re.sub(r"[\s\u00a0]+", "", "".join(parts)) if parts else None


def text_label(element: Element) -> str:
    """The label as a part of the text, for what is no list in Markdown; empty for bullets."""
    found = label(element) or ""
    if not (_NUMBER.fullmatch(found) or _HAN_NUMBER.fullmatch(found)) or (found.isalpha() and found.isascii()):
        return ""
    return found if found[-1] in "、）)．。" and not found.isascii() else f"{found} "


def list_level(element: Element) -> int:
    """The level of a paragraph that is an item of a list, 0 for any other."""
    level = _LEVEL.search(element.style("mso-list"))
    if element.tag not in ("p", "div") or level is None or heading_level(element):
        return 0
    found = label(element) or ""
    literal = _HAN_NUMBER.fullmatch(found) is not None and not _NUMBER.fullmatch(found)
    return 0 if literal else int(level.group(1))


def list_number(element: Element, before: int | None) -> int | None:
    """The number of a list's item, None for a bullet. `before`: the number of the item before, at this level."""
    match = _NUMBER.fullmatch(label(element) or "")
    if match is None:
        return None
    if match["digits"]:
        return int(match["digits"])
    letters = match["letters"].lower()
    roman = sum(
        -_ROMAN[a] if _ROMAN[a] < _ROMAN.get(b, 0) else _ROMAN[a] for a, b in pairwise(f"{letters} ") if a in _ROMAN
    )
    alphabetic = ord(letters) - ord("a") + 1 if len(letters) == 1 else 0
    if set(letters) <= set(_ROMAN) and alphabetic != (before or 0) + 1:
        return roman
    return alphabetic or roman


def lists(items: Iterable[ListItem]) -> Iterator[str]:
    """The Markdown of items that followed each other, a block for each list that begins anew."""
    items = list(items)
    lines: list[str] = []
    numbers: dict[int, int | None] = {}
    top = min((item.level for item in items), default=1)
    deepest = top - 1
    for item in items:
        level = min(item.level, deepest + 1)
        before = numbers.get(level)
        anew = level in numbers and (
            (item.number is None) != (before is None) or (item.number is not None and item.number != (before or 0) + 1)
        )
        if anew and level == top:
            yield "\n".join(lines)
            lines = []
        deepest = level
        numbers = {key: value for key, value in numbers.items() if key <= level}
        numbers[level] = item.number
        marker = "-" if item.number is None else f"{item.number}."
        indent = "    " * (level - top)
        lines.append(f"{indent}{marker} " + item.text.replace("\n", f"\n{indent}    "))
    if lines:
        yield "\n".join(lines)


def merged(blocks: Iterable[str]) -> Iterator[str]:
    """Blocks of Markdown in which lists that go on are one, and those that begin anew stay apart.

    Some programs write a list for each item, and a list that directly follows another would be read as one with it.
    An indented list is an inner one of the list before it.
    """
    held = ""
    for block in blocks:
        found = _LIST.match(block)
        if found is None:
            if held:
                yield held
                held = ""
            yield block
            continue
        tops = [match["number"] for match in _TOP_ITEM.finditer(held)]
        inner = bool(found["indent"])
        if not held:
            held = re.sub(f"^{found['indent']}", "", block, flags=re.MULTILINE)
        elif inner or (not found["number"] and not tops[-1]):
            held += f"\n{block}"
        elif found["number"] and tops[-1]:
            goes_on = int(found["number"]) == int(tops[0] or 1) + len(tops)
            if not goes_on:
                yield held
                yield APART
            held = f"{held}\n{block}" if goes_on else block
        else:
            yield held
            held = block
    if held:
        yield held


#: What keeps two lists of the same kind from being read as one.
APART = "<!-- -->"
_LIST = re.compile(r"(?P<indent> *)(?:-|(?P<number>\d+)\.) ")
_TOP_ITEM = re.compile(r"^(?:-|(?P<number>\d+)\.) ", re.MULTILINE)


def note_mark(element: Element) -> str:
    """The name of the note that a link refers to (or that it leads back from), empty for other links."""
    word = _NOTE_MARK.search(element.attributes.get("style", ""))
    if word:
        return word.group(1).removeprefix("ftn").removeprefix("_")
    libre = _LIBRE_MARK.search(element.attributes.get("href", ""))
    return libre.group(1).removeprefix("sdfootnote").removeprefix("sd") if libre else ""


def note_name(element: Element) -> str:
    """The name of the foot- or endnote that this element is, empty for any other."""
    name = element.attributes.get("id", "")
    if element.style("mso-element") in ("footnote", "endnote"):
        return name.removeprefix("ftn") or "1"
    return name.removeprefix("sdfootnote").removeprefix("sd") if _LIBRE_NOTE.match(name) else ""


def is_gone(element: Element) -> bool:
    """Whether an element is not part of the text: hidden, deleted in a tracked change, a comment on it."""
    attributes = element.attributes
    if not attributes:
        return False
    if element.style("display") == "none" or element.style("mso-hide") == "all":
        return True
    if element.style("mso-element") in ("comment", "comment-list"):
        return True
    if element.tag == "del" and ("datetime" in attributes or attributes.get("cite", "").startswith("mailto:")):
        return True
    return any(name in _COMMENTS for name in attributes.get("class", "").lower().split())


def is_label(element: Element) -> bool:
    """Whether an element holds the number or bullet of a paragraph, which `label` has read."""
    return element.style("mso-list") == "ignore"


def _ignored(element: Element) -> Iterator[Element]:
    for child in element.children:
        if isinstance(child, str):
            continue
        if is_label(child):
            yield child
        else:
            yield from _ignored(child)
