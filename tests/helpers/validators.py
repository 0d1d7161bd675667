"""The web's own validators, and the sites that they look at: each kind of site in each theme, built once."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chce_desktop.domain.article import Article
from chce_desktop.domain.link import Link
from chce_desktop.domain.notice import NoticeLink
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.services import demo
from chce_desktop.services import snapshot as snapshots
from chce_desktop.services.site import create_site
from chce_desktop.sitegen import build, theme
from tests.helpers.snapshots import NOW, SETTINGS, article, site, uid, with_picture

FOLDER = Path(__file__).resolve().parents[1] / "validators"
#: Seconds that npm may take.
_PATIENCE = 300
THEMES = theme.names()
ODD = (
    "A & B < C ]]> “引号” 😀𠮷",
    "<script>alert(1)</script>",
    "长" * 200,
    "'\"><img src=x onerror=alert(1)>",
    "</title></script><!--",
    "\u200b\u200d\ufeff",  # nothing that a reader sees
    "\u202e倒着写\u202c مرحبا بالعالم עברית",
    "一\x00二\x0b三\x85四\ufffe五",
    "　 ",
    "--!><!-- {{ 7*7 }} {% raw %}",
    "javascript:alert(1)",
    "\ufdd0\ufddc标记\ufdd3",  # what the generator itself uses as marks
    "👨‍👩‍👧‍👦 e\u0301 Z̷̢̛̤͎a̴",
)
#: Addresses that no browser can follow, and some that it can.
ODD_ADDRESSES = (
    "http://a..b/",
    "http://me:secret@a.example/",
    "http://a.example:99999/",
    "http://0x7f.1/",
    "http://xn--/",
    f"http://{'a' * 64}.example/",
    "javascript:alert(1)",
    "http://[::1]/",
    "http://例子.测试/路径?q=中文#片段#又",
    'http://a.example/ b"<c>|%zz',
)
#: A link to a film that becomes a player, and the player's address.
FILM = (
    "https://www.bilibili.com/video/BV1xx411c7mD",
    "https://player.bilibili.com/player.html?bvid=BV1xx411c7mD&autoplay=0",
)
#: What old portals and hurried importers leave in a text.
RUINS = """<h1>大标题</h1><h4>跳级</h4><h2> </h2>

<font color=red><center><p align=center>居中</center></font><span><div>块
<table><tr><td rowspan=7>甲<td>乙<tr><tr><td colspan=9>丙</table></div></span>

<ul><ul><li>项</ul>散<li value=3 id=x>项</ul>
<li>孤项<dl><dd>无题</dl><ruby>汉<rp>(<rb>字<rt>hàn</ruby><rt>zì</rt>

<a name=x></a><a href="#x">到此</a><a href="#没有">无处</a><a href="https://a.example"></a>
<a href="http：//a.example/#/#a">错字</a>

## 井 {#a#b}

<a href="#a#b">井</a><rt><h3>孤音</h3></rt><address>甲<blockquote>引</blockquote></address>

<table><tfoot><tr><th>计</tfoot><tr><td>甲</td></tr><caption>题</caption></table><table><caption>空</caption><tr></table>

<a href="https://a.example/x"><img src="https://a.example/x.png"></a><img><img src="data:image/png;base64,AAAA" alt="x">

<div lang="zz zz">语言</div><p lang="zh-Hant">繁體</p><p lang="xx">无</p>

<table><tr><th>甲<th>乙<tr><td rowspan=2>一<td>二<tr><td>三</table><dfn>外<dfn>内</dfn></dfn><div><li value=3>项</div>

<table><tr><th>&nbsp;　<th><details>甲</details><th><h4>乙</h4><tr><td>一<td>二<td>三</table>

<details>没有标题<summary></summary><summary>又一个</summary></details><figure><figcaption>甲</figcaption>乙<figcaption>丙</figcaption></figure>

<pre><code>一行

<p>段</p></code></pre><address><h3>地址</h3></address><aside>旁</aside>
<time datetime=昨天>昨天</time><video><source></video>

<video src="https://a.example/a.mp4"></video>
<q cite="不是地址">引</q><ol type=x start=a reversed=1><li>一</ol>&#0;&#x81;&#xfdd0;&#1114111;\x01\x85

| a | |
|--|--|
| | b |

[a [b](c) d](e) [x](README.md) [y]() ![]() ![](x y) <http://a.example/[x]> [^1] [^1]

[^1]: 注一
[^1]: 注二
"""
EVERYTHING = (
    """# 标题

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

```
LONG
```

| COLUMNS |
|RULES|
| COLUMNS |

<table><tr><td colspan="2" style="text-align:center">合并</td></tr><tr><td>甲</td><td>乙</td></tr></table>

### 跳级标题

DEEP

QUOTED 引

[^1]: 注释。
""".replace("LONG", "x" * 500)
    .replace("COLUMNS", " | ".join(["列"] * 40))
    .replace("RULES", "|".join(["--"] * 40))
    .replace("DEEP", "\n".join(f"{'    ' * depth}- enqueue_task_fair_{depth}" for depth in range(40)))
    .replace("QUOTED", ">" * 40)
)


@pytest.fixture(scope="session")
def validators() -> Path:
    """The folder with the installed validators."""
    return installed_validators()


def installed_validators() -> Path:
    """The same outside of tests' fixtures. Skips the test where there is no npm."""
    modules = FOLDER / "node_modules"
    whole = modules / ".whole"  # written last: a folder alone may be half unpacked
    wanted = (FOLDER / "package-lock.json").read_text(encoding="utf-8")
    with _alone():
        if not whole.is_file() or whole.read_text(encoding="utf-8") != wanted:
            npm = shutil.which("npm")
            if npm is None:
                pytest.skip("no npm; `python3 dev.py test` installs it on Debian and Ubuntu")
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(command, cwd=FOLDER, check=True, timeout=_PATIENCE)
            whole.write_text(wanted, encoding="utf-8")
    return modules


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One process of the test run at a time; one that was killed in it is waited for in vain, and then ignored."""
    lock = FOLDER / ".installing"
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            if time.monotonic() > end:
                break
            time.sleep(0.2)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            lock.rmdir()


def program(name: str) -> str:
    """Where a program is. Skips the test (which fails in CI) where there is none."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name}; `python3 dev.py test` installs it on Debian and Ubuntu")
    return found


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
    """The demo site that ships with the app."""
    with create_site(folder, "示例") as made:
        demo.fill(made)
        taken = snapshots.take(made)
        bodies = taken.bodies.get([info.id for info in taken.articles])
    return replace(taken, bodies=_Kept(dict(bodies)))


