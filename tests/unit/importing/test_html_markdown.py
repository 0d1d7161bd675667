from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.markdown import inline
from chce_desktop.importing.html_markdown import to_markdown

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head>
<body lang=ZH-CN style='text-justify-trim:punctuation'><!--StartFragment-->
<h1 align=center style='text-align:center'><b><span style='font-family:宋体'>关于开展<span lang=EN-US>2024</span>年
活动的通知</span></b></h1>
<p class=MsoNormal style='text-indent:24.0pt'><span style='font-size:12.0pt'>　　各省、自治区、直
辖市教育厅<b>（教委）</b><b style='mso-bidi-font-weight:normal'>：</b><span lang=EN-US><o:p></o:p></span></span></p>
<p class=MsoListParagraph style='margin-left:18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>第一项</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>●</span>子项</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.</span>第二项</p>
<table class=MsoTableGrid border=1><tr><td colspan=2><p class=MsoNormal>合并</p></td></tr>
<tr><td><p>甲</p></td><td><p><b>乙</b></p></td></tr></table>
<p class=MsoNormal>见脚注<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1">
<span class=MsoFootnoteReference>[1]</span></a>。</p>
<p class=MsoNormal><img width=300 src="file:///C:/Users/x/AppData/Local/Temp/msohtmlclip1/01/clip_image001.png"
alt="图 1"></p>
<div style='mso-element:footnote-list'><br clear=all><hr align=left size=1 width="33%">
<div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1'
href="#_ftnref1"><span>[1]</span></a> 注释文字</p></div></div><!--EndFragment--></body></html>"""

WPS = """<html><head><meta charset="utf-8"><style>@font-face{font-family:"宋体"}</style></head><body>
<!--StartFragment--><p class="MsoHeading2"
style="mso-outline-level:2"><b><span style="mso-spacerun:'yes'">一、总体要求</span></b></p>
<p style="text-indent:21pt"><span style="font-weight:bold">坚持</span><span>育人为本。</span></p>
<p class="MsoNormal"><span>&nbsp;</span></p><!--EndFragment--></body></html>"""

WECHAT = """<section data-role="outer" style="max-width:100%"><section style="text-align:center">
<p><strong><span style="color:red" leaf="">一、总体</span></strong><strong>要求</strong></p></section>
<p><br></p><p><span>正文 <a href="javascript:alert(1)" onclick="x()">坏</a><a
href="https://mp.weixin.qq.com/s/x" data-linktype="2">链接</a></span></p>
<p><img class="rich_pages" data-src="https://mmbiz.qpic.cn/a/640?wx_fmt=png"
src="data:image/svg+xml,%3Csvg" alt="图片"></p><mp-common-profile></mp-common-profile></section>"""

CHROME = """<meta charset='utf-8'><h2 style="color:rgb(0,0,0)">标题</h2><p>甲<br>乙</p><ul><li>一<ul>
<li>二</li></ul></li>
<li><p>三</p><p>四</p></li></ul><ol start="3"><li>丙</li></ol><table><thead><tr><th>名|称</th><th>数</th></tr></thead>
<tbody><tr><td>x<br>y</td><td>1</td></tr></tbody></table><blockquote><p>引</p><p>用</p></blockquote><pre><code>a
  b</code></pre><hr><p>H<sub>2</sub>O 与 <code>x*y</code> 与 <em>斜</em></p>
