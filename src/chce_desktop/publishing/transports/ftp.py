"""FTP and FTPS: a few connections, many commands under way on each."""

from __future__ import annotations

import asyncio
import contextlib
import posixpath
import re
import secrets
import ssl
from dataclasses import replace

from chce_desktop.publishing.address import Access
from chce_desktop.publishing.errors import (
    FileRefused,
    FolderRefused,
    LinkLost,
    NotThere,
    PublishError,
)
from chce_desktop.publishing.records import new_probe
from chce_desktop.publishing.remote import Capabilities, Content, Entry, Stat
from chce_desktop.publishing.transports.ftp_control import Answer, Control, known, lost

_CONNECTIONS = 8
_DEPTH = 8
_BUSY = 4
_BLOCK = 256 * 1024
_DATA_SECONDS = 60.0
# What another computer makes or removes between a refusal and the look at its reason is looked at again.
_LOOKS = 3
# What is read may be as long as this; its end is waited for as long as blocks arrive.
_LARGEST = 1 << 30
_UNIX = re.compile(r"([-dl])\S{9}\S*\s+\d+\s+\S+\s+\S+\s+(\d+)\s+\w+\s+\d+\s+[\d:]+\s(.+)")
_DOS = re.compile(r"\d\d-\d\d-\d\d(?:\d\d)?\s+\d\d:\d\d(?:AM|PM)?\s+(<DIR>|\d+)\s+(.+)")


