"""The style sheet: flat panels, clear hierarchy, one accent. Roles are set with `appearance.set_role`."""

from __future__ import annotations

import string

from chce_desktop.ui.colors import Colors

_TEMPLATE = string.Template("""
QWidget { outline: none; }
QMainWindow, QDialog, QWizard { background: $window; }
QToolTip { background: $raised; color: $text; border: 1px solid $strong_line; padding: 4px 8px; }

QLabel[role="title"] { font-size: 20pt; font-weight: 600; }
QLabel[role="heading"] { font-size: 13pt; font-weight: 600; }
QLabel[role="section"] { color: $muted; font-weight: 600; }
QLabel[role="hint"] { color: $muted; }
QLabel[role="error"] { color: $error; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="success"] { color: $success; }
QLabel[role="badge"] { background: $accent_soft; color: $accent; border-radius: 8px; padding: 1px 8px; }
QLabel[role="picture"] { background: $surface; border: 1px solid $line; border-radius: 6px; }

QFrame[role="pane"], QWidget[role="pane"] { background: $surface; }
QWidget[role="sidebar"], QTreeView[role="sidebar"] { background: $window; }
QFrame[role="card"] { background: $raised; border: 1px solid $line; border-radius: 8px; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="vline"] { background: $line; border: none; max-width: 1px; min-width: 1px; }

QMenuBar { background: $window; border: none; padding: 2px 4px; }
QMenuBar::item { padding: 4px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; }
QMenu { background: $raised; border: 1px solid $strong_line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 8px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $disabled; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }

QToolBar { background: $window; border: none; spacing: 4px; padding: 4px 8px; }
QToolBar::separator { background: $line; width: 1px; margin: 6px 4px; }
QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 4px 6px; background: transparent; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $line; }
QToolButton:checked { background: $accent_soft; color: $accent; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $disabled; }
QToolButton[popupMode="1"] { padding-right: 18px; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="outlined"] { border: 1px solid $strong_line; background: $surface; padding: 4px 10px; }
QToolButton[role="outlined"]:hover { background: $hover; }
QToolButton[role="primary"] { background: $accent; color: $on_accent; font-weight: 600; padding: 5px 14px; }
QToolButton[role="primary"]:hover { background: $accent_hover; }
QToolButton[role="primary"]:disabled { background: $line; color: $disabled; }
QToolButton[role="choice"] { background: $surface; border: 1px solid $strong_line; border-radius: 8px; }
QToolButton[role="choice"]:hover { border-color: $accent; }
QToolButton[role="choice"]:checked { background: $accent_soft; border: 2px solid $accent; color: $text; }
QToolButton[role="choice"]:focus { border-color: $accent; }

QPushButton {
  background: $surface; border: 1px solid $strong_line; border-radius: 6px; padding: 5px 14px; min-height: 18px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $disabled; border-color: $line; }
QPushButton:checked { background: $accent_soft; border-color: $accent; color: $accent; }
QPushButton[role="primary"], QPushButton:default { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton[role="primary"] { font-weight: 600; }
QPushButton[role="primary"]:hover, QPushButton:default:hover { background: $accent_hover; }
QPushButton[role="primary"]:focus, QPushButton:default:focus { border: 1px solid $text; }
QPushButton[role="primary"]:disabled, QPushButton:default:disabled {
  background: $line; border-color: $line; color: $disabled;
}
QPushButton[role="danger"] { color: $error; border-color: $error; background: $surface; }
QPushButton[role="danger"]:hover { background: $error_soft; }
QPushButton[role="quiet"] { background: transparent; border-color: transparent; padding: 5px 8px; }
QPushButton[role="quiet"]:hover { background: $hover; }
QPushButton[role="quiet"]:focus { border-color: $accent; }
QPushButton[role="field"] { text-align: left; padding: 5px 8px; border-radius: 6px; }
QPushButton[role="choice"] { text-align: left; padding: 8px 14px; }
QToolButton[role="section"], QToolButton[role="section"]:checked {
  background: transparent; color: $text; text-align: left; padding: 6px 8px;
}
QToolButton[role="section"]:hover { background: $hover; }
QToolButton[role="section"]:focus { border-color: $accent; }
QPushButton[role="link"] { background: transparent; border: none; color: $accent; padding: 2px; text-align: left; }
QPushButton[role="link"]:disabled { color: $disabled; }
QPushButton[role="link"]:hover, QPushButton[role="link"]:focus { text-decoration: underline; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateTimeEdit, QDateEdit, QComboBox, QKeySequenceEdit {
  background: $surface; border: 1px solid $strong_line; border-radius: 6px; padding: 4px 8px;
  selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QSpinBox, QDateTimeEdit, QDateEdit, QComboBox, QKeySequenceEdit { min-height: 20px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDateTimeEdit:focus, QDateEdit:focus,
QComboBox:focus, QComboBox:on { border: 1px solid $accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QSpinBox:disabled, QDateTimeEdit:disabled,
QComboBox:disabled { background: $window; color: $disabled; border-color: $line; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"] { border: 1px solid $error; }
QLineEdit[role="bare"], QPlainTextEdit[role="bare"], QTextEdit[role="bare"] { border: none; background: transparent; }
QComboBox { padding-right: 22px; }
QComboBox::drop-down, QDateTimeEdit::drop-down, QDateEdit::drop-down { border: none; width: 22px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow, QDateEdit::down-arrow {
  image: url("$icons/arrow-down-$tone.svg"); width: 12px; height: 12px;
}
QComboBox QAbstractItemView {
  background: $raised; border: 1px solid $strong_line; padding: 4px; selection-background-color: $accent_soft;
  selection-color: $text;
}
QSpinBox { padding-right: 20px; }
QSpinBox::up-button, QSpinBox::down-button { border: none; background: transparent; width: 18px; }
QSpinBox::up-arrow { image: url("$icons/arrow-up-$tone.svg"); width: 10px; height: 10px; }
QSpinBox::down-arrow { image: url("$icons/arrow-down-$tone.svg"); width: 10px; height: 10px; }

QCheckBox, QRadioButton { spacing: 8px; padding: 2px 0; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator, QGroupBox::indicator {
  width: 16px; height: 16px; border: 1px solid $strong_line; background: $surface;
}
QCheckBox::indicator, QAbstractItemView::indicator, QGroupBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; width: 14px; height: 14px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked, QGroupBox::indicator:checked {
  background: $accent; border-color: $accent; image: url("$icons/mark-check-$tone.svg");
}
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate {
  background: $accent; border-color: $accent; image: url("$icons/mark-minus-$tone.svg");
}
QRadioButton::indicator:checked {
  background: $accent; border-color: $accent; image: url("$icons/mark-dot-$tone.svg");
}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $window; border-color: $line; }

QGroupBox { border: none; margin-top: 24px; padding: 0; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; subcontrol-position: top left; padding: 0; color: $muted; }

QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
  background: transparent; color: $muted; padding: 6px 8px 5px 8px; margin: 0 4px 0 0; border: none;
  border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $accent; border-bottom: 2px solid $accent; font-weight: 600; }
QTabBar::scroller { width: 40px; }
QTabBar QToolButton { background: $surface; border: none; border-radius: 0; padding: 0; }
QTabBar QToolButton::left-arrow { image: url("$icons/arrow-left-$tone.svg"); width: 12px; height: 12px; }
QTabBar QToolButton::right-arrow { image: url("$icons/arrow-right-$tone.svg"); width: 12px; height: 12px; }
QTabBar::tab:focus { background: $accent_soft; border-radius: 4px; }

QAbstractItemView {
  background: $surface; border: none; selection-background-color: $accent_soft; selection-color: $text;
  alternate-background-color: $window;
}
QAbstractItemView[role="framed"] { border: 1px solid $line; border-radius: 6px; }
QTreeView::item, QListView::item { padding: 5px 4px; border-radius: 0; }
QTreeView::item:hover, QListView::item:hover { background: $hover; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {
  background: $accent_soft; color: $text;
}
QTreeView::branch { background: transparent; }
QTreeView::branch:selected { background: $accent_soft; }
QTreeView::branch:has-children:closed { image: url("$icons/arrow-right-$tone.svg"); padding: 4px; }
QTreeView::branch:has-children:open { image: url("$icons/arrow-down-$tone.svg"); padding: 4px; }
QTableView { gridline-color: transparent; }
QTableView::item { padding: 0 6px 0 8px; border-bottom: 1px solid $line; }
QHeaderView { background: $surface; }
QHeaderView::section {
  background: $surface; color: $muted; border: none; border-bottom: 1px solid $line; padding: 6px 6px 6px 10px;
}
QHeaderView::section:hover { color: $text; background: $hover; }
QHeaderView::up-arrow, QHeaderView::down-arrow { width: 10px; height: 10px; subcontrol-position: center right; }
QHeaderView::up-arrow { image: url("$icons/arrow-up-$tone.svg"); }
QHeaderView::down-arrow { image: url("$icons/arrow-down-$tone.svg"); }
QTableCornerButton::section { background: $surface; border: none; }

QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }

QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $strong_line; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QStatusBar { background: $window; border-top: 1px solid $line; color: $muted; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; }
QProgressBar {
  background: $line; border: none; border-radius: 3px; height: 6px; max-height: 6px; color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QFrame[role="toast"] { background: $raised; border: 1px solid $strong_line; border-radius: 8px; }
QFrame[role="toast"][level="error"] { border-left: 4px solid $error; }
QFrame[role="toast"][level="warning"] { border-left: 4px solid $warning; }
QFrame[role="toast"][level="success"] { border-left: 4px solid $success; }
QFrame[role="toast"][level="info"] { border-left: 4px solid $accent; }
""")


def text(colors: Colors, icons: str, *, dark: bool) -> str:
    """The style sheet for these colours. `icons`: the folder of the icons, with forward slashes."""
    values = {name: getattr(colors, name) for name in colors.__dataclass_fields__}
    return _TEMPLATE.substitute(values, icons=icons, tone="dark" if dark else "light")
