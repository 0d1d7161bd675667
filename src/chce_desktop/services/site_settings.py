"""Reading and changing a site's settings."""

from __future__ import annotations

import dataclasses
import json
import re
import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from chce_desktop.domain import contrast, findings
from chce_desktop.domain.changes import Kind
from chce_desktop.domain.homepage import HomeBlock
from chce_desktop.domain.hostnames import is_host
from chce_desktop.domain.settings import SiteSettings, is_site_code
from chce_desktop.foundation.i18n import tr
from chce_desktop.services import person, signed_texts
from chce_desktop.services.connection import Connection
from chce_desktop.services.counts import WINDOWS
from chce_desktop.services.errors import InvalidValue
from chce_desktop.storage import nouns

#: How languages are named on pages: `zh-CN`, `en`.
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LENGTHS = {
    "list_length": (1, 500),
    "recommended_length": (0, 100),
    "popular_length": (0, 100),
    "home_list_length": (0, 100),
    "feed_length": (0, 500),
    "sidebar_links": (0, 1000),
    "title_cut": (0, 400),
    "auto_link_times": (0, 100),
}


class Settings:
    """The settings of an open site. Every method is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> SiteSettings:
        """All settings."""
        with self._connection.read() as session:
            return nouns.settings(session)

    def update(self, **fields: Any) -> SiteSettings:
        """Set fields of `SiteSettings`. Raises InvalidValue for an unknown field or a value that it cannot have."""
        checked = {key: _checked(key, value) for key, value in fields.items()}
        with self._connection.write() as session:
            before = nouns.settings(session)
            nouns.write_settings(session, checked)
            after = nouns.settings(session)
            if after.sign_off != before.sign_off:
                signed_texts.switch(session, person.name(), datetime.now(UTC), on=after.sign_off)
        self._connection.changed(Kind.SETTINGS)
        return after

    def set_text(self, key: str, value: str) -> SiteSettings:
        """Set one field from text: numbers and true/false as written, lists as JSON or one entry a line."""
        default = getattr(SiteSettings(), _known(key))
        parsed: object = value
        if key == "home_blocks":
            parsed = _objects(value)
        elif isinstance(default, bool):
            if value.strip().lower() not in ("true", "false", "1", "0", "yes", "no"):
                raise _invalid(key, value)
            parsed = value.strip().lower() in ("true", "1", "yes")
        elif isinstance(default, int):
            try:
                parsed = int(value)
            except ValueError as error:
                raise _invalid(key, value) from error
        elif isinstance(default, tuple):
            parsed = _list(value)
        return self.update(**{key: parsed})


def _known(key: str) -> str:
    if key not in {field.name for field in dataclasses.fields(SiteSettings)}:
        raise InvalidValue(
            tr("There is no setting “{key}”.", key=key), hint=tr("Look through the list of settings for its name.")
        )
    return key


def _checked(key: str, value: Any) -> object:
    default = getattr(SiteSettings(), _known(key))
    if key == "home_blocks":
        return _blocks(value)
    if isinstance(default, tuple):
        if not isinstance(value, (list, tuple)) or not all(isinstance(entry, str) for entry in value):
            raise _invalid(key, value)
        rule = _RULES.get(key)
        if rule is not None and not rule(value):
            raise _invalid(key, "; ".join(value))
        return [" ".join(entry.split()) for entry in value if entry.strip()]
    if type(value) is not type(default):
        raise _invalid(key, value)
    if isinstance(value, str):
        value = " ".join(value.split()) if key not in ("copyright", "description") else value.strip()
    if key in _LENGTHS:
        least, most = _LENGTHS[key]
        if not least <= value <= most:
            raise _invalid(key, value)
    rule = _RULES.get(key)
    if rule is not None and not rule(value):
        raise _invalid(key, value)
    return value.rstrip("/") + "/" if key == "url" and value else value


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    bare = not parts.query and not parts.fragment and "@" not in parts.netloc
    return not value or (parts.scheme in ("http", "https") and bool(parts.hostname) and bare)


def _is_time_zone(value: str) -> bool:
    try:
        zoneinfo.ZoneInfo(value)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return True


def _is_date_format(value: str) -> bool:
    try:
        # `%-m` (no leading zero) is understood by the site on every system, but not by Windows' own strftime.
        written = datetime(2026, 1, 2, tzinfo=UTC).strftime(value.replace("%-", "%")).strip()
    except ValueError:
        return False
    return bool(written) and written != value.strip()


def is_theme(name: str) -> bool:
    """Whether a theme of that name ships with the app."""
    from chce_desktop.sitegen import theme  # it brings the whole generator, which opening a site does not need

    return name in theme.names()


def is_readable_accent(color: str) -> bool:
    """Whether white text can be read on the colour, and the colour on white."""
    return contrast.is_color(color) and contrast.ratio(color, contrast.WHITE) >= contrast.ENOUGH


_RULES: dict[str, Callable[[Any], bool]] = {
    "check_levels": lambda entries: all(findings.is_choice(entry) for entry in entries if entry.strip()),
    "url": _is_address,
    "timezone": _is_time_zone,
    "date_format": _is_date_format,
    "email": lambda value: not value or ("@" in value and " " not in value),
    "theme": is_theme,
    "accent": lambda value: not value or is_readable_accent(value),
    "popular_window": lambda value: value in WINDOWS,
    "language": lambda value: _LANGUAGE.fullmatch(value) is not None,
    "site_id_code": is_site_code,
    "embed_hosts": lambda entries: all(is_host(entry.strip()) for entry in entries if entry.strip()),
    "fonts": lambda value: value in ("", "hei", "song"),
}


def _blocks(value: object) -> list[dict[str, Any]]:
    """Blocks of the front page as they are stored. Raises InvalidValue."""
    if not isinstance(value, (list, tuple)):
        raise _invalid("home_blocks", value)
    try:
        blocks = [entry if isinstance(entry, HomeBlock) else HomeBlock.of(entry) for entry in value]
    except (ValueError, TypeError) as error:
        raise InvalidValue(
            tr("The blocks of the front page cannot be “{value}”.", value=str(error)),
            hint=tr(
                "Each has a kind (headline, latest, pictures, columns, column, recommended or popular), and may "
                "have title, column, length and layout (list, lead or cards)."
            ),
        ) from error
    return [dataclasses.asdict(block) for block in blocks]


def _objects(value: str) -> object:
    try:
        return json.loads(value or "[]")
    except ValueError as error:
        raise _invalid("home_blocks", value) from error


def _list(value: str) -> list[str]:
    try:
        parsed = json.loads(value)
    except ValueError:
        return value.splitlines()
    return [str(entry) for entry in parsed] if isinstance(parsed, list) else [value]


def _invalid(key: str, value: object) -> InvalidValue:
    return InvalidValue(
        tr("The setting “{key}” cannot be “{value}”.", key=key, value=value), hint=tr("The old value stays.")
    )
