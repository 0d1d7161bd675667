"""S3 as moto serves it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import obstore
from obstore.store import S3Store
from typing_extensions import override

from chce_desktop.domain.publication import Target
from tests.contract.hosts import Host, HostMaker
from tests.helpers.web_server import WebServer, free_port, wait_for_port


@dataclass(kw_only=True)
class S3Host(Host):
    """A bucket of its own."""

    store: S3Store
    public: str

    @override
    def everything(self) -> dict[str, bytes]:
        return {path: bytes(obstore.get(self.store, path).bytes()) for path in self._paths()}

    @override
    def records(self) -> set[str]:
        return {path.removeprefix(".chce/") for path in self._paths() if path.startswith(".chce/")}

    @override
    def get(self, path: str) -> bytes | None:
        try:
            return bytes(obstore.get(self.store, path).bytes())
        except FileNotFoundError:
            return None

    @override
    def put(self, path: str, data: bytes) -> None:
        obstore.put(self.store, path, data)

    @override
    def remove(self, path: str) -> None:
        obstore.delete(self.store, path)

    @override
    def empty(self) -> None:
        obstore.delete(self.store, self._paths())

    @override
    def is_empty(self) -> bool:
        return not self._paths()

    @override
    def stamps(self) -> dict[str, object]:
        return {path: obstore.head(self.store, path)["last_modified"] for path in self._paths()}

    @override
    def served(self, serve: Callable[[Path], WebServer]) -> str:
        return self.public

    def _paths(self) -> list[str]:
        return [one["path"] for page in obstore.list(self.store) for one in page]


@contextlib.contextmanager
def s3_hosts() -> Iterator[HostMaker]:
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    output = Path(tempfile.mkdtemp(prefix="chce-s3-")) / "log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log
        )
    wait_for_port(port, process, output, timeout=60)

    def make() -> Host:
        bucket = f"b{uuid4().hex}"
        httpx.put(f"{endpoint}/{bucket}").raise_for_status()
        readable = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
            ],
        }
        httpx.put(f"{endpoint}/{bucket}?policy", json=readable).raise_for_status()
        store = S3Store(
            bucket,
            prefix="站点",
            config={"access_key_id": "k", "secret_access_key": "s", "region": "us-east-1", "endpoint": endpoint},
            client_options={"allow_http": True},
        )
        return S3Host(
            target=Target(id=1, uid="t", name="t", url=f"s3://k@{bucket}/站点?endpoint={endpoint}"),
            root=Path("/nowhere"),
            password="s",
            tags=frozenset({"unrefused"}),
            store=store,
            public=f"{endpoint}/{bucket}/%E7%AB%99%E7%82%B9/",
        )

    try:
        yield make
    finally:
        process.terminate()
        process.wait(10)
        output.unlink()
        output.parent.rmdir()