class _Kept:
    def __init__(self, bodies: dict[int, str]) -> None:
        self._bodies = bodies

    def get(self, article_ids: object) -> dict[int, str]:
        """All bodies."""
        del article_ids
        return self._bodies


def _full(folder: Path) -> SiteSnapshot:
    """Lists of several pages, redirects, a withdrawn article, and one article with everything in it."""
    made = with_picture(site(45, folder), "ketang.png", (600, 400), (70, 110, 150))
    path = next(iter(made.media))
    extra = [article(500, EVERYTHING.replace("PICTURE", path), title="样样都有的文章", column_id=2, cover=path)]
    extra += [article(500 + n, "文", prefix="[图]", column_id=2, cover=path) for n in (1, 2, 3)]
    return replace(site(45, folder, extra=extra), media=made.media)


def _hostile(folder: Path) -> SiteSnapshot:
    odd = ODD[0]
    names = replace(
        SETTINGS, name=odd, slogan=odd, description=odd, keywords=odd, copyright=odd, email=odd, icp_number=odd
    )
    extra = [_odd(title, 100 + number) for number, title in enumerate(ODD)]
    extra.append(article(150, RUINS, title="废墟", column_id=1))
    extra.append(article(151, FILM[0], title="影片", column_id=1))
    extra.append(article(152, "\n\n".join(f"[甲]({address}) ![]({address})" for address in ODD_ADDRESSES), column_id=1))
    extra.append(article(153, "文", column_id=1, date=NOW.replace(year=1900)))  # clocks had seconds of their own then
    hosts = ("player.bilibili.com",)
    names = replace(names, list_length=3, footer_lines=(odd, "\u200b"), embed_hosts=hosts, police_number="\u200b")
    made = site(12, folder, extra=extra, settings=names)
    group = replace(made.link_groups[0], name="\u200b", links=_odd_links())
    further = [
        replace(made.columns[0], id=90 + number, uid=uid(90 + number), name=name, slug=f"lan-{number}", position=90)
        for number, name in enumerate(("一", "栏" * 60, odd))
    ]
    notice = replace(made.notices[0], title="\u200b", text=f"{odd}\n<b>粗</b>\n\u200b", links=_odd_buttons())
    return replace(made, link_groups=(group,), columns=(*made.columns, *further), notices=(notice,))


def _odd_links() -> tuple[Link, ...]:
    return tuple(
        Link(id=n, uid=uid(500 + n), group_id=1, name=ODD[n % len(ODD)], url=address, note=ODD[n % len(ODD)])
        for n, address in enumerate(ODD_ADDRESSES)
    )


def _odd_buttons() -> tuple[NoticeLink, ...]:
    return tuple(NoticeLink(ODD[n % len(ODD)], address) for n, address in enumerate(ODD_ADDRESSES))


def _empty(folder: Path) -> SiteSnapshot:
    nothing = replace(SETTINGS, name="", url="", email="", icp_number="", police_number="", footer_lines=())
    made = site(0, folder, extra=[article(1, "", title="", slug="kong", column_id=None)], settings=nothing)
    return replace(made, columns=(), link_groups=(), notices=(), redirects=(), withdrawn=())


SITES: dict[str, Callable[[Path], SiteSnapshot]] = {
    "demo": _demo,
    "full": _full,
    "hostile": _hostile,
    "empty": _empty,
}
#: Every site in every theme.
EVERY = tuple(f"{kind}-{name}" for kind in SITES for name in THEMES)


@pytest.fixture(scope="session")
def built_sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one built site for each of `EVERY`."""
    root = tmp_path_factory.mktemp("sites")
    for kind, make in SITES.items():
        taken = make(tmp_path_factory.mktemp("library") / kind)
        for name in THEMES:
            # Colours of one's own must pass as the theme's do.
            accent = "#7a3b00" if kind == "full" else ""
            settings = replace(taken.settings, theme=name, accent=accent)
            build(replace(taken, settings=settings), root / f"{kind}-{name}")
    return root
