"""The fields of a publish target's form: what each asks for, and when what was typed is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from urllib.parse import urlsplit

from chce_desktop.domain.hostnames import is_host
from chce_desktop.domain.publication import Target
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui.settings.fields import address_problem

Values = dict[str, str]


class Entry(Enum):
    """How a field is typed in. `CHOICE` are radio buttons, `LIST` is a drop-down list."""

    LINE = auto()
    PORT = auto()
    SECRET = auto()
    FOLDER = auto()
    FILE = auto()
    NEW_FILE = auto()
    CHOICE = auto()
    LIST = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the form. `problem` returns what is wrong with a value, or an empty text.

    `only_if`: the field counts only while another one has one of these values. `presets`: what choosing a value puts
    into other fields. `helps`: a help of its own for some values of the field named first.
    """

    key: str
    label: str
    help: str = ""
    entry: Entry = Entry.LINE
    placeholder: str = ""
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    only_if: tuple[str, tuple[str, ...]] | None = None
    presets: Mapping[str, Values] = field(default_factory=dict)
    helps: tuple[str, Mapping[str, str]] | None = None
    problem: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of host. `compose` makes a target of the form's values, `parse` is its reverse.

    `schemes` are how its addresses may begin, `place` says in words where a target is.
    """

    id: str
    schemes: tuple[str, ...]
    title: str
    text: str
    icon: str
    fields: tuple[Field, ...]
    compose: Callable[[Values, Target], Target]
    parse: Callable[[Target], Values]
    place: Callable[[Values], str]


def required(text: str) -> str:
    """Nothing typed."""
    return "" if text.strip() else tr("This is needed.")


def host_problem(text: str) -> str:
    """No name of a host."""
    text = text.strip()
    if not text:
        return tr("This is needed.")
    if "://" in text or "/" in text or "@" in text:
        return tr("Only the name or number of the host, such as ftp.example.cn, without anything before or after it.")
    return "" if is_host(text) else tr("This is not the name of a host.")


def port_problem(text: str) -> str:
    """No port; empty is the usual one."""
    good = not text or (text.isdigit() and 0 < int(text) < 65536)
    return "" if good else tr("A port is a number from 1 to 65535; leave it empty for the usual one.")


def remote_folder_problem(text: str) -> str:
    """No folder of a server that knows home folders."""
    text = text.strip()
    if not text:
        return tr("This is needed.")
    if not text.startswith(("/", "~/")):
        return tr("Begin with / for a folder of the server, or with ~/ for one in your home folder there.")
    return _parts_problem(text)


def plain_folder_problem(text: str) -> str:
    """No folder of a server."""
    text = text.strip()
    if text and not text.startswith("/"):
        return tr("Begin with /, such as /htdocs.")
    return _parts_problem(text)


def web_address_problem(text: str) -> str:
    """No address that begins with http:// or https://."""
    return required(text) or address_problem(text.strip())


def local_folder_problem(text: str) -> str:
    """No folder of this computer."""
    return "" if text.strip() and Path(text.strip()).is_absolute() else tr("Choose a folder.")


def key_file_problem(text: str) -> str:
    """No file."""
    return "" if Path(text.strip()).is_file() else tr("Choose the file of your private key.")


def same_host(before: str, now: str) -> bool:
    """Whether two addresses name the same host and port, so that what was accepted of it still holds."""
    return urlsplit(before).netloc.rpartition("@")[2] == urlsplit(now).netloc.rpartition("@")[2]


def with_port(host: str, port: str, usual: str) -> str:
    """Host and port as an address has them."""
    bracketed = f"[{host}]" if ":" in host else host
    return bracketed if port in {"", usual} else f"{bracketed}:{port}"


def _parts_problem(text: str) -> str:
    if "\\" in text or ".." in text.split("/"):
        return tr("Write the folder with / between its parts.")
    return ""


NAME = Field(
    key="name",
    label=mark("Name"),
    help=mark("What you call this place, such as 正式网站."),
    problem=required,
)
PUBLIC = Field(
    key="public_url",
    label=mark("Public address"),
    help=mark("Where readers find the site. With it, every publish is checked as a reader sees it."),
    placeholder="https://www.example.cn",
    problem=address_problem,
)
PASSWORD = Field(
    key="password",
    label=mark("Password"),
    help=mark("Kept in this computer's keyring only."),
    entry=Entry.SECRET,
)
