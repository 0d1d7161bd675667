"""Sign-off 三审三校: making its steps, and who made them."""

from __future__ import annotations

from chce_desktop.domain.article import State
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.signoff import Override, SignOff, Standing, Step, standing, text_hash
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.services import person, writing
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import ArticleChanged, InvalidValue
from chce_desktop.storage import revisions, signoffs

#: The state that a step brings an article into, from which states. A published one stays published: readers keep
#: seeing its last signed text.
_STATES: dict[Step, tuple[State, frozenset[State]]] = {
    Step.SUBMIT: (State.REVIEW, frozenset({State.DRAFT, State.READY, State.WITHDRAWN})),
    Step.FINAL: (State.READY, frozenset({State.DRAFT, State.REVIEW})),
    Step.RETURN: (State.DRAFT, frozenset({State.REVIEW, State.READY})),
}
_LONGEST_REMARK = 2000


class StepOutOfOrder(ChceError):
    """A step of the sign-off was asked for that is not the next one."""

    code = "step_out_of_order"


class SignOffs:
    """The sign-off of an open site's articles. Every method is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def records(self, article_id: int) -> tuple[SignOff, ...]:
        """All steps of an article, oldest first; of one that was deleted for good too."""
        with self._connection.read() as session:
            return signoffs.of(session, article_id)

    def standing(self, article_id: int) -> Standing:
        """Where the article's text of now stands. Raises ArticleNotFound."""
        with self._connection.read() as session:
            article = writing.existing(session, article_id)
            return standing(signoffs.of(session, article_id), text_hash(article))

    def make(
        self, article_id: int, step: Step, *, who: str = "", remark: str = "", base_version: int | None = None
    ) -> Standing:
        """Record a step for the article's text of now; where it stands after that.

        `who` is this computer's person unless given. `base_version` is the version that was read: a newer one raises
        ArticleChanged, so that nobody signs what he has not seen. Raises StepOutOfOrder, ArticleNotFound, and
        InvalidValue for a return without a remark.
        """
        name, note = person.tidy(who) or person.name(), remark.strip()[:_LONGEST_REMARK]
        if step is Step.RETURN and not note:
            raise InvalidValue(tr("A return needs a remark."), hint=tr("Say what should be changed."))
        with self._connection.write() as session:
            article = writing.existing(session, article_id)
            if article.trashed_at is not None:
                raise StepOutOfOrder(tr("The article lies in the trash."), hint=tr("Restore it first."))
            if base_version is not None and article.version != base_version:
                raise ArticleChanged(article_id, article.version)
            digest = text_hash(article)
            now = standing(signoffs.of(session, article_id), digest)
            _require_order(step, now)
            moment = writing.now()
            signoffs.add(session, article_id, step, who=name, made_at=moment, text_hash=digest, remark=note)
            if step is Step.FINAL:
                revisions.record(session, article, now=moment, author=name, name=tr("Final review"))
                signoffs.release_words(session, article_id)
            wanted, from_states = _STATES.get(step, (article.state, frozenset()))
            if article.state in from_states:
                writing.change_in(session, article, {"state": wanted}, name)
            after = standing(signoffs.of(session, article_id), digest)
        self._connection.publish(Changes(frozenset({Kind.ARTICLES}), frozenset({article_id})))
        return after

    def switches(self) -> tuple[SignOff, ...]:
        """When the site began to ask for sign-off and when it ceased to, oldest first; their article is 0."""
        with self._connection.read() as session:
            return signoffs.switches(session)

    def overrides(self, article_id: int) -> tuple[Override, ...]:
        """The publishes that let this article out against the check , oldest first."""
        with self._connection.read() as session:
            return signoffs.overrides(session, article_id=article_id)

    def overrides_of_publication(self, publication_id: int) -> tuple[Override, ...]:
        """What a publish let out against the check ."""
        with self._connection.read() as session:
            return signoffs.overrides(session, publication_id=publication_id)


def _require_order(step: Step, now: Standing) -> None:
    if step is Step.RETURN:
        if not now.done:
            raise StepOutOfOrder(
                tr("There is nothing to return: the text was not submitted."), hint=tr("Submit it first.")
            )
        return
    if now.next is not step:
        following = {
            None: tr("The text is signed off already."),
            Step.SUBMIT: tr("The text has to be submitted first."),
            Step.FIRST: tr("The text waits for its first review."),
            Step.SECOND: tr("The text waits for its second review."),
            Step.FINAL: tr("The text waits for its final review."),
        }
        hint = tr("It was edited after it had been signed; the steps begin anew.") if now.dropped else ""
        raise StepOutOfOrder(following[now.next], hint=hint)
