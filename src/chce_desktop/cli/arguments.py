"""The grammar of the command line. Command modules say what they take; what they do is imported when it is done."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NoReturn

from typing_extensions import override

from chce_desktop import __version__
from chce_desktop.cli.session import Session, Usage
from chce_desktop.foundation.i18n import LANGUAGES, mark, tr

Handler = Callable[[Session], int | None]


#: What argparse itself says. It looks every text up in its module's `_`, which is given our own catalogue.
_ARGPARSE = (
    mark("usage: "),
    mark("options"),
    mark("positional arguments"),
    mark("show this help message and exit"),
    mark("the following arguments are required: %s"),
    mark("unrecognized arguments: %s"),
    mark("argument %(argument_name)s: %(message)s"),
    mark("invalid choice: %(value)r (choose from %(choices)s)"),
    mark("invalid %(type)s value: %(value)r"),
    mark("expected one argument"),
    mark("expected at least one argument"),
)


class Parser(argparse.ArgumentParser):
    """Raises Usage instead of ending the process, so that `--json` holds for mistakes too."""

    @override
    def error(self, message: str) -> NoReturn:
        raise Usage(message, hint=tr("See: {command}", command=f"{self.prog} --help"))


class Commands:
    """A set of commands or subcommands."""

    def __init__(self, owner: argparse.ArgumentParser, title: str) -> None:
        self._actions = owner.add_subparsers(title=title, metavar=tr("COMMAND"), required=True, parser_class=Parser)

    def add(self, name: str, summary: str, handler: Handler) -> argparse.ArgumentParser:
        """A command. Global options may also stand after it."""
        command = self._actions.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        _add_global_options(command, default=argparse.SUPPRESS)
        command.set_defaults(handler=handler)
        return command

    def group(self, name: str, summary: str) -> Commands:
        """A command that has subcommands."""
        command = self._actions.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        _add_global_options(command, default=argparse.SUPPRESS)
        return Commands(command, tr("What to do"))


def parser() -> argparse.ArgumentParser:
    """The whole grammar."""
    from chce_desktop.cli import (
        articles,
        columns,
        computer,
        content,
        counts,
        links,
        notices,
        organising,
        publishing,
        schedule,
        signing,
        sites,
        targets,
        themes,
        waiting,
        wordbook,
    )

    vars(argparse)["_"] = tr
    whole = Parser(
        prog="chce",
        description=tr("The content management system of a portal, without a screen."),
        epilog=tr("Exit status: 0 done, 1 failed, 2 wrong usage, 3 a decision is needed, 130 cancelled."),
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"chce {__version__}", help=tr("show the version"))
    _add_global_options(whole, default=None)
    commands = Commands(whole, tr("Commands"))
    for module in (
        sites,
        columns,
        articles,
        links,
        notices,
        content,
        organising,
        counts,
        targets,
        waiting,
        publishing,
        schedule,
        themes,
        wordbook,
        signing,
        computer,
    ):
        module.register(commands)
    return whole


def _add_global_options(command: argparse.ArgumentParser, *, default: str | None) -> None:
    options = command.add_argument_group(tr("Options of every command"))
    flag = False if default is None else default
    options.add_argument("--site", metavar="DIR", default=default, help=tr("the site's folder (or set CHCE_SITE)"))
    options.add_argument("--json", action="store_true", default=flag, help=tr("answer with one JSON document"))
    options.add_argument("--lang", choices=LANGUAGES, default=default, help=tr("the language of texts"))
    options.add_argument("--verbose", action="store_true", default=flag, help=tr("tell details of what is done"))
