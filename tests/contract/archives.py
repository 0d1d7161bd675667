"""ZIP: whoever uploads it by hand is played by the test."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from chce_desktop.domain.publication import Target
from tests.contract.hosts import COMMITS, Host, HostMaker
from tests.helpers.web_server import WebServer


@dataclass(kw_only=True)
class ArchiveHost(Host):
    """A whole archive; `root` is its folder."""

    @property
    def archive(self) -> Path:
        return self.root / "站点.zip"

    @override
    def everything(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for place in (self.archive, self.root / "站点.zip.records"):
            if place.exists():
                with zipfile.ZipFile(place) as file:
                    found |= {name: file.read(name) for name in file.namelist() if name != "archive.json"}
        return found

    @override
    def records(self) -> set[str]:
        return {path.removeprefix(".chce/") for path in self.everything() if path.startswith(".chce/")}

    @override
    def get(self, path: str) -> bytes | None:
        return self.everything().get(path)

    @override
    def empty(self) -> None:
        self.archive.unlink()

    @override
    def is_empty(self) -> bool:
        return not self.everything()

    @override
    def served(self, serve: Callable[[Path], WebServer]) -> str:
        return ""


@contextlib.contextmanager
def archive_hosts() -> Iterator[HostMaker]:
    base = Path(tempfile.mkdtemp(prefix="chce 压缩 "))

    def make() -> Host:
        root = Path(tempfile.mkdtemp(dir=base))
        url = (root / "站点.zip").as_uri().replace("file:", "zip:")
        return ArchiveHost(target=Target(id=1, uid="t", name="t", url=url), root=root, tags=COMMITS | {"untouchable"})

    try:
        yield make
    finally:
        shutil.rmtree(base, ignore_errors=True)
