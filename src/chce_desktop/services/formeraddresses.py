"""Who is found at an address that its page has left: the one rule, for all that moves, removes, undoes and publishes.

**An address leads to whoever readers met there last.** They met who had a page of its own there in the last publish
that was confirmed. So a page that only passes through an address between two publishes inherits nobody's readers, and
neither does a draft that waits there. A page that lives at an address always stands before whatever is remembered for
it (`sitegen.formeraddresses`), so nothing has to be forgotten when one arrives.

What is remembered is the redirect itself. It is made when a page leaves, follows when what it leads to is merged or
renamed, and goes when that comes home or when a publish gives the address to another page. Where no publish of this
library ever gave the address to a host, nobody can say who knows it, and whoever left it last is found there. What is
deleted for good is remembered as nobody, so that readers are told and not led to another text.

Every function works within an open transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from chce_desktop.domain import addresses
from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.column import Column
from chce_desktop.domain.redirect import Redirect
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.storage import articles, columns, published, redirects, tags
from chce_desktop.storage.engine import Transaction


def article_moved(session: Transaction, before: ArticleInfo, after: ArticleInfo) -> None:
    """An article has got another slug or main column."""
    old, new = (Redirect(_path(session, each.slug, each.column_id), article_id=each.id) for each in (before, after))
    _moved(session, [old] if articles.was_public(session, before.id) else [], [new])


def articles_moved(session: Transaction, ids: Iterable[int], column_id: int | None) -> None:
    """Articles are about to get another main column."""
    moving = [row for row in articles.addresses(session, ids) if row.public and row.column_id != column_id]
    old = [Redirect(_path(session, row.slug, row.column_id), article_id=row.id) for row in moving]
    new = [Redirect(_path(session, row.slug, column_id), article_id=row.id) for row in moving]
    _moved(session, old, new)


def column_moved(session: Transaction, column: Column, slug: str) -> None:
    """A column, and its articles with it, are about to get another slug."""
    _moved(session, _below(session, column, column.slug), _below(session, column, slug))


def column_goes(session: Transaction, column: Column, into: Column | None) -> None:
    """A column is about to be deleted; its articles, and what was remembered for it, go to another one."""
    at_home = _articles(session, column, into.slug if into else None)
    _moved(session, _below(session, column, column.slug), at_home)
    if into is not None:
        redirects.lead_column_on(session, column.id, into.id)
    else:
        former = redirects.of_column(session, column.id)
        redirects.forget(session, former)
        redirects.lead_nowhere(session, former, datetime.now(UTC))


def of_columns(session: Transaction, gone: Iterable[Column]) -> tuple[str, ...]:
    """The addresses of columns that may go, now and before: what is remembered for them will be another thing then."""
    return tuple(p for c in gone for p in (addresses.column_path(c.slug), *redirects.of_column(session, c.id)))


def put_back(session: Transaction, before: Mapping[str, Redirect], after: Mapping[str, Redirect]) -> None:
    """What was remembered before a change of columns is remembered again, but for what has changed since that."""
    paths = before.keys() | after.keys()
    now = redirects.at(session, paths)
    same = {path for path in paths if now.get(path) == after.get(path)}
    redirects.forget(session, same - before.keys())
    redirects.put(session, (before[path] for path in same & before.keys()), datetime.now(UTC))


def tag_moved(session: Transaction, old: str, new: str) -> None:
    """A tag has got another name, or has become a part of another one."""
    redirects.lead_tag_on(session, old, new)
    _moved(session, *([Redirect(addresses.tag_path(name), tag=new)] for name in (old, new)))


def articles_destroyed(session: Transaction, ids: Iterable[int]) -> list[int]:
    """Delete those that lie in the trash, as `storage.articles.destroy` does; nobody is found at their addresses."""
    former = {
        row.id: [_path(session, row.slug, row.column_id), *redirects.of_article(session, row.id)]
        for row in articles.addresses(session, ids)
        if row.public
    }
    gone = articles.destroy(session, ids)
    redirects.lead_nowhere(session, (path for i in gone for path in former.get(i, ())), datetime.now(UTC))
    return gone


def forget_for_good(session: Transaction, former: Iterable[str]) -> None:
    """Not even the addresses of what was deleted are remembered, but for those at which others are found."""
    nobodys = [path for path in former if not redirects.leads_on(session, path)]
    redirects.forget(session, nobodys)
    published.forget(session, nobodys)


def confirmed(session: Transaction, taken: SiteSnapshot | None, pages: Iterable[str]) -> None:
    """A host shows `pages`, made from `taken` (None: an earlier publication): its readers know them from now on."""
    published.add(session, pages, datetime.now(UTC))
    if taken is None:
        return
    known = list(_owners(taken, redirects.paths(session)))
    at_home = {each for each in known if _lives(session, each)}
    redirects.forget(session, (each.old_path for each in at_home))
    # Who has left while the host was written to is found by those who have met it there by now.
    away = [each for each in known if each not in at_home and _exists(session, each)]
    redirects.put(session, away, datetime.now(UTC))


def _owners(taken: SiteSnapshot, paths: Sequence[str]) -> Iterator[Redirect]:
    """Who has a page of its own at these addresses."""
    wanted = frozenset(paths)
    if not wanted:
        return
    slugs: Mapping[int | None, str] = {column.id: column.slug for column in taken.columns}
    for column_id, slug in slugs.items():
        if addresses.column_path(slug) in wanted:
            yield Redirect(addresses.column_path(slug), column_id=column_id)
    names = {path.rpartition("/")[2].removesuffix(".html") for path in wanted}
    for info in taken.articles:
        if info.slug in names:
            path = addresses.article_path(info.slug, slugs.get(info.column_id))
            if path in wanted:
                yield Redirect(path, article_id=info.id)
    if any(path.startswith(f"{addresses.TAGS}/") for path in wanted):
        for tag in {tag for info in taken.articles for tag in info.tags}:
            if addresses.tag_path(tag) in wanted:
                yield Redirect(addresses.tag_path(tag), tag=tag)


def _lives(session: Transaction, owner: Redirect) -> bool:
    """Whether it still stands at its address, in the library."""
    if owner.article_id is not None:
        found = articles.addresses(session, [owner.article_id])
        return any(_path(session, row.slug, row.column_id) == owner.old_path for row in found)
    if owner.column_id is not None:
        column = columns.tree(session).get(owner.column_id)
        return column is not None and addresses.column_path(column.slug) == owner.old_path
    return _exists(session, owner)


def _exists(session: Transaction, owner: Redirect) -> bool:
    if owner.article_id is not None:
        return any(articles.addresses(session, [owner.article_id]))
    if owner.column_id is not None:
        return owner.column_id in columns.tree(session)
    return tags.find(session, owner.tag) is not None


def _moved(session: Transaction, old: Iterable[Redirect], new: Iterable[Redirect]) -> None:
    """Pages that readers may know leave addresses, and stand at others."""
    redirects.keep(session, old, datetime.now(UTC))
    redirects.drop(session, new)


def _below(session: Transaction, column: Column, slug: str) -> list[Redirect]:
    """What stands below a column's slug, were it this one."""
    return [*_articles(session, column, slug), Redirect(addresses.column_path(slug), column_id=column.id)]


def _articles(session: Transaction, column: Column, slug: str | None) -> list[Redirect]:
    """The column's articles, were they filed under this slug (None: in no column)."""
    public = articles.public_article_ids(session, column.id)
    return [Redirect(addresses.article_path(each, slug), article_id=article_id) for article_id, each in public]


def _path(session: Transaction, slug: str, column_id: int | None) -> str:
    column = columns.tree(session).get(column_id)
    return addresses.article_path(slug, column.slug if column else None)
