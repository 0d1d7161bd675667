"""`chce article …`."""

from __future__ import annotations

import argparse
import zoneinfo
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chce_desktop.cli.output import table
from chce_desktop.cli.session import Session, Usage, number
from chce_desktop.foundation.i18n import tr, trn

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands
    from chce_desktop.domain.article import Article, ArticleInfo, ArticlePatch, FlagSetting, State
    from chce_desktop.services.site import Site

_STATES = ("draft", "review", "ready", "published", "withdrawn")
_FLAGS = ("headline", "recommended", "pinned")
_TEXTS = ("title", "short_title", "prefix", "subtitle", "title_color", "slug", "summary", "source", "source_url")
_MORE_TEXTS = ("author", "editor", "keywords")
#: What revisions do not hold.
_UNWRITTEN = {"state", "reads"}
_FIELDS = (*_TEXTS, *_MORE_TEXTS, "cover", "column", "further_columns", "tags", "flags", "reads", "date", "withdraw_at")


def register(commands: Commands) -> None:
    """Add these commands."""
    from chce_desktop.cli import withdrawing

    group = commands.group("article", tr("articles"))
    add = group.add("add", tr("a new article from a Markdown file"), _add)
    add.add_argument("file", metavar="FILE.md", type=Path)
    for option in ("title", "source", "date", "slug", "author", "summary"):
        add.add_argument(f"--{option}", default=None)
    add.add_argument("--column", metavar="PATH", default=None)
    add.add_argument("--status", choices=_STATES, default=None)
    add.add_argument("--tag", action="append", default=[])
    add.add_argument("--flag", action="append", default=[], choices=_FLAGS)
    listing = group.add("list", tr("articles, newest first"), _list)
    listing.add_argument("--status", choices=(*_STATES, "trash"), default=None)
    listing.add_argument("--column", metavar="PATH", default="")
    listing.add_argument("--limit", type=number, default=50, metavar="N", help=tr("0 for all"))
    group.add("show", tr("an article with its text"), _show).add_argument("id", metavar="ID", type=number)
    change = group.add("set", tr("change fields: {names}", names=", ".join((*_FIELDS, "status"))), _set)
    change.add_argument("id", metavar="ID", type=number)
    change.add_argument("fields", metavar="FIELD=VALUE", nargs="+")
    suggest = group.add("suggest", tr("a summary and keywords that fit the text"), _suggest)
    suggest.add_argument("id", metavar="ID", type=number)
    edit = group.add("edit", tr("replace the text by a Markdown file's"), _edit)
    edit.add_argument("id", metavar="ID", type=number)
    edit.add_argument("file", metavar="FILE.md", type=Path)
    withdrawing.register(group)
    for name, summary, handler in (
        ("trash", tr("move articles to the trash"), _trash),
        ("restore", tr("take articles out of the trash"), _restore),
    ):
        group.add(name, summary, handler).add_argument("ids", metavar="ID", type=number, nargs="+")
    group.add("revisions", tr("the history of an article"), _revisions).add_argument("id", metavar="ID", type=number)
    revert = group.add("revert", tr("bring an old text back as the newest one"), _revert)
    revert.add_argument("id", metavar="ID", type=number)
    revert.add_argument("revision", metavar="REVISION", type=number)


def state_named(name: str) -> State:
    """The state of this name."""
    from chce_desktop.domain.article import State

    return State(name)


def _add(session: Session) -> None:
    from chce_desktop.cli.columns import ensure
    from chce_desktop.services import article_files

    arguments, site = session.arguments, session.site
    fields = {name: getattr(arguments, name) for name in ("title", "source", "date", "slug", "author", "summary")}
    patch = _patch(site, {name: value for name, value in fields.items() if value is not None})
    if arguments.column is not None:
        patch["column_id"] = ensure(site, arguments.column).id if arguments.column.strip("/") else None
        patch["further_columns"] = ()
    if arguments.status is not None:
        patch["state"] = state_named(arguments.status)
    if arguments.tag:
        patch["tags"] = tuple(arguments.tag)
    if arguments.flag:
        patch["flags"] = _flags(arguments.flag)
    article, warnings = article_files.add_file(site, arguments.file, patch)
    _tell(session, article, warnings)


