"""What the visual editor shows, as HTML, to be compared with what the site makes of the same Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from chce_desktop.domain.markdown.blocks import Block
from chce_desktop.domain.markdown.inline import BREAK, Run, Runs
from chce_desktop.domain.markdown.kinds import Kind

_INLINE = re.compile(r"<(/?)(strong|em|code|a|br|img|sup)\b([^>]*)>")
_HREF = re.compile(r'href="([^"]*)"')


def spans(markup: str) -> list[tuple[str, bool, bool, bool, str]]:
    """The visible text of HTML, as (text, bold, italic, code, link) with neighbours of the same look as one."""
    found: list[tuple[str, bool, bool, bool, str]] = []
    depth = {"strong": 0, "em": 0, "code": 0}
    link = ""

    def add(text: str) -> None:
        if text:
            look = (depth["strong"] > 0, depth["em"] > 0, depth["code"] > 0, link)
            if found and found[-1][1:] == look:
                found[-1] = (found[-1][0] + text, *look)
            else:
                found.append((text, *look))

    place = 0
    for tag in _INLINE.finditer(markup):
        add(html.unescape(re.sub(r"<[^>]*>", "", markup[place : tag.start()])).replace("\n", " "))
        place = tag.end()
        closing, name = bool(tag[1]), tag[2]
        if name in depth:
            depth[name] += -1 if closing else 1
        elif name == "a":
            address = _HREF.search(tag[3])
            link = "" if closing or address is None else html.unescape(address[1]).replace("#s-", "#")
        elif name == "br":
            add(BREAK)
        elif name == "img":
            add("\ufffc")
    add(html.unescape(re.sub(r"<[^>]*>", "", markup[place:])).replace("\n", " "))
    tidy = [
        (re.sub(r"[ \u3000]+", " ", text).replace(f"{BREAK} ", BREAK).replace(f" {BREAK}", BREAK), look)
        for text, *look in found
    ]
    if tidy:
        tidy[0] = (tidy[0][0].lstrip(), tidy[0][1])
        tidy[-1] = (tidy[-1][0].rstrip(), tidy[-1][1])
    return [(text, bool(look[0]), bool(look[1]), bool(look[2]), str(look[3])) for text, look in tidy if text]


def shown(runs: Runs) -> str:
    """The HTML of runs."""
    return "".join(_shown(run) for run in runs)


def _shown(run: Run) -> str:
    text = html.escape(run.text).replace(BREAK, "<br>")
    if run.picture:
        return '<img src="">'
    if run.code:
        text = f"<code>{text}</code>"
    if run.italic:
        text = f"<em>{text}</em>"
    if run.bold:
        text = f"<strong>{text}</strong>"
    return f'<a href="{html.escape(run.link)}">{text}</a>' if run.link else text


def parts(block: Block) -> Sequence[str]:
    """The HTML of each line, item or cell of a block."""
    if block.kind is Kind.TABLE:
        return [shown(cell) for row in block.rows for cell in row]
    return [shown(line.runs) for line in block.lines]
