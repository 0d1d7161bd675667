"""What a publish would change, and what only the editor may decide: pure functions of a survey."""

from __future__ import annotations

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
from chce_desktop.publishing.survey import Survey

_ERRORS: dict[str, type[OpenQuestion]] = {
    FOREIGN_FILES: ForeignFiles,
    OTHER_GENERATION: OtherComputerPublished,
    OTHER_SITE: OtherSite,
    UNUSUAL_DELETION: UnusualDeletion,
}
_NAMED = 20


def compare(survey: Survey, wanted: Manifest, *, site: str, known: KnownState, committed: bool) -> Comparison:
    """How the host differs from `wanted`. `committed`: this computer is sure to have published the host's state."""
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
    if head is not None and not ours:
        questions.append(_other_site())
    elif head is not None and not committed and known != KnownState(head.generation, head.tree):
        questions.append(_other_generation(head.machine, head.published_at, head.generation))
    if survey.foreign or survey.damaged:
        questions.append(_foreign_files(survey.foreign, damaged=survey.damaged))
    if unusual_deletion(there.keys() | state.unsure, removed):
        questions.append(_unusual_deletion(tuple(filter(is_page, removed))))
    return Comparison(
        generation=head.generation if head is not None and ours else 0,
        tree=head.tree if head is not None and ours else "",
        machine=head.machine if head is not None else "",
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


def _other_generation(machine: str, when: str, generation: int) -> Question:
    return Question(
        OTHER_GENERATION,
        tr(
            "{machine} published a state that this library has not seen (no. {generation}, {when}).",
            machine=machine or tr("Another computer"),
            generation=generation,
            when=when[:16].replace("T", " "),
        ),
        tr("Look at the differences. Continue only if what is here is meant to replace what readers see now."),
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
