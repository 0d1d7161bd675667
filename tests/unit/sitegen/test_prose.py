"""Markdown as editors write it becomes safe, well-set HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from unittest.mock import patch

import markdown.treeprocessors
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.sitegen.prose import Renderer, resolve
from chce_desktop.sitegen.prose import renderer as renderer_module
from chce_desktop.sitegen.prose.marks import PLAIN
from chce_desktop.sitegen.prose.mixed import mixed
from chce_desktop.sitegen.prose.simple import simple

MEDIA = {
    "media/ab/x.jpg": MediaItem(
        id=1,
        uid="u",
        path="media/ab/x.jpg",
        original_name="x.jpg",
        sha256="0",
        mime="image/jpeg",
        size=10,
        width=800,
        height=600,
        alt="操场",
        caption="清晨的操场",
        credit="摄影：周小满",
    )
}


def html(text: str, *, numbered: bool = False, settings: SiteSettings | None = None) -> str:
    renderer = Renderer(settings or SiteSettings(), MEDIA, numbered=numbered)
    return resolve(renderer.render(text).html, "../", {7: "../a/b.html"}.get)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一行\n第二行", "<p>第一行第二行</p>"),
        ("**粗体**\n第二行", "<p><strong>粗体</strong>第二行</p>"),
        ("第一行\n**粗体**", "<p>第一行<strong>粗体</strong></p>"),
        ("“引文”\n（说明）", "<p>“引文”（说明）</p>"),
        ("one\ntwo", "<p>one\ntwo</p>"),
        ("中文\nword", "<p>中文\nword</p>"),
        ("- 甲\n  乙", "<ul>\n<li>甲乙</li>\n</ul>"),
        ("> 甲\n> 乙", "<blockquote>\n<p>甲乙</p>\n</blockquote>"),
        ("一行  \n换行", "<p>一行<br>\n换行</p>"),
    ],
)
def test_a_line_end_between_han_characters_is_no_space(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("如下：\n- 甲\n- 乙", "<p>如下：</p>\n<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>"),
        ("如下：\n1. 甲\n2. 乙", "<p>如下：</p>\n<ol>\n<li>甲</li>\n<li>乙</li>\n</ol>"),
        ("他生于\n1998. 是年", "<p>他生于\n1998. 是年</p>"),
        ("- 甲\n续行\n- 乙", "<ul>\n<li>甲续行</li>\n<li>乙</li>\n</ul>"),
    ],
)
def test_a_list_may_begin_right_below_a_line_of_text(text: str, expected: str) -> None:
    assert html(text) == expected


def test_stars_that_cross_each_other_lose_no_words() -> None:
    found = html("中*斜**斜*`码`与**粗*")
    assert re.sub("<[^>]*>|[*]", "", found) == "中斜斜码与粗"


def test_code_keeps_its_lines() -> None:
    assert html("```\n甲\n乙\n```") == "<pre><code>甲\n乙\n</code></pre>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**“引用”**的文字", "<p><strong>“引用”</strong>的文字</p>"),
        ("他说**“好。”**然后", "<p>他说<strong>“好。”</strong>然后</p>"),
        ("这是*重点*。", "<p>这是<em>重点</em>。</p>"),
    ],
)
def test_emphasis_works_beside_chinese_punctuation(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    "text", ["\u3000\u3000甲\n\u3000\u3000乙", "\u3000\u3000甲\n\n\u3000\u3000乙\n", "甲\n\u3000\u3000乙"]
)
def test_a_line_that_starts_with_an_ideographic_space_is_a_paragraph(text: str) -> None:
    assert html(text) == "<p>甲</p>\n<p>乙</p>"
    assert html(text + "\n\n*丙*") == "<p>甲</p>\n<p>乙</p>\n<p><em>丙</em></p>"


def test_a_picture_alone_is_a_figure_with_its_title_as_caption() -> None:
    expected = (
        '<figure><picture><source type="image/webp" srcset="../media/ab/x-480.webp 480w, ../media/ab/x-800.webp 800w"'
        ' sizes="(min-width: 50rem) 46rem, 100vw"><img alt="跑步" src="../media/ab/x.jpg" width="800" height="600"'
        ' srcset="../media/ab/x-480.jpg 480w, ../media/ab/x.jpg 800w" sizes="(min-width: 50rem) 46rem, 100vw"'
        ' decoding="async"></picture>'
        "<figcaption>晨跑</figcaption></figure>"
    )
    assert html('![跑步](media/ab/x.jpg "晨跑")') == expected


def test_a_picture_takes_words_from_the_media_library_where_the_text_has_none() -> None:
    found = html("![](media/ab/x.jpg)")
    assert 'alt="操场"' in found
    assert "<figcaption>清晨的操场 摄影：周小满</figcaption>" in found


@pytest.mark.parametrize("unseen", ["", " \u3000", "&#8203;", "&nbsp;"])
def test_words_that_nobody_sees_describe_no_picture(unseen: str) -> None:
    assert 'alt="操场"' in html(f"![{unseen}](media/ab/x.jpg)")
    assert 'alt="晨跑"' in html(f'甲![{unseen}](https://a.example/x.png "晨跑")')
    assert 'alt=""' in (found := html(f'甲![{unseen}](https://a.example/x.png "{unseen}")'))
    assert "title" not in found


def test_a_picture_within_a_line_is_no_figure() -> None:
    assert html("图标![小](media/ab/x.jpg)在这里").startswith("<p>图标<picture>")


@pytest.mark.parametrize(
    ("address", "player"),
    [
        ("https://www.bilibili.com/video/BV1xx411c7mD", "https://player.bilibili.com/player.html?bvid=BV1xx411c7mD"),
        ("https://v.qq.com/x/page/a0123456789.html", "https://v.qq.com/txp/iframe/player.html?vid=a0123456789"),
        ("https://v.youku.com/v_show/id_XNDA.html", "https://player.youku.com/embed/XNDA"),
    ],
)
def test_a_bare_link_to_a_film_becomes_a_frame(address: str, player: str) -> None:
    found = html(f"前文\n\n{address}\n\n后文")
    assert f'<iframe src="{player}' in found
    assert 'loading="lazy"' in found


def test_a_film_of_a_host_that_is_not_allowed_stays_a_link() -> None:
    address = "https://www.bilibili.com/video/BV1xx411c7mD"
    found = html(address, settings=SiteSettings(embed_hosts=()))
    assert found == f'<p><a href="{address}">{address}</a></p>'
    assert "<iframe" not in html("https://player.bilibili.com@evil.example/x")
    assert "<iframe" not in html('<iframe src="https://player.bilibili.com/x"></iframe>')


def test_tables_notes_and_attributes() -> None:
    table = html("| 甲 | 乙 |\n|:-:|--:|\n| 1 | 2 |")
    assert '<th class="align-center">甲</th>' in table
    assert '<td class="align-right">2</td>' in table
    assert 'id="fn:1"' in html("文[^1]\n\n[^1]: 注")
    assert html("结语\n{: .signature onclick=alert(1) style=color:red }") == '<p class="signature">结语</p>'
    assert 'class="align-center"' in html('<table><tr><td style="text-align: center">x</td></tr></table>')


def test_the_highest_heading_is_h2_and_none_is_skipped() -> None:
    found = re.findall(r"<(h\d) id=\"([^\"]+)\"", html("### 甲 乙\n\n##### 丙\n\n### 丁"))
    assert found == [("h2", "s-甲-乙"), ("h3", "s-丙"), ("h2", "s-丁")]


def test_links_to_articles_follow_their_address() -> None:
    assert html("[文](article:7)") == '<p><a href="../a/b.html">文</a></p>'
    assert html("[文](article:8)") == "<p><a>文</a></p>"


def test_attachments_are_listed_with_their_labels() -> None:
    prose = Renderer(SiteSettings(), MEDIA).render("[**会议**材料](media/cd/y.pdf) ![](media/ab/x.jpg)")
    assert prose.files == (("media/cd/y.pdf", "会议材料"),)
    assert prose.media == ("media/ab/x.jpg", "media/cd/y.pdf")


HOSTILE = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<svg onload=alert(1)><script>1</script></svg>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html;base64,AAAA)",
    "![x](data:image/svg+xml;base64,AAAA)",
    "![x](javascript:alert(1))",
    '<a href=" &#1; javascript:alert(1)">x</a>',
    "<iframe srcdoc='<script>1</script>'></iframe>",
    '<p style="background:url(javascript:1)">x</p>',
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<form action=//evil.example><input name=q></form>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<object data=x></object><embed src=x><link rel=stylesheet href=x>",
    "<details ontoggle=alert(1) open><summary>x</summary></details>",
    "<video poster=javascript:alert(1) src=javascript:1></video>",
    '<div id="search" class="search-box" data-root="x">x</div>',
    "![x](media/../../../etc/passwd)",
    "`</code><script>alert(1)</script>`",
    '```"><script>alert(1)</script>\nx\n```',
    "x{: onclick=alert(1) }",
    "<!--<script>--><script>alert(1)</script>",
)
_TAGS = {"script", "style", "iframe", "object", "embed", "form", "input", "base", "meta", "link", "svg", "math"}


class _Dangers(HTMLParser):
    """Collects what a browser could run, load or send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _TAGS:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "name", "action", "formaction", "data-root"):
                self.found.append(name)
            scheme = re.sub(r"[\x00-\x20]", "", value or "").split(":")[0].lower() if ":" in (value or "") else ""
            if name in ("src", "href", "poster", "cite") and scheme in ("javascript", "data", "vbscript", "file"):
                self.found.append(str(value))
            if name != "href" and "/../../etc" in (value or ""):  # a link can only lead to a public page
                self.found.append(str(value))
            if name == "id" and not re.match("s-|fn", value or ""):
                self.found.append(f"id={value}")


