"""What all widgets of a window know of the site."""

from __future__ import annotations

import threading

import pytest

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from tests.helpers.qt import wait_until


def test_what_was_read_before_a_change_does_not_take_it_back(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until(lambda: desk.is_loaded)
    settings_of, has_read, may_go_on = site.settings.get, threading.Event(), threading.Event()

    def slow() -> SiteSettings:
        found = settings_of()
        if threading.current_thread() is not threading.main_thread():
            has_read.set()
            assert may_go_on.wait(60)
        return found

    monkeypatch.setattr(site.settings, "get", slow)
    desk.load()
    assert has_read.wait(60)
    site.settings.update(sign_off=True)
    wait_until(lambda: desk.settings.sign_off)
    may_go_on.set()
    wait_until(lambda: not desk.operations.running)
    assert desk.settings.sign_off
