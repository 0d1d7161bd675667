"""`chce theme`: which themes there are, and what is wrong with one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from chce_desktop.cli.output import table
from chce_desktop.cli.session import Session, Usage
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands


def register(commands: Commands) -> None:
    """Add these commands."""
    group = commands.group("theme", tr("the themes of the site"))
    group.add("list", tr("which themes there are"), _list)
    group.add("files", tr("the files of the theme that the site may replace"), _files)
    copy = group.add("copy", tr("copy a file of the theme into the site, to be changed there"), _copy)
    copy.add_argument("files", metavar="FILE", nargs="+", help=tr("such as templates/404.html"))
    lint = group.add("lint", tr("what is wrong with a theme"), _lint)
    lint.add_argument(
        "folder", metavar="DIR", nargs="?", type=Path, help=tr("a theme folder; the site's own where none is named")
    )
    lint.add_argument("--theme", metavar="NAME", default="", help=tr("the theme that the folder lies over"))


def _list(session: Session) -> None:
    from chce_desktop.services import themes

    found = themes.choices()
    documents = [{"name": t.name, "title": t.title, "description": t.description, "accent": t.accent} for t in found]
    session.output.result(documents, table([(t.name, t.title, t.description) for t in found]))


def _files(session: Session) -> None:
    from chce_desktop.services import themes

    site = session.site
    own = themes.own_folder(site)
    replaced = {path: own is not None and (own / path).is_file() for path in themes.originals(site)}
    documents = [{"file": path, "replaced": is_own} for path, is_own in replaced.items()]
    rows = [(path, tr("replaced by the site's own") if is_own else "") for path, is_own in replaced.items()]
    session.output.result(documents, table(rows))


def _copy(session: Session) -> None:
    from chce_desktop.services import themes

    made = [themes.copy_original(session.site, path) for path in session.arguments.files]
    session.output.result([{"file": str(path)} for path in made], [str(path) for path in made])


def _lint(session: Session) -> int:
    from chce_desktop.services import themes

    folder, name = session.arguments.folder, session.arguments.theme
    known = [choice.name for choice in themes.choices()]
    if name and name not in known:
        raise Usage(tr("There is no theme “{name}”.", name=name), hint=tr("They are: {names}.", names=", ".join(known)))
    if folder is not None and not folder.is_dir():
        raise Usage(tr("There is no folder {folder}.", folder=folder), hint=tr("Name a folder with a theme's files."))
    faults = themes.lint_site(session.site, name) if folder is None else themes.lint_folder(folder, name or known[0])
    errors = sum(fault.level == "error" for fault in faults)
    document = {"errors": errors, "warnings": len(faults) - errors, "items": [asdict(fault) for fault in faults]}
    lines = [f"{fault.level}: {_place(fault.file, fault.line)}: {fault.message} [{fault.rule}]" for fault in faults]
    summary = tr("{errors} errors, {warnings} warnings.", errors=errors, warnings=len(faults) - errors)
    session.output.result(document, [*lines, summary])
    return 1 if errors else 0


def _place(file: str, line: int) -> str:
    return f"{file}:{line}" if line else file
