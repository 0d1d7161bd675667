"""What states, flags and dates are called on the screen."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chce_desktop.domain.article import Flag, State
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui import icons

_STATES = {
    State.DRAFT: mark("Draft"),
    State.REVIEW: mark("In review"),
    State.READY: mark("Ready"),
    State.PUBLISHED: mark("Published"),
    State.WITHDRAWN: mark("Withdrawn"),
}
#: Colour roles (fields of `ui.colors.Colors`).
STATE_COLORS = {
    State.DRAFT: icons.MUTED,
    State.REVIEW: icons.WARNING,
    State.READY: icons.ACCENT,
    State.PUBLISHED: icons.SUCCESS,
    State.WITHDRAWN: icons.ERROR,
}
_FLAGS = {
    Flag.HEADLINE: mark("Headline"),
    Flag.RECOMMENDED: mark("Recommended today"),
    Flag.PINNED: mark("Pinned"),
}
_BADGES = {Flag.HEADLINE: mark("Top"), Flag.RECOMMENDED: mark("Rec"), Flag.PINNED: mark("Pin")}
FLAG_COLORS = {
    Flag.HEADLINE: (icons.ERROR, "error_soft"),
    Flag.RECOMMENDED: (icons.ACCENT, "accent_soft"),
    Flag.PINNED: (icons.WARNING, "warning_soft"),
}
#: From Monday on.
WEEKDAYS = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)


def state_name(state: State) -> str:
    """草稿, 待审, 待发布, 已发布, 已撤回."""
    return tr(_STATES[state])


def flag_name(flag: Flag) -> str:
    """头条, 今日导读, 置顶."""
    return tr(_FLAGS[flag])


def flag_badge(flag: Flag) -> str:
    """The flag in two characters, for a badge."""
    return tr(_BADGES[flag])


def title_of(title: str) -> str:
    """The title, or what stands in its place while there is none."""
    return title or tr("(untitled)")


def named(title: str) -> str:
    """The title in quotation marks, for a sentence; words for an article that has none."""
    return tr("“{article}”", article=title) if title.strip() else tr("an untitled article")


@functools.lru_cache(maxsize=8)
def zone(name: str) -> tzinfo:
    """The site's time zone; China's where the name means nothing on this computer."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return timezone(timedelta(hours=8))


def day(moment: datetime, where: tzinfo) -> str:
    """The day at the site, such as 2026-01-18."""
    return moment.astimezone(where).strftime("%Y-%m-%d")


def minute(moment: datetime, where: tzinfo) -> str:
    """Day and time at the site, such as 2026-01-18 09:30."""
    return moment.astimezone(where).strftime("%Y-%m-%d %H:%M")
