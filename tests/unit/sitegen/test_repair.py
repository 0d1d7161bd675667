"""Whatever HTML an article holds, what a reader gets keeps the rules of the web, and loses no word."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.sitegen.prose import Renderer, resolve


def html(text: str) -> str:
    return resolve(Renderer(SiteSettings(), {}).render(text).html, "../", lambda _: None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<span><div>甲</div></span>", "<p><span></span></p><div>甲</div>"),
        ("<b>甲<blockquote>乙</blockquote>丙</b>", "<p><b>甲</b></p><blockquote><b>乙</b></blockquote><b>丙</b>"),
        ("<li>甲</li>", "<div>甲</div>"),
        ("<ul><ul><li>甲</li></ul></ul>", "<ul><li><ul><li>甲</li></ul></li></ul>"),
        ("<dl><dd>甲</dd></dl>", "<div>甲</div>"),
        ("<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>", "<p><ruby>汉<rt>hàn</rt></ruby></p>"),
        (f"<ruby>{'长' * 15}<rt>long</rt></ruby>", f"<p>{'长' * 15}（long）</p>"),
        ("<ruby>汉</ruby>字<rt>zì</rt>", "<p>汉字zì</p>"),
        ("<details>甲</details>", "<details><summary>详情</summary>甲</details>"),
        ("<h1>甲</h1><h4>乙</h4>", "<h2>甲</h2><h3>乙</h3>"),
        ("<h2> </h2><h2>甲</h2>", "<h2>甲</h2>"),
        ('<a href="https://a.example"></a>甲', "<p>甲</p>"),
        ('<a name="x"></a><a href="#x">甲</a>', '<p><span id="s-x"></span><a href="#s-x">甲</a></p>'),
        ('<p id="x">甲</p><p id="x">乙</p>', '<p id="s-x">甲</p><p>乙</p>'),
        ("[甲](#没有)", "<p><a>甲</a></p>"),
        ("# 一、甲 乙\n\n[甲](#一甲乙)", '<h2 id="s-一-甲-乙">一、甲 乙</h2>\n<p><a href="#s-一-甲-乙">甲</a></p>'),
        ("[甲](http：//a.example/x)", '<p><a href="http://a.example/x">甲</a></p>'),
        ("[甲](https://me:secret@a.example/)", '<p><a href="https://a.example/">甲</a></p>'),
        ("[甲](https://a.example/#/#x)", '<p><a href="https://a.example/#/%23x">甲</a></p>'),
        ("[甲](www.example.org)", '<p><a href="http://www.example.org">甲</a></p>'),
        ("[甲](example.org/a/)", '<p><a href="http://example.org/a/">甲</a></p>'),
        ("[甲](me@example.org)", '<p><a href="mailto:me@example.org">甲</a></p>'),
        ("[甲](README.md)", "<p>甲</p>"),
        ("[甲](../xinwen/a.html) [乙](/bbs)", '<p><a href="../xinwen/a.html">甲</a> <a href="/bbs">乙</a></p>'),
        ("<table><caption>甲</caption></table>", "<p>甲</p>"),
        (
            "<table><tr><td rowspan=9>甲<td>乙<tr><tr><td colspan=3>丙</table>",
            '<table><tbody><tr><td rowspan="2">甲</td><td>乙</td></tr><tr><td>丙</td></tr></tbody></table>',
        ),
        ("<video>甲</video>", "甲"),
        ("甲<audio src=http://a.cn/b>乙</audio>", '<p>甲<audio src="http://a.cn/b" controls="">乙</audio></p>'),
        ("<time>昨天</time>", "<p><span>昨天</span></p>"),
        ("甲&#1;乙&#xfdd0;丙&#x81;&#128;", "<p>甲乙丙€</p>"),
        ("<aside>甲</aside>", "<div>甲</div>"),
        ("[甲](#a#b)\n\n## b {#a#b}", '<p><a href="#s-a%23b">甲</a></p>\n<h2 id="s-a#b">b</h2>'),
        (f"[甲](https://{'a' * 64}/x) ![](https://../x.png)", "<p>甲 </p>"),
        ("[甲](http://a.example:99999/) [乙](http://0x7f.1/)", "<p>甲 乙</p>"),
        ("<rt><h1>大</h1></rt>", "<h2>大</h2>"),
        ("<address>甲<blockquote>乙</blockquote></address>", "<div>甲<blockquote>乙</blockquote></div>"),
        ("<table><tr></tr><caption>题</caption></table>", "<p>题</p>"),
        (
            "<table><tr><td>甲</td></tr><caption>一</caption><caption>二</caption></table>",
            "<table><caption>一 二</caption><tbody><tr><td>甲</td></tr></tbody></table>",
        ),
        (
            "<table><tfoot><tr><th>计</th></tr></tfoot><tr><td>甲</td></tr></table>",
            '<table><tbody><tr><td>甲</td></tr></tbody><tfoot><tr><th scope="row">计</th></tr></tfoot></table>',
        ),
        (
            "<table><tr><th>甲<th>乙<tr><td rowspan=2>一<td>二<tr><td>三</table>",
            """<table><tbody><tr><th scope="col">甲</th><th scope="col">乙</th></tr><tr><td rowspan="2">一</td>
            <td>二</td></tr><tr><td>三</td></tr></tbody></table>""",
        ),
        (
            "<table><tr><th>&nbsp;\u3000<th>\u00ad<th><details>甲</details><th>乙<tr><td>一<td>二<td>三<td>四</table>",
            """<table><tbody><tr><td>&nbsp;\u3000</td><td>\u00ad</td><td><details><summary>详情</summary>甲</details></td>
            <th scope="col">乙</th></tr><tr><td>一</td><td>二</td><td>三</td><td>四</td></tr></tbody></table>""",
        ),
        (
            "<table><tr><th><h3>甲</h3><th><blockquote cite='/x'>乙</blockquote><tr><td>一<td>二</table>",
            "<table><tbody><tr><th><p>甲</p></th><th><div>乙</div></th></tr><tr><td>一</td><td>二</td></tr></tbody></table>",
        ),
        ("<dfn>甲<dfn>乙</dfn></dfn>", "<p>甲<dfn>乙</dfn></p>"),
        ("<div><li value=3>甲</li></div>", "<div><div>甲</div></div>"),
    ],
)  # fmt: skip
def test_what_may_not_stand_where_it_stands_is_put_right(text: str, expected: str) -> None:
    assert re.sub(r"\s*\n\s*", "", html(text)) == re.sub(r"\s*\n\s*", "", expected)


def test_a_picture_that_is_a_link_says_where_it_leads() -> None:
    assert 'alt="a.example"' in html("[![](https://b.example/x.png)](https://a.example/y)")
    assert 'alt="操场"' in html("[![操场](https://b.example/x.png)](https://a.example/y)")


def test_what_is_said_about_a_picture_only_in_its_title_is_its_description() -> None:
    text = '[甲![](https://b.example/x.png "操场")](https://a.example/) 乙 ![](https://b.example/y.png "校门 & 墙")'
    shown = html(text)
    assert 'alt="操场"' in shown
    assert 'alt="校门 &amp; 墙"' in shown
    assert "title=" not in shown


_WORDS = frozenset("p h2 h3 h4 h5 h6 pre dt summary caption a strong em b span code sub ruby rt time q".split())  # noqa: SIM905 - a table to read
_BLOCKS = frozenset(
    "p h2 h3 h4 h5 h6 pre blockquote ul ol li dl dt dd table tr td th caption figure div details section".split()  # noqa: SIM905
)
_PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl"},
    "dd": {"dl"},
    "rt": {"ruby"},
    "tr": {"thead", "tbody", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "summary": {"details"},
    "figcaption": {"figure"},
    "source": {"video", "audio"},
    "caption": {"table"},
}


class _Judge(HTMLParser):
    """An independent look at the rules that matter most."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self._above: list[str] = []
        self._ids: set[str] = set()
        self._level = 1

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        parent = self._above[-1] if self._above else ""
        if tag in _BLOCKS and (_WORDS - {"a"}) & set(self._above[-1:]):
            self.told.append(f"{tag} in {parent}")
        if tag in ("a", "video", "details") and "a" in self._above:
            self.told.append(f"{tag} in a link")
        if parent not in _PARENTS.get(tag, {parent}):
            self.told.append(f"{tag} in {parent}")
        if parent in ("ul", "ol") and tag != "li":
            self.told.append(f"{tag} in {parent}")
        if values.get("id") in self._ids:
            self.told.append(f"id {values['id']} twice")
        self._ids.add(values.get("id") or "-")
        if re.fullmatch("h[1-6]", tag):
            if int(tag[1]) > self._level + 1 or tag == "h1":
                self.told.append(f"{tag} after h{self._level}")
            self._level = int(tag[1])
        if tag not in ("br", "hr", "img", "source"):
            self._above.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if not self._above or self._above.pop() != tag:
            self.told.append(f"/{tag}")


