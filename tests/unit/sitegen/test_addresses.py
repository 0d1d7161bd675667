"""Addresses that editors typed, as pages may name them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.sitegen import Generator
from chce_desktop.sitegen.addresses import fit_base, fit_link, safe_url
from tests.helpers.snapshots import SETTINGS, site


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("http://me:secret@a.example/x", "http://a.example/x"),
        ("a.example/x", "http://a.example/x"),
        ("http://a.example/#x#y", "http://a.example/#x%23y"),
        ("http://例子.测试/路径", "http://例子.测试/路径"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://[fe80::1%25eth0]/", ""),
        ("http://a.example:99999/", ""),
        ("http://a..b/", ""),
        ("http://xn--/", ""),
        ("http://0x7f.1/", ""),
        ("http://1.2.3.4/", "http://1.2.3.4/"),
        (f"http://{'a' * 64}.example/", ""),
        (f"http://{'.'.join(['a' * 60] * 5)}/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_web_address_has_a_host_that_can_be_or_there_is_none(typed: str, expected: str) -> None:
    assert safe_url(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("https://www.example.org", "https://www.example.org/"),
        (" HTTPS://www.example.org/a/ ", "https://www.example.org/a/"),
        (
            "http://例子.测试:8080/子 目录/\"<&'",
            "http://xn--fsqu00a.xn--0zwm56d:8080/%E5%AD%90%20%E7%9B%AE%E5%BD%95/%22%3C%26%27/",
        ),
        ("http://[::1]:8080/a", "http://[::1]:8080/a/"),
        ("https://me:secret@www.example.org/?q#x", "https://www.example.org/"),
        ("www.example.org", ""),
        ("http://a..b/", ""),
        ("", ""),
    ],
)
def test_the_address_of_a_site_stands_alike_within_html_and_outside(typed: str, expected: str) -> None:
    assert fit_base(typed) == expected


def test_a_chinese_host_is_ascii_for_programs_and_chinese_for_people(tmp_path: Path) -> None:
    made = site(1, tmp_path / "site", settings=replace(SETTINGS, url="https://例子.政务:8443/"))
    generator = Generator(made)
    for path in ("sitemap.xml", "rss.xml", "feed.xml", "robots.txt"):
        assert "https://xn--fsqu00a.xn--zfr164b:8443/" in (told := generator.render(path).body.decode()), path
        assert "https://例子" not in told, path
    assert '<meta name="SiteDomain" content="例子.政务:8443">' in generator.render("index.html").body.decode()


@given(st.text(alphabet="ab中./:@#?%[]x-09 \\\u200d\u3002&'\"", max_size=30))
def test_any_text_becomes_an_address_that_stays_as_it_is_or_none(typed: str) -> None:
    for mended in (safe_url(f"http://{typed}"), fit_link(f"https://{typed}")):
        assert not set(mended) & set(' "<>\\')
        assert safe_url(mended) == mended
        assert mended.count("#") <= 1
