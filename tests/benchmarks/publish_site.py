"""A site of any number of files as a portal has them.

Chinese articles of 950 characters in a frame with the 10 latest and the 10 most read on every page, and one small
picture to 50 pages.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

from chce_desktop.domain.manifest import FileEntry, Manifest
from chce_desktop.publishing.outcome import LocalTree
from tests.benchmarks.corpus import Corpus

#: Of the full size: 5,000 files of 31 MB in 255 folders.
FULL = 5000
_IN_A_FOLDER = 21
_PICTURE = 25_000
_FRAME = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title} - 国家素质教育网</title>
<link rel="stylesheet" href="../../assets/style.css"><script src="../../assets/site.js" defer></script></head>
<body><header><a href="../../index.html">首页</a> <nav>{columns}</nav></header>
<aside><h2>今日导读</h2><ul>{latest}</ul><h2>热门文章</h2><ol>{most_read}</ol></aside>
<main><h1>{title}</h1><p>[ {date} 来源:{source} ]</p>
{body}
</main><footer>版权所有 京ICP备00000000号</footer></body></html>
"""


def site(root: Path, files: int) -> LocalTree:
    """The site in `root`, made there once; equal for equal numbers."""
    if not root.is_dir():
        making = root.with_name(f"{root.name}.making")
        for path, data in _files(files):
            place = making / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        making.rename(root)
    return tree(root)


def tree(root: Path) -> LocalTree:
    """What lies in `root`."""
    entries = {}
    for place in root.rglob("*"):
        if place.is_file():
            data = place.read_bytes()
            entries[place.relative_to(root).as_posix()] = FileEntry(hashlib.sha256(data).hexdigest(), len(data))
    return LocalTree(root, Manifest(entries))


def size(site_tree: LocalTree) -> str:
    """Files, MB and folders, for people."""
    files = site_tree.manifest.files
    folders = {parent for path in files for parent in Path(path).parents}
    megabytes = sum(entry.size for entry in files.values()) / 1e6
    return f"{len(files):,} files, {megabytes:.0f} MB, {len(folders) - 1} folders"


def _files(count: int) -> Iterator[tuple[str, bytes]]:
    corpus, dealer = Corpus(total=10_000, characters=950), random.Random(count)  # noqa: S311 - repeatable, no secret
    articles = [corpus.article(number) for number in range(min(count, 500))]
    columns = " ".join(f'<a href="../../column-{i}/index.html">栏目{i}</a>' for i in range(12))
    links = [
        f'<li><a href="../../column-1/00001/article-{n:06}.html">{a["title"]}</a></li>' for n, a in enumerate(articles)
    ]
    yield "assets/style.css", b"body { margin: 0 }\n" * 800
    yield "assets/site.js", b"document.title;\n" * 800
    for number in range(count - 2):
        folder = f"column-{number // _IN_A_FOLDER % 12}/{number // _IN_A_FOLDER:05}"
        if number % 50 == 0:
            yield f"{folder}/picture-{number:06}.jpg", dealer.randbytes(_PICTURE)
            continue
        article = articles[number % len(articles)]
        sentences = article["body"].split("。")
        dealer.shuffle(sentences)
        body = "".join(f"<p>{part}。</p>\n" for part in sentences)
        page = _FRAME.format(
            title=article["title"],
            columns=columns,
            latest="".join(links[:10]),
            most_read="".join(links[-10:]),
            date=article["date"].date(),
            source=article["source"],
            body=body,
        )
        name = "index.html" if number % _IN_A_FOLDER == 1 else f"article-{number:06}.html"
        yield f"{folder}/{name}", page.encode()
