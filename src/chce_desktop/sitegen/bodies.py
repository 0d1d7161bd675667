"""The rendered bodies of a snapshot's articles: kept ones where there are, else rendered from the library's text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen.kept import Kept, encoded, key_of
from chce_desktop.sitegen.packs import Place
from chce_desktop.sitegen.prose import Prose, Renderer

_REMEMBERED = 256


class TextsElsewhere(Exception):
    """The library's texts are read by the first process only."""


class RenderedBodies:
    """Bodies by article. `load` reads many at once; `get` gives one."""

    def __init__(self, snapshot: SiteSnapshot, renderer: Renderer, kept: Kept | None) -> None:
        self._snapshot = snapshot
        self._renderer = renderer
        self._kept = kept
        self._ready: dict[int, Prose] = {}
        #: Set in a process that must not read the library's texts.
        self.closed = False

    def load(self, articles: Sequence[ArticleInfo]) -> None:
        """Make `get` cheap for these articles, and forget the ones before."""
        self._ready = {}
        missing = []
        for info in articles:
            prose = self._from_kept(info)
            if prose is None:
                missing.append(info)
            else:
                self._ready[info.id] = prose
        if missing:
            self._render(missing)

    def get(self, info: ArticleInfo) -> Prose:
        """The article's body."""
        prose = self._ready.get(info.id)
        if prose is None:
            if len(self._ready) > _REMEMBERED:
                self._ready = {}
            prose = self._from_kept(info)
            if prose is not None:
                self._ready[info.id] = prose
            else:
                self._render([info])
                prose = self._ready[info.id]
        return prose

    def beginnings(self, articles: Sequence[ArticleInfo], size: int) -> Mapping[int, str]:
        """Id to the first characters of the article's text. Forgets what was loaded."""
        found: dict[int, str] = {}
        for info in articles:
            kept = self._kept.beginning(self.key(info), size) if self._kept and info.body_hash else None
            if kept is not None:
                found[info.id] = kept
        missing = [info for info in articles if info.id not in found]
        self.load(missing)
        return found | {info.id: self.get(info).text[:size] for info in missing}

    def sources(self, articles: Sequence[ArticleInfo]) -> Mapping[int, Prose | str]:
        """Id to the article's body where it is kept, else to its Markdown: for who renders it elsewhere."""
        found: dict[int, Prose | str] = {}
        for info in articles:
            prose = self._from_kept(info)
            if prose is not None:
                found[info.id] = prose
        missing = [info for info in articles if info.id not in found]
        texts = self.texts(missing) if missing else {}
        return found | {info.id: texts.get(info.id, "") for info in missing}

    def rendered(self, source: Prose | str) -> Prose:
        """The body of what `sources` gave. Nothing is kept."""
        return source if isinstance(source, Prose) else self._renderer.render(source)

    def keep(self, text: str, prose: Prose) -> None:
        """Keep the body that was made from a text."""
        if self._kept is not None:
            self._kept.put(self.key_of(text), self._renderer.media_key(prose.media), prose)

    def adopt(self, key: bytes, body: Place | Prose) -> None:
        """Keep a body that was made, and perhaps written, elsewhere."""
        if self._kept is None:
            return
        if isinstance(body, Prose):
            self._kept.put(key, self._renderer.media_key(body.media), body)
        else:
            self._kept.bodies.adopt(key, body)

    def key_of(self, text: str) -> bytes:
        """Under which key the body that was made from a text is kept."""
        body_hash = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return key_of(body_hash, self._renderer.configuration)

    def record(self, prose: Prose) -> bytes:
        """A body as it is kept."""
        return encoded(self._renderer.media_key(prose.media), prose)

    def texts(self, articles: Iterable[ArticleInfo]) -> Mapping[int, str]:
        """The Markdown of articles, as the library has it. Raises TextsElsewhere."""
        if self.closed:
            raise TextsElsewhere
        return self._snapshot.bodies.get([info.id for info in articles])

    def key(self, info: ArticleInfo) -> bytes:
        """Under which key the article's body is kept."""
        return key_of(info.body_hash, self._renderer.configuration)

    def _from_kept(self, info: ArticleInfo) -> Prose | None:
        if self._kept is None or not info.body_hash:
            return None
        found = self._kept.get(self.key(info))
        if found is None:
            return None
        media_key, prose = found
        return prose if not prose.media or media_key == self._renderer.media_key(prose.media) else None

    def _render(self, articles: Sequence[ArticleInfo]) -> None:
        texts = self.texts(articles)
        for info in articles:
            text = texts.get(info.id, "")
            prose = self._ready[info.id] = self._renderer.render(text)
            self.keep(text, prose)
