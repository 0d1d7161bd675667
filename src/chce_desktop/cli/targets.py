"""`chce target …`."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chce_desktop.cli.output import table
from chce_desktop.cli.session import Session, Usage
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    import argparse

    from chce_desktop.cli.arguments import Commands
    from chce_desktop.domain.publication import Target

_ENVIRONMENT = "CHCE_TARGET_PASSWORD"
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?")
_URL_HELP = (
    "sftp://user@host:port/path, ftps://…, davs://…, s3://…, git+https://…#branch, file:///path, zip:///path/site.zip"
)


class TargetRefused(ChceError):
    """A target's test found something that keeps publishing from working."""

    code = "target_refused"


def register(commands: Commands) -> None:
    """Add these commands."""
    group = commands.group("target", tr("where the site is published"))
    add = group.add("add", tr("add a target"), _add)
    add.add_argument("name", metavar="NAME")
    add.add_argument("url", metavar="URL", help=_URL_HELP)
    change = group.add("set", tr("change what the options name"), _set)
    change.add_argument("name", metavar="NAME")
    change.add_argument("--url", default=None, help=_URL_HELP)
    for command in (add, change):
        command.add_argument("--key", type=Path, default=None, metavar="FILE", help=tr("private key for SSH"))
        command.add_argument("--host-key", default=None, metavar="SHA256:…", help=tr("the host's fingerprint"))
        command.add_argument("--public-url", default=None, metavar="URL", help=tr("where readers find the site"))
        command.add_argument("--option", action="append", default=[], metavar="K=V")
        add_password_option(command)
    group.add("list", tr("all targets"), _list)
    test = group.add("test", tr("write, rename, read and remove a file, to see whether publishing will work"), _test)
    test.add_argument("name", metavar="NAME")
    test.add_argument("--yes", action="store_true", help=tr("accept a host that was not met before"))
    add_password_option(test)
    group.add("remove", tr("forget a target; nothing on the host is touched"), _remove).add_argument(
        "name", metavar="NAME"
    )


def add_password_option(command: argparse.ArgumentParser) -> None:
    """Let a command read the password from its standard input."""
    command.add_argument(
        "--password-stdin",
        action="store_true",
        help=tr("read the password from standard input (else it comes from {variable})", variable=_ENVIRONMENT),
    )


def given_password(session: Session) -> str | None:
    """The password that this run was given, if any."""
    if session.arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n") or None
    return os.environ.get(_ENVIRONMENT) or None


def target_document(target: Target) -> dict[str, Any]:
    """A target without secrets."""
    return {
        "id": target.id,
        "name": target.name,
        "url": target.url,
        "public_url": target.public_url,
        "host_key": target.host_key,
        "key_file": target.key_file,
        "options": dict(target.options),
        "capabilities": dict(target.capabilities),
    }


def _require_known(url: str) -> None:
    from chce_desktop.services.publishing import SCHEMES

    scheme, separator, _ = url.partition("://")
    if separator and scheme not in SCHEMES:
        raise Usage(
            tr("Nothing can be published to addresses with {scheme}://.", scheme=scheme),
            hint=tr("They begin with one of: {names}.", names=", ".join(SCHEMES)),
        )


def _fields(session: Session) -> dict[str, Any]:
    arguments = session.arguments
    fields: dict[str, Any] = {}
    if arguments.key is not None:
        fields["key_file"] = str(arguments.key.expanduser().absolute())
    if arguments.host_key is not None:
        if arguments.host_key and not _FINGERPRINT.fullmatch(arguments.host_key):
            raise Usage(
                tr("“{text}” is no fingerprint of a host's key.", text=arguments.host_key),
                hint=tr("It looks like SHA256: and 43 letters, digits, + and /."),
            )
        fields["host_key"] = arguments.host_key
    if arguments.public_url is not None:
        fields["public_url"] = arguments.public_url
    if arguments.option:
        fields["options"] = dict(_option(text) for text in arguments.option)
    return fields


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise Usage(tr("“{text}” is no option.", text=text), hint=tr("Write K=V."))
    return name, value


def _add(session: Session) -> None:
    _require_known(session.arguments.url)
    target = session.site.targets.add(session.arguments.name, session.arguments.url, **_fields(session))
    _warn(session, target)
    _keep_password(session, target)
    _tell(session, target)


def _set(session: Session) -> None:
    target = session.site.targets.find(session.arguments.name)
    fields = _fields(session)
    if session.arguments.url is not None:
        _require_known(session.arguments.url)
        fields["url"] = session.arguments.url
    if "options" in fields:
        fields["options"] = {**target.options, **fields["options"]}
    target = session.site.targets.change(target.id, **fields)
    _warn(session, target)
    _keep_password(session, target)
    _tell(session, target)


def _warn(session: Session, target: Target) -> None:
    """Name the risk of an open connection before anything goes over it."""
    from chce_desktop.services.publishing import risk_of

    with contextlib.suppress(ChceError):  # an address that cannot be understood is told when it is used
        if danger := risk_of(target):
            session.output.note(danger)


def _keep_password(session: Session, target: Target) -> None:
    from chce_desktop.foundation.secrets import NoKeyring

    password = given_password(session)
    if password is None:
        return
    try:
        session.site.targets.set_password(target.id, password)
    except NoKeyring as error:
        session.output.note(f"{error.title} {error.hint}")


def _list(session: Session) -> None:
    targets = session.site.targets.all()
    rows = [(target.name, target.url, target.public_url) for target in targets]
    session.output.result([target_document(target) for target in targets], table(rows) if rows else ())


def _test(session: Session) -> None:
    from chce_desktop.services.publishing import HostKeyUnknown, try_out

    site = session.site
    target = site.targets.find(session.arguments.name)
    password = given_password(session)
    try:
        report = try_out(site, target, password=password, progress=session.progress)
    except HostKeyUnknown as unknown:
        if not session.arguments.yes:
            raise
        target = site.targets.change(target.id, host_key=unknown.fingerprint)
        report = try_out(site, target, password=password, progress=session.progress)
    session.progress.clear()
    failed = next((step for step in report.steps if not step.ok), None)
    if failed is not None:
        for step in report.steps:
            if step.ok:
                session.output.note(f"✓ {step.title}")
        raise TargetRefused(failed.problem or failed.title, hint=failed.hint, detail=failed.detail)
    target = site.targets.get(target.id)
    steps = [{"code": step.code, "title": step.title, "ok": step.ok} for step in report.steps]
    session.output.result(
        {**target_document(target), "steps": steps},
        [*(f"✓ {step.title}" for step in report.steps), tr("Publishing to “{name}” will work.", name=target.name)],
    )


def _remove(session: Session) -> None:
    from chce_desktop.services import targetfolder

    target = session.site.targets.find(session.arguments.name)
    session.site.targets.remove(target.id)
    targetfolder.forget(session.site, target)
    _tell(session, target)


def _tell(session: Session, target: Target) -> None:
    session.output.result(target_document(target), [f"{target.name}  {target.url}"])
