"""The publish dialog: look, decide, follow, receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from chce_desktop.domain.article import State
from chce_desktop.domain.publication import Target
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress, ProgressReport
from chce_desktop.jobs.queues import LIBRARY_READ, host_queue
from chce_desktop.services import renewals
from chce_desktop.services.publishing import Comparison, HostKeyUnknown, PublishReceipt, titles
from chce_desktop.ui.appearance import DOUBLE, SPACE, TRIPLE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.notices import Offer
from chce_desktop.ui.operations import Running
from chce_desktop.ui.publishing.after import AfterPage, site_address
from chce_desktop.ui.publishing.before import BeforePage
from chce_desktop.ui.publishing.changes import Overview, overview
from chce_desktop.ui.publishing.during import DuringPage
from chce_desktop.ui.publishing.errand import Errand
from chce_desktop.ui.publishing.rebuilding import rebuilt
from chce_desktop.ui.publishing.staying import Staying, staying
from chce_desktop.ui.publishing.testing import HostKeyCard

_BEFORE, _DURING, _AFTER, _KEY = range(4)


class PublishDialog(DeskDialog):
    """Window-modal while it is looked at; closing it while it publishes leaves the work in the background."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None = None,
        *,
        target_id: int | None = None,
        article_id: int | None = None,
        put_back: int = 0,
    ) -> None:
        """`target_id`: the target to begin with, else the one published to last, else the first.

        `article_id`: the article being written, which an editor expects to go out. `put_back`: the generation of that
        target that is to be put back, instead of the newest state.
        """
        super().__init__(desk, "publish_dialog", tr("Publish"), QSize(800, 640), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._wanted_target = target_id
        self._article_id = article_id
        self._errand = Errand(put_back)
        self._target: Target | None = None
        self._comparison: Comparison | None = None
        self._running: Running | None = None
        self._publishing = self._can_choose = False
        self._again: Callable[[], object] = self.look
        self._password: str | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(TRIPLE, DOUBLE, TRIPLE, DOUBLE)
        column.setSpacing(DOUBLE)
        column.addLayout(self._make_head())
        self.stack = QStackedWidget(self)
        self.before = BeforePage(desk, self)
        self.during = DuringPage(self)
        self.after = AfterPage(self)
        self.key_page = QWidget(self)
        key_column = QVBoxLayout(self.key_page)
        key_column.setContentsMargins(0, 0, 0, 0)
        self.key_card = HostKeyCard(self.key_page)
        key_column.addWidget(self.key_card)
        key_column.addStretch(1)
        for page in (self.before, self.during, self.after, self.key_page):
            self.stack.addWidget(page)
        column.addWidget(self.stack, 1)
        line = QFrame(self)
        set_role(line, "line")
        column.addWidget(line)
        column.addLayout(self._make_buttons())
        self.before.decided.connect(self._arrange)
        self.before.staying.wanted.connect(self._on_wanted_too)
        self.key_card.accepted.connect(self._on_key_accepted)
        self.key_card.refused.connect(self.reject)
        self.after.password.returnPressed.connect(self._on_main)
        self.after.wait_wanted.connect(self._on_wait)
        self._go(_DURING)
        self.during.begin(comparing=True)
        self.run(lambda _: self._load(), done=self._on_targets, queue=LIBRARY_READ)

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.heading = QLabel(self)
        self.heading.setObjectName("publish_heading")
        set_role(self.heading, "heading")
        row.addWidget(self.heading)
        row.addStretch(1)
        self.targets = QComboBox(self)
        self.targets.setObjectName("publish_target")
        self.targets.setAccessibleName(tr("Publish target"))
        self.targets.setMinimumWidth(200)
        self.targets.activated.connect(self._on_target)
        row.addWidget(self.targets)
        return row

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.background_button = self._button("publish_background", tr("In the background"), self.reject)
        self.main_button = self._button("publish_main", tr("Publish"), self._on_main)
        self.main_button.setDefault(True)
        self.cancel_button = self._button("publish_cancel", tr("Cancel"), self._on_cancel)
        row.addStretch(1)
        for button in (self.background_button, self.main_button, self.cancel_button):
            row.addWidget(button)
        return row

    def _button(self, name: str, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button

    # Targets

    def _load(self) -> tuple[tuple[Target, ...], int | None]:
        """All targets, and the one published to last."""
        site = self.desk.site
        targets = site.targets.all()
        last = {target.id: site.publications.of(target.id, 1) for target in targets}
        latest = max(((found[0].started_at, key) for key, found in last.items() if found), default=None)
        return targets, latest[1] if latest is not None else None

    def _on_targets(self, found: tuple[tuple[Target, ...], int | None]) -> None:
        targets, latest = found
        wanted = self._wanted_target or latest
        self.targets.clear()
        for target in targets:
            self.targets.addItem(target.name, target)
            if target.id == wanted:
                self.targets.setCurrentIndex(self.targets.count() - 1)
        self._can_choose = len(targets) > 1 and not self._errand.put_back
        self.targets.setVisible(self._can_choose)
        if targets:
            self._on_target(self.targets.currentIndex())
        else:
            self.reject()

    def _on_target(self, index: int) -> None:
        self._target = self.targets.itemData(index)
        self._password = None
        self.look()

    # Looking

    @property
    def is_publishing(self) -> bool:
        """Whether a publish is under way, seen or in the background."""
        return self._publishing

    def look(self) -> None:
        """Build the pages and see what would change; nothing on the host is touched."""
        target = self._target
        if target is None:
            return
        self._give_up()
        self._again = self.look
        self._comparison = None
        site, password, article_id, errand = self.desk.site, self._password, self._article_id, self._errand

        def work(progress: Progress) -> tuple[Comparison, Overview, Mapping[str, str], Staying, tuple[str, ...]]:
            found = errand.look(site, target, password, progress)
            shown = overview(found)
            why = renewals.pending(site, target)
            return found, shown, titles(site, shown.named), staying(site, article_id), why

        self.during.begin(comparing=True)
        self._go(_DURING)
        self._start(target, work, self._on_compared, label="")

    def _start(
        self,
        target: Target,
        work: Callable[[Progress], object],
        done: Callable[[Target, object], object],
        *,
        label: str,
    ) -> None:
        running = self.desk.run(
            work,
            done=lambda result: done(target, result) if self._running is running else None,
            failed=lambda error: self._on_failed(target, error) if self._running is running else True,
            queue=host_queue(target.uid),
            label=label,
            owner=self,
        )
        self._running = running
        running.progressed.connect(partial(self._on_progress, running))
        self._arrange()

    def _on_progress(self, running: Running, report: ProgressReport) -> None:
        if running is self._running and not running.cancelling:
            self.during.show_report(report)

    def _on_compared(self, target: Target, result: object) -> None:
        assert isinstance(result, tuple)  # noqa: S101 - for the type checker
        comparison, shown, names, left, why = result
        self._running = None
        self._comparison = comparison
        put_back = self._errand.put_back
        self.before.show_comparison(
            target, comparison, shown, names, put_back=put_back, rebuilt="" if put_back else rebuilt(shown, why)
        )
        if not put_back:
            self.before.staying.tell(left)
        self._go(_BEFORE)
        if not self.before.focus_question():
            self.main_button.setFocus()

    def _on_wanted_too(self, article_id: int) -> None:
        site = self.desk.site
        self.run(lambda _: site.articles.set_many([article_id], {"state": State.READY}), done=lambda _: self.look())

    # Publishing

    def publish(self) -> None:
        """Make the host show the newest state."""
        target = self._target
        if target is None:
            return
        site, password, errand = self.desk.site, self._password, self._errand
        accepted, thorough = self.before.accepted, self.before.thorough.isChecked()
        self._again = self.look
        self._publishing = True
        self.during.begin(comparing=False)
        self._go(_DURING)
        self._start(
            target,
            lambda progress: errand.carry_out(site, target, accepted, password, progress, thorough=thorough),
            self._on_published,
            label=tr("Publishing to {name}", name=target.name),
        )

    def _on_published(self, target: Target, result: object) -> None:
        assert isinstance(result, PublishReceipt)  # noqa: S101 - for the type checker
        self._running, self._publishing = None, False
        self.after.show_receipt(target, result)
        self._go(_AFTER)
        self.main_button.setFocus()
        if not self.isVisible():
            address = site_address(target)
            offer = (
                Offer(tr("Open the website"), lambda: QDesktopServices.openUrl(address)) if address.isValid() else None
            )
            self.desk.notices.success(tr("Published to {name}.", name=target.name), offer=offer)
            self._forget_later()

    def _on_failed(self, target: Target, error: ChceError) -> bool:
        was_publishing = self._publishing
        self._running, self._publishing = None, False
        if isinstance(error, HostKeyUnknown):
            self.key_card.ask(error)
            self._go(_KEY)
            return True
        if isinstance(error, Cancelled) and not was_publishing:
            self.reject()
            return True
        path = str(getattr(error, "path", ""))
        self._go(_AFTER)
        self.after.show_failure(target, error, path, can_wait=not self._errand.put_back)
        self._arrange()
        if path:
            site = self.desk.site
            self.run(
                lambda _: titles(site, [path]),
                done=lambda found: self.after.name_page(f"{found[path]} ({path})") if found else None,
                queue=LIBRARY_READ,
            )
        if not self.isVisible() and not isinstance(error, Cancelled):
            self.desk.notices.error(error, offer=Offer(tr("Look"), self.open))
        return True

    def _on_key_accepted(self, fingerprint: str) -> None:
        target = self._target
        if target is None:
            return
        site = self.desk.site

        def kept(changed: Target) -> None:
            self._target = changed
            self.targets.setItemData(self.targets.currentIndex(), changed)
            self.look()

        self.run(lambda _: site.targets.change(target.id, host_key=fingerprint), done=kept)

    def _on_wait(self, problem: str) -> None:
        target, site = self._target, self.desk.site
        accepted = self.before.accepted if self._comparison is not None else frozenset()
        if target is None:
            return

        def kept(_: None) -> None:
            self.desk.notices.info(
                tr("“{name}” is published as soon as the network is back.", name=target.name),
                hint=tr("The status bar shows what waits; there it can be called off."),
            )
            self.reject()

        self.run(lambda _: site.waiting.add(target.id, accept=accepted, problem=problem), done=kept)

    # Buttons

    def _go(self, page: int) -> None:
        self.stack.setCurrentIndex(page)
        self._arrange()

    def _arrange(self) -> None:
        page = self.stack.currentIndex()
        name = self._target.name if self._target is not None else ""
        running = self._publishing
        headings = {
            _BEFORE: self._errand.heading(name),
            _DURING: self._errand.going_on(name) if running else tr("Looking at what will change…"),
            _AFTER: name,
            _KEY: tr("Is this the right server?"),
        }
        self.heading.setText(headings[page])
        self.targets.setEnabled(not running)
        self.targets.setVisible(self._can_choose and page != _DURING)
        self.background_button.setVisible(page == _DURING and running)
        self.main_button.setVisible(page in (_BEFORE, _AFTER))
        up_to_date = self._comparison is not None and self._comparison.up_to_date
        if page == _BEFORE:
            can = self._comparison is not None and self.before.all_decided
            self.main_button.setEnabled(can and (not up_to_date or self.before.thorough.isChecked()))
            self.main_button.setText(self._errand.verb())
        else:
            failed = page == _AFTER and self.after.copy_button.isHidden()
            self.main_button.setEnabled(True)
            self.main_button.setText(tr("Try again") if failed else tr("Done"))
        self.main_button.setAccessibleName(self.main_button.text())
        self.cancel_button.setVisible(page != _AFTER or self.after.copy_button.isHidden())
        self.cancel_button.setEnabled(self._running is None or not self._running.cancelling)
        self.cancel_button.setText(tr("Close") if page == _AFTER else tr("Cancel"))
        self.cancel_button.setAccessibleName(self.cancel_button.text())

    def _on_main(self) -> None:
        page = self.stack.currentIndex()
        if page == _BEFORE:
            self.publish()
        elif self.after.copy_button.isHidden():
            self._password = self.after.password.text() or self._password
            self._again()
        else:
            self.reject()

    def _on_cancel(self) -> None:
        if self._publishing and self._running is not None:
            self._running.cancel()
            self.during.stopping()
            self._arrange()
        else:
            self.reject()

    def _give_up(self) -> None:
        """Forget a look that is under way."""
        if self._running is not None and not self._publishing:
            self._running.cancel()
            self._running = None

    def done(self, result: int) -> None:
        """Qt's: however the window closes, a publish goes on in the background."""
        self._give_up()
        super().done(result)
        if not self._publishing:
            self._forget_later()

    def _forget_later(self) -> None:
        """The window is not needed again, unless it is shown once more (by a notice) before that."""
        QTimer.singleShot(0, self, lambda: None if self.isVisible() or self._publishing else self.deleteLater())
