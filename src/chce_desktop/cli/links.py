"""`chce link …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from chce_desktop.cli.output import table
from chce_desktop.cli.session import Session, Usage, number
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands
    from chce_desktop.domain.link import Link, LinkCheck, LinkPatch
    from chce_desktop.services.site import Site

_FIELDS = ("name", "url", "group", "logo", "note", "visible")


def register(commands: Commands) -> None:
    """Add these commands."""
    group = commands.group("link", tr("friendly links"))
    add = group.add("add", tr("add a link"), _add)
    add.add_argument("name", metavar="NAME")
    add.add_argument("url", metavar="URL")
    add.add_argument("--group", default="", metavar="G", help=tr("its group, made if it is missing"))
    add.add_argument("--logo", type=Path, default=None, metavar="FILE")
    add.add_argument("--note", default="")
    add.add_argument("--hidden", action="store_true")
    group.add("list", tr("all links"), _list)
    change = group.add("set", tr("change fields: {names}", names=", ".join(_FIELDS)), _set)
    change.add_argument("id", metavar="ID", type=number)
    change.add_argument("fields", metavar="FIELD=VALUE", nargs="+")
    move = group.add("move", tr("put a link elsewhere"), _move)
    move.add_argument("id", metavar="ID", type=number)
    move.add_argument("--group", default="", metavar="G")
    move.add_argument("--index", type=number, default=None, metavar="N", help=tr("0 is the first of the group"))
    remove = group.add("remove", tr("delete links"), _remove)
    remove.add_argument("ids", metavar="ID", type=number, nargs="+")
    check = group.add("check", tr("visit all links and say which are dead or moved"), _check)
    check.add_argument("--timeout", type=float, default=10.0, metavar="S")


def _add(session: Session) -> None:
    arguments, site = session.arguments, session.site
    for problem in site.links.problems(arguments.name, arguments.url):
        session.output.note(problem)
    link = site.links.add(
        arguments.name,
        arguments.url,
        group_id=site.links.add_group(arguments.group).id if arguments.group else None,
        logo=site.media.add_file(arguments.logo).path if arguments.logo else "",
        note=arguments.note,
        visible=not arguments.hidden,
    )
    _tell(session, link)


def _list(session: Session) -> None:
    documents = [_document(link, group.name) for group in session.site.links.groups() for link in group.links]
    rows = [(d["id"], d["group"], d["name"], d["url"], "" if d["visible"] else tr("hidden")) for d in documents]
    session.output.result(documents, table([(tr("ID"), tr("Group"), tr("Name"), tr("Address"), ""), *rows]))


def _set(session: Session) -> None:
    site = session.site
    patch: dict[str, Any] = {}
    for assignment in session.arguments.fields:
        name, equals, value = assignment.partition("=")
        if not equals or name not in _FIELDS:
            raise Usage(
                tr("“{text}” does not set a field.", text=assignment),
                hint=tr("Write FIELD=VALUE; fields are: {names}.", names=", ".join(_FIELDS)),
            )
        if name == "group":
            patch["group_id"] = site.links.add_group(value).id
        elif name == "logo":
            patch["logo"] = site.media.add_file(Path(value)).path if value else ""
        elif name == "visible":
            if value not in ("true", "false"):
                raise Usage(tr("“{text}” is neither true nor false.", text=value))
            patch["visible"] = value == "true"
        else:
            patch[name] = value
    changes: LinkPatch = patch  # type: ignore[assignment]  # keys are checked by what makes it
    _tell(session, site.links.change(session.arguments.id, changes))


def _move(session: Session) -> None:
    arguments, site = session.arguments, session.site
    link = site.links.get(arguments.id)
    group_id = site.links.add_group(arguments.group).id if arguments.group else link.group_id
    last = next(len(group.links) for group in site.links.groups() if group.id == group_id)
    site.links.move(link.id, group_id, last if arguments.index is None else arguments.index)
    _tell(session, site.links.get(link.id))


def _remove(session: Session) -> None:
    for link_id in session.arguments.ids:
        session.site.links.get(link_id)
    session.site.links.remove(session.arguments.ids)
    session.output.result({"removed": len(session.arguments.ids)}, [tr("Removed.")])


def _check(session: Session) -> None:
    from chce_desktop.services.link_checking import check_links

    site = session.site
    names = {link.id: link.name for group in site.links.groups() for link in group.links}
    checked = check_links(site, timeout=session.arguments.timeout, progress=session.progress)
    session.progress.clear()
    documents = [{"name": names.get(item.link_id, ""), "url": item.url, **_checked(item.check)} for item in checked]
    rows = [(item.verdict.value, names.get(item.link_id, ""), item.url, item.check.error) for item in checked]
    session.output.result(documents, table(rows) if rows else ())


def _tell(session: Session, link: Link) -> None:
    document = _document(link, _group_name(session.site, link))
    session.output.result(document, [f"{link.id}  {document['group']}  {link.name}  {link.url}"])


def _group_name(site: Site, link: Link) -> str:
    return next(group.name for group in site.links.groups() if group.id == link.group_id)


def _document(link: Link, group: str) -> dict[str, Any]:
    return {
        "id": link.id,
        "name": link.name,
        "url": link.url,
        "group": group,
        "logo": link.logo,
        "note": link.note,
        "visible": link.visible,
        "check": _checked(link.check) if link.check else None,
    }


def _checked(check: LinkCheck) -> dict[str, Any]:
    return {"ok": check.ok, "status": check.status, "final_url": check.final_url, "error": check.error}
