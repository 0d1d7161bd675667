"""Files for those who run the web server: former addresses as real redirects and answers 410, and how long to cache.

Nothing in them is needed: every host shows the site without. docs/scaling.md says how they are used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from copy import copy
from http import HTTPStatus
from typing import NamedTuple, Self
from urllib.parse import unquote

from chce_desktop.domain import caching
from chce_desktop.sitegen.layout import put_together

_HEAD = "# Written by CHCE Desktop with each build; docs/scaling.md explains it.\n"
_TEXTS = (
    "text/css text/javascript application/javascript application/xml application/atom+xml application/rss+xml"
    " image/svg+xml"
)
_KINDS = (
    ("assets and media, whose names change with their content", r"^{base}(?:assets|media)/", caching.FOR_EVER),
    (
        "pieces of the search index, which are asked for by a version",
        r"^{base}search/(?!index\.js).+\.js$",
        caching.AN_INDEX,
    ),
    ("blocks of today and reading counts", r"^{base}fragments/", caching.OF_TODAY),
    ("feeds and sitemaps", r"^{base}(?:.+/)?(?:feed|rss|sitemap[^/]*)\.xml$", caching.BY_MACHINES),
    ("pages, and the directory of the search index", r"\.html$|/$|^{base}search/index\.js$", caching.EACH_VISIT),
)


#: What browsers may not do with the pages, besides the policy that stands in them.
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


_APACHE_INCLUDES = (
    "<IfModule mod_include.c>\n",
    "    Options +IncludesNoExec\n    AddOutputFilter INCLUDES .html\n",
    "</IfModule>\n",
)


#: Longest address of a page at a host's root, so that the number seldom changes; what nginx keeps beside each.
_LONGEST, _BUCKET_HEAD = 180, 32
#: These files themselves, which are nobody's business; pages of a column may lie beside them.
_OWN = r"server/[a-z.]+\.(?:conf|map)$"
#: A line of the tables for nginx: what is asked for, and what is told.
_ENTRY = re.compile(r'^"?((?:[^"\\\n]|\\.)*?)"? (\S+);$', re.MULTILINE)
_PLAIN_WORD = re.compile(r"[\w./^$\\-]+", re.ASCII)


class Former(NamedTuple):
    """Former addresses: path to present path, and paths that are gone for good."""

    redirects: Mapping[str, str]
    gone: Collection[str]


class ServerFiles:
    """Writes them for a site at the path `base` of its host, which begins and ends with `/`."""

    def __init__(self, base: str, former: Callable[[], Former], policy: str, *, includes: bool = False) -> None:
        """`policy` is what the pages' own `meta` element says; a header may say more.

        With `includes` the server puts the blocks of every page in. `base` is percent-encoded, as browsers send it.
        """
        self._includes = includes
        self._base, self._plain = base, unquote(base)
        self._headers = (("Content-Security-Policy", f"{policy}; frame-ancestors 'self'"), *_HEADERS)
        self._former = former
        self._files: Mapping[str, Callable[[], str]] = {
            "_redirects": self._netlify,
            "_headers": self._netlify_headers,
            "server/redirects.nginx.map": self._nginx_redirects,
            "server/gone.nginx.map": self._nginx_gone,
            "server/nginx.conf": self._nginx,
            "server/apache.conf": self._apache,
        }

    def paths(self) -> Iterable[str]:
        """All of them."""
        return self._files

    def render(self, path: str) -> bytes | None:
        """The file at a path, None where it is none of these."""
        file = self._files.get(path)
        return None if file is None else file().encode()

    def of_earlier(self, read: Callable[[str], bytes]) -> Self:
        """The files of an earlier build, as far as `answers` goes: `read` reads what it wrote, raising OSError."""
        redirects, gone = (
            {
                found[1].replace(r"\"", '"').removeprefix(self._plain): found[2].removeprefix(self._base)
                for found in entries
            }
            for entries in (_ENTRY.finditer(_text(read, f"server/{name}.nginx.map")) for name in ("redirects", "gone"))
        )
        earlier = copy(self)
        earlier._former = lambda: Former(redirects, frozenset(gone))  # noqa: SLF001 - another of these
        return earlier

    def answers(self, path: str, status: int, place: str, body: bytes, read: Callable[[str], bytes]) -> bool:
        """Whether a server that was set up by these files may answer so for a path, instead of with the file there.

        `place` is the public path to which it led on, the same where it did not; `read` reads the site's files.
        """
        if path in self._files:
            return status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN)
        former = self._former()
        if status == HTTPStatus.GONE:
            return path in former.gone
        if place != path:
            return status == HTTPStatus.OK and former.redirects.get(path) == place
        return self._includes and body == put_together(read(path), self._base, read)

    def _pairs(self, old_base: str, new_base: str) -> Iterable[tuple[str, str]]:
        """Former address and where it leads, each encoded or not: as the server compares and sends it."""
        for old, new in sorted(self._former().redirects.items()):
            for address in _known_as(old):
                yield old_base + address, new_base + new

    def _gone(self) -> Iterable[str]:
        for path in sorted(self._former().gone):
            yield from (self._plain + address for address in _known_as(path))

    def _netlify(self) -> str:
        return "".join(f"{old} {new} 301\n" for old, new in self._pairs(self._base, self._base))

    def _netlify_headers(self) -> str:
        kept = [
            *((f"{folder}/*", caching.FOR_EVER) for folder in ("assets", "media")),
            *((f"search/{name}", caching.AN_INDEX) for name in ("c/*", "l/*", "m/*", "s/*", "x.js")),
            ("fragments/*", caching.OF_TODAY),
            *((name, caching.BY_MACHINES) for name in ("feed.xml", "rss.xml", "sitemap.xml")),
        ]
        every = "".join(f"  {name}: {value}\n" for name, value in self._headers)
        return f"{self._base}*\n{every}" + "".join(
            f"{self._base}{rule}\n  Cache-Control: {value}\n" for rule, value in kept
        )

    def _nginx_redirects(self) -> str:
        return _HEAD + "".join(f"{_quoted(old)} {new};\n" for old, new in self._pairs(self._plain, self._base))

    def _nginx_gone(self) -> str:
        return _HEAD + "".join(f"{_quoted(address)} 1;\n" for address in self._gone())

    def _nginx(self) -> str:
        kinds = "".join(f'    # {what}\n    "~{rule}" "{value}";\n' for what, rule, value in self._kinds())
        below = f"#   location {_quoted(self._plain)} {{ alias SITE/; }}\n"
        return (
            f"{_HEAD}# In the http block, with the folder of this site in the place of SITE:\n"
            "# Former addresses may be long. Where your http block sets this already, keep the larger number.\n"
            f"map_hash_bucket_size {self._bucket()};\n"
            f"map $uri $chce_cache {{\n{kinds}}}\n"
            "map $uri $chce_moved {\n    include SITE/server/redirects.nginx.map;\n}\n"
            "map $uri $chce_gone {\n    volatile;\n    default 0;\n    include SITE/server/gone.nginx.map;\n}\n"
            "# In the server block:\n"
            + ("#   root SITE;\n" if self._base == "/" else below)
            + "#   index index.html;\n"
            "#   charset utf-8;\n"
            "#   etag on;\n"
            "#   gzip on;\n"
            f"#   gzip_types {_TEXTS};\n"
            + ("#   ssi on;\n#   ssi_last_modified on;\n" if self._includes else "")
            + "#   add_header Cache-Control $chce_cache;\n"
            + "".join(f'#   add_header {name} "{value}" always;\n' for name, value in self._headers)
            + f"#   error_page 404 {_quoted(self._plain + '404.html')};\n"
            f"#   error_page 410 {_quoted(self._plain + '410.html')};\n"
            f"#   location ~ {_quoted(f'^{re.escape(self._plain)}{_OWN}')} {{ return 404; }}\n"
            "#   if ($chce_moved) { return 301 $chce_moved; }\n"
            "#   if ($chce_gone) { return 410; }\n"
        )

    def _bucket(self) -> int:
        """How many bytes nginx needs for the longest former address, as a power of two."""
        former = [*(old for old, _ in self._pairs(self._plain, "")), *self._gone()]
        longest = max([_LONGEST, *(len(address.encode()) for address in former)])
        return int(2 ** math.ceil(math.log2(longest + _BUCKET_HEAD)))

    def _apache(self) -> str:
        lines = [
            f"{_HEAD}# For Include in a virtual host, or as .htaccess in the folder of the site.\n",
            "DirectoryIndex index.html\n",
            "AddDefaultCharset utf-8\n",
            f"ErrorDocument 404 {self._base}404.html\n",
            f"ErrorDocument 410 {self._base}410.html\n",
            f"<IfModule mod_deflate.c>\n    AddOutputFilterByType DEFLATE text/html {_TEXTS}\n</IfModule>\n",
            *(_APACHE_INCLUDES if self._includes else ()),
            "<IfModule mod_headers.c>\n",
        ]
        lines += [f'    Header always set {name} "{value}"\n' for name, value in self._headers]
        for what, rule, value in reversed(list(self._kinds())):
            lines.append(f'    # {what}\n    Header set Cache-Control "{value}" "expr=%{{REQUEST_URI}} =~ m#{rule}#"\n')
        lines += [
            "</IfModule>\n",
            "<IfModule mod_alias.c>\n",
            f"    RedirectMatch 404 {_quoted(f'^{re.escape(self._plain)}{_OWN}')}\n",
        ]
        pairs = self._pairs(self._plain, self._plain)  # it encodes what it sends
        lines += [f"    RedirectMatch 301 {_quoted(f'^{re.escape(old)}$')} {_quoted(new)}\n" for old, new in pairs]
        lines += [f"    RedirectMatch 410 {_quoted(f'^{re.escape(address)}$')}\n" for address in self._gone()]
        return "".join([*lines, "</IfModule>\n"])

    def _kinds(self) -> Iterable[tuple[str, str, str]]:
        for what, rule, value in _KINDS:
            yield what, rule.format(base=re.escape(self._plain)), value


def _text(read: Callable[[str], bytes], path: str) -> str:
    try:
        return read(path).decode(errors="replace")
    except OSError:
        return ""  # a build before there were such files


def _known_as(path: str) -> tuple[str, ...]:
    """The addresses under which readers know a page."""
    return (path, path.removesuffix("index.html")) if path.endswith("/index.html") else (path,)


def _quoted(text: str) -> str:
    """A word of a server's file, in quotation marks where it needs them."""
    return text if _PLAIN_WORD.fullmatch(text) else f'"{text.replace(chr(34), chr(92) + chr(34))}"'
