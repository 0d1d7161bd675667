"""What a newsroom keeps to write with: its lists, names to choose from, templates of recurring articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from chce_desktop.domain.article import Article, ArticleInfo, ArticlePatch
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.wordbook import NameKind, Template
from chce_desktop.foundation import resources
from chce_desktop.foundation.i18n import tr
from chce_desktop.services import wordlists, writing
from chce_desktop.services.article_checks import Words
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import InvalidValue, NotFound
from chce_desktop.storage import articles as rows
from chce_desktop.storage import columns, wordbook
from chce_desktop.storage.engine import Transaction

#: What a template keeps of the article that it is made from.
_KEPT = (
    "title", "short_title", "prefix", "subtitle", "title_color", "body", "summary", "source", "source_url", "author",
    "editor", "keywords", "cover", "column_id", "further_columns", "tags",
)  # fmt: skip
_SAME_TITLES = 5
_LONGEST_NAME = 80


class Wordbook:
    """The lists and templates of an open site. Every method is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._watched: Words | None = None
        self._changes = 0
        connection.subscribe(self._on_changes)
        #: The words that the check before publishing looks for.
        self.words = wordlists.WordList(connection, wordlists.WORDS)
        #: The words that become links in every article.
        self.links = wordlists.WordList(connection, wordlists.LINKS)
        #: Sources, authors and editors to choose from.
        self.names = wordlists.WordList(connection, wordlists.NAMES)

    def watched(self) -> Words:
        """The watched words ready to be looked for; made once for as long as the list stays as it is."""
        ready, changes = self._watched, self._changes
        if ready is None:
            ready = Words.of(self.words.all())
            if changes == self._changes:  # else the list was changed while it was read
                self._watched = ready
        return ready

    def _on_changes(self, changes: Changes) -> None:
        if Kind.WORDBOOK in changes.kinds:
            self._changes += 1
            self._watched = None

    def add_starter_words(self) -> int:
        """Add the words that newsrooms confuse most, as far as they are not in the list; how many were new."""
        return self.words.add_missing(resources.read_bytes("words/starter.csv"), "starter.csv")

    def choices(self, kind: NameKind, typed: str = "", limit: int = 20) -> tuple[str, ...]:
        """Names that hold what was typed: those in use first, the most used of them at the top, then kept ones."""
        with self._connection.read() as session:
            used = wordbook.most_used(session, kind.value, typed, limit)
            kept = [item.name for item in wordbook.names(session, kind) if typed in item.name]
        kept.sort(key=lambda name: not name.startswith(typed))
        return tuple(dict.fromkeys((*used, *kept)))[:limit]

    def address_of(self, source: str) -> str:
        """The address that is kept with a source, "" for none."""
        with self._connection.read() as session:
            kept = wordbook.names(session, NameKind.SOURCE)
        return next((item.address for item in kept if item.name == source), "")

    def same_title(self, title: str, article_id: int | None = None) -> tuple[ArticleInfo, ...]:
        """Other articles with exactly this title, newest first, a few of them."""
        with self._connection.read() as session:
            ids = wordbook.same_titles(session, title.strip(), article_id, _SAME_TITLES) if title.strip() else []
            found = rows.get_infos(session, ids)
        return tuple(found[article_id] for article_id in ids)

    # Templates

    def templates(self) -> tuple[Template, ...]:
        """All templates by name."""
        with self._connection.read() as session:
            return wordbook.templates(session)

    def save_template(self, name: str, article_id: int) -> Template:
        """Keep an article as a template; one of that name is replaced. Raises ArticleNotFound, InvalidValue."""
        tidy = _template_name(name)
        with self._connection.write() as session:
            article = writing.existing(session, article_id)
            values = {key: getattr(article, key) for key in _KEPT}
            item = Template(name=tidy, content=cast("ArticlePatch", values))
            wordbook.put_template(session, item)
        self._connection.changed(Kind.WORDBOOK)
        return item

    def rename_template(self, name: str, new_name: str) -> None:
        """Call a template otherwise. Raises NotFound, InvalidValue."""
        tidy = _template_name(new_name)
        with self._connection.write() as session:
            item = _existing(session, name)
            wordbook.remove_templates(session, [name])
            wordbook.put_template(session, replace(item, name=tidy))
        self._connection.changed(Kind.WORDBOOK)

    def remove_templates(self, names: Iterable[str]) -> None:
        """Delete templates; articles that were made from them stay."""
        with self._connection.write() as session:
            wordbook.remove_templates(session, list(names))
        self._connection.changed(Kind.WORDBOOK)

    def new_article(self, template: str, patch: ArticlePatch | None = None) -> Article:
        """A new draft that begins with a template's content, dated now. Raises NotFound."""
        with self._connection.write() as session:
            content: dict[str, Any] = {**_existing(session, template).content, **(patch or {})}
            tree = columns.tree(session)
            if content.get("column_id") not in tree:
                content["column_id"] = None
            content["further_columns"] = tuple(c for c in content.get("further_columns", ()) if c in tree)
            article = writing.create_in(session, cast("ArticlePatch", content), "")
        self._connection.publish(Changes(frozenset({Kind.ARTICLES}), frozenset({article.id})))
        return article


def _existing(session: Transaction, name: str) -> Template:
    found = next((item for item in wordbook.templates(session) if item.name == name), None)
    if found is None:
        raise NotFound(tr("There is no template “{name}”.", name=name), hint=tr("Look through the list of templates."))
    return found


def _template_name(name: str) -> str:
    tidy = " ".join("".join(c if c.isprintable() else " " for c in name).split())[:_LONGEST_NAME]
    if not tidy:
        raise InvalidValue(tr("The template has no name."), hint=tr("Give it a name, such as “Weekly report”."))
    return tidy
