"""The web's own validators are silent about the pages, also with hostile and odd titles and with empty fields."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chce_desktop.domain.article import Article
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import build
from tests.helpers.snapshots import NOW, SETTINGS, article, site, with_picture
from tests.helpers.web_server import WebServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(300)]

FOLDER = Path(__file__).resolve().parents[1] / "validators"
ODD = (
    "A & B < C ]]> “引号” 😀𠮷",
    "<script>alert(1)</script>",
    "长" * 200,
    "'\"><img src=x onerror=alert(1)>",
    "</title></script><!--",
)
EVERYTHING = """# 标题

**“引用”**的文字[^1],[链接](https://example.org/a b)和`代码`。

![课堂](PICTURE "图说")

| 年级 | 班级数 |
|:--|--:|
| 一年级 | 12 |

> 引文

1. 甲
2. 乙

- 丙

```python
print("x")
```

<table><tr><td colspan="2" style="text-align:center">合并</td></tr><tr><td>甲</td><td>乙</td></tr></table>

### 跳级标题

[附件](media/ab/fujian.pdf)

[^1]: 注释。
"""


@pytest.fixture(scope="module")
def validators() -> Path:
    """The folder with the installed validators."""
    modules = FOLDER / "node_modules"
    if not (modules / "vnu-jar").is_dir() or not (modules / "axe-core").is_dir():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("no npm; `python3 dev.py test` installs it on Debian and Ubuntu")
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FOLDER, check=True, timeout=240)
    return modules


def _odd(title: str, number: int) -> Article:
    return article(
        number,
        title,
        title=title,
        prefix=title[:20],
        subtitle=title,
        summary=title,
        source=title,
        source_url=title,
        author=title,
        editor=title,
        keywords=title,
        tags=(title,),
        column_id=1,
        date=NOW.replace(hour=number % 24),
    )


def _demo(folder: Path) -> SiteSnapshot:
    made = with_picture(site(45, folder), "ketang.png", (600, 400), (70, 110, 150))
    path = next(iter(made.media))
    extra = [article(500, EVERYTHING.replace("PICTURE", path), title="样样都有的文章", column_id=2, cover=path)]
    return replace(site(45, folder, extra=extra), media=made.media)


def _hostile(folder: Path) -> SiteSnapshot:
    odd = ODD[0]
    names = replace(
        SETTINGS, name=odd, slogan=odd, description=odd, keywords=odd, copyright=odd, email=odd, icp_number=odd
    )
    extra = [_odd(title, 100 + number) for number, title in enumerate(ODD)]
    return site(12, folder, extra=extra, settings=replace(names, list_length=3, footer_lines=(odd,)))


def _empty(folder: Path) -> SiteSnapshot:
    nothing = replace(SETTINGS, name="", url="", email="", icp_number="", police_number="", footer_lines=())
    made = site(0, folder, extra=[article(1, "", title="", slug="kong", column_id=None)], settings=nothing)
    return replace(made, columns=(), link_groups=(), notices=(), redirects=(), withdrawn=())


SITES: dict[str, Callable[[Path], SiteSnapshot]] = {"demo": _demo, "hostile": _hostile, "empty": _empty}


@pytest.mark.parametrize("kind", SITES)
def test_the_html_checker_finds_no_error(kind: str, validators: Path, tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("no Java; `python3 dev.py test` installs it on Debian and Ubuntu")
    out = tmp_path / "out"
    build(SITES[kind](tmp_path / "lib"), out)
    jar = validators / "vnu-jar" / "build" / "dist" / "vnu.jar"
    sheet = next((out / "assets").glob("*.css"))
    for options in (("--skip-non-html", str(out)), ("--css", str(sheet))):
        command = [java, "-jar", str(jar), "--errors-only", "--format", "gnu", *options]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
        assert run.returncode == 0, run.stderr[:3000]


PAGES = {
    "demo": [
        "index.html",
        "xinwen/index.html",
        "yaowen/wenzhang-500.html",
        "search/index.html?q=学校&in=body",
        "links/index.html",
        "tags/index.html",
        "archive/index.html",
        "404.html",
    ],
    "hostile": ["index.html", "xinwen/index.html", "xinwen/wenzhang-100.html", "xinwen/page-1.html"],
    "empty": ["index.html", "articles/kong.html"],
}


@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing(
    kind: str, validators: Path, tmp_path: Path, serve: Callable[[Path], WebServer], browser: Browser
) -> None:
    build(SITES[kind](tmp_path / "lib"), tmp_path / "out")
    url = serve(tmp_path / "out").url
    axe = (validators / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    for width in (1280, 375):
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if scheme == "dark" else "light",
                bypass_csp=True,
            )
            page = context.new_page()
            for path in PAGES[kind]:
                page.goto(url + path)
                page.wait_for_timeout(150)
                page.evaluate(axe)
                found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
                told = [(v["id"], [node["target"] for node in v["nodes"]]) for v in found]
                assert not told, (path, width, scheme)
            context.close()
