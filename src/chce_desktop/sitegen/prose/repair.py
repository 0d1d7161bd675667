"""What authors, importers and old portals left wrong in HTML, put right: pages keep the rules of the web.

The sanitiser decides what is harmless; here harmless elements are put where they may stand, so that validators find
nothing: blocks inside of words, items outside of lists, links without words, ids that stand twice, levels skipped.
Words are never lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape, unescape
from urllib.parse import unquote

from chce_desktop.sitegen.addresses import fit
from chce_desktop.sitegen.prose import tables
from chce_desktop.sitegen.prose.tree import Element, parsed, written
from chce_desktop.sitegen.typography import display_width, visible

_Nodes = list[Element | str]
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WORDS = frozenset(
    "a strong em b i u s del ins mark small sub sup code kbd samp q cite abbr dfn span ruby time".split()  # noqa: SIM905 - a table to read
)
_BLOCKS = _HEADINGS | frozenset(
    "p pre blockquote ul ol li dl dt dd table thead tbody tfoot tr th td caption figure figcaption div section details"  # noqa: SIM905 - words read better than a list of strings
    " summary hr address".split()
)
#: Blocks that an element around them can go into.
_SIMPLE = _HEADINGS | {"p", "div", "li", "dd", "figcaption"}
#: Where an element may stand; elsewhere it becomes a `div`.
_HOMES: Mapping[str, tuple[str, ...]] = {
    "li": ("ul", "ol"),
    "dt": ("dl",),
    "dd": ("dl",),
    "figcaption": ("figure",),
    "summary": ("details",),
}
_NOT_IN_ADDRESS = _HEADINGS | {"section", "address", "blockquote", "details"}
_ACTIVE = frozenset({"a", "video", "audio", "details"})
#: In units of one Latin letter.
_LONGEST_RUBY = 28
_NOT_WORDS = re.compile(r"[\W_]+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?")
_MIME = re.compile(r"(?:video|audio)/[a-z0-9.+-]+")
_SWITCHES = frozenset({"open", "controls", "reversed"})


def repaired(html: str, details: str) -> str:
    """Sanitised `html` as it may stand in a page; `details` heads what folds away and has no heading of its own."""
    root = parsed(html)
    _Repair(details).run(root)
    _level(root)
    _name(root)
    return written(root)


class _Repair:
    """Goes through a tree from the leaves to the root; each element says what stands in its place."""

    def __init__(self, details: str) -> None:
        self._details = details
        self._rules: dict[str, Callable[[Element], Sequence[Element | str]]] = {
            **dict.fromkeys(_WORDS, self._inline),
            **dict.fromkeys(_HEADINGS, self._heading),
            **dict.fromkeys(("ul", "ol"), self._list),
            **dict.fromkeys(("video", "audio"), self._player),
            "a": self._link,
            "img": lambda element: [element] if element.attributes.get("src") else [],
            "ruby": self._ruby,
            "rb": lambda element: element.children,
            "p": self._paragraph,
            "pre": self._flat,
            "dt": self._flat,
            "summary": self._summary,
            "caption": self._flat,
            "dl": self._terms,
            "table": tables.mended,
            "figure": self._figure,
            "details": self._folded,
            "address": self._address,
            "dfn": self._defined,
            "aside": lambda element: [Element("div", element.attributes, element.children)],
            "time": self._time,
        }

    def run(self, root: Element) -> None:
        """Repair everything below `root`."""
        order = [root, *root.walk()]
        replaced: dict[int, Sequence[Element | str]] = {}
        for element in reversed(order):  # an element stands before all that is in it
            children: _Nodes = []
            for child in element.children:
                children += [child] if isinstance(child, str) else replaced.pop(id(child))
            element.children = children
            self._adopt(element)
            _clean(element)
            rule = self._rules.get(element.tag)
            replaced[id(element)] = rule(element) if rule else [element]

    def _adopt(self, element: Element) -> None:
        """What may not stand in this element: becomes a block, or goes."""
        kept: _Nodes = []
        for child in element.children:
            if isinstance(child, str) or child.tag not in (*_HOMES, "rt", "rp", "source"):
                kept.append(child)
            elif child.tag in _HOMES:
                if element.tag not in _HOMES[child.tag]:
                    child.tag = "div"
                    child.attributes.pop("value", None)
                kept.append(child)
            elif child.tag == "source":
                kept += [child] if element.tag in ("video", "audio") else []
            else:
                kept += self._flat(child) if element.tag == "ruby" else child.children
        element.children = kept

    def _inline(self, element: Element) -> Sequence[Element | str]:
        """Words around blocks go into the blocks."""
        if not any(_is_block(child) for child in element.children):
            return [element]
        found: _Nodes = []
        run: _Nodes = []
        attributes = {name: value for name, value in element.attributes.items() if name != "id"}

        def end() -> None:
            if any(not isinstance(child, str) or child.strip() for child in run):
                found.append(Element(element.tag, dict(attributes), run.copy()))
            else:
                found.extend(run)
            run.clear()

        for child in element.children:
            if isinstance(child, str) or not _is_block(child):
                run.append(child)
                continue
            end()
            if child.tag in _SIMPLE and not any(map(_is_block, child.children)) and child.text.strip():
                child.children = [Element(element.tag, dict(attributes), child.children)]
            found.append(child)
        end()
        return found

    def _defined(self, element: Element) -> Sequence[Element | str]:
        """What is defined is so once."""
        inner = any(below.tag == "dfn" for below in element.walk())
        return element.children if inner else self._inline(element)

    def _link(self, element: Element) -> Sequence[Element | str]:
        name = element.attributes.pop("name", "")
        if name and "id" not in element.attributes:
            element.attributes["id"] = name
        inner = {below.tag for below in element.walk()}
        shown = "img" in inner or visible(element.text)
        if "href" in element.attributes and shown and not inner & _ACTIVE:
            return self._inline(element)
        anchor = [Element("span", {"id": element.attributes["id"]})] if element.attributes.get("id") else []
        return [*anchor, *element.children]

    def _ruby(self, element: Element) -> Sequence[Element | str]:
        """Base and reading alternate; brackets for old browsers go."""
        children = [child for child in element.children if isinstance(child, str) or child.tag != "rp"]
        last = max(
            (n for n, child in enumerate(children) if isinstance(child, Element) and child.tag == "rt"), default=-1
        )
        begun = last > 0 and (not isinstance(children[0], str) or children[0].strip() != "")
        if not begun or _tag(children[0]) == "rt" or any(_is_block(c) or _tag(c) == "ruby" for c in children):
            return [
                node for c in children for node in (c.children if isinstance(c, Element) and c.tag == "rt" else [c])
            ]
        element.children, rest = children[: last + 1], children[last + 1 :]
        if _widest(element.children) > _LONGEST_RUBY:  # no browser breaks the line within
            return [*_in_brackets(element.children), *rest]
        return [element, *rest]

    def _heading(self, element: Element) -> Sequence[Element | str]:
        self._flat(element)
        if visible(element.text) or any(below.tag == "img" and below.attributes.get("alt") for below in element.walk()):
            return [element]
        element.tag = "p"
        return self._paragraph(element)

    def _paragraph(self, element: Element) -> Sequence[Element | str]:
        self._flat(element)
        return [element] if any(not isinstance(child, str) or child.strip() for child in element.children) else []

    def _flat(self, element: Element) -> Sequence[Element | str]:
        """Where only words may stand, blocks become lines."""
        while any(_is_block(child) for child in element.children):
            flat: _Nodes = []
            for child in element.children:
                if isinstance(child, Element) and _is_block(child):
                    flat += ["\n", *child.children]
                else:
                    flat.append(child)
            element.children = flat
        return [element]

    def _summary(self, element: Element) -> Sequence[Element | str]:
        self._flat(element)
        if not visible(element.text):
            element.children.append(self._details)
        return [element]

    def _list(self, element: Element) -> Sequence[Element | str]:
        items: _Nodes = []
        last: Element | None = None
        for child in element.children:
            if isinstance(child, Element) and child.tag == "li":
                last = child
                items.append(child)
            elif (isinstance(child, str) and not child.strip()) or _tag(child) == "br":
                items += [child] if isinstance(child, str) else []
            elif last is not None:
                last.children.append(child)
            else:
                last = Element("li", {}, [child])
                items.append(last)
        element.children = items
        if element.tag == "ul":
            for item in items:
                if isinstance(item, Element):
                    item.attributes.pop("value", None)
        return [element] if last is not None else []

    def _terms(self, element: Element) -> Sequence[Element | str]:
        """A list of terms is one, or it is paragraphs."""
        kinds = " ".join(_tag(child) for child in element.children if not isinstance(child, str) or child.strip())
        if re.fullmatch(r"(?:(?:dt ?)+(?:dd ?)+)+", kinds):
            return [element]
        for child in element.children:
            if isinstance(child, Element) and child.tag in ("dt", "dd"):
                child.tag = "p" if child.tag == "dt" else "div"
        return element.children

    def _figure(self, element: Element) -> Sequence[Element | str]:
        captions = [child for child in element.children if _tag(child) == "figcaption"]
        for further in captions[1:]:
            if isinstance(further, Element):
                further.tag = "div"
        solid = [child for child in element.children if not isinstance(child, str) or child.strip()]
        if captions and solid and captions[0] not in (solid[0], solid[-1]):
            element.children = [*(child for child in element.children if child is not captions[0]), captions[0]]
        return [element] if solid else []

    def _folded(self, element: Element) -> Sequence[Element | str]:
        summaries = [child for child in element.children if isinstance(child, Element) and child.tag == "summary"]
        for further in summaries[1:]:
            further.tag = "div"
        first = summaries[0] if summaries else Element("summary", {}, [self._details])
        rest = [child for child in element.children if child is not first]
        if not summaries or _tag(element.children[0]) != "summary":
            element.children = [first, *rest]
        return [element]

    def _address(self, element: Element) -> Sequence[Element | str]:
        if any(below.tag in _NOT_IN_ADDRESS for below in element.walk()):
            element.tag = "div"
        return [element]

    def _player(self, element: Element) -> Sequence[Element | str]:
        sources: _Nodes = [
            c for c in element.children if isinstance(c, Element) and c.tag == "source" and "src" in c.attributes
        ]
        rest = [child for child in element.children if _tag(child) != "source"]
        if "src" in element.attributes:
            sources = []
        if "src" not in element.attributes and not sources:
            return rest
        element.attributes["controls"] = ""
        if any(map(_is_block, rest)):
            rest = [child for child in rest if isinstance(child, str)]
        element.children = [*sources, *rest]
        return [element]

    def _time(self, element: Element) -> Sequence[Element | str]:
        if not _is_moment(element.attributes.get("datetime", element.text)):
            element.tag = "span"
            element.attributes.pop("datetime", None)
        return self._inline(element)


def _tag(node: Element | str) -> str:
    return "" if isinstance(node, str) else node.tag


def _is_block(node: Element | str) -> bool:
    return not isinstance(node, str) and node.tag in _BLOCKS


def _is_moment(text: str) -> bool:
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _clean(element: Element) -> None:
    """Attributes as they may be written."""
    attributes = element.attributes
    if not attributes:
        return
    for name in _SWITCHES & attributes.keys():
        attributes[name] = ""
    if attributes.get("class") == "":
        del attributes["class"]
    if element.tag == "ol" and attributes.get("type", "1") not in ("1", "a", "A", "i", "I"):
        del attributes["type"]
    if element.tag == "source" and not _MIME.fullmatch(attributes.get("type", "video/mp4")):
        del attributes["type"]


def _widest(ruby: _Nodes) -> int:
    """The display width of the widest base or reading."""
    widths, base = [0], 0
    for child in ruby:
        text = unescape(child if isinstance(child, str) else child.text)
        if _tag(child) == "rt":
            widths += [base, display_width(text) // 2]  # readings are set in half the size
            base = 0
        else:
            base += display_width(text)
    return max(widths)


def _in_brackets(ruby: _Nodes) -> _Nodes:
    found: _Nodes = []
    for child in ruby:
        found += ["（", *child.children, "）"] if isinstance(child, Element) and child.tag == "rt" else [child]
    return found


def _level(root: Element) -> None:
    """The highest heading becomes `h2`, since the page's title is its `h1`; none is skipped on the way down."""
    headings = [element for element in root.walk() if element.tag in _HEADINGS]
    highest = min((int(heading.tag[1]) for heading in headings), default=2)
    previous = 1
    for heading in headings:
        previous = min(int(heading.tag[1]) - highest + 2, previous + 1, 6)
        heading.tag = f"h{previous}"


def _name(root: Element) -> None:
    """Each id once; links within the text lead to one, also where they were made for other programs' ids."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    links = []
    for element in root.walk():
        name = element.attributes.get("id")
        if name is not None:
            name = re.sub(r"\s+", "-", name)
            if name in taken or name in ("", "s-"):
                del element.attributes["id"]
            else:
                element.attributes["id"] = names[name] = name
                taken.add(name)
                names.setdefault(_loosely(name), name)
        if element.attributes.get("href", "").startswith("#"):
            links.append(element)
    for link in links:
        wanted = unquote(link.attributes["href"][1:])
        found = names.get(wanted) or names.get(_loosely(wanted))
        if found is None:
            del link.attributes["href"]
        elif found != wanted:
            link.attributes["href"] = f"#{escape(fit(unescape(found)).replace('#', '%23'))}"


def _loosely(name: str) -> str:
    return f"~{_NOT_WORDS.sub('', name.removeprefix('s-').casefold())}"
