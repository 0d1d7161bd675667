"""Full-text search that is right for Chinese: a substring is found exactly, from one character to whole sentences.

Every text becomes one token per pair of neighbouring characters (and one for its last character); a query of n
characters is then the phrase of its n-1 pairs, which FTS5 answers exactly, with no look at the text. One character is
a prefix query. ASCII is moved to private-use characters, because the tokenizer `ascii` takes every other character
for part of a word: so punctuation, blanks and quotes are searched like letters, and no query has a syntax.
"""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import bindparam, text

from chce_desktop.storage.engine import Transaction

_ASCII_TO = 0xE000
_PRIVATE_TO = 0xF0000
_TABLE = {code: _ASCII_TO + code for code in range(128)} | {_ASCII_TO + code: _PRIVATE_TO + code for code in range(128)}
#: Case-folded surrogates cannot be stored in UTF-8; they never are in text that came from a user.
_TABLE |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)

_INSERT = text("INSERT INTO article_text (rowid, title, summary, body) VALUES (:id, :title, :summary, :body)")
_DELETE = text(
    "INSERT INTO article_text (article_text, rowid, title, summary, body) "
    "VALUES ('delete', :id, :title, :summary, :body)"
)
_COUNT = text("SELECT count(*) FROM article_text WHERE article_text MATCH :match")
_MATCHING = text("SELECT rowid FROM article_text WHERE article_text MATCH :match AND rowid IN :ids").bindparams(
    bindparam("ids", expanding=True)
)

Fields = tuple[str, str, str]


def tokens(value: str) -> str:
    """The tokens of a text, separated by blanks."""
    folded = value.casefold().translate(_TABLE)
    return " ".join([a + b for a, b in pairwise(folded)] + [folded[-1:]])


def terms(query: str) -> tuple[str, ...]:
    """The terms of a query: separated by blanks, “…” or "…" holding a phrase with blanks; all must occur.

    A quotation mark that is never closed, or that stands inside of a term, stands for itself.
    """
    found: list[str] = []
    position = 0
    while position < len(query):
        if query[position].isspace():
            position += 1
            continue
        end = query.find('"', position + 1) if query[position] == '"' else -1
        if end > position + 1 and (end + 1 == len(query) or query[end + 1].isspace()):
            found.append(query[position + 1 : end])
            position = end + 1
            continue
        end = position
        while end < len(query) and not query[end].isspace():
            end += 1
        found.append(query[position:end])
        position = end
    return tuple(dict.fromkeys(term.casefold() for term in found))


def match_of(query: str, where: str = "all") -> str | None:
    """FTS5's expression for a query in `all`, `title` or `body`; None for a query without terms."""
    phrases = []
    for term in terms(query):
        moved = term.translate(_TABLE)
        pairs = " ".join(a + b for a, b in pairwise(moved))
        phrases.append(f'"{pairs}"' if pairs else f'"{moved}"*')
    if not phrases:
        return None
    joined = " AND ".join(phrases)
    return joined if where == "all" else f"{where} : ({joined})"


def add(session: Transaction, article_id: int, fields: Fields) -> None:
    """Put an article's title, summary and body into the index."""
    session.execute(_INSERT, _values(article_id, fields))


def remove(session: Transaction, article_id: int, fields: Fields) -> None:
    """Take an article out again; `fields` must be what was put in."""
    session.execute(_DELETE, _values(article_id, fields))


def count(session: Transaction, match: str) -> int:
    """How many indexed articles match."""
    return int(session.execute(_COUNT, {"match": match}).scalar_one())


def matching(session: Transaction, match: str, ids: list[int]) -> set[int]:
    """Those of `ids` that match."""
    return {row[0] for row in session.execute(_MATCHING, {"match": match, "ids": ids})}


def _values(article_id: int, fields: Fields) -> dict[str, int | str]:
    title, summary, body = map(tokens, fields)
    return {"id": article_id, "title": title, "summary": summary, "body": body}
