"""Files for those who run the web server: former addresses as real redirects and answers 410, and how long to cache.

Nothing in them is needed: every host shows the site without. docs/scaling.md says how they are used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

_HEAD = "# Written by CHCE Desktop with each build; docs/scaling.md explains it.\n"
#: Names end with a hash of the content: never asked for again.
_FOR_EVER = "public, max-age=31536000, immutable"
#: What is looked at on each visit, and small where nothing changed (304).
_EACH_VISIT = "public, max-age=0, must-revalidate"
_TEXTS = (
    "text/css text/javascript application/javascript application/xml application/atom+xml application/rss+xml"
    " image/svg+xml"
)
_KINDS = (
    ("assets and media, whose names change with their content", r"^{base}(?:assets|media)/", _FOR_EVER),
    (
        "pieces of the search index: an old one is right for an old page",
        r"^{base}search/.+\.js$",
        "public, max-age=300",
    ),
    ("blocks of today and reading counts", r"^{base}fragments/", "public, max-age=60, stale-while-revalidate=600"),
    ("feeds and sitemaps", r"^{base}(?:.+/)?(?:feed|rss|sitemap[^/]*)\.xml$", "public, max-age=600"),
    ("pages", r"\.html$|/$", _EACH_VISIT),
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


class Former(NamedTuple):
    """Former addresses: path to present path, and paths that are gone for good."""

    redirects: Mapping[str, str]
    gone: Iterable[str]


class ServerFiles:
    """Writes them for a site at the path `base` of its host, which begins and ends with `/`."""

    def __init__(self, base: str, former: Callable[[], Former], policy: str, *, includes: bool = False) -> None:
        """`policy` is what the pages' own `meta` element says; a header may say more.

        With `includes` the server puts the blocks of every page in.
        """
        self._includes = includes
        self._base = base
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

    def _addresses(self, path: str) -> list[str]:
        """The addresses under which readers know a page."""
        folder = [self._base + path.removesuffix("index.html")] if path.endswith("/index.html") else []
        return [self._base + path, *folder]

    def _pairs(self) -> Iterable[tuple[str, str]]:
        for old, new in sorted(self._former().redirects.items()):
            for address in self._addresses(old):
                yield address, self._base + new

    def _netlify(self) -> str:
        return "".join(f"{old} {new} 301\n" for old, new in self._pairs())

    def _netlify_headers(self) -> str:
        return f"{self._base}*\n" + "".join(f"  {name}: {value}\n" for name, value in self._headers)

    def _nginx_redirects(self) -> str:
        return _HEAD + "".join(f"{old} {new};\n" for old, new in self._pairs())

    def _nginx_gone(self) -> str:
        return _HEAD + "".join(f"{self._base}{path} 1;\n" for path in sorted(self._former().gone))

    def _nginx(self) -> str:
        kinds = "".join(f'    # {what}\n    "~{rule}" "{value}";\n' for what, rule, value in self._kinds())
        return (
            f"{_HEAD}# In the http block, with the folder of this site in the place of SITE:\n"
            f"map $uri $chce_cache {{\n{kinds}}}\n"
            "map $uri $chce_moved {\n    include SITE/server/redirects.nginx.map;\n}\n"
            "map $uri $chce_gone {\n    volatile;\n    default 0;\n    include SITE/server/gone.nginx.map;\n}\n"
            "# In the server block:\n"
            "#   root SITE;\n"
            "#   index index.html;\n"
            "#   charset utf-8;\n"
            "#   etag on;\n"
            "#   gzip on;\n"
            f"#   gzip_types {_TEXTS};\n"
            + ("#   ssi on;\n#   ssi_last_modified on;\n" if self._includes else "")
            + "#   add_header Cache-Control $chce_cache;\n"
            + "".join(f'#   add_header {name} "{value}" always;\n' for name, value in self._headers)
            + f"#   error_page 404 {self._base}404.html;\n"
            f"#   error_page 410 {self._base}410.html;\n"
            f"#   location ^~ {self._base}server/ {{ return 404; }}\n"
            "#   if ($chce_moved) { return 301 $chce_moved; }\n"
            "#   if ($chce_gone) { return 410; }\n"
        )

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
            f"    RedirectMatch 404 ^{re.escape(self._base)}server/\n",
        ]
        lines += [f"    RedirectMatch 301 ^{re.escape(old)}$ {new}\n" for old, new in self._pairs()]
        lines += [f"    RedirectMatch 410 ^{re.escape(self._base + path)}$\n" for path in sorted(self._former().gone)]
        return "".join([*lines, "</IfModule>\n"])

    def _kinds(self) -> Iterable[tuple[str, str, str]]:
        for what, rule, value in _KINDS:
            yield what, rule.format(base=re.escape(self._base)), value