<figure><img src="//img.example.cn/a b.jpg"><figcaption>说明</figcaption></figure>"""

SAFARI = """<meta charset="UTF-8"><span style="caret-color: rgb(0, 0, 0); font-weight: 700;">教育新闻</span><span
style="font-style: italic;">网</span><span class="Apple-converted-space">&nbsp;</span><b
style="font-weight: normal;">常</b>"""


EXCEL = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
    '<meta name=Generator content="Microsoft Excel 15"><style>'
    "<!--.xl65{mso-style-parent:style0;text-align:center;}--></style></head><body><!--StartFragment-->"
    "<table border=0 cellpadding=0 cellspacing=0 width=216 style='border-collapse:collapse'>"
    "<col width=72 span=3 style='width:54pt'><tr height=19><td colspan=2 height=19 class=xl65 width=144>学校</td>"
    "<td class=xl66 width=72>人数</td></tr><tr height=19><td rowspan=2 height=38 class=xl65>北京</td><td>一中</td>"
    "<td align=right x:num>120</td></tr><tr height=19><td>二中</td><td align=right>98</td></tr></table>"
    "<!--EndFragment--></body></html>"
)

MINISTRY = (
    '<div class="TRS_Editor"><style type="text/css">.TRS_Editor P{line-height:2;font-family:宋体;}</style>'
    '<p align="center"><font face="黑体" size="4"><strong>教育部办公厅关于开展活动的通知</strong></font></p>'
    '<p>\u3000\u3000各省、自治区、直辖市教育厅（教委）：</p><p style="text-indent: 2em">'
    '<font color="#000000">\u3000\u3000一、为贯彻<span lang="EN-US">2024</span>年工作要点，'
    "现将有关事项通知如下。&nbsp;</font></p>"
    '<p>\u3000\u3000附件：<a href="https://www.moe.gov.cn/W0201.pdf" appendix="true" otherimg="1">报名表.pdf</a></p>'
    '<p align="right">教育部办公厅<br>2024年1月18日</p></div>'
)

WORD_MAC = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>'
    '<meta name=Generator content="Microsoft Word 15"><!--[if !mso]>'
    "<style>v\\:* {behavior:url(#default#VML);}</style><![endif]--></head>"
    "<body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment--><p class=MsoNormal><b>"
    "<span style='font-family:宋体'>要点</span></b><span lang=EN-US><o:p></o:p></span></p>"
    "<p class=MsoListParagraph style='margin-left:21.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>"
    "<span lang=EN-US style='font-family:Wingdings;mso-list:Ignore'>l"
    "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;</span></span>"
    "<![endif]><span>第一</span></p><p class=MsoListParagraph style='margin-left:42.0pt;mso-list:l0 level2 lfo1'>"
    "<![if !supportLists]><span style='mso-list:Ignore'>n<span>&nbsp;</span></span><![endif]>下一层</p>"
    "<!--EndFragment--></body></html>"
)


def test_word() -> None:
    converted = to_markdown(WORD)
    assert converted.markdown == (
        "## 关于开展2024年活动的通知\n\n"
        "各省、自治区、直辖市教育厅**（教委）：**\n\n"
        "1. 第一项\n    - 子项\n2. 第二项\n\n"
        '<table>\n<tr><td colspan="2">合并</td></tr>\n<tr><td>甲</td><td><strong>乙</strong></td></tr>\n</table>\n\n'
        "见脚注[^1]。\n\n"
        "![图 1](file:///C:/Users/x/AppData/Local/Temp/msohtmlclip1/01/clip_image001.png)\n\n"
        "[^1]: 注释文字"
    )
    assert converted.pictures == ("file:///C:/Users/x/AppData/Local/Temp/msohtmlclip1/01/clip_image001.png",)


def test_wps() -> None:
    assert to_markdown(WPS).markdown == "## 一、总体要求\n\n**坚持**育人为本。"


def test_wechat() -> None:
    converted = to_markdown(WECHAT)
    assert converted.markdown == (
        "**一、总体要求**\n\n正文 坏[链接](https://mp.weixin.qq.com/s/x)\n\n"
        "![图片](https://mmbiz.qpic.cn/a/640?wx_fmt=png)"
    )
    assert converted.pictures == ("https://mmbiz.qpic.cn/a/640?wx_fmt=png",)


def test_chrome() -> None:
    assert to_markdown(CHROME).markdown == (
        "## 标题\n\n甲  \n乙\n\n- 一\n    - 二\n- 三\n\n    四\n\n3. 丙\n\n"
        "| 名\\|称 | 数 |\n| --- | --- |\n| x<br>y | 1 |\n\n> 引\n>\n> 用\n\n```\na\n  b\n```\n\n---\n\n"
        "H<sub>2</sub>O 与 `x*y` 与 *斜*\n\n"
        '![说明](https://img.example.cn/a%20b.jpg "说明")'
    )


def test_safari() -> None:
    assert to_markdown(SAFARI).markdown == "**教育新闻**<em>网</em> 常"


def test_excel_keeps_merged_cells_as_an_html_table() -> None:
    assert to_markdown(EXCEL).markdown == (
        '<table>\n<tr><td colspan="2">学校</td><td>人数</td></tr>\n'
        '<tr><td rowspan="2">北京</td><td>一中</td><td>120</td></tr>\n<tr><td>二中</td><td>98</td></tr>\n</table>'
    )


def test_a_ministrys_page() -> None:
    assert to_markdown(MINISTRY).markdown == (
        "**教育部办公厅关于开展活动的通知**\n\n各省、自治区、直辖市教育厅（教委）：\n\n"
        "一、为贯彻2024年工作要点，现将有关事项通知如下。\n\n"
        "附件：[报名表.pdf](https://www.moe.gov.cn/W0201.pdf)\n\n教育部办公厅  \n2024年1月18日"
    )


def test_word_on_a_mac() -> None:
    assert to_markdown(WORD_MAC).markdown == "**要点**\n\n- 第一\n    - 下一层"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<b>粗</b><i>斜</i>文", "**粗**<em>斜</em>文"),
        ("<b>粗<i>斜</i></b>后", "**粗<em>斜</em>**后"),
        ("<b>甲<i>乙</i>丙</b>", "**甲*乙*丙**"),
        ("<b><i>全</i></b>", "***全***"),
        ("<i>斜</i><b>粗</b>", "*斜*<strong>粗</strong>"),
    ],
)
def test_emphasis_can_be_told_apart_and_edited(html: str, expected: str) -> None:
    assert to_markdown(f"<p>{html}</p>").markdown == expected
    assert inline.read(expected) is not None  # else the visual editor would show a protected block


def test_pictures_that_load_late_are_the_real_ones() -> None:
    late = (
        '<img src="https://a.cn/wait.gif" data-lazy-src="//a.cn/1.jpg"><img src="https://a.cn/2.jpg" data-src="/2.jpg">'
    )
    assert to_markdown(late).pictures == ("https://a.cn/1.jpg", "https://a.cn/2.jpg")


def test_data_pictures_are_taken_out() -> None:
    address = "data:image/png;base64," + "iVBORw0KGgo" * 10
    converted = to_markdown(f'<p>图<img src="{address}"></p>')
    assert converted.markdown == "图![](data:0)"
    assert converted.data == (address,)


@pytest.mark.parametrize(
    "text", ["1. 不是列表", "# 井号", "a*b*c", "_x_", "<b>不是标签", "[a](b)", "> 不是引用", "![x](y)", "---"]
)
def test_text_that_looks_like_markdown_is_escaped(text: str) -> None:
    escaped = to_markdown(f"<p>{text.replace('<', '&lt;')}</p>").markdown
    assert escaped != text
    assert escaped.replace("\\", "").replace("&lt;", "<") == text


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>" * 1000 + "字" + "</td></tr></table>" * 1000,
        "<img src='data:image/png;base64," + "A" * 50_000_000 + "'>字",
        "<a " * 1_500_000,
        "<a " + "".join(f"x{n} " for n in range(500_000)),
        "<div>" * 200_000 + "字",
        "<b>" * 100_000 + "字",
        "<!--" * 500_000,
        "<script>alert(1)</script><svg><script>x</script><p>字</p></svg><math><mi>x</mi></math>",
        '<p onclick="x()" style="background:url(javascript:x)">字<img src="javascript:x"><img src=x onerror=y></p>',
        "<ul>" * 5000 + "<li>字",
    ],
    ids=["tables", "data", "attribute", "attributes", "div", "b", "comments", "scripts", "handlers", "lists"],
)
def test_hostile_markup_ends_soon_in_clean_text(html: str) -> None:
    started = time.process_time()
    markdown = to_markdown(html).markdown
    assert time.process_time() - started < 5
    for word in ("alert", "javascript", "onerror", "<script", "<svg"):
        assert word not in markdown


def test_more_than_can_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\d+"):
        to_markdown("<p>春天来了</p>" * 3_500_000)
    with pytest.raises(ValueError, match=r"\d+"):
        to_markdown("<td>春" * 400_000)


@given(st.text(alphabet="<>/pbi=\"' \nul-é春*_[]()!tabledr1.#"))
def test_anything_converts(html: str) -> None:
    to_markdown(html)
