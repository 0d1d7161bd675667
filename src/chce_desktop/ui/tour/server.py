"""An OpenSSH server of the tour's own, on this computer and for this user, where one can be had."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class LocalServer:
    """Where it listens, what it serves, and the private key that opens it."""

    port: int
    folder: Path
    key: Path

    @property
    def url(self) -> str:
        """The target address of the folder."""
        return f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}{self.folder.as_posix()}"


@contextlib.contextmanager
def local_server(run: Path, folder: Path) -> Iterator[LocalServer | None]:
    """Start sshd with a key of its own in `run`, serving `folder`; None where there is no sshd or it does not start."""
    program = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    keygen = shutil.which("ssh-keygen")
    if program is None or keygen is None or os.name != "posix":
        yield None
        return
    run.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("host_key", "client_key"):
        if not (run / name).exists():
            subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", run / name], check=True)
    shutil.copyfile(run / "client_key.pub", run / "authorized_keys")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where sshd gives up its privileges
    port = _free_port()
    lines = (
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        f'HostKey "{run}/host_key"',
        f'PidFile "{run}/pid"',
        f'AuthorizedKeysFile "{run}/authorized_keys"',
        "StrictModes no",
        "UsePAM no",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "PermitRootLogin prohibit-password",
        "Subsystem sftp internal-sftp",
    )
    (run / "sshd_config").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    with (run / "sshd.log").open("ab") as log:
        process = subprocess.Popen([program, "-D", "-e", "-f", run / "sshd_config"], stderr=log)
    try:
        yield LocalServer(port, folder, run / "client_key") if _answers(port, process) else None
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as answer:
            return answer.recv(4) == b"SSH-"
        time.sleep(0.05)
    return False
