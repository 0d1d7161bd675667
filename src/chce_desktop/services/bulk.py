"""Changes of many articles within one open transaction: all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from chce_desktop.domain.article import ArticleInfo, ArticlePatch
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.services import formeraddresses, signed_texts, writing
from chce_desktop.storage import articles as rows
from chce_desktop.storage.engine import Transaction

#: Articles between two looks at progress.
_STEP = 500
#: What belongs to one article only, and is written with a revision.
TEXTS = frozenset({"title", "slug", "body", "summary"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """What fields were before a change of many articles, and what they were after it (of a body its hash)."""

    before: Mapping[int, ArticlePatch]
    after: Mapping[int, Mapping[str, object]]

    def __len__(self) -> int:
        """How many articles changed."""
        return len(self.before)


def pieces(items: Iterable[T], progress: Progress) -> Iterator[list[T]]:
    """`items` some hundred at a time, with progress; raises Cancelled, so that the transaction is undone."""
    all_items = list(items)
    for start in range(0, len(all_items), _STEP):
        progress.check()
        progress.report(tr("Changing articles"), start, len(all_items))
        yield all_items[start : start + _STEP]
    progress.check()
    progress.report(tr("Changing articles"), len(all_items), len(all_items))


def set_many(session: Transaction, ids: Sequence[int], patch: ArticlePatch, progress: Progress) -> int:
    """The same change of short fields on many articles, with redirects where addresses change; how many there were."""
    moment = writing.now()
    writing.validate(session, patch)
    changed = 0
    for piece in pieces(ids, progress):
        if "column_id" in patch:
            formeraddresses.articles_moved(session, piece, patch["column_id"])
        signed_texts.protect_many(session, piece, patch, moment)
        changed += rows.change_many(session, piece, patch, now=moment)
    return changed


def set_each(
    session: Transaction, patches: Mapping[int, ArticlePatch], author: str, progress: Progress
) -> dict[int, ArticlePatch]:
    """A change for each article; what the fields were before, for those that changed, in the form of `patches`."""
    before: dict[int, ArticlePatch] = {}
    for piece in pieces(patches, progress):
        infos = rows.get_infos(session, piece)
        groups: dict[tuple[object, ...], tuple[ArticlePatch, list[int]]] = {}
        for article_id, info in infos.items():
            patch = writing.normalised(patches[article_id])
            if TEXTS & patch.keys():
                previous = _set_text(session, article_id, patch, author)
            else:
                previous = _previous(info, patch)
                if previous:
                    changed = cast("ArticlePatch", {key: value for key, value in patch.items() if key in previous})
                    groups.setdefault(tuple(sorted(changed.items())), (changed, []))[1].append(article_id)
            if previous:
                before[article_id] = previous
        moment = writing.now()
        for patch, ids in groups.values():
            writing.validate(session, patch)
            if "column_id" in patch:
                formeraddresses.articles_moved(session, ids, patch["column_id"])
            signed_texts.protect_many(session, ids, patch, moment)
            rows.change_many(session, ids, patch, now=moment)
    return before


def stepped(session: Transaction, before: Mapping[int, ArticlePatch]) -> Step:
    """The step that was just made, of what `set_each` said."""
    infos = rows.get_infos(session, before)
    return Step(before, {article_id: _values(infos[article_id], patch) for article_id, patch in before.items()})


def take_back(session: Transaction, step: Step, author: str, progress: Progress) -> int:
    """Put back what fields were, but for those that somebody has changed since; how many articles have such."""
    infos = rows.get_infos(session, step.before)
    patches: dict[int, ArticlePatch] = {}
    for article_id, info in infos.items():
        patch, after = step.before[article_id], step.after[article_id]
        now = _values(info, patch)
        patches[article_id] = cast("ArticlePatch", {key: patch[key] for key in now if now[key] == after[key]})  # type: ignore[literal-required] # its own keys
    set_each(session, patches, author, progress)
    return sum(patches[article_id].keys() != step.before[article_id].keys() for article_id in patches)


def _values(info: ArticleInfo, patch: ArticlePatch) -> dict[str, object]:
    return {key: getattr(info, "body_hash" if key == "body" else key) for key in patch}


def _set_text(session: Transaction, article_id: int, patch: ArticlePatch, author: str) -> ArticlePatch:
    article = writing.existing(session, article_id)
    previous = _previous(article, patch)
    if previous:
        writing.change_in(session, article, patch, author, keep_slug=True)
    return previous


def _previous(article: ArticleInfo, patch: ArticlePatch) -> ArticlePatch:
    values = {key: getattr(article, key) for key, value in patch.items() if getattr(article, key) != value}
    return cast("ArticlePatch", values)
