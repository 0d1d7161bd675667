"""What can be seen in one file of a theme without understanding its templates: names, markup, style sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from chce_desktop.domain import slugs
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.sitegen import theme

ERROR, WARNING = "error", "warning"
TEXTS = (".html", ".css", ".js", ".svg")
_REFUSED = re.compile(r'[<>:"|?*\\\x00-\x1f]|[ .]$')
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MOST_BYTES = 200
_COMMENTS = {
    ".html": re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL),
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
    ".js": re.compile(r"^\s*(?://[^\n]*|/\*.*?\*/)", re.DOTALL | re.MULTILINE),
    ".svg": re.compile(r"<!--.*?-->", re.DOTALL),
}
_CSS_PIECE = re.compile(r"""/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|/\*|["'{}]""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """`level` is `error` or `warning`, `rule` a stable name; `file` within the theme, `line` 0 for all of it."""

    level: str
    rule: str
    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    rule: str
    suffixes: tuple[str, ...]
    regex: re.Pattern[str]
    message: str
    level: str = ERROR


def _pattern(rule: str, suffixes: str, regex: str, message: str, level: str = ERROR) -> _Pattern:
    return _Pattern(rule, tuple(suffixes.split()), re.compile(regex, re.IGNORECASE), message, level)


_FOREIGN = r"(?:https?:)?//(?!www\.w3\.org/)"
_PATTERNS = (
    _pattern(
        "inline-script",
        ".html .svg",
        r"<script(?![^>]*\bsrc=)(?![^>]*ld\+json)[^>]*>|<[^<>]*\son[a-z]+\s*=|javascript:",
        mark("A script inside of the page is forbidden by the page's policy; put it into a file of assets."),
    ),
    _pattern(
        "inline-style",
        ".html",
        r"<style\b|<[^<>]*\sstyle\s*=",
        mark("A style inside of the page is forbidden by the page's policy; put it into the style sheet."),
    ),
    _pattern(
        "third-party",
        ".html .svg",
        rf"<(?:script|img|iframe|source|video|audio|embed|object|image|use)\b[^>]*\s"
        rf"(?:src|srcset|poster|data|(?:xlink:)?href)\s*=\s*[\"']?{_FOREIGN}"
        rf"|<link\b(?=[^>]*\brel\s*=\s*[\"']?(?:stylesheet|icon|preload|preconnect))[^>]*\shref\s*=\s*[\"']?{_FOREIGN}",
        mark("The page would load something from another host, which its policy forbids."),
    ),
    _pattern(
        "third-party",
        ".html",
        rf"<form\b[^>]*\saction\s*=\s*[\"']?{_FOREIGN}|<base\b|<meta\b[^>]*\brefresh\b(?![^>]*\{{\{{\s*target)[^>]*>",
        mark("The page would lead its readers elsewhere by itself, which its policy forbids."),
    ),
    _pattern(
        "third-party",
        ".css",
        rf"@import|(?:url\(|image-set\()\s*[\"']?{_FOREIGN}",
        mark("The style sheet would load something from elsewhere; one style sheet must be enough."),
    ),
    _pattern(
        "third-party",
        ".js",
        r"\b(?:fetch|import|importScripts|WebSocket|EventSource|sendBeacon)\(\s*[\"'`](?:(?:https?|wss?):)?//",
        mark("The script would load something from another host, which the page's policy forbids."),
    ),
    _pattern(
        "web-font",
        ".css",
        r"@font-face",
        mark("A web font makes every page heavier; the system's Han fonts need none."),
        WARNING,
    ),
    _pattern("unsafe-script", ".js", r"\beval\(|new Function\(|document\.write\(", mark("The policy forbids this.")),
    _pattern("no-alt", ".html", r"<img\b(?![^>]*\balt\s*=)[^>]*>", mark("A picture has no alt (it may be empty).")),
    _pattern("no-label", ".html", r"<nav\b(?![^>]*\baria-label)[^>]*>", mark("A nav element has no aria-label.")),
    _pattern(
        "no-label",
        ".html",
        r"<input\b(?![^>]*(?:\baria-label|\bid\s*=|type=\"(?:radio|checkbox|hidden)\"))[^>]*>",
        mark("An input has no label: give it an id for a label, or an aria-label."),
    ),
    _pattern("no-language", ".html", r"<html\b(?![^>]*\blang\s*=)[^>]*>", mark("The html element has no lang.")),
    _pattern("absolute-link", ".html", r"\shref\s*=\s*[\"']/(?!/)", mark("Links are relative: begin with the root.")),
)


def without_comments(text: str, suffix: str) -> str:
    """The same text with comments as blanks, so that every place stays where it was."""
    comments = _COMMENTS.get(suffix)
    return comments.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text) if comments else text


def of_text(path: str, text: str) -> Iterator[Fault]:
    """Faults of a file by its text."""
    suffix = Path(path).suffix
    for control in _CONTROLS.finditer(text):
        line = text.count("\n", 0, control.start()) + 1
        yield Fault(WARNING, "control", path, line, tr("A character that cannot be seen stands there; it is left out."))
    text = without_comments(text, suffix)
    for pattern in _PATTERNS:
        if suffix in pattern.suffixes:
            for match in pattern.regex.finditer(text):
                line = text.count("\n", 0, match.start() + len(match[0]) - len(match[0].lstrip())) + 1
                yield Fault(pattern.level, pattern.rule, path, line, tr(pattern.message))
    if suffix == ".css":
        yield from (Fault(ERROR, "css", path, line, message) for line, message in _css(text))


def _css(text: str) -> Iterator[tuple[int, str]]:
    """What a browser would stop at: braces, texts and comments that are not closed."""
    opened: list[int] = []
    for piece in _CSS_PIECE.finditer(text):
        line = text.count("\n", 0, piece.start()) + 1
        if piece[0] == "{":
            opened.append(line)
        elif piece[0] == "}" and not opened:
            yield line, tr("“{sign}” closes nothing; readers' browsers skip what follows.", sign="}")
        elif piece[0] == "}":
            opened.pop()
        elif piece[0] in ("/*", '"', "'"):
            yield line, tr("“{sign}” is never closed; readers' browsers skip what follows.", sign=piece[0])
            if piece[0] == "/*":
                return
    for line in opened[:1]:
        yield line, tr("“{sign}” is never closed; readers' browsers skip what follows.", sign="{")


def of_names(paths: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
    """Names that some system refuses, or takes for another. `known`: those that a theme has for itself."""
    seen: dict[str, str] = {path.casefold(): path for path in known}
    for path in paths:
        for part in path.split("/"):
            if _REFUSED.search(part) or part.split(".")[0].casefold() in slugs.WINDOWS:
                yield Fault(ERROR, "name", path, 0, tr("Windows takes no file of this name."))
            elif len(part.encode()) > _MOST_BYTES:
                yield Fault(ERROR, "name", path, 0, tr("The name is too long for some disks."))
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            message = tr("Windows and macOS take it for {file}: only capital letters differ.", file=other)
            yield Fault(ERROR, "case", path, 0, message)


def unreadable(folder: Path) -> Iterator[Fault]:
    """Entries of a theme's folder that nobody can read, or that lead out of it."""
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if file.is_symlink() and not file.exists():
            yield Fault(ERROR, "link", path, 0, tr("The link leads nowhere."))
        elif not theme.is_litter(file.name) and theme.leads_out(folder, file):
            yield Fault(
                ERROR, "link", path, 0, tr("The link leads out of the theme's folder; put a copy in its place.")
            )
        elif file.is_dir() and (file.suffix in TEXTS or path in ("theme.toml", "preview.webp")):
            yield Fault(ERROR, "folder", path, 0, tr("This is a folder where a file should be."))
    for name in ("templates", "assets"):
        if (folder / name).is_file():
            yield Fault(ERROR, "folder", name, 0, tr("This is a file where a folder should be."))