def dangers(page: str) -> list[str]:
    parser = _Dangers()
    parser.feed(page)
    parser.close()
    return parser.found


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("numbered", [False, True])
def test_nothing_that_runs_comes_through(text: str, numbered: bool) -> None:
    assert not dangers(html(text, numbered=numbered))
    assert not dangers(html(f"正文\n\n- {text}\n\n> {text}\n\n| {text} |\n|--|\n| {text} |", numbered=numbered))


@given(
    st.lists(
        st.sampled_from([*HOSTILE, "正文", "\n\n", "> ", "- ", "`", "**", "[", "](", ")", "<", "|", "\n"]), max_size=12
    )
)
def test_nothing_that_runs_comes_through_in_any_mixture(pieces: list[str]) -> None:
    assert not dangers(html("".join(pieces)))


WORDS = st.lists(
    st.sampled_from(
        ["中文", "词 word", "“引”", "**粗**", "*斜*", "`码`", "[链](https://a.example)", "https://a.example/b"]
    )
    | st.sampled_from(["![图](media/ab/x.jpg)", "文[^1]", "1.", "#", "a|b", "<b>原</b>", "&amp;", "\\*", "。"]),
    min_size=1,
    max_size=5,
).map(lambda words: "中" + "".join(words))
BLOCKS = st.one_of(
    WORDS,
    st.tuples(WORDS, WORDS).map("\n".join),
    WORDS.map("\u3000\u3000{}".format),
    WORDS.map("## {}".format),
    WORDS.map("{}\n===".format),
    st.lists(WORDS, min_size=1, max_size=3).map(lambda items: "\n".join(f"- {item}" for item in items)),
    st.lists(WORDS, min_size=1, max_size=3).map(
        lambda items: "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1))
    ),
    WORDS.map("- 甲\n\n    {}\n\n- 乙".format),
    WORDS.map("> {}\n> 续\n>\n> 再".format),
    WORDS.map("- > {}".format),
    st.just("| 甲 | 乙 |\n|:--|--:|\n| 丙 | 丁 |\n| 戊 | |"),
    st.just("甲 | 乙\n--|--\n丙 | 丁"),
    st.just("```python\n| x |\n\n# y\n```"),
    st.just("~~~\n- z\n~~~"),
    st.just("    缩进\n    代码"),
    st.just("---"),
    st.just('![图](media/ab/x.jpg "图说")'),
    st.just("[^1]: 注释"),
    st.just("<table><tr><td>甲</td></tr></table>"),
    st.just("<div>\n\n甲\n\n</div>"),
    st.just("https://www.bilibili.com/video/BV1xx411c7mD"),
)
MARKDOWN = st.lists(BLOCKS, max_size=6).map("\n\n".join)


