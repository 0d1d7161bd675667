"""What the check stops, and letting it out all the same: with a reason, recorded for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from chce_desktop.domain.decisions import BLOCKED, SHORTEST_REASON, Reason
from chce_desktop.domain.findings import Finding
from chce_desktop.domain.signoff import Override, text_hash
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation.errors import DecisionNeeded
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.publishing.outcome import Question
from chce_desktop.services import checking, person, writing
from chce_desktop.services.errors import InvalidValue
from chce_desktop.services.site import Site
from chce_desktop.storage import articles as rows
from chce_desktop.storage import signoffs
from chce_desktop.storage.engine import Transaction

_LONGEST_REASON = 1000
_APART = " — "


class BlockedFindings(DecisionNeeded):
    """The check before publishing found something that stops it. Nothing was sent."""

    code = BLOCKED

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            _title(len(self.findings)), hint=_hint(), detail="\n".join(_sentence(finding) for finding in self.findings)
        )


def question(site: Site, taken: SiteSnapshot, *, progress: Progress = SILENT) -> Question | None:
    """What a publish of this snapshot would be stopped for, None for nothing."""
    found = _open(site, taken, checking.blocking(site, taken, progress=progress))
    return Question(BLOCKED, _title(len(found)), _hint(), tuple(map(_sentence, found))) if found else None


def decided(
    site: Site, taken: SiteSnapshot, reason: Reason | None = None, *, progress: Progress = SILENT
) -> tuple[Override, ...]:
    """What is let out against the check, to be recorded with the publication (see `record`).

    Raises BlockedFindings where something stops and no `reason` is given, InvalidValue for a reason that says nothing.
    """
    found = _open(site, taken, checking.blocking(site, taken, progress=progress))
    if not found:
        return ()
    said = reason.text.strip()[:_LONGEST_REASON] if reason else ""
    if reason is None or not said:
        raise BlockedFindings(found)
    if len(said) < SHORTEST_REASON:
        raise InvalidValue(tr("The reason says nothing."), hint=tr("Write why this may go out all the same."))
    infos = {info.id: info for info in taken.articles}
    groups: dict[tuple[int | None, str], list[Finding]] = {}
    for finding in found:
        info = infos.get(finding.article_id or 0)
        key = (finding.article_id, info.title if info else _sentence(finding))
        groups.setdefault(key, []).append(finding)
    name, moment = person.tidy(reason.who) or person.name(), writing.now()
    return tuple(
        Override(
            publication_id=0,
            article_id=article_id,
            title=title,
            who=name,
            made_at=moment,
            reason=said,
            text_hash=text_hash(infos[article_id]) if article_id is not None else _hash_of(stops),
            findings=tuple(_entry(stop) for stop in stops),
        )
        for (article_id, title), stops in groups.items()
    )


def changed_since(
    site: Site, taken: SiteSnapshot, reason: Reason | None = None, *, progress: Progress = SILENT
) -> tuple[Override, ...]:
    """The same for articles that were changed while the pages were built from this snapshot."""
    if taken.settings.sign_off:
        return ()  # only signed texts were built, whatever was written meanwhile
    with site.connection.read() as session:
        versions = rows.versions(session)
        edited = [info.id for info in taken.articles if versions.get(info.id, info.version) != info.version]
        now = rows.get_infos(session, edited) if edited else {}
    changed = tuple(now[article_id] for article_id in edited if article_id in now)
    if not changed:
        return ()
    return decided(site, replace(taken, articles=changed), reason, progress=progress)


def record(session: Transaction, publication_id: int, overrides: Iterable[Override]) -> None:
    """Write down what is let out, with the publication that does so."""
    for item in overrides:
        signoffs.add_override(session, replace(item, publication_id=publication_id))


def sentence(item: Override) -> str:
    """What was let out, why and by whom, for a receipt."""
    return f"{item.title}{_APART}{item.reason} ({item.who})"


def _open(site: Site, taken: SiteSnapshot, found: Iterable[Finding]) -> list[Finding]:
    """Without what was let out before with the very same text."""
    infos = {info.id: info for info in taken.articles}
    left = []
    with site.connection.read() as session:
        for finding in found:
            if finding.article_id is not None:
                digest = text_hash(infos[finding.article_id])
                before = signoffs.overrides(session, article_id=finding.article_id)
            else:
                digest, before = _hash_of([finding]), signoffs.overrides(session, without_article=True)
            entry = _entry(finding).partition(_APART)[0]
            known = {item.partition(_APART)[0] for past in before if past.text_hash == digest for item in past.findings}
            if entry not in known:
                left.append(finding)
    return left


def _hash_of(findings: Iterable[Finding]) -> str:
    return hashlib.sha256("\n".join(f"{f.where} {f.message}" for f in findings).encode()).hexdigest()


def _entry(finding: Finding) -> str:
    return f"{finding.rule}: {finding.found}{_APART}{finding.message}"


def _title(count: int) -> str:
    return trn(
        "The check before publishing found one thing that stops it.",
        "The check before publishing found {n} things that stop it.",
        count,
    )


def _hint() -> str:
    return tr("Mend it, or publish with a reason, which is recorded with your name.")


def _sentence(finding: Finding) -> str:
    return f"{finding.where}: {finding.message}"
