"""The application: Qt set up, the command line, and the way from the welcome screen to a site's window and back."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from chce_desktop.foundation import paths
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.files import replace
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.services.site import Site, create_site, open_site
from chce_desktop.ui import crash
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.memory import Memory
from chce_desktop.ui.notices import tell
from chce_desktop.ui.onewindow import AlreadyOpen, SiteBell
from chce_desktop.ui.operations import Operations
from chce_desktop.ui.welcome.templates import SiteTemplate
from chce_desktop.ui.welcome.window import WelcomeWindow

#: Opening a site that takes longer than this (milliseconds) shows the welcome screen with progress.
_PATIENCE = 400
#: The web engine is loaded this long after the window was painted first (milliseconds).
_ENGINE_AFTER = 50


def run(
    app: QApplication, memory: Memory, appearance: Appearance, options: argparse.Namespace, first: QWidget | None
) -> int:
    """Go on from `ui.start`, whose first frame goes when there is something to see. Returns the exit status."""
    crash.ExceptionHook(lambda error: tell(app.activeWindow(), error)).install()
    if options.tour:
        from chce_desktop.ui.tour.script import run as run_tour

        return run_tour(app, memory, appearance, options.tour)
    controller = Controller(app, memory, appearance, first)
    controller.start(options.site, use_demo=options.demo)
    return app.exec()


def demo_folder() -> Path:
    """Where the demo site of this computer lies."""
    return paths.settings_dir() / "demo"


class Controller(QObject):
    """Opens sites and windows."""

    def __init__(self, app: QApplication, memory: Memory, appearance: Appearance, first: QWidget | None = None) -> None:
        """`first` is shown until there is a window."""
        super().__init__(app)
        self._app = app
        self._first = first
        self._memory = memory
        self._appearance = appearance
        self._welcome: WelcomeWindow | None = None
        self._window: MainWindow | None = None
        self._bell: SiteBell | None = None
        self._next: Path | None = None
        self._back_to_welcome = False
        self._busy = False
        self._operations = Operations(self._tell, crash.unexpected, self)
        app.commitDataRequest.connect(self._on_session_ends)
        app.aboutToQuit.connect(self._operations.close)

    @property
    def window(self) -> MainWindow | None:
        """The window of the open site."""
        return self._window

    def start(self, folder: Path | None, *, use_demo: bool = False) -> None:
        """Open what the command line says, else the site that was open last, else the welcome screen."""
        if use_demo:
            self.open_demo()
            return
        last = next((site for site in self._memory.recent() if not site.missing), None)
        chosen = folder or (last.folder if last is not None and self._memory.flag("reopen", default=True) else None)
        if chosen is None:
            self.show_welcome()
        else:
            self.open(chosen.absolute())

    def show_welcome(self) -> WelcomeWindow:
        """Show the welcome screen."""
        if self._welcome is None:
            welcome = WelcomeWindow(self._memory)
            welcome.open_wanted.connect(self.open)
            welcome.create_wanted.connect(self.create)
            welcome.demo_wanted.connect(self.open_demo)
            welcome.closed.connect(self._on_welcome_closed)
            self._welcome = welcome
        self._welcome.refresh()
        self._welcome.show()
        self._drop_first()
        self._welcome.raise_()
        return self._welcome

    def open(self, folder: Path) -> None:
        """Open the site in a folder."""
        self._begin(folder, lambda progress: open_site(folder, progress=progress), tr("Opening the site"))

    def create(self, name: str, folder: Path, template: SiteTemplate) -> None:
        """Make a new site and open it."""

        def work(progress: Progress) -> Site:
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

    def _begin(self, folder: Path, work: Callable[[Progress], Site], text: str) -> None:
        if self._busy:
            return
        try:
            bell = SiteBell(folder, self._on_bell, self)
        except AlreadyOpen:
            if self._window is None and (self._welcome is None or not self._welcome.isVisible()):
                QTimer.singleShot(0, self._app, self._app.quit)  # a quit before the event loop runs would be lost
            return
        self._busy = True
        patience = QTimer(self)
        patience.setSingleShot(True)
        patience.timeout.connect(lambda: self.show_welcome().show_busy(text))
        patience.start(_PATIENCE if self._welcome is None or not self._welcome.isVisible() else 0)

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
            welcome = self.show_welcome()
            welcome.show_idle()
            welcome.notices.error(error)
            return True

        running = self._operations.run(work, done=done, failed=failed)
        running.progressed.connect(lambda report: self._welcome.show_progress(report) if self._welcome else None)

    def _show_site(self, site: Site) -> None:
        window = MainWindow(site, self._memory, self._appearance)
        window.closed.connect(self._on_window_closed)
        window.open_wanted.connect(self._on_open_wanted)
        window.quit_wanted.connect(window.leave)
        self._window = window
        window.show()
        self._drop_first()
        if self._welcome is not None:
            self._welcome.hide()
            self._welcome.show_idle()
        self._memory.set_flag("reopen", on=True)
        window.writing.reopen()
        QTimer.singleShot(_ENGINE_AFTER, window, window.load_preview)

    def _drop_first(self) -> None:
        if self._first is not None:
            self._first.close()
            self._first.deleteLater()
            self._first = None

    def _on_session_ends(self) -> None:
        """The system shuts down: nothing may be lost, and nobody is asked."""
        if self._window is not None:
            self._window.writing.flush()

    def _on_bell(self) -> None:
        if self._window is not None:
            self._window.come_to_front()
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
        if self._back_to_welcome:
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
            tell(None, error)


def open_demo(folder: Path, progress: Progress) -> Site:
    """The demo site in `folder`, made where there is none. It appears there complete or not at all."""
    if not (folder / "site.db").is_file():
        half = folder.with_name(f"{folder.name}.new")
        if half.exists():
            shutil.rmtree(half)
        with create_site(half, tr("Demo site"), progress=progress) as site:
            from chce_desktop.services import demo  # with all that makes articles of files

            demo.fill(site, progress=progress)
        replace(half, folder)
    return open_site(folder, progress=progress)
