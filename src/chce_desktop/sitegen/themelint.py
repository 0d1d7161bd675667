"""What is wrong with a theme, or with the files by which a site changes one: told with file and line."""

from __future__ import annotations

import contextlib
import gzip
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta, nodes

from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.sitegen import theme, themesample, views
from chce_desktop.sitegen.errors import TemplateFailed, ThemeFaulty
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.theme import Theme

ERROR, WARNING = "error", "warning"
_PAGES_WITH_FRAME = ("home", "list", "article", "links", "search", "tags", "archive", "404", "withdrawn")
_PARTS = (
    "header", "footer", "links", "notices", "page_tools", "popular", "reading_tools", "recommended", "search_box",
)  # fmt: skip
#: What is a template by itself; another file is one that these use.
_KINDS = frozenset({"base.html", "redirect.html", *(f"{kind}.html" for kind in _PAGES_WITH_FRAME)})
#: Macros of the app for every theme.
_OFFERED = frozenset({"pictures.html"})
_COMMON = frozenset({"root", "site", "words", "assets", "stylesheet", "navigation", "section"})
_OWN: Mapping[str, frozenset[str]] = {
    "base.html": frozenset({"kind", "crumbs", "policy", "head", "content", "parts"}),
    "home.html": frozenset({"blocks", "first_pictured"}),
    "list.html": frozenset({"name", "description", "sub_columns", "cards", "pager", "feed"}),
    "article.html": frozenset({"article", "cover"}),
    "links.html": frozenset({"groups"}),
    "tags.html": frozenset({"tags"}),
    "archive.html": frozenset({"years"}),
    "redirect.html": frozenset({"target", "canonical", "head", "policy"}),
}
_PART_NAMES = frozenset({"recommended", "popular", "notices", "links", "search_name"})
#: What scripts of the app look for, by the page on which it must stand.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "article": ('id="article-body"', "data-reads=", "data-block="),
    "search": ('id="search"', 'id="search-status"', 'id="search-results"', 'id="search-pager"', 'class="search-box"'),
    "home": ('id="content"', "<h1", "data-root=", 'data-shared="recommended"', 'data-shared="popular"'),
    "list": ('id="content"', "<h1"),
}
_TOO_LARGE, _ALL_TOO_LARGE = 200_000, 60_000
#: A word that a template shows.
_WORD = re.compile(r"\bwords(?:\.|\[\s*['\"])(\w+)")
_TEXTS = (".html", ".css", ".js", ".svg")


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
        ".html",
        r"<script(?![^>]*\bsrc=)(?![^>]*ld\+json)[^>]*>|\son[a-z]+\s*=\s*[\"']|javascript:",
        mark("A script inside of the page is forbidden by the page's policy; put it into a file of assets."),
    ),
    _pattern(
        "inline-style",
        ".html",
        r"<style\b|\sstyle\s*=\s*[\"']",
        mark("A style inside of the page is forbidden by the page's policy; put it into the style sheet."),
    ),
    _pattern(
        "third-party",
        ".html",
        rf"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\s(?:src|srcset|poster)\s*=\s*[\"']?{_FOREIGN}"
        rf"|<link\b(?=[^>]*\brel\s*=\s*[\"']?(?:stylesheet|icon|preload|preconnect))[^>]*\shref\s*=\s*[\"']?{_FOREIGN}",
        mark("The page would load something from another host, which its policy forbids."),
    ),
    _pattern(
        "third-party",
        ".css",
        rf"@import|url\(\s*[\"']?{_FOREIGN}",
        mark("The style sheet would load something from elsewhere; one style sheet must be enough."),
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


def lint(name: str, folder: Path | None = None) -> tuple[Fault, ...]:
    """Everything wrong with the theme `name`, or with the files of `folder` that lie over it; errors first.

    With a folder only its own files are told about. Never raises for anything in the folder.
    """
    own = folder if folder is not None else theme.folder_of(name)
    faults = [*_files(own), *_descriptions(own)]
    if not any(fault.rule in ("theme-toml", "encoding") for fault in faults):
        try:
            loaded = theme.load(name, folder)
        except ThemeFaulty as error:
            faults.append(Fault(ERROR, "theme", "", 0, f"{error.title} {error.detail}".strip()))
        else:
            faults += _templates(loaded, own)
            if not any(fault.rule in ("syntax", "unknown-filter") for fault in faults):
                told = {(fault.file, fault.line) for fault in faults}
                faults += (fault for fault in _rendered(loaded, folder) if (fault.file, fault.line) not in told)
            faults += _assets(loaded, own)
    unique = dict.fromkeys(faults)
    return tuple(sorted(unique, key=lambda f: (f.level != ERROR, f.file, f.line, f.rule)))


def _files(own: Path) -> Iterator[Fault]:
    """What can be seen without understanding templates."""
    for file in sorted(own.rglob("*")) if own.is_dir() else ():
        path = file.relative_to(own).as_posix()
        if not file.is_file() or file.name.startswith("."):
            continue
        read = file.suffix == ".html" if path.startswith("templates/") else path.startswith("assets/")
        if not read and path not in ("theme.toml", "preview.webp"):
            message = tr("The file belongs to no part of a theme; nobody reads it.")
            yield Fault(WARNING, "unknown-file", path, 0, message)
        if file.suffix not in _TEXTS:
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            line = theme.line_of(error) if isinstance(error, UnicodeDecodeError) else 0
            yield Fault(ERROR, "encoding", path, line, tr("The file cannot be read as text in UTF-8."))
            continue
        for pattern in _PATTERNS:
            if file.suffix in pattern.suffixes:
                for match in pattern.regex.finditer(text):
                    line = text.count("\n", 0, match.start() + len(match[0]) - len(match[0].lstrip())) + 1
                    yield Fault(pattern.level, pattern.rule, path, line, tr(pattern.message))


def _descriptions(own: Path) -> Iterator[Fault]:
    file = own / "theme.toml"
    if not file.is_file():
        return
    text = ""
    try:
        text = file.read_text(encoding="utf-8")
        about = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        yield Fault(ERROR, "theme-toml", "theme.toml", theme.line_in_toml(error, text), str(error))
        return
    lines = text.splitlines()
    known = theme.shared_strings()
    used = {word for text in _own_templates(file.parent).values() for word in _WORD.findall(text)}
    for language, words in about.get("strings", {}).items():
        meant = known.get(language) or next(iter(known.values()))
        for word, said in words.items() if isinstance(words, dict) else ():
            at = next((n for n, row in enumerate(lines, 1) if row.split("=")[0].strip() == word), 0)
            if word not in meant and word in used:
                continue
            if word not in meant:
                message = tr("No template uses “{word}”.", word=word)
                yield Fault(WARNING, "unknown-word", "theme.toml", at, message)
            elif not isinstance(said, str) or _fields(said) != _fields(meant[word]):
                wanted = " ".join(sorted(f"{{{name}}}" for name in _fields(meant[word]))) or "–"
                message = tr("“{word}” must be text with these placeholders: {wanted}", word=word, wanted=wanted)
                yield Fault(ERROR, "placeholders", "theme.toml", at, message)
        if language not in known:
            for word in sorted(set(meant) - set(words)):
                message = tr("The language {language} lacks “{word}”.", language=language, word=word)
                yield Fault(ERROR, "missing-word", "theme.toml", 0, message)


def _own_templates(folder: Path) -> dict[str, str]:
    found = {}
    for file in (folder / "templates").rglob("*.html"):
        with contextlib.suppress(OSError, UnicodeDecodeError):  # told elsewhere
            found[file.relative_to(folder).as_posix()] = file.read_text(encoding="utf-8")
    return found


def _fields(text: str) -> frozenset[str]:
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
    except ValueError:
        return frozenset({"?"})


def _templates(loaded: Theme, own: Path) -> Iterator[Fault]:
    """Syntax, names, words and filters, template by template."""
    used = {f"parts/{name}.html" for name in _PARTS} | _KINDS | _OFFERED
    trees: dict[str, nodes.Template] = {}
    for file in sorted(file for file in (own / "templates").rglob("*.html") if file.is_file()):
        name = file.relative_to(own / "templates").as_posix()
        try:
            trees[name] = loaded.environment.parse(file.read_text(encoding="utf-8"), name)
        except jinja2.TemplateSyntaxError as error:
            yield Fault(ERROR, "syntax", f"templates/{name}", error.lineno, error.message or "")
    for tree in trees.values():
        used |= {other for other in meta.find_referenced_templates(tree) if other}
    for name, tree in trees.items():
        path = f"templates/{name}"
        yield from (Fault(ERROR, rule, path, line, text) for rule, line, text in _judged(loaded, name, tree))
        if name not in used:
            yield Fault(WARNING, "unused", path, 0, tr("No page and no other template uses this template."))
    for needed in sorted(_KINDS | {f"parts/{name}.html" for name in _PARTS}):
        try:
            loaded.environment.get_template(needed)
        except jinja2.TemplateNotFound:
            yield Fault(ERROR, "missing-template", f"templates/{needed}", 0, tr("The theme has no such template."))
        except jinja2.TemplateSyntaxError:
            continue  # told above


def _judged(loaded: Theme, name: str, tree: nodes.Template) -> Iterator[tuple[str, int, str]]:
    allowed = _COMMON | (_PART_NAMES if name.startswith("parts/") else _OWN.get(name, frozenset()) | {"parts"})
    try:
        unknown = meta.find_undeclared_variables(tree) - allowed
    except jinja2.TemplateAssertionError as error:
        yield "unknown-filter", error.lineno, error.message or ""
        return
    of_kind = name in _KINDS or name.startswith("parts/")
    for said in tree.find_all(nodes.Name):
        if of_kind and said.ctx == "load" and said.name in unknown:
            yield "unknown-name", said.lineno, tr("The page is given no “{name}”.", name=said.name)
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        yield from _fields_of(loaded, node)
    for used in tree.find_all(nodes.Filter):
        if used.name in ("safe", "xmlattr"):
            yield "unsafe", used.lineno, tr("The filter “{name}” lets text become HTML.", name=used.name)
    for change in tree.find_all(nodes.EvalContextModifier):
        if any(option.key == "autoescape" for option in change.options):
            yield "unsafe", change.lineno, tr("Escaping may not be turned off.")
    if name == "base.html":
        seen = {said.name for said in tree.find_all(nodes.Name)}
        for needed in ("head", "content", "policy"):
            if needed not in seen:
                yield "missing-block", 0, tr("The frame does not show “{name}”.", name=needed)


def _fields_of(loaded: Theme, node: nodes.Node) -> Iterator[tuple[str, int, str]]:
    """Fields of `site` and `article`, words in every language, assets."""
    if isinstance(node, nodes.Getattr):
        key: Any = node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        key = node.arg.value
    else:
        return
    owner = node.node.name if isinstance(node.node, nodes.Name) else ""
    known = {"site": views.SiteView._fields, "article": views.ArticleView._fields}.get(owner)
    if owner == "words":
        for language, words in loaded.strings.items():
            if key not in words:
                message = tr("The language {language} lacks “{word}”.", language=language, word=key)
                yield "missing-word", node.lineno, message
    elif owner == "assets" and key not in loaded.assets:
        yield "missing-asset", node.lineno, tr("There is no file assets/{name}.", name=key)
    elif known is not None and key not in known:
        yield "unknown-name", node.lineno, tr("“{owner}” has no “{name}”.", owner=owner, name=key)


def _rendered(loaded: Theme, folder: Path | None) -> Iterator[Fault]:
    """Every kind of page of a small site, in every language of the theme."""
    needed_words = next(iter(theme.shared_strings().values())).keys()
    for language in (name for name, words in loaded.strings.items() if needed_words <= words.keys()):
        generator = Generator(themesample.snapshot(loaded.name, language, folder))
        for kind, path in themesample.PAGES.items():
            try:
                page = generator.render(path).body.decode()
            except TemplateFailed as error:
                yield Fault(ERROR, "fault", f"templates/{error.file}", error.line, error.reason)
                continue
            for needed in _NEEDED.get(kind, ()):
                if needed not in page:
                    message = tr("The page lacks {needed}, which the scripts of the app look for.", needed=needed)
                    yield Fault(ERROR, "missing-block", f"templates/{kind}.html", 0, message)


def _assets(loaded: Theme, own: Path) -> Iterator[Fault]:
    """Files that nothing loads, and such that are too heavy."""
    together = 0
    templates = "".join(text for folder in loaded.folders for text in _own_templates(folder).values())
    ours = {file.relative_to(own / "assets").as_posix() for file in (own / "assets").rglob("*") if file.is_file()}
    for name in sorted(ours & loaded.assets.keys()):
        if name != f"{loaded.name}.css" and not re.search(rf"(['\"]){re.escape(name)}\1", templates):
            yield Fault(WARNING, "unused", f"assets/{name}", 0, tr("No template names this file."))
    for asset in loaded.assets.values():
        text = asset.name.endswith((".css", ".js"))
        together += len(gzip.compress(asset.data, mtime=0)) if text else 0
        if len(asset.data) > _TOO_LARGE and (own / "assets" / asset.name).is_file():
            message = tr("The file has {size} KB; readers load it with the first page.", size=len(asset.data) // 1000)
            yield Fault(WARNING, "too-large", f"assets/{asset.name}", 0, message)
    if together > _ALL_TOO_LARGE:
        message = tr("Style sheets and scripts have {size} KB packed together.", size=together // 1000)
        yield Fault(ERROR, "too-large", "assets", 0, message)
