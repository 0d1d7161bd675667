"""Runs of text with emphasis and links, written as Markdown that reads well and means the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_BOLD = re.compile(r"bold|bolder|[6-9]00")
_HAN = "\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_SOFT_BREAK = re.compile(rf"(?<=[{_HAN}])[ \t]*[\r\n]\s*(?=[{_HAN}])")
_SOFT_BREAKS = re.compile(rf"(?<=[{_HAN}])[ \t\x00]*[\r\n][ \t\r\n\f\x00]*(?=[{_HAN}])")
_MARKED = re.compile("[\x00\x01]")
_INDENT = re.compile(r"[ \t\r\n]*(?:\u3000{2}|(?:[ ]?\u00a0){3})")
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0e-\x1f]")
_LINE_START = re.compile(r"^(#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|(?:```|~~~))", re.MULTILINE)
_NUMBER_START = re.compile(r"^(\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_SPECIAL = re.compile(r"[\\`*_&<\[!\]{]")
_RULE = re.compile(r"^([-_*])(?=[ \t]*(?:\1[ \t]*){2,}$)", re.MULTILINE)


class Run(NamedTuple):
    """Text with one look. `image`: a picture's address (`text` is then its alt text); `raw`: written as it is."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    mark: str = ""
    link: str = ""
    image: str = ""
    raw: bool = False


def weight(style: str) -> bool | None:
    """Whether a CSS font-weight is bold; None where nothing is said."""
    if not style:
        return None
    return _BOLD.fullmatch(style) is not None


def plain(text: str) -> str:
    """Text as HTML shows it: one space for any run of white space, none where a line broke between Han characters."""
    return _SPACE.sub(" ", _SOFT_BREAK.sub("", _INVISIBLE.sub("", text)))


def escape(text: str) -> str:
    """`text` so that Markdown shows it as it stands."""
    if not _SPECIAL.search(text):
        return text
    text = re.sub(r"([\\`*])", r"\\\1", text)
    text = re.sub(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\\_", text)
    text = re.sub(r"&(?=#?\w{1,31};)", "&amp;", text)
    text = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)
    text = re.sub(r"\[(?=\^)|!(?=\[)", r"\\\g<0>", text)
    text = re.sub(r"\](?=[(\[:])", r"\\]", text)
    return re.sub(r"\{(?=[:#.])", r"\\{", text)


def address(url: str) -> str:
    """`url` as it may stand between the parentheses of a Markdown link."""
    return re.sub(
        r"[\s<>()\"\\]", lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode()), url.strip()
    )


def write(runs: Iterable[Run], *, html: bool = False) -> str:
    """The Markdown (or, inside HTML tables, the HTML) of a paragraph: trimmed, without blank lines."""
    merged = _trimmed(_merged(_without_soft_breaks(list(runs))))
    if html:
        return "".join(_html(run) for run in merged).strip()
    written = "".join(_linked(merged)).strip(" \u3000\n")
    if "\n" in written:
        written = re.sub(r"[ \t\u3000]*\n[ \t\u3000]*", "  \n", written)
    written = _RULE.sub(r"\\\1", _LINE_START.sub(r"\\\1", written))
    return _NUMBER_START.sub(r"\1\\\2", written)


def paragraphs(runs: Iterable[Run]) -> Iterator[list[Run]]:
    """Cut where an empty line stands, or where a line begins with the indent of a paragraph.

    Old pages write their paragraphs so, within a single element.
    """
    part: list[Run] = []
    held: list[Run] = []  # line breaks, and white space behind them
    for run in runs:
        broken = run.raw and run.text == "\n"
        blank = not (run.raw or run.image or run.code or run.text.strip())
        if broken or (held and blank):
            held.append(run)
            continue
        if held:
            between = "".join(each.text for each in held if not each.raw) + ("" if run.raw or run.image else run.text)
            if sum(each.raw for each in held) > 1 or _INDENT.match(between):
                yield part
                part = []
            else:
                part += held
            held = []
        part.append(run)
    yield part


