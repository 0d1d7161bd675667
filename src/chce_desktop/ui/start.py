"""The first moments of the window: a frame is painted before the rest of the app is loaded."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QLibraryInfo, QSize, Qt, QTranslator
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from chce_desktop.foundation import i18n, resources
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.appearance import Appearance, is_dark
from chce_desktop.ui.colors import DARK, LIGHT
from chce_desktop.ui.memory import Memory

#: How long a thread may keep Python to itself while the window wants it (seconds). Python's own 5 ms add up to stutter.
_SWITCH = 0.0005
#: Rounds of Qt's events in which a frame should be painted.
_ROUNDS = 20


class FirstFrame(QMainWindow):
    """Stands where the window will be, in its colour, and says what is being done.

    Painted by hand: the style of the app is one of the things that are not there yet.
    """

    def __init__(self, memory: Memory, name: str) -> None:
        super().__init__()
        self.setObjectName("first_frame")
        self.setWindowTitle(f"{name} — CHCE Desktop" if name else "CHCE Desktop")
        self.is_painted = False
        dark = memory.color_scheme == "dark" or (not memory.color_scheme and is_dark())
        self._colors = DARK if dark else LIGHT
        geometry = memory.state("window/geometry")
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            self.resize(usual_size())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._colors.window))
        painter.setPen(QColor(self._colors.muted))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("Opening the site"))
        painter.end()
        self.is_painted = True


def usual_size() -> QSize:
    """How large a window is that was never sized by its user."""
    room = QGuiApplication.primaryScreen().availableGeometry().size()
    return QSize(1440, 900).boundedTo(room - QSize(32, 48))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The command line of the window."""
    parser = argparse.ArgumentParser(prog="chce-desktop", description=tr("Desktop CMS for news portals"))
    parser.add_argument("site", nargs="?", type=Path, help=tr("the folder of a site"))
    parser.add_argument("--demo", action="store_true", help=tr("open the demo site, made anew where there is none"))
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=tr("the language of the window"))
    parser.add_argument("--tour", type=Path, metavar="DIR", help=tr("do the main job by itself, screenshots in DIR"))
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the window. Returns the exit status."""
    i18n.set_language(i18n.preferred_language())
    options = parse(sys.argv[1:] if argv is None else argv)
    sys.setswitchinterval(_SWITCH)
    app = prepare_qt()
    memory = Memory()
    i18n.set_language(options.lang or memory.language or i18n.preferred_language())
    first = first_frame(options, memory)
    translate_qt(app)
    appearance = Appearance(app)
    appearance.choose(memory.color_scheme)
    from chce_desktop.foundation import logs

    logs.start("window")
    from chce_desktop.ui.app import run  # the greater part of the app

    return run(app, memory, appearance, options, first)


def first_frame(options: argparse.Namespace, memory: Memory) -> FirstFrame | None:
    """A painted frame, where a site is going to be opened; None where the welcome screen comes."""
    last = next((site for site in memory.recent() if not site.missing), None)
    reopened = last is not None and memory.flag("reopen", default=True)
    if options.tour or not (options.demo or options.site or reopened):
        return None
    name = last.name if last is not None and options.site in (None, last.folder) and not options.demo else ""
    frame = FirstFrame(memory, name)
    frame.show()
    for _ in range(_ROUNDS):
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        if frame.is_painted:
            break
    return frame


def prepare_qt() -> QApplication:
    """The QApplication, with what must be said before there is one."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)  # for the web engine, loaded later
    if sys.platform == "linux" and not any(Path("/dev/dri").glob("render*")):
        # Without a graphics card Qt would compose the window with the page by OpenGL on the processor: 300 ms at first,
        # then up to 50 ms for a repaint. Painting the page as a picture takes less than one.
        os.environ.setdefault("QT_QUICK_BACKEND", "software")
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(["chce-desktop"])
    app.setOrganizationName("CHCE")
    app.setApplicationName("CHCE Desktop")
    app.setApplicationDisplayName("CHCE Desktop")
    app.setDesktopFileName("chce-desktop")
    app.setWindowIcon(QIcon(str(resources.path("icons/chce-desktop.svg"))))
    app.setQuitOnLastWindowClosed(False)
    return app


def translate_qt(app: QApplication) -> None:
    """Qt's own texts (OK, Cancel, the file dialog) in the user's language."""
    if i18n.language() == "zh_CN":
        translator = QTranslator(app)
        if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(translator)
