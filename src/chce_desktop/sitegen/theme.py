"""A theme: templates, assets and the words that readers see. A folder of the site overrides it file by file."""

from __future__ import annotations

import functools
import hashlib
import mimetypes
import os
import posixpath
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from typing_extensions import override

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.foundation import paths, resources
from chce_desktop.foundation.i18n import tr
from chce_desktop.sitegen.compiled import CompiledTemplates
from chce_desktop.sitegen.errors import TemplateFailed, ThemeFaulty
from chce_desktop.sitegen.sandbox import Sandbox, Words
from chce_desktop.sitegen.templatefaults import failure

#: Templates, scripts and words that all themes use unless they bring their own.
_SHARED = "_shared"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_SPACE = re.compile(r"\s+")
_CSS_TIGHT = re.compile(r"\s*([{};,])\s*")
#: What a style sheet loads.
CSS_URL = re.compile(r"""url\(\s*(?P<quote>["']?)(?P<name>[^"')\s][^"')]*?)(?P=quote)\s*\)""")
_JS_COMMENT = re.compile(r"^\s*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)\s*$\n?", re.MULTILINE)
_JS_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_MIMES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True)
class Asset:
    """A file that pages load. `path` is public and names the content."""

    name: str
    path: str
    data: bytes
    mime: str


@dataclass(frozen=True)
class Theme:
    """A theme as it is now; `key` changes with any of its files.

    `assets` has the theme's style sheet under `<name>.css`; `layouts` says how kinds of blocks of the front page look
    where the site leaves it to the theme.
    """

    name: str
    key: str
    folders: tuple[Path, ...]
    assets: Mapping[str, Asset]
    strings: Mapping[str, Mapping[str, str]]
    layouts: Mapping[str, str]
    environment: Sandbox = field(repr=False)

    @property
    def stylesheet(self) -> Asset:
        """The one style sheet of all pages. Raises ThemeFaulty."""
        try:
            return self.assets[f"{self.name}.css"]
        except KeyError:
            raise ThemeFaulty(
                tr("The theme “{name}” has no style sheet assets/{name}.css.", name=self.name),
                hint=tr("Put the file back."),
            ) from None

    def words(self, language: str) -> Words:
        """The theme's words for a language such as `zh-CN`, by its first part where it is not there as a whole."""
        wanted = language.lower()
        for name, words in self.strings.items():
            if name.lower() == wanted:
                return Words(words)
        for name, words in self.strings.items():
            if name.lower().split("-")[0] == wanted.split("-")[0]:
                return Words(words)
        return Words(next(iter(self.strings.values()), {}))

    def template(self, name: str) -> jinja2.Template:
        """A compiled template. Raises TemplateFailed."""
        try:
            return self.environment.get_template(name)
        except (jinja2.TemplateError, SyntaxError) as error:
            raise failure(error, name) from error
        except RecursionError as error:
            raise TemplateFailed(name, 0, tr("its expressions stand inside of each other far too deep")) from error

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """The template's text. Raises TemplateFailed for whatever goes wrong inside of it."""
        template = self.template(name)
        self.environment.begin()
        try:
            return template.render(context)
        except TemplateFailed:
            raise
        except Exception as error:
            raise failure(error, name) from error

    def page(self, name: str, context: Mapping[str, Any]) -> tuple[str, bool]:
        """The same, and whether all of it is known to be `is_harmless`."""
        before = self.environment.doubt
        text = self.render(name, context)
        return text, self.environment.doubt is before


@dataclass(frozen=True, slots=True)
class ThemeInfo:
    """A theme that can be chosen. `titles` and `descriptions` by language (`zh-CN`, `en`); `picture` shows its look."""

    name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    accent: str
    picture: Path


def names() -> tuple[str, ...]:
    """The themes that ship with the app, the usual one first."""
    folder = resources.path("themes")
    found = [path.name for path in folder.iterdir() if _NAME.fullmatch(path.name) and (path / "theme.toml").is_file()]
    return tuple(sorted(found, key=lambda name: (name != SiteSettings().theme, name)))


def folder_of(name: str) -> Path:
    """Where a theme lies that ships with the app."""
    return resources.path(f"themes/{name}")


def originals(name: str) -> Mapping[str, Path]:
    """The templates and assets that ship with the app and that a site may lay its own over, by their paths."""
    files = _files((folder_of(name), folder_of(_SHARED)))
    return {path: file for path, file in files.items() if not path.endswith(":theme.toml")}


def shared_strings() -> Mapping[str, Mapping[str, str]]:
    """The words that all themes have, by language. Raises ThemeFaulty."""
    strings: Mapping[str, Mapping[str, str]] = _description(folder_of(_SHARED) / "theme.toml")["strings"]
    return strings


