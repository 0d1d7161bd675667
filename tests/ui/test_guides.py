"""The editor's guides name menus and entries as the window does."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chce_desktop import ui
from chce_desktop.foundation import i18n
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.actions import ActionSpec
from chce_desktop.ui.mainwindow.table import MENUS

_DOCS = Path(__file__).parents[2] / "docs"
#: Windows and pages that guides name in the same way, followed by a button.
_WINDOWS = {"Publish targets", "Site settings"}


def _specs() -> Iterator[ActionSpec]:
    for found in pkgutil.walk_packages(ui.__path__, "chce_desktop.ui."):
        for value in vars(importlib.import_module(found.name)).values():
            if isinstance(value, tuple):
                yield from (entry for entry in value if isinstance(entry, ActionSpec))


def _plain(text: str) -> str:
    return re.sub(r"\(&\w\)|&", "", text).rstrip("…")


@pytest.mark.parametrize(("language", "guide"), [("zh_CN", "guide.zh-CN.md"), ("en", "guide.en.md")])
def test_what_the_guide_tells_to_choose_is_in_the_menus(language: str, guide: str) -> None:
    i18n.set_language(language)
    titles = {key: _plain(tr(title)) for key, title in MENUS}
    entries = {(titles[spec.menu], _plain(tr(spec.text))) for spec in _specs() if spec.menu in titles}
    named = set(re.findall(r"“([^”→›]*?) [→›] ([^”→›]*)”", (_DOCS / guide).read_text(encoding="utf-8")))
    windows = {tr(name) for name in _WINDOWS}
    wrong = {(menu, entry) for menu, entry in named if menu not in windows and (menu, _plain(entry)) not in entries}
    assert len(named) > 10
    assert not wrong
