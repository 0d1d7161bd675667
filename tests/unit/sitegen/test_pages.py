"""What the pages of a site hold."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chce_desktop.domain.article import Article
from chce_desktop.domain.homepage import BlockKind, BlockLayout, HomeBlock
from chce_desktop.domain.redirect import Redirect
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation import resources
from chce_desktop.sitegen import Generator, PageNotFound, TemplateFailed, ThemeFaulty, theme, themelint
from tests.helpers.snapshots import NOW, SETTINGS, article, info_of, site, with_picture

ODD = (
    "A & B < C ]]> “引号” 😀𠮷",
    "<script>alert(1)</script>",
    "长" * 200,
    "'\"><img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "</title></script><!--",
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> SiteSnapshot:
    return site(50, tmp_path_factory.mktemp("lib"))


@pytest.fixture(scope="module")
def generator(snapshot: SiteSnapshot) -> Generator:
    return Generator(snapshot)


def page(generator: Generator, path: str) -> str:
    return generator.render(path).body.decode()


class _Parsed(HTMLParser):
    """Tags with attributes, the text, and whether tags were closed in order."""

    _VOID = frozenset(["meta", "link", "br", "img", "input", "hr", "source"])

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_every_output_is_rendered_and_every_link_leads_somewhere(snapshot: SiteSnapshot, generator: Generator) -> None:
    paths = [output.path for output in generator.outputs()]
    assert len(paths) == len(set(paths))
    there = set(paths)
    for path in paths:
        rendered = generator.render(path)
        if not path.endswith(".html") or path in ("404.html", "410.html"):
            continue
        parsed = _Parsed(rendered.body.decode())
        folder = path.split("/")[:-1]
        for tag, attributes in parsed.tags:
            target = attributes.get("href" if tag in ("a", "link") else "src") or ""
            if not target or re.match(r"[a-z]+:|#", target):
                continue
            parts = list(folder)
            for part in target.split("#")[0].split("?")[0].split("/"):
                if part == "..":
                    parts.pop()
                else:
                    parts.append(part)
            assert "/".join(parts) in there, (path, target)


def test_ids_are_unique_and_pages_say_what_they_are(generator: Generator) -> None:
    for path in ("index.html", "xinwen/index.html", "links/index.html", "search/index.html", "tags/index.html"):
        parsed = _Parsed(page(generator, path))
        ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        assert [tag for tag, _ in parsed.tags].count("h1") == 1
        assert next(attributes["lang"] for tag, attributes in parsed.tags if tag == "html") == "zh-CN"


BLOCKS = (
    "素质教育示范网",
    "查看详情",
    "网上报名",
    "当前位置:",
    "站内文章搜索",
    "信息搜索:",
    "按文章:",
    "今日导读",
    "热门文章",
    "文章标题:",
    "浏览:",
    "来源:",
    "文字",
    "自动滚屏(右键暂停)",
    "复制地址",
    "打印本页",
    "关闭窗口",
    "友情链接",
    "更多...",
    "网址:",
    "电子信箱:",
    "通用网址注册证号",
    "版权所有:",
    "京ICP备00000000号",
    "建议使用新版浏览器访问本站",
)


def test_an_article_shows_every_block_in_order(snapshot: SiteSnapshot, generator: Generator) -> None:
    info = next(a for a in snapshot.articles if a.source and a.author)
    text = _Parsed(page(generator, generator.article_path(info))).text
    text = text[text.index("跳到正文") :]
    at = -1
    for block in BLOCKS:
        at = text.index(block, at + 1)
    title = info.title
    assert text.index("文章标题:") < text.index(title, text.index("文章标题:")) < text.rindex(title)


def test_scripts_and_styles_are_files_of_the_site_only(generator: Generator, snapshot: SiteSnapshot) -> None:
    for path in ("index.html", generator.article_path(snapshot.articles[0])):
        text = page(generator, path)
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", text)
        for tag, attributes in _Parsed(text).tags:
            if tag == "script" and attributes.get("type") != "application/ld+json":
                assert (attributes["src"] or "").startswith(("assets/", "../assets/"))
        assert "default-src 'none'; script-src 'self'" in html.unescape(text)


def test_labels_for_government_sites(generator: Generator, snapshot: SiteSnapshot) -> None:
    info = next(a for a in snapshot.articles if a.source and a.author and a.tags)
    found = {
        a["name"]: a["content"]
        for t, a in _Parsed(page(generator, generator.article_path(info))).tags
        if t == "meta" and "name" in a
    }
    assert found["SiteName"] == "素质教育示范网"
    assert found["SiteDomain"] == "www.example.org"
    assert "SiteIDCode" not in found
    assert found["ArticleTitle"] == info.title
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", found["PubDate"] or "")
    assert found["ContentSource"] == info.source
    assert found["Author"] == info.author
    assert found["Url"] == f"https://www.example.org/{generator.article_path(info)}"
    column = {
        a["name"]: a["content"]
        for t, a in _Parsed(page(generator, "yaowen/index.html")).tags
        if t == "meta" and "name" in a
    }
    assert column["ColumnName"] == "教育要闻"
    assert column["ColumnType"] == "新闻中心"
    assert column["ColumnDescription"]
    assert column["ColumnKeywords"]


def test_structured_data_describes_the_article(generator: Generator, snapshot: SiteSnapshot) -> None:
    info = snapshot.articles[0]
    text = page(generator, generator.article_path(info))
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)[0])
    news, crumbs = data["@graph"]
    assert news["@type"] == "NewsArticle"
    assert news["headline"] == info.title
    assert crumbs["@type"] == "BreadcrumbList"
    assert crumbs["itemListElement"][0]["item"] == "https://www.example.org/"


def _odd(title: str, number: int) -> Article:
    return article(
        number,
        title,
        title=title,
        short_title=title,
        prefix=title[:20],
        subtitle=title,
        summary=title,
        source=title,
        source_url=title,
        author=title,
        editor=title,
        keywords=title,
        tags=(title,),
        title_color=title,
        column_id=1,
        date=NOW - timedelta(minutes=number),
    )


def _checked(snapshot: SiteSnapshot) -> None:
    generator = Generator(snapshot)
    for output in generator.outputs():
        body = generator.render(output.path).body
        if output.path.endswith(".html"):
            text = body.decode()
            tags = _Parsed(text).tags
            assert not [a for _, a in tags if any(name.startswith("on") for name in a)]
            for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text):
                json.loads(data)
        elif output.path.endswith(".xml"):
            ET.fromstring(body)  # noqa: S314 - our own output
        elif output.path.startswith(("search/", "fragments/")):
            assert b"</" not in body


def test_odd_titles_break_nothing(tmp_path: Path) -> None:
    extra = [_odd(title, 100 + number) for number, title in enumerate(ODD)]
    odd = ODD[0]
    strange = replace(
        SETTINGS,
        name=odd,
        slogan=odd,
        description=odd,
        keywords=odd,
        copyright=odd,
        email=odd,
        icp_number=odd,
        footer_lines=(odd,),
    )
    _checked(site(3, tmp_path, extra=extra, settings=strange))


def test_empty_fields_break_nothing(tmp_path: Path) -> None:
    empty = article(1, "", title="", slug="kong", column_id=None)
    made = site(0, tmp_path, extra=[empty], settings=replace(SETTINGS, name="", url="", email="", footer_lines=()))
    _checked(replace(made, columns=(), link_groups=(), notices=()))
    _checked(replace(made, columns=(), link_groups=(), notices=(), articles=()))


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=40))
def test_any_title_breaks_nothing(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    snapshot = site(0, tmp_path_factory.getbasetemp(), extra=[_odd(title, 7)])
    generator = Generator(snapshot)
    paths = [
        "index.html",
        "xinwen/index.html",
        "xinwen/wenzhang-7.html",
        *(["tags/index.html"] if title.strip() else []),
    ]
    for path in paths:
        _Parsed(page(generator, path))
    ET.fromstring(generator.render("feed.xml").body)  # noqa: S314 - our own output


def test_old_addresses_lead_to_the_present_ones(generator: Generator, snapshot: SiteSnapshot) -> None:
    target = generator.article_path(next(a for a in snapshot.articles if a.id == 1))
    text = page(generator, "xinwen/jiu-dizhi.html")
    assert f'content="0; url=../{target}"' in text
    assert f'<link rel="canonical" href="https://www.example.org/{target}">' in text
    assert "noindex" in text
    assert 'url=../yaowen/index.html"' in page(generator, "jiu-lanmu/index.html")


def test_a_redirect_never_hides_a_page(snapshot: SiteSnapshot) -> None:
    info = snapshot.articles[0]
    own = Generator(snapshot).article_path(info)
    odd = (
        Redirect(own, article_id=snapshot.articles[1].id),
        Redirect("index.html", column_id=1),
        Redirect("../x.html", column_id=1),
        Redirect("gone.html", article_id=123456),
    )
    generator = Generator(replace(snapshot, redirects=odd))
    assert info.title in page(generator, own)
    assert 'http-equiv="refresh"' not in page(generator, "index.html")
    for path in ("../x.html", "gone.html"):
        with pytest.raises(PageNotFound):
            generator.render(path)


def test_a_withdrawn_article_says_so(generator: Generator) -> None:
    text = page(generator, "xinwen/yi-chehui.html")
    assert "文章已撤回" in text
    assert "noindex" in text
    assert "yi-chehui" not in page(generator, "sitemap.xml")


def test_feeds(generator: Generator, snapshot: SiteSnapshot) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    for path in ("feed.xml", "yaowen/feed.xml"):
        feed = ET.fromstring(generator.render(path).body)  # noqa: S314 - our own output
        entries = feed.findall(f"{atom}entry")
        assert 0 < len(entries) <= 20
        ids = [entry.findtext(f"{atom}id") for entry in entries]
        assert len(set(ids)) == len(ids)
        for element in (feed, *entries):
            for name in ("id", "title", "updated"):
                assert element.findtext(f"{atom}{name}")
    first = snapshot.articles[0]
    assert first.title in page(generator, "feed.xml")


def test_a_large_site_has_a_sitemap_index(snapshot: SiteSnapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    from chce_desktop.sitegen import feeds
    from chce_desktop.sitegen import sitemap as module

    monkeypatch.setattr(feeds, "SITEMAP_WHOLE", 20)
    monkeypatch.setattr(feeds, "SITEMAP_LENGTH", 10)
    monkeypatch.setattr(module, "SITEMAP_LENGTH", 10)
    generator = Generator(snapshot)
    names = [output.path for output in generator.outputs() if output.path.startswith("sitemap")]
    assert names[0] == "sitemap.xml"
    found = [path for name in names[1:] for path in re.findall(r"<loc>([^<]+)", page(generator, name))]
    assert len(found) == len(set(found)) > 50
    assert re.findall(r"<loc>([^<]+)", page(generator, "sitemap.xml")) == [
        f"https://www.example.org/{n}" for n in names[1:]
    ]


def test_pinned_articles_come_first_and_lists_have_pages(tmp_path: Path) -> None:
    from chce_desktop.domain.article import Flag, FlagSetting

    old = article(
        900, "", title="置顶的旧文", column_id=1, date=NOW - timedelta(days=900), flags=(FlagSetting(Flag.PINNED),)
    )
    done = article(
        901, "", title="过期的", column_id=1, date=NOW - timedelta(days=901), flags=(FlagSetting(Flag.PINNED, NOW),)
    )
    generator = Generator(site(60, tmp_path, extra=[old, done], settings=replace(SETTINGS, list_length=5)))
    newest = page(generator, "xinwen/index.html")
    assert newest.index("置顶的旧文") < newest.index('class="articles"') + 400
    assert "过期的" not in newest
    assert "过期的" in page(generator, "xinwen/page-1.html")


def test_times_of_old_years_are_written_as_the_web_knows_them(tmp_path: Path) -> None:
    old = article(1, "", date=datetime(1900, 1, 1, 4, 5, tzinfo=UTC), column_id=None)  # Shanghai was 8:05:43 ahead
    text = page(Generator(site(0, tmp_path, extra=[old])), "articles/wenzhang-1.html")
    assert '<time datetime="1900-01-01T12:10+08:05">' in text
    assert '"datePublished":"1900-01-01T12:10+08:05"' in text


def test_an_english_site(tmp_path: Path) -> None:
    generator = Generator(site(5, tmp_path, settings=replace(SETTINGS, language="en")))
    text = page(generator, "index.html")
    assert '<html lang="en">' in text
    assert "Most read" in text
    assert "热门文章" not in text


@pytest.mark.parametrize("name", theme.names())
def test_an_article_page_is_light(tmp_path: Path, name: str) -> None:
    import gzip

    generator = Generator(site(200, tmp_path, characters=1500, settings=replace(SETTINGS, theme=name)))
    info = generator.snapshot.articles[5]
    page = generator.render(generator.article_path(info)).body
    weight = len(gzip.compress(page))
    assets = [o.path for o in generator.outputs() if o.path.startswith("assets/") and o.path.encode() in page]
    assert sorted(path.rsplit(".", 1)[1] for path in assets) == ["css", "js", "svg"]
    weight += sum(len(gzip.compress(generator.render(path).body)) for path in assets)
    assert weight <= 40 * 1024


def test_a_folder_of_the_site_overrides_the_theme_file_by_file(snapshot: SiteSnapshot, tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    (theme / "templates/parts").mkdir(parents=True)
    (theme / "templates/parts/footer.html").write_text("<footer>own footer</footer>", encoding="utf-8")
    (theme / "theme.toml").write_text('[strings.zh-CN]\nrecommended = "编辑推荐"\n', encoding="utf-8")
    text = page(Generator(replace(snapshot, theme_folder=theme)), "index.html")
    assert "own footer" in text
    assert "编辑推荐" in text
    assert "热门文章" in text


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("<p>\n\n{{ nothing }}</p>", 3),
        ("<p>\n{% if %}", 2),
        ("line\n{{ article.nothing }}", 2),
        ("\n\n{{ 1 // 0 }}", 3),
        ("{{ ''.__class__.__mro__ }}", 1),
        ("{{ words.no_such_word }}", 1),
        ("\n{{ asset('no-such-file.css') }}", 2),
    ],
)
def test_a_template_fault_names_file_and_line(snapshot: SiteSnapshot, tmp_path: Path, template: str, line: int) -> None:
    theme = tmp_path / "theme"
    (theme / "templates").mkdir(parents=True)
    (theme / "templates/article.html").write_text(template, encoding="utf-8")
    generator = Generator(replace(snapshot, theme_folder=theme))
    with pytest.raises(TemplateFailed) as caught:
        generator.render(generator.article_path(snapshot.articles[0]))
    assert (caught.value.file, caught.value.line) == ("article.html", line)
    assert "article.html" in caught.value.title


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("base.html", "<html>{{ head }}</html>", 0),
        ("base.html", "<html>{{ content }}</html>", 0),
        ("article.html", "<h1>{{ article.title }}</h1>", 0),
        ("home.html", "\n\n{% include 'nope.html' %}", 3),
        ("article.html", "好\n文\n".encode("gbk"), 1),
        ("home.html", "{% include 'mine.html' %}", 2),
    ],
)
def test_a_theme_that_would_lose_text_or_that_lacks_a_file_stops_the_build(
    snapshot: SiteSnapshot, tmp_path: Path, file: str, text: str | bytes, line: int
) -> None:
    (tmp_path / "templates/parts").mkdir(parents=True)
    (tmp_path / "templates/mine.html").write_bytes("a\n好".encode("gbk"))
    (tmp_path / "templates" / file).write_bytes(text.encode() if isinstance(text, str) else text)
    for folder in ("parts", "404.html"):  # folders are no templates
        (tmp_path / "templates" / folder).mkdir(exist_ok=True)
    generator = Generator(replace(snapshot, theme_folder=tmp_path))
    path = "index.html" if file == "home.html" else generator.article_path(snapshot.articles[0])
    with pytest.raises(TemplateFailed) as caught:
        generator.render(path)
    assert (caught.value.file, caught.value.line) == ("mine.html" if "mine" in str(text) else file, line)
    assert any(fault.level == "error" for fault in themelint.lint("portal", tmp_path))


@pytest.mark.parametrize("written", ["id=article-body", "id = 'article-body'"])
def test_a_theme_may_name_the_place_of_the_text_as_html_allows(
    snapshot: SiteSnapshot, tmp_path: Path, written: str
) -> None:
    own = resources.read_text("themes/portal/templates/article.html").replace('id="article-body"', written)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "article.html").write_text(own, encoding="utf-8")
    generator = Generator(replace(snapshot, theme_folder=tmp_path))
    assert written in page(generator, generator.article_path(snapshot.articles[0]))


def test_a_faulty_theme_description_is_told(snapshot: SiteSnapshot, tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text("\n[strings", encoding="utf-8")
    with pytest.raises(ThemeFaulty, match="line 2"):
        Generator(replace(snapshot, theme_folder=tmp_path)).render("index.html")
    with pytest.raises(ThemeFaulty):
        Generator(replace(snapshot, settings=replace(SETTINGS, theme="no-such-theme"))).render("index.html")


def test_preview_marks_lines_and_changes_nothing_else(snapshot: SiteSnapshot) -> None:
    plain, preview = Generator(snapshot), Generator(snapshot, preview=True)
    path = plain.article_path(snapshot.articles[3])
    shown = page(preview, path)
    assert 'id="article-body"' in shown
    assert 'data-line="0"' in shown
    assert re.sub(r' data-line="\d+"', "", shown) == page(plain, path)


def test_preview_serves_assets_and_media(tmp_path: Path) -> None:
    made = with_picture(site(3, tmp_path), "a.png", (4, 3), (9, 9, 9))
    generator = Generator(made, preview=True)
    path = next(iter(made.media))
    assert generator.render(path).mime == "image/png"
    assert generator.render(path).body == (tmp_path / path).read_bytes()
    style = next(o.path for o in generator.outputs() if o.path.endswith(".css"))
    assert generator.render(style).mime == "text/css"
    for wrong in ("media/../site.db", "media/ab/none.png", "assets/portal.css", "../x", "xinwen", "search/9-9/m.js"):
        with pytest.raises(PageNotFound):
            generator.render(wrong)


def test_addresses_of_folders_are_their_index_pages(generator: Generator) -> None:
    assert generator.render("").body == generator.render("index.html").body
    assert generator.render("/xinwen/").body == generator.render("xinwen/index.html").body


def test_related_articles_share_tags_and_are_older(snapshot: SiteSnapshot, generator: Generator) -> None:
    info = next(a for a in snapshot.articles if a.tags)
    related = generator.catalogue.related(info)
    assert related
    assert all(set(other.tags) & set(info.tags) and other.date <= info.date for other in related)


def test_a_snapshot_row_can_be_made_of_a_whole_article() -> None:
    assert info_of(article(1, "x")).id == 1


@pytest.mark.parametrize("name", theme.names())
def test_the_first_picture_waits_for_nothing_and_every_picture_has_its_size(tmp_path: Path, name: str) -> None:
    made = with_picture(site(30, tmp_path), "tu.png", (900, 600), (10, 20, 30))
    path = next(iter(made.media))
    covered = [replace(info, cover=path if n % 3 else "", flags=()) for n, info in enumerate(made.articles)]
    group = made.link_groups[0]
    made = replace(
        made,
        articles=tuple(covered),
        notices=(replace(made.notices[0], image=path),),
        link_groups=(replace(group, links=(replace(group.links[0], logo=path),)),),
        settings=replace(
            SETTINGS, theme=name, logo=path, home_blocks=(HomeBlock(BlockKind.LATEST, layout=BlockLayout.CARDS),)
        ),
    )
    generator = Generator(made)
    article_path = generator.article_path(covered[1])
    for where in ("index.html", "links/index.html", "xinwen/index.html", article_path):
        text = page(generator, where)
        pictures = [attributes for tag, attributes in _Parsed(text).tags if tag == "img"]
        assert all(picture.get("width") and picture.get("height") for picture in pictures), where
    content = page(generator, "index.html").partition('<section class="block')[2]
    found = re.findall(r"<img([^>]*)>", content)
    assert [number for number, attributes in enumerate(found) if 'loading="lazy"' not in attributes] == [0]


SITE_LABELS = {"SiteName", "SiteDomain", "SiteIDCode"}
COLUMN_LABELS = {"ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"}
ARTICLE_LABELS = {
    "ColumnName", "ColumnType", "ArticleTitle", "PubDate", "ContentSource", "Keywords", "Author", "Description", "Url",
}  # fmt: skip
#: Page → labels of the 《政府网站发展指引》 that it carries besides those of the site.
LABELLED = {
    "index.html": set(),
    "jiedu/index.html": COLUMN_LABELS,
    "jiedu/page-1.html": COLUMN_LABELS,
    "yaowen/quan.html": ARTICLE_LABELS,
    "tags/index.html": set(),
    "archive/index.html": set(),
    "archive/2026.html": set(),
    "archive/2026-03.html": set(),
    "search/index.html": set(),
    "links/index.html": set(),
    "404.html": set(),
    "xinwen/jiu-dizhi.html": set(),
    "xinwen/yi-chehui.html": set(),
}


@pytest.mark.parametrize("code", ["", "1100000001"])
@pytest.mark.parametrize("name", theme.names())
def test_every_kind_of_page_carries_its_labels_and_says_what_others_shall_show_of_it(
    tmp_path: Path, name: str, code: str
) -> None:
    full = article(
        500,
        "正文。",
        title="样样都有",
        slug="quan",
        column_id=2,
        date=NOW,
        source="教育部",
        author="林一鸣",
        keywords="阅读",
        summary="摘要",
        tags=("阅读",),
    )
    named = replace(SETTINGS, theme=name, site_id_code=code, logo="media/tu.png", list_length=2)
    made = site(60, tmp_path, extra=[full], settings=named)
    made = with_picture(made, "tu.png", (300, 300), (1, 2, 3))
    made = replace(made, settings=replace(named, logo=next(iter(made.media))))
    generator = Generator(made)
    tag = next(path for path in (o.path for o in generator.outputs()) if path.startswith("tags/") and "/index" in path)
    for where, wanted in {**LABELLED, tag: set[str]()}.items():
        tags = _Parsed(page(generator, where)).tags
        labels = {str(a["name"]): str(a["content"]) for t, a in tags if t == "meta" and "name" in a}
        assert {n for n in labels if n[0].isupper()} == wanted | (SITE_LABELS if code else SITE_LABELS - {"SiteIDCode"})
        assert labels.get("SiteIDCode", "") == code
        assert labels["description"]
        told = {str(a["property"]): a["content"] for t, a in tags if t == "meta" and "property" in a}
        assert {"og:type", "og:title", "og:image", "og:site_name", "og:locale"} <= set(told), where
        if "noindex" not in labels.get("robots", ""):
            assert told["og:url"] == f"https://www.example.org/{'' if where == 'index.html' else where}"
        if where == "yaowen/quan.html":
            assert labels["PubDate"] == "2026-03-02 12:00"
            assert labels["ColumnName"] == "教育要闻"
            assert labels["ColumnType"] == "新闻中心"
            assert labels["Url"] == told["og:url"]


def test_feeds_name_an_article_without_a_title(tmp_path: Path) -> None:
    generator = Generator(site(0, tmp_path, extra=[article(1, "文", title="\u3000\u200b", column_id=1)]))
    for path in ("feed.xml", "rss.xml", "xinwen/feed.xml"):
        entry = re.split("<entry>|<item>", generator.render(path).body.decode())[1]
        assert "<title>无标题</title>" in entry, path


def test_what_is_left_empty_is_labelled_all_the_same_and_blanks_count_as_empty(tmp_path: Path) -> None:
    made = site(0, tmp_path, extra=[article(1, "文", title="", column_id=None), article(2, "文", column_id=1)])
    columns = [replace(column, description=" \u3000\ufdd0", keywords="\u200b") for column in made.columns]
    about = replace(made.settings, description="\u200b", keywords="")
    generator = Generator(replace(made, columns=tuple(columns), settings=about))

    def labels(path: str) -> dict[str, str]:
        tags = _Parsed(page(generator, path)).tags
        return {str(a["name"]): str(a["content"]) for t, a in tags if t == "meta" and "name" in a}

    column = labels("xinwen/index.html")
    assert column["ColumnDescription"] == f"新闻中心 - {made.settings.name}"
    assert column["ColumnKeywords"] == "新闻中心"
    loose = labels(generator.article_path(made.articles[0] if not made.articles[0].title else made.articles[1]))
    assert loose["ArticleTitle"] == "无标题"
    assert loose["ColumnName"] == loose["ColumnType"] == "其他文章"
    data = json.loads(
        re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(generator, "index.html"))[0]
    )
    assert "description" not in data["@graph"][0]
    told = ET.fromstring(generator.render("xinwen/rss.xml").body)  # noqa: S314 - our own output
    assert (told.findtext("channel/description") or "").startswith("新闻中心")


def test_feeds_hold_no_character_that_pages_may_not_hold(tmp_path: Path) -> None:
    odd = article(1, "文", title="一\x7f二\x85三", summary="四\x9f五\x0b六", column_id=1)
    generator = Generator(site(0, tmp_path, extra=[odd]))
    for path in ("feed.xml", "rss.xml"):
        text = generator.render(path).body.decode()
        assert "一二三" in text, path
        assert "四五六" in text, path
