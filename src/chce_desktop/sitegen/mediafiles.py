"""The files below `media/` of a build: originals are copied, the widths and formats of pictures made once."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.sitegen import pictures
from chce_desktop.sitegen.crew import Crew
from chce_desktop.sitegen.ledger import Ledger
from chce_desktop.sitegen.outputs import Output
from chce_desktop.sitegen.sheets import Outcome

#: So many pictures are worth a second process.
_MANY_PICTURES = 3


class MediaFiles:
    """Copies what is due from the site's library, or from the cache of pictures, into the stage."""

    def __init__(
        self, ledger: Ledger, media: Mapping[str, MediaItem], crew: Crew, out: Path, stage: Path, progress: Progress
    ) -> None:
        self._ledger, self._media, self._crew = ledger, media, crew
        self._out, self._stage, self._progress = out, stage, progress

    def copy(self, outputs: Iterable[Output]) -> None:
        """Copy media files, after their variants were made that are due: all of one picture together."""
        due: dict[Path, list[tuple[str, str, pictures.Wanted | None]]] = {}
        for output in outputs:
            found = pictures.original(output.path, self._media)
            if found is None or output.source is None:
                continue
            key, before = pictures.key(found[0]), self._ledger.before.get(output.path)
            intact = before is not None and before.key == key and self._ledger.intact(output.path, before)
            if before is not None and intact and not self._ledger.whole:
                self._ledger.files[output.path] = before
                continue
            wanted = pictures.wanted(*found, output.source)
            due.setdefault(output.source, []).append((output.path, key, wanted))
        there = {source: made for source, made in due.items() if source.is_file()}
        for number, made in enumerate(there.values()):
            self._progress.check()
            self._progress.report(tr("Preparing pictures"), number, len(there))
            missing = [want for _, _, want in made if want is not None and not want.target.exists()]
            if missing:
                self._crew.give(pictures.make, missing, _nothing_more, heavy=len(there) > _MANY_PICTURES)
        self._crew.wait()
        for source, made in there.items():
            for path, key, want in made:
                self._copy(path, key, source if want is None else want.target)

    def _copy(self, path: str, key: str, source: Path) -> None:
        """A media file, whose name is made from its content."""
        before = self._ledger.before.get(path)
        intact = before is not None and before.key == key and self._ledger.intact(path, before)
        digest = files.sha256(source)
        self._progress.check()
        modified = 0
        if digest != self._ledger.known(path):
            target = files.inside(self._stage, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not (intact and _linked(self._out / path, target)):
                shutil.copyfile(source, target)
            modified = target.stat().st_mtime_ns
        self._ledger.account(path, Outcome(digest, source.stat().st_size, modified), key)


def _nothing_more(_: None) -> None:
    """What is done when pictures were made: they lie in the cache."""


def _linked(source: Path, target: Path) -> bool:
    with contextlib.suppress(OSError):
        os.link(source, target)
        return True
    return False