def _suggest(session: Session) -> None:
    from chce_desktop.services import suggesting

    article = session.site.articles.get(session.arguments.id)
    summary, keywords = suggesting.summary(article.body), suggesting.keywords(session.site, article)
    session.output.result({"summary": summary, "keywords": list(keywords)}, [summary, "，".join(keywords)])


def _edit(session: Session) -> None:
    from chce_desktop.services import article_files

    article, warnings = article_files.replace_text(session.site, session.arguments.id, session.arguments.file)
    _tell(session, article, warnings)


def _tell(session: Session, article: Article, warnings: Sequence[str] = ()) -> None:
    for warning in warnings:
        session.output.note(warning)
    brief = _brief(session.site, article)
    session.output.result(brief, [f"{article.id}  {article.title}  [{brief['status']}]  {brief['url']}"])


def _list(session: Session) -> None:
    from chce_desktop.domain.article import ArticleFilter

    arguments, site = session.arguments, session.site
    trash = arguments.status == "trash"
    states = frozenset({state_named(arguments.status)}) if arguments.status and not trash else frozenset()
    wanted = ArticleFilter(
        states=states, trash=trash, column_id=site.columns.find(arguments.column).id if arguments.column else None
    )
    left = arguments.limit if arguments.limit > 0 else None
    found: list[ArticleInfo] = []
    after: str | None = None
    while True:
        page = site.articles.page(wanted, after=after, limit=min(left or 500, 500))
        found += page.articles
        after = page.next
        if left is not None:
            left -= len(page.articles)
        if after is None or left == 0:
            break
    documents = _documents(site, found)
    rows = [(d["id"], d["date"][:10], d["status"], d["title"], d["column"] or "") for d in documents]
    heading = (tr("ID"), tr("Date"), tr("State"), tr("Title"), tr("Column"))
    session.output.result(documents, table([heading, *rows]))


def _show(session: Session) -> None:
    document = _whole(session.site, session.site.articles.get(session.arguments.id))
    rows = [(name, _text(value)) for name, value in document.items() if name != "body" and value not in ("", [], None)]
    session.output.result(document, [*table(rows), "", document["body"]])


def _set(session: Session) -> None:
    site = session.site
    texts: dict[str, str] = {}
    for assignment in session.arguments.fields:
        name, equals, value = assignment.partition("=")
        if not equals or name not in (*_FIELDS, "status"):
            raise Usage(
                tr("“{text}” does not set a field.", text=assignment),
                hint=tr("Write FIELD=VALUE; fields are: {names}.", names=", ".join((*_FIELDS, "status"))),
            )
        texts[name] = value
    patch = _patch(site, texts)
    if patch.keys() - _UNWRITTEN:
        site.articles.name_revision(session.arguments.id)  # two commands in a row are no typing: both can be undone
    _tell(session, site.articles.save(session.arguments.id, patch))


def _patch(site: Site, texts: dict[str, str]) -> ArticlePatch:
    """Fields as they are written on the command line."""
    patch: dict[str, Any] = {}
    for name, value in texts.items():
        if name in _TEXTS or name in _MORE_TEXTS:
            patch[name] = value
        elif name == "cover":
            is_media = not value or value.startswith("media/")
            patch["cover"] = site.media.get(value).path if value and is_media else value
            if not is_media:
                patch["cover"] = site.media.add_file(Path(value)).path
        elif name == "column":
            patch["column_id"] = site.columns.find(value).id if value.strip("/") else None
        elif name == "further_columns":
            patch["further_columns"] = tuple(site.columns.find(path).id for path in _items(value))
        elif name == "tags":
            patch["tags"] = tuple(_items(value))
        elif name == "flags":
            patch["flags"] = _flags(_items(value))
        elif name == "reads":
            patch["reads"] = _number(value)
        elif name == "status":
            patch["state"] = _state(value)
        else:
            patch[name] = _moment(site, value) if value else None
    if patch.get("date", "") is None:
        raise Usage(tr("An article needs a date."))
    return patch  # type: ignore[return-value]  # keys are checked by what makes it


def _trash(session: Session) -> None:
    _many(session, session.site.articles.trash, tr("The articles are in the trash already."))


def _restore(session: Session) -> None:
    _many(session, session.site.articles.restore, tr("Articles can be restored only from the trash."))


def purge_from_trash(session: Session) -> None:
    """Delete those that were named; all of them must lie in the trash."""
    _many(session, session.site.articles.purge, tr("Articles can be deleted for good only from the trash."))


