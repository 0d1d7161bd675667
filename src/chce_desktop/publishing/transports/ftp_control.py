"""One FTP control connection: commands go out in a row, answers are told apart by their order."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.address import Access
from chce_desktop.publishing.errors import (
    CertificateRefused,
    FileRefused,
    HostUnreachable,
    LinkLost,
    LoginRefused,
    NotThere,
    PassiveBlocked,
    PublishError,
    RemoteFull,
    certificate_refused,
)

_CONNECT_SECONDS = 20.0
# Without any answer for this long the link counts as dead.
_SILENCE_SECONDS = 60.0
# Slower than this, in bytes a second, a link counts as dead.
SLOWEST = 2048
_LOCAL_ERROR = 451
_FULL = {452, 552}
# Refusals that are about the data connection itself.
_ABOUT_DATA = {425, 426, 522}
# A refusal may arrive this much later than the end of the data connection that it withdraws.
_REFUSAL_SECONDS = 3.0
_PASV = re.compile(r"(\d+),(\d+),(\d+),(\d+),(\d+),(\d+)")
_EPSV = re.compile(r"\(\|\|\|(\d+)\|\)")


@dataclass(frozen=True, slots=True)
class Answer:
    """The last word on a command: a code of three digits, and the text after it."""

    code: int
    text: str

    @property
    def ok(self) -> bool:
        """Whether it was done, or is to be continued (3xx)."""
        return self.code < 400


@dataclass(slots=True)
class _Waiting:
    final: asyncio.Future[Answer]


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was sent."""

    _waiting: _Waiting = field(repr=False)

    async def done(self, size: int = 0) -> Answer:
        """Its last answer. Raises LinkLost, also after a silence longer than `size` bytes take on the slowest link."""
        try:
            async with asyncio.timeout(_SILENCE_SECONDS + size / SLOWEST):
                return await asyncio.shield(self._waiting.final)
        except TimeoutError as error:
            raise lost("silence") from error

    async def refusal(self) -> Answer | None:
        """The refusal that explains why its data connection broke, None where none arrives soon. Raises LinkLost."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_REFUSAL_SECONDS):
                answer = await asyncio.shield(self._waiting.final)
                return None if answer.ok or answer.code in _ABOUT_DATA else answer
        return None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Data under way: `sent` is the command that moves it, `before` those that went ahead of it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sent: Command
    before: tuple[Command, ...]


class ReusingContext(ssl.SSLContext):
    """A TLS context whose next connections resume a session, as servers demand of FTP's data connections."""

    session: ssl.SSLSession | None = None

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,  # noqa: FBT001, FBT002 - the library's own signature
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """As the library's, with our session."""
        return super().wrap_bio(incoming, outgoing, server_side, server_hostname, session or self.session)