@given(MARKDOWN)
def test_line_numbers_change_nothing_else(text: str) -> None:
    without = re.sub(r' data-line="\d+"', "", html(text, numbered=True))
    assert without == html(text)


@given(st.text(alphabet="甲乙丙，。“”ab \n\u3000&<>\"'😀𠮷1-", max_size=80))
def test_plain_paragraphs_come_out_alike_with_and_without_the_parser(text: str) -> None:
    without = re.sub(r' data-line="\d+"', "", html(text, numbered=True))
    assert without == html(text)


_PIECES = [
    "甲乙", "丙", "“引”", "ab c", "**粗**", "**", "*", "*斜*", "# ", "## ", "### ", "- ", "* ", "+ ", "1. ", "2. ", "3",
    ".", " ", "  ", "，", "：", "(", "-", "=", "1", "> ", ">", "&", "& ", "A & B", "_", "a_b", "!", "[", "]", "(x)",
    "１", "１. ", "١. ", "1998. ", "3) ", '"', "'", "😀", "***", "https:", "&amp;", "&lt", "；", "{", "\u3000",
    "\u00a0", "C++", "……", "——", "@a.b", "me@x.cn", "a*b", "--", "::", "/", "[链](https://a.cn/b?c=1&d=2)",
    "[x](media/aa/b.pdf)", "[y](article:7)", "[a b](http://x.y)", "[z](http://a.b.1/)", "[甲]",
    "![图](media/ab/x.jpg)", '![](media/ab/x.jpg "题 注")', "![z](https://q.cn/a.png)", "https://www.c.cn/x_y",
    "http://a.b",
]  # fmt: skip
_ENDS = [
    "\n",
    "\n\n\n",
    "\n\u3000\n",
    "\n\n",
    "\n\u3000\u3000",
    "\n- 甲",
    "\n\n- 甲\n- 乙\n\n",
    "\n1. 乙",
    "\n\n> 丙",
    "\n\n## 丁\n\n",
]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from([*_PIECES, *_ENDS, *_ENDS]), max_size=12))
def test_simple_texts_come_out_alike_with_and_without_the_parser(pieces: list[str]) -> None:
    text = "".join(pieces)
    quick = simple(text)
    if quick is None:
        return
    renderer = Renderer(SiteSettings(), MEDIA)
    with patch.object(renderer_module, "simple", return_value=None):
        parsed = renderer.render(text)
    assert renderer.render(text) == parsed


