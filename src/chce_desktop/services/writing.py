"""How an article is written within an open transaction: slugs, checks, redirects, revisions. Nobody is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import cast

from chce_desktop.domain import oneline, slugs
from chce_desktop.domain.article import Article, ArticleInfo, ArticlePatch
from chce_desktop.foundation.i18n import tr
from chce_desktop.services import formeraddresses, signed_texts
from chce_desktop.services.errors import ArticleNotFound, ColumnNotFound, InvalidValue, SlugInvalid, SlugTaken
from chce_desktop.storage import articles as rows
from chce_desktop.storage import columns, revisions
from chce_desktop.storage.engine import Transaction

_UNTITLED_SLUG = "untitled"


def create_in(session: Transaction, patch: ArticlePatch, author: str) -> Article:
    """Insert an article within an open transaction, as `Articles.create` does."""
    moment = now()
    complete = normalised(patch)
    validate(session, complete)
    complete.setdefault("title", "")
    complete.setdefault("date", moment)
    if complete.get("slug"):
        _require_free(session, complete["slug"], None)
    else:
        complete["slug"] = free_slug(session, complete["title"], None)
    article_id = rows.add(session, complete, now=moment)
    article = existing(session, article_id)
    revisions.record(session, article, now=moment, author=author)
    return article


def change_in(
    session: Transaction, before: Article, patch: ArticlePatch, author: str, *, keep_slug: bool = False
) -> Article:
    """Change an article within an open transaction, as `Articles.save` does; `before` itself when nothing changes.

    `keep_slug`: a slug that was made from the title stays when the title changes.
    """
    patch = normalised(patch)
    if patch.get("slug") == "":
        patch["slug"] = free_slug(session, patch.get("title", before.title), before.id)
    patch = cast("ArticlePatch", {key: value for key, value in patch.items() if value != getattr(before, key)})
    if not patch:
        return before
    moment = now()
    validate(session, patch)
    signed_texts.protect(session, before, patch, moment)
    if "slug" in patch:
        _require_free(session, patch["slug"], before.id)
    elif not keep_slug and "title" in patch and _may_follow_title(session, before):
        patch["slug"] = free_slug(session, patch["title"], before.id)
    rows.change(session, before, patch, now=moment)
    after = existing(session, before.id)
    if "slug" in patch or "column_id" in patch:
        formeraddresses.article_moved(session, before, after)
    revisions.record(session, after, now=moment, author=author)
    return after


#: What an editor writes into an article, or chooses for it, that may not be lost.
_WRITTEN = (
    *("title", "short_title", "prefix", "subtitle", "body", "summary", "source", "source_url", "author", "editor"),
    *("keywords", "tags", "cover", "flags", "state"),
)


def forsake(session: Transaction, begun: Article) -> None:
    """Take away an article that was begun (as `begun` says) and left without a word.

    One whose history may hold something goes to the trash. One with a word of anybody's stays.
    """
    article = rows.get(session, begun.id)
    if article is None or article.trashed_at is not None:
        return
    if any(_bare(getattr(article, name)) != _bare(getattr(begun, name)) for name in _WRITTEN):
        return
    rows.move_to_trash(session, [article.id], now())
    if article.version == begun.version:
        formeraddresses.articles_destroyed(session, [article.id])


def _bare(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def existing(session: Transaction, article_id: int) -> Article:
    """The article. Raises ArticleNotFound."""
    article = rows.get(session, article_id)
    if article is None:
        raise ArticleNotFound(article_id)
    return article


def now() -> datetime:
    """This moment, to the millisecond."""
    # The library keeps milliseconds; what is returned must equal what is read back.
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def free_slug(session: Transaction, title: str, article_id: int | None) -> str:
    """A slug for a title that no other article has."""

    def taken(slug: str) -> bool:
        return rows.id_of_slug(session, slug) not in (None, article_id)

    return slugs.make_unique(slugs.slugify(title, _UNTITLED_SLUG), taken)


def _may_follow_title(session: Transaction, article: ArticleInfo) -> bool:
    """Whether the slug was made from the title, not by hand, and nobody outside may know it. "untitled" never stays."""
    base = slugs.slugify(article.title, _UNTITLED_SLUG)
    made = article.slug == base or article.slug.removeprefix(f"{base}-").isdigit()
    return made and (not article.title.strip() or not rows.was_public(session, article.id))


def _require_free(session: Transaction, slug: str, article_id: int | None) -> None:
    if not slugs.is_valid(slug):
        raise SlugInvalid(slug)
    if rows.id_of_slug(session, slug) not in (None, article_id):
        raise SlugTaken(slug)


_ONE_LINE = ("title", "short_title", "prefix", "subtitle", "source", "source_url", "author", "editor", "keywords")


def normalised(patch: ArticlePatch) -> ArticlePatch:
    """Single-line fields on one line without control characters; line ends of texts as LF; no lone surrogates."""
    values = dict(patch)
    for key in _ONE_LINE:
        if key in values:
            values[key] = oneline.title(str(values[key]))
    for key in ("body", "summary"):
        if key in values:
            text = str(values[key]).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
            values[key] = text.encode("utf-8", "replace").decode("utf-8")
    if "summary" in values and not any(c.isprintable() and not c.isspace() for c in str(values["summary"])):
        values["summary"] = ""  # what nobody sees must not stand in lists and feeds instead of the text's beginning
    if "tags" in values:
        tags = (oneline.name(oneline.title(str(tag))) for tag in cast("Iterable[object]", values["tags"]))
        values["tags"] = tuple(dict.fromkeys(tag for tag in tags if tag))
    for key in ("further_columns", "flags", "kept_out"):
        if key in values:
            values[key] = tuple(cast("Iterable[object]", values[key]))
    for key in ("date", "withdraw_at"):
        moment = values.get(key)
        if isinstance(moment, datetime):
            values[key] = moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)
    return cast("ArticlePatch", values)


def validate(session: Transaction, patch: ArticlePatch) -> None:
    """Raises ColumnNotFound, InvalidValue."""
    wanted = [c for c in (patch.get("column_id"), *patch.get("further_columns", ())) if c is not None]
    if wanted:
        tree = columns.tree(session)
        for column_id in wanted:
            if column_id not in tree:
                raise ColumnNotFound(column_id)
    colour = patch.get("title_color", "")
    if colour and not (
        colour.startswith("#") and len(colour) in (4, 7) and all(c in "0123456789abcdefABCDEF" for c in colour[1:])
    ):
        raise InvalidValue(
            tr("“{value}” is not a colour.", value=colour), hint=tr("Write it as # and six digits, such as #C00000.")
        )
    if patch.get("reads", 0) < 0:
        raise InvalidValue(tr("A reading count cannot be below zero."))
