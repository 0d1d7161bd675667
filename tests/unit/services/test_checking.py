"""A check finds what readers would miss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chce_desktop.domain.article import State
from chce_desktop.services.checking import check
from chce_desktop.services.site import Site, create_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站 点", "测试") as made:
        yield made


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ("![图](没有.png)", ["missing-media"]),
        ("![图](<C:\\图 片\\a.png>)", ["missing-media"]),
        ("![图](data:image/png;base64,AAAA)", ["missing-media"]),
        ('<img src="没有.png" alt="图">', ["missing-media"]),
        ("![图](//example.com/a.png)", ["missing-media"]),
        ("![图](media/ab/gone.png)", ["missing-media"]),
        ("![图](https://example.com/a.png)", []),
        ("`![图](没有.png)`", []),
        ("[文](别处.md)", ["dead-link"]),
        ("[文](../a/别处.md#三)", ["dead-link"]),
        ("[文](file:///C:/a.docx)", ["dead-link"]),
        ("[文](article:99)", ["dead-link"]),
        ("[文](article:1) [自己](article:2) [草](https://example.com/a.md) [段](#一)", []),
        ("[文](article:3)", ["dead-link"]),
    ],
)
def test_pictures_and_links_that_lead_nowhere_are_told(site: Site, body: str, rules: list[str]) -> None:
    site.articles.create({"title": "一", "body": "文", "state": State.READY})
    site.articles.create({"title": "二", "body": body, "state": State.READY})
    site.articles.create({"title": "三", "body": "未写完", "state": State.DRAFT})
    found = [finding for finding in check(site) if finding.rule in ("missing-media", "dead-link")]
    assert [finding.rule for finding in found] == rules
    assert all(finding.article_id == 2 for finding in found)