_BLOCKS_ALONE = [
    "正文", "正文，说明。", "**粗**文", "## 丙丁", "### 戊", "\u3000\u3000己", "- 庚", "> 辛", "1. 一\n2. 二", "正文[链](https://a.cn)文",
    "![图](media/ab/x.jpg)", "\n", "\u3000", "  甲", "正**粗**文**粗**", "**粗** ", "** 粗**", "**粗**：",
    "- 甲\n- 乙", "- **甲**", "# 甲 #", "2. 三", "12) 四", "甲 \u3000", "a: b",
]  # fmt: skip
_BLOCKS_FOR_THE_PARSER = [
    "| 甲 | 乙 |\n|:--|--:|\n| 丙 | 丁 |",
    "```python\n| x |\n\n# y\n```",
    "```\n甲",
    "```",
    "    缩进\n    代码",
    "    码",
    "---",
    "甲\n===",
    "- 甲\n    - 乙",
    "- 甲\n\n    续",
    "1. 甲\n\n    续",
    "> 甲\n乙",
    "> - 甲",
    "甲`码`乙",
    "&nbsp;",
    "a|b",
    '[a]: https://a.cn "t"',
    "[a][a] 和 [a]",
    "<https://q.cn/x>",
    "a < b",
    "甲  \n乙",
    "甲\\*乙",
    "## 丁 {: #x }",
    "## 丙丁",
    "## [链](https://a.cn)",
    "{: #y }",
    "__粗__",
    "[链](#丙丁)",
    "[链](#s-戊)",
    "~~删~~",
    "   - 甲",
    "甲\u00a0乙",
    "# 壬",
    "甲<br>乙",
    "<b>甲",
    "</b>",
    "<div>",
    "</div>",
    "<div>\n\n甲\n\n</div>",
    "<table><tr><td>甲",
    "<table><tr><td>甲</td></tr></table>",
    "<!--more-->",
    '<iframe src="https://a.cn"></iframe>',
    "<iframe>",
    "<ul><li>甲",
    "<h2>甲",
    "<h2 id=丙丁>甲</h2>",
    "<button>甲",
    "<a href='x",
    "<pre>",
    "<center>甲</center>",
]


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.sampled_from([*_BLOCKS_ALONE * 3, *_BLOCKS_FOR_THE_PARSER]), min_size=2, max_size=9),
    st.lists(st.sampled_from(["\n\n"] * 6 + ["\n", "\n\n\n", "\n \n"]), min_size=9, max_size=9),
)
def test_texts_that_are_parsed_in_part_come_out_as_if_parsed_as_a_whole(blocks: list[str], gaps: list[str]) -> None:
    text = "".join(block + gap for block, gap in zip(blocks, gaps, strict=False))
    renderer = Renderer(SiteSettings(), MEDIA)
    with patch.object(renderer_module, "simple", return_value=None):
        in_part = renderer.render(text)
        with patch.object(renderer_module, "mixed", return_value=None):
            assert renderer.render(text) == in_part


