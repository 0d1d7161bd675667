"""Publishing a site to a target: build, compare, publish, record."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chce_desktop.domain.addresses import UNFILED
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.decisions import BLOCKED, Reason, reason_in
from chce_desktop.domain.publication import Publication, PublicationKind, PublicationState, Receipt, Target
from chce_desktop.domain.signoff import Override
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.files import inside
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.publishing.address import parse_address, risk
from chce_desktop.publishing.errors import (
    AddressesInUse,
    HostKeyUnknown,
    HostUnreachable,
    LoginRefused,
    WithdrawnReturn,
)
from chce_desktop.publishing.outcome import (
    WITHDRAWN_RETURN,
    Answer,
    Comparison,
    KnownState,
    LocalTree,
    ProbeStep,
    PublishResult,
    Question,
)
from chce_desktop.publishing.probing import ProbeReport, probe
from chce_desktop.publishing.publisher import Publisher
from chce_desktop.publishing.registry import TRANSPORTS, open_remote
from chce_desktop.services import (
    building,
    computer,
    formeraddresses,
    overriding,
    renewals,
    snapshot,
    targetfolder,
    unheard,
    withdrawing,
)
from chce_desktop.services.overriding import BlockedFindings
from chce_desktop.services.site import Site
from chce_desktop.sitegen import Generator
from chce_desktop.sitegen.serverfiles import ServerFiles
from chce_desktop.storage import articles, columns, presence, publications

__all__ = [
    "BLOCKED",
    "SCHEMES",
    "BlockedFindings",
    "Comparison",
    "HostKeyUnknown",
    "HostUnreachable",
    "LoginRefused",
    "ProbeReport",
    "ProbeStep",
    "PublishReceipt",
    "PublishResult",
    "Question",
    "Reason",
    "compare",
    "compare_earlier",
    "kept_generations",
    "publish",
    "risk_of",
    "roll_back",
    "titles",
    "try_out",
]

#: How many pages a publish renews at most only for the blocks that stand on every page.
_FRESHENED = 50
#: How addresses of targets may begin.
SCHEMES = tuple(TRANSPORTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReceipt:
    """What a publish did. `result` has the figures, `publication` is the record that is kept for ever.

    `newly_published` counts the articles that readers see for the first time.
    """

    publication: Publication
    result: PublishResult
    newly_published: int


def compare(
    site: Site, target_id: int, *, password: str | None = None, now: datetime | None = None, progress: Progress = SILENT
) -> Comparison:
    """Build the pages and say how the host differs from them; nothing on the host is changed.

    `password` is used instead of the one in the keyring. Raises TargetNotFound, what a build raises, PublishError's
    kinds and DecisionNeeded's (such as HostKeyUnknown).
    """
    target = site.targets.get(target_id)
    taken = snapshot.take(site, now=now)
    stopped = overriding.question(site, taken, progress=progress)
    tree = _built(taken, site, target, progress)
    found = _publisher(site, target, password).compare(tree, progress)
    return found if stopped is None else replace(found, questions=(stopped, *found.questions))


def publish(
    site: Site,
    target_id: int,
    *,
    accept: Iterable[str] = (),
    thorough: bool = False,
    reason: Reason | None = None,
    password: str | None = None,
    now: datetime | None = None,
    progress: Progress = SILENT,
) -> PublishReceipt:
    """Build the pages, make the host show exactly them, and record it once it was confirmed.

    `accept` are codes of the questions that the editor answered with yes (see `Comparison.questions`); an open one
    raises its DecisionNeeded before anything is changed. `reason`: why that goes out which the check before publishing
    stops (BlockedFindings); it is recorded, and may be one of the answers in `accept` (see `domain.decisions`).
    `thorough` also mends what was changed on the host by hand.
    Ready articles become published when they are on the host. Raises what `compare` raises, and Cancelled.
    """
    target = site.targets.get(target_id)
    taken = snapshot.take(site, now=now)
    accept = frozenset(accept)
    reason = reason or reason_in(accept)
    let_out = overriding.decided(site, taken, reason, progress=progress)
    tree = _built(taken, site, target, progress)
    let_out += overriding.changed_since(site, taken, reason, progress=progress)
    kind = PublicationKind.REPAIR if thorough else PublicationKind.PUBLISH
    choices = _Choices(frozenset(accept), kind, password, let_out=let_out)
    return _carry_out(site, target, tree, choices, taken, progress)


def roll_back(
    site: Site,
    target_id: int,
    generation: int,
    *,
    accept: Iterable[str] = (),
    password: str | None = None,
    progress: Progress = SILENT,
) -> PublishReceipt:
    """Put an earlier publication back, as a new generation; the library stays as it is.

    Raises ReleaseMissing where its files are no longer kept on this computer, and what `publish` raises.
    """
    target = site.targets.get(target_id)
    accepted = frozenset(accept)
    with _earlier(site, target, generation) as tree:
        question = _withdrawn_question(site, tree)
        if question is not None and question.code not in accepted:
            named = "\n".join(question.paths)
            raise WithdrawnReturn(question.code, question.title, hint=question.hint, detail=named)
        choices = _Choices(accepted, PublicationKind.ROLLBACK, password, put_back=generation)
        return _carry_out(site, target, tree, choices, None, progress)


def compare_earlier(
    site: Site, target_id: int, generation: int, *, password: str | None = None, progress: Progress = SILENT
) -> Comparison:
    """What `roll_back` would change; nothing on the host is changed. Raises what `roll_back` raises but questions."""
    target = site.targets.get(target_id)
    with _earlier(site, target, generation) as tree:
        found = _publisher(site, target, password).compare(tree, progress)
        question = _withdrawn_question(site, tree)
    return found if question is None else replace(found, questions=(*found.questions, question))


@contextmanager
def _earlier(site: Site, target: Target, generation: int) -> Iterator[LocalTree]:
    """The files of an earlier publication, laid out until the end of the block."""
    place = targetfolder.folder(site, target) / "rollback"
    shutil.rmtree(place, ignore_errors=True)
    try:
        tree = targetfolder.releases(site, target).restore(generation, place)
        taken = snapshot.take(site)
        # From where the server led on then it may lead on again, not from where it does today, which may be a page now.
        # Whether it puts pieces in shows.
        settings = replace(taken.settings, server_includes=True)
        bare = replace(taken, settings=settings, articles=(), redirects=(), withdrawn=(), published={})
        yield replace(tree, served=_served(bare, target, tree.root, is_earlier=True))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _withdrawn_question(site: Site, tree: LocalTree) -> Question | None:
    paths = withdrawing.shown_in(site, tree.root, tree.manifest.files)
    if not paths:
        return None
    return Question(
        WITHDRAWN_RETURN,
        tr("That publication shows articles that have been withdrawn since: readers would see them again."),
        tr("Choose a later publication. Continue only if these articles may be seen again."),
        paths,
    )


def kept_generations(site: Site, target_id: int) -> tuple[int, ...]:
    """The generations that `roll_back` can put back, newest first."""
    kept = targetfolder.releases(site, site.targets.get(target_id)).all()
    return tuple(release.generation for release in kept)


@dataclass(frozen=True, slots=True)
class _Choices:
    accept: frozenset[str]
    kind: PublicationKind
    password: str | None
    put_back: int = 0
    let_out: tuple[Override, ...] = ()


def _carry_out(
    site: Site, target: Target, tree: LocalTree, choices: _Choices, taken: SiteSnapshot | None, progress: Progress
) -> PublishReceipt:
    last = site.publications.last_done(target.id)
    with site.connection.write() as session:
        publications.end_running(session, target.id, tr("The app ended in the middle; the next publish went on."))
        publication_id = publications.add_publication(session, target.id, datetime.now(UTC))
        overriding.record(session, publication_id, choices.let_out)
    attempt = unheard.name_of(site.publications.get(publication_id))
    receipt = Receipt(
        kind=choices.kind, put_back=choices.put_back, let_out=tuple(map(overriding.sentence, choices.let_out))
    )
    try:
        publisher = _publisher(site, target, choices.password)
        thorough = choices.kind is PublicationKind.REPAIR
        try:
            asking = tree if taken is None else replace(tree, answering=unheard.answering(site, target, taken))
            result = publisher.publish(asking, accept=choices.accept, thorough=thorough, progress=progress)
        except AddressesInUse as found:
            if taken is not None:
                taken = unheard.heard_of(site, taken, found.paths)
                tree = _built(taken, site, target, progress)
            result = publisher.publish(tree, accept=choices.accept, thorough=thorough, progress=progress)
    except BaseException as error:
        _record(site, publication_id, {"state": _state_after(error), **_told(error, receipt)})
        if not unheard.may_have_committed(site, target, attempt):
            with site.connection.write() as session:
                publications.drop_repeated(session, publication_id)
        raise
    renewals.forget(site, target)
    result = _kept(site, target, tree, result, is_new=last is None or last.generation != result.generation)
    with site.connection.write() as session:
        marked = articles.mark_published(session, (info.id for info in taken.articles) if taken else ())
        pages = (path for path in tree.manifest.files if path.endswith(".html"))
        formeraddresses.confirmed(session, taken, pages)
    figures = ("generation", "tree", "uploaded", "deleted", "unchanged", "bytes", "verified", "repaired", "seconds")
    told = ("verified_by", "warnings", "written", "removed")
    receipt = replace(receipt, newly_published=len(marked), **{name: getattr(result, name) for name in told})
    _record(
        site,
        publication_id,
        {"state": PublicationState.DONE.value, "receipt": receipt} | {name: getattr(result, name) for name in figures},
    )
    if choices.kind is not PublicationKind.ROLLBACK and any(w.target_id == target.id for w in site.waiting.all()):
        site.waiting.remove(target.id)
    if marked:
        site.connection.publish(Changes(frozenset({Kind.ARTICLES}), frozenset(marked)))
    record = site.publications.get(publication_id)
    return PublishReceipt(publication=record, result=result, newly_published=len(marked))


def _kept(site: Site, target: Target, tree: LocalTree, result: PublishResult, *, is_new: bool) -> PublishResult:
    """Keep the published tree for a roll-back; where the disk refuses, the receipt says so, as the site is live.

    A generation that `is_new` may have been another one in the life of a library before it was put back.
    """
    releases = targetfolder.releases(site, target)
    if releases.holds(result.generation) and not is_new:
        return result
    try:
        releases.keep(result.generation, tree)
    except OSError:
        warning = tr("This publication could not be kept on this computer, so it cannot be put back later.")
        return replace(result, warnings=(*result.warnings, warning))
    return result


def titles(site: Site, public_paths: Iterable[str]) -> Mapping[str, str]:
    """What editors call the pages at these public paths, as far as they are articles or columns."""
    found: dict[str, str] = {}
    with site.connection.read() as session:
        tree = columns.tree(session)
        by_slug = {column.slug: column for column, _ in tree.walk()}
        for path in public_paths:
            folder, _, name = path.partition("/")
            if name == "index.html" and folder in by_slug:
                found[path] = tree.path(by_slug[folder].id)
            elif name.endswith(".html") and "/" not in name and (folder in by_slug or folder == UNFILED):
                article_id = articles.id_of_slug(session, name.removesuffix(".html"))
                if article_id is not None:
                    found[path] = articles.get_infos(session, [article_id])[article_id].title
    return found


def try_out(site: Site, target: Target, *, password: str | None = None, progress: Progress = SILENT) -> ProbeReport:
    """Try out a target, kept already or only typed in: write, replace, read, look from outside, remove.

    `password` is used instead of the one in the keyring. Failures are steps of the report; raises DecisionNeeded
    (HostKeyUnknown), AddressMalformed and Cancelled. What a passed test found out about a kept target's host is kept.
    """
    if password is None and target.id:
        password = site.targets.password(target.id)
    report = probe(open_remote(target, password=password), progress)
    if target.id and report.passed:
        site.targets.change(target.id, capabilities=report.capabilities.to_dict())
    return report


def risk_of(target: Target) -> str:
    """What the editor has to know before a password is sent to this kind of target; empty where there is nothing.

    Raises AddressMalformed.
    """
    return risk(parse_address(target.url))


def _publisher(site: Site, target: Target, password: str | None) -> Publisher:
    place = targetfolder.folder(site, target)
    remote = open_remote(target, password=password or site.targets.password(target.id), cache=place / "host")
    last = site.publications.last_done(target.id)
    known = KnownState(last.generation, last.tree) if last is not None else KnownState()
    return Publisher(
        remote,
        site_uid=site.uid,
        machine=presence.machine(),
        known=known,
        journal=targetfolder.journal(site, target),
        label=computer.label(),
        attempts=unheard.attempts(site, target),
    )


def _built(taken: SiteSnapshot, site: Site, target: Target, progress: Progress) -> LocalTree:
    out = targetfolder.pages(site, target)
    result = building.build_snapshot(taken, out, base_url=target.public_url, progress=progress)
    if result.written and result.stale:
        # Old pages are brought up to date in passing, a few with each publish that has something to send.
        freshen = min(result.stale, _FRESHENED)
        renewed = result.renewed
        result = building.build_snapshot(taken, out, base_url=target.public_url, freshen=freshen, progress=progress)
        result = replace(result, renewed=renewed)
    renewals.note(site, target, result.renewed)
    served = _served(taken, target, out)
    return LocalTree(
        root=out,
        manifest=result.manifest,
        gone=functools.cache(lambda: withdrawing.taken_away(taken)),
        unknown=lambda: withdrawing.unknown(taken),
        served=served,
    )


def _served(
    taken: SiteSnapshot, target: Target, root: Path, *, is_earlier: bool = False
) -> Callable[[str, Answer], bool]:
    """What a web server does that was set up with the files that a build of `taken`, or an earlier one, has for it."""

    def read(piece: str) -> bytes:
        return inside(root, piece).read_bytes()

    @functools.cache
    def server_files() -> ServerFiles:
        made = Generator(taken, base_url=target.public_url).server_files
        return made.of_earlier(read) if is_earlier else made

    def served(path: str, answer: Answer) -> bool:
        return server_files().answers(path, answer.status, answer.path, answer.body, read)

    return served


def _record(site: Site, publication_id: int, values: dict[str, Any]) -> None:
    with site.connection.write() as session:
        publications.change_publication(session, publication_id, {**values, "finished_at": datetime.now(UTC)})
    site.connection.changed(Kind.PUBLICATIONS)


def _state_after(error: BaseException) -> str:
    stopped = isinstance(error, (Cancelled, KeyboardInterrupt))
    return (PublicationState.CANCELLED if stopped else PublicationState.FAILED).value


def _told(error: BaseException, receipt: Receipt) -> dict[str, Any]:
    if not isinstance(error, ChceError):
        return {"error": type(error).__name__, "receipt": receipt}
    page = str(getattr(error, "path", ""))
    return {"error": error.title, "receipt": replace(receipt, hint=error.hint, page=page, code=error.code)}
