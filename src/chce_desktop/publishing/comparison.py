"""What a publish would change, and what only the editor may decide: pure functions of a survey."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chce_desktop.domain.manifest import Manifest
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.publishing.errors import (
    ForeignFiles,
    OpenQuestion,
    OtherComputerPublished,
    OtherSite,
    UnusualDeletion,
)
from chce_desktop.publishing.outcome import (
    FOREIGN_FILES,
    OTHER_GENERATION,
    OTHER_SITE,
    UNUSUAL_DELETION,
    Comparison,
    KnownState,
    Question,
)
from chce_desktop.publishing.plan import is_page, unusual_deletion
from chce_desktop.publishing.records import Head
from chce_desktop.publishing.survey import Survey

_ERRORS: dict[str, type[OpenQuestion]] = {
    FOREIGN_FILES: ForeignFiles,
    OTHER_GENERATION: OtherComputerPublished,
    OTHER_SITE: OtherSite,
    UNUSUAL_DELETION: UnusualDeletion,
}
_NAMED = 20


def compare(
    survey: Survey,
    wanted: Manifest,
    *,
    site: str,
    machine: str,
    known: KnownState,
    committed: bool,
    gone: Callable[[], frozenset[str]] = frozenset,
    unknown: Callable[[], frozenset[str]] = frozenset,
) -> Comparison:
    """How the host differs from `wanted`. `committed`: this library is sure to have published the host's state.

    `gone`: pages that only say that what stood there was taken away, and did not say so before; `unknown`: those of
    them that stand for nothing that is in the library. Asked only if needed.
    """
    state, head = survey.state, survey.head
    here = wanted.files
    there = state.files
    added = tuple(sorted(path for path in here.keys() - there.keys() if path not in state.unsure))
    changed = tuple(
        sorted(path for path in here.keys() & (there.keys() | state.unsure) if there.get(path) != here[path])
    )
    removed = tuple(sorted((there.keys() | state.unsure) - here.keys()))
    ours = head is not None and head.site == site
    questions = []
    elsewhere = False
    if head is not None and not ours:
        questions.append(_other_site())
    elif head is not None and not committed and known != KnownState(head.generation, head.tree):
        elsewhere = True
        missing, replaced = tuple(filter(is_page, removed)), tuple(filter(is_page, changed))
        questions.append(_other_generation(head, missing, replaced, here=head.machine == machine))
    if survey.foreign or survey.damaged:
        questions.append(_foreign_files(survey.foreign, damaged=survey.damaged))
    noticed = (unknown if elsewhere else gone)() & set(changed) if any(map(is_page, changed)) else frozenset()
    lost = (*removed, *sorted(noticed))
    vanishing = tuple(filter(is_page, lost))
    if vanishing and elsewhere:
        questions.append(_unknown_here(vanishing))
    elif unusual_deletion(there.keys() | state.unsure, lost):
        questions.append(_unusual_deletion(vanishing))
    return Comparison(
        generation=head.generation if head is not None and ours else 0,
        tree=head.tree if head is not None and ours else "",
        machine=head.machine if head is not None else "",
        label=head.label if head is not None else "",
        published_at=head.published_at if head is not None else "",
        added=added,
        changed=changed,
        removed=removed,
        unchanged=len(here) - len(added) - len(changed),
        bytes=sum(here[path].size for path in (*added, *changed)),
        interrupted=survey.litter,
        questions=tuple(questions),
    )


def unanswered(comparison: Comparison, accept: frozenset[str]) -> OpenQuestion | None:
    """The failure for the first question that `accept` leaves open."""
    for question in comparison.questions:
        if question.code not in accept:
            named = "\n".join(question.paths[:_NAMED])
            return _ERRORS[question.code](question.code, question.title, hint=question.hint, detail=named)
    return None


def _other_site() -> Question:
    return Question(
        OTHER_SITE,
        tr("This folder on the host belongs to another site."),
        tr("Choose another folder. Continue only if this site is meant to replace that one; its files stay."),
    )


def _other_generation(head: Head, gone: tuple[str, ...], replaced: tuple[str, ...], *, here: bool) -> Question:
    """`here`: this computer published it, from a library that was put back since, or from a copy of it."""
    another = head.label or tr("Another computer ({machine})", machine=head.machine[:4] or "?")
    who = tr("This computer") if here else another
    differs = (
        trn("{n} page there is not in this library.", "{n} pages there are not in this library.", len(gone)),
        trn("{n} page is a different one there.", "{n} pages are different ones there.", len(replaced)),
    )
    hint = tr("Look at the differences. Continue only if what is here is meant to replace what readers see now.")
    return Question(
        OTHER_GENERATION,
        tr(
            "{machine} published a state that this library has not seen (no. {generation}, {when}).",
            machine=who,
            generation=head.generation,
            when=_local(head.published_at),
        ),
        " ".join((*(text for text, paths in zip(differs, (gone, replaced), strict=True) if paths), hint)),
        (*gone, *replaced),
    )


def _local(moment: str) -> str:
    """A moment as that computer wrote it, in this computer's time."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return "?"


def _unknown_here(pages: tuple[str, ...]) -> Question:
    return Question(
        UNUSUAL_DELETION,
        trn(
            "{n} page that readers see would vanish, because it is not in this library.",
            "{n} pages that readers see would vanish, because they are not in this library.",
            len(pages),
        ),
        tr("To keep them, get the library that published them first. Continue only if readers are meant to lose them."),
        pages,
    )


def _foreign_files(names: tuple[str, ...], *, damaged: bool) -> Question:
    if damaged:
        title = tr("The publishing record on the host is damaged, so its files cannot be told from others.")
    else:
        title = trn(
            "The folder on the host holds {n} entry that this app did not put there.",
            "The folder on the host holds {n} entries that this app did not put there.",
            len(names),
        )
    return Question(
        FOREIGN_FILES,
        title,
        tr("Continue if this is the right folder. Files of the same name are replaced, all others stay untouched."),
        names,
    )


def _unusual_deletion(pages: tuple[str, ...]) -> Question:
    return Question(
        UNUSUAL_DELETION,
        trn("{n} page would vanish from the site.", "{n} pages would vanish from the site.", len(pages)),
        tr("Continue only if these pages are meant to be taken away from readers."),
        pages,
    )
