"""A built page as a checker sees it: its links, what it loads, its ids, its labels."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from typing_extensions import override

#: Attributes by which a page loads something without being asked.
_LOADS = {
    ("script", "src"), ("img", "src"), ("source", "src"), ("video", "src"), ("audio", "src"), ("video", "poster"),
    ("iframe", "src"), ("embed", "src"), ("object", "data"),
}  # fmt: skip
_LINKS = {("a", "href"), ("area", "href"), ("form", "action"), ("blockquote", "cite")}
_LOADED_RELATIONS = ("stylesheet", "icon", "preload", "modulepreload", "manifest")


@dataclass
class Page:
    """`links` and `loads` are addresses as they are written; `labels` the `meta` elements by name."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    policy: str = ""
    data: list[Any] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._data: list[str] | None = None

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        page = self.page
        page.ids += [values["id"]] if "id" in values else []
        page.links += [value for name, value in values.items() if (tag, name) in _LINKS]
        page.loads += [value for name, value in values.items() if (tag, name) in _LOADS]
        for name in ("srcset", "imagesrcset"):
            page.loads += [part.split()[0] for part in values.get(name, "").split(",") if part.strip()]
        if tag == "link":
            place = page.loads if values.get("rel") in _LOADED_RELATIONS else page.links
            place.append(values.get("href", ""))
        if tag == "meta" and "name" in values:
            page.labels[values["name"]] = values.get("content", "")
        if tag == "meta" and values.get("http-equiv") == "Content-Security-Policy":
            page.policy = values["content"]
        if tag == "script" and values.get("type") == "application/ld+json":
            self._data = []
        elif tag == "style" or (tag == "script" and "src" not in values):
            page.inline.append(tag)
        page.inline += [f"{tag} {name}" for name in values if name == "style" or name.startswith("on")]

    @override
    def handle_data(self, data: str) -> None:
        if self._data is not None:
            self._data.append(data)

    @override
    def handle_endtag(self, tag: str) -> None:
        if self._data is not None and tag == "script":
            self.page.data.append(json.loads("".join(self._data)))
            self._data = None


def read(file: Path) -> Page:
    """The page in a file."""
    reader = _Reader()
    reader.feed(file.read_text(encoding="utf-8"))
    return reader.page


def is_foreign(address: str) -> bool:
    """Whether an address leads to another host."""
    return bool(urlsplit(address).netloc)


def broken(root: Path) -> list[str]:
    """Links and loads of the pages below `root` that lead to no file, or to no place in it; ids that stand twice."""
    pages = {file.relative_to(root).as_posix(): read(file) for file in sorted(root.rglob("*.html"))}
    told = []
    for path, page in pages.items():
        twice = {name for name in page.ids if page.ids.count(name) > 1}
        told += [f"{path}: id {name} twice" for name in twice]
        for address in dict.fromkeys(page.links + page.loads):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = path if not parts.path else _joined(path, unquote(parts.path))
            if target is None or not (root / target).is_file():
                told.append(f"{path}: {address}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                told.append(f"{path}: {address} (no such place)")
    return told


def _joined(path: str, address: str) -> str | None:
    if address.startswith("/"):
        return address.lstrip("/") or "index.html"
    steps = path.split("/")[:-1]
    for step in address.split("/"):
        if step == "..":
            if not steps:
                return None
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    joined = "/".join(steps)
    return joined + "/index.html" if address.endswith("/") else joined
