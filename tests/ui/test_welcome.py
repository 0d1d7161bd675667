from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from chce_desktop.foundation import i18n
from chce_desktop.services.site import create_site
from chce_desktop.ui.memory import Memory
from chce_desktop.ui.welcome.newsite import NewSiteDialog, folder_name, sites_folder
from chce_desktop.ui.welcome.templates import TEMPLATES, SiteTemplate
from chce_desktop.ui.welcome.window import WelcomeWindow, _RecentRow


@pytest.fixture
def welcome(qapp: QApplication) -> Iterator[WelcomeWindow]:
    made = WelcomeWindow(Memory())
    made.show()
    yield made
    made.close()
    made.deleteLater()


def rows(welcome: WelcomeWindow) -> list[_RecentRow]:
    found = [welcome.recent.itemWidget(welcome.recent.item(row)) for row in range(welcome.recent.count())]
    return [row for row in found if isinstance(row, _RecentRow)]


def test_without_recent_sites_it_says_what_to_do(welcome: WelcomeWindow) -> None:
    assert welcome._pages.currentWidget() is welcome._empty
    assert "demo" in welcome._empty.accessibleName()


def test_recent_sites_are_listed_missing_ones_marked_and_removable(tmp_path: Path, welcome: WelcomeWindow) -> None:
    memory = Memory()
    create_site(tmp_path / "站点", "教育网").close()
    memory.used(tmp_path / "gone", "没有了")
    memory.used(tmp_path / "站点", "教育网")
    memory.used(tmp_path / "gone", "没有了")
    assert [(site.name, site.missing) for site in memory.recent()] == [("没有了", True), ("教育网", False)]
    again = WelcomeWindow(memory)
    wanted: list[Path] = []
    again.open_wanted.connect(wanted.append)
    again._on_recent(again.recent.item(1))
    assert wanted == [tmp_path / "站点"]
    rows(again)[0].remove.click()
    assert [site.name for site in Memory().recent()] == ["教育网"]
    again.deleteLater()


def test_a_new_site_is_offered_a_folder_of_its_name(welcome: WelcomeWindow) -> None:
    dialog = NewSiteDialog(welcome)
    assert not dialog._create.isEnabled()
    dialog.name.setText("国家 素质/教育网?")
    assert Path(dialog.folder.text()) == sites_folder() / "国家 素质 教育网"
    wanted: list[tuple[str, Path, SiteTemplate]] = []
    dialog.wanted.connect(lambda *given: wanted.append(given))
    dialog._on_create()
    assert wanted == [("国家 素质/教育网?", sites_folder() / "国家 素质 教育网", TEMPLATES[0])]


def test_a_folder_that_was_chosen_does_not_follow_the_name(welcome: WelcomeWindow, tmp_path: Path) -> None:
    dialog = NewSiteDialog(welcome)
    dialog.name.setText("甲")
    dialog.folder.setText(str(tmp_path))
    dialog.folder.textEdited.emit(str(tmp_path))
    dialog.name.setText("乙")
    assert dialog.folder.text() == str(tmp_path)
    dialog.folder.setText("relative")
    dialog.folder.textEdited.emit("relative")
    assert not dialog._create.isEnabled()


@pytest.mark.parametrize(
    ("name", "folder"),
    [("教育网", "教育网"), ("a:b|c", "a b c"), (" .. ", ""), ("CON", "CON site"), ("长" * 90, "长" * 60)],
)
def test_folder_names_are_accepted_by_every_system(name: str, folder: str) -> None:
    assert folder_name(name) == folder


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_templates_make_their_columns(tmp_path: Path, template: SiteTemplate, language: str) -> None:
    i18n.set_language(language)
    with create_site(tmp_path / "site", "一") as site:
        template.fill(site)
        names = [column.name for column, _ in site.columns.tree().walk()]
    assert len(names) == sum(1 + len(below) for _, below in template.columns)
    assert all(name.isascii() == (language == "en") for name in names)
