"""The application: Qt set up, the command line, and the way from the welcome screen to a site's window and back."""

from __future__ import annotations

import argparse
import gc
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from chce_desktop.foundation import paths
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.files import replace
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.memory import Memory
from chce_desktop.ui.operations import Operations

if TYPE_CHECKING:  # imported when they are needed, most of it while the window shows its first list already
    from chce_desktop.services.site import Site
    from chce_desktop.ui.onewindow import SiteBell
    from chce_desktop.ui.welcome.templates import SiteTemplate
    from chce_desktop.ui.welcome.window import WelcomeWindow

#: Opening a site that takes longer than this (milliseconds) shows the welcome screen with progress.
_PATIENCE = 400
#: Where the list is there already, this long, and a message in the window (milliseconds).
_LONG_PATIENCE = 3000
#: The web engine is loaded this long after the window was complete (milliseconds).
_ENGINE_AFTER = 50
#: Rounds of Qt's events in which the list is laid out and painted.
_ROUNDS = 3


def run(
    app: QApplication, memory: Memory, appearance: Appearance, options: argparse.Namespace, first: MainWindow | None
) -> int:
    """Go on from `ui.start`, whose first frame becomes the window. Returns the exit status."""
    _install_hook(app)
    if options.tour:
        from chce_desktop.ui.tour.script import run as run_tour

        return run_tour(app, memory, appearance, options.tour)
    controller = Controller(app, memory, appearance, first)
    controller.start(options.site, use_demo=options.demo)
    from chce_desktop.foundation import logs

    logs.start("window")
    return app.exec()


def _install_hook(app: QApplication) -> None:
    """What nobody caught is told; what tells it is imported when there is something."""

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        from chce_desktop.ui import crash
        from chce_desktop.ui.notices import tell

        hook = crash.ExceptionHook(lambda told: tell(app.activeWindow(), told))
        hook.install()
        sys.excepthook(kind, error, trace)

    def caught_in_thread(args: threading.ExceptHookArgs) -> None:
        from chce_desktop.ui import crash

        if args.exc_value is not None:
            crash.unexpected(args.exc_value)

    sys.excepthook = caught
    threading.excepthook = caught_in_thread


def demo_folder() -> Path:
    """Where the demo site of this computer lies."""
    return paths.settings_dir() / "demo"


