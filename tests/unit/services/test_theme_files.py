"""The site's own theme folder: copies of the theme's files, and how one sees that something changed in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chce_desktop.services import themes
from chce_desktop.services.preview import Preview
from chce_desktop.services.site import Site, create_site


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "网站", "素质教育网") as made:
        yield made


def test_a_copied_file_may_be_changed_and_shows_at_once(own: Site) -> None:
    preview = Preview(own)
    assert "templates/404.html" in themes.originals(own)
    file = themes.copy_original(own, "templates/404.html")
    assert themes.lint_site(own) == ()
    file.write_text("<h1>自己的页面</h1>", encoding="utf-8")
    preview.renew()
    assert "自己的页面" in preview.page("404.html").body.decode()
    preview.close()


@pytest.mark.parametrize("path", ["templates/none.html", "../../site.db", "theme.toml", "0:theme.toml", ""])
def test_nothing_else_is_copied(own: Site, path: str) -> None:
    with pytest.raises(themes.ThemeFileUnusable):
        themes.copy_original(own, path)


def test_a_file_of_ones_own_is_never_overwritten(own: Site) -> None:
    file = themes.copy_original(own, "assets/portal.css")
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(themes.ThemeFileUnusable):
        themes.copy_original(own, "assets/portal.css")
    assert file.read_text(encoding="utf-8") == "mine"


def test_whatever_changes_in_the_folder_is_noticed(own: Site) -> None:
    stamps = [themes.stamp(own)]
    folder = themes.make_folder(own)
    assert themes.stamp(own) == stamps[0]  # no file came
    file = folder / "templates" / "parts" / "footer.html"
    file.parent.mkdir()
    file.write_text("x", encoding="utf-8")
    stamps.append(themes.stamp(own))
    file.write_text("xy", encoding="utf-8")
    stamps.append(themes.stamp(own))
    file.rename(file.with_name("header.html"))
    stamps.append(themes.stamp(own))
    assert len(set(stamps)) == 4
    file.with_name("header.html").unlink()
    assert themes.stamp(own) == stamps[0]
