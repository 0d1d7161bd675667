"""Publishing by itself while the app runs, with its window open or closed, and when the network is back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QToolButton
from shiboken6 import isValid

from chce_desktop.domain.article import State
from chce_desktop.domain.publication import AUTOMATIC, Target
from chce_desktop.foundation.errors import ChceError
from chce_desktop.services import computer, publishing, scheduling
from chce_desktop.services.scheduling import Schedule, Scheduler
from chce_desktop.services.site import Site
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.mainwindow.background import AutomaticPublishing
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.memory import KEEP_RUNNING, Memory
from chce_desktop.ui.publishing import TargetsDialog
from chce_desktop.ui.publishing.byitself import ByItselfDialog
from chce_desktop.ui.publishing.computername import ComputerNameDialog
from tests.helpers.qt import wait_until

pytestmark = pytest.mark.gui
_PAGE = "articles/dao-dian-fa-bu.html"


@pytest.fixture
def host(tmp_path: Path) -> Path:
    return tmp_path / "主机"


@pytest.fixture
def target(site: Site, host: Path) -> Target:
    site.articles.create({"title": "早就有的", "body": "x", "state": State.READY})
    target = site.targets.add("正式", host.as_uri(), options={AUTOMATIC: "yes"})
    publishing.publish(site, target.id)
    return target


def _coming(site: Site, host: Path) -> Path:
    """An article whose time comes in a moment; its page on the host."""
    moment = datetime.now(UTC) + timedelta(milliseconds=300)
    site.articles.create({"title": "到点发布", "body": "到点。", "state": State.READY, "date": moment})
    return host / _PAGE


@pytest.fixture
def window(qapp: QApplication, site: Site, target: Target, appearance: Appearance) -> Iterator[MainWindow]:
    made = MainWindow(site, Memory(), appearance)
    made.show()
    wait_until(lambda: made.desk.is_loaded and not made.operations.running)
    yield made
    ended: list[bool] = []
    made.closed.connect(lambda: ended.append(True))
    made.leave()
    wait_until(lambda: ended)
    made.deleteLater()


def test_with_its_window_closed_the_app_goes_on_and_publishes_what_is_due(
    window: MainWindow, site: Site, host: Path
) -> None:
    Memory().set_flag(KEEP_RUNNING, on=True)
    page = _coming(site, host)
    window.close()
    wait_until(lambda: not window.isVisible())

    def out() -> bool:
        if not window.operations.running:
            window.automatic.look()
        return page.exists()

    wait_until(out)
    window.come_to_front()
    assert window.isVisible()


def test_without_that_wish_closing_the_window_ends_the_app(
    qapp: QApplication, site: Site, target: Target, appearance: Appearance
) -> None:
    made = MainWindow(site, Memory(), appearance)
    made.show()
    wait_until(lambda: made.desk.is_loaded and not made.operations.running)
    ended: list[bool] = []
    made.closed.connect(lambda: ended.append(True))
    made.close()
    wait_until(lambda: ended)
    made.deleteLater()


def test_what_waits_is_shown_tried_and_can_be_called_off(window: MainWindow, site: Site, target: Target) -> None:
    button = window.findChild(QToolButton, "status_waiting")
    assert button is not None
    assert button.isHidden()
    site.targets.change(target.id, url="sftp://web@127.0.0.1:1/www")
    site.waiting.add(target.id, problem="offline")
    wait_until(lambda: not button.isHidden())
    window.automatic.look(patient=False)
    wait_until(lambda: any(w.problem != "offline" for w in site.waiting.all()))  # tried, and waits on
    wait_until(lambda: not window.operations.running)
    menu = button.menu()
    assert menu is not None
    menu.actions()[-1].trigger()
    wait_until(lambda: site.waiting.all() == ())
    wait_until(button.isHidden)


def test_when_the_network_is_back_it_goes_out(window: MainWindow, site: Site, target: Target, host: Path) -> None:
    site.articles.create({"title": "到点发布", "body": "x", "state": State.READY})
    site.waiting.add(target.id, problem="offline")
    window.automatic.look(patient=False)
    wait_until((host / _PAGE).exists)
    wait_until(lambda: site.waiting.all() == ())
    wait_until(lambda: any("Published to" in toast.text for toast in window.notices.messages))


def test_a_decision_is_not_taken_by_itself(
    desk: Desk, site: Site, target: Target, host: Path, told: list[ChceError]
) -> None:
    publishing_by_itself = AutomaticPublishing(desk, desk)
    wait_until(lambda: not desk.operations.running)
    (host / _PAGE).write_text("fremd", encoding="utf-8")
    _coming(site, host)

    def asked() -> bool:
        if not desk.operations.running:
            publishing_by_itself.look()
        return bool(told)

    wait_until(asked)
    assert [error.code for error in told] == ["foreign_files"]
    assert (host / _PAGE).read_text(encoding="utf-8") == "fremd"
    before = len(site.publications.of(target.id))
    publishing_by_itself.look()
    wait_until(lambda: not desk.operations.running)
    assert len(site.publications.of(target.id)) == before  # told once, not every time it looks
    publishing_by_itself.stop()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The computer's scheduler, which the tests must not change, as one number."""
    kept = {"every": 0}

    def answer(*_: object) -> Schedule:
        return Schedule(Scheduler.SYSTEMD, kept["every"])

    def install(_: Site, __: Target, every: int) -> Schedule:
        kept["every"] = every
        return answer()

    def remove(_: Site, __: Target) -> Schedule:
        kept["every"] = 0
        return answer()

    for name, stand_in in (("show", answer), ("install", install), ("remove", remove)):
        monkeypatch.setattr(scheduling, name, stand_in)
    return kept


def test_how_it_goes_out_by_itself_is_chosen_in_the_window(
    desk: Desk, site: Site, target: Target, installed: dict[str, int]
) -> None:
    def dialog() -> ByItselfDialog:
        made = ByItselfDialog(desk, site.targets.get(target.id))
        made.show()
        wait_until(made.scheduled.isEnabled)
        return made

    first = dialog()
    assert first.automatic.isChecked()
    first.scheduled.setChecked(True)
    first.every.setCurrentIndex(2)
    first.keep.setChecked(True)
    first.save_button.click()
    wait_until(lambda: not isValid(first) or not first.isVisible())
    assert installed["every"] == 15
    assert Memory().flag(KEEP_RUNNING, default=False)
    second = dialog()
    assert second.scheduled.isChecked()
    second.scheduled.setChecked(False)
    second.automatic.setChecked(False)
    second.keep.setChecked(False)
    second.save_button.click()
    wait_until(lambda: not isValid(second) or not second.isVisible())
    assert installed["every"] == 0
    assert not site.targets.get(target.id).automatic
    wait_until(lambda: not desk.operations.running)


def test_the_computer_gets_a_name_only_by_choice(desk: Desk, site: Site, target: Target) -> None:
    window = TargetsDialog(desk)
    window.show()
    window.computer_button.click()
    dialog = window.findChild(ComputerNameDialog)
    assert dialog is not None
    assert dialog.line.text() == ""
    dialog.suggest_button.click()
    assert dialog.line.text() == computer.suggestion()
    dialog.line.setText("总编室")
    dialog.save_button.click()
    wait_until(lambda: computer.label() == "总编室")
    window.close()
    wait_until(lambda: not desk.operations.running)
