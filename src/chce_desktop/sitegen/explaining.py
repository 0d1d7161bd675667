"""Why a page is made anew, and what it is made from: for those who wonder about a build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation.i18n import tr
from chce_desktop.sitegen.errors import PageNotFound
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.outputs import Output, OutputKind
from chce_desktop.sitegen.state import DamagedRecords, Head, StateFile, Written


@dataclass(frozen=True, slots=True)
class Explanation:
    """`due`: the next build makes the file anew. `reasons` are sentences, `articles` (ids) what it depends on."""

    path: str
    kind: str
    due: bool
    reasons: tuple[str, ...]
    articles: tuple[int, ...]
    media: tuple[str, ...]


def explain(snapshot: SiteSnapshot, out: Path, path: str, *, base_url: str = "") -> Explanation:
    """Why the next build into `out` would make the file at a public path anew, or leave it. Raises PageNotFound."""
    generator = Generator(snapshot, base_url=base_url)
    path = path.strip("/") or "index.html"
    output = next((each for each in generator.outputs() if each.path == path), None)
    if output is None:
        raise PageNotFound(path)
    state = StateFile(out)
    head = state.head()
    try:
        before = state.written(path) if head else None
        marks = state.marks() if head else {}
    except DamagedRecords:
        head, before, marks = None, None, {}
    made_from = _articles(generator, output, before)
    media = before.media if before else ()
    reasons = _reasons(generator, output, head, before)
    due = bool(reasons)
    changed = [info for info in made_from if marks.get(info.id, (0, 0))[0] != info.version]
    if head and before:
        reasons += [tr("The article “{title}” is new or was changed.", title=info.title) for info in changed]
        due = due or bool(changed)
    if not due and before and _stale(generator, before):
        reasons.append(
            tr("Nothing of its own changed. The blocks of every page did: the reader's browser renews them until then.")
        )
    if not reasons:
        reasons.append(tr("Nothing that it is made from changed."))
    return Explanation(path, output.kind.value, due, tuple(reasons), tuple(info.id for info in made_from), media)


def _reasons(generator: Generator, output: Output, head: Head | None, before: Written | None) -> list[str]:
    if head is None:
        return [tr("Nothing is known of an earlier build, or it did not come to its end.")]
    if before is None:
        return [tr("It was not there in the last build.")]
    if head.site != generator.site_key:
        return [tr("The theme, the settings, the columns or the public address changed: every page is made anew.")]
    if output.kind is not OutputKind.ARTICLE and generator.list_articles(output.path) is None:
        return [tr("It is made in each build, and written when its content changed.")]
    return []


def _articles(generator: Generator, output: Output, before: Written | None) -> Sequence[ArticleInfo]:
    catalogue = generator.catalogue
    info = catalogue.by_path.get(output.path)
    if info is None:
        return generator.list_articles(output.path) or ()
    linked = filter(None, map(catalogue.by_id.get, before.articles if before else ()))
    found: Mapping[int, ArticleInfo] = {
        each.id: each for each in (info, *catalogue.neighbours(info), *catalogue.related(info), *linked) if each
    }
    return tuple(found.values())


def _stale(generator: Generator, before: Written) -> bool:
    return bool(before.shared) and before.shared.split(" ")[0] != generator.shared_version