def infos() -> tuple[ThemeInfo, ...]:
    """What is told of the themes that ship with the app. Raises ThemeFaulty."""
    found = []
    for name in names():
        folder = resources.path(f"themes/{name}")
        about = _description(folder / "theme.toml")
        picture = folder / "preview.webp"
        found.append(ThemeInfo(name, about["title"], about["description"], about["accent"], picture))
    return tuple(found)


def load(name: str, override: Path | None = None, look: str = "") -> Theme:
    """The theme `name` with the site's own files laid over it. Raises ThemeFaulty.

    `look` is CSS after the theme's own (see `sitegen.look`). Loaded again only when something of it changed.
    """
    shipped = resources.path(f"themes/{name}")
    if not _NAME.fullmatch(name) or not shipped.is_dir():
        raise ThemeFaulty(
            tr("There is no theme “{name}”.", name=name), hint=tr("Choose another theme in the site's settings.")
        )
    shared = resources.path(f"themes/{_SHARED}")
    folders = (override, shipped, shared) if override is not None else (shipped, shared)
    files = _files(folders)
    try:
        stamp = tuple((path, str(file), file.stat().st_mtime_ns, file.stat().st_size) for path, file in files.items())
    except OSError as error:
        raise _unreadable(name, error) from error
    return _load(name, folders, stamp, look)


def is_litter(name: str) -> bool:
    """Whether a file was put there by a system or an editor and is none of the theme's."""
    return name.startswith(".") or name.endswith("~") or name.lower() in ("thumbs.db", "desktop.ini")


def leads_out(folder: Path, file: Path) -> bool:
    """Whether a link brings `file` in from outside of the theme's folder, of which nothing may be published."""
    return not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder))


