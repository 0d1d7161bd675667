"""Puts pages together: a template of the theme, the head, and the parts that stand on every page."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation.i18n import tr
from chce_desktop.sitegen.errors import TemplateFailed
from chce_desktop.sitegen.furniture import Furniture
from chce_desktop.sitegen.metadata import Head, HeadWriter
from chce_desktop.sitegen.prose.marks import ROOT, is_harmless, public
from chce_desktop.sitegen.sandbox import Words, looked
from chce_desktop.sitegen.sheets import Frame, Sheet
from chce_desktop.sitegen.theme import Theme, plain
from chce_desktop.sitegen.views import Crumb

#: Parts that change while a site is in use. A page shows them as they were when it was made; a reader's browser
#: exchanges them for those of `fragments/shared.js` where they have changed since.
SHARED_PARTS = ("notices", "recommended", "popular", "links")
SHARED_FILE = "fragments/shared.js"
#: The same parts, one file each, for web servers that put them in (SSI). A server that does not sees comments and the
#: block as of the page's making; `1 = 2` is false for nginx and Apache.
SHARED_FRAGMENTS = {f"fragments/{name}.html": name for name in SHARED_PARTS}
_INCLUDED = '<!--#if expr="1 = 2" -->{part}<!--#else --><!--#include virtual="{address}" --><!--#endif -->'
_PUT_IN = re.compile(re.escape(_INCLUDED).replace(r"\{part\}", "(?s:.*?)").replace(r"\{address\}", '([^"]*)').encode())
#: Stand for head and content while a frame is rendered.
_HEAD, _CONTENT = "\ufddcchce-head\ufddc", "\ufddcchce-content\ufddc"
_MOST_FRAMES = 500


def put_together(page: bytes, base: str, piece: Callable[[str], bytes]) -> bytes:
    """A page as a web server sends it that puts the shared parts in; `piece` reads the file at a public path."""
    return _PUT_IN.sub(lambda found: piece(found[1].decode().removeprefix(base)), page)


class Layout:
    """Renders templates with everything that is the same for the whole site. Parts are rendered once each."""

    def __init__(self, snapshot: SiteSnapshot, theme: Theme, furniture: Furniture, base_url: str) -> None:
        self.theme = theme
        self._furniture = furniture
        self._parts: dict[tuple[str, int], str] = {}
        self._placed: dict[tuple[str, int, str], Markup] = {}
        self._bases: dict[tuple[str, int], dict[str, Any]] = {}
        self._wholes: dict[tuple[str, int], Mapping[str, Any]] = {}
        self._frames: dict[tuple[str, str, int, tuple[Crumb, ...]], Frame] = {}
        self.words = theme.words(snapshot.settings.language)
        self.base_path = urlsplit(base_url).path or "/"
        self._includes = snapshot.settings.server_includes
        self._writer = HeadWriter(snapshot.settings, base_url, self.words.untitled, logo=furniture.site.logo)
        hosts = " ".join(f"https://{host}" for host in snapshot.settings.embed_hosts if _is_host(host))
        self.policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https: http:; "
            "media-src 'self' https:; connect-src 'self'; manifest-src 'self'; "
            f"frame-src {hosts or chr(39) + 'none' + chr(39)}; form-action 'self'; base-uri 'none'"
        )

    def _common(self, root: str, section: int) -> dict[str, Any]:
        """What every template may use."""
        base = self._bases.get((root, section))
        if base is None:
            base = {
                "root": root,
                "site": self._furniture.site,
                "words": self.words,
                "assets": {name: asset.path for name, asset in self.theme.assets.items()},
                "stylesheet": self.theme.stylesheet.path,
                "navigation": self._furniture.navigation,
                "section": section,
            }
            self._bases[root, section] = base
        return base

    def _raw_part(self, name: str, section: int) -> str:
        key = (name, section if name == "header" else 0)
        part = self._parts.get(key)
        if part is None:
            furniture = self._furniture
            context = {
                **self._common(ROOT, key[1]),
                "notices": furniture.notices,
                "recommended": furniture.recommended,
                "popular": furniture.popular,
                "links": furniture.first_links,
                "search_name": "search-words",
            }
            part = self.theme.render(f"parts/{name}.html", context).strip()
            if name in SHARED_PARTS:
                version = hashlib.sha256(part.encode()).hexdigest()[:8]
                part = f'<div class="shared" data-shared="{name}" data-version="{version}">{part}</div>'
            self._parts[key] = part
        return part

    def part(self, name: str, root: str, section: int) -> Markup:
        """A part as it stands on a page with that way to the root. Raises TemplateFailed."""
        key = (name, section if name == "header" else 0, root)
        placed = self._placed.get(key)
        if placed is None:
            part = self._raw_part(name, section).replace(ROOT, root)
            if self._includes and name in SHARED_PARTS:
                part = _INCLUDED.format(part=part, address=f"{self.base_path}fragments/{name}.html")
            placed = self._placed[key] = looked(part) if is_harmless(part) else plain(part)
        return placed

    @cached_property
    def shared_version(self) -> str:
        """Changes whenever one of the shared parts does."""
        return hashlib.sha256("".join(self._raw_part(name, 0) for name in SHARED_PARTS).encode()).hexdigest()[:16]

    def shared_script(self) -> bytes:
        """The file with the present state of the shared parts."""
        parts = {}
        for name in SHARED_PARTS:
            whole = self._raw_part(name, 0)
            opening, _, inner = whole.partition(">")
            parts[name] = [
                opening.split('data-version="')[1].rstrip('"'),
                inner.removesuffix("</div>").replace(ROOT, "{root}"),
            ]
        data = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        return public(f"chceShared({data});\n")

    @property
    def shared_fragments(self) -> Iterable[str]:
        """The paths of the files that a web server puts into pages."""
        return SHARED_FRAGMENTS if self._includes else ()

    def shared_fragment(self, path: str) -> bytes:
        """One of them. Its links start at the host's root, since it stands on pages at any depth."""
        return public(self._raw_part(SHARED_FRAGMENTS[path], 0).replace(ROOT, self.base_path) + "\n")

    def frame(self, kind: str, root: str, section: int, crumbs: Sequence[Crumb]) -> Frame:
        """The page around its head and its content. Raises TemplateFailed."""
        key = (kind, root, section, tuple(crumbs))
        frame = self._frames.get(key)
        if frame is None:
            context = {
                **self._with_parts(root, section),
                "policy": self.policy,
                "kind": kind,
                "crumbs": crumbs,
                "head": plain(_HEAD),
                "content": plain(_CONTENT),
            }
            text = self.theme.render("base.html", context)
            for name, mark in (("head", _HEAD), ("content", _CONTENT)):
                if mark not in text:
                    raise TemplateFailed("base.html", 0, tr("it does not show “{name}”", name=name))
            before, _, rest = text.partition(_HEAD)
            between, _, after = rest.partition(_CONTENT)
            if len(self._frames) >= _MOST_FRAMES:
                self._frames.clear()
            frame = Frame(*map(public, (before, between, after)))
            self._frames[key] = frame
        return frame

    def _with_parts(self, root: str, section: int) -> Mapping[str, Any]:
        """What every template that is no part may use."""
        common = self._wholes.get((root, section))
        if common is None:
            parts = Words({name: self.part(name, root, section) for name in self._part_names})
            common = self._wholes[root, section] = {**self._common(root, section), "parts": parts}
        return common

    @cached_property
    def _part_names(self) -> Sequence[str]:
        names = self.theme.environment.list_templates()
        return [name[6:-5] for name in names if name.startswith("parts/") and name.endswith(".html")]

    def page(
        self, kind: str, head: Head, values: Mapping[str, Any], *, section: int = 0, root: str | None = None
    ) -> Sheet:
        """A whole page from the template of its kind. Raises TemplateFailed."""
        root = "../" * head.path.count("/") if root is None else root
        content = self.content(kind, values, section, root)
        return Sheet(self.frame(kind, root, section, head.crumbs), self.head(head, root), content)

    def content(self, kind: str, values: Mapping[str, Any], section: int, root: str) -> bytes:
        """What the template of its kind makes of a page. Raises TemplateFailed."""
        text, harmless = self.theme.page(f"{kind}.html", {**self._with_parts(root, section), **values})
        return text.encode() if harmless else public(text.replace(ROOT, root))

    def head(self, head: Head, root: str) -> bytes:
        """The elements for the page's `<head>`."""
        return self._writer.encoded(head, root)

    def bare_page(self, template: str, head: Head, values: Mapping[str, Any]) -> bytes:
        """A page that brings its own frame. Raises TemplateFailed."""
        root = "../" * head.path.count("/")
        context = {**self._common(root, 0), "policy": self.policy, "head": self._writer.write(head, root), **values}
        return public(self.theme.render(template, context))

    def absolute(self, path: str) -> str:
        """The public address of a path, empty where the site's address is unknown."""
        return self._writer.absolute(path)


def _is_host(host: str) -> bool:
    return bool(host) and all(character.isalnum() or character in "-.:" for character in host)
