"""Looking at a host: its records, what an interrupted publish left, and what is not ours."""

from __future__ import annotations

import asyncio
import hashlib
import posixpath
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from chce_desktop.domain.manifest import Manifest
from chce_desktop.publishing.errors import NotThere, RecordDamaged
from chce_desktop.publishing.flight import collect, together
from chce_desktop.publishing.journal import Journal
from chce_desktop.publishing.plan import RemoteState, state_of
from chce_desktop.publishing.records import (
    HEAD,
    HOME,
    INTENT,
    LOCK,
    STAGE,
    Head,
    Intent,
    RemoteManifest,
    is_probe,
    manifest_path,
)
from chce_desktop.publishing.remote import Entry, Stat, Transport

# From this many files of one folder on, listing the folder is cheaper than asking for each.
_LISTED = 4
# So often what cannot be read is looked at once more, after so many seconds.
_LOOKS = 3
_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a host was found to hold.

    `litter`: a lock, stage or intent lies there. `intent` only where it is not obsolete. `foreign`: names in the
    site's folder that no record of ours explains, looked for only where there is no head. `damaged`: the head's
    manifest cannot be read, so nothing there can be called ours.
    """

    head: Head | None
    manifest: RemoteManifest
    intent: Intent | None
    state: RemoteState
    litter: bool
    foreign: tuple[str, ...] = ()
    damaged: bool = False
    has_folder: bool = True
    has_home: bool = True
    #: The head as it lies there.
    record: bytes | None = None


async def look(transport: Transport, journal: Journal, site: str, wanted: Manifest) -> Survey:
    """Look at the host; in the usual case that nothing is to be done, in the time of one small file.

    What cannot be read may be what another computer writes at this moment, on a host whose files are not replaced in
    one step: it is damaged only where it stays as it is.
    """
    survey = await _look(transport, journal, site, wanted)
    for _ in range(_LOOKS):
        if not survey.damaged:
            break
        before = survey.record
        await asyncio.sleep(_BETWEEN_LOOKS)
        survey = await _look(transport, journal, site, wanted)
        if survey.record == before:
            break
    return survey


async def _look(transport: Transport, journal: Journal, site: str, wanted: Manifest) -> Survey:
    data, intent_found, lock_found, stage_found = await together(
        _read(transport, HEAD), transport.stat(INTENT), transport.stat(LOCK), transport.stat(STAGE)
    )
    head, damaged = None, False
    if data is not None:
        try:
            head = Head.decode(data)
        except RecordDamaged:
            damaged = True
    litter = any((intent_found, lock_found, stage_found))
    manifest: RemoteManifest | None = RemoteManifest()
    if head is not None and head.site == site:
        manifest = await _manifest(transport, journal, head)
    intent, staged = await together(
        _intent(transport, head if head and head.site == site else None, present=intent_found is not None),
        _staged(transport, present=stage_found is not None),
    )
    found = manifest or RemoteManifest()
    survey = Survey(
        head=head,
        manifest=found,
        intent=intent,
        state=state_of(
            found,
            intent,
            staged,
            await _observed(transport, intent),
            renames=transport.capabilities.rename,
        ),
        litter=litter,
        damaged=damaged or manifest is None,
        has_home=head is not None,
        record=data,
    )
    return await _with_foreign(transport, survey, wanted, whole=head is None or head.site != site or survey.damaged)


async def sizes(transport: Transport, paths: Iterable[str]) -> dict[str, int | None]:
    """The sizes that files have on the host, None for what is not there."""
    wanted = list(paths)
    width = transport.capabilities.in_flight
    by_folder = Counter(posixpath.dirname(path) for path in wanted)
    found: dict[str, int | None] = dict.fromkeys(wanted)
    listed = {folder for folder, count in by_folder.items() if count >= _LISTED}
    single = [path for path in wanted if posixpath.dirname(path) not in listed]
    for folder, entries in (await collect(listed, transport.list, width)).items():
        for entry in _entries(entries):
            path = posixpath.join(folder, unicodedata.normalize("NFC", entry.name))  # as disks of macOS may not say it
            if path in found and not entry.is_folder:
                found[path] = entry.size
    for path, stat in (await collect(single, transport.stat, width)).items():
        if isinstance(stat, Stat) and not stat.is_folder:
            found[path] = stat.size
    return found


def with_sizes(state: RemoteState, found: Mapping[str, int | None]) -> RemoteState:
    """The state, with what contradicts its records taken as unknown, so that it is written again."""
    wrong = [path for path, size in found.items() if path in state.files and state.files[path].size != size]
    return without(state, wrong)


def without(state: RemoteState, paths: Iterable[str]) -> RemoteState:
    """The state, with these files of ours taken as unknown."""
    files, moved, unsure = dict(state.files), dict(state.moved), set(state.unsure)
    for path in paths:
        if files.pop(path, None) is not None:
            moved[path] = None
            unsure.add(path)
    return replace(state, files=files, moved=moved, unsure=frozenset(unsure))


def _entries(answer: object) -> tuple[Entry, ...]:
    return answer if isinstance(answer, tuple) else ()


async def _read(transport: Transport, path: str) -> bytes | None:
    try:
        return await transport.read(path)
    except NotThere:
        return None


async def _manifest(transport: Transport, journal: Journal, head: Head) -> RemoteManifest | None:
    kept = journal.manifest(head.manifest)
    if kept is not None:
        return kept
    data = await _read(transport, manifest_path(head.generation))
    if data is None or hashlib.sha256(data).hexdigest() != head.manifest:
        return None
    try:
        manifest = RemoteManifest.decode(data)
    except RecordDamaged:
        return None
    journal.keep_manifest(data)
    return manifest


async def _intent(transport: Transport, head: Head | None, *, present: bool) -> Intent | None:
    data = await _read(transport, INTENT) if present else None
    if data is None:
        return None
    try:
        intent = Intent.decode(data)
    except RecordDamaged:
        return None
    return intent if intent.generation > (head.generation if head else 0) else None


async def _staged(transport: Transport, *, present: bool) -> dict[str, int]:
    entries = await transport.list(STAGE) if present else None
    return {entry.name: entry.size for entry in entries or ()}


async def _observed(transport: Transport, intent: Intent | None) -> dict[str, int | None]:
    if intent is None:
        return {}
    return await sizes(transport, intent.writes.keys() | intent.settled.keys() | intent.deletes)


async def _with_foreign(transport: Transport, survey: Survey, wanted: Manifest, *, whole: bool) -> Survey:
    """Find what is not ours: everything in an unknown folder, otherwise only what stands in the way of new files."""
    if whole:
        entries = await transport.list("")
        if entries is None:
            return replace(survey, has_folder=False, has_home=False)
        ours = {path.split("/")[0] for path in (*survey.state.files, *survey.state.unsure, *survey.state.folders)}
        foreign = {entry.name for entry in entries if not is_probe(entry.name)} - ours - {HOME}
        if not foreign:
            return survey
        survey = replace(survey, foreign=tuple(sorted(foreign)))
    new = wanted.files.keys() - survey.state.files.keys() - survey.state.unsure
    found = await sizes(transport, sorted(new))
    in_the_way = {path for path, size in found.items() if size is not None}
    return replace(survey, foreign=tuple(sorted({*survey.foreign, *in_the_way})))
