"""A real OpenSSH server with its own host key, an account, an authorised key and (as root) a password."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.helpers.web_server import free_port, wait_for_port

_ACCOUNT = "chce-sftp-test"
_PASSWORD = "口令 pass/word@1"


@dataclass(slots=True)
class OpenSshServer:
    """sshd on a free port of 127.0.0.1. `user` owns what lies below `root` and is not root where that can be had.

    `password` is None where no account with a password could be made (that takes root). `client_key` is a private
    key without passphrase. `host_key` is the fingerprint as users see it, "SHA256:…".
    """

    run: Path
    root: Path
    port: int
    user: str
    password: str | None
    client_key: Path
    host_key: str
    options: tuple[str, ...] = ()
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    host = "127.0.0.1"

    @property
    def log(self) -> Path:
        """sshd's log (level VERBOSE)."""
        return self.run / "sshd.log"

    def url(self, folder: Path) -> str:
        """The target address of `folder`."""
        return f"sftp://{self.user}@{self.host}:{self.port}{folder.as_posix()}"

    def folder(self) -> Path:
        """A fresh empty folder that the account may write, readable by everybody."""
        made = Path(tempfile.mkdtemp(prefix="www-", dir=self.root))
        made.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(made, self.user)
        return made

    def start(self) -> None:
        """Start, or start again on the same port."""
        configuration = self.run / "sshd_config"
        lines = [
            *self.options,  # of several values sshd takes the first
            f"Port {self.port}",
            f"ListenAddress {self.host}",
            f"HostKey {self.run}/host_key",
            f"PidFile {self.run}/pid",
            f"AuthorizedKeysFile {self.run}/authorized_keys",
            "StrictModes no",
            "UsePAM no",
            f"PasswordAuthentication {'yes' if self.password else 'no'}",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "UseDNS no",
            "MaxStartups 100",
            "LogLevel VERBOSE",
        ]
        if not any(option.startswith("Subsystem") for option in self.options):
            lines.append("Subsystem sftp internal-sftp")
        configuration.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        program = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin") or "sshd"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen([program, "-D", "-e", "-f", configuration], stderr=log)
        wait_for_port(self.port, self._process, self.log)

    def stop(self) -> None:
        """Stop listening and cut every connection."""
        if self._process is None:
            return
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self._process.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        self._process.terminate()
        self._process.wait(60)
        for child in children:
            subprocess.run(["kill", child], check=False, capture_output=True)
        self._process = None


def _account() -> tuple[str, str | None]:
    """A non-root account with a password, made once a machine; without root rights the developer's own, key only."""
    if os.geteuid() != 0:
        return getpass.getuser(), None
    import fcntl

    with Path(tempfile.gettempdir(), f"{_ACCOUNT}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other workers of this run may be at the same point
        if subprocess.run(["id", _ACCOUNT], check=False, capture_output=True).returncode != 0:
            subprocess.run(["useradd", "--create-home", "--shell", "/bin/sh", _ACCOUNT], check=True)
            subprocess.run(["chpasswd"], input=f"{_ACCOUNT}:{_PASSWORD}\n".encode(), check=True)
    return _ACCOUNT, _PASSWORD


@contextlib.contextmanager
def openssh_server(*options: str) -> Iterator[OpenSshServer]:
    """A server with extra lines of sshd_config. Skips the test (which fails in CI) where OpenSSH is missing."""
    if shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin") is None:
        pytest.skip("no OpenSSH server; `python3 dev.py test` installs it on Debian and Ubuntu")
    user, password = _account()
    run = Path(tempfile.mkdtemp(prefix="chce-sshd-"))
    run.chmod(0o755)  # the account must reach its folders below, whatever the umask
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where sshd gives up its privileges
    for name in ("host_key", "client_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", run / name], check=True)
    authorized = run / "authorized_keys"
    shutil.copyfile(run / "client_key.pub", authorized)
    authorized.chmod(0o644)
    fingerprint = subprocess.run(
        ["ssh-keygen", "-l", "-f", run / "host_key.pub"], check=True, capture_output=True, text=True
    ).stdout.split()[1]
    root = run / "hosts"
    root.mkdir()
    root.chmod(0o755)
    server = OpenSshServer(
        run=run,
        root=root,
        port=free_port(),
        user=user,
        password=password,
        client_key=run / "client_key",
        host_key=fingerprint,
        options=options,
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(run, ignore_errors=True)


@pytest.fixture(scope="session")
def sshd() -> Iterator[OpenSshServer]:
    """One OpenSSH server for the session; ask it for a `folder()` of your own. Stop none that others share."""
    with openssh_server() as server:
        yield server