@pytest.mark.parametrize(
    "text",
    [
        "> `码`\n\n> 甲\n\u3000乙",
        "- `码`\n\n- 甲\n\u3000乙\n\n丙丁",
        ">\n\n> 甲\n\u3000乙",
        "甲<table>\n\n\u3000第\n\na ",
    ],
)
def test_blocks_that_look_alone_but_belong_to_others_are_parsed_with_them(text: str) -> None:
    renderer = Renderer(SiteSettings(), MEDIA)
    with (
        patch.object(renderer_module, "mixed", return_value=None),
        patch.object(renderer_module, "simple", return_value=None),
    ):
        parsed = renderer.render(text)
    assert renderer.render(text) == parsed


@pytest.mark.parametrize("text", ["甲\ud800乙", "甲\udfff乙 `码`", "\ud83d"])
@pytest.mark.parametrize("numbered", [False, True])
def test_halves_of_characters_come_from_nowhere_into_a_page(text: str, numbered: bool) -> None:
    page = Renderer(SiteSettings(), MEDIA, numbered=numbered).render(text)
    assert page.html.encode().decode() == page.html
    assert page.text.replace("码", "").strip() in ("甲乙", "")


def test_the_parser_gets_only_what_it_is_needed_for() -> None:
    table = "| 甲 | 乙 |\n|--|--|\n| 1 | 2 |"
    text = f"第一段，很长的一段话，没有任何记号。\n\n## 甲\n\n{table}\n\n第二段，也没有。\n\n- 丙\n\n正文`码`。"
    found = mixed(text)
    assert found is not None
    assert "第" not in found.source
    assert "正文`码`。" in found.source
    assert found.source.count(PLAIN) == 2
    assert mixed("正文[^1]。\n\n第二段。\n\n[^1]: 注") is None
    assert mixed('第一段。\n\n<a href="x\n\n第二段。">') is None
    assert mixed("第一段。\n\n<!-- 甲\n\n第二段。 -->") is None
    assert mixed(table) is None


