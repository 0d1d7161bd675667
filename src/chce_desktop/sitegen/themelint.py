"""What is wrong with a theme, or with the files by which a site changes one: told with file and line."""

from __future__ import annotations

import contextlib
import gzip
import re
import string
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta, nodes
from jinja2.runtime import LoopContext

from chce_desktop.domain import contrast
from chce_desktop.domain.homepage import BlockKind, BlockLayout
from chce_desktop.foundation.i18n import tr
from chce_desktop.sitegen import theme, themetexts, views
from chce_desktop.sitegen.errors import TemplateFailed, ThemeFaulty
from chce_desktop.sitegen.templatefaults import said
from chce_desktop.sitegen.theme import Theme
from chce_desktop.sitegen.themetexts import ERROR, WARNING, Fault
from chce_desktop.sitegen.themetrial import trial

__all__ = ["ERROR", "WARNING", "Fault", "lint"]
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
_TOO_LARGE, _ALL_TOO_LARGE = 200_000, 60_000
#: A word that a template shows.
_WORD = re.compile(r"\bwords(?:\.|\[\s*['\"])(\w+)")
#: Fields of all values that templates are given, and what texts, loops and lists have.
_FIELDS = frozenset().union(
    *(view._fields for view in vars(views).values() if isinstance(view, type) and hasattr(view, "_fields")),
    (name for kind in (str, dict, tuple, LoopContext) for name in dir(kind) if not name.startswith("_")),
)
_BLOCKS = frozenset(kind.value for kind in BlockKind)
_LAYOUTS = frozenset(layout.value for layout in BlockLayout if layout.value)
_TABLES = frozenset({"title", "description", "layouts", "strings"})


def lint(name: str, folder: Path | None = None) -> tuple[Fault, ...]:
    """Everything wrong with the theme `name`, or with the files of `folder` that lie over it; errors first.

    With a folder only its own files are told about. Never raises for anything in the folder.
    """
    own = folder if folder is not None else theme.folder_of(name)
    faults = [*themetexts.unreadable(own), *_files(own, name), *_descriptions(own, shipped=folder is None)]
    if not any(fault.level == ERROR and fault.rule in ("theme-toml", "encoding", "link") for fault in faults):
        try:
            loaded = theme.load(name, folder)
        except ThemeFaulty as error:
            faults.append(Fault(ERROR, "theme", "theme.toml", 0, f"{error.title} {error.detail}".strip()))
        else:
            faults += _templates(loaded, own)
            if not any(fault.rule in ("syntax", "unknown-filter") for fault in faults):
                told = {(fault.file, fault.line) for fault in faults}
                faults += (f for f in trial(loaded, folder, own) if not f.line or (f.file, f.line) not in told)
            faults += _assets(loaded, own)
    unique = dict.fromkeys(faults)
    return tuple(sorted(unique, key=lambda f: (f.level != ERROR, f.file, f.line, f.rule)))


def _files(own: Path, name: str) -> Iterator[Fault]:
    """What can be seen without understanding templates."""
    files = [file for file in sorted(own.rglob("*")) if file.is_file() and not theme.is_litter(file.name)]
    paths = [file.relative_to(own).as_posix() for file in files]
    shipped = theme.load(name)
    known = (f"templates/{name}" for name in shipped.environment.list_templates())
    yield from themetexts.of_names(paths, (*known, *(f"assets/{name}" for name in shipped.assets), "theme.toml"))
    for file, path in zip(files, paths, strict=True):
        if theme.leads_out(own, file):
            continue
        read = file.suffix == ".html" if path.startswith("templates/") else path.startswith("assets/")
        if not read and path not in ("theme.toml", "preview.webp"):
            message = tr("The file belongs to no part of a theme; nobody reads it.")
            yield Fault(WARNING, "unknown-file", path, 0, message)
        if file.suffix not in themetexts.TEXTS:
            continue
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            line = theme.line_of(error) if isinstance(error, UnicodeDecodeError) else 0
            yield Fault(ERROR, "encoding", path, line, tr("The file cannot be read as text in UTF-8."))
        else:
            yield from themetexts.of_text(path, text)


def _descriptions(own: Path, *, shipped: bool) -> Iterator[Fault]:
    file = own / "theme.toml"
    if not file.is_file() or theme.leads_out(own, file):
        return
    text = ""
    try:
        text = file.read_text(encoding="utf-8-sig")
        about = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        yield Fault(ERROR, "theme-toml", "theme.toml", theme.line_in_toml(error, text), said(str(error)))
        return
    for level, rule, key, message in (*_keys(about, shipped=shipped), *_strings(about, _own_templates(own))):
        yield Fault(level, rule, "theme.toml", theme.line_of_key(text, key), message)


