"""A real browser for published pages: the system's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # tests without a browser do not pay for it
    from playwright.sync_api import Browser, Page


def chromium_path() -> str:
    """The system's Chromium or Chrome. Skips the test (which fails in CI) where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium; `python3 dev.py test` installs it on Debian and Ubuntu")


def until(page: Page, expression: str, argument: object = None, *, seconds: float = 60) -> None:
    """Wait for a condition; Playwright's own waiting evaluates strings in the page, which its policy forbids."""
    from playwright.sync_api import Error

    end = time.monotonic() + seconds
    while True:
        try:
            if page.evaluate(expression, argument):
                return
        except Error as error:
            if "Execution context was destroyed" not in error.message:  # another page comes
                raise
        assert time.monotonic() < end, f"waited in vain: {expression}"
        page.wait_for_timeout(20)


def frames(page: Page, number: int = 20) -> None:
    """Let the page draw so many frames, in which whatever moves has moved."""
    for _ in range(number):
        page.evaluate("new Promise(requestAnimationFrame)")


@contextmanager
def open_browser(*arguments: str) -> Iterator[Browser]:
    """A headless browser with extra command line `arguments`.

    While it is open, Playwright keeps an event loop in the calling thread, so `asyncio.run` is refused there: do what
    needs one (a publish over SFTP) before, or in a thread of its own.
    """
    from playwright.sync_api import sync_playwright

    flags = ["--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none", *arguments]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses to run as root inside its sandbox
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=flags)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module's tests; see `open_browser` for what it forbids meanwhile."""
    with open_browser() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page (own context, clipboard allowed, zh-CN, 1440 x 900). Errors in scripts of the page fail the test."""
    context = browser.new_context(
        locale="zh-CN",
        viewport={"width": 1440, "height": 900},
        permissions=["clipboard-read", "clipboard-write"],
    )
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, f"scripts of the page failed: {errors}"