class Control:
    """One login.

    While data moves, the host must hear nothing else (ProFTPD mixes up its answers), so whoever sends a command waits
    for its `turn`, and a transfer keeps it to the end. Answers are waited for outside.
    `proven` is set once data has moved on any login: after that, a data connection that fails is a broken link.
    """

    def __init__(self, access: Access, proven: asyncio.Event) -> None:
        self._access = access
        self._proven = proven
        self._waiting: deque[_Waiting] = deque()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._broken: PublishError | None = None
        self._context = _context(access) if access.address.scheme != "ftp" else None
        self._encoding = "utf-8"
        # Some hosts know or allow only one of the two.
        self._passive = self._first_passive = "PASV"
        self.features: frozenset[str] = frozenset()
        self.turn = asyncio.Lock()
        self.load = 0

    @property
    def usable(self) -> bool:
        """Whether it can still be talked to."""
        return self._broken is None

    async def connect(self) -> None:
        """Connect, encrypt, log in and agree on binary files and UTF-8 names."""
        address = self._access.address
        implicit = address.scheme == "ftps-implicit"
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                self._reader, self._writer = await asyncio.open_connection(
                    address.host, address.port or (990 if implicit else 21), ssl=self._context if implicit else None
                )
                if ":" in self._writer.get_extra_info("peername")[0]:
                    self._passive = self._first_passive = "EPSV"
                greeting = self._expect()
                self._listening = asyncio.create_task(self._listen())
                await greeting.done()
                if self._context is not None and not implicit:
                    await self._encrypt()
                if self._context is not None:
                    self._context.session = self._writer.get_extra_info("ssl_object").session
            await self._log_in()
        except (OSError, TimeoutError, ValueError) as error:
            await self.close()
            raise _unreachable(self._access, error) from error
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End the connection, without waiting for the host's farewell."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if self._writer is not None:
            if self._broken is None:
                self._writer.write(b"QUIT\r\n")
            self._writer.transport.abort()
            await asyncio.sleep(0)
        self._break(lost("closed"))

    def send(self, *lines: str) -> Sequence[Command]:
        """Hand commands over in one piece, so that no other comes between. Raises LinkLost."""
        if self._broken is not None or self._writer is None:
            raise self._broken or lost("not connected")
        for line in lines:
            if "\r" in line or "\n" in line:
                raise ValueError(line)
        commands = [self._expect() for _line in lines]
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode(self._encoding))
        return commands

    async def ask(self, *lines: str) -> tuple[Answer, ...]:
        """Send commands in their turn and wait for all answers."""
        self.load += 1
        try:
            async with self.turn:
                commands = self.send(*lines)
            return tuple([await command.done() for command in commands])
        finally:
            self.load -= 1

    @contextlib.asynccontextmanager
    async def transfer(self, *lines: str) -> AsyncIterator[Transfer]:
        """Send commands of which the last one moves data, and open the connection for it.

        Nothing else is sent until the block ends; if it fails, this login is of no further use.
        """
        self.load += 1
        try:
            async with self.turn:
                *before, passive, sent = self.send(*lines[:-1], self._passive, lines[-1])
                try:
                    offered = await passive.done()
                    if not offered.ok and self._passive == self._first_passive:
                        await sent.done()
                        self._passive = "EPSV" if self._passive == "PASV" else "PASV"
                        *before, passive, sent = self.send(*lines[:-1], self._passive, lines[-1])
                        offered = await passive.done()
                    reader, writer = await self._open_data(offered, sent)
                    try:
                        yield Transfer(reader, writer, sent, tuple(before))
                    finally:
                        # All that counts was confirmed by an answer; nobody waits for the farewell.
                        writer.transport.abort()
                except FileRefused:
                    raise
                except BaseException:
                    self._break(lost("broken off"))
                    raise
        finally:
            self.load -= 1

    async def _open_data(self, answer: Answer, sent: Command) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The data connection that was offered. Its address is the host's, whatever the answer says."""
        found = _EPSV.search(answer.text) or _PASV.search(answer.text)
        if not answer.ok or found is None:
            raise _passive_blocked(answer.text)
        numbers = [int(group) for group in found.groups()]
        port = numbers[0] if len(numbers) == 1 else numbers[4] * 256 + numbers[5]
        host = self._access.address.host
        opening = asyncio.ensure_future(
            asyncio.open_connection(
                host,
                port,
                ssl=self._context,
                server_hostname=host if self._context else None,
                ssl_shutdown_timeout=1 if self._context else None,
            )
        )
        refused = asyncio.ensure_future(sent.done())
        refused.add_done_callback(lambda done: done.cancelled() or done.exception())
        # A refusal comes instead of the connection, or while its encryption waits for the other side.
        taken = False
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await asyncio.wait({opening, refused}, return_when=asyncio.FIRST_COMPLETED)
                if not opening.done() and not refused.result().ok:
                    raise known(refused.result(), "")
                # A short answer may be complete before its connection is seen here.
                await asyncio.wait({opening})
            streams = opening.result()
            taken = True
            self._proven.set()
            return streams
        except (OSError, TimeoutError) as error:
            await asyncio.wait({refused}, timeout=_REFUSAL_SECONDS)
            if refused.done() and not refused.result().ok and refused.result().code not in _ABOUT_DATA:
                raise known(refused.result(), "") from error
            detail = f"{host}:{port} {type(error).__name__}: {error}"
            raise (lost if self._proven.is_set() else _passive_blocked)(detail) from error
        finally:
            refused.cancel()
            if not taken:
                opening.cancel()
                with contextlib.suppress(OSError, asyncio.CancelledError):
                    (await opening)[1].transport.abort()

    def _expect(self) -> Command:
        waiting = _Waiting(asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        return Command(waiting)

    async def _encrypt(self) -> None:
        (answer,) = await self.ask("AUTH TLS")
        if not answer.ok or self._writer is None or self._listening is None:
            raise CertificateRefused(
                tr("The host {host} offers no encrypted FTP.", host=self._access.address.host),
                detail=answer.text,
                hint=tr("Ask the host for SFTP or FTPS. Plain FTP shows your password to everybody on the way."),
            )
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self._writer.start_tls(self._context, server_hostname=self._access.address.host)  # type: ignore[arg-type]  # None is no TLS, which has returned before
        self._listening = asyncio.create_task(self._listen())

    async def _log_in(self) -> None:
        address = self._access.address
        (user,) = await self.ask(f"USER {address.user or 'anonymous'}")
        answer = user
        if user.code == 331:
            (answer,) = await self.ask(f"PASS {self._access.password or ''}")
        if answer.code == 421 or (not answer.ok and "too many" in answer.text.lower()):
            raise HostUnreachable(
                tr("The host {host} accepts no further connection now.", host=address.host),
                detail=answer.text,
                hint=tr("Wait a little and try again."),
            )
        if not answer.ok:
            raise LoginRefused(
                tr("The host {host} refused user name or password.", host=address.host),
                detail=answer.text,
                hint=tr("Check the user name and type the password again."),
            )
        secure = ["PBSZ 0", "PROT P"] if self._context is not None else []
        features, _binary, *_secure = await self.ask("FEAT", "TYPE I", *secure)
        self.features = frozenset(line.strip().split(" ")[0].upper() for line in features.text.splitlines()[1:])
        named = self._access.options.get("encoding", "")
        self._encoding = named or "utf-8"
        if "UTF8" in self.features and not named:
            await self.ask("OPTS UTF8 ON")

    async def _listen(self) -> None:
        """Give answers to those who wait for them, in order."""
        try:
            while self._reader is not None:
                answer = await self._answer(self._reader)
                if answer.code >= 200 and self._waiting:
                    waiting = self._waiting.popleft()
                    if not waiting.final.done():
                        waiting.final.set_result(answer)
                if answer.code == 421:
                    self._break(lost(answer.text))
                    return
        except (OSError, ValueError, EOFError, TimeoutError) as error:
            self._break(lost(f"{type(error).__name__}: {error}"))

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        first = await self._line(reader)
        lines = [first[4:]]
        code = first[:3]
        if first[3:4] == "-":
            while True:
                line = await self._line(reader)
                if line.startswith(f"{code} "):
                    break
                lines.append(line)
        return Answer(int(code), "\n".join(lines))

    async def _line(self, reader: asyncio.StreamReader) -> str:
        line = await reader.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        return line.decode(self._encoding, "replace").rstrip("\r\n")

    def _break(self, error: PublishError) -> None:
        self._broken = self._broken or error
        while self._waiting:
            final = self._waiting.popleft().final
            if not final.done():
                final.set_exception(error)
                final.exception()


def lost(detail: str) -> LinkLost:
    """The failure of a broken connection."""
    return LinkLost(
        tr("The connection to the host broke."),
        detail=detail,
        hint=tr("Check the network, then publish again: it goes on where it stopped."),
    )


def known(answer: Answer, path: str, *, writing: bool = False) -> PublishError:
    """What a refusal means. Where a disk is full, many servers call it a local error while `writing`."""
    detail = f"{answer.code} {answer.text}"
    if (
        answer.code in _FULL
        or (writing and answer.code == _LOCAL_ERROR)
        or any(word in answer.text.lower() for word in ("quota", "disk full", "no space"))
    ):
        return RemoteFull(
            tr("The host stopped accepting data: its disk is full or your quota is reached."),
            detail=f"{path}: {detail}",
            hint=tr("Make room on the host or ask for more, then publish again."),
        )
    if answer.code in {421, 425, 426}:
        return lost(detail)
    missing = ("no such file", "not found", "does not exist", "failed to open file", "cannot find")
    if answer.code == 550 and any(word in answer.text.lower() for word in missing):
        return NotThere(path, detail=detail)
    return FileRefused(path, detail=detail)


def _context(access: Access) -> ReusingContext:
    context = ReusingContext(ssl.PROTOCOL_TLS_CLIENT)
    # Sessions of TLS 1.3 come as tickets at a moment of the server's choice, too late for the first data connection.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    if extra := access.options.get("ca_file"):
        context.load_verify_locations(extra)
    return context


def _unreachable(access: Access, error: Exception) -> PublishError:
    host = access.address.host
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return certificate_refused(host, detail)
    return HostUnreachable(
        tr("The host {host} cannot be reached.", host=host),
        detail=detail,
        hint=tr("Check the network connection and the address, then try again."),
    )


def _passive_blocked(detail: str) -> PassiveBlocked:
    return PassiveBlocked(
        tr("The host answers, but its data connections (passive mode) are blocked."),
        detail=detail,
        hint=tr("Ask the host which passive ports are open, or use SFTP. A firewall in between may be the cause."),
    )