def _keys(about: Mapping[str, Any], *, shipped: bool) -> Iterator[tuple[str, str, str, str]]:
    """What stands in a theme's description beside its words: level, rule, the name that is at fault, what is wrong."""
    for key, value in about.items():
        if key not in _TABLES | {"accent"}:
            yield WARNING, "unknown-key", key, tr("Nobody reads “{name}”.", name=key)
        elif key in _TABLES and not isinstance(value, dict):
            yield ERROR, "theme-toml", key, tr("“{name}” must be a table.", name=key)
        elif key == "accent" and not (isinstance(value, str) and contrast.is_color(value)):
            yield ERROR, "theme-toml", key, tr("Write a colour as # and six digits, such as #9e1b20.")
        elif key in ("title", "description", "accent") and not shipped:
            message = tr("“{name}” counts only in themes of the app; a site's colour is one of its settings.", name=key)
            yield WARNING, "unknown-key", key, message
    layouts = about.get("layouts", {})
    for kind, layout in layouts.items() if isinstance(layouts, dict) else ():
        if kind not in _BLOCKS:
            yield ERROR, "theme-toml", kind, tr("There is no block “{name}”.", name=kind)
        elif layout not in _LAYOUTS:
            choice = ", ".join(sorted(_LAYOUTS))
            yield ERROR, "theme-toml", kind, tr("“{name}” must be one of these: {choice}.", name=kind, choice=choice)


