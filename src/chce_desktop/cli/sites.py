"""`chce new`, `info`, `settings`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chce_desktop.cli.output import megabytes, table
from chce_desktop.cli.session import Session, Usage
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands
    from chce_desktop.domain.article import Counts


def register(commands: Commands) -> None:
    """Add these commands."""
    new = commands.add("new", tr("make a new site"), _new)
    new.add_argument("folder", metavar="DIR", type=Path)
    new.add_argument("--name", default="", help=tr("the site's name"))
    new.add_argument("--demo", action="store_true", help=tr("fill it with the demo site"))
    commands.add("info", tr("what the site holds"), _info)
    settings = commands.group("settings", tr("read and change the site's settings"))
    settings.add("get", tr("show one or all settings"), _get).add_argument("key", metavar="KEY", nargs="?")
    change = settings.add("set", tr("change a setting"), _set)
    change.add_argument("key", metavar="KEY")
    change.add_argument("value", metavar="VALUE")


def _new(session: Session) -> None:
    from chce_desktop.services import demo
    from chce_desktop.services.site import create_site

    arguments = session.arguments
    if not arguments.name.strip() and not arguments.demo:
        raise Usage(tr("The site needs a name."), hint=tr("Add --name NAME."))
    site = session.use(create_site(arguments.folder, arguments.name, progress=session.progress))
    if arguments.demo:
        demo.fill(site, progress=session.progress)
        if arguments.name.strip():
            site.settings.update(name=arguments.name)
    info = site.info()
    folder = str(site.folder.resolve())
    session.output.result(
        {"site": folder, "name": info.name, "schema": info.schema},
        [tr("Made the site “{name}” in {folder}.", name=info.name, folder=folder)],
    )


def _info(session: Session) -> None:
    info = session.site.info()
    states = _states(info.articles)
    document = {
        "name": info.name,
        "schema": info.schema,
        "articles": states,
        "columns": info.columns,
        "links": info.links,
        "media": info.media,
        "bytes": info.size,
    }
    rows = [
        (tr("Name"), info.name),
        (tr("Articles"), " · ".join(f"{name} {count}" for name, count in states.items())),
        (tr("Columns"), info.columns),
        (tr("Friendly links"), info.links),
        (tr("Media files"), info.media),
        (tr("Size"), megabytes(info.size)),
        (tr("Library version"), info.schema),
    ]
    session.output.result(document, table(rows))


def _states(counts: Counts) -> dict[str, int]:
    return {state.value: number for state, number in counts.by_state.items()} | {"trash": counts.trash}


def _get(session: Session) -> None:
    settings = _plain(session.site.settings.get())
    key = session.arguments.key
    if key is None:
        session.output.result(settings, table([(name, _shown(value)) for name, value in settings.items()]))
        return
    _require(key, settings)
    session.output.result({key: settings[key]}, [_shown(settings[key])])


def _set(session: Session) -> None:
    arguments, site = session.arguments, session.site
    _require(arguments.key, _plain(site.settings.get()))
    value = arguments.value
    if arguments.key == "logo" and value:
        value = (site.media.get(value) if value.startswith("media/") else site.media.add_file(Path(value))).path
    settings = _plain(site.settings.set_text(arguments.key, value))
    session.output.result(settings, [f"{arguments.key} = {_shown(settings[arguments.key])}"])


def _require(key: str, settings: dict[str, Any]) -> None:
    if key not in settings:
        raise Usage(
            tr("There is no setting “{key}”.", key=key), hint=tr("They are: {names}.", names=", ".join(settings))
        )


def _plain(settings: Any) -> dict[str, Any]:
    return dict(dataclasses.asdict(settings))


def _shown(value: object) -> str:
    if isinstance(value, dict):  # a block of the home page, as `settings set` takes it
        return json.dumps(value, ensure_ascii=False)
    return "\n".join(map(_shown, value)) if isinstance(value, (list, tuple)) else str(value)
