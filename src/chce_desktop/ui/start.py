"""The first moments of the window: a frame is painted before the rest of the app is loaded."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6 import QtCore, QtGui
from PySide6.QtCore import QCoreApplication, QEventLoop, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from chce_desktop.foundation import i18n, resources
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.garbage import collect_when_away
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.memory import Memory

#: How long a thread may keep Python to itself while the window wants it (seconds). Python's own 5 ms add up to stutter.
_SWITCH = 0.0005
#: Rounds of Qt's events in which a frame should be painted.
_ROUNDS = 20


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The command line of the window."""
    if len(argv) <= 1 and not any(word.startswith("-") for word in argv):  # the usual start has nothing to parse
        site = Path(argv[0]) if argv else None
        return argparse.Namespace(site=site, demo=False, lang=None, tour=None)
    parser = argparse.ArgumentParser(prog="chce-desktop", description=tr("Desktop CMS for news portals"))
    parser.add_argument("site", nargs="?", type=Path, help=tr("the folder of a site"))
    parser.add_argument("--demo", action="store_true", help=tr("open the demo site, made anew where there is none"))
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=tr("the language of the window"))
    parser.add_argument("--tour", type=Path, metavar="DIR", help=tr("do the main job by itself, screenshots in DIR"))
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the window. Returns the exit status."""
    gc.disable()  # until everything is loaded (`ui.app`): looking through it all takes longer than a window may wait
    i18n.set_language(i18n.preferred_language())
    options = parse(sys.argv[1:] if argv is None else argv)
    sys.setswitchinterval(_SWITCH)
    app = prepare_qt()
    collect_when_away(app)
    memory = Memory()
    i18n.set_language(options.lang or memory.language or i18n.preferred_language())
    first = first_frame(options, memory)
    dress_qt(app)
    from chce_desktop.ui.app import run
    from chce_desktop.ui.appearance import Appearance

    appearance = Appearance(app)
    appearance.choose(memory.color_scheme)
    return run(app, memory, appearance, options, first)


def first_frame(options: argparse.Namespace, memory: Memory) -> MainWindow | None:
    """A window, painted and empty, where a site is going to be opened; None where the welcome screen comes."""
    name = ""
    if not (options.demo or options.site):
        last = next((site for site in memory.recent() if not site.missing), None)
        if last is None or not memory.flag("reopen", default=True):
            return None
        name = last.name
    if options.tour:
        return None
    frame = MainWindow(None, memory, name=name)
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
    app.setQuitOnLastWindowClosed(False)
    return app


def dress_qt(app: QApplication) -> None:
    """The icon, and Qt's own texts (OK, Cancel, the file dialog) in the user's language."""
    app.setWindowIcon(QtGui.QIcon(str(resources.path("icons/chce-desktop.svg"))))
    if i18n.language() == "zh_CN":
        translator = QtCore.QTranslator(app)
        if translator.load("qtbase_zh_CN", QtCore.QLibraryInfo.path(QtCore.QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(translator)