class Ftp:
    """A pool of logins. A connection is added when the others are busy, and never again once the host refused one."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._root = access.address.path
        self._pool: list[Control] = []
        self._most = _CONNECTIONS
        self._callers = 0
        self._proven = asyncio.Event()
        self._opening: set[asyncio.Task[None]] = set()
        self._capabilities = Capabilities(in_flight=_CONNECTIONS * _DEPTH)

    @property
    def capabilities(self) -> Capabilities:
        """As far as known: a host that refuses to rename over a file shows it at the first time."""
        return self._capabilities

    async def connect(self) -> None:
        """Log in once."""
        control = Control(self._access, self._proven)
        await control.connect()
        self._pool.append(control)

    async def close(self) -> None:
        """End all connections."""
        for opening in self._opening:
            opening.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        pool, self._pool = self._pool, []
        await asyncio.gather(*(control.close() for control in pool))

    async def read(self, path: str) -> bytes:
        """As the contract says."""
        looks = _LOOKS
        while True:
            try:
                data, _before = await self._fetched(await self._free(), f"RETR {self._place(path)}")
            except FileRefused as error:
                looks -= 1
                if await self.stat(path) is None:
                    raise NotThere(path, detail=error.detail) from error
                if not looks:
                    raise FileRefused(path, detail=error.detail) from error
            else:
                return data

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        """As the contract says: under a name of its own, then moved in the flight that asks for the size.

        Nobody else opens that name: what a login that broke has left running on the host (vsftpd keeps its file locked
        for a minute, and empties it when its turn comes) meets another file.
        """
        del durable  # FTP has no word for it
        control = await self._free()
        side = f"{path}.{secrets.token_hex(4)}"
        async with control.transfer(f"STOR {self._place(side)}") as transfer:
            try:
                await _pour(content, transfer.writer)
            except (OSError, TimeoutError, ssl.SSLError) as error:
                refusal = await transfer.sent.refusal()
                if refusal is None:
                    raise lost(str(error)) from error
            finally:
                transfer.writer.close()
            answer = await transfer.sent.done(len(content) if isinstance(content, bytes) else content.stat().st_size)
        if not answer.ok:
            with contextlib.suppress(LinkLost):
                await control.ask(f"DELE {self._place(side)}")
            raise known(answer, path, writing=True)
        size, found, moved = await control.ask(f"SIZE {self._place(side)}", *self._move(side, path))
        if not size.ok:
            raise known(size, path)
        if not moved.ok:
            await self._replace(control, side, path, found, moved)
        return int(size.text.split()[-1])

    async def stat(self, path: str) -> Stat | None:
        """As the contract says: by MLST, else by asking for a size and trying to enter."""
        control, place = await self._free(), self._place(path)
        if "MLST" in control.features:
            (answer,) = await control.ask(f"MLST {place or '/'}")
            if not answer.ok or len(answer.text.splitlines()) < 2:
                return None
            facts = _facts(answer.text.splitlines()[1].strip())
            is_folder = facts.get("type", "").lower() in {"dir", "cdir", "pdir"}
            return Stat(0 if is_folder else int(facts.get("size", "0")), is_folder)
        size, entered = await control.ask(f"SIZE {place}", f"CWD {place or '/'}")
        if entered.ok:
            return Stat(0, is_folder=True)
        return Stat(int(size.text.split()[-1])) if size.ok else None

    async def list(self, path: str) -> tuple[Entry, ...] | None:
        """As the contract says: by MLSD, else by the listing that people read."""
        control, place = await self._free(), self._place(path) or "/"
        machine = "MLST" in control.features
        try:
            data, entered = await self._fetched(control, f"CWD {place}", "MLSD" if machine else "LIST -a")
        except FileRefused:
            if await self.stat(path) is None:
                return None
            raise
        if not entered[0].ok:
            return None
        named = self._access.options.get("encoding", "") or "utf-8"
        lines = data.decode(named, "replace").splitlines()
        entries = [_machine_entry(line) if machine else _human_entry(line) for line in lines]
        return tuple(entry for entry in entries if entry is not None)

    async def make_folder(self, path: str) -> bool:
        """As the contract says; the target's own folder is made with those above it."""
        control = await self._free()
        if not path:
            if await self.stat("") is not None:
                return False
            parts = self._root.split("/")
            await control.ask(*(f"MKD {'/'.join(parts[: count + 1])}" for count in range(1, len(parts))))
            if await self.stat("") is None:
                raise FileRefused(self._root)
            return True
        looks = _LOOKS
        while True:
            (answer,) = await control.ask(f"MKD {self._place(path)}")
            if answer.ok:
                return True
            looks -= 1
            if await self.stat(path) is not None:
                return False
            if await self.stat(posixpath.dirname(path)) is None:
                raise NotThere(path, detail=answer.text)
            if not looks:
                raise known(answer, path)

    async def rename(self, source: str, target: str) -> None:
        """As the contract says; where the host refuses to replace, the old file goes first, which leaves a gap."""
        control = await self._free()
        found, moved = await control.ask(*self._move(source, target))
        if not moved.ok:
            await self._replace(control, source, target, found, moved)

    async def _replace(self, control: Control, source: str, target: str, found: Answer, moved: Answer) -> None:
        """Move once more, by deleting what is at `target`, if that is what the host did not like."""
        if not found.ok:
            raise NotThere(source, detail=found.text)
        if await self.stat(target) is None:
            raise known(moved, target)
        self._capabilities = replace(self._capabilities, atomic_replace=False)
        _deleted, _found, moved = await control.ask(f"DELE {self._place(target)}", *self._move(source, target))
        if not moved.ok:
            raise known(moved, target)

    def _move(self, source: str, target: str) -> tuple[str, str]:
        return f"RNFR {self._place(source)}", f"RNTO {self._place(target)}"

    async def delete(self, path: str) -> bool:
        """As the contract says."""
        (answer,) = await (await self._free()).ask(f"DELE {self._place(path)}")
        if not answer.ok and await self.stat(path) is not None:
            raise known(answer, path)
        return answer.ok

    async def remove_folder(self, path: str) -> bool:
        """As the contract says."""
        (answer,) = await (await self._free()).ask(f"RMD {self._place(path)}")
        if not answer.ok and await self.list(path) == ():
            raise known(answer, path)
        return answer.ok

    async def test_folder(self, path: str) -> None:
        """As the contract says: making and removing in one flight."""
        probe = self._place(posixpath.join(path, new_probe()))
        for answer in await (await self._free()).ask(f"MKD {probe}", f"RMD {probe}"):
            if not answer.ok:
                raise FolderRefused(path, detail=f"{answer.code} {answer.text}")

    async def commit(self) -> None:
        """Each call took effect by itself."""

    async def free_space(self) -> int | None:
        """FTP does not tell."""
        return None

    async def _free(self) -> Control:
        """The connection with the least to do; where all are busy, further ones are opened and waited for."""
        self._callers += 1
        try:
            while True:
                usable = [control for control in self._pool if control.usable]
                if not usable:
                    raise lost("not connected")
                best = min(usable, key=lambda control: control.load)
                if best.load < _BUSY:
                    return best
                under_way = self._callers + sum(control.load for control in usable)
                while len(self._pool) + len(self._opening) < min(self._most, 1 + under_way // _BUSY):
                    self._opening.add(opening := asyncio.create_task(self._open()))
                    opening.add_done_callback(self._opening.discard)
                if not self._opening:
                    return best
                await asyncio.wait(self._opening, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._callers -= 1

    async def _open(self) -> None:
        control = Control(self._access, self._proven)
        try:
            await control.connect()
        except PublishError:
            self._most = max(len(self._pool), 1)
        else:
            self._pool.append(control)

    async def _fetched(self, control: Control, *lines: str) -> tuple[bytes, tuple[Answer, ...]]:
        async with control.transfer(*lines) as transfer:
            receiving = asyncio.ensure_future(_drain(transfer.reader))
            # The host says that it is done only after both sides have closed.
            receiving.add_done_callback(lambda _done: transfer.writer.close())
            answered = asyncio.ensure_future(transfer.sent.done(_LARGEST))
            try:
                await asyncio.wait({receiving, answered}, return_when=asyncio.FIRST_COMPLETED)
                if receiving.done():
                    if receiving.exception() is not None and await transfer.sent.refusal() is None:
                        receiving.result()
                    answer = await asyncio.wait_for(answered, _DATA_SECONDS)
                else:
                    answer = answered.result()
                if answer.ok:
                    before = tuple([await command.done() for command in transfer.before])
                    return await receiving, before
            except TimeoutError as error:
                raise lost("silence") from error
            finally:
                receiving.cancel()
                answered.cancel()
                await asyncio.gather(receiving, answered, return_exceptions=True)
        raise known(answer, "")

    def _place(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root


def make(access: Access) -> Ftp:
    """The transport for `ftp://`, `ftps://` (TLS after AUTH) and `ftps-implicit://`."""
    return Ftp(access)


async def _pour(content: Content, writer: asyncio.StreamWriter) -> None:
    if isinstance(content, bytes):
        writer.write(content)
        await asyncio.wait_for(writer.drain(), _DATA_SECONDS)
        return
    with content.open("rb") as source:
        while block := source.read(_BLOCK):
            writer.write(block)
            await asyncio.wait_for(writer.drain(), _DATA_SECONDS)


async def _drain(reader: asyncio.StreamReader) -> bytes:
    blocks = []
    try:
        while block := await asyncio.wait_for(reader.read(_BLOCK), _DATA_SECONDS):
            blocks.append(block)
    except (OSError, TimeoutError) as error:
        raise lost(str(error)) from error
    return b"".join(blocks)


def _facts(line: str) -> dict[str, str]:
    facts, _blank, name = line.partition(" ")
    pairs = (fact.partition("=") for fact in facts.split(";") if fact)
    return {key.lower(): value for key, _equals, value in pairs} | {"name": name}


def _machine_entry(line: str) -> Entry | None:
    facts = _facts(line)
    kind = facts.get("type", "").lower()
    if kind in {"cdir", "pdir"} or facts["name"] in {"", ".", ".."}:
        return None
    is_folder = kind == "dir"
    return Entry(posixpath.basename(facts["name"]), 0 if is_folder else int(facts.get("size", "0")), is_folder)


def _human_entry(line: str) -> Entry | None:
    if unix := _UNIX.fullmatch(line):
        kind, size, name = unix.groups()
        name = name.partition(" -> ")[0] if kind == "l" else name
        is_folder = kind == "d"
    elif dos := _DOS.fullmatch(line):
        size, name = dos.groups()
        is_folder = size == "<DIR>"
    else:
        return None
    return None if name in {".", ".."} else Entry(name, 0 if is_folder else int(size), is_folder)
