"""The window: the only room that knows Qt."""

import ctypes
import sys

if sys.version_info < (3, 12):
    # PySide6 6.12.0 gives a reference to None away with every call that returns nothing. Since Python 3.12 None is
    # immortal; before, the app would be aborted after some ten thousand calls ("deallocating None").
    ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40
