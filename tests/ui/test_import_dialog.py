from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chce_desktop.domain.article import State
from chce_desktop.jobs.queues import LENGTHY, LENGTHY_READ, LIBRARY_READ
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.importing.dialog import ImportDialog
from tests.helpers.qt import held, wait_until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "来稿 2024"
    (made / "通知").mkdir(parents=True)
    (made / "一.md").write_text("---\ntitle: 第一篇\n---\n正文。\n", encoding="utf-8")
    (made / "通知" / "二.md").write_text("# 第二篇\n\n正文。\n", encoding="gb18030")
    (made / "Thumbs.db").write_bytes(b"\x00\x01")
    return made


@pytest.fixture
def dialog(desk: Desk) -> Iterator[ImportDialog]:
    made = ImportDialog(desk)
    made.show()
    yield made
    made.close()


def test_looking_changes_nothing_and_importing_accounts_for_every_file(
    dialog: ImportDialog, site: Site, folder: Path
) -> None:
    dialog.choose(folder)
    wait_until(dialog.import_button.isEnabled, what="the look")
    assert "2 new articles" in dialog.summary.text()
    assert site.articles.counts().total == 0
    dialog.state.setCurrentIndex(dialog.state.findData(State.REVIEW))
    dialog.import_button.click()
    wait_until(lambda: dialog.summary.text().startswith("Imported"))
    assert site.articles.counts().by_state[State.REVIEW] == 2
    assert [column.name for column, _ in site.columns.tree().walk()] == ["通知"]
    assert not dialog.import_button.isEnabled()
    dialog._look()
    wait_until(lambda: "2 unchanged" in dialog.summary.text())


def test_a_folder_without_articles_is_told_plainly(dialog: ImportDialog, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    dialog.choose(empty)
    wait_until(lambda: dialog.notices.messages)
    assert not dialog.import_button.isEnabled()
    dialog.choose(tmp_path / "not there")
    wait_until(lambda: len(dialog.notices.messages) > 1)


def test_nobody_who_writes_waits_for_an_import(dialog: ImportDialog, desk: Desk, site: Site, folder: Path) -> None:
    begun: list[object] = []
    with held(desk, LENGTHY_READ):
        dialog.choose(folder)
        desk.run(lambda _: site.articles.create({"title": "急稿"}), done=begun.append)
        desk.run(lambda _: site.articles.counts(), done=begun.append, queue=LIBRARY_READ)
        wait_until(lambda: len(begun) == 2)
    wait_until(dialog.import_button.isEnabled)
    with held(desk, LENGTHY):
        dialog.import_button.click()
        desk.run(lambda _: site.articles.save(1, {"body": "急。"}), done=begun.append)
        wait_until(lambda: len(begun) == 3)
        assert site.articles.counts().total == 1
    wait_until(lambda: site.articles.counts().total == 3)
