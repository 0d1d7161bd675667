"""Hosts that are logged in to: SFTP, FTP in its three kinds, WebDAV, and folders that this computer can open itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from chce_desktop.domain.publication import Target
from chce_desktop.foundation.i18n import mark
from chce_desktop.ui.publishing.hostfields import (
    NAME,
    PASSWORD,
    PUBLIC,
    Entry,
    Field,
    Kind,
    Values,
    host_problem,
    key_file_problem,
    local_folder_problem,
    plain_folder_problem,
    port_problem,
    remote_folder_problem,
    required,
    same_host,
    web_address_problem,
    with_port,
)

_HOST = Field(
    key="host",
    label=mark("Server"),
    help=mark("In your provider's console under “host”, “FTP address” or “connection”."),
    placeholder="ftp.example.cn",
    problem=host_problem,
)
_USER = Field(key="user", label=mark("User name"), problem=required)
_USUAL_PORTS = {"ftps": "21", "ftps-implicit": "990", "ftp": "21"}


def _folder_target(values: Values, before: Target) -> Target:
    return replace(before, name=values["name"], url=Path(values["folder"]).as_uri(), public_url=values["public_url"])


def _folder_values(target: Target) -> Values:
    parts = urlsplit(target.url)
    path = f"//{parts.netloc}{parts.path}" if parts.netloc else parts.path
    return {"name": target.name, "folder": url2pathname(path), "public_url": target.public_url}


def _sftp_target(values: Values, before: Target) -> Target:
    folder = values["folder"].strip().rstrip("/") or "/"
    folder = f"/{folder}" if folder.startswith("~") else folder
    host = with_port(values["host"], values["port"], "22")
    url = f"sftp://{quote(values['user'], safe='')}@{host}{quote(folder, safe='/~')}"
    return replace(
        before,
        name=values["name"],
        url=url,
        public_url=values["public_url"],
        key_file=values["key_file"] if values["login"] == "key" else "",
        host_key=before.host_key if same_host(before.url, url) else "",
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


def _ftp_target(values: Values, before: Target) -> Target:
    scheme = values["security"]
    host = with_port(values["host"], values["port"], _USUAL_PORTS[scheme])
    folder = values["folder"].strip().rstrip("/")
    options = {key: value for key, value in before.options.items() if key != "encoding"}
    if values["encoding"]:
        options["encoding"] = values["encoding"]
    return replace(
        before,
        name=values["name"],
        url=f"{scheme}://{quote(values['user'], safe='')}@{host}{quote(folder)}",
        public_url=values["public_url"],
        options=options,
    )


def _ftp_values(target: Target) -> Values:
    parts = urlsplit(target.url)
    return {
        "name": target.name,
        "security": parts.scheme,
        "host": parts.hostname or "",
        "port": str(parts.port or ""),
        "user": unquote(parts.username or ""),
        "folder": unquote(parts.path) or "/",
        "encoding": target.options.get("encoding", ""),
        "public_url": target.public_url,
    }


def _dav_target(values: Values, before: Target) -> Target:
    parts = urlsplit(values["address"].strip())
    scheme = "dav" if parts.scheme == "http" else "davs"
    user = f"{quote(values['user'], safe='')}@" if values["user"] else ""
    return replace(
        before,
        name=values["name"],
        url=f"{scheme}://{user}{parts.netloc.rpartition('@')[2]}{quote(unquote(parts.path).rstrip('/'))}",
        public_url=values["public_url"],
    )


def _dav_values(target: Target) -> Values:
    parts = urlsplit(target.url)
    scheme = "http" if parts.scheme == "dav" else "https"
    return {
        "name": target.name,
        "address": f"{scheme}://{parts.netloc.rpartition('@')[2]}{unquote(parts.path)}",
        "user": unquote(parts.username or ""),
        "public_url": target.public_url,
    }


def _on_host(values: Values) -> str:
    return f"{values['host']} · {values['folder']}"


SFTP = Kind(
    id="sftp",
    schemes=("sftp",),
    title=mark("Web server (SFTP)"),
    text=mark("A server or rented web space that you log in to with a user name. The usual way."),
    icon="server",
    fields=(
        NAME,
        _HOST,
        Field(key="port", label=mark("Port"), entry=Entry.PORT, default="22", problem=port_problem),
        _USER,
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
            only_if=("login", ("key",)),
            problem=key_file_problem,
        ),
        replace(
            PASSWORD,
            help=mark("Kept in this computer's keyring only; with a key file, the key's passphrase if it has one."),
        ),
        Field(
            key="folder",
            label=mark("Folder on the server"),
            help=mark("The one that readers see, often /var/www/html or ~/public_html. Your provider knows."),
            placeholder="/var/www/html",
            problem=remote_folder_problem,
        ),
        PUBLIC,
    ),
    compose=_sftp_target,
    parse=_sftp_values,
    place=_on_host,
)

FTP = Kind(
    id="ftp",
    schemes=("ftps", "ftps-implicit", "ftp"),
    title=mark("Web space (FTP)"),
    text=mark("Rented web space whose console shows an FTP address, with or without encryption."),
    icon="hard-drive",
    fields=(
        NAME,
        Field(
            key="security",
            label=mark("Connection"),
            help=mark("Try the first; if the test says that the server offers no encryption, ask your provider."),
            entry=Entry.LIST,
            default="ftps",
            choices=(
                ("ftps", mark("Encrypted (FTPS, the usual way)")),
                ("ftps-implicit", mark("Encrypted from the start (FTPS, port 990)")),
                ("ftp", mark("Not encrypted (plain FTP)")),
            ),
        ),
        _HOST,
        Field(
            key="port",
            label=mark("Port"),
            help=mark("Empty for the usual one."),
            entry=Entry.PORT,
            problem=port_problem,
        ),
        _USER,
        PASSWORD,
        Field(
            key="folder",
            label=mark("Folder on the server"),
            help=mark("The one that readers see, often /htdocs, /wwwroot or /public_html; / if it is the first one."),
            placeholder="/htdocs",
            default="/",
            problem=plain_folder_problem,
        ),
        Field(
            key="encoding",
            label=mark("File names"),
            help=mark("Only old Chinese servers need GBK: choose it if names on the server come out garbled."),
            entry=Entry.LIST,
            choices=(("", mark("As the server says (UTF-8)")), ("gbk", mark("GBK"))),
        ),
        PUBLIC,
    ),
    compose=_ftp_target,
    parse=_ftp_values,
    place=_on_host,
)

WEBDAV = Kind(
    id="webdav",
    schemes=("davs", "dav"),
    title=mark("WebDAV"),
    text=mark("A server or network disk with a WebDAV address, such as Nextcloud or a NAS."),
    icon="globe",
    fields=(
        NAME,
        Field(
            key="address",
            label=mark("WebDAV address"),
            help=mark("From the server's settings, with the folder that readers see. Begins with https://."),
            placeholder="https://dav.example.cn/www",
            problem=web_address_problem,
        ),
        Field(key="user", label=mark("User name")),
        replace(PASSWORD, help=mark("Kept in this computer's keyring only. Some services want an app password.")),
        PUBLIC,
    ),
    compose=_dav_target,
    parse=_dav_values,
    place=lambda values: values["address"],
)

FOLDER = Kind(
    id="file",
    schemes=("file",),
    title=mark("Folder"),
    text=mark("A folder on this computer, a USB drive or a network drive. Good for trying out."),
    icon="folder",
    fields=(
        NAME,
        Field(
            key="folder",
            label=mark("Folder"),
            help=mark("Best an empty one: what is in it already stays, but stands beside the site."),
            entry=Entry.FOLDER,
            problem=local_folder_problem,
        ),
        PUBLIC,
    ),
    compose=_folder_target,
    parse=_folder_values,
    place=lambda values: values["folder"],
)
