"""Where files are used, one in place of another, and what nobody uses."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from chce_desktop.domain.media import MediaItem
from chce_desktop.services.errors import InvalidValue, MediaNotFound
from chce_desktop.services.site import Site, create_site
from chce_desktop.storage import media_uses


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "x") as made:
        yield made


def _picture(site: Site, color: str) -> MediaItem:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 4), color).save(buffer, "PNG")
    return site.media.add_bytes(buffer.getvalue(), f"{color}.png")


def _everywhere(site: Site, item: MediaItem) -> int:
    article = site.articles.create(
        {"title": "有图", "body": f"前![图]({item.path})后\n\n[下载]({item.path})", "cover": item.path}
    )
    site.notices.add({"title": "公告", "image": item.path})
    link = site.links.add("教育部", "https://www.moe.gov.cn/")
    site.links.change(link.id, {"logo": item.path})
    site.settings.update(logo=item.path)
    return article.id


def test_every_place_is_named(site: Site) -> None:
    red, blue = _picture(site, "red"), _picture(site, "blue")
    number = _everywhere(site, red)
    uses = site.media_uses.of(red.path)
    assert [(use.kind, use.name) for use in uses] == [
        ("article", "有图"),
        ("notice", "公告"),
        ("link", "教育部"),
        ("settings", "x"),
    ]
    assert uses[0].id == number
    assert site.media_uses.of(blue.path) == ()
    assert [item.path for item in site.media_uses.unused()] == [blue.path]
    with pytest.raises(MediaNotFound):
        site.media_uses.of("media/00/nothing.png")


def test_uses_follow_every_save(site: Site) -> None:
    red = _picture(site, "red")
    article = site.articles.create({"title": "甲", "body": f"![]({red.path})"})
    assert len(site.media_uses.of(red.path)) == 1
    site.articles.set_each({article.id: {"body": "没有了"}})
    assert site.media_uses.of(red.path) == ()
    site.articles.set_each({article.id: {"body": "没有了", "cover": red.path}})
    assert len(site.media_uses.of(red.path)) == 1
    site.articles.trash([article.id])
    assert [use.trashed for use in site.media_uses.of(red.path)] == [True]
    assert site.media_uses.unused() == ()
    site.articles.purge([article.id])
    assert [item.path for item in site.media_uses.unused()] == [red.path]


def test_a_picture_is_replaced_everywhere_and_put_back(site: Site) -> None:
    red, blue = _picture(site, "red"), _picture(site, "blue")
    number = _everywhere(site, red)
    before = site.articles.get(number)
    done = site.media_uses.replace(red.path, blue.path)
    assert done.places == 4
    after = site.articles.get(number)
    assert after.body == before.body.replace(red.path, blue.path)
    assert after.cover == blue.path
    assert site.media_uses.of(red.path) == ()
    assert len(site.media_uses.of(blue.path)) == 4
    assert any("red.png" in (revision.name or "") for revision in site.articles.revisions(number))
    site.media_uses.undo(done)
    assert site.articles.get(number).body == before.body
    assert len(site.media_uses.of(red.path)) == 4


def test_a_picture_is_not_replaced_by_a_document(site: Site) -> None:
    red, text = _picture(site, "red"), site.media.add_bytes(b"x", "a.txt")
    with pytest.raises(InvalidValue):
        site.media_uses.replace(red.path, text.path)


def test_unused_files_go_to_the_trash_and_come_back(site: Site) -> None:
    red, blue = _picture(site, "red"), _picture(site, "blue")
    site.media.change(blue.path, alt="蓝")
    site.articles.create({"title": "甲", "body": f"![]({red.path})"})
    gone = site.media_uses.discard([red.path, blue.path])
    assert [item.path for item in gone] == [blue.path]
    assert not site.media.file(blue.path).exists()
    assert site.media.file(red.path).exists()
    site.media_uses.put_back(gone)
    assert site.media.get(blue.path).alt == "蓝"
    assert site.media.file(blue.path).exists()


_BODIES = st.lists(
    st.sampled_from(
        ["media/ab/a-1.png", "media/ab/a-1.png2", "media/cd/b.pdf", "media/", "字", "](", ")", '"', " ", "."]
    ),
    max_size=12,
).map("".join)


@settings(
    max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(_BODIES)
def test_a_renamed_text_names_the_new_file_only(body: str) -> None:
    old, new = "media/ab/a-1.png", "media/ef/c.jpg"
    after = media_uses.renamed(body, old, new)
    assert old not in media_uses.named_in(after)
    assert media_uses.named_in(body) - {old} <= media_uses.named_in(after) | {new}


def test_a_photograph_that_was_held_upright_has_its_upright_size(site: Site) -> None:
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40), "red").save(buffer, "JPEG", exif=exif)
    item = site.media.add_bytes(buffer.getvalue(), "a.jpg")
    assert (item.width, item.height) == (40, 60)
