"""The text within a block: runs that have one look each. The rules are those of the site's own Markdown.

`read` is careful rather than complete: it returns None for anything whose meaning on the page it is not sure of, and
the block is then protected. `inline_writer.write` is its opposite.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

#: A line break within a paragraph, in the text of a run.
BREAK = "\u2028"
#: Characters beside which a line end is no space (as `sitegen.prose.marks.WIDE`).
_WIDE = re.compile(
    "[\u2e80-\u2fff\u3000-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003ffff“”‘’…—·]"
)
_ESCAPABLE = "\\`*_{}[]()>#+-.!|"
_PLAIN = re.compile(r"[^\\`!\[\]<&*_\n{h\x00-\x1f\ufdd0-\ufdef]+")
_CODE = re.compile(r"`([^`\n\\]+)`(?!`)")
_ADDRESS_PART = r"([^()\s<>\"'`\\&{}]+)(?:[ ]+\"([^\"\n\\`<>&{}]*)\")?"
_PICTURE = re.compile(rf"!\[([^\[\]`*_\\<>&\n{{}}]*)\]\({_ADDRESS_PART}\)(\{{\.(?:left|right|center|wide)\}})?")
_LINK = re.compile(rf"\[((?:\\[{re.escape(_ESCAPABLE)}]|[^\[\]`<>\\\n])+)\]\({_ADDRESS_PART}\)")
_NOTE = re.compile(r"\[\^([\w-]+)\]")
_AUTOLINK = re.compile(r"<(https?://[^<>\s\"'`*_\\]+)>")
_TAG = re.compile(r"<(strong|em)>")
#: A bare address, which the site makes a link of unless `BEFORE_BARE` stands before it.
BARE = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&*+,;=%]*[A-Za-z0-9\-_~/#=&%]")
BEFORE_BARE = re.compile(r"[\w@/.=\"']")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_STARS = re.compile(r"\*+")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,2})(?![_\s])([^_*\n]+?)(?<!\s)\1(?![\w_])")
_REFERENCE = re.compile(r"\[[^\]\n]*\][ ]?[(\[:]|\[\^")
_ATTRIBUTES = re.compile(r"\{[:#.]")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text with one look. `text` holds `BREAK` for a line break.

    `raw`: the Markdown that stands for it, kept as it is (a note's reference, an entity). `picture`: the run is a
    picture with this address; `text` is then its alternative text and `title` its caption, `place` its class.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""
    title: str = ""
    raw: str = ""
    picture: str = ""
    place: str = ""

    @property
    def look(self) -> tuple[object, ...]:
        """Everything but the text."""
        return (self.bold, self.italic, self.code, self.link, self.title, self.raw, self.picture, self.place)


Runs = tuple[Run, ...]


def read(text: str) -> Runs | None:
    """The runs of a block's text, None where its look on the page is not certain."""
    if _ATTRIBUTES.search(text) and not _PICTURE.fullmatch(text.strip()):
        return None
    reader = _Reader(text)
    found = reader.runs(Run(""))
    return None if found is None else joined(found)


def joined(runs: Iterable[Run]) -> Runs:
    """The runs, neighbours of the same look as one, empty ones left out."""
    result: list[Run] = []
    for run in runs:
        if not run.text and not run.picture:
            continue
        if result and result[-1].look == run.look and not run.raw and not run.picture:
            result[-1] = replace(run, text=result[-1].text + run.text)
        else:
            result.append(run)
    return tuple(result)


