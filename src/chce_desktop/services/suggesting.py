"""What an editor may take over instead of writing it: a summary, keywords."""

from __future__ import annotations

import html
import re
from collections import Counter

from chce_desktop.domain.article import Article
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.domain.watchwords import Matcher
from chce_desktop.services.site import Site
from chce_desktop.sitegen.prose import Renderer
from chce_desktop.storage import wordbook

SUMMARY_LENGTH = 120
_KEYWORDS = 8
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NOTE_LINK = re.compile(r"<sup\b[^>]*>.*?</sup>", re.DOTALL)
_BLANKS = re.compile(r"[\s\u3000]+")
_SENTENCE = re.compile(r".+?(?:[。！？!?；;]+[”’」』）)]*|$)", re.DOTALL)
_SEPARATORS = re.compile(r"[,，、;；\s]+")
#: Words of the title count as often as this many in the text.
_TITLE_WEIGHT = 5
_SHORTEST, _LONGEST = 2, 12
_MOST_READ = 50_000


def summary(body: str, length: int = SUMMARY_LENGTH) -> str:
    """Whole sentences from the first paragraphs of a Markdown body, at most `length` characters; "" for none."""
    text = _BLANKS.sub(" ", " ".join(_paragraphs(body))).strip()
    taken = ""
    for match in _SENTENCE.finditer(text):
        if taken and len(taken) + len(match[0]) > length:
            break
        taken += match[0]
    taken = taken.strip()
    return taken if len(taken) <= length else taken[: length - 1].rstrip("，、,;； ") + "…"


def keywords(site: Site, article: Article, limit: int = _KEYWORDS) -> tuple[str, ...]:
    """Words that the site uses as tags, keywords or links already and that the article speaks of, the fittest first.

    What the article has already is left out.
    """
    with site.connection.read() as session:
        known = wordbook.topics(session)
        known.update(link.word for link in wordbook.auto_links(session))
    words = [word for word in known if _SHORTEST <= len(word) <= _LONGEST]
    had = {word.casefold() for word in (*article.tags, *_SEPARATORS.split(article.keywords))}
    matcher = Matcher(word for word in words if word.casefold() not in had)
    counts: Counter[str] = Counter(match.word for match in matcher.find(article.body[:_MOST_READ]))
    for match in matcher.find(f"{article.title}\n{article.subtitle}\n{article.summary}"):
        counts[match.word] += _TITLE_WEIGHT
    ranked = sorted(counts, key=lambda word: (-counts[word] * len(word), -known[word], word))
    chosen: list[str] = []
    for word in ranked:
        if not any(word in longer for longer in chosen):  # “教育” says nothing beside “素质教育”
            chosen.append(word)
    return tuple(chosen[:limit])


def _paragraphs(body: str) -> list[str]:
    rendered = Renderer(SiteSettings(), {}).render(body[:_MOST_READ]).html
    found = (html.unescape(_TAG.sub("", _NOTE_LINK.sub("", match[1]))) for match in _PARAGRAPH.finditer(rendered))
    return [text for text in found if text.strip()]
