"""`chce publish`, `publications`, `repair`, `rollback`, `backup`, `restore`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from chce_desktop.cli.output import megabytes, table
from chce_desktop.cli.session import Session, number
from chce_desktop.cli.targets import add_password_option, given_password
from chce_desktop.foundation.errors import DecisionNeeded
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands
    from chce_desktop.domain.publication import Target
    from chce_desktop.domain.signoff import Override
    from chce_desktop.services.backup import BackupResult
    from chce_desktop.services.publishing import PublishResult

Answer = TypeVar("Answer")
#: More questions than a publish can have: a question that stays open although it was answered ends the run.
_MOST_QUESTIONS = 8


def register(commands: Commands) -> None:
    """Add these commands."""
    publish = commands.add("publish", tr("bring the site to a target"), _publish)
    publish.add_argument("--dry-run", action="store_true", help=tr("only say what would change"))
    publish.add_argument(
        "--due",
        action="store_true",
        help=tr("only if an article's time has come since the last publish, or a publish waits for the network"),
    )
    repair = commands.add("repair", tr("publish, and mend what was changed on the host by hand"), _repair)
    rollback = commands.add("rollback", tr("put an earlier publication back, as a new one"), _rollback)
    for command in (publish, repair, rollback):
        command.add_argument("name", metavar="NAME")
        command.add_argument("--yes", action="store_true", help=tr("answer every question with yes"))
        add_password_option(command)
    for command in (publish, repair):
        command.add_argument(
            "--override",
            metavar="REASON",
            default="",
            help=tr("publish what the check stops, for this reason, which is recorded"),
        )
        command.add_argument("--by", metavar="NAME", default="", help=tr("who decides that (see chce person)"))
    rollback.add_argument("generation", metavar="GENERATION", type=int)
    history = commands.add("publications", tr("what was published to a target, newest first"), _publications)
    history.add_argument("name", metavar="NAME")
    history.add_argument("--limit", type=number, default=50, metavar="N")
    backup = commands.add("backup", tr("the whole site in one file, read back before it counts"), _backup)
    backup.add_argument("file", metavar="FILE", type=Path)
    restore = commands.add("restore", tr("make a site from a backup"), _restore)
    restore.add_argument("file", metavar="FILE", type=Path)
    restore.add_argument("folder", metavar="DIR", type=Path)


def _publish(session: Session) -> None:
    if session.arguments.due and not _is_due(session):
        return
    if session.arguments.dry_run:
        _compare(session)
    else:
        _run(session, thorough=False)


def _is_due(session: Session) -> bool:
    """Whether there is something to do for `--due`; else that is told, and nothing on the host is looked at."""
    from chce_desktop.services import automatic

    site = session.site
    target = site.targets.find(session.arguments.name)
    if any(found.target.id == target.id for found in automatic.pending(site, patient=False)):
        return True
    last = site.publications.last_done(target.id)
    zeros = dict.fromkeys(("uploaded", "deleted", "bytes", "verified", "repaired", "seconds"), 0)
    figures = {"generation": last.generation if last else 0, **zeros, "unchanged": last.unchanged if last else 0}
    session.output.result({**figures, "dry_run": session.arguments.dry_run, "due": False}, [tr("Nothing is due.")])
    return False


def _repair(session: Session) -> None:
    _run(session, thorough=True)


def _rollback(session: Session) -> None:
    from chce_desktop.services.publishing import roll_back

    target = session.site.targets.find(session.arguments.name)
    password = given_password(session)

    def work(accept: frozenset[str]) -> PublishResult:
        return roll_back(
            session.site,
            target.id,
            session.arguments.generation,
            accept=accept,
            password=password,
            progress=session.progress,
        ).result

    _tell(session, decided(session, target, work))


def _run(session: Session, *, thorough: bool) -> None:
    from chce_desktop.services.publishing import Reason, publish

    site = session.site
    reason = Reason(session.arguments.override, session.arguments.by) if session.arguments.override else None
    target = site.targets.find(session.arguments.name)
    password = given_password(session)

    def work(accept: frozenset[str]) -> PublishResult:
        return publish(
            site,
            target.id,
            accept=accept,
            thorough=thorough,
            reason=reason,
            password=password,
            progress=session.progress,
        ).result

    _tell(session, decided(session, target, work))


def _tell(session: Session, result: PublishResult) -> None:
    session.progress.clear()
    for warning in result.warnings:
        session.output.note(warning)
    document: dict[str, Any] = {
        name: getattr(result, name)
        for name in ("generation", "uploaded", "deleted", "unchanged", "bytes", "verified", "repaired")
    }
    document |= {"seconds": round(result.seconds, 3), "dry_run": False}
    line = tr(
        "Generation {generation}: {uploaded} files sent ({size}), {deleted} deleted, {unchanged} unchanged, {verified} "
        "checked, {repaired} mended, in {seconds} s.",
        **{**document, "size": megabytes(result.bytes), "seconds": f"{result.seconds:.1f}"},
    )
    session.output.result(document, [line])


def _compare(session: Session) -> None:
    from chce_desktop.services.publishing import compare

    site = session.site
    target = site.targets.find(session.arguments.name)
    password = given_password(session)
    started = time.monotonic()
    found = decided(session, target, lambda _: compare(site, target.id, password=password, progress=session.progress))
    session.progress.clear()
    uploaded = len(found.added) + len(found.changed)
    document = {
        "generation": found.generation,
        "uploaded": uploaded,
        "deleted": len(found.removed),
        "unchanged": found.unchanged,
        "bytes": found.bytes,
        "verified": 0,
        "repaired": 0,
        "seconds": round(time.monotonic() - started, 3),
        "dry_run": True,
        "questions": [{"code": question.code, "title": question.title} for question in found.questions],
    }
    marked = (("+", found.added), ("~", found.changed), ("-", found.removed))
    lines = [f"{mark} {path}" for mark, paths in marked for path in paths]
    lines += [f"? {question.title}" for question in found.questions]
    lines.append(
        tr(
            "{uploaded} files would be sent ({size}), {deleted} deleted, {unchanged} are the same.",
            uploaded=uploaded,
            size=megabytes(found.bytes),
            deleted=len(found.removed),
            unchanged=found.unchanged,
        )
    )
    session.output.result(document, lines)


def decided(session: Session, target: Target, work: Callable[[frozenset[str]], Answer]) -> Answer:
    """Do `work`; with `--yes` every question that stops it is answered, the host's key included."""
    from chce_desktop.services.publishing import BLOCKED, HostKeyUnknown

    accept: set[str] = set()
    for _ in range(_MOST_QUESTIONS):
        try:
            return work(frozenset(accept))
        except HostKeyUnknown as unknown:
            if not session.arguments.yes:
                raise
            session.site.targets.change(target.id, host_key=unknown.fingerprint)
            session.output.note(tr("Accepted the host's key {fingerprint}.", fingerprint=unknown.fingerprint))
        except DecisionNeeded as question:
            if question.code == BLOCKED or not session.arguments.yes or question.code in accept:
                if question.code == BLOCKED:  # a yes is no reason
                    session.output.note(question.detail)
                raise
            yes = tr("Yes.")
            session.output.note(f"{question.title} {yes}")
            accept.add(question.code)
    return work(frozenset(accept))


