"""What goes out without anybody pressing a button: articles whose time has come, take-downs, waiting publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chce_desktop.domain.publication import Target, WaitingPublication
from chce_desktop.services.site import Site
from chce_desktop.storage import lists

#: How long to wait before a publish that found no network is tried again: the longer it waits, the rarer.
_SHORTEST, _LONGEST = timedelta(seconds=30), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pending:
    """A publish to be made now. `accept`: the questions that were answered. `waiting`: it waits for the network.

    `since` tells it from the next one to the same target.
    """

    target: Target
    since: datetime
    accept: frozenset[str] = frozenset()
    waiting: bool = False


def pending(site: Site, *, now: datetime | None = None, patient: bool = True) -> tuple[Pending, ...]:
    """What is to be published at `now`. `patient`: one that was tried a moment ago is left for later.

    A target to which nothing has been published yet is never due: the first publish is somebody's decision.
    """
    moment = now or datetime.now(UTC)
    waits = {waiting.target_id: waiting for waiting in site.waiting.all()}
    found = []
    for target in site.targets.all():
        waiting = waits.get(target.id)
        if waiting is not None:
            if not patient or moment >= next_try(waiting):
                found.append(Pending(target, waiting.since, waiting.accept, waiting=True))
        elif target.automatic and (came := _came(site, target, moment)) is not None:
            found.append(Pending(target, came))
    return tuple(found)


def next_change(site: Site, *, now: datetime | None = None) -> datetime | None:
    """When something goes out or is taken down by itself next; None where nothing is planned."""
    with site.connection.read() as session:
        return lists.next_change(session, now or datetime.now(UTC))


def next_try(waiting: WaitingPublication) -> datetime:
    """When a waiting publish is tried again."""
    if waiting.tried_at is None:
        return waiting.since
    age = waiting.tried_at - waiting.since
    return waiting.tried_at + min(_LONGEST, max(_SHORTEST, age / 4))


def _came(site: Site, target: Target, moment: datetime) -> datetime | None:
    """The first planned change since the last publication, where its time has come."""
    last = site.publications.last_done(target.id)
    if last is None:
        return None
    change = next_change(site, now=last.started_at)
    return change if change is not None and change <= moment else None
