from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from chce_desktop.domain.homepage import BlockKind, BlockLayout, HomeBlock
from chce_desktop.domain.notice import NoticeLink
from chce_desktop.services.errors import InvalidValue, MediaNotFound, MediaRefused, NotAnImage, NotFound
from chce_desktop.services.site import Site, create_site
from chce_desktop.storage import nouns


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "x") as made:
        yield made


def _png(size: tuple[int, int] = (8, 4)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_links_keep_groups_and_order_by_hand(site: Site) -> None:
    first = site.links.add("教育部", "www.moe.gov.cn")
    second = site.links.add("科技部", "https://www.most.gov.cn/")
    group = site.links.add_group("媒体")
    third = site.links.add("人民网", "http://www.people.com.cn", group_id=group.id)
    site.links.move(third.id, first.group_id, 0)
    assert [link.name for link in site.links.groups()[0].links] == ["人民网", "教育部", "科技部"]
    site.links.move_group(group.id, 0)
    assert site.links.groups()[0].name == "媒体"
    site.links.remove_group(first.group_id, into=group.id)
    assert [link.id for link in site.links.groups()[0].links] == [third.id, first.id, second.id]
    assert site.links.get(first.id).url == "http://www.moe.gov.cn"


@pytest.mark.parametrize("url", ["", "not an address", "javascript:alert(1)", "http://", "http://a b.cn", "ftp://x.cn"])
def test_malformed_addresses_are_refused(site: Site, url: str) -> None:
    with pytest.raises(InvalidValue):
        site.links.add("x", url)


def test_duplicates_are_told_but_allowed(site: Site) -> None:
    link = site.links.add("教育部", "http://www.moe.gov.cn/")
    assert site.links.problems("新", "https://moe.gov.cn")
    assert site.links.problems("教育部", "https://example.cn")
    assert site.links.problems("新", "https://example.cn") == ()
    assert site.links.problems("教育部", "http://www.moe.gov.cn", besides=link.id) == ()
    with pytest.raises(NotFound):
        site.links.change(99, {"name": "x"})


def test_notices_have_links_dates_and_order(site: Site) -> None:
    now = datetime.now(UTC)
    old = site.notices.add({"title": "旧"})
    new = site.notices.add(
        {"title": "报名", "links": (NoticeLink("网上报名", "https://x.cn"),), "ends_at": now + timedelta(days=1)}
    )
    assert [notice.title for notice in site.notices.all()] == ["报名", "旧"]
    assert new.showing(now)
    assert not new.showing(now + timedelta(days=2))
    site.notices.move(old.id, 0)
    assert [notice.title for notice in site.notices.all()] == ["旧", "报名"]
    with pytest.raises(InvalidValue):
        site.notices.change(new.id, {"starts_at": now + timedelta(days=3)})
    assert site.notices.all()[1].links == (NoticeLink("网上报名", "https://x.cn"),)


def test_settings_are_typed_and_checked(site: Site) -> None:
    assert site.settings.set_text("list_length", "30").list_length == 30
    assert site.settings.set_text("footer_lines", '["一", "二"]').footer_lines == ("一", "二")
    assert site.settings.set_text("indent_paragraphs", "false").indent_paragraphs is False
    assert site.settings.update(url="https://www.chce.org.cn").url == "https://www.chce.org.cn/"
    for code in ("bm05000001", "1100000012", ""):
        assert site.settings.set_text("site_id_code", code).site_id_code == code
    for key, value in [
        ("list_length", "0"),
        ("list_length", "x"),
        ("url", "chce"),
        ("timezone", "Mars/X"),
        ("language", "Chinese (simplified)"),
        ("language", "zh_CN"),
        ("site_id_code", "12345"),
        ("date_format", "day"),
        ("embed_hosts", "https://player.example.cn/x"),
        ("nix", ""),
    ]:
        with pytest.raises(InvalidValue):
            site.settings.set_text(key, value)


def test_equal_pictures_are_one_file_under_a_safe_name(site: Site) -> None:
    first = site.media.add_bytes(_png(), "会议 合影?*.PNG")
    second = site.media.add_bytes(_png(), "other.png")
    assert first == second
    assert first.path.startswith(f"media/{first.sha256[:2]}/hui-yi-he-ying-")
    assert (first.width, first.height, first.mime) == (8, 4, "image/png")
    assert site.media.file(first.path).read_bytes() == _png()


def test_a_picture_is_what_it_is_not_what_it_is_called(site: Site) -> None:
    assert site.media.add_bytes(_png(), "x.jpg").path.endswith(".png")
    for data in (b"<html>", b"", _png()[:40], b"GIF89a" + b"\0" * 5):
        with pytest.raises(NotAnImage):
            site.media.add_bytes(data, "bild.png")
    assert site.media.count() == 1


def test_programs_and_pages_are_not_taken_in(site: Site) -> None:
    for name in ("x.exe", "x.html", "x.svg", "x.php", "x", ".htaccess"):
        with pytest.raises(MediaRefused):
            site.media.add_bytes(b"#!/bin/sh", name)
    assert site.media.add_bytes(b"%PDF-1.4", "../../通知.pdf").path.endswith(".pdf")


@pytest.mark.parametrize("path", ["media/../site.db", "site.db", "media/C:/x", "media/a\\..\\b", "media/\0"])
def test_media_paths_do_not_lead_out(site: Site, path: str) -> None:
    with pytest.raises(MediaNotFound):
        site.media.file(path)


def test_targets_hold_no_passwords(site: Site) -> None:
    target = site.targets.add("主机", "sftp://user@example.cn:2222/www", options={"a": "b"})
    assert site.targets.find("主机") == target
    with pytest.raises(InvalidValue):
        site.targets.add("x", "sftp://user:secret@example.cn/www")
    with pytest.raises(InvalidValue):
        site.targets.add("主机", "file:///x")
    site.targets.set_password(target.id, "geheim-9137")
    assert site.targets.password(target.id) == "geheim-9137"
    assert b"geheim-9137" not in (site.folder / "site.db").read_bytes()
    site.targets.remove(target.id)
    assert site.targets.all() == ()


def test_blocks_of_the_front_page_are_kept_and_those_of_another_version_passed_over(site: Site) -> None:
    blocks = (HomeBlock(BlockKind.LATEST, "最新", 0, 5, BlockLayout.CARDS), HomeBlock(BlockKind.COLUMN, column=3))
    assert site.settings.update(home_blocks=blocks).home_blocks == blocks
    assert site.settings.update(home_blocks=[{"kind": "popular"}]).home_blocks == (HomeBlock(BlockKind.POPULAR),)
    with site.connection.write() as session:
        nouns.write_settings(session, {"home_blocks": [{"kind": "hologram"}, {"kind": "latest"}]})
    assert site.settings.get().home_blocks == (HomeBlock(BlockKind.LATEST),)
    with pytest.raises(InvalidValue):
        site.settings.update(home_blocks="latest")