def _without_soft_breaks(runs: list[Run]) -> list[Run]:
    """Without the line breaks that the source has between Han characters, also where their looks differ."""
    if not any("\n" in run.text or "\r" in run.text for run in runs):
        return runs
    still = [run.raw or bool(run.image) or run.code for run in runs]
    texts = ("\x01" if fixed else _MARKED.sub("", run.text) for run, fixed in zip(runs, still, strict=True))
    joined = _SOFT_BREAKS.sub(lambda match: "\x00" * match.group().count("\x00"), "\x00".join(texts))
    return [
        run if fixed else run._replace(text=text)
        for run, fixed, text in zip(runs, still, joined.split("\x00"), strict=True)
    ]


def _merged(runs: Iterable[Run]) -> list[Run]:
    merged: list[Run] = []
    for run in runs:
        if merged and not run.image and not run.raw and merged[-1][1:] == run[1:]:
            merged[-1] = run._replace(text=merged[-1].text + run.text)
        else:
            merged.append(run)
    return merged


def _trimmed(runs: list[Run]) -> list[Run]:
    """Emphasis and links without white space at their edges; one space between words."""
    result: list[Run] = []
    for run in runs:
        if run.image or run.raw:
            result.append(run)
            continue
        text = run.text if run.code else plain(run.text)
        if not (run.bold or run.italic or run.link or run.mark or run.code):
            result.append(run._replace(text=text))
            continue
        core = text.strip(" \u3000")
        if not core:
            result.append(Run(text))
            continue
        lead, _, tail = text.partition(core)
        result += [Run(lead), run._replace(text=core), Run(tail)]
    return [run for run in result if run.text or run.image]


def _linked(runs: list[Run]) -> Iterable[str]:
    position = 0
    while position < len(runs):
        link = runs[position].link
        end = position
        while end < len(runs) and runs[end].link == link:
            end += 1
        inside = "".join(_emphasised(runs[position:end]))
        yield f"[{inside}]({address(link)})" if link and inside.strip() else inside
        position = end


def _emphasised(runs: list[Run], *, tags: bool = False) -> Iterable[str]:
    """Emphasis with stars, but by `tags` where stars would touch other stars: nobody can tell those apart."""
    position = 0
    before = ""
    while position < len(runs):
        run = runs[position]
        end = position + 1
        touching = tags or before.endswith("*")
        if run.bold:
            while end < len(runs) and runs[end].bold:
                end += 1
            inner = [each._replace(bold=False) for each in runs[position:end]]
            inside = "".join(_emphasised(inner))
            if not all(each.italic for each in inner) and (inside.startswith("*") or inside.endswith("*")):
                inside = "".join(_emphasised(inner, tags=True))
            written = f"<strong>{inside}</strong>" if touching else f"**{inside}**"
        elif run.italic:
            while end < len(runs) and runs[end].italic and not runs[end].bold:
                end += 1
            inside = "".join(_emphasised([each._replace(italic=False) for each in runs[position:end]]))
            written = f"<em>{inside}</em>" if touching else f"*{inside}*"
        else:
            written = _leaf(run)
        yield written
        before = written
        position = end


def _leaf(run: Run) -> str:
    if run.raw:
        return run.text
    if run.image:
        alt = escape(plain(run.text).strip()).replace("[", "\\[").replace("]", "\\]")
        return f"![{alt}]({address(run.image)})"
    if run.code:
        fence = "``" if "`" in run.text else "`"
        return f"{fence}{' ' if len(fence) > 1 else ''}{run.text}{' ' if len(fence) > 1 else ''}{fence}"
    text = escape(run.text)
    return f"<{run.mark}>{text}</{run.mark}>" if run.mark else text


def _html(run: Run) -> str:
    def quoted(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")

    if run.raw:
        return "<br>" if run.text == "\n" else run.text
    if run.image:
        return f'<img src="{quoted(address(run.image))}" alt="{quoted(plain(run.text).strip())}">'
    written = quoted(run.text)
    for tag, on in (("code", run.code), (run.mark, bool(run.mark)), ("em", run.italic), ("strong", run.bold)):
        if on:
            written = f"<{tag}>{written}</{tag}>"
    return f'<a href="{quoted(address(run.link))}">{written}</a>' if run.link else written
