"""Targets, the publish dialog and its receipts, on real sites, folders and a real SSH server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring.errors
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLineEdit, QMessageBox, QPushButton, QWidget
from shiboken6 import isValid

from chce_desktop.domain.article import State
from chce_desktop.domain.publication import PublicationState, Target
from chce_desktop.foundation.progress import ProgressReport
from chce_desktop.services.publishing import Comparison
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.history.dialog import HistoryDialog
from chce_desktop.ui.publishing import PublishDialog, TargetsDialog, TargetWizard, start_publishing
from chce_desktop.ui.publishing.changes import AFTER_ROLE, MOST_ROWS, PATH_ROLE, ChangesModel, overview
from chce_desktop.ui.publishing.dialog import _AFTER, _BEFORE, _KEY
from chce_desktop.ui.publishing.during import DuringPage, Pace
from chce_desktop.ui.publishing.kinds import KINDS
from chce_desktop.ui.publishing.questions import QuestionCard, ReasonCard
from chce_desktop.ui.publishing.receipts import facts
from tests.helpers.memory_keyring import MemoryKeyring
from tests.helpers.openssh import OpenSshServer
from tests.helpers.qt import wait_until

pytestmark = pytest.mark.gui


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "发布 目录"


@pytest.fixture
def target(site: Site, out: Path) -> Target:
    return site.targets.add("本机", out.as_uri())


@pytest.fixture
def articles(site: Site) -> list[int]:
    column = site.columns.add("新闻中心").id
    return [
        site.articles.create({"title": title, "body": "正文。", "column_id": column, "state": State.READY}).id
        for title in ("第一篇文章", "第二篇文章")
    ]


@pytest.fixture
def show(desk: Desk) -> Iterator[Callable[[QWidget], Any]]:
    shown: list[QWidget] = []

    def make(widget: QWidget) -> QWidget:
        widget.show()
        shown.append(widget)
        return widget

    yield make
    for widget in shown:
        if isValid(widget):
            widget.close()
    wait_until(lambda: not desk.operations.running)
    for widget in shown:
        if isValid(widget):
            widget.deleteLater()


def at(dialog: PublishDialog, page: int) -> Callable[[], bool]:
    return lambda: dialog.stack.currentIndex() == page


def step_by_step(wizard: TargetWizard, scheme: str, values: dict[str, str]) -> None:
    card = wizard.findChild(QWidget, f"target_kind_{scheme}")
    assert card is not None
    card.click()  # type: ignore[attr-defined]
    wizard.next_button.click()
    fill(wizard, values)


def fill(wizard: TargetWizard, values: dict[str, str]) -> None:
    assert wizard.form is not None
    for key, value in values.items():
        wizard.form.rows[key].line.setText(value)


# Kinds


def test_another_host_forgets_the_accepted_fingerprint() -> None:
    kind = next(kind for kind in KINDS if kind.id == "sftp")
    before = Target(id=1, uid="u", name="a", url="sftp://web@one.example.cn/var/www", host_key="SHA256:x")
    same = kind.compose({**kind.parse(before), "folder": "/srv"}, before)
    other = kind.compose({**kind.parse(before), "host": "two.example.cn"}, before)
    assert (same.host_key, other.host_key) == ("SHA256:x", "")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", " "),
        ("host", "sftp://www.example.cn"),
        ("host", "www example cn"),
        ("port", "0"),
        ("port", "ftp"),
        ("user", ""),
        ("folder", "public_html"),
        ("folder", "/a/../b"),
        ("public_url", "www.example.cn"),
    ],
)
def test_bad_particulars_are_told(key: str, value: str) -> None:
    field = next(field for field in KINDS[0].fields if field.key == key)
    assert field.problem is not None
    assert field.problem(value)


# Wizard


def test_a_folder_is_set_up_tested_and_kept(desk: Desk, site: Site, out: Path, show: Callable[[QWidget], Any]) -> None:
    wizard: TargetWizard = show(TargetWizard(desk))
    saved = QSignalSpy(wizard.saved)
    step_by_step(wizard, "file", {"name": "本机", "folder": str(out)})
    wizard.next_button.click()
    wait_until(lambda: not wizard.test.is_running and wizard.next_button.text() == "Save")
    assert "passed" in wizard.test.status.text()
    assert site.targets.all() == ()
    wizard.next_button.click()
    wait_until(lambda: saved.count() == 1)
    (kept,) = site.targets.all()
    assert (kept.name, kept.url) == ("本机", out.as_uri())
    assert list(out.iterdir()) == []


def test_an_incomplete_form_goes_to_the_first_wrong_field(desk: Desk, show: Callable[[QWidget], Any]) -> None:
    wizard: TargetWizard = show(TargetWizard(desk))
    step_by_step(wizard, "sftp", {"name": "正式"})
    wizard.next_button.click()
    assert wizard.form is not None
    assert wizard.stack.currentIndex() == 1
    assert not wizard.form.rows["host"]._problem.isHidden()
    assert wizard.form.rows["key_file"]._problem.isHidden()  # not asked for: the log-in is by password


@pytest.mark.server
def test_an_ssh_host_is_asked_about_once_and_its_password_goes_into_the_keyring(
    desk: Desk, site: Site, show: Callable[[QWidget], Any], sshd: OpenSshServer, memory_keyring: MemoryKeyring
) -> None:
    wizard: TargetWizard = show(TargetWizard(desk))
    folder = sshd.folder()
    values = {"name": "正式", "host": sshd.host, "port": str(sshd.port), "user": sshd.user, "folder": str(folder)}
    step_by_step(wizard, "sftp", {**values, "login": "key", "key_file": str(sshd.client_key), "password": ""})
    wizard.next_button.click()
    wait_until(lambda: not wizard.test.key_card.isHidden())
    assert wizard.test.key_card.fingerprint.text() == sshd.host_key
    wizard.test.key_card.accept_button.click()
    wait_until(lambda: wizard.next_button.text() == "Save")
    wizard.next_button.click()
    wait_until(lambda: bool(site.targets.all()))
    (kept,) = site.targets.all()
    assert kept.host_key == sshd.host_key
    assert kept.key_file == str(sshd.client_key)
    wait_until(lambda: not isValid(wizard) or not wizard.isVisible())
    # Now with a password: it is in the keyring and nowhere in the library.
    wizard = show(TargetWizard(desk, target=kept))
    assert wizard.form is not None
    fill(wizard, {"login": "password", "password": "秘密 wrong"})
    wizard.next_button.click()
    wait_until(lambda: not wizard.test.is_running)
    assert "not right" in wizard.test.status.text()
    wizard.save_anyway.click()
    wait_until(lambda: bool(memory_keyring.entries))
    assert list(memory_keyring.entries.values()) == ["秘密 wrong"]
    assert "秘密" not in repr(site.targets.all())
    assert "秘密".encode() not in (site.folder / "site.db").read_bytes()


def test_without_a_keyring_the_target_is_kept_and_the_editor_told(
    desk: Desk,
    site: Site,
    show: Callable[[QWidget], Any],
    memory_keyring: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: str) -> None:
        raise keyring.errors.NoKeyringError

    monkeypatch.setattr(memory_keyring, "set_password", refuse)
    wizard: TargetWizard = show(TargetWizard(desk))
    values = {"name": "正式", "host": "127.0.0.1", "port": "1", "user": "web", "folder": "/w", "password": "x"}
    step_by_step(wizard, "sftp", values)
    wizard.next_button.click()
    wait_until(lambda: not wizard.test.is_running)
    wizard.save_anyway.click()
    wait_until(lambda: bool(site.targets.all()))
    wait_until(lambda: bool(desk.notices.messages))
    assert "keyring" in desk.notices.messages[0].text


# Publishing


def test_the_article_being_written_is_not_left_behind_in_silence(
    desk: Desk, site: Site, out: Path, target: Target, articles: list[int], show: Callable[[QWidget], Any]
) -> None:
    draft = site.articles.create({"title": "刚写的稿", "body": "正文。"}).id
    site.articles.create({"title": "别人的稿", "body": "正文。", "state": State.REVIEW})
    dialog: PublishDialog = show(PublishDialog(desk, article_id=draft))
    wait_until(at(dialog, _BEFORE))
    card = dialog.before.staying
    assert not card.isHidden()
    assert "刚写的稿" in card.title.text()
    assert "1 other draft" in card.hint.text()
    card.button.click()
    wait_until(lambda: at(dialog, _BEFORE)() and card.button.isHidden())
    assert "1 article is a draft" in card.hint.text()
    dialog.main_button.click()
    wait_until(at(dialog, _AFTER))
    assert site.articles.get(draft).state is State.PUBLISHED
    assert any("刚写的稿" in page.read_text(encoding="utf-8") for page in out.rglob("*.html"))


def test_the_first_publish_says_what_will_change_and_leaves_a_receipt(
    desk: Desk, site: Site, out: Path, target: Target, articles: list[int], show: Callable[[QWidget], Any]
) -> None:
    dialog: PublishDialog = show(PublishDialog(desk))
    wait_until(at(dialog, _BEFORE))
    model = dialog.before.model
    heading = model.index(0, 0)
    assert "new pages" in heading.data()
    titles = [model.index(row, 0, heading).data() for row in range(model.rowCount(heading))]
    assert {"第一篇文章", "第二篇文章", "Home page", "新闻中心"} <= set(titles)
    assert not out.exists() or not any(out.iterdir())
    dialog.main_button.click()
    wait_until(at(dialog, _AFTER))
    assert dialog.after.title.text() == "Published"
    assert (out / "index.html").is_file()
    (record,) = site.publications.of(target.id)
    assert record.state is PublicationState.DONE
    assert {site.articles.get(each).state for each in articles} == {State.PUBLISHED}
    dialog.after.copy_button.click()
    assert dialog.main_button.text() == "Done"
    assert "Verified" in dialog.after._receipt


def test_nothing_to_do_is_said_so_and_a_change_is_shown(
    desk: Desk, site: Site, target: Target, articles: list[int], show: Callable[[QWidget], Any]
) -> None:
    dialog: PublishDialog = show(PublishDialog(desk))
    wait_until(at(dialog, _BEFORE))
    dialog.main_button.click()
    wait_until(at(dialog, _AFTER))
    dialog.close()
    dialog = show(PublishDialog(desk))
    wait_until(at(dialog, _BEFORE))
    assert not dialog.before.empty.isHidden()
    assert not dialog.main_button.isEnabled()
    dialog.before.thorough.setChecked(True)
    assert dialog.main_button.isEnabled()
    dialog.close()
    site.articles.save(articles[0], {"title": "新的标题", "state": State.READY})
    dialog = show(PublishDialog(desk))
    wait_until(at(dialog, _BEFORE))
    model = dialog.before.model
    heading = model.index(0, 0)
    assert "changed" in heading.data()
    wanted = QSignalSpy(desk.page_wanted)
    row = next(row for row in range(model.rowCount(heading)) if model.index(row, 0, heading).data() == "新的标题")
    dialog.before.tree.setCurrentIndex(model.index(row, 0, heading))
    dialog.before.then_button.click()
    assert wanted.count() == 1
    assert not dialog.before.now_button.isEnabled()  # no public address: there is nothing to open


def test_foreign_files_are_a_question_that_must_be_answered(
    desk: Desk, target: Target, articles: list[int], out: Path, show: Callable[[QWidget], Any]
) -> None:
    out.mkdir()
    (out / "旧站.html").write_text("旧", encoding="utf-8")
    dialog: PublishDialog = show(PublishDialog(desk))
    wait_until(at(dialog, _BEFORE))
    (card,) = dialog.before.findChildren(QuestionCard)
    assert not dialog.main_button.isEnabled()
    card.box.setChecked(True)
    assert dialog.main_button.isEnabled()
    dialog.main_button.click()
    wait_until(at(dialog, _AFTER))
    assert (out / "旧站.html").read_text(encoding="utf-8") == "旧"
    assert (out / "index.html").is_file()


def test_what_the_check_stops_goes_out_with_a_reason_only(
    desk: Desk, site: Site, target: Target, articles: list[int], out: Path, show: Callable[[QWidget], Any]
) -> None:
    site.articles.save(articles[0], {"body": "身份证11010519491231002X。"})
    dialog: PublishDialog = show(PublishDialog(desk))
    wait_until(at(dialog, _BEFORE))
    (card,) = dialog.before.findChildren(ReasonCard)
    assert not card.box.isEnabled()
    card.reason.setText(" 核 ")
    assert not card.box.isEnabled()
    card.reason.setText("核实过，当事人同意")
    card.box.setChecked(True)
    assert dialog.main_button.isEnabled()
    card.reason.clear()
    assert not dialog.main_button.isEnabled()
    card.reason.setText("核实过，当事人同意")
    card.box.setChecked(True)
    dialog.main_button.click()
    wait_until(at(dialog, _AFTER))
    assert (out / "index.html").is_file()
    (override,) = site.signoffs.overrides(articles[0])
    assert override.reason == "核实过，当事人同意"
    record = site.publications.last_done(target.id)
    assert record is not None
    assert any("核实过，当事人同意" in text for _, text in facts(target, record))
    history = HistoryDialog(desk, articles[0])
    wait_until(lambda: not desk.operations.running)
    assert "核实过，当事人同意" in history.panel.records.text()
    history.close()
    site.waiting.add(target.id, accept=["foreign_files", "blocked_findings=旧理由"])
    assert site.waiting.all()[0].accept == {"foreign_files"}


def test_a_failure_is_told_with_what_to_do_and_tried_again(
    desk: Desk, target: Target, articles: list[int], out: Path, show: Callable[[QWidget], Any]
) -> None:
    dialog: PublishDialog = show(PublishDialog(desk))
    wait_until(at(dialog, _BEFORE))
    out.write_text("a file where the folder should be", encoding="utf-8")
    dialog.main_button.click()
    wait_until(at(dialog, _AFTER))
    assert dialog.after.title.text()
    assert dialog.after.hint.text()
    assert dialog.main_button.text() == "Try again"
    assert not dialog.notices.messages
    out.unlink()
    dialog.main_button.click()
    wait_until(at(dialog, _BEFORE))
    dialog.main_button.click()
    wait_until(lambda: dialog.after.title.text() == "Published")


def test_in_the_background_the_end_is_told_in_the_window(
    desk: Desk, site: Site, target: Target, articles: list[int], show: Callable[[QWidget], Any]
) -> None:
    dialog: PublishDialog = show(PublishDialog(desk))
    wait_until(at(dialog, _BEFORE))
    dialog.publish()
    dialog.background_button.click()
    assert not dialog.isVisible()
    assert [running.label for running in desk.operations.running if running.label] == ["Publishing to 本机"]
    wait_until(lambda: bool(desk.notices.messages))
    assert desk.notices.messages[0].text == "Published to 本机."
    assert site.publications.of(target.id)[0].state is PublicationState.DONE


def test_escape_while_looking_gives_up_and_changes_nothing(
    desk: Desk, site: Site, target: Target, articles: list[int], out: Path, show: Callable[[QWidget], Any]
) -> None:
    dialog: PublishDialog = show(PublishDialog(desk))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    wait_until(lambda: not isValid(dialog) or not dialog.isVisible())
    wait_until(lambda: not desk.operations.running)
    assert site.publications.of(target.id) == ()
    assert not desk.notices.messages


@pytest.mark.server
def test_an_unknown_ssh_host_is_asked_about_in_the_dialog(
    desk: Desk, site: Site, articles: list[int], sshd: OpenSshServer, show: Callable[[QWidget], Any]
) -> None:
    folder = sshd.folder()
    kept = site.targets.add("正式", sshd.url(folder), key_file=str(sshd.client_key))
    dialog: PublishDialog = show(PublishDialog(desk))
    wait_until(at(dialog, _KEY))
    dialog.key_card.accept_button.click()
    wait_until(at(dialog, _BEFORE))
    assert site.targets.get(kept.id).host_key == sshd.host_key
    dialog.main_button.click()
    wait_until(at(dialog, _AFTER))
    assert dialog.after.title.text() == "Published"
    assert (folder / "index.html").is_file()


@pytest.mark.server
def test_a_refused_password_can_be_typed_in_the_dialog(
    desk: Desk, site: Site, articles: list[int], sshd: OpenSshServer, show: Callable[[QWidget], Any]
) -> None:
    if sshd.password is None:
        pytest.skip("no account with a password can be made here")
    folder = sshd.folder()
    site.targets.add("正式", sshd.url(folder), host_key=sshd.host_key)
    dialog: PublishDialog = show(PublishDialog(desk))
    wait_until(at(dialog, _AFTER))
    assert not dialog.after.password.isHidden()
    dialog.after.password.setText(sshd.password)
    dialog.main_button.click()
    wait_until(at(dialog, _BEFORE))


def test_without_a_target_publishing_begins_with_setting_one_up(
    desk: Desk, site: Site, out: Path, articles: list[int], show: Callable[[QWidget], Any]
) -> None:
    window = show(QWidget())
    start_publishing(desk, window)
    wait_until(lambda: window.findChild(TargetWizard) is not None)
    wizard: TargetWizard = window.findChild(TargetWizard)
    step_by_step(wizard, "file", {"name": "本机", "folder": str(out)})
    wizard.next_button.click()
    wait_until(lambda: wizard.next_button.text() == "Save")
    wizard.next_button.click()
    wait_until(lambda: window.findChild(PublishDialog) is not None)
    dialog: PublishDialog = window.findChild(PublishDialog)
    wait_until(at(dialog, _BEFORE))
    start_publishing(desk, window)
    assert len(window.findChildren(PublishDialog)) == 1  # the same one comes to the front
    dialog.close()


# What is shown


def test_long_lists_of_changes_are_cut_and_counted() -> None:
    paths = tuple(f"xinwen/{n:06}.html" for n in range(MOST_ROWS + 20))
    model = ChangesModel()
    comparison = Comparison(
        generation=0,
        tree="",
        machine="",
        label="",
        published_at="",
        added=(*paths, "assets/a.css"),
        changed=(),
        removed=("weg.html",),
        unchanged=0,
        bytes=1,
        interrupted=False,
        questions=(),
    )
    model.show_overview(overview(comparison), {paths[0]: "标题"})
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [
        "520 new pages",
        "1 removed page",
        "1 other file (picture, style, feed…)",
    ]
    added, removed = model.index(0, 0), model.index(1, 0)
    assert model.rowCount(added) == MOST_ROWS + 1
    assert model.index(0, 0, added).data() == "标题"
    assert model.index(MOST_ROWS, 0, added).data() == "… and 20 more"
    assert model.index(0, 0, removed).data(PATH_ROLE) == "weg.html"
    assert model.index(0, 0, removed).data(AFTER_ROLE) is False
    assert model.parent(model.index(3, 1, removed)) == model.parent(model.index(9, 9, removed))
    assert model.parent(model.index(0, 0, removed)) == removed


def test_rate_and_time_left_follow_the_last_moments() -> None:
    pace = Pace()
    pace.add(0.0, 0)
    assert (pace.rate, pace.left(0, 100)) == (0.0, None)
    for second in range(1, 21):
        pace.add(float(second), 1000 * second if second <= 10 else 10_000 + 100 * (second - 10))
    assert pace.rate == pytest.approx(100.0)
    assert pace.left(11_000, 12_000) == pytest.approx(10.0)
    pace.add(21.0, 5)  # another phase
    assert pace.rate == 0.0


def test_two_bars_follow_rendering_and_sending(desk: Desk, show: Callable[[QWidget], Any]) -> None:
    holder = show(QWidget())
    page = DuringPage(holder)
    page.begin(comparing=False)
    page.show_report(ProgressReport("Rendering pages", 10, 40))
    assert (page.render_bar.value(), page.render_bar.maximum()) == (10, 40)
    page.show_report(ProgressReport("Sending", 5, 10, 2_000, 8_000))
    assert page.render_bar.value() == page.render_bar.maximum()
    assert page.send_bar.value() == 250
    assert page.send_count.text().startswith("Sending · 5 of 10 files · 2.0 KB of 7.8 KB")


def test_targets_are_listed_with_their_records_and_removed(
    desk: Desk, site: Site, target: Target, articles: list[int], out: Path, show: Callable[[QWidget], Any]
) -> None:
    publishing: PublishDialog = show(PublishDialog(desk))
    wait_until(at(publishing, _BEFORE))
    publishing.main_button.click()
    wait_until(at(publishing, _AFTER))
    dialog: TargetsDialog = show(TargetsDialog(desk))
    wait_until(lambda: dialog.records.rowCount() == 1)
    assert dialog.heading.text() == "本机"
    assert dialog.records.index(0, 1).data() == "published"
    dialog.remove_button.click()
    question = dialog.findChild(QMessageBox, "question")
    assert question is not None
    next(button for button in question.buttons() if button.objectName() == "question_yes").click()
    wait_until(lambda: site.targets.all() == ())
    wait_until(lambda: not dialog.empty.isHidden())
    assert (out / "index.html").is_file()


def test_every_input_has_its_two_names(desk: Desk, target: Target, show: Callable[[QWidget], Any]) -> None:
    for window in (show(TargetsDialog(desk)), show(PublishDialog(desk)), show(TargetWizard(desk, target=target))):
        for kind in (QPushButton, QLineEdit):
            for widget in window.findChildren(kind):
                if widget.objectName().startswith("qt_"):
                    continue
                assert widget.objectName(), widget
                named = widget.accessibleName() or not widget.isVisibleTo(window)
                assert named, widget.objectName()
    wait_until(lambda: not desk.operations.running)