_TAGS = (  # noqa: SIM905 - a table to read
    "p div span b a h1 h2 h4 ul ol li dl dt dd table tr td th caption pre code ruby rt details summary figure"
    " figcaption address aside section blockquote video source sub time"
).split()
_PIECES = st.one_of(
    st.sampled_from(_TAGS).map("<{}>".format),
    st.sampled_from(_TAGS).map("</{}>".format),
    st.sampled_from(["甲", "乙 ", "\n\n", "\n", "- ", "# ", "> ", "| a | b |\n|--|--|\n", "`", "**", "[x](y.html)"]),
    st.sampled_from(['<a href="#s-x">', '<p id="x">', '<td colspan="3" rowspan="2">', "<br>", "![](https://a.example/b)"]),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=24))
def test_any_mixture_of_elements_keeps_the_rules(pieces: list[str]) -> None:
    text = "".join(pieces)
    page = html(text)
    judge = _Judge()
    judge.feed(page)
    judge.close()
    assert not judge.told, page
    assert not judge._above
    words = unescape(re.sub("<[^>]*>", "", page))
    for character in "甲乙":
        assert words.count(character) >= text.count(character), page


def test_no_element_stands_deeper_than_browsers_follow() -> None:
    text = "<table><tr><td>甲" * 400 + "<div>乙</div>"
    found = html(text)
    deepest = depth = 0
    for closing in re.findall(r"<(/?)(?!img|br|hr)[a-z]", found):
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    assert deepest < 300
    assert found.count("甲") == 400
    assert "乙" in found
