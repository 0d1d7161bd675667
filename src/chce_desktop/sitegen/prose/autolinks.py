"""Words of the site's table that become links in every article."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence

from chce_desktop.domain.watchwords import Matcher
from chce_desktop.domain.wordbook import AutoLink
from chce_desktop.sitegen.addresses import fit
from chce_desktop.sitegen.prose.marks import ARTICLE, END, ROOT

_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-z0-9]+)")
_ENTITY = re.compile(r"&[#\w]+;")
#: Within these nothing becomes a link.
_BARRED = frozenset(
    {"a", "h1", "h2", "h3", "h4", "h5", "h6", "code", "pre", "kbd", "samp", "figcaption", "summary", "rt", "rp"}
)


class AutoLinker:
    """Puts links into rendered HTML: the longest word at each place, each word at most `times` times in a body."""

    def __init__(self, links: Sequence[AutoLink], times: int) -> None:
        self._addresses = {html.escape(link.word, quote=False): _address(link.address) for link in links if times}
        self._matcher = Matcher(self._addresses)
        self._times = times
        #: What the outcome depends on besides the body.
        self.key = repr((sorted(self._addresses.items()), times)) if self._addresses else ""

    def __bool__(self) -> bool:
        return bool(self._addresses)

    def linked(self, body: str) -> str:
        """The body with links; marks of addresses are filled in later with all others."""
        if not self._matcher.find(body):
            return body
        used: Counter[str] = Counter()
        barred = 0
        parts = _TAG.split(body)
        for number, part in enumerate(parts):
            if number % 2:
                name = _NAME.match(part)
                if name is not None and name[1] in _BARRED:
                    barred = max(0, barred + (-1 if part[1] == "/" else 1))
            elif not barred and part.strip():
                parts[number] = self._text(part, used)
        return "".join(parts)

    def _text(self, text: str, used: Counter[str]) -> str:
        entities = [match.span() for match in _ENTITY.finditer(text)]
        done, pieces = 0, []
        for match in self._matcher.longest(text):
            word = match.word
            cut = any(start < match.end and match.start < end for start, end in entities) and not _ENTITY.search(word)
            if used[word] >= self._times or cut:
                continue
            used[word] += 1
            link = f'<a href="{self._addresses[word]}">{text[match.start : match.end]}</a>'
            pieces += [text[done : match.start], link]
            done = match.end
        return "".join([*pieces, text[done:]])


def _address(address: str) -> str:
    if address.startswith("article:"):
        return f"{ARTICLE}{address.removeprefix('article:')}{END}"
    if address.startswith("/"):
        return ROOT + html.escape(fit(address.lstrip("/") or "index.html"))
    return html.escape(fit(address))
