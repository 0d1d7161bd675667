"""How articles are dragged from one part of the window to another."""

from __future__ import annotations

import json
from collections.abc import Iterable

from PySide6.QtCore import QMimeData

#: Mime type of dragged articles: a JSON list of ids.
ARTICLES_MIME = "application/x-chce-articles"


def mime_of(ids: Iterable[int]) -> QMimeData:
    """Articles as they are dragged."""
    data = QMimeData()
    data.setData(ARTICLES_MIME, json.dumps(list(ids)).encode())
    return data


def ids_of(data: QMimeData) -> list[int]:
    """The counterpart of `mime_of`."""
    return [int(article_id) for article_id in json.loads(bytes(data.data(ARTICLES_MIME).data()))]
