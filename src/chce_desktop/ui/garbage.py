"""When Python looks for dead cycles: not while somebody types.

A full look goes through every object there is and holds all threads meanwhile: 100 to 200 ms for this app, whoever
made the last object. The young ones are looked at as usual; the old ones when the user has gone to another program.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

#: Net new objects that start a look at the young ones, such looks that start one at the middle-aged, and such that
#: start a full one: some twenty million objects, so that a window that is never left does not grow without end.
_THRESHOLDS = (2_000, 10, 1_000)
#: The user may only pass by another window (milliseconds).
_GONE = 1_000


def collect_when_away(app: QApplication) -> None:
    """Have full collections run only when no window of the app is active."""
    gc.set_threshold(*_THRESHOLDS)
    gone = QTimer(app)
    gone.setSingleShot(True)
    gone.setInterval(_GONE)
    gone.timeout.connect(gc.collect)

    def changed(state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            gone.stop()
        else:
            gone.start()

    app.applicationStateChanged.connect(changed)
