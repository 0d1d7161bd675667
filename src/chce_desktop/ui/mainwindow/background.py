"""Work without anybody at the window: what is due goes out, what waits for the network is tried, a tray icon stays."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QIcon
from PySide6.QtNetwork import QNetworkInformation
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QToolButton, QWidget

from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.publication import Target, WaitingPublication
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LIBRARY_READ, host_queue
from chce_desktop.services import automatic
from chce_desktop.services.automatic import Pending
from chce_desktop.ui import icons
from chce_desktop.ui.articles import words
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.memory import KEEP_RUNNING, Memory
from chce_desktop.ui.notices import Offer

#: How often it is asked whether something is due (milliseconds); the question is cheap.
_LOOK = 20_000
#: The system is asked to tell of its network this long after the start (milliseconds), when the window is there.
_LISTEN_AFTER = 3_000


class AutomaticPublishing(QObject):
    """Publishes what is due while the app runs. `waiting_changed` tells what waits for the network."""

    #: With a tuple of `(Target, WaitingPublication)`.
    waiting_changed = Signal(object)
    #: With a sentence and whether it is good news: something was published, or could not be.
    told = Signal(str, bool)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._under_way: set[int] = set()
        self._given_up: set[tuple[int, datetime]] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK)
        self._timer.timeout.connect(self.look)
        desk.changed.connect(self._on_changed)
        desk.loaded.connect(self.look)
        if not desk.site.read_only:
            self._timer.start()
            QTimer.singleShot(_LISTEN_AFTER, self, self._listen)

    def look(self, *, patient: bool = True) -> None:
        """Ask what is due now, and start it. Not `patient`: what waits is tried even if it was tried a moment ago."""
        site = self._desk.site
        if site.read_only:
            return

        def work(_: Progress) -> tuple[tuple[Pending, ...], tuple[tuple[Target, WaitingPublication], ...]]:
            targets = {target.id: target for target in site.targets.all()}
            waits = tuple((targets[waiting.target_id], waiting) for waiting in site.waiting.all())
            return automatic.pending(site, patient=patient), waits

        self._desk.run(work, done=self._on_looked, queue=LIBRARY_READ, owner=self)

    def _listen(self) -> None:
        """Hear from the system when the network comes back, where it tells."""
        if QNetworkInformation.loadDefaultBackend():
            QNetworkInformation.instance().reachabilityChanged.connect(self._on_reachability)

    def _on_reachability(self, reachability: QNetworkInformation.Reachability) -> None:
        if reachability is not QNetworkInformation.Reachability.Disconnected:
            self.look(patient=False)

    def stop(self) -> None:
        """Start nothing any more."""
        self._timer.stop()

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {Kind.PUBLICATIONS, Kind.TARGETS}:
            self.look()

    def _on_looked(self, found: tuple[tuple[Pending, ...], tuple[tuple[Target, WaitingPublication], ...]]) -> None:
        pending, waits = found
        self.waiting_changed.emit(waits)
        for each in pending:
            if each.target.id not in self._under_way and (each.target.id, each.since) not in self._given_up:
                self._publish(each)

    def _publish(self, pending: Pending) -> None:
        from chce_desktop.services.publishing import PublishReceipt, publish  # brings in what the start does not need

        site, target = self._desk.site, pending.target

        def done(receipt: PublishReceipt) -> None:
            self._under_way.discard(target.id)
            if receipt.result.uploaded or receipt.result.deleted:
                home = QUrl(target.public_url)
                offer = Offer(tr("Open the website"), lambda: QDesktopServices.openUrl(home))
                said = tr("Published to {name}.", name=target.name)
                self.told.emit(said, True)
                self._desk.notices.success(said, offer=offer if target.public_url else None)

        def failed(error: ChceError) -> bool:
            self._under_way.discard(target.id)
            return self._on_failed(pending, error)

        self._under_way.add(target.id)
        self._desk.run(
            lambda progress: publish(site, target.id, accept=pending.accept, progress=progress),
            done=done,
            failed=failed,
            queue=host_queue(target.uid),
            label=tr("Publishing to {name}", name=target.name),
            owner=self,
        )

    def _on_failed(self, pending: Pending, error: ChceError) -> bool:
        """Without a network it waits; anything else is told once, and left to the editor."""
        from chce_desktop.services.publishing import HostUnreachable

        site, target = self._desk.site, pending.target
        if isinstance(error, HostUnreachable):
            title = error.title
            self._desk.run(lambda _: site.waiting.add(target.id, accept=pending.accept, problem=title), owner=self)
            return True
        self._given_up.add((target.id, pending.since))
        self.told.emit(error.title, False)
        if pending.waiting:
            self._desk.run(lambda _: site.waiting.remove(target.id), owner=self)
        return isinstance(error, Cancelled)


class WaitingButton(QToolButton):
    """In the status bar, while a publish waits for the network: what waits, with a menu to try or to call off."""

    def __init__(self, desk: Desk, publishing: AutomaticPublishing, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("status_waiting")
        self.setIcon(icons.icon("wifi-off", icons.WARNING))
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._desk = desk
        self._publishing = publishing
        self._menu = QMenu(self)
        self._menu.setObjectName("status_waiting_menu")
        self.setMenu(self._menu)
        publishing.waiting_changed.connect(self._show)
        self.hide()

    def _show(self, waits: tuple[tuple[Target, WaitingPublication], ...]) -> None:
        self.setVisible(bool(waits))
        self._menu.clear()
        if not waits:
            return
        text = trn("{n} publish waits for the network", "{n} publishes wait for the network", len(waits))
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._menu.addAction(tr("Try now"), lambda: self._publishing.look(patient=False))
        site = self._desk.site
        for target, waiting in waits:
            off = self._menu.addAction(tr("Do not publish to “{name}”", name=target.name))
            off.setToolTip(waiting.problem)
            off.triggered.connect(
                lambda _=False, target_id=target.id: self._desk.run(
                    lambda _: site.waiting.remove(target_id), owner=self
                )
            )


class Tray(QObject):
    """Keeps the app within reach while its window is closed. Where the desktop has no tray, a second start does."""

    open_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._icon: QSystemTrayIcon | None = None

    @staticmethod
    def stays() -> bool:
        """Whether closing the window leaves the app running."""
        return Memory().flag(KEEP_RUNNING, default=False)

    def show(self) -> None:
        """The window is being closed: put up the icon, and say where the app is."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        app = QApplication.instance()
        icon = app.windowIcon() if isinstance(app, QApplication) else QIcon()
        tray = QSystemTrayIcon(icon, self)
        tray.setObjectName("tray")
        name = self._desk.settings.name or "CHCE Desktop"
        tray.setToolTip(name)
        menu = QMenu()
        menu.setObjectName("tray_menu")
        menu.addAction(tr("Open {name}", name=name), self.open_wanted.emit)
        self._planned = menu.addAction("")
        self._planned.setEnabled(False)
        menu.addSeparator()
        menu.addAction(tr("Quit"), self.quit_wanted.emit)
        menu.aboutToShow.connect(self._say_planned)
        self._menu = menu
        tray.setContextMenu(menu)
        tray.activated.connect(self._on_activated)
        tray.show()
        self._icon = tray
        self._say_planned()

    def say(self, sentence: str, good: bool) -> None:
        """Tell the end of something while the window is closed; while it is there it has notices of its own."""
        if self._icon is not None:
            sign = QSystemTrayIcon.MessageIcon.Information if good else QSystemTrayIcon.MessageIcon.Warning
            self._icon.showMessage(self._desk.settings.name or "CHCE Desktop", sentence, sign)

    def hide(self) -> None:
        """The window is there again."""
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._menu.deleteLater()
            self._icon = None

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.open_wanted.emit()

    def _say_planned(self) -> None:
        def said(moment: datetime | None) -> None:
            if self._icon is None:
                return
            zone = words.zone(self._desk.settings.timezone)
            when = words.minute(moment, zone) if moment is not None else ""
            self._planned.setText(tr("Next: {time}", time=when) if when else tr("Nothing is planned"))

        site = self._desk.site
        now = datetime.now(UTC)
        self._desk.run(lambda _: automatic.next_change(site, now=now), done=said, queue=LIBRARY_READ, owner=self)