class _Reader:
    """Reads once, from left to right. Each rule answers with the position behind it, or None for "not certain"."""

    def __init__(self, text: str, *, in_link: bool = False) -> None:
        self._text = text
        self._in_link = in_link
        self._stars = text.count("*")
        self._underscores = text.count("_")

    def runs(self, look: Run) -> list[Run] | None:
        """All runs, each with at least the look of `look`."""
        found: list[Run] = []
        rules: dict[str, Callable[[int, Run, list[Run]], int | None]] = {
            "\\": self._escape,
            "`": self._code,
            "!": self._exclamation,
            "[": self._bracket,
            "]": self._literal,
            "<": self._angle,
            "&": self._ampersand,
            "*": self._star,
            "_": self._underscore,
            "\n": self._line_end,
            "{": self._literal,
            "h": self._address,
        }
        place = 0
        while place < len(self._text):
            plain = _PLAIN.match(self._text, place)
            if plain:
                found.append(replace(look, text=plain.group()))
                place = plain.end()
                continue
            rule = rules.get(self._text[place])
            after = rule(place, look, found) if rule is not None else None
            if after is None:
                return None
            place = after
        return found

    def _literal(self, place: int, look: Run, found: list[Run]) -> int | None:
        found.append(replace(look, text=self._text[place]))
        return place + 1

    def _escape(self, place: int, look: Run, found: list[Run]) -> int | None:
        following = self._text[place + 1 : place + 2]
        if following and following in _ESCAPABLE:
            found.append(replace(look, text=following))
            return place + 2
        return None if following in ("\n", "") else self._literal(place, look, found)

    def _code(self, place: int, look: Run, found: list[Run]) -> int | None:
        match = _CODE.match(self._text, place)
        if match is None or match[1] != match[1].strip() or look.link:
            return None
        found.append(replace(look, text=match[1], code=True))
        return match.end()

    def _exclamation(self, place: int, look: Run, found: list[Run]) -> int | None:
        if self._text[place + 1 : place + 2] != "[":
            return self._literal(place, look, found)
        match = _PICTURE.match(self._text, place)
        if match is None or look.bold or look.italic or look.link:
            return None
        alone = match.end() - match.start() == len(self._text.strip())
        if self._text[match.end() : match.end() + 1] == "{" or (match[4] and not alone):
            return None
        place_class = match[4][2:-1] if match[4] else ""
        found.append(Run(match[1].strip(), picture=match[2], title=match[3] or "", place=place_class))
        return match.end()

    def _bracket(self, place: int, look: Run, found: list[Run]) -> int | None:
        note = _NOTE.match(self._text, place)
        if note is not None:
            found.append(replace(look, text=note[1], raw=note.group()))
            return None if look.link else note.end()
        match = _LINK.match(self._text, place)
        if match is None or self._in_link:
            return None if self._may_be_link(place) else self._literal(place, look, found)
        inner = _Reader(match[1], in_link=True).runs(replace(look, link=match[2], title=match[3] or ""))
        if inner is None or not match[1].strip() or self._text[match.end() : match.end() + 1] == "{":
            return None
        found += inner
        return match.end()

    def _may_be_link(self, place: int) -> bool:
        """Whether the bracket that opens here closes before something that would make a link of it."""
        if _REFERENCE.match(self._text, place):
            return True
        depth = 0
        for index in range(place, len(self._text)):
            depth += {"[": 1, "]": -1}.get(self._text[index], 0)
            if depth == 0:
                return self._text[index + 1 : index + 2] in ("(", "[", ":")
        return False

    def _angle(self, place: int, look: Run, found: list[Run]) -> int | None:
        link = _AUTOLINK.match(self._text, place)
        if link is not None and not self._in_link:
            found.append(replace(look, text=link[1], link=link[1]))
            return link.end()
        tag = _TAG.match(self._text, place)
        if tag is not None:
            end = self._text.find(f"</{tag[1]}>", tag.end())
            inside = self._text[tag.end() : end] if end >= 0 else ""
            wanted = replace(look, bold=True) if tag[1] == "strong" else replace(look, italic=True)
            inner = _Reader(inside, in_link=self._in_link).runs(wanted) if inside.strip() else None
            if inner is None or f"<{tag[1]}>" in inside or wanted == look:
                return None
            found += inner
            return end + len(f"</{tag[1]}>")
        following = self._text[place + 1 : place + 2]
        return None if re.match(r"[A-Za-z/!?]", following) else self._literal(place, look, found)

    def _ampersand(self, place: int, look: Run, found: list[Run]) -> int | None:
        match = ENTITY.match(self._text, place)
        if match is None:
            numbered = self._text[place + 1 : place + 2] == "#"  # browsers read it without a semicolon too
            return None if numbered else self._literal(place, look, found)
        character = html.unescape(match.group())
        if len(character) != 1 or ord(character) < 32 or character == "\ufffd":
            return None
        raw = "" if character.isascii() else match.group()
        found.append(replace(look, text=character, raw=raw))
        return match.end()

    def _star(self, place: int, look: Run, found: list[Run]) -> int | None:
        stars = _STARS.match(self._text, place)
        width = len(stars.group()) if stars else 0
        before, after = self._text[place - 1 : place], self._text[place + width : place + width + 1]
        if width <= 3 and not before.strip() and not after.strip():
            found.append(replace(look, text="*" * width))  # between blanks it is no emphasis
            return place + width
        if self._stars == 1:
            return self._literal(place, look, found)
        if width > 3 or look.italic or (look.bold and width > 1):
            return None
        return self._emphasis(place, width, look, found)

    def _emphasis(self, place: int, width: int, look: Run, found: list[Run]) -> int | None:
        start = place + width
        end = self._text.find("*" * width, start)
        if width == 2 and self._text[end : end + 3] == "***":  # may hold `*…*`, never more
            return None
        if end < 0 or self._text[end + width : end + width + 1] == "*":
            return None
        inside = self._text[start:end]
        inner_stars = inside.count("*")
        if not _balanced(inside):
            return None
        if not inside.strip() or inside != inside.strip() or "\n" in inside or (inner_stars and width != 2):
            return None
        if inner_stars not in (0, 2) or (inner_stars and (inside[0] == "*" or inside[-1] == "*")):
            return None
        wanted = replace(look, bold=look.bold or width >= 2, italic=look.italic or width in (1, 3))
        inner = _Reader(inside, in_link=self._in_link).runs(wanted)
        if inner is None:
            return None
        found += inner
        return end + width

    def _underscore(self, place: int, look: Run, found: list[Run]) -> int | None:
        before, after = self._text[place - 1 : place], self._text[place + 1 : place + 2]
        within_word = bool(
            re.fullmatch(r"\w", before) and before != "_" and re.fullmatch(r"\w", after) and after != "_"
        )
        if within_word or (not before.strip() and not after.strip()) or self._underscores == 1:
            return self._literal(place, look, found)
        match = _UNDERSCORES.match(self._text, place)
        if match is None or look.bold or look.italic or self._underscores != 2 * len(match[1]):
            return None
        if not _balanced(match[2]):
            return None
        wanted = replace(look, bold=True) if len(match[1]) == 2 else replace(look, italic=True)
        inner = _Reader(match[2], in_link=self._in_link).runs(wanted)
        if inner is None:
            return None
        found += inner
        return match.end()

    def _line_end(self, place: int, look: Run, found: list[Run]) -> int | None:
        before = self._text[:place]
        after = self._text[place + 1 :].lstrip(" ")
        if not after or after[0] in "\n\u3000" or look.link:
            return None
        blanks = len(before) - len(before.rstrip(" "))
        if blanks and found and found[-1].text.endswith(" "):
            found[-1] = replace(found[-1], text=found[-1].text.rstrip(" "))
        if blanks >= 2:
            text = BREAK
        else:
            last = before.rstrip(" ")[-1:]
            # Beside marks of Markdown the page looks at the text within them: let the source show it.
            if last in "*_`)]>" or after[0] in "*_`[!<\\&":
                return None
            text = "" if _WIDE.match(last) and _WIDE.match(after[0]) else " "
        found.append(replace(look, text=text))
        return len(self._text) - len(after)

    def _address(self, place: int, look: Run, found: list[Run]) -> int | None:
        match = BARE.match(self._text, place)
        if match is None or self._in_link or BEFORE_BARE.match(self._text[place - 1 : place]):
            return self._literal(place, look, found)
        if "*" in match.group() or ENTITY.search(match.group()):
            return None
        found.append(replace(look, text=match.group(), link=match.group()))
        return match.end()


def _balanced(text: str) -> bool:
    """Whether no bracket of `text` can be half of a link that reaches out of it."""
    bare = re.sub(r"\\.", "", text)
    return bare.count("[") == bare.count("]")
