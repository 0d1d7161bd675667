"""What can go wrong between this computer and a host, named by situation."""

from __future__ import annotations

from typing_extensions import override

from chce_desktop.foundation.errors import ChceError, DecisionNeeded
from chce_desktop.foundation.i18n import tr


class PublishError(ChceError):
    """Any known failure of a publish. What was confirmed before stays, and the next publish goes on from there."""

    code = "publish_failed"


class AddressesInUse(Exception):
    """No failure: before anything is changed, who publishes has to put something at these addresses, and come again."""

    def __init__(self, paths: frozenset[str]) -> None:
        super().__init__(*sorted(paths))
        self.paths = paths


class AddressMalformed(PublishError):
    """The target's address cannot be understood."""

    code = "address_malformed"


class LoginRefused(PublishError):
    """The host does not accept the user name, password or key."""

    code = "login_refused"


class HostUnreachable(PublishError):
    """No connection: no such host, nobody listens, no answer."""

    code = "host_unreachable"


class LinkLost(HostUnreachable):
    """The connection was there and broke. Connecting again may help; the retry layer does so."""

    code = "link_lost"


class PassiveBlocked(PublishError):
    """FTP's data connections do not get through."""

    code = "passive_blocked"


class RemoteFull(PublishError):
    """The host has no room left, or the account's quota is reached."""

    code = "remote_full"


class FolderRefused(PublishError):
    """A folder on the host cannot be written."""

    code = "folder_refused"

    def __init__(self, path: str, *, detail: str = "") -> None:
        super().__init__(
            tr("The host does not allow writing into the folder “{path}”.", path=path or "/"),
            detail=detail,
            hint=tr("Ask the host for write permission, or choose another folder. No page was changed."),
        )
        self.path = path


class FileRefused(PublishError):
    """One file or folder on the host cannot be read, written, renamed or removed."""

    code = "file_refused"

    def __init__(self, path: str, *, detail: str = "") -> None:
        super().__init__(
            self._sentence(path or "/"),
            detail=detail,
            hint=tr("Check this file on the host and its permissions, then publish again."),
        )
        self.path = path

    def _sentence(self, path: str) -> str:
        return tr("The host refused to work on “{path}”.", path=path)


class NotThere(FileRefused):
    """A path that was expected on the host does not exist."""

    code = "not_there"

    @override
    def _sentence(self, path: str) -> str:
        return tr("“{path}” is missing on the host.", path=path)


class HostKeyUnknown(DecisionNeeded):
    """First contact with an SSH host: somebody has to compare the fingerprint (`SHA256:…`)."""

    code = "host_key_unknown"

    def __init__(self, host: str, fingerprint: str) -> None:
        super().__init__(
            tr("This computer has not met the host {host} before.", host=host),
            detail=fingerprint,
            hint=tr(
                "Compare the fingerprint {fingerprint} with the one your host tells you, and accept it only if both "
                "are equal.",
                fingerprint=fingerprint,
            ),
        )
        self.host = host
        self.fingerprint = fingerprint


class HostKeyChanged(PublishError):
    """An SSH host shows another key than the accepted one. Never overridden by a click."""

    code = "host_key_changed"

    def __init__(self, host: str, fingerprint: str, expected: str) -> None:
        super().__init__(
            tr("The host {host} is not the one that was accepted before, so nothing was sent.", host=host),
            detail=f"{expected} → {fingerprint}",
            hint=tr(
                "Ask the host whether its key was renewed. Only if so, remove the old fingerprint in the target's "
                "settings."
            ),
        )
        self.host = host
        self.fingerprint = fingerprint
        self.expected = expected


class CertificateRefused(PublishError):
    """The host's TLS certificate is expired, for another name, or signed by nobody known."""

    code = "certificate_refused"


def certificate_refused(host: str, detail: str) -> CertificateRefused:
    """The failure of an encrypted connection to somebody who cannot prove to be `host`."""
    return CertificateRefused(
        tr("The certificate of {host} is not valid, so nothing was sent.", host=host),
        detail=detail,
        hint=tr("Check the host's name and this computer's date, or ask the host to renew its certificate."),
    )


class RemoteLocked(PublishError):
    """Somebody else publishes to this host right now."""

    code = "remote_locked"


class LockLost(PublishError):
    """Another computer took the host over while this one was silent for too long."""

    code = "lock_lost"


def taken_over() -> LockLost:
    """The failure of a publisher that slept while another one took its place."""
    return LockLost(
        tr("Another computer took this host over while the connection was silent."),
        hint=tr("Look at what it published, then publish again if your changes are missing."),
    )


class UploadCutShort(PublishError):
    """The host said that a file had arrived, but holds only a part of it."""

    code = "upload_cut_short"

    def __init__(self, path: str, expected: int, found: int | None) -> None:
        super().__init__(
            tr("The host did not store “{path}” completely.", path=path),
            detail=f"{expected} → {found}",
            hint=tr("Publish again. If it happens again, ask the host whether its disk or your quota is full."),
        )


class RecordDamaged(PublishError):
    """What stands in `.chce` on the host cannot be read."""

    code = "record_damaged"


class RecordTooNew(PublishError):
    """The host was published by a newer version of the app."""

    code = "record_too_new"

    def __init__(self) -> None:
        super().__init__(
            tr("This host was last published by a newer version of the app."),
            hint=tr("Install the newest version on this computer, then publish again."),
        )


class PathsCollide(PublishError):
    """Two public paths are one and the same file for this host."""

    code = "paths_collide"

    def __init__(self, first: str, second: str) -> None:
        super().__init__(
            tr(
                "“{first}” and “{second}” differ only in case, which this host cannot tell apart.",
                first=first,
                second=second,
            ),
            hint=tr("Change the short name (address) of one of them, then publish again."),
        )


class LocalFileChanged(PublishError):
    """A file of the local tree is not what its manifest says."""

    code = "local_file_changed"

    def __init__(self, path: str, *, detail: str = "") -> None:
        super().__init__(
            tr("“{path}” changed on this computer while it was being published.", path=path),
            detail=detail,
            hint=tr("Publish again: the page is then made anew."),
        )


class PublicAddressDiffers(PublishError):
    """The public address does not show what lies in the folder on the host."""

    code = "public_address_differs"


class ReleaseMissing(PublishError):
    """An earlier publication cannot be put back, because its files are no longer kept or are damaged."""

    code = "release_missing"


class OpenQuestion(DecisionNeeded):
    """A publish stopped before anything was changed. `code` is the question's, and `accept` takes it."""

    def __init__(self, code: str, title: str, *, hint: str, detail: str = "") -> None:
        super().__init__(title, hint=hint, detail=detail)
        self.code = code


class ForeignFiles(OpenQuestion):
    """The folder holds files that this app did not put there."""


class OtherComputerPublished(OpenQuestion):
    """The host shows a state that this library has not seen."""


class OtherSite(OpenQuestion):
    """The folder belongs to another site."""


class UnusualDeletion(OpenQuestion):
    """More pages than usual would vanish."""


class WithdrawnReturn(OpenQuestion):
    """An earlier publication shows articles that were withdrawn since."""
