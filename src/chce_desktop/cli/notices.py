"""`chce notice …`."""

from __future__ import annotations

import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chce_desktop.cli.output import table
from chce_desktop.cli.session import Session, Usage, number
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from datetime import datetime

    from chce_desktop.cli.arguments import Commands
    from chce_desktop.domain.notice import Notice, NoticeLink, NoticePatch


def register(commands: Commands) -> None:
    """Add these commands."""
    group = commands.group("notice", tr("notices with action links"))
    add = group.add("add", tr("add a notice as the first one"), _add)
    add.add_argument("title", metavar="TITLE")
    group.add("list", tr("all notices"), _list)
    change = group.add("set", tr("change what the options name"), _set)
    change.add_argument("id", metavar="ID", type=number)
    change.add_argument("--title", default=None)
    change.add_argument("--shown", action="store_true", help=tr("show it again"))
    for command in (add, change):
        command.add_argument("--text", default=None)
        command.add_argument("--image", type=Path, default=None, metavar="FILE")
        command.add_argument("--link", action="append", default=None, metavar="LABEL=URL")
        command.add_argument("--from", dest="starts_at", default=None, metavar="DATE")
        command.add_argument("--until", dest="ends_at", default=None, metavar="DATE")
        command.add_argument("--hidden", action="store_true")
    move = group.add("move", tr("put a notice elsewhere"), _move)
    move.add_argument("id", metavar="ID", type=number)
    move.add_argument("index", metavar="N", type=number, help=tr("0 is the first"))
    group.add("remove", tr("delete notices"), _remove).add_argument("ids", metavar="ID", type=number, nargs="+")


def _add(session: Session) -> None:
    patch = _patch(session)
    patch["title"] = session.arguments.title
    _tell(session, session.site.notices.add(patch))


def _set(session: Session) -> None:
    patch = _patch(session)
    if session.arguments.title is not None:
        patch["title"] = session.arguments.title
    if session.arguments.shown:
        patch["visible"] = True
    if not patch:
        raise Usage(tr("Nothing to change was named."))
    _tell(session, session.site.notices.change(session.arguments.id, patch))


def _patch(session: Session) -> NoticePatch:
    arguments = session.arguments
    patch: NoticePatch = {}
    if arguments.text is not None:
        patch["text"] = arguments.text
    if arguments.image is not None:
        patch["image"] = session.site.media.add_file(arguments.image).path
    if arguments.link is not None:
        patch["links"] = tuple(_link(text) for text in arguments.link)
    if arguments.starts_at is not None:
        patch["starts_at"] = _moment(session, arguments.starts_at)
    if arguments.ends_at is not None:
        patch["ends_at"] = _moment(session, arguments.ends_at)
    if arguments.hidden:
        patch["visible"] = False
    return patch


def _link(text: str) -> NoticeLink:
    from chce_desktop.domain.notice import NoticeLink

    label, equals, url = text.partition("=")
    if not equals:
        raise Usage(tr("“{text}” is no link.", text=text), hint=tr("Write LABEL=URL."))
    return NoticeLink(label.strip(), url.strip())


def _moment(session: Session, text: str) -> datetime | None:
    from chce_desktop.domain.dates import parse_date

    if not text:
        return None
    moment = parse_date(text, zoneinfo.ZoneInfo(session.site.settings.get().timezone))
    if moment is None:
        raise Usage(tr("“{text}” is no date that could be understood.", text=text), hint=tr("Write 2024-01-18 10:00."))
    return moment


def _list(session: Session) -> None:
    documents = [_document(notice) for notice in session.site.notices.all()]
    rows = [(d["id"], d["title"], d["ends_at"] or "", "" if d["visible"] else tr("hidden")) for d in documents]
    session.output.result(documents, table([(tr("ID"), tr("Title"), tr("Until"), ""), *rows]))


def _move(session: Session) -> None:
    session.site.notices.move(session.arguments.id, session.arguments.index)
    _tell(session, next(n for n in session.site.notices.all() if n.id == session.arguments.id))


def _remove(session: Session) -> None:
    from chce_desktop.services.errors import NotFound

    known = {notice.id for notice in session.site.notices.all()}
    for notice_id in session.arguments.ids:
        if notice_id not in known:
            raise NotFound(tr("There is no notice {id}.", id=notice_id), hint=tr("It may have been deleted."))
    for notice_id in session.arguments.ids:
        session.site.notices.remove(notice_id)
    session.output.result({"removed": len(session.arguments.ids)}, [tr("Removed.")])


def _tell(session: Session, notice: Notice) -> None:
    session.output.result(_document(notice), [f"{notice.id}  {notice.title}"])


def _document(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "title": notice.title,
        "text": notice.text,
        "image": notice.image,
        "links": [{"label": link.label, "url": link.url} for link in notice.links],
        "starts_at": notice.starts_at.isoformat() if notice.starts_at else None,
        "ends_at": notice.ends_at.isoformat() if notice.ends_at else None,
        "visible": notice.visible,
    }