def _publications(session: Session) -> None:
    site = session.site
    target = site.targets.find(session.arguments.name)
    documents = [
        {
            "generation": record.generation,
            "state": record.state.value,
            "started_at": record.started_at.isoformat(timespec="seconds"),
            "finished_at": record.finished_at.isoformat(timespec="seconds") if record.finished_at else None,
            "uploaded": record.uploaded,
            "deleted": record.deleted,
            "unchanged": record.unchanged,
            "bytes": record.bytes,
            "verified": record.verified,
            "repaired": record.repaired,
            "seconds": round(record.seconds, 3),
            "error": record.error,
            **asdict(record.receipt),
            "overrides": [overridden(item) for item in site.signoffs.overrides_of_publication(record.id)],
        }
        for record in site.publications.of(target.id, session.arguments.limit)
    ]
    rows = [(d["generation"], d["state"], d["started_at"], d["uploaded"], d["deleted"], d["error"]) for d in documents]
    heading = (tr("Generation"), tr("State"), tr("Started"), tr("Sent"), tr("Deleted"), "")
    session.output.result(documents, table([heading, *rows]))


def overridden(item: Override) -> dict[str, Any]:
    """What was let out against the check, for `--json`."""
    return {
        "article": item.article_id,
        "title": item.title,
        "who": item.who,
        "at": item.made_at.isoformat(timespec="seconds"),
        "reason": item.reason,
        "text_hash": item.text_hash,
        "findings": list(item.findings),
    }


def _backup(session: Session) -> None:
    from chce_desktop.services.backup import backup

    result = backup(session.site, session.arguments.file, progress=session.progress)
    _tell_backup(session, result, tr("The backup is whole."))


def _restore(session: Session) -> None:
    from chce_desktop.services.backup import restore

    result = restore(session.arguments.file, session.arguments.folder, progress=session.progress)
    _tell_backup(session, result, tr("The site is restored in {folder}.", folder=session.arguments.folder))


def _tell_backup(session: Session, result: BackupResult, sentence: str) -> None:
    session.progress.clear()
    line = tr(
        "{articles} articles, {media} media files, {size}.",
        articles=result.articles,
        media=result.media,
        size=megabytes(result.size),
    )
    session.output.result(
        {"articles": result.articles, "media": result.media, "bytes": result.size, "sha256": result.sha256},
        [sentence, line],
    )
