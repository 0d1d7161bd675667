"""How the window looks: spacing, fonts, colours for light and dark, and the little style sheet that Fusion needs.

Fusion is used on every system, so that what was looked at on one is what all get.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from chce_desktop.foundation import resources
from chce_desktop.ui import stylesheet
from chce_desktop.ui.colors import DARK, LIGHT, Colors

#: Distances in logical pixels; everything stands on a grid of 8.
HALF, SPACE, DOUBLE, TRIPLE = 4, 8, 16, 24

#: Han fonts first, since what is read here is Chinese; each system finds its own.
FONTS = (
    "Microsoft YaHei UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "Segoe UI",
    "Helvetica Neue",
    "Noto Sans",
)
MONOSPACE = ("Cascadia Mono", "SF Mono", "Menlo", "Consolas", "Noto Sans Mono CJK SC", "DejaVu Sans Mono")

_CHOSEN = "chce_color_scheme"


def is_dark() -> bool:
    """Whether the dark appearance is in use: as chosen (see `Appearance.choose`), else as the system has it."""
    app = QApplication.instance()
    chosen = app.property(_CHOSEN) if app is not None else None
    if chosen in ("light", "dark"):
        return bool(chosen == "dark")
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


def colors() -> Colors:
    """The colours in use now. They change with the system: ask when painting."""
    return DARK if is_dark() else LIGHT


def font(points: float = 0.0, *, relative: int = 0, bold: bool = False) -> QFont:
    """The app's font: of `points`, or `relative` points larger than usual."""
    chosen = QFont(QApplication.font())
    size = points or chosen.pointSizeF() + relative
    chosen.setPointSizeF(size)
    if bold:
        chosen.setWeight(QFont.Weight.DemiBold)
    return chosen


def palette(chosen: Colors) -> QPalette:
    """Qt's palette made of our colours."""
    made = QPalette()
    role = QPalette.ColorRole
    table = {
        role.Window: chosen.window,
        role.WindowText: chosen.text,
        role.Base: chosen.surface,
        role.AlternateBase: chosen.window,
        role.Text: chosen.text,
        role.Button: chosen.surface,
        role.ButtonText: chosen.text,
        role.BrightText: chosen.error,
        role.ToolTipBase: chosen.raised,
        role.ToolTipText: chosen.text,
        role.PlaceholderText: chosen.disabled,
        role.Highlight: chosen.accent,
        role.HighlightedText: chosen.on_accent,
        role.Accent: chosen.accent,
        role.Link: chosen.accent,
        role.LinkVisited: chosen.accent,
        role.Light: chosen.raised,
        role.Midlight: chosen.hover,
        role.Mid: chosen.strong_line,
        role.Dark: chosen.strong_line,
        role.Shadow: "#000000",
    }
    for which, color in table.items():
        made.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(chosen.disabled))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(chosen.strong_line))
    return made


class Appearance(QObject):
    """Keeps the application's style in step with the system's (or the chosen) light or dark.

    Made once, before the first widget: Qt loses track of widgets when a style sheet is taken away and set again.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        app.setStyle("Fusion")
        chosen = QFont(app.font())
        chosen.setFamilies([*FONTS, *chosen.families()])
        if chosen.pointSizeF() < 10:
            chosen.setPointSizeF(10)
        app.setFont(chosen)
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self._apply()

    def choose(self, scheme: str) -> None:
        """`light`, `dark`, or anything else to follow the system."""
        chosen = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(scheme, Qt.ColorScheme.Unknown)
        self._app.setProperty(_CHOSEN, scheme)  # some platforms know no scheme of their own
        self._app.styleHints().setColorScheme(chosen)
        self._apply()

    def _on_scheme_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        chosen = colors()
        self._app.setPalette(palette(chosen))
        self._app.setStyleSheet(stylesheet.text(chosen, resources.path("icons").as_posix(), dark=is_dark()))


def restyle(widget: QWidget) -> None:
    """Have the style sheet looked at again after a dynamic property (`role`, `level`) of `widget` changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def set_role(widget: QWidget, role: str) -> None:
    """Give `widget` a place in the style sheet, such as `primary`, `danger`, `quiet`, `heading`, `hint`, `card`."""
    widget.setProperty("role", role)
    restyle(widget)
