"""`chce column …`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chce_desktop.cli.output import table
from chce_desktop.cli.session import Session, number
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands
    from chce_desktop.domain.column import Column, ColumnPatch, ColumnTree
    from chce_desktop.services.site import Site


def register(commands: Commands) -> None:
    """Add these commands."""
    group = commands.group("column", tr("the column tree; PATH is names joined by /"))
    add = group.add("add", tr("add a column; NAME may be a path"), _add)
    add.add_argument("name", metavar="NAME")
    add.add_argument("--parent", metavar="PATH", default="")
    add.add_argument("--slug", default="")
    add.add_argument("--description", default="")
    add.add_argument("--keywords", default="")
    add.add_argument("--hidden", action="store_true", help=tr("not in the site's navigation"))
    group.add("list", tr("show all columns"), _list)
    move = group.add("move", tr("put a column elsewhere in the tree"), _move)
    move.add_argument("path", metavar="PATH")
    move.add_argument("--parent", metavar="PATH", default=None, help=tr("below which column; “/” is the top"))
    move.add_argument("--index", type=number, default=None, metavar="N", help=tr("0 is the first of its siblings"))
    rename = group.add("rename", tr("give a column another name or slug"), _rename)
    rename.add_argument("path", metavar="PATH")
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("--slug", default="")
    merge = group.add("merge", tr("columns become one, with their articles; old addresses lead on"), _merge)
    merge.add_argument("into", metavar="INTO")
    merge.add_argument("paths", metavar="PATH", nargs="+")
    split = group.add("split", tr("articles of a column move into a new one beside it"), _split)
    split.add_argument("path", metavar="PATH")
    split.add_argument("name", metavar="NAME")
    split.add_argument("ids", metavar="ID", type=number, nargs="+")
    split.add_argument("--slug", default="")
    remove = group.add("remove", tr("remove a column; its articles stay"), _remove)
    remove.add_argument("path", metavar="PATH")
    remove.add_argument("--into", metavar="PATH", default="", help=tr("where its articles go"))


def ensure(site: Site, path: str, parent_id: int | None = None) -> Column:
    """The column of a path, made with everything above it where it is missing."""
    column: Column | None = None
    for name in path.strip("/").split("/"):
        column = site.columns.add(name, column.id if column else parent_id)
    assert column is not None  # noqa: S101 - split never gives an empty list
    return column


def _add(session: Session) -> None:
    arguments, site = session.arguments, session.site
    parent = site.columns.find(arguments.parent) if arguments.parent else None
    above, _, name = arguments.name.strip("/").rpartition("/")
    if above:
        parent = ensure(site, above, parent.id if parent else None)
    column = site.columns.add(
        name,
        parent.id if parent else None,
        slug=arguments.slug,
        description=arguments.description,
        keywords=arguments.keywords,
        in_navigation=not arguments.hidden,
    )
    _show(session, column)


def _list(session: Session) -> None:
    tree = session.site.columns.tree()
    counts = session.site.columns.article_counts()
    documents = [
        {**_document(tree, column), "articles": counts.get(column.id, 0), "in_navigation": column.in_navigation}
        for column, _ in tree.walk()
    ]
    rows = [
        ("  " * depth + column.name, column.slug, counts.get(column.id, 0), column.id) for column, depth in tree.walk()
    ]
    session.output.result(documents, table([(tr("Column"), tr("Slug"), tr("Articles"), tr("ID")), *rows]))


def _move(session: Session) -> None:
    arguments, site = session.arguments, session.site
    column = site.columns.find(arguments.path)
    parent_id = column.parent_id
    if arguments.parent is not None:
        parent_id = site.columns.find(arguments.parent).id if arguments.parent.strip("/") else None
    last = len(site.columns.tree().children(parent_id))
    _show(session, site.columns.move(column.id, parent_id, last if arguments.index is None else arguments.index))


def _rename(session: Session) -> None:
    arguments, site = session.arguments, session.site
    patch: ColumnPatch = {"name": arguments.name}
    if arguments.slug:
        patch["slug"] = arguments.slug
    _show(session, site.columns.change(site.columns.find(arguments.path).id, patch))


def _merge(session: Session) -> None:
    arguments, site = session.arguments, session.site
    into = site.columns.find(arguments.into)
    site.columns.merge([site.columns.find(path).id for path in arguments.paths], into.id)
    _show(session, site.columns.tree()[into.id])


def _split(session: Session) -> None:
    arguments, site = session.arguments, session.site
    column = site.columns.find(arguments.path)
    made = site.columns.split(column.id, arguments.name, arguments.ids, slug=arguments.slug, progress=session.progress)
    session.progress.clear()
    _show(session, made)


def _remove(session: Session) -> None:
    arguments, site = session.arguments, session.site
    column = site.columns.find(arguments.path)
    document = _document(site.columns.tree(), column)
    site.columns.remove(column.id, site.columns.find(arguments.into).id if arguments.into else None)
    session.output.result(document, [tr("Removed the column “{name}”.", name=column.name)])


def _show(session: Session, column: Column) -> None:
    document = _document(session.site.columns.tree(), column)
    session.output.result(document, [f"{document['id']}  {document['path']}  ({document['slug']})"])


def _document(tree: ColumnTree, column: Column) -> dict[str, Any]:
    return {"id": column.id, "path": tree.path(column.id), "slug": column.slug, "name": column.name}
