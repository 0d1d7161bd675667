"""Identifiers that never collide between computers."""

from __future__ import annotations

import secrets
import time
import uuid


def new_uid() -> str:
    """A fresh UUIDv7 (RFC 9562, section 5.7): sorts by time, needs no coordination."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return str(uuid.UUID(int=value))
