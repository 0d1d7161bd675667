"""Runs as Markdown: what `inline.read` reads as the same runs again, and the site shows as they look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from chce_desktop.domain.markdown.inline import BARE, BEFORE_BARE, BREAK, ENTITY, Run, Runs, joined

_RULE_LINE = re.compile(r"[-_=:| \t]+")
_ITEM_START = re.compile(r"(?:[-+*]|\d+\.)(?=[ \t]|$)")


def write(runs: Sequence[Run], *, cell: bool = False) -> str:
    """The runs as Markdown, in one line but for the breaks. `cell`: within a table, where `|` and breaks cannot be."""
    parts = _trimmed(joined(runs))
    text = ""
    index = 0
    while index < len(parts):
        group = [parts[index]]
        first = group[0]
        while (first.bold or first.italic) and index + len(group) < len(parts):
            run = parts[index + len(group)]
            if run.bold != first.bold or not (run.bold or run.italic):
                break
            group.append(run)
        following = parts[index + len(group)] if index + len(group) < len(parts) else None
        text += _emphasised(group, text, following)
        index += len(group)
    if cell:
        return text.replace(BREAK, " ").replace("|", "\\|").strip()
    # An ideographic space at the start of a line would begin a paragraph of its own.
    lines = [
        line.strip(" \t") if not number else line.strip(" \t\u3000") for number, line in enumerate(text.split(BREAK))
    ]
    while len(lines) > 1 and not lines[-1].strip("\u3000"):
        del lines[-1]
    while len(lines) > 1 and not lines[0].strip("\u3000"):
        del lines[0]
    return "  \n".join(_line_start(line) or "&nbsp;" for line in lines) if len(lines) > 1 else _line_start(lines[0])


def _trimmed(runs: Runs) -> list[Run]:
    """Blanks at the edge of an emphasis move out of it, since Markdown knows no other place for them."""
    result: list[Run] = []
    blanks = " \t\u3000\u00a0" + BREAK
    runs = joined(run if run.text.strip(blanks) or run.picture or run.raw else Run(run.text) for run in runs)
    for number, run in enumerate(runs):
        if not (run.bold or run.italic) or run.picture or run.raw or run.code:
            result.append(run)
            continue
        before = runs[number - 1] if number else Run("")
        after = runs[number + 1] if number + 1 < len(runs) else Run("")
        bare = run.text if _together(before, run) else run.text.lstrip(blanks)
        lead = run.text[: len(run.text) - len(bare)]
        core = bare if _together(run, after) else bare.rstrip(blanks)
        tail = bare[len(core) :]
        plain = replace(run, bold=False, italic=False)
        pieces = (
            replace(plain, text=lead, bold=run.bold and before.bold),
            replace(run, text=core),
            replace(plain, text=tail, bold=run.bold and after.bold),
        )
        for piece in pieces:
            for line_number, line in enumerate(piece.text.split(BREAK)):
                if line_number:
                    result.append(replace(plain, text=BREAK, link="", title=""))
                result.append(replace(piece, text=line))
    return list(joined(result))


def _together(one: Run, other: Run) -> bool:
    """Whether two neighbours stand within one emphasis, so that a blank between them is no edge."""
    if one.bold and other.bold:
        return one.italic == other.italic or not one.italic
    return one.italic and other.italic and one.bold == other.bold


def _emphasised(group: Sequence[Run], before: str, following: Run | None) -> str:
    """One group of runs that are bold together (or a single one), with marks where they are safe, else with tags."""
    if not group[0].bold and not group[0].italic:
        return "".join(_written(run, before, following) for run in group)
    inner = [replace(run, bold=False, italic=False) for run in group]
    texts = [_written(run, "", None) for run in inner]
    near = bool(following and (following.italic or following.bold)) or before.endswith(("*", ">", "\\"))
    plain_inside = not any("*" in text for text in texts)
    simple = len({run.italic for run in group}) == 1
    if near or not plain_inside or (not simple and not _nests(group)):
        tagged = [f"<em>{text}</em>" if run.italic else text for run, text in zip(group, texts, strict=True)]
        whole = "".join(tagged)
        return f"<strong>{whole}</strong>" if group[0].bold else whole
    if simple:
        mark = "*" * (2 * group[0].bold + group[0].italic)
        return f"{mark}{''.join(texts)}{mark}"
    marked = [f"*{text}*" if run.italic else text for run, text in zip(group, texts, strict=True)]
    return f"**{''.join(marked)}**"


def _nests(group: Sequence[Run]) -> bool:
    """Whether `**a *b* c**` can say it: one italic piece, with plain bold on both sides."""
    return (
        sum(run.italic for run in group) == 1
        and not group[0].italic
        and not group[-1].italic
        and all(run.text.strip() == run.text for run in group if run.italic)
    )


def _written(run: Run, before: str, following: Run | None) -> str:
    if run.picture:
        title = f' "{_quoted(run.title)}"' if run.title else ""
        place = f"{{.{run.place}}}" if run.place else ""
        return f"![{_alternative(run.text)}]({_address(run.picture)}{title}){place}"
    if run.raw:
        return run.raw
    if run.code:
        text = re.sub(r"[`\\\n\u2028]", "'", run.text).strip()
        written = f"`{text}`" if text else ""
        return f"[{_escaped(text)}]({_address(run.link)})" if run.link else written
    if not run.link or not run.text.strip():
        return _escaped(run.text)
    bare_ends = following is None or re.match(r"[^A-Za-z0-9\-._~:/?#@!$&*+,;=%]", following.text[:1] or " ")
    bare = run.text == run.link and not run.title and BARE.fullmatch(run.link) and not ENTITY.search(run.link)
    if bare and bare_ends and "*" not in run.link and not BEFORE_BARE.match(before[-1:]):
        return run.link
    title = f' "{_quoted(run.title)}"' if run.title else ""
    text = _escaped(run.text.replace(BREAK, " ").replace("`", "'"))
    text = re.sub(r"(?<!\\)((?:\\\\)*)([\[\]])", r"\1\\\2", text)  # a backslash that stands for itself escapes nothing
    text = text.replace("<", "&lt;").replace(">", "&gt;").replace("&#58;//", "://")
    return f"[{text}]({_address(run.link)}{title})"


def _escaped(text: str) -> str:
    """Text whose characters all stand for themselves."""
    text = text.replace("\\", "\\\\").replace("`", "\\`").replace("*", "\\*").replace("{", "\\{")
    text = re.sub(r"[\x00-\x09\x0b-\x1f\ufdd0-\ufdef]", " ", text).replace("\n", " ")
    text = ENTITY.sub(lambda m: f"&amp;{m.group()[1:]}", text).replace("&#", "&amp;#")
    text = re.sub(r"<(?=[A-Za-z/!?])|<$", "&lt;", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)|(?<=_)_|_(?=_)", r"\\_", text)
    text = re.sub(r"(?<![^\W_])(?<![@/.=\"'])(https?):(?=//)", r"\1&#58;", text)
    if text.count("[") != text.count("]") or text.endswith("]") or re.search(r"\][ ]?[\[(:]|\[\^", text):
        text = re.sub(r"[\[\]]", r"\\\g<0>", text)
    return re.sub(r"!(?=\[)|!$", r"\\!", text)


def _line_start(line: str) -> str:
    """A line that is not taken for a heading, an item, a quotation, a rule or a fence."""
    if line.startswith("\u3000"):
        bare = line.lstrip("\u3000 \t")
        return line[: len(line) - len(bare)] + _line_start(bare)
    if not line:
        return line
    if _RULE_LINE.fullmatch(line) or line.startswith(("~~~", "=")):
        return f"&#{ord(line[0])};{line[1:]}"
    item = _ITEM_START.match(line)
    if item:
        return f"{line[: item.end() - 1]}\\{line[item.end() - 1 :]}"
    if line[0] in "#>":
        return f"\\{line}"
    return re.sub(r"^\[(?=[^\]\n]+\]:)", r"\\[", line)


def _address(address: str) -> str:
    return (
        re.sub(r"[\s()<>\"'`\\{}]", lambda m: f"%{ord(m.group()):02X}", address)
        .replace("&amp;", "&")
        .replace("&", "%26" if ENTITY.search(address) else "&")
    )


def _alternative(text: str) -> str:
    return re.sub(r"[\[\]`*_\\<>&\n{}]", " ", text).strip()


def _quoted(text: str) -> str:
    return re.sub(r"[\"\n\\`<>&{}]", lambda m: "”" if m.group() == '"' else " ", text)
