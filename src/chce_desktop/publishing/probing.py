"""Testing a target before it is trusted: writes, renames, reads, asks the public address, and removes again.

A passed test means that publishing works, since it does what a publish does.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import httpx

from chce_desktop.foundation.errors import ChceError, DecisionNeeded
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.publishing.address import risk
from chce_desktop.publishing.errors import FileRefused, FolderRefused, PublicAddressDiffers, UploadCutShort
from chce_desktop.publishing.outcome import ProbeStep
from chce_desktop.publishing.registry import Remote
from chce_desktop.publishing.remote import Capabilities, Transport
from chce_desktop.publishing.running import Guard, run
from chce_desktop.publishing.verification import public_file

_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """The steps in order (those after a failed one are left out), and what was found out about the host.

    `risk` is a sentence to be shown before the target is used, or empty.
    """

    steps: tuple[ProbeStep, ...]
    capabilities: Capabilities
    risk: str = ""

    @property
    def passed(self) -> bool:
        """Whether publishing will work."""
        return all(step.ok for step in self.steps)


def probe(remote: Remote, progress: Progress = SILENT) -> ProbeReport:
    """Test a target and leave nothing behind. Raises DecisionNeeded (HostKeyUnknown) and Cancelled, else reports."""

    async def work(guard: Guard) -> ProbeReport:
        del guard
        return await _Probe(remote, progress).run()

    return run(work, progress)


class _Probe:
    def __init__(self, remote: Remote, progress: Progress) -> None:
        self._transport: Transport = remote.bare_transport()
        self._public_url = remote.public_url
        self._risk = risk(remote.address)
        self._progress = progress
        token = secrets.token_hex(8)
        # Names that web servers show: files that begin with a dot are hidden by many.
        self._name = f"chce-test-{token}.html"
        self._folder = f"chce-test-{token}"
        self._text = f"<!doctype html><meta charset=utf-8><title>CHCE</title><p>{token} 测试\n".encode()
        self._case_sensitive: bool | None = None

    async def run(self) -> ProbeReport:
        steps: list[ProbeStep] = []
        todo: list[tuple[str, str, Callable[[], Awaitable[None]]]] = [
            ("connect", tr("Connect and log in"), self._connect),
            ("write", tr("Write a file"), self._write),
            ("rename", tr("Replace a file"), self._rename),
            ("read", tr("Read it back"), self._read),
        ]
        if self._public_url and not self._transport.capabilities.transactional:  # those take minutes to show it
            todo.append(("public", tr("See it at the public address"), self._public))
        try:
            for count, (code, title, step) in enumerate(todo):
                self._progress.report(title, count, len(todo) + 1)
                steps.append(await _outcome(code, title, step))
                if not steps[-1].ok:
                    break
        finally:
            if steps and steps[0].ok:
                steps.append(await _outcome("remove", tr("Remove it again"), self._remove))
            await self._transport.close()
        capabilities = self._transport.capabilities
        if self._case_sensitive is not None:
            capabilities = replace(capabilities, case_sensitive=self._case_sensitive)
        return ProbeReport(tuple(steps), capabilities, self._risk)

    async def _connect(self) -> None:
        await self._transport.connect()

    async def _write(self) -> None:
        await self._transport.make_folder("")
        if self._transport.capabilities.folders or self._transport.capabilities.transactional:
            await self._transport.test_folder("")
        await self._put(self._name, b"before")
        if not await self._transport.make_folder(self._folder):
            raise FolderRefused(self._folder)
        if await self._transport.make_folder(self._folder):
            raise FileRefused(self._folder, detail="not exclusive")
        self._case_sensitive = await self._transport.stat(self._name.replace("chce", "CHCE")) is None

    async def _rename(self) -> None:
        if self._transport.capabilities.rename:
            await self._put(f"{self._folder}/new", self._text)
            await self._transport.rename(f"{self._folder}/new", self._name)
        else:
            await self._put(self._name, self._text)
        await self._commit()

    async def _read(self) -> None:
        found = await self._transport.read(self._name)
        if found != self._text:
            raise UploadCutShort(self._name, len(self._text), len(found))

    async def _public(self) -> None:
        url = public_file(self._public_url, self._name)
        try:
            async with httpx.AsyncClient(timeout=_SECONDS, follow_redirects=True) as client:
                answer = await client.get(url, headers={"Accept-Encoding": "identity"})
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            certificate = "CERTIFICATE" in str(error).upper()
            raise PublicAddressDiffers(
                tr("The certificate of the public address {url} is not valid.", url=self._public_url)
                if certificate
                else tr("The public address {url} does not answer.", url=self._public_url),
                detail=f"{url}: {type(error).__name__}: {error}",
                hint=tr("Readers would be warned. Renew the certificate with your provider, then test again.")
                if certificate
                else tr("Check the address and the name's registration (DNS, certificate)."),
            ) from error
        if answer.status_code == httpx.codes.OK and answer.content == self._text:
            return
        if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise PublicAddressDiffers(
                tr("The public address {url} does not let readers in ({code}).", url=url, code=answer.status_code),
                detail=f"{url}: {answer.status_code}",
                hint=tr("Let everybody read the folder: a bucket must be open for reading, a folder without password."),
            )
        raise PublicAddressDiffers(
            tr("The public address {url} does not show this folder.", url=self._public_url),
            detail=f"{url}: {answer.status_code}",
            hint=tr("Check whether the folder on the host is the one that the web server shows."),
        )

    async def _remove(self) -> None:
        await self._transport.delete(self._name)
        await self._transport.delete(f"{self._folder}/new")
        await self._transport.remove_folder(self._folder)
        await self._commit()

    async def _commit(self) -> None:
        """Prove that commits are accepted. An archive is left as it is: it may be waiting for its upload."""
        if self._transport.capabilities.conditional_write:
            await self._transport.commit()

    async def _put(self, path: str, data: bytes) -> None:
        found = await self._transport.write(path, data)
        if found != len(data):
            raise UploadCutShort(path, len(data), found)


async def _outcome(code: str, title: str, step: Callable[[], Awaitable[None]]) -> ProbeStep:
    try:
        await step()
    except DecisionNeeded:
        raise
    except ChceError as error:
        return ProbeStep(code=code, title=title, ok=False, problem=error.title, hint=error.hint, detail=error.detail)
    return ProbeStep(code=code, title=title, ok=True)
