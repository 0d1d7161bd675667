"""Marks that stand for something until a page is put together: Unicode noncharacters, which no text may contain."""

from __future__ import annotations

import re

#: The way from the page to the site's root, such as `../`.
ROOT = "\ufdd0"
#: `ARTICLE <id> END` is the address of another article.
ARTICLE = "\ufdd2"
END = "\ufdd3"
#: `LINE <number> LINE_END` is the number of the source line on which a block starts (preview only).
LINE = "\ufdd4"
LINE_END = "\ufdd5"
#: Blocks that were taken out of a text while the rest of it is parsed.
PLAIN = "\ufdd7"

#: Han characters and Chinese marks, for a character class. Quotes, dashes and dots count as Chinese: a line end beside
#: them is no space.
WIDE = (
    "\u2e80-\u2fff\u3000-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003ffff“”‘’…—·"
)

_PLANE_ENDS = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
#: What no page may hold: control characters, halves of characters, and the last two of every plane.
UNWANTED = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{_PLANE_ENDS}]")
NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")
#: What texts are made of besides ASCII, in the order of a pattern that must match the whole: Han characters, (ASCII),
#: the rest. None of it is unwanted or a mark. As the only class of such a pattern it is ten times as fast as a search
#: for what is unwanted.
HAN = "\u4e00-\u9fff\u3000-\u303f\uff00-\uffef"
USUAL = "\u2010-\u2027\u2030-\u205e\u00a1-\u024f\u2070-\u2fff\u3040-\u4dff\U0001f000-\U0001fbff\U00020000-\U0002fa1f"
_HARMLESS = re.compile(f"[{HAN}\n -~{USUAL}\t]*")
LINE_MARK = re.compile(f"{LINE}(\\d+){LINE_END}")
ARTICLE_MARK = re.compile(f"{ARTICLE}(\\d+){END}")


def clean(text: str) -> str:
    """`text` as it may enter: nothing in it can be taken for a mark, nor may stand in no page."""
    return text if is_harmless(text) else UNWANTED.sub("", NONCHARACTERS.sub("", text))


def publishable(text: str) -> str:
    """`text` without characters that no page may hold, and without marks that stand for nothing."""
    return text if is_harmless(text) else UNWANTED.sub("", NONCHARACTERS.sub("", text))


def public(text: str) -> bytes:
    """A page's text as it goes out: without characters that no page may hold, wherever they came from."""
    return publishable(text).encode("utf-8", "replace")


def is_harmless(text: str) -> bool:
    """Whether a text is made of usual characters only, as nearly all are: it holds nothing that no page may hold."""
    return _HARMLESS.fullmatch(text) is not None
