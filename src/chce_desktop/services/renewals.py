"""Why pages change with a publish: what made the whole site be rendered again, and what changed one page."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from chce_desktop.domain.publication import Target
from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.services import snapshot, targetfolder
from chce_desktop.services.site import Site
from chce_desktop.sitegen import Generator, PageNotFound
from chce_desktop.sitegen.explaining import explain


def note(site: Site, target: Target, names: tuple[str, ...]) -> None:
    """Remember what made a build for this target render every page again, until it was published."""
    if names:
        told = dict.fromkeys((*pending(site, target), *names))
        files.write_atomic(_file(site, target), json.dumps(list(told)).encode())


def pending(site: Site, target: Target) -> tuple[str, ...]:
    """What made every page be rendered again since the last publish.

    `theme`, `columns`, `address`, `rendering`, `program` (this version makes other pages than the one before), or
    `settings.` with the key of a setting.
    """
    try:
        found = json.loads(_file(site, target).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()


def forget(site: Site, target: Target) -> None:
    """The target shows the newest state."""
    with contextlib.suppress(OSError):
        _file(site, target).unlink(missing_ok=True)


def _file(site: Site, target: Target) -> Path:
    return targetfolder.folder(site, target) / "renewed.json"


def reason(site: Site, target: Target, path: str) -> str:
    """A sentence that says why the page at a public path is other than at the last publish to a target."""
    last = site.publications.last_done(target.id)
    if last is None:
        return tr("Nothing was published to this target yet.")
    taken = snapshot.take(site)
    try:
        found = explain(taken, targetfolder.pages(site, target), path, base_url=target.public_url)
    except PageNotFound:
        return tr("No page stands here any more: what it showed was withdrawn or moved.")
    changed = {info.id: info for info in taken.articles if info.updated_at > last.started_at}
    own = Generator(taken, base_url=target.public_url).catalogue.by_path.get(path)
    if own is not None and own.id in changed:
        if own.created_at > last.started_at:
            return tr("Its article is new.")
        return tr("Its article was edited since the last publish.")
    shown = [changed[number] for number in found.articles if number in changed]
    if shown:
        return trn(
            "It shows “{title}”, which was edited since the last publish.",
            "It shows “{title}” and others ({n} together) that were edited since the last publish.",
            len(shown),
            title=shown[0].list_title,
        )
    if pending(site, target):
        return tr("It was rendered again with the whole site.")
    return tr("Something that it shows changed: an article that came or went, a count, or a block of every page.")
