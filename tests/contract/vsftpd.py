"""vsftpd: no MLSD, and TLS whose data connections must resume the control connection's session."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chce_desktop.domain.publication import Target
from tests.contract.certificates import make_certificate
from tests.contract.hosts import Host, HostMaker
from tests.helpers.web_server import free_port, wait_for_port

_CONFIGURATION = """
listen=YES
listen_address=127.0.0.1
listen_port={port}
background=NO
anonymous_enable=YES
no_anon_password=NO
local_enable=NO
write_enable=YES
anon_root={run}/site
allow_writeable_chroot=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_world_readable_only=NO
anon_umask=022
file_open_mode=0666
secure_chroot_dir={run}/empty
ftp_username={user}
nopriv_user={user}
ssl_enable=YES
allow_anon_ssl=YES
force_anon_logins_ssl=YES
force_anon_data_ssl=YES
require_ssl_reuse=YES
ssl_ciphers=HIGH
rsa_cert_file={run}/certificate.pem
rsa_private_key_file={run}/key.pem
xferlog_enable=NO
max_clients=50
seccomp_sandbox=NO
run_as_launching_user={own}
"""


@contextlib.contextmanager
def vsftpd_hosts() -> Iterator[HostMaker]:
    """Anonymous writing over TLS, since other accounts would need this computer's own."""
    program = shutil.which("vsftpd", path=f"{sys.prefix}/debian/vsftpd/usr/sbin:/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("no vsftpd; `python3 dev.py test` fetches it on Debian and Ubuntu")
    import pwd

    run = Path(tempfile.mkdtemp(prefix="chce-vsftpd-"))
    run.chmod(0o755)
    root = os.geteuid() == 0
    # Not nobody, whose home is nowhere: vsftpd goes to the home of the account first.
    user = pwd.getpwnam("daemon") if root else pwd.getpwuid(os.getuid())
    for name in ("site", "empty"):
        (run / name).mkdir(mode=0o755)
    make_certificate(run)
    port = free_port()
    settings = {"port": port, "run": run, "user": user.pw_name, "own": "NO" if root else "YES"}
    configuration = run / "vsftpd.conf"
    configuration.write_text(_CONFIGURATION.format(**settings).lstrip(), encoding="utf-8")
    output = run / "output"
    with output.open("wb") as log:
        process = subprocess.Popen([program, configuration], stdout=log, stderr=log, start_new_session=True)
    wait_for_port(port, process, output)

    def make() -> Host:
        place = Path(tempfile.mkdtemp(prefix="www-", dir=run / "site"))
        place.chmod(0o755)
        if root:
            os.chown(place, user.pw_uid, user.pw_gid)
        options = {"ca_file": str(run / "certificate.pem")}
        url = f"ftps://anonymous@127.0.0.1:{port}/{place.name}"
        return Host(target=Target(id=1, uid="t", name="t", url=url, options=options), root=place, password="a@b.org")

    try:
        yield make
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # each login has processes of its own
        process.wait(60)
        shutil.rmtree(run, ignore_errors=True)
