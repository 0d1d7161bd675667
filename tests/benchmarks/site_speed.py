"""Building a site: full, from kept bodies, nothing changed, one new article; beside Hugo where it is on PATH.

    python -m tests.benchmarks.site_speed [--articles 10000]

Hugo is given the same texts and a theme with the same side blocks; ours also writes the search index, feeds of every
column, archives and tags. All run one after another on the same machine.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import build
from tests.benchmarks.table import Table
from tests.helpers.snapshots import NOW, Texts, article, body, info_of, site

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


def _hugo_site(snapshot: SiteSnapshot, root: Path) -> None:
    slugs = {column.id: column.slug for column in snapshot.columns}
    bodies = snapshot.bodies.get([info.id for info in snapshot.articles])
    for info in snapshot.articles:
        folder = root / "content" / slugs.get(info.column_id or 0, "articles")
        folder.mkdir(parents=True, exist_ok=True)
        head = f'title: "{info.title}"\ndate: {info.date.isoformat()}\nsource: "{info.source}"\nreads: {info.reads}'
        (folder / f"{info.slug}.md").write_text(f"---\n{head}\n---\n\n{bodies[info.id]}", encoding="utf-8")
    files = {"_default/baseof.html": _BASE, "_default/single.html": _SINGLE, "_default/list.html": _LIST}
    for name, text in {**files, "partials/side.html": _SIDE}.items():
        target = root / "layouts" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    (root / "hugo.toml").write_text(_CONFIGURATION, encoding="utf-8")


def main() -> int:
    """Measure and print; the number of goals that were missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    count = parser.parse_args().articles
    folder = Path(tempfile.mkdtemp(prefix="chce-site-speed-"))
    os.environ["CHCE_HOME"] = str(folder / "home")
    snapshot = site(count, folder / "lib", characters=1200)
    table = Table(f"Building a site of {count} articles")
    table.start()
    hugo = 0.0
    if program := shutil.which("hugo"):
        _hugo_site(snapshot, folder / "hugo")
        started = time.perf_counter()
        subprocess.run([program, "--quiet", "-s", folder / "hugo", "-d", folder / "hugo-out"], check=True)
        hugo = time.perf_counter() - started
        table.row("Hugo, full build", hugo, "s")
    first = build(snapshot, folder / "first")
    table.row("full build from Markdown", first.seconds, "s", hugo or None, f"{first.pages} files")
    kept = build(snapshot, folder / "second")
    table.row("full build with bodies kept", kept.seconds, "s", 0.4 * hugo or None)
    table.row("nothing changed", build(snapshot, folder / "second").seconds, "s")
    text = body(random.Random(5), 1200)  # noqa: S311 - repeatable, no secret
    new = article(count + 1, text, title="全新的文章", date=NOW, column_id=2, tags=("阅读", "美育"))
    texts = Texts({**snapshot.bodies.get([info.id for info in snapshot.articles]), new.id: new.body})
    later = replace(snapshot, articles=(info_of(new), *snapshot.articles), bodies=texts)
    one = build(later, folder / "second")
    table.row("one new article", one.seconds, "s", 0.03 * hugo or None)
    table.row("files that one new article changes", one.written, "files", 25)
    shutil.rmtree(folder, ignore_errors=True)
    return table.end()


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