class Controller(QObject):
    """Opens sites and windows."""

    def __init__(
        self, app: QApplication, memory: Memory, appearance: Appearance, first: MainWindow | None = None
    ) -> None:
        """`first` is a frame that becomes the window of the first site that is opened."""
        super().__init__(app)
        self._app = app
        self._first = first
        self._memory = memory
        self._appearance = appearance
        self._welcome: WelcomeWindow | None = None
        self._window: MainWindow | None = None
        self._bell: SiteBell | None = None
        self._back_to_welcome = False
        self._rung_for: Path | None = None
        self._busy = False
        self._operations = Operations(self._tell, _unexpected, self)
        app.commitDataRequest.connect(self._on_session_ends)
        app.aboutToQuit.connect(self._operations.close)

    @property
    def window(self) -> MainWindow | None:
        """The window of the open site, once it is complete."""
        return self._window

    def start(self, folder: Path | None, *, use_demo: bool = False) -> None:
        """Open what the command line says, else the site that was open last, else the welcome screen.

        What can be shown at once is shown when this returns; the rest follows.
        """
        last = next((site for site in self._memory.recent() if not site.missing), None)
        reopened = last.folder if last is not None and self._memory.flag("reopen", default=True) else None
        chosen = demo_folder() if use_demo else folder or reopened
        if chosen is None:
            self.show_welcome()
            return
        if self._first is not None:
            self._show_early(self._first, chosen)
        QTimer.singleShot(0, self, self.open_demo if use_demo else lambda: self.open(chosen.absolute()))

    def show_welcome(self) -> WelcomeWindow:
        """Show the welcome screen."""
        if self._welcome is None:
            from chce_desktop.ui.welcome.window import WelcomeWindow

            welcome = WelcomeWindow(self._memory)
            welcome.open_wanted.connect(self.open)
            welcome.create_wanted.connect(self.create)
            welcome.demo_wanted.connect(self.open_demo)
            welcome.closed.connect(self._on_welcome_closed)
            self._welcome = welcome
        self._welcome.refresh()
        self._welcome.show()
        self._drop_first()
        _collect_again()
        self._welcome.raise_()
        return self._welcome

    def open(self, folder: Path) -> None:
        """Open the site in a folder."""

        def work(progress: Progress) -> Site:
            from chce_desktop.services.site import open_site

            return open_site(folder, progress=progress)

        self._begin(folder, work, tr("Opening the site"))

    def create(self, name: str, folder: Path, template: SiteTemplate) -> None:
        """Make a new site and open it."""

        def work(progress: Progress) -> Site:
            from chce_desktop.services.site import create_site

            site = create_site(folder, name, progress=progress)
            try:
                template.fill(site, progress)
            except BaseException:
                site.close()
                raise
            return site

        self._begin(folder, work, tr("Making the site"))

    def open_demo(self) -> None:
        """Open the demo site; it is made first where there is none."""
        folder = demo_folder()

        def work(progress: Progress) -> Site:
            return open_demo(folder, progress)

        self._begin(folder, work, tr("Making the demo site"))

    def _show_early(self, window: MainWindow, folder: Path) -> None:
        """Fill the window's list with what a first look at the site shows."""
        from chce_desktop.services import glance
        from chce_desktop.ui.articles.rows import PAGE

        # Days are counted in the whole library: not at a first look.
        by_day = self._memory.flag("articles/by_day", default=False)
        found = None if by_day else glance.take(folder, limit=PAGE)
        if found is None:
            window.say_opening()
        else:
            window.begin(None, found)
        for _ in range(_ROUNDS):
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def _begin(self, folder: Path, work: Callable[[Progress], Site], text: str) -> None:
        from chce_desktop.ui.onewindow import AlreadyOpen, SiteBell

        if self._busy:
            return
        try:
            bell = SiteBell(folder, self._on_bell, self)
        except AlreadyOpen:
            if self._window is None and (self._welcome is None or not self._welcome.isVisible()):
                self._drop_first()
                QTimer.singleShot(0, self._app, self._app.quit)  # a quit before the event loop runs would be lost
            return
        self._busy = True
        patience = self._be_patient(text)

        def load(progress: Progress) -> Site:
            site = work(progress)
            from chce_desktop.ui.mainwindow import furnishing  # noqa: F401 - so that making the window imports nothing

            return site

        def done(site: Site) -> None:
            patience.stop()
            self._busy = False
            self._bell = bell
            self._show_site(site)

        def failed(error: ChceError) -> bool:
            patience.stop()
            self._busy = False
            bell.close()
            bell.deleteLater()
            if self._first is not None and self._first.is_unwanted:
                self._app.quit()
                return True
            welcome = self.show_welcome()
            welcome.show_idle()
            welcome.notices.error(error)
            return True

        running = self._operations.run(load, done=done, failed=failed)
        running.progressed.connect(lambda report: self._welcome.show_progress(report) if self._welcome else None)

    def _be_patient(self, text: str) -> QTimer:
        """Say what takes long when it does; stopped by whoever sees the end of it."""
        first = self._first
        patience = QTimer(self)
        patience.setSingleShot(True)
        if first is not None and first.is_begun:
            patience.timeout.connect(lambda: first.notices.info(text))
            patience.start(_LONG_PATIENCE)
        else:
            patience.timeout.connect(lambda: self.show_welcome().show_busy(text))
            patience.start(_PATIENCE if self._welcome is None or not self._welcome.isVisible() else 0)
        return patience

    def _show_site(self, site: Site) -> None:
        window = self._first or MainWindow(None, self._memory)
        self._first = window
        if window.is_begun:
            window.desk.use(site)
        else:
            window.begin(site)
        window.closed.connect(self._on_window_closed)
        window.open_wanted.connect(self._on_open_wanted)
        window.quit_wanted.connect(window.leave)
        window.furnished.connect(self._on_furnished)
        if not window.is_unwanted:
            window.show()
        if self._welcome is not None:
            self._welcome.hide()
            self._welcome.show_idle()
        self._memory.set_flag("reopen", on=True)
        window.furnish(self._appearance)

    def _on_furnished(self) -> None:
        window, self._first = self._first, None
        if window is None:
            return
        self._window = window
        _collect_again()
        window.writing.reopen()
        QTimer.singleShot(_ENGINE_AFTER, window, lambda: window.load_preview())

    def _drop_first(self) -> None:
        if self._first is not None:
            self._first.discard()
            self._first = None

    def _on_session_ends(self) -> None:
        """The system shuts down: nothing may be lost, and nobody is asked."""
        if self._window is not None:
            self._window.writing.flush()

    def _on_bell(self) -> None:
        if self._window is not None and self._window.is_closing:
            self._rung_for = self._window.site.folder
        elif self._window is not None:
            self._window.come_to_front()
        elif self._first is not None:
            self._first.activateWindow()
        elif self._welcome is not None:
            self._welcome.raise_()

    def _on_open_wanted(self) -> None:
        self._back_to_welcome = True
        if self._window is not None:
            self._window.leave()

    def _on_window_closed(self) -> None:
        window, self._window = self._window, None
        if self._bell is not None:
            self._bell.close()
            self._bell = None
        if window is not None:
            window.deleteLater()
        again, self._rung_for = self._rung_for, None
        if again is not None:
            self._back_to_welcome = False
            self.open(again)
        elif self._back_to_welcome:
            self._back_to_welcome = False
            self._memory.set_flag("reopen", on=False)
            self.show_welcome()
        else:
            self._app.quit()

    def _on_welcome_closed(self) -> None:
        if self._window is None and not self._busy:
            self._app.quit()

    def _tell(self, error: ChceError) -> None:
        if self._welcome is not None and self._welcome.isVisible():
            self._welcome.notices.error(error)
        else:
            from chce_desktop.ui.notices import tell

            tell(None, error)


def _collect_again() -> None:
    """Collect garbage from now on, but never look at what is there now: modules and the window stay for good."""
    gc.freeze()
    gc.enable()


def _unexpected(error: BaseException) -> ChceError:
    from chce_desktop.ui import crash

    return crash.unexpected(error)


def open_demo(folder: Path, progress: Progress) -> Site:
    """The demo site in `folder`, made where there is none. It appears there complete or not at all."""
    from chce_desktop.services.site import create_site, open_site

    if not (folder / "site.db").is_file():
        half = folder.with_name(f"{folder.name}.new")
        if half.exists():
            shutil.rmtree(half)
        with create_site(half, tr("Demo site"), progress=progress) as site:
            from chce_desktop.services import demo  # with all that makes articles of files

            demo.fill(site, progress=progress)
        replace(half, folder)
    return open_site(folder, progress=progress)
