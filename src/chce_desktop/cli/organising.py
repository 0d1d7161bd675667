"""`chce tag …`, `chce replace`, `chce change`, `chce front …` and saved searches: many articles at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from chce_desktop.cli.output import table
from chce_desktop.cli.session import Session, Usage, number
from chce_desktop.domain.article import ArticleFilter, ArticlePatch, Flag, State
from chce_desktop.foundation.i18n import tr, trn

if TYPE_CHECKING:
    import argparse

    from chce_desktop.cli.arguments import Commands
    from chce_desktop.services.frontpage import FrontBlock, FrontPage

_STATES = tuple(state.value for state in State)
_FIELDS = ("title", "summary", "body")
_SHOWN = 20


def register(commands: Commands) -> None:
    """Add these commands."""
    _register_tags(commands)
    replace = commands.add("replace", tr("find a text in articles and put another in its place"), _replace)
    replace.add_argument("find", metavar="FIND")
    replace.add_argument("replacement", metavar="REPLACEMENT")
    replace.add_argument("--in", dest="fields", action="append", choices=_FIELDS, default=None)
    replace.add_argument("--ignore-case", action="store_true")
    replace.add_argument("--dry-run", action="store_true", help=tr("only say what would happen"))
    _add_filters(replace)
    change = commands.add("change", tr("change fields of every article that a filter finds, all or none"), _change)
    _add_filters(change)
    change.add_argument("--set-column", metavar="PATH", default=None, help=tr("“/” for no column"))
    change.add_argument("--set-status", choices=_STATES, default=None)
    change.add_argument("--set-source", metavar="S", default=None)
    change.add_argument("--add-tag", metavar="T", action="append", default=[])
    change.add_argument("--drop-tag", metavar="T", action="append", default=[])
    flags = tuple(flag.value for flag in Flag)
    change.add_argument("--add-flag", choices=flags, action="append", default=[])
    change.add_argument("--drop-flag", choices=flags, action="append", default=[])
    change.add_argument("--dry-run", action="store_true", help=tr("only say what would happen"))
    front = commands.group("front", tr("what stands on the front page"))
    front.add("show", tr("the blocks of the front page with their articles"), _front_show)
    place = front.add("place", tr("put articles into a block by hand, in this order"), _front_place)
    place.add_argument("block", metavar="BLOCK", help=tr("a key or title from `front show`"))
    place.add_argument("ids", metavar="ID", type=number, nargs="*")
    out = front.add("keep-out", tr("articles may not stand in a block by themselves"), _front_keep_out)
    out.add_argument("block", metavar="BLOCK", help=tr("a key or title from `front show`"))
    out.add_argument("ids", metavar="ID", type=number, nargs="+")
    out.add_argument("--undo", action="store_true", help=tr("let them in again"))
    saved = commands.group("saved", tr("saved searches"))
    saved.add("list", tr("all saved searches"), _saved_list)
    saved.add("run", tr("what a saved search finds now"), _saved_run).add_argument("name", metavar="NAME")


def _register_tags(commands: Commands) -> None:
    group = commands.group("tag", tr("tags; each change takes all articles with it and leaves a redirect"))
    group.add("list", tr("every tag with its number of articles"), _tag_list)
    rename = group.add("rename", tr("another name; an existing one makes the two one"), _tag_rename)
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new", metavar="NEW")
    merge = group.add("merge", tr("several tags become one"), _tag_merge)
    merge.add_argument("into", metavar="INTO")
    merge.add_argument("names", metavar="NAME", nargs="+")
    split = group.add("split", tr("several tags in the place of one"), _tag_split)
    split.add_argument("name", metavar="NAME")
    split.add_argument("into", metavar="NEW", nargs="+")
    group.add("remove", tr("take a tag from all articles"), _tag_remove).add_argument("name", metavar="NAME")


def _add_filters(command: argparse.ArgumentParser) -> None:
    command.add_argument("--query", metavar="QUERY", default="")
    command.add_argument("--column", metavar="PATH", default="")
    command.add_argument("--status", choices=_STATES, default=None)
    command.add_argument("--tag", metavar="T", default="")
    command.add_argument("--source", metavar="S", default="")
    command.add_argument("--author", metavar="A", default="")
    command.add_argument("--flag", choices=tuple(flag.value for flag in Flag), default=None)


def _filter(session: Session) -> ArticleFilter:
    arguments = session.arguments
    return ArticleFilter(
        text=arguments.query,
        column_id=session.site.columns.find(arguments.column).id if arguments.column else None,
        states=frozenset({State(arguments.status)}) if arguments.status else frozenset(),
        tag=arguments.tag,
        source=arguments.source,
        author=arguments.author,
        flag=Flag(arguments.flag) if arguments.flag else None,
    )


def _tag_list(session: Session) -> None:
    found = session.site.tags.all()
    documents = [{"name": name, "articles": articles} for name, articles in found]
    session.output.result(documents, table([(tr("Tag"), tr("Articles")), *found]))


def _tag_rename(session: Session) -> None:
    _tell_changed(session, session.site.tags.rename(session.arguments.name, session.arguments.new))


def _tag_merge(session: Session) -> None:
    _tell_changed(session, session.site.tags.merge(session.arguments.names, session.arguments.into))


def _tag_split(session: Session) -> None:
    _tell_changed(session, session.site.tags.split(session.arguments.name, session.arguments.into))


def _tag_remove(session: Session) -> None:
    _tell_changed(session, session.site.tags.remove(session.arguments.name))


def _tell_changed(session: Session, changed: int) -> None:
    session.output.result({"changed": changed}, [trn("{n} article changed.", "{n} articles changed.", changed)])


def _replace(session: Session) -> None:
    from chce_desktop.services.replacing import Field, Replacement

    arguments, replacing = session.arguments, session.site.replacing
    fields = tuple(field for field in get_args(Field) if not arguments.fields or field in arguments.fields)
    wanted = Replacement(arguments.find, arguments.replacement, not arguments.ignore_case, fields)
    changes = replacing.preview(wanted, _filter(session), progress=session.progress)
    articles = {change.article_id for change in changes}
    if changes and not arguments.dry_run:
        replacing.replace(changes, wanted, progress=session.progress)
    session.progress.clear()
    items = [
        {
            "id": change.article_id,
            "title": change.title,
            "field": change.field,
            "position": change.position,
            "before": change.before,
            "found": change.found,
            "replacement": change.replacement,
            "after": change.after,
        }
        for change in changes
    ]
    document = {"places": len(changes), "articles": len(articles), "dry_run": arguments.dry_run, "items": items}
    places = trn("{n} place", "{n} places", len(changes))
    lines = [trn("{places} in {n} article", "{places} in {n} articles", len(articles), places=places)]
    shown = changes if arguments.verbose else changes[:_SHOWN]
    lines += [f"{c.article_id}  …{c.before}[{c.found} → {c.replacement}]{c.after}…" for c in shown]
    session.output.result(document, lines)


def _change(session: Session) -> None:
    from chce_desktop.domain.bulkchange import BulkChange

    arguments, site = session.arguments, session.site
    fields: ArticlePatch = {}
    if arguments.set_column is not None:
        named = arguments.set_column.strip("/")
        fields["column_id"] = site.columns.find(named).id if named else None
    if arguments.set_status:
        fields["state"] = State(arguments.set_status)
    if arguments.set_source is not None:
        fields["source"] = arguments.set_source
    flags = {Flag(name): True for name in arguments.add_flag} | {Flag(name): False for name in arguments.drop_flag}
    change = BulkChange(
        fields=fields, flags=flags, add_tags=tuple(arguments.add_tag), drop_tags=tuple(arguments.drop_tag)
    )
    if change == BulkChange():
        raise Usage(tr("Nothing is to be changed."), hint=tr("Say what with --set-status, --add-tag and the like."))
    infos = site.articles.infos(site.articles.ids(_filter(session)))
    patches = {info.id: change(info) for info in infos.values()}
    found = len(patches)
    changed = 0 if arguments.dry_run else len(site.articles.set_each(patches, progress=session.progress))
    session.progress.clear()
    line = tr("{found} articles found, {changed} changed.", found=found, changed=changed)
    session.output.result({"found": found, "changed": changed, "dry_run": arguments.dry_run}, [line])


def _block_document(block: FrontBlock) -> dict[str, Any]:
    def moment(value: object) -> str | None:
        return None if value is None else str(getattr(value, "isoformat", str)())

    return {
        "key": block.key,
        "title": block.title,
        "flag": block.flag.value if block.flag else None,
        "articles": [
            {
                "id": place.info.id,
                "title": place.info.title,
                "short": place.short,
                "shown": place.shown,
                "by_hand": place.by_hand,
                "kept_out": place.kept_out,
                "since": moment(place.setting.since) if place.setting else None,
                "until": moment(place.setting.until) if place.setting else None,
            }
            for place in block.places
        ],
    }


def _front_show(session: Session) -> None:
    from chce_desktop.services.frontpage import FrontPage

    blocks = FrontPage(session.site).blocks()
    lines = []
    for block in blocks:
        lines.append(f"{block.key}  {block.title}")
        lines += [
            f"  {place.info.id}  {place.short}{'' if place.shown else '  (' + tr('not shown') + ')'}"
            for place in block.places
        ]
    session.output.result([_block_document(block) for block in blocks], lines)


def _front_place(session: Session) -> None:
    from chce_desktop.services.frontpage import FrontPage

    arguments, front = session.arguments, FrontPage(session.site)
    block = _named_block(front, arguments.block)
    if block is None or block.flag is None:
        raise Usage(
            tr("The front page has no block “{name}” that is filled by hand.", name=arguments.block),
            hint=tr("See: {command}", command="chce front show"),
        )
    _front_changed(session, front, block, front.ordered(block, arguments.ids))


def _front_keep_out(session: Session) -> None:
    from chce_desktop.services.frontpage import FrontPage

    arguments, front = session.arguments, FrontPage(session.site)
    block = _named_block(front, arguments.block)
    if block is None:
        raise Usage(
            tr("The front page has no block “{name}”.", name=arguments.block),
            hint=tr("See: {command}", command="chce front show"),
        )
    _front_changed(session, front, block, front.kept_out(block, arguments.ids, out=not arguments.undo))


def _named_block(front: FrontPage, name: str) -> FrontBlock | None:
    return next((block for block in front.blocks() if name in (block.key, block.title)), None)


def _front_changed(session: Session, front: FrontPage, block: FrontBlock, patches: dict[int, ArticlePatch]) -> None:
    changed = session.site.articles.set_each(patches)
    after = next(each for each in front.blocks() if each.key == block.key)
    session.output.result(_block_document(after), [trn("{n} article changed.", "{n} articles changed.", len(changed))])


def _saved_list(session: Session) -> None:
    found = session.site.searches.all()
    documents = [{"id": search.id, "name": search.name, "text": search.filter.text} for search in found]
    session.output.result(documents, table([(tr("Name"), tr("Text")), *((s.name, s.filter.text) for s in found)]))


def _saved_run(session: Session) -> None:
    site, name = session.site, session.arguments.name
    search = next((each for each in site.searches.all() if each.name == name), None)
    if search is None:
        raise Usage(
            tr("There is no saved search “{name}”.", name=name), hint=tr("See: {command}", command="chce saved list")
        )
    infos = site.articles.page(search.filter, limit=_SHOWN).articles
    document = {
        "total": site.articles.count(search.filter),
        "items": [{"id": info.id, "title": info.title} for info in infos],
    }
    session.output.result(document, [f"{info.id}  {info.title}" for info in infos])
