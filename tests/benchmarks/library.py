"""The library that benchmarks measure: made once for a size and kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from chce_desktop.services.site import Site, create_site, open_site
from tests.benchmarks.corpus import COLUMNS, Corpus

#: Where libraries are kept between runs; one that an earlier schema made is upgraded like an editor's.
PLACE = Path(os.environ.get("CHCE_BENCH_FOLDER") or Path(tempfile.gettempdir()) / "chce-bench")


def library(total: int) -> tuple[Site, Corpus, float]:
    """An open site with `total` articles, its corpus, and the seconds that making it took (0 when it was kept)."""
    stamp = hashlib.sha256(Path(__file__).with_name("corpus.py").read_bytes())
    folder = PLACE / f"library-{total}-{stamp.hexdigest()[:8]}"
    corpus = Corpus(total=total)
    if (folder / "made").exists():
        return open_site(folder / "site"), corpus, 0.0
    shutil.rmtree(folder, ignore_errors=True)
    site = create_site(folder / "site", "国家素质教育网")
    column_ids = tuple(site.columns.add(name).id for name in COLUMNS)
    patches = corpus.articles(total, column_ids)
    started = time.perf_counter()
    site.articles.create_many(patches)
    site.articles.tend_index(written=total)  # as an import does
    seconds = time.perf_counter() - started
    (folder / "made").write_text(f"{seconds:.1f}\n", encoding="utf-8")
    return site, corpus, seconds
