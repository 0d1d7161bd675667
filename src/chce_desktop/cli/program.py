"""One run of `chce`: read the arguments, do the command, tell what happened, give the exit status."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Sequence

from chce_desktop.cli.output import Output, speak_utf8
from chce_desktop.cli.session import Session, Usage
from chce_desktop.foundation import i18n
from chce_desktop.foundation.errors import Cancelled, ChceError, DecisionNeeded
from chce_desktop.foundation.i18n import tr

DONE, FAILED, WRONG_USAGE, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130


def run(argv: Sequence[str] | None = None) -> int:
    """Run `chce` with these arguments (the process's own by default)."""
    given = list(sys.argv[1:] if argv is None else argv)
    speak_utf8()
    i18n.set_language(_language(given))
    output = Output(as_json="--json" in given)
    try:
        return _run(given, output)
    except BrokenPipeError:
        # Whoever read our answer has read enough. Nothing may be written when Python ends.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _run(given: list[str], output: Output) -> int:
    from chce_desktop.cli.arguments import parser

    try:
        arguments = parser().parse_args(given)
    except Usage as error:
        output.failure(error.code, error.title, hint=error.hint)
        return WRONG_USAGE
    except SystemExit as ended:  # --help and --version
        sys.stdout.flush()
        return ended.code if isinstance(ended.code, int) else DONE
    return _guarded(arguments, output)


def _guarded(arguments: argparse.Namespace, output: Output) -> int:
    from chce_desktop.foundation import logs

    logs.start("chce", verbose=arguments.verbose)
    session = Session(arguments, output)
    try:
        with session.progress.interruptible():
            status = arguments.handler(session)
        return DONE if status is None else int(status)
    except (Cancelled, KeyboardInterrupt):
        session.progress.clear()
        output.failure("cancelled", tr("Cancelled."), hint=tr("What was finished before stays; run it again to go on."))
        return INTERRUPTED
    except ChceError as error:
        session.progress.clear()
        output.failure(error.code, error.title, hint=error.hint, detail=error.detail, verbose=arguments.verbose)
        if isinstance(error, Usage):
            return WRONG_USAGE
        return UNDECIDED if isinstance(error, DecisionNeeded) else FAILED
    except BrokenPipeError:
        raise
    except Exception as error:
        session.progress.clear()
        logging.getLogger(__name__).exception("a command failed for an unknown reason")
        from chce_desktop.foundation import paths

        output.failure(
            "unexpected",
            tr("Something went wrong that was not foreseen."),
            hint=tr("The log in {folder} says more; please send it to us.", folder=paths.log_dir()),
            detail=f"{type(error).__name__}: {error}",
            verbose=arguments.verbose,
        )
        return FAILED
    finally:
        session.close()
        logs.stop()


def _language(given: list[str]) -> str:
    """The language asked for, else the computer's; English where no translation is installed."""
    wanted = i18n.preferred_language()
    for number, word in enumerate(given):
        if word.startswith("--lang="):
            wanted = word.partition("=")[2]
        elif word == "--lang" and number + 1 < len(given):
            wanted = given[number + 1]
    if wanted not in i18n.LANGUAGES:
        return "en"
    try:
        i18n.set_language(wanted)
    except FileNotFoundError:
        return "en"
    return wanted