def _strings(about: Mapping[str, Any], templates: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """What is wrong with the words, as `_keys` tells it."""
    known = theme.shared_strings()
    used = {word for text in templates.values() for word in _WORD.findall(text)}
    strings = about.get("strings", {})
    for language, words in strings.items() if isinstance(strings, dict) else ():
        if not isinstance(words, dict):
            yield ERROR, "theme-toml", language, tr("“{name}” must be a table.", name=language)
            continue
        meant = known.get(language) or next(iter(known.values()))
        for word, text in words.items():
            if not isinstance(text, str):
                yield ERROR, "theme-toml", word, tr("“{name}” must be text.", name=word)
            elif word in meant and _fields(text) != _fields(meant[word]):
                wanted = " ".join(sorted(f"{{{name}}}" for name in _fields(meant[word]))) or "–"
                message = tr("“{word}” must be text with these placeholders: {wanted}", word=word, wanted=wanted)
                yield ERROR, "placeholders", word, message
            elif word not in meant and word not in used:
                yield WARNING, "unknown-word", word, tr("No template uses “{word}”.", word=word)
        lacking = sorted(set(meant) - set(words)) if language not in known else ()
        if lacking:
            message = tr("The language {language} lacks “{word}”.", language=language, word="”, “".join(lacking))
            yield ERROR, "missing-word", language, message


def _own_templates(folder: Path) -> dict[str, str]:
    found = {}
    for file in (folder / "templates").rglob("*.html"):
        if file.is_file() and not theme.leads_out(folder, file):
            with contextlib.suppress(OSError, UnicodeDecodeError):  # told elsewhere
                found[file.relative_to(folder).as_posix()] = file.read_text(encoding="utf-8-sig")
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
    for path, text in sorted(_own_templates(own).items()):
        name = path.removeprefix("templates/")
        try:
            loaded.template(name)  # told with its reason where it cannot become code
            trees[name] = loaded.environment.parse(text, name)
        except TemplateFailed as error:
            rule = "unknown-filter" if isinstance(error.__cause__, jinja2.TemplateAssertionError) else "syntax"
            yield Fault(ERROR, rule, f"templates/{error.file}", error.line, error.reason)
    for tree in trees.values():
        used |= {other for other in meta.find_referenced_templates(tree) if other}
        asked = (node for node in tree.find_all(nodes.Getattr) if isinstance(node.node, nodes.Name))
        used |= {f"parts/{node.attr}.html" for node in asked if getattr(node.node, "name", "") == "parts"}
    for name, tree in trees.items():
        path = f"templates/{name}"
        yield from (Fault(ERROR, rule, path, line, text) for rule, line, text in _judged(loaded, name, tree))
        if name not in used:
            yield Fault(WARNING, "unused", path, 0, tr("No page and no other template uses this template."))
    for needed in sorted(_KINDS | {f"parts/{name}.html" for name in _PARTS}):
        if needed not in loaded.environment.list_templates():
            yield Fault(ERROR, "missing-template", f"templates/{needed}", 0, tr("The theme has no such template."))


def _judged(loaded: Theme, name: str, tree: nodes.Template) -> Iterator[tuple[str, int, str]]:
    allowed = _COMMON | (_PART_NAMES if name.startswith("parts/") else _OWN.get(name, frozenset()) | {"parts"})
    unknown = meta.find_undeclared_variables(tree) - allowed
    of_kind = name in _KINDS or name.startswith("parts/")
    for each in tree.find_all(nodes.Name):
        if of_kind and each.ctx == "load" and each.name in unknown:
            yield "unknown-name", each.lineno, tr("The page is given no “{name}”.", name=each.name)
    imported = {each.target for each in tree.find_all(nodes.Import)}
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        yield from _fields_of(loaded, node, imported)
    for used in tree.find_all(nodes.Filter):
        if used.name in ("safe", "xmlattr"):
            yield "unsafe", used.lineno, tr("The filter “{name}” lets text become HTML.", name=used.name)
    for change in tree.find_all(nodes.EvalContextModifier):
        if any(option.key == "autoescape" for option in change.options):
            yield "unsafe", change.lineno, tr("Escaping may not be turned off.")
    if name == "base.html":
        seen = {each.name for each in tree.find_all(nodes.Name)}
        for needed in ("head", "content", "policy"):
            if needed not in seen:
                yield "missing-block", 0, tr("The frame does not show “{name}”.", name=needed)


def _fields_of(loaded: Theme, node: nodes.Node, imported: Collection[str]) -> Iterator[tuple[str, int, str]]:
    """Fields of values, words in every language, parts, assets. `imported` are names of templates with macros."""
    if isinstance(node, nodes.Getattr):
        key: Any = node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        key = node.arg.value
    else:
        return
    owner = node.node.name if isinstance(node.node, nodes.Name) else ""
    known = {"site": views.SiteView._fields, "article": views.ArticleView._fields}.get(owner, _FIELDS)
    if owner == "words":
        for language in (language for language, words in loaded.strings.items() if key not in words):
            message = tr("The language {language} lacks “{word}”.", language=language, word=key)
            yield "missing-word", node.lineno, message
    elif owner == "assets" and key not in loaded.assets:
        yield "missing-asset", node.lineno, tr("There is no file assets/{name}.", name=key)
    elif owner == "parts" and f"parts/{key}.html" not in loaded.environment.list_templates():
        yield "unknown-name", node.lineno, tr("The theme has no template parts/{name}.html.", name=key)
    elif isinstance(key, str) and key not in known and owner not in {"assets", "parts", *imported}:
        message = tr("“{owner}” has no “{name}”.", owner=owner, name=key)
        unknown = tr("Nothing that templates are given has a “{name}”.", name=key)
        yield "unknown-name", node.lineno, unknown if known is _FIELDS else message


def _assets(loaded: Theme, own: Path) -> Iterator[Fault]:
    """Files that nothing loads, and such that are too heavy."""
    together = 0
    templates = "".join(text for folder in loaded.folders for text in _own_templates(folder).values())
    named = set(re.findall(r"""["']([^"'<>{}]+)["']""", templates))
    for sheet in (own / "assets").rglob("*.css"):
        name = sheet.relative_to(own / "assets").as_posix()
        found = theme.CSS_URL.finditer(sheet.read_text(encoding="utf-8-sig"))
        named |= {theme.beside(name, each["name"]) for each in found}
    ours = {
        file.relative_to(own / "assets").as_posix()
        for file in (own / "assets").rglob("*")
        if file.is_file() and not theme.is_litter(file.name)
    }
    for name in sorted((ours & loaded.assets.keys()) - named - {f"{loaded.name}.css"}):
        yield Fault(WARNING, "unused", f"assets/{name}", 0, tr("No template names this file."))
    for name in sorted(name for name in ours & loaded.assets.keys() if name.endswith(".css")):
        yield from _urls(loaded, name, (own / "assets" / name).read_text(encoding="utf-8-sig"))
    for asset in loaded.assets.values():
        text = asset.name.endswith((".css", ".js"))
        together += len(gzip.compress(asset.data, mtime=0)) if text else 0
        if len(asset.data) > _TOO_LARGE and (own / "assets" / asset.name).is_file():
            message = tr("The file has {size} KB; readers load it with the first page.", size=len(asset.data) // 1000)
            yield Fault(WARNING, "too-large", f"assets/{asset.name}", 0, message)
    if together > _ALL_TOO_LARGE:
        message = tr("Style sheets and scripts have {size} KB packed together.", size=together // 1000)
        yield Fault(ERROR, "too-large", "assets", 0, message)


def _urls(loaded: Theme, name: str, text: str) -> Iterator[Fault]:
    """Files that a style sheet names and the theme has not."""
    text = themetexts.without_comments(text, ".css")
    for found in theme.CSS_URL.finditer(text):
        address = found["name"]
        if re.match(r"data:|#|(?:https?:)?//", address) or theme.beside(name, address) in loaded.assets:
            continue
        line = text.count("\n", 0, found.start()) + 1
        yield Fault(ERROR, "missing-asset", f"assets/{name}", line, tr("There is no file assets/{name}.", name=address))
