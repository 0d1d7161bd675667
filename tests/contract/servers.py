"""Every kind of host that the suite runs against."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from tests.contract.archives import archive_hosts
from tests.contract.dav_servers import nginx_dav_hosts, wsgidav_hosts
from tests.contract.ftp_servers import ftp_hosts, ftps_hosts, proftpd_sftp_hosts
from tests.contract.git_servers import git_hosts, git_https_hosts, git_ssh_hosts
from tests.contract.hosts import Host, HostMaker, folder_hosts, plain_sftp_hosts, sftp_hosts
from tests.contract.s3_servers import s3_hosts, seaweed_hosts
from tests.contract.vsftpd import vsftpd_hosts

KINDS: dict[str, Callable[[], AbstractContextManager[HostMaker]]] = {
    "folder": folder_hosts,
    "sftp": sftp_hosts,
    "sftp-plain": plain_sftp_hosts,
    "sftp-proftpd": proftpd_sftp_hosts,
    "ftp": ftp_hosts,
    "ftps": ftps_hosts,
    "ftps-vsftpd": vsftpd_hosts,
    "dav-nginx": nginx_dav_hosts,
    "dav-wsgidav": wsgidav_hosts,
    "s3": s3_hosts,
    "s3-weed": seaweed_hosts,
    "git": git_hosts,
    "git-ssh": git_ssh_hosts,
    "git-https": git_https_hosts,
    "zip": archive_hosts,
}


class Servers:
    """The servers that a session has needed so far."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._makers: dict[str, HostMaker] = {}

    def host(self, kind: str) -> Host:
        if kind not in self._makers:
            self._makers[kind] = self._stack.enter_context(KINDS[kind]())
        return self._makers[kind]()

    def stop(self) -> None:
        self._stack.close()
