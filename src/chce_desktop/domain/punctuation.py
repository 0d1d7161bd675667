"""Number and punctuation tools of Chinese newsrooms. They leave code, addresses and markup of Markdown alone."""

from __future__ import annotations

import re
from collections.abc import Callable

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: Fenced code, code spans, HTML tags, link and image targets, bare addresses, attribute lists.
_KEPT = re.compile(
    r"^(?:```|~~~).*?^(?:```|~~~)[^\n]*$|`[^`\n]+`|<[^<>\n]+>|\]\([^)\n]*\)|https?://[^\s\u3000-\u9fff）]+|\{[:#.][^}\n]*\}",
    re.MULTILINE | re.DOTALL,
)
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_SENTENCE_END = re.compile(rf"(?<=[{_HAN}”）》」])\.(?=\s*(?:$|[{_HAN}“”\"'\n]))", re.MULTILINE)
_AFTER_HAN = re.compile(rf"(?<=[{_HAN}”’）》」])[ ]?([,;:?!])[ ]?")
_PARENTHESES = re.compile(rf"\(([^()\n]*[{_HAN}][^()\n]*)\)")
_HAN_LATIN = re.compile(rf"(?<=[{_HAN}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[{_HAN}])")
_HAN_SPACE = re.compile(rf"(?<=[{_HAN}])[ ]+(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])[ ]+(?=[{_HAN}])")
_HALF = {full: half for half, full in _FULL.items()} | {"。": ".", "、": ","}
_FULL_MARK = re.compile(r"([，；：？！（）。、])[ ]?(?=([\w“‘（])?)")
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")
_SINGLE = re.compile(r"(?<![A-Za-z0-9'])'([^'\n]+)'(?![A-Za-z0-9'])")
_WIDE_LETTERS = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}


def spaced(text: str) -> str:
    """One space between Han characters and Latin letters or digits."""
    return outside_markup(text, lambda part: _HAN_LATIN.sub(" ", _HAN_SPACE.sub("", part)))


def unspaced(text: str) -> str:
    """No space between Han characters and Latin letters or digits."""
    return outside_markup(text, lambda part: _HAN_SPACE.sub("", part))


def full_width(text: str) -> str:
    """Chinese punctuation where Chinese text has half-width marks; digits and Latin letters half-width."""

    def change(part: str) -> str:
        part = part.translate(_WIDE_LETTERS)
        part = _AFTER_HAN.sub(lambda match: _FULL[match.group(1)], part)
        part = _PARENTHESES.sub(r"（\1）", part)
        return _SENTENCE_END.sub("。", part)

    return outside_markup(text, change)


def half_width(text: str) -> str:
    """Half-width punctuation with a space after it, as English text has it; quotes straight."""

    def change(part: str) -> str:
        part = part.translate(_WIDE_LETTERS)
        part = _FULL_MARK.sub(
            lambda match: _HALF[match.group(1)] + (" " if match.group(2) and match.group(1) != "（" else ""), part
        )
        return part.translate(_STRAIGHT)

    return outside_markup(text, change)


def quoted(text: str) -> str:
    """Chinese quotes “ ” and, within them, ‘ ’ in place of straight ones, as far as a line has pairs of them."""

    def change(part: str) -> str:
        return "\n".join(_paired(line) for line in part.split("\n"))

    return outside_markup(text, change)


def _paired(line: str) -> str:
    if line.count('"') % 2 == 0 and '"' in line:
        pieces = line.split('"')
        line = "".join(piece + ("" if n == len(pieces) - 1 else "“”"[n % 2]) for n, piece in enumerate(pieces))
    # An apostrophe stands between Latin letters; a single quote does not.
    return _SINGLE.sub(r"‘\1’", line)


def outside_markup(text: str, change: Callable[[str], str]) -> str:
    """`text` with `change` applied to what is neither code nor address nor markup."""
    parts, position = [], 0
    for match in _KEPT.finditer(text):
        parts += [change(text[position : match.start()]), match.group()]
        position = match.end()
    return "".join([*parts, change(text[position:])])
