"""The kinds of hosts that a site can be published to, as a table: one more kind is one more row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from chce_desktop.domain.publication import Target
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.services.publishing import SCHEMES
from chce_desktop.ui.settings.fields import address_problem, is_host

Values = dict[str, str]


class Entry(Enum):
    """How a field is typed in."""

    LINE = auto()
    PORT = auto()
    SECRET = auto()
    FOLDER = auto()
    FILE = auto()
    CHOICE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the form. `problem` returns what is wrong with a value, or an empty text.

    `only_if`: the field counts only while another one has this value.
    """

    key: str
    label: str
    help: str = ""
    entry: Entry = Entry.LINE
    placeholder: str = ""
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    only_if: tuple[str, str] | None = None
    problem: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of host. `compose` makes a target of the form's values, `parse` is its reverse."""

    scheme: str
    title: str
    text: str
    icon: str
    fields: tuple[Field, ...]
    compose: Callable[[Values, Target], Target]
    parse: Callable[[Target], Values]


def _required(text: str) -> str:
    return "" if text.strip() else tr("This is needed.")


def _host_problem(text: str) -> str:
    text = text.strip()
    if not text:
        return tr("This is needed.")
    if "://" in text or "/" in text or "@" in text:
        return tr("Only the name or number of the host, such as ftp.example.cn, without anything before or after it.")
    return "" if is_host(text) else tr("This is not the name of a host.")


def _port_problem(text: str) -> str:
    return "" if text.isdigit() and 0 < int(text) < 65536 else tr("A port is a number from 1 to 65535, usually 22.")


def _remote_folder_problem(text: str) -> str:
    text = text.strip()
    if not text:
        return tr("This is needed.")
    if not text.startswith(("/", "~/")):
        return tr("Begin with / for a folder of the server, or with ~/ for one in your home folder there.")
    if "\\" in text or ".." in text.split("/"):
        return tr("Write the folder with / between its parts.")
    return ""


def _local_folder_problem(text: str) -> str:
    return "" if text.strip() and Path(text.strip()).is_absolute() else tr("Choose a folder.")


def _key_file_problem(text: str) -> str:
    return "" if Path(text.strip()).is_file() else tr("Choose the file of your private key.")


_NAME = Field(
    key="name",
    label=mark("Name"),
    help=mark("What you call this place, such as 正式网站."),
    problem=_required,
)
_PUBLIC = Field(
    key="public_url",
    label=mark("Public address"),
    help=mark("Where readers find the site. With it, every publish is checked as a reader sees it."),
    placeholder="https://www.example.cn",
    problem=address_problem,
)


def _folder_target(values: Values, before: Target) -> Target:
    return replace(before, name=values["name"], url=Path(values["folder"]).as_uri(), public_url=values["public_url"])


def _folder_values(target: Target) -> Values:
    parts = urlsplit(target.url)
    path = f"//{parts.netloc}{parts.path}" if parts.netloc else parts.path
    return {"name": target.name, "folder": url2pathname(path), "public_url": target.public_url}


def _sftp_target(values: Values, before: Target) -> Target:
    host = f"[{values['host']}]" if ":" in values["host"] else values["host"]
    port = "" if values["port"] == "22" else f":{values['port']}"
    folder = values["folder"].strip().rstrip("/") or "/"
    folder = f"/{folder}" if folder.startswith("~") else folder
    url = f"sftp://{quote(values['user'], safe='')}@{host}{port}{quote(folder, safe='/~')}"
    same = urlsplit(before.url).netloc.rpartition("@")[2] == urlsplit(url).netloc.rpartition("@")[2]
    return replace(
        before,
        name=values["name"],
        url=url,
        public_url=values["public_url"],
        key_file=values["key_file"] if values["login"] == "key" else "",
        host_key=before.host_key if same else "",
    )


def _sftp_values(target: Target) -> Values:
    parts = urlsplit(target.url)
    folder = unquote(parts.path)
    return {
        "name": target.name,
        "host": parts.hostname or "",
        "port": str(parts.port or 22),
        "user": unquote(parts.username or ""),
        "login": "key" if target.key_file else "password",
        "key_file": target.key_file,
        "folder": folder[1:] if folder.startswith("/~") else folder,
        "public_url": target.public_url,
    }


_ALL = (
    Kind(
        scheme="sftp",
        title=mark("Web server (SFTP)"),
        text=mark("A server or rented web space that you log in to with a user name. The usual way."),
        icon="server",
        fields=(
            _NAME,
            Field(key="host", label=mark("Server"), placeholder="ftp.example.cn", problem=_host_problem),
            Field(key="port", label=mark("Port"), entry=Entry.PORT, default="22", problem=_port_problem),
            Field(key="user", label=mark("User name"), problem=_required),
            Field(
                key="login",
                label=mark("Log in with"),
                entry=Entry.CHOICE,
                default="password",
                choices=(("password", mark("Password")), ("key", mark("Key file"))),
            ),
            Field(
                key="key_file",
                label=mark("Key file"),
                help=mark("Your private key, often id_ed25519 in the folder .ssh."),
                entry=Entry.FILE,
                only_if=("login", "key"),
                problem=_key_file_problem,
            ),
            Field(
                key="password",
                label=mark("Password"),
                help=mark("Kept in this computer's keyring only; with a key file, the key's passphrase if it has one."),
                entry=Entry.SECRET,
            ),
            Field(
                key="folder",
                label=mark("Folder on the server"),
                help=mark("The one that readers see, often /var/www/html or ~/public_html. Your provider knows."),
                placeholder="/var/www/html",
                problem=_remote_folder_problem,
            ),
            _PUBLIC,
        ),
        compose=_sftp_target,
        parse=_sftp_values,
    ),
    Kind(
        scheme="file",
        title=mark("Folder"),
        text=mark("A folder on this computer, a USB drive or a network drive. Good for trying out."),
        icon="folder",
        fields=(
            _NAME,
            Field(
                key="folder",
                label=mark("Folder"),
                help=mark("Best an empty one: what is in it already stays, but stands beside the site."),
                entry=Entry.FOLDER,
                problem=_local_folder_problem,
            ),
            _PUBLIC,
        ),
        compose=_folder_target,
        parse=_folder_values,
    ),
)

#: The kinds that this app can publish to, the usual one first.
KINDS = tuple(kind for kind in _ALL if kind.scheme in SCHEMES)


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
    return next((kind for kind in KINDS if kind.scheme == scheme), None)


def where(target: Target) -> str:
    """The place in words: the folder, or folder and host."""
    kind = kind_of(target)
    if kind is None:
        return target.url
    values = kind.parse(target)
    return f"{values['host']} · {values['folder']}" if "host" in values else values["folder"]