def test_what_most_news_is_made_of_needs_no_parser() -> None:
    assert simple("## 标题\n\n**粗**体，正文。\n\n- 甲\n- 乙\n\n正文\n\n1. 丙\n\n\u3000\u3000段落") is not None
    assert (
        simple('正文[链接](https://a.example)与*斜体*。\n\n> 引文\n\n![图](media/ab/x.jpg "题注")\n\n- 甲\n\n- 乙')
        is not None
    )
    assert simple("正文 [链接][1]\n\n[1]: https://a.example") is None


def test_blocks_carry_the_line_on_which_they_start() -> None:
    text = (
        "# 标题\n\n段落一\n续行\n\n- 甲\n- 乙\n\n> 引文\n\n| a | b |\n|---|---|\n| c | d |\n\n"
        "```python\ncode\n```\n\n\u3000\u3000段落二\n\u3000\u3000段落三\n\n![](media/ab/x.jpg)\n\n1. 一\n2. 二\n"
    )
    found = html(text, numbered=True)

    def line_of(what: str) -> int:
        match = re.search(what, found)
        assert match is not None, what
        return int(match[1])

    assert line_of(r'<h2 data-line="(\d+)"') == 0
    assert line_of(r'<p data-line="(\d+)">段落一续行') == 2
    assert line_of(r'<li data-line="(\d+)">甲') == 5
    assert line_of(r'<li data-line="(\d+)">乙') == 6
    assert line_of(r'<p data-line="(\d+)">引文') == 8
    assert line_of(r'<blockquote data-line="(\d+)"') == 8
    assert line_of(r'<table data-line="(\d+)"') == 10
    assert line_of(r'<tr data-line="(\d+)">\s*<td>c') == 12
    assert line_of(r'<pre data-line="(\d+)"') == 14
    assert line_of(r'<p data-line="(\d+)">段落二') == 18
    assert line_of(r'<p data-line="(\d+)">段落三') == 19
    assert line_of(r'<figure data-line="(\d+)"') == 21
    assert line_of(r"<ol data-line=\"(\d+)\"") == 23


@pytest.mark.parametrize(
    "text", ["> " * 2000 + "x", "- " * 3000 + "x", "[" * 5000, "*" * 5000, "<div>" * 3000, "`" * 3001]
)
def test_absurd_nesting_ends_in_text(text: str) -> None:
    assert not dangers(html(text))


def test_the_kept_key_changes_with_what_is_shown_of_a_picture() -> None:
    renderer = Renderer(SiteSettings(), MEDIA)
    changed = Renderer(SiteSettings(), {"media/ab/x.jpg": replace(MEDIA["media/ab/x.jpg"], alt="新")})
    assert renderer.media_key(("media/ab/x.jpg",)) != changed.media_key(("media/ab/x.jpg",))
    assert renderer.media_key(()) == changed.media_key(())


@given(st.text(max_size=200))
def test_any_text_is_rendered(text: str) -> None:
    assert not dangers(html(text))


def test_the_parser_asks_our_way_through_its_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    inline = markdown.treeprocessors.InlineProcessor
    whole = inline._InlineProcessor__applyPattern  # type: ignore[attr-defined]

    def one(self: object, pattern: object, *rest: object) -> object:
        tried.append(type(pattern).__name__)
        return whole(self, pattern, *rest)

    monkeypatch.setattr(inline, "_InlineProcessor__applyPattern", one)
    assert html("甲`码`乙") == "<p>甲<code>码</code>乙</p>"
    assert set(tried) == {"_Backticks"}
