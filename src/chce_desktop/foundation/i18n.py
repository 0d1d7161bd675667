"""One translation mechanism for window, command line and errors: GNU gettext with English as the source language.

Code says `tr("Publish")`; `resources/translations/zh_CN/*.po` hold the Chinese, one file a room, compiled into
`resources/translations/zh_CN.mo`. The language is one for the process and is chosen at start.
"""

from __future__ import annotations

import functools
import gettext
import io
import os

from chce_desktop.foundation import resources

LANGUAGES = ("zh_CN", "en")

_language = "en"


def set_language(language: str) -> None:
    """Use `language`, one of `LANGUAGES`, from now on. Raises ValueError for any other."""
    global _language  # noqa: PLW0603 - one language for the process
    if language not in LANGUAGES:
        raise ValueError(language)
    _language = language


@functools.cache
def _translations(language: str) -> gettext.NullTranslations:
    """Read when the first text is asked for, which is after the first paint."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.GNUTranslations(io.BytesIO(resources.read_bytes(f"translations/{language}.mo")))


def language() -> str:
    """The language in use, one of `LANGUAGES`."""
    return _language


def preferred_language() -> str:
    """zh_CN, unless the user's system clearly speaks something else than Chinese (the app is Chinese first)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value and value.split(".")[0] not in ("C", "POSIX"):
            return "zh_CN" if value.startswith("zh") else "en"
    # Elsewhere Python knows nothing but the same variables, and takes C.UTF-8, the lack of a choice, for English.
    system = _language_of_windows() if os.name == "nt" else ""
    return "en" if system and not system.lower().startswith(("zh", "chinese", "c")) else "zh_CN"


def _language_of_windows() -> str:
    import locale

    return locale.getlocale()[0] or ""


def tr(message: str, /, **values: object) -> str:
    """`message` in the user's language, with `{name}` placeholders filled from `values`."""
    text = _translations(_language).gettext(message)
    return text.format(**values) if values else text


def trn(singular: str, plural: str, n: int, /, **values: object) -> str:
    """The form of the message that fits `n`; `{n}` is filled in too."""
    return _translations(_language).ngettext(singular, plural, n).format(n=n, **values)


def mark(message: str) -> str:
    """Mark a constant for translation where it is defined; `tr(value)` translates it where it is shown."""
    return message
