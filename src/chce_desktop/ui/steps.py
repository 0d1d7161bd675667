"""Undo for what a dialog does to the library: a step knows the way there and the way back, both run as jobs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from chce_desktop.foundation.errors import ChceError
from chce_desktop.ui.dialogs import DeskDialog


class Step(QUndoCommand):
    """One step on an undo stack. A step that failed is dropped from the history, since there is nothing to undo."""

    def __init__(
        self,
        dialog: DeskDialog,
        text: str,
        forward: Callable[[], object],
        backward: Callable[[], object],
        *,
        then: Callable[[], object] | None = None,
        ended: Callable[[], object] | None = None,
    ) -> None:
        """`forward` and `backward` call services and run in the library's queue, in order.

        `then`: when it is done for the first time. `ended`: the same, also when it failed.
        """
        super().__init__(text)
        self._dialog = dialog
        self._forward = forward
        self._backward = backward
        self._then = then
        self._ended = ended

    def redo(self) -> None:
        """Qt's: also called when the step is pushed."""
        then, self._then = self._then, None
        ended, self._ended = self._ended, None
        running = self._dialog.run(
            lambda _: self._forward(), done=lambda _: then() if then is not None else None, failed=self._failed
        )
        if ended is not None:
            running.ended.connect(ended)

    def undo(self) -> None:
        """Qt's."""
        self._dialog.run(lambda _: self._backward(), failed=self._failed)

    def _failed(self, error: ChceError) -> bool:
        del error
        self.setObsolete(True)
        return False


class Aliases:
    """Follows things that were deleted and, by undo, made again with another id."""

    def __init__(self) -> None:
        self._now: dict[int, int] = {}

    def __call__(self, old: int) -> int:
        """The id that the thing has now."""
        while old in self._now:
            old = self._now[old]
        return old

    def fresh(self, new: int) -> None:
        """A new thing was made; the id may once have been another's."""
        self._now.pop(new, None)

    def became(self, old: int, new: int) -> None:
        """The thing that was `old` is `new` now."""
        old = self(old)
        if old != new:
            self._now.pop(new, None)
            self._now[old] = new
