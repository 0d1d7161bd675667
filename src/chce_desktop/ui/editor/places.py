"""Where the editor was in each article, so that it opens there again, also after a crash."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from chce_desktop.foundation import files, paths

_MOST = 500
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """`cursor` counts UTF-16 units of the text, `top` is the first line that showed."""

    cursor: int = 0
    top: int = 0


class Places:
    """The places of one site's articles. Reading and writing are for jobs; the rest is memory."""

    def __init__(self, site_uid: str) -> None:
        self._path: Path = paths.settings_dir() / f"places-{site_uid}.json"
        self._places: dict[int, Place] | None = None
        self._open: int | None = None

    def get(self, article_id: int) -> Place:
        """The place in an article, its start when it was never opened."""
        return self._loaded().get(article_id, Place())

    def set(self, article_id: int, place: Place) -> bool:
        """Note a place; the article is the one that is open now. Whether anything changed."""
        places = self._loaded()
        if places.get(article_id) == place and self._open == article_id:
            return False
        places.pop(article_id, None)
        places[article_id] = place
        self._open = article_id
        return True

    def leave(self) -> None:
        """No article is open any more."""
        self._loaded()
        self._open = None

    def unfinished(self) -> int | None:
        """The article that was open when the app came to its end without closing it."""
        self._loaded()
        return self._open

    def save(self) -> None:
        """Write to the disk. A place that cannot be written is no loss worth a message."""
        rows = [[article, place.cursor, place.top] for article, place in list(self._loaded().items())[-_MOST:]]
        try:
            files.write_atomic(self._path, json.dumps({"open": self._open, "places": rows}).encode())
        except OSError as error:
            _log.info("places not written: %s", error)

    def _loaded(self) -> dict[int, Place]:
        if self._places is None:
            try:
                found = json.loads(self._path.read_text(encoding="utf-8"))
                rows = found["places"]
                self._places = {int(article): Place(int(cursor), int(top)) for article, cursor, top in rows}
                self._open = found["open"] if found["open"] in self._places else None
            except (OSError, ValueError, TypeError, KeyError):
                self._places = {}
        return self._places
