"""The linter is silent about the app's themes and tells each kind of fault with file and line."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from chce_desktop.domain.homepage import BlockKind, BlockLayout, HomeBlock
from chce_desktop.foundation import i18n
from chce_desktop.sitegen import Generator, TemplateFailed, ThemeFaulty, build, theme
from chce_desktop.sitegen.themelint import lint
from tests.helpers.snapshots import SETTINGS, site

RESOURCES = theme.folder_of("portal").parent


def put(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", theme.names())
def test_the_themes_of_the_app_have_no_fault(name: str) -> None:
    assert lint(name) == ()
    assert lint(name, RESOURCES / "_shared") == ()


@pytest.mark.parametrize("name", theme.names())
@pytest.mark.parametrize(
    ("file", "text", "rule", "line"),
    [
        ("templates/list.html", "<h1>{{ name }}</h1>\n{% if %}", "syntax", 2),
        ("templates/list.html", "<h1>\n{{ nmae }}</h1>", "unknown-name", 2),
        ("templates/article.html", "\n\n{{ article.titel }}", "unknown-name", 3),
        ("templates/parts/footer.html", "\n{{ site.nothing }}", "unknown-name", 2),
        ("templates/tags.html", "{{ words.no_such_word }}", "missing-word", 1),
        ("templates/tags.html", "\n{{ words['no_such_word'] }}", "missing-word", 2),
        ("templates/404.html", "\n<p>{{ words.not_found | safe }}</p>", "unsafe", 2),
        ("templates/404.html", "{{ words.not_found | no_filter }}", "unknown-filter", 1),
        ("templates/404.html", "{% autoescape false %}{{ site.name }}{% endautoescape %}", "unsafe", 1),
        ("templates/404.html", "<p>\n<script>alert(1)</script></p>", "inline-script", 2),
        ("templates/404.html", "<p onclick='x()'>x</p>", "inline-script", 1),
        ("templates/404.html", "\n<p style='color: red'>x</p>", "inline-style", 2),
        ("templates/404.html", "\n<img src='https://cdn.example/a.png' alt=''>", "third-party", 2),
        ("templates/404.html", "<link rel='stylesheet' href='//fonts.example/a.css'>", "third-party", 1),
        ("templates/404.html", "<img src='{{ root }}a.png'>", "no-alt", 1),
        ("templates/404.html", "<nav>x</nav>", "no-label", 1),
        ("templates/404.html", "<input name='q'>", "no-label", 1),
        ("templates/404.html", "\n\n<a href='/index.html'>x</a>", "absolute-link", 3),
        ("templates/404.html", "{{ assets['none.css'] }}", "missing-asset", 1),
        ("templates/404.html", "\n{{ 1 // 0 }}", "fault", 2),
        ("templates/404.html", "{% include 'none.html' %}", "fault", 1),
        ("templates/404.html", "\n{% include '404.html' %}", "fault", 2),
        ("templates/404.html", "\n{{ ''.__class__.__mro__ }}", "unknown-name", 2),
        ("templates/404.html", "{{ words.not_found|attr('__class__') }}", "fault", 1),
        ("templates/404.html", "<nav>{{ cycler.__init__.__globals__ }}</nav>", "unknown-name", 1),
        (
            "templates/404.html",
            "\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            "fault",
            2,
        ),
        ("templates/404.html", "<nav>x</nav>\n{{ 1 // 0 }}", "fault", 2),
        ("templates/list.htm", "<h1>x</h1>", "unknown-file", 0),
        ("assets/portal.js.bak", "x", "unused", 0),
        ("templates/extra.html", "<p>x</p>", "unused", 0),
        ("templates/article.html", "<h1>{{ article.title }}</h1>", "fault", 0),
        ("templates/search.html", "<h1>x</h1>", "missing-block", 0),
        ("templates/base.html", "<html lang='zh-CN'>{{ head }}</html>", "missing-block", 0),
        ("templates/base.html", "<html>{{ head }}{{ content }}{{ policy }}</html>", "no-language", 1),
        ("assets/own.css", "a{}\n@import 'x.css';", "third-party", 2),
        ("assets/own.css", "\na { background: url(https://x.example/a.png) }", "third-party", 2),
        ("assets/own.css", "@font-face { font-family: x }", "web-font", 1),
        ("assets/own.js", "\neval('1')", "unsafe-script", 2),
        ("assets/big.svg", "<svg>" + "x" * 300_000 + "</svg>", "too-large", 0),
        ("theme.toml", "[strings.zh-CN]\nhome = ", "theme-toml", 2),
        ("theme.toml", '[strings.zh-CN]\nhome = "首页"\nhoem = "首页"', "unknown-word", 3),
        ("theme.toml", '[strings.zh-CN]\nsearch_found = "找到"', "placeholders", 2),
        ("theme.toml", '[strings.fr]\nhome = "Accueil"', "missing-word", 1),
        ("notes.txt", "x", "unknown-file", 0),
        ("templates/404.html", "<h1>x</h1>\n{% if site.name %}\nx", "syntax", 3),
        ("templates/404.html", "\n{% raw %}x", "syntax", 2),
        ("templates/404.html", "\n{{ " + "(" * 500 + "1" + ")" * 500 + " }}", "syntax", 0),
        ("templates/404.html", "{% if 1 %}" * 200 + "x" + "{% endif %}" * 200, "syntax", 0),
        ("templates/404.html", "{% for a in [1] %}" * 30 + "x" + "{% endfor %}" * 30, "syntax", 0),
        ("templates/404.html", "\n{% macro m() %}x{% endmacro %}{{ m }}", "no-text", 0),
        ("templates/404.html", "\n{{ parts.nothing }}", "unknown-name", 2),
        ("templates/404.html", "<h1>x</h1>\n<a onclick=x() href='{{ root }}index.html'>x</a>", "inline-script", 2),
        ("templates/404.html", "<h1>x</h1>\n<p style=color:red>x</p>", "inline-style", 2),
        ("templates/404.html", "<h1>x</h1>\n<form action='https://a.example'><input id='q'></form>", "third-party", 2),
        ("templates/404.html", "<h1>x</h1>\n<base href='https://a.example'>", "third-party", 2),
        ("templates/404.html", "<h1>x</h1>\n<object data='https://a.example/x'></object>", "third-party", 2),
        ("templates/404.html", "<h1>x</h1>\n<div><p>x</p>", "markup", 2),
        ("templates/404.html", "<h1>x</h1>\n<p id='content'>x</p>", "markup", 2),
        ("templates/404.html", "<h1>x</h1>\n<a href='{{ root }}none.html'>x</a>", "dead-link", 2),
        ("templates/404.html", "<h1>x</h1>\n<img alt='' src='{{ root }}assets/portal.js'>", "dead-link", 2),
        ("templates/404.html", "<h1>x</h1>\n\x01", "control", 2),
        (
            "templates/tags.html",
            "{% for t in tags %}{% if not t %}\n{{ t.nmae }}{% endif %}{% endfor %}",
            "unknown-name",
            2,
        ),
        ("templates/home.html", "<h1>x</h1>", "lost-text", 0),
        ("templates/list.html", "<h1>{{ name }}</h1>", "lost-text", 0),
        ("templates/links.html", "<h1>x</h1>", "lost-text", 0),
        ("templates/parts/footer.html", "", "lost-text", 0),
        ("templates/redirect.html", "<!doctype html><html lang='zh'>{{ head }}</html>", "lost-text", 0),
        ("templates/con.html", "x", "name", 0),
        ("templates/Home.html", "x", "case", 0),
        ("Templates/404.html", "x", "case", 0),
        ("templates/404.HTML", "x", "case", 0),
        ("assets/own.css", "a {\n color: red", "css", 1),
        ("assets/own.css", "a {}\n}", "css", 2),
        ("assets/own.css", "a {}\n/* x", "css", 2),
        ("assets/own.css", "\na { background: image-set('https://x.example/a.png' 1x) }", "third-party", 2),
        ("assets/own.css", "\na { background: url(none.png) }", "missing-asset", 2),
        ("assets/own.js", "\nfetch('https://x.example/')", "third-party", 2),
        ("assets/own.svg", "<svg>\n<script>alert(1)</script></svg>", "inline-script", 2),
        ("theme.toml", "strings = 3", "theme-toml", 1),
        ("theme.toml", "[strings.zh-CN]\nhome = 3", "theme-toml", 2),
        ("theme.toml", '[layouts]\nlatest = "none"', "theme-toml", 2),
        ("theme.toml", '[layouts]\nnone = "list"', "theme-toml", 2),
        ("theme.toml", '\nacent = "#112233"', "unknown-key", 2),
    ],
)
def test_a_fault_is_told_with_its_file_and_line(
    name: str, file: str, text: str, rule: str, line: int, tmp_path: Path
) -> None:
    found = lint(name, put(tmp_path / "theme", file, text))
    assert (rule, file, line) in {(fault.rule, fault.file, fault.line) for fault in found}, found


def test_a_part_of_ones_own_is_used_where_a_template_shows_it(tmp_path: Path) -> None:
    folder = put(tmp_path / "theme", "templates/parts/mine.html", "<p>{{ site.name }}</p>")
    assert [fault.rule for fault in lint("portal", folder)] == ["unused"]
    put(folder, "templates/404.html", "<h1>{{ words.not_found }}</h1>{{ parts.mine }}")
    assert lint("portal", folder) == ()


def test_words_of_the_sites_own_templates_are_used(tmp_path: Path) -> None:
    folder = put(tmp_path / "theme", "theme.toml", '[strings.zh-CN]\nmine = "我的"\n[strings.en]\nmine = "Mine"')
    assert [fault.rule for fault in lint("portal", folder)] == ["unknown-word"]
    put(folder, "templates/404.html", "<h1>{{ words.mine }}</h1>")
    assert lint("portal", folder) == ()


def test_text_in_another_encoding_is_told(tmp_path: Path) -> None:
    file = tmp_path / "theme" / "templates" / "404.html"
    file.parent.mkdir(parents=True)
    file.write_bytes("页面".encode("gbk"))
    assert [fault.rule for fault in lint("portal", tmp_path / "theme")] == ["encoding"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("theme.toml", b'\xef\xbb\xbf[strings.zh-CN]\r\nhome = "x"'),  # as Windows' editor writes it
        ("templates/404.html", b"\xef\xbb\xbf<h1>x</h1>"),
        ("templates/404.html", b"<h1>x</h1>{# <script>x</script> #}<!-- <img src='https://x.example/'> -->"),
        ("templates/.404.html.swp", b"x"),
        ("templates/404.html~", b"x"),
        ("assets/Thumbs.db", b"x"),
        ("assets/.DS_Store", b"x"),
    ],
)
def test_what_is_no_fault_is_not_told(file: str, content: bytes, tmp_path: Path) -> None:
    folder = put(tmp_path / "theme", file, "")
    (folder / file).write_bytes(content)
    assert lint("portal", folder) == ()


def test_comments_of_a_style_sheet_are_not_judged(tmp_path: Path) -> None:
    text = (RESOURCES / "portal/assets/portal.css").read_text(encoding="utf-8")
    folder = put(tmp_path / "theme", "assets/portal.css", text + '\n/* @import "x"; url(https://x.example/) { */')
    assert lint("portal", folder) == ()


def test_nothing_from_outside_of_the_folder_is_published(tmp_path: Path) -> None:
    outside, folder = put(tmp_path, "secret/key.txt", "secret"), tmp_path / "theme"
    (folder / "assets").mkdir(parents=True)
    try:
        (folder / "assets" / "key.txt").symlink_to(outside / "secret" / "key.txt")
        (folder / "assets" / "gone.txt").symlink_to(tmp_path / "nowhere")
    except OSError:  # Windows lets only some users make links
        return
    told = [(fault.rule, fault.file) for fault in lint("portal", folder)]
    assert told == [("link", "assets/gone.txt"), ("link", "assets/key.txt")]
    with pytest.raises(ThemeFaulty, match=r"assets/key\.txt"):
        theme.load("portal", folder)


def test_a_linked_folder_as_a_whole_may_be_the_theme(tmp_path: Path) -> None:
    real = put(tmp_path / "real", "templates/404.html", "<h1>x</h1>")
    try:
        (tmp_path / "theme").symlink_to(real, target_is_directory=True)
    except OSError:
        return
    assert lint("portal", tmp_path / "theme") == ()


def test_a_style_sheet_names_pictures_by_their_own_names(tmp_path: Path) -> None:
    folder = put(tmp_path / "theme", "assets/img/Wave 波.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    text = (RESOURCES / "portal/assets/portal.css").read_text(encoding="utf-8")
    put(folder, "assets/portal.css", text + "\nbody { background: url( 'img/Wave 波.svg' ) }")
    assert lint("portal", folder) == ()
    loaded = theme.load("portal", folder)
    public = loaded.assets["img/Wave 波.svg"].path
    assert re.fullmatch(r"assets/img/wave-\.[0-9a-f]{8}\.svg", public)
    assert f"background: url({public.removeprefix('assets/')})" in loaded.stylesheet.data.decode()


def test_reasons_are_told_in_the_users_language(tmp_path: Path) -> None:
    i18n.set_language("zh_CN")
    texts = (
        "{% if %}", "{% if 1 %}", "{{ 1", "{% do x %}", "{% endif %}", "{{ 1 / 0 }}", "{{ 1 + 'a' }}", "{{ [1]() }}",
        "{{ x is none_such }}", "{% from 'pictures.html' import none %}{{ none() }}", "{{ range(10 ** 9) }}",
        "{{ 'x' * 99999999 }}", "{% raw %}x", "{# x", "{{ 1 2 }}", "{% macro m() %}{% endmacro %}{{ m(1) }}",
        "{{ 'a }}", "{{ a..b }}", "{{ 5|length }}", "{% extends %}",
        "{{ site.name|replace }}", "{% include '404.html' %}", "{{ }}", "{% for %}{% endfor %}", "{{ a.b.c }}",
    )  # fmt: skip
    for text in texts:
        told = lint("portal", put(tmp_path / "theme", "templates/404.html", f"<h1>x</h1>\n{text}"))
        assert told, text
        assert all(re.search("[一-鿿]", fault.message) for fault in told), told
        assert "原始报告" not in told[0].message, told


@pytest.mark.parametrize("name", theme.names())
def test_a_file_of_the_site_lies_over_any_theme(name: str, tmp_path: Path) -> None:
    folder = put(tmp_path / "theme", "templates/parts/footer.html", "<footer>eigen</footer>")
    snapshot = replace(site(5, tmp_path), theme_folder=folder, settings=replace(SETTINGS, theme=name))
    assert b"<footer>eigen</footer>" in Generator(snapshot).render("index.html").body


def test_a_fault_leaves_the_last_good_pages(tmp_path: Path) -> None:
    snapshot, out = site(8, tmp_path / "lib"), tmp_path / "out"
    build(snapshot, out)
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    folder = put(tmp_path / "theme", "templates/article.html", "<h1>\n{{ article.nothing }}</h1>")
    with pytest.raises(TemplateFailed) as told:
        build(replace(snapshot, theme_folder=folder), out)
    assert (told.value.file, told.value.line) == ("article.html", 2)
    assert before.items() <= {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}.items()


def home(settings: object, tmp_path: Path) -> str:
    return Generator(replace(site(40, tmp_path), settings=settings)).render("index.html").body.decode()  # type: ignore[arg-type]


@pytest.mark.parametrize("name", theme.names())
def test_the_blocks_of_the_home_page_are_those_of_the_settings(name: str, tmp_path: Path) -> None:
    blocks = (
        HomeBlock(BlockKind.COLUMN, title="要闻速览", column=2, length=2, layout=BlockLayout.LIST),
        HomeBlock(BlockKind.POPULAR, length=3, layout=BlockLayout.CARDS),
        HomeBlock(BlockKind.HEADLINE),
        HomeBlock(BlockKind.COLUMN, column=999),
    )
    text = home(replace(SETTINGS, theme=name, home_blocks=blocks), tmp_path)
    main = text[text.index("<main") : text.index("</main>")]
    assert main.index("要闻速览") < main.index("热门文章") < main.index("头条")
    assert "最新文章" not in main
    usual = home(replace(SETTINGS, theme=name), tmp_path)
    main = usual[usual.index("<main") : usual.index("</main>")]
    assert main.index("头条") < main.index("最新文章") < main.index("新闻中心") < main.index("职业教育")


def test_a_colour_and_fonts_of_the_site_reach_the_one_style_sheet(tmp_path: Path) -> None:
    settings = replace(SETTINGS, accent="#7a3b00", fonts="song")
    generator = Generator(replace(site(2, tmp_path), settings=settings))
    sheet = next(output.path for output in generator.outputs() if output.path.startswith("assets/portal."))
    css = generator.render(sheet).body.decode()
    assert "--accent:#7a3b00" in css
    assert "--text-font:var(--serif)" in css
    assert sheet != next(o.path for o in Generator(site(2, tmp_path)).outputs() if o.path.startswith("assets/portal."))
