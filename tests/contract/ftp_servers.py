"""ProFTPD: plain FTP, FTP with TLS that insists on session reuse, and its own SFTP."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chce_desktop.domain.publication import Target
from tests.contract.certificates import make_certificate
from tests.contract.hosts import Host, HostMaker
from tests.helpers.web_server import free_port, wait_for_port

_PASSWORD = "ftp 口令@1"

_CONFIGURATION = """
ModulePath /usr/lib/proftpd
{modules}
ServerType standalone
ServerName test
Port {port}
DefaultAddress 127.0.0.1
SocketBindTight on
User {user}
Group {group}
PidFile {run}/pid
ScoreboardFile {run}/scoreboard
SystemLog {run}/log
TransferLog none
WtmpLog off
UseReverseDNS off
UseIPv6 off
RequireValidShell off
AllowOverwrite on
MaxInstances 100
TimeoutLinger 1
AuthOrder mod_auth_file.c
AuthUserFile {run}/users
AuthGroupFile {run}/groups
<IfModule mod_delay.c>
DelayEngine off
</IfModule>
{more}
"""

_TLS = """
TLSEngine on
TLSRequired on
TLSProtocol TLSv1.2 TLSv1.3
TLSRSACertificateFile {run}/certificate.pem
TLSRSACertificateKeyFile {run}/key.pem
TLSLog {run}/tls.log
"""

_SFTP = """
SFTPEngine on
SFTPHostKey {run}/host_key
SFTPAuthMethods password
SFTPLog {run}/sftp.log
"""


@contextlib.contextmanager
def _proftpd(modules: str, more: str, target: Callable[[Path, int, Path], Target]) -> Iterator[HostMaker]:
    program = shutil.which("proftpd", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("no ProFTPD; `python3 dev.py test` installs it on Debian and Ubuntu")
    run = Path(tempfile.mkdtemp(prefix="chce-proftpd-"))
    run.chmod(0o755)
    port = free_port()
    hashed = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input=_PASSWORD, check=True, capture_output=True, text=True
    ).stdout.strip()
    # ProFTPD gives up root's rights for an account's; without root all is the developer's own.
    uid, gid = (65534, 65534) if os.geteuid() == 0 else (os.getuid(), os.getgid())
    (run / "users").write_text(f"editor:{hashed}:{uid}:{gid}::{run}:/bin/sh\n", encoding="utf-8")
    (run / "groups").write_text(f"editors:x:{gid}:editor\n", encoding="utf-8")
    for name in ("users", "groups"):
        (run / name).chmod(0o600)
    make_certificate(run)
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", run / "host_key"], check=True
    )
    import grp
    import pwd

    names = {
        "user": pwd.getpwuid(uid).pw_name,
        "group": grp.getgrgid(gid).gr_name,
        "run": run,
        "port": port,
    }
    configuration = _CONFIGURATION.format(modules=modules, more=more.format(**names), **names)
    (run / "proftpd.conf").write_text(configuration, encoding="utf-8")
    output = run / "output"
    with output.open("wb") as log:
        process = subprocess.Popen([program, "-n", "-c", run / "proftpd.conf"], stdout=log, stderr=log)
    wait_for_port(port, process, output)

    def make() -> Host:
        root = Path(tempfile.mkdtemp(prefix="www-", dir=run))
        root.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(root, uid, gid)
        return Host(target=target(root, port, run), root=root, password=_PASSWORD)

    try:
        yield make
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(run, ignore_errors=True)


def ftp_hosts(more: str = "") -> contextlib.AbstractContextManager[HostMaker]:
    """`more` are lines of its configuration."""
    return _proftpd(
        "", more, lambda root, port, _run: Target(id=1, uid="t", name="t", url=f"ftp://editor@127.0.0.1:{port}{root}")
    )


def ftps_hosts() -> contextlib.AbstractContextManager[HostMaker]:
    def target(root: Path, port: int, run: Path) -> Target:
        options = {"ca_file": str(run / "certificate.pem")}
        return Target(id=1, uid="t", name="t", url=f"ftps://editor@127.0.0.1:{port}{root}", options=options)

    return _proftpd("LoadModule mod_tls.c", _TLS, target)


def proftpd_sftp_hosts() -> contextlib.AbstractContextManager[HostMaker]:
    def target(root: Path, port: int, run: Path) -> Target:
        shown = subprocess.run(
            ["ssh-keygen", "-l", "-f", run / "host_key.pub"], check=True, capture_output=True, text=True
        ).stdout.split()[1]
        return Target(id=1, uid="t", name="t", url=f"sftp://editor@127.0.0.1:{port}{root}", host_key=shown)

    return _proftpd("LoadModule mod_sftp.c", _SFTP, target)
