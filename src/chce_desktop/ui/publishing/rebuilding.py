"""What the publish window says when the whole site was rendered again, and why."""

from __future__ import annotations

from collections.abc import Sequence

from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui.publishing.changes import Overview
from chce_desktop.ui.settings.fields import fields

_CAUSES = {
    "columns": mark("columns came, went or have other names"),
    "address": mark("the public address changed"),
    "rendering": mark("words of the link table changed"),
    "program": mark("this version of the program makes other pages than the one before"),
    "theme": mark("files or colours of the theme changed"),
    "settings.theme": mark("another theme was chosen"),
    "settings.accent": mark("another accent colour was chosen"),
    "settings.fonts": mark("other fonts were chosen"),
    "settings.home_blocks": mark("the blocks of the home page changed"),
}
#: What follows from a setting and need not be told beside it.
_FOLLOWS = {"theme": ("settings.theme", "settings.accent", "settings.fonts"), "address": ("settings.url",)}


def rebuilt(shown: Overview, causes: Sequence[str]) -> str:
    """The sentence, empty where not the whole site changes."""
    told = [_told(cause) for cause in causes if not any(other in causes for other in _FOLLOWS.get(cause, ()))]
    if told:
        return tr(
            "The whole site was rendered again, and changed pages are sent: {causes}.", causes=tr("; ").join(told)
        )
    if shown.nearly_all:
        return tr("Nearly every page changes and is sent: that is so after a change of theme, site name or settings.")
    return ""


def _told(cause: str) -> str:
    if cause in _CAUSES:
        return tr(_CAUSES[cause])
    key = cause.removeprefix("settings.")
    label = next((tr(field.label) for field in fields() if field.key == key), key)
    return tr("the setting “{name}” changed", name=label)
