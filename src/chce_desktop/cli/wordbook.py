"""`chce words`, `autolinks`, `names`, `templates`, `rules`, `person`: what a newsroom keeps to write with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from chce_desktop.cli.output import table
from chce_desktop.cli.session import Session, number
from chce_desktop.foundation.i18n import tr, trn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chce_desktop.cli.arguments import Commands
    from chce_desktop.services.wordlists import WordList

_WORD_KINDS = ("forbidden", "confusable", "name")
_NAME_KINDS = ("source", "author", "editor")
#: What follows the key of a row on the command line, for each list.
_LISTS = {
    "words": (("word", "WORD"),),
    "autolinks": (("word", "WORD"), ("address", "ADDRESS")),
    "names": (("name", "NAME"),),
}


def register(commands: Commands) -> None:
    """Add these commands."""
    summaries = {
        "words": tr("forbidden, easily confused and wrong words that the check looks for"),
        "autolinks": tr("words that become links in every article"),
        "names": tr("sources, authors and editors to choose from"),
    }
    for name, summary in summaries.items():
        group = commands.group(name, summary)
        group.add("list", tr("the whole list"), _list).set_defaults(listing=name)
        add = group.add("add", tr("add a row, or change the one that is there"), _add)
        for key, shown in _LISTS[name]:
            add.add_argument(key, metavar=shown)
        if name == "words":
            add.add_argument("--kind", choices=_WORD_KINDS, default="forbidden")
            add.add_argument("--level", choices=("block", "warn"), default="warn")
            add.add_argument("--suggestion", metavar="TEXT", default="", help=tr("what to write instead"))
            add.add_argument("--note", metavar="TEXT", default="")
        if name == "names":
            add.add_argument("--kind", choices=_NAME_KINDS, default="source")
            add.add_argument("--address", metavar="URL", default="")
        add.set_defaults(listing=name)
        remove = group.add("remove", tr("take rows off the list"), _remove)
        remove.add_argument("keys", metavar=_LISTS[name][0][1], nargs="+")
        if name == "names":
            remove.add_argument("--kind", choices=_NAME_KINDS, default="source")
        remove.set_defaults(listing=name)
        bring = group.add("import", tr("rows of a CSV file in UTF-8 or GBK"), _import)
        bring.add_argument("file", metavar="FILE.csv", type=Path)
        bring.add_argument("--replace", action="store_true", help=tr("the list holds nothing else afterwards"))
        bring.set_defaults(listing=name)
        export = group.add("export", tr("write the list as a CSV file that spreadsheets read"), _export)
        export.add_argument("file", metavar="FILE.csv", type=Path)
        export.set_defaults(listing=name)
        if name == "words":
            group.add("starter", tr("add the words that newsrooms confuse most"), _starter)
    templates = commands.group("templates", tr("templates of recurring articles"))
    templates.add("list", tr("all templates"), _templates)
    save = templates.add("save", tr("keep an article as a template"), _template_save)
    save.add_argument("id", metavar="ID", type=number)
    save.add_argument("name", metavar="NAME")
    templates.add("new", tr("a new draft from a template"), _template_new).add_argument("name", metavar="NAME")
    drop = templates.add("remove", tr("delete templates"), _template_remove)
    drop.add_argument("names", metavar="NAME", nargs="+")
    rules = commands.group("rules", tr("what the check looks for, and how seriously it is taken"))
    rules.add("list", tr("all rules with their levels"), _rules)
    change = rules.add("set", tr("take a rule otherwise"), _rule_set)
    change.add_argument("rule", metavar="RULE")
    change.add_argument("level", choices=("off", "warn", "error", "block"))
    person = commands.add("person", tr("who works at this computer, for sign-offs and decisions"), _person)
    person.add_argument(
        "name", metavar="NAME", nargs="?", default=None, help=tr("the new name; an empty one takes it away")
    )


def _listing(session: Session) -> WordList[Any]:
    wordbook = session.site.wordbook
    lists: dict[str, WordList[Any]] = {
        "words": wordbook.words,
        "autolinks": wordbook.links,
        "names": wordbook.names,
    }
    return lists[session.arguments.listing]


def _documents(listing: WordList[Any], items: Sequence[Any]) -> list[dict[str, str]]:
    keys = [column.key for column in listing.shape.columns]
    return [dict(zip(keys, listing.shape.cells(item), strict=True)) for item in items]


def _list(session: Session) -> None:
    listing = _listing(session)
    documents = _documents(listing, listing.all())
    session.output.result(documents, table([tuple(d.values()) for d in documents]) if documents else ())


def _add(session: Session) -> None:
    listing = _listing(session)
    item = listing.put({column.key: getattr(session.arguments, column.key, "") for column in listing.shape.columns})
    (document,) = _documents(listing, [item])
    session.output.result(document, ["  ".join(value for value in document.values() if value)])


def _remove(session: Session) -> None:
    from chce_desktop.domain.wordbook import NameKind

    listing, keys = _listing(session), list(session.arguments.keys)
    if session.arguments.listing == "names":
        kind = NameKind(session.arguments.kind)
        listing.remove([(kind, key) for key in keys])
    else:
        listing.remove(keys)
    session.output.result({"removed": len(keys)}, [tr("Removed.")])


def _import(session: Session) -> None:
    taken = _listing(session).import_file(session.arguments.file, replace=session.arguments.replace)
    for problem in taken.problems:
        session.output.note(problem)
    line = trn("{n} row is in the list.", "{n} rows are in the list.", taken.rows)
    session.output.result({"rows": taken.rows, "problems": list(taken.problems)}, [line])


def _export(session: Session) -> None:
    count = _listing(session).export_file(session.arguments.file)
    session.output.result({"rows": count}, [trn("{n} row written.", "{n} rows written.", count)])


def _starter(session: Session) -> None:
    count = session.site.wordbook.add_starter_words()
    session.output.result({"rows": count}, [trn("{n} new word.", "{n} new words.", count)])


def _templates(session: Session) -> None:
    found = session.site.wordbook.templates()
    documents = [{"name": item.name, "title": item.content.get("title", "")} for item in found]
    session.output.result(documents, table([(d["name"], d["title"]) for d in documents]) if documents else ())


def _template_save(session: Session) -> None:
    item = session.site.wordbook.save_template(session.arguments.name, session.arguments.id)
    session.output.result({"name": item.name}, [item.name])


def _template_new(session: Session) -> None:
    article = session.site.wordbook.new_article(session.arguments.name)
    session.output.result({"id": article.id, "title": article.title}, [f"{article.id}  {article.title}"])


def _template_remove(session: Session) -> None:
    session.site.wordbook.remove_templates(session.arguments.names)
    session.output.result({"removed": len(session.arguments.names)}, [tr("Removed.")])


def _rules(session: Session) -> None:
    from chce_desktop.domain.findings import RULES, levels

    chosen = levels(session.site.settings.get().check_levels)
    documents = [{"rule": r.name, "level": chosen[r.name].value, "title": tr(r.title)} for r in RULES]
    session.output.result(documents, table([tuple(d.values()) for d in documents]))


def _rule_set(session: Session) -> None:
    from chce_desktop.domain import findings
    from chce_desktop.services.errors import InvalidValue

    name, level = session.arguments.rule, findings.Level(session.arguments.level)
    if not findings.is_choice(f"{name}={level}"):
        raise InvalidValue(
            tr("There is no rule “{rule}” with the level “{level}”.", rule=name, level=level),
            hint=tr("Look through the list of rules; rules of the word list are only switched off and on (block)."),
        )
    settings = session.site.settings
    settings.update(check_levels=findings.changed(settings.get().check_levels, name, level))
    session.output.result({"rule": name, "level": level.value}, [f"{name}  {level}"])


def _person(session: Session) -> None:
    from chce_desktop.services import person

    if session.arguments.name is not None:
        person.choose(session.arguments.name)
    session.output.result({"name": person.name(), "chosen": person.chosen()}, [person.name()])
