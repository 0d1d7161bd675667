"""A transport that hands everything on to another one: the base of all layers."""

from __future__ import annotations

from typing import cast

from chce_desktop.publishing.remote import Capabilities, Comparing, Content, Entry, Stat, Transport


class Layer:
    """Hands every call on; subclasses change what they are about."""

    def __init__(self, inner: Transport) -> None:
        self.inner = inner

    @property
    def capabilities(self) -> Capabilities:
        """As the inner transport's."""
        return self.inner.capabilities

    async def connect(self) -> None:
        """Hand on."""
        await self.inner.connect()

    async def close(self) -> None:
        """Hand on."""
        await self.inner.close()

    async def read(self, path: str) -> bytes:
        """Hand on."""
        return await self.inner.read(path)

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        """Hand on."""
        return await self.inner.write(path, content, durable=durable)

    async def write_over(self, path: str, data: bytes, seen: bytes | None) -> None:
        """Hand on, to a transport that is known to compare."""
        await cast("Comparing", self.inner).write_over(path, data, seen)

    async def stat(self, path: str) -> Stat | None:
        """Hand on."""
        return await self.inner.stat(path)

    async def list(self, path: str) -> tuple[Entry, ...] | None:
        """Hand on."""
        return await self.inner.list(path)

    async def make_folder(self, path: str) -> bool:
        """Hand on."""
        return await self.inner.make_folder(path)

    async def rename(self, source: str, target: str) -> None:
        """Hand on."""
        await self.inner.rename(source, target)

    async def delete(self, path: str) -> bool:
        """Hand on."""
        return await self.inner.delete(path)

    async def remove_folder(self, path: str) -> bool:
        """Hand on."""
        return await self.inner.remove_folder(path)

    async def test_folder(self, path: str) -> None:
        """Hand on."""
        await self.inner.test_folder(path)

    async def commit(self) -> None:
        """Hand on."""
        await self.inner.commit()

    async def free_space(self) -> int | None:
        """Hand on."""
        return await self.inner.free_space()
