"""Keeping below a rate, so that a newsroom's other work goes on during a publish."""

from __future__ import annotations

import asyncio

from chce_desktop.publishing.layers.layer import Layer
from chce_desktop.publishing.remote import Content, Transport


class Throttled(Layer):
    """Sends at most `rate` bytes a second, averaged over files."""

    def __init__(self, inner: Transport, rate: int) -> None:
        super().__init__(inner)
        self._rate = rate
        self._free_at = 0.0

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        """Wait until the files before have had their time, then hand on."""
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        now = asyncio.get_running_loop().time()
        start = max(now, self._free_at)
        self._free_at = start + size / self._rate
        await asyncio.sleep(start - now)
        return await super().write(path, content, durable=durable)
