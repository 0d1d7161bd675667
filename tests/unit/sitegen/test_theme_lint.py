"""The linter is silent about the app's themes and tells each kind of fault with file and line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chce_desktop.domain.homepage import BlockKind, BlockLayout, HomeBlock
from chce_desktop.sitegen import Generator, TemplateFailed, build, theme
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
        ("templates/404.html", "\n{{ ''.__class__.__mro__ }}", "fault", 2),
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
        ("theme.toml", '[strings.fr]\nhome = "Accueil"', "missing-word", 0),
        ("notes.txt", "x", "unknown-file", 0),
    ],
)
def test_a_fault_is_told_with_its_file_and_line(
    name: str, file: str, text: str, rule: str, line: int, tmp_path: Path
) -> None:
    found = lint(name, put(tmp_path / "theme", file, text))
    assert (rule, file, line) in {(fault.rule, fault.file, fault.line) for fault in found}, found


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
