"""Sign-off 三审三校: which steps a text has to go through before readers may see it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chce_desktop.domain.article import Article, ArticleInfo
from chce_desktop.foundation.i18n import mark

#: What readers read of an article. Where it stands and how it is emphasised is no part of its text.
READ = (
    "title", "short_title", "prefix", "subtitle", "summary", "source", "source_url", "author", "editor", "keywords",
    "cover", "tags", "date", "body_hash",
)  # fmt: skip


class Step(StrEnum):
    """What was done with a text.

    `ADOPTED`: it was published already when the site began to ask for sign-off. `DROPPED`: the words of a picture in it
    were changed in the media library. `SWITCHED_ON` and `SWITCHED_OFF` are of the site, not of an article.
    """

    SUBMIT = "submit"
    FIRST = "first"
    SECOND = "second"
    FINAL = "final"
    RETURN = "return"
    ADOPTED = "adopted"
    DROPPED = "dropped"
    SWITCHED_ON = "switched_on"
    SWITCHED_OFF = "switched_off"


#: The order of the steps; a return leads back to the start.
CHAIN = (Step.SUBMIT, Step.FIRST, Step.SECOND, Step.FINAL)
TITLES = {
    Step.SUBMIT: mark("Submitted"),
    Step.FIRST: mark("First review"),
    Step.SECOND: mark("Second review"),
    Step.FINAL: mark("Final review"),
    Step.RETURN: mark("Returned"),
    Step.ADOPTED: mark("Published before sign-off was asked for"),
    Step.DROPPED: mark("Words of a picture were changed"),
    Step.SWITCHED_ON: mark("Sign-off switched on"),
    Step.SWITCHED_OFF: mark("Sign-off switched off"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """One step, recorded for ever: who did it, when, and with which text."""

    id: int
    article_id: int
    step: Step
    who: str
    made_at: datetime
    text_hash: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a text stands. `done`: the steps that hold for the text as it is now; `next` is what it waits for.

    `dropped`: steps were made, but the text was edited afterwards. `returned`: the record of the return, if the last
    word was one.
    """

    done: tuple[SignOff, ...]
    dropped: bool
    returned: SignOff | None

    @property
    def signed(self) -> bool:
        """Whether readers may see the text."""
        return bool(self.done) and self.done[-1].step in (Step.FINAL, Step.ADOPTED)

    @property
    def next(self) -> Step | None:
        """The step that comes next, None when all are made."""
        if self.signed:
            return None
        return CHAIN[len(self.done)]


def standing(records: Iterable[SignOff], text_hash: str) -> Standing:
    """What the records (oldest first) of one article say about a text."""
    done: list[SignOff] = []
    dropped = False
    returned: SignOff | None = None
    for record in records:
        if record.step is Step.RETURN:
            done, returned, dropped = [], record, False
            continue
        if record.text_hash != text_hash or record.step is Step.DROPPED:
            done, dropped = [], True
            continue
        if record.step is Step.ADOPTED:
            done, dropped, returned = [record], False, None
        elif len(done) < len(CHAIN) and CHAIN[len(done)] is record.step:
            done.append(record)
            dropped = False
            returned = None
    return Standing(tuple(done), dropped and not done, returned if not done else None)


def text_hash(article: Article | ArticleInfo) -> str:
    """Hex SHA-256 of everything of an article that readers read, its body by the body's own hash."""
    facts: dict[str, Any] = {name: getattr(article, name) for name in READ}
    facts["tags"] = list(article.tags)
    facts["date"] = int(article.date.timestamp() * 1000)
    written = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Somebody let an article out although a check would have stopped it. Recorded for ever.

    `findings` are the sentences of the check, `text_hash` tells which text it was.
    """

    publication_id: int
    article_id: int | None
    title: str
    who: str
    made_at: datetime
    reason: str
    text_hash: str
    findings: tuple[str, ...]
