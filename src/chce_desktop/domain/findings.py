"""What a check before publishing finds, and the table of everything that it looks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from chce_desktop.foundation.i18n import mark

#: The two levels that a finding is told with.
ERROR = "error"
WARNING = "warning"


class Level(StrEnum):
    """How seriously a rule is taken. `BLOCK` stops a publish until somebody overrides it with a reason."""

    OFF = "off"
    WARN = "warn"
    ERROR = "error"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to mend.

    `level` is `ERROR` or `WARNING`, `rule` a stable name, `where` the place in the user's words, `blocks` whether it
    stops a publish. `article_id` is given where the place is an article, then `field` is the name of its field
    (`title`, `body`, …), `line` and `column` count from 1 within it (0: the field as a whole), and `found` is what
    stands there. `suggestion` can be put in its place, None where only a person can tell.
    """

    level: str
    rule: str
    where: str
    message: str
    fix: str
    blocks: bool = False
    article_id: int | None = None
    field: str = ""
    line: int = 0
    column: int = 0
    found: str = ""
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `title` is shown where levels are chosen; `choices` are the levels that make sense for it."""

    name: str
    title: str
    level: Level
    choices: tuple[Level, ...] = (Level.OFF, Level.WARN, Level.ERROR, Level.BLOCK)


#: Words have a level each; their rules are only switched on and off.
_LISTED = (Level.OFF, Level.BLOCK)

RULES: tuple[Rule, ...] = (
    Rule("no-title", mark("The title is missing"), Level.ERROR),
    Rule("no-text", mark("The text is empty"), Level.ERROR),
    Rule("no-column", mark("The article is in no column"), Level.WARN),
    Rule("no-source", mark("The source is missing"), Level.WARN),
    Rule("no-summary", mark("The summary is missing"), Level.WARN),
    Rule("long-title", mark("The title is too long"), Level.WARN),
    Rule("same-title", mark("Another article has the same title"), Level.WARN),
    Rule("no-alt", mark("A picture has no description"), Level.WARN),
    Rule("missing-media", mark("A picture or file is not there"), Level.ERROR),
    Rule("dead-link", mark("A link leads to no page of the site"), Level.WARN),
    Rule("heading-skip", mark("Headings skip a level"), Level.WARN),
    Rule("forbidden-word", mark("Forbidden words of the word list"), Level.BLOCK, _LISTED),
    Rule("confusable-word", mark("Easily confused words of the word list"), Level.BLOCK, _LISTED),
    Rule("wrong-name", mark("Names and titles of the word list"), Level.BLOCK, _LISTED),
    Rule("id-number", mark("Identity-card numbers"), Level.BLOCK),
    Rule("mobile-number", mark("Mobile phone numbers"), Level.WARN),
    Rule("future-date", mark("Dates in the future"), Level.WARN),
    Rule("wrong-date", mark("Days that no calendar has"), Level.WARN),
    Rule("reprint", mark("Reprints without source address or permission note"), Level.WARN),
    Rule("not-signed", mark("The text is not signed off"), Level.WARN),
)
BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in RULES}


def levels(chosen: Iterable[str]) -> dict[str, Level]:
    """The level of every rule: its own, or what the site chose as `rule=level`. What is not understood is left out."""
    found = {rule.name: rule.level for rule in RULES}
    for entry in chosen:
        name, _, level = entry.partition("=")
        if is_choice(entry):
            found[name.strip()] = Level(level.strip())
    return found


def is_choice(entry: str) -> bool:
    """Whether `rule=level` names a rule and a level that it can have."""
    name, _, level = (part.strip() for part in entry.partition("="))
    rule = BY_NAME.get(name)
    return rule is not None and level in rule.choices


def changed(chosen: Iterable[str], name: str, level: Level) -> tuple[str, ...]:
    """What the site has chosen, with `level` for one rule; a rule's own level needs no entry."""
    kept = [entry for entry in chosen if entry.partition("=")[0].strip() != name]
    return (*kept, *([f"{name}={level}"] if BY_NAME[name].level is not level else []))
