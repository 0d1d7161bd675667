"""The web's own validators are silent about the pages of every theme, also with hostile titles and empty fields."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.helpers.validators import FOLDER, SITES, THEMES, program
from tests.helpers.web_server import WebServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("validators"),
]


def _silent(command: list[str]) -> None:
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, (run.stdout + run.stderr)[:4000]


def test_the_nu_html_checker_and_its_css_check_find_no_error(validators: Path, built_sites: Path) -> None:
    checker = [program("java"), "-jar", str(validators / "vnu-jar" / "build" / "dist" / "vnu.jar")]
    checker += ["--errors-only", "--format", "gnu"]
    _silent([*checker, "--skip-non-html", str(built_sites)])
    _silent([*checker, "--css", *map(str, sorted(built_sites.glob("*/assets/*.css")))])


def test_html_validate_finds_no_error(validators: Path, built_sites: Path) -> None:
    checker = str(validators / "html-validate" / "bin" / "html-validate.mjs")
    _silent([program("node"), checker, "--config", str(FOLDER / "html-validate.json"), str(built_sites)])


PAGES = {
    "demo": ["index.html", "xinwen/index.html", "zhengwu/index.html", "search/index.html?q=学校&in=body"],
    "full": [
        "index.html",
        "xinwen/page-1.html",
        "yaowen/wenzhang-500.html",
        "links/index.html",
        "tags/index.html",
        "archive/index.html",
        "404.html",
    ],
    "hostile": [
        "index.html",
        "xinwen/index.html",
        "xinwen/wenzhang-100.html",
        "xinwen/wenzhang-105.html",
        "xinwen/wenzhang-150.html",
        "xinwen/page-1.html",
    ],
    "empty": ["index.html", "articles/kong.html"],
}


TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"  # observers have told


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("kind", SITES)
def test_axe_finds_nothing(
    kind: str, name: str, validators: Path, built_sites: Path, serve: Callable[[Path], WebServer], browser: Browser
) -> None:
    folder = built_sites / f"{kind}-{name}"
    url = serve(folder).url
    pages = [*PAGES[kind]]
    if kind == "demo":
        pages += [f.relative_to(folder).as_posix() for f in sorted(folder.glob("suzhi/shen-me-shi-su-zhi*.html"))]
    axe = (validators / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    for path in pages:
        page.goto(url + path)
        if "?" in path:
            page.locator("#search-results > li").first.wait_for(timeout=60_000)
        page.evaluate(axe)
        for width in (1280, 375):
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.evaluate(TWO_FRAMES)
                found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
                told = [(v["id"], [node["target"] for node in v["nodes"]]) for v in found]
                assert not told, (path, width, scheme)
        for width in (1920, 1280, 375, 320):
            page.set_viewport_size({"width": width, "height": 900})
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, (path, width, "wider than the screen")
    context.close()


@pytest.mark.parametrize("name", THEMES)
def test_what_scrolls_can_be_reached_by_keyboard_before_a_slow_computer_has_drawn(
    name: str, built_sites: Path, serve: Callable[[Path], WebServer], browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page.add_init_script("window.ResizeObserver = class { observe() {} };")  # as long as nothing was drawn
    page.goto(serve(built_sites / f"full-{name}").url + "yaowen/wenzhang-500.html")
    inner = page.locator(".prose pre, .prose table")
    wide = inner.evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.tabIndex)")
    narrow = inner.evaluate_all("all => all.filter(e => e.scrollWidth <= e.clientWidth).map(e => e.tabIndex)")
    assert set(wide) == {0}
    assert set(narrow) == {-1}
    page.close()