def _files(folders: tuple[Path, ...]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    shipped = resources.path("themes")
    for folder in reversed(folders):
        ours = folder.is_relative_to(shipped)
        for part in ("templates", "assets"):
            root = folder / part
            if root.is_dir():
                for file in sorted(root.rglob("*")):
                    if file.is_file() and not is_litter(file.name):
                        if not ours and leads_out(folder, file):
                            raise _foreign(file.relative_to(folder).as_posix())
                        # Disks of macOS may hand out decomposed names; addresses are composed.
                        found[unicodedata.normalize("NFC", file.relative_to(folder).as_posix())] = file
        if (folder / "theme.toml").is_file():
            found[f"{folders.index(folder)}:theme.toml"] = folder / "theme.toml"
    return dict(sorted(found.items()))


@functools.lru_cache(maxsize=8)
def _load(name: str, folders: tuple[Path, ...], stamp: tuple[tuple[str, str, int, int], ...], look: str) -> Theme:
    digest = hashlib.sha256(f"{name}\0{look}".encode())
    assets: dict[str, Asset] = {}
    strings: dict[str, dict[str, str]] = {}
    layouts: dict[str, str] = {}
    templates: dict[str, tuple[bytes, str]] = {}
    sheets: dict[str, bytes] = {}  # made last, since they name pictures
    for path, file, _, _ in stamp:
        try:
            data = Path(file).read_bytes()
        except OSError as error:
            raise _unreadable(name, error) from error
        # A checkout on Windows may have other line ends; the pages must not.
        text = data if path.endswith((".png", ".ico", ".jpg", ".webp", ".woff2")) else data.replace(b"\r\n", b"\n")
        digest.update(path.encode() + b"\0" + text + b"\0")
        kind, _, short = path.partition("/")
        if kind == "assets" and short.endswith(".css"):
            sheets[short] = text + look.encode() if short == f"{name}.css" else text
        elif kind == "assets":
            assets[short] = _asset(short, text)
        elif kind == "templates":
            templates[short] = text, file
    assets |= {short: _sheet(short, text, assets) for short, text in sheets.items()}
    assets = dict(sorted(assets.items()))
    for path, file, _, _ in reversed(stamp):
        if path.endswith(":theme.toml"):
            about = _description(Path(file))
            layouts.update(about.get("layouts", {}))
            for language, words in about.get("strings", {}).items():
                strings.setdefault(language, {}).update(words)
    environment = Sandbox(
        loader=_Templates(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=CompiledTemplates(paths.cache_dir() / "templates"),
    )
    return Theme(name, digest.hexdigest(), folders, assets, strings, layouts, environment)


class _Templates(jinja2.BaseLoader):
    """Templates as they were when the theme's key was made, whatever is edited meanwhile."""

    def __init__(self, sources: Mapping[str, tuple[bytes, str]]) -> None:
        """Name to content and file."""
        self._sources = sources

    @override
    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, None]:
        """Raises TemplateNotFound, TemplateSyntaxError."""
        try:
            data, file = self._sources[template]
        except KeyError:
            raise jinja2.TemplateNotFound(template) from None
        try:
            return data.decode("utf-8-sig"), file, None
        except UnicodeDecodeError as error:
            reason = tr("it is not text in UTF-8")
            raise jinja2.TemplateSyntaxError(reason, line_of(error), template, file) from error

    @override
    def list_templates(self) -> list[str]:
        """All of them."""
        return sorted(self._sources)


def _description(file: Path) -> dict[str, Any]:
    text = ""
    try:
        text = file.read_text(encoding="utf-8-sig")
        about = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(file.name, f"{file}: {error}", line_in_toml(error, text)) from error
    strings, layouts = about.get("strings", {}), about.get("layouts", {})
    for name, table in {
        "layouts": layouts,
        "strings": strings,
        **(strings if isinstance(strings, dict) else {}),
    }.items():
        if not isinstance(table, dict):
            raise _wrong(file.name, tr("“{name}” must be a table.", name=name), line_of_key(text, name))
    for name, words in {"layouts": layouts, **strings}.items():
        for word, value in words.items():
            if not isinstance(value, str):
                line = line_of_key(text, word)
                raise _wrong(file.name, tr("“{name}” must be text.", name=f"{name}.{word}"), line)
    return about


def line_of_key(text: str, key: str) -> int:
    """The first line of a theme's description that gives `key` a value or begins the table of that name, 0 for none."""
    name = rf"[\"']?{re.escape(key)}[\"']?"
    told = re.compile(rf"\s*(?:\[.*\b{name}\s*\]|(?:[\w-]+\.)?{name}\s*=)")
    return next((number for number, line in enumerate(text.splitlines(), 1) if told.match(line)), 0)


def line_of(error: UnicodeDecodeError) -> int:
    """The line of the first byte that is no text."""
    return error.object.count(b"\n", 0, error.start) + 1


def line_in_toml(error: Exception, text: str) -> int:
    """The line of a fault in the `text` of a theme's description, 0 where no line can be told."""
    if isinstance(error, UnicodeDecodeError):
        return line_of(error)
    told = re.search(r"\(at line (\d+)", str(error))
    return int(told[1]) if told else len(text.splitlines())


def _foreign(name: str) -> ThemeFaulty:
    return ThemeFaulty(
        tr("The file {file} of the theme leads out of the theme's folder.", file=name),
        hint=tr("Put a copy of the file in the place of the link."),
    )


def _wrong(name: str, detail: str, line: int = 0) -> ThemeFaulty:
    return ThemeFaulty(
        tr("The file {file} of the theme cannot be read from line {line} on.", file=name, line=line)
        if line
        else tr("The file {file} of the theme cannot be read.", file=name),
        detail=detail,
        hint=tr("Correct it, or remove it from the site's theme folder."),
    )


def _unreadable(name: str, error: OSError) -> ThemeFaulty:
    return ThemeFaulty(
        tr("The theme “{name}” cannot be read.", name=name),
        detail=str(error),
        hint=tr("Check the permissions of the site's theme folder."),
    )


def _asset(name: str, data: bytes) -> Asset:
    if name.endswith(".js"):
        data = _JS_INDENT.sub("", _JS_COMMENT.sub("", _text(name, data))).strip().encode() + b"\n"
    digest = hashlib.sha256(data).hexdigest()[:8]
    suffix = _safe(Path(name).suffix)
    mime = _MIMES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    stem = "/".join(_safe(part) for part in Path(name).with_suffix("").parts)
    return Asset(name, f"assets/{stem}.{digest}{suffix}", data, mime)


def _safe(part: str) -> str:
    """A part of a name as every host and disk takes it, and as it can stand in any address."""
    return re.sub(r"[^a-z0-9._-]+", "-", part.lower())[:80]


def beside(name: str, address: str) -> str:
    """The asset that a style sheet of that name means by an address."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), address))


def _sheet(name: str, data: bytes, assets: Mapping[str, Asset]) -> Asset:
    """A style sheet, which names the theme's pictures and fonts by their own names: `url(wave.svg)`."""
    text = _CSS_COMMENT.sub("", _text(name, data))
    folder = posixpath.dirname(name)

    def public(found: re.Match[str]) -> str:
        asset = assets.get(beside(name, found["name"]))
        return found[0] if asset is None else f"url({posixpath.relpath(asset.path, posixpath.join('assets', folder))})"

    text = _CSS_TIGHT.sub(r"\1", _CSS_SPACE.sub(" ", CSS_URL.sub(public, text)))
    return _asset(name, text.strip().encode())


def _text(name: str, data: bytes) -> str:
    """Raises ThemeFaulty."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(f"assets/{name}", tr("It is not text in UTF-8."), line_of(error)) from error


def plain(text: str) -> Markup:
    """Text that is HTML already."""
    return Markup(text)  # noqa: S704 - callers pass what they escaped or sanitised
