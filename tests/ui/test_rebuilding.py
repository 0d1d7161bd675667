"""What the publish window says of a site that was rendered as a whole."""

from __future__ import annotations

import dataclasses

import pytest

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.foundation.i18n import set_language
from chce_desktop.ui.publishing.changes import Overview
from chce_desktop.ui.publishing.rebuilding import rebuilt


@pytest.mark.parametrize(
    "key", [field.name for field in dataclasses.fields(SiteSettings) if field.name != "check_levels"]
)
def test_every_setting_is_named_in_words(key: str) -> None:
    set_language("zh_CN")
    told = rebuilt(Overview(0, 0, 0, 0, ()), (f"settings.{key}",))
    assert key not in told
    assert told
