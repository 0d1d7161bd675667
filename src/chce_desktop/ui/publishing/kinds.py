"""The kinds of hosts that a site can be published to, as a table: one more kind is one more row."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from chce_desktop.domain.publication import Target
from chce_desktop.services.publishing import SCHEMES
from chce_desktop.ui.publishing.clouds import GIT, S3, ZIP
from chce_desktop.ui.publishing.hostfields import Kind, Values
from chce_desktop.ui.publishing.servers import FOLDER, FTP, SFTP, WEBDAV

_ALL = (SFTP, FTP, S3, WEBDAV, GIT, FOLDER, ZIP)
#: The kinds that this app can publish to, the usual one first.
KINDS = tuple(kind for kind in _ALL if any(scheme in SCHEMES for scheme in kind.schemes))


@dataclass(slots=True)
class Draft:
    """A target as it is typed in: not kept yet, or kept under `target.id`."""

    kind: Kind
    target: Target = field(default_factory=lambda: Target(id=0, uid="", name="", url=""))
    password: str = ""

    @property
    def values(self) -> Values:
        """What the form begins with."""
        given = self.kind.parse(self.target) if self.target.url else {}
        return {each.key: given.get(each.key, each.default) for each in self.kind.fields}


def kind_of(target: Target) -> Kind | None:
    """The kind of a target; None for one that this version cannot publish to."""
    scheme = urlsplit(target.url).scheme
    return next((kind for kind in KINDS if scheme in kind.schemes), None)


def where(target: Target) -> str:
    """The place in words: the folder, or folder and host."""
    kind = kind_of(target)
    return target.url if kind is None else kind.place(kind.parse(target))