def _many(session: Session, change: Callable[[list[int]], int], why_not: str) -> None:
    """Change all the articles named, or none where one does not exist or none is to be changed."""
    from chce_desktop.services.errors import ArticleNotFound, InvalidValue

    ids: list[int] = session.arguments.ids
    known = session.site.articles.infos(ids)
    for article_id in ids:
        if article_id not in known:
            raise ArticleNotFound(article_id)
    changed = change(ids)
    if not changed:
        raise InvalidValue(tr("Nothing was changed."), hint=why_not)
    session.output.result({"changed": changed}, [trn("One article.", "{n} articles.", changed)])


def _revisions(session: Session) -> None:
    zone = _zone(session.site)
    documents = [
        {
            "id": revision.id,
            "made_at": revision.made_at.astimezone(zone).isoformat(timespec="seconds"),
            "title": revision.title,
            "characters": revision.characters,
            "name": revision.name,
            "author": revision.author,
        }
        for revision in session.site.articles.revisions(session.arguments.id)
    ]
    rows = [(d["id"], d["made_at"], d["characters"], d["title"], d["name"]) for d in documents]
    heading = (tr("ID"), tr("Saved"), tr("Characters"), tr("Title"), tr("Name"))
    session.output.result(documents, table([heading, *rows]))


def _revert(session: Session) -> None:
    _tell(session, session.site.articles.revert(session.arguments.id, session.arguments.revision))


def _brief(site: Site, info: ArticleInfo) -> dict[str, Any]:
    return _documents(site, [info])[0]


def _documents(site: Site, infos: Sequence[ArticleInfo]) -> list[dict[str, Any]]:
    from chce_desktop.domain.addresses import article_path

    tree, zone = site.columns.tree(), _zone(site)
    documents = []
    for info in infos:
        column = tree.get(info.column_id)
        documents.append(
            {
                "id": info.id,
                "title": info.title,
                "slug": info.slug,
                "status": "trash" if info.trashed_at else info.state.value,
                "url": article_path(info.slug, column.slug if column else None),
                "column": tree.path(info.column_id) or None,
                "date": info.date.astimezone(zone).isoformat(timespec="seconds"),
            }
        )
    return documents


def _whole(site: Site, article: Article) -> dict[str, Any]:
    tree, zone = site.columns.tree(), _zone(site)
    texts = {
        name: getattr(article, name) for name in (*_TEXTS, *_MORE_TEXTS, "cover", "reads", "characters", "version")
    }
    return {
        **_brief(site, article),
        **texts,
        "uid": article.uid,
        "further_columns": [tree.path(column_id) for column_id in article.further_columns],
        "tags": list(article.tags),
        "flags": [setting.flag.value for setting in article.flags],
        "withdraw_at": article.withdraw_at.astimezone(zone).isoformat() if article.withdraw_at else None,
        "created_at": article.created_at.astimezone(zone).isoformat(timespec="seconds"),
        "updated_at": article.updated_at.astimezone(zone).isoformat(timespec="seconds"),
        "body": article.body,
    }


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _items(value: str) -> list[str]:
    for comma in "，、;；":
        value = value.replace(comma, ",")
    return [item.strip() for item in value.split(",") if item.strip()]


def _flags(names: Sequence[str]) -> tuple[FlagSetting, ...]:
    from chce_desktop.domain.article import Flag, FlagSetting

    for name in names:
        if name not in _FLAGS:
            raise Usage(tr("“{text}” is no flag.", text=name), hint=tr("Flags are: {names}.", names=", ".join(_FLAGS)))
    return tuple(FlagSetting(flag) for flag in Flag if flag.value in names)


def _state(name: str) -> State:
    if name not in _STATES:
        raise Usage(tr("“{text}” is no status.", text=name), hint=tr("They are: {names}.", names=", ".join(_STATES)))
    return state_named(name)


def _number(text: str) -> int:
    try:
        return number(text)
    except argparse.ArgumentTypeError as error:
        raise Usage(str(error)) from error


def _moment(site: Site, text: str) -> object:
    from chce_desktop.domain.dates import parse_date

    moment = parse_date(text, _zone(site))
    if moment is None:
        raise Usage(tr("“{text}” is no date that could be understood.", text=text), hint=tr("Write 2024-01-18 10:00."))
    return moment


def _zone(site: Site) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(site.settings.get().timezone)
