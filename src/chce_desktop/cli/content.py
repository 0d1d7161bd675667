"""`chce import`, `export`, `media`, `search`, `check`, `build`, `serve`."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from chce_desktop.cli.output import megabytes, table
from chce_desktop.cli.session import Session, number
from chce_desktop.foundation.i18n import tr, trn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chce_desktop.cli.arguments import Commands
    from chce_desktop.services.importing import ImportReport

_STATES = ("draft", "review", "ready", "published", "withdrawn")
#: Keys of a finding and the fields that they show; the second ones with `--places`.
_FINDING = {name: name for name in ("level", "rule", "where", "message", "fix")}
_PLACE = {name: name for name in ("blocks", "field", "line", "column", "found", "suggestion")} | {
    "article": "article_id"
}
#: Reasons and warnings that a person is shown of each kind; `--verbose` and `--json` tell all.
_SHOWN = 5


def register(commands: Commands) -> None:
    """Add these commands."""
    bring = commands.add(
        "import", tr("bring articles in from a folder or file; run it again, nothing comes twice"), _import
    )
    bring.add_argument("path", metavar="PATH", type=Path)
    bring.add_argument("--format", default="auto", choices=("auto", "markdown"))
    bring.add_argument("--column", metavar="PATH", default="", help=tr("where articles without a column go"))
    bring.add_argument("--status", choices=_STATES, default=None)
    bring.add_argument("--dry-run", action="store_true", help=tr("only say what would happen"))
    export = commands.add("export", tr("write all articles as Markdown files with front matter"), _export)
    export.add_argument("folder", metavar="DIR", type=Path)
    media = commands.group("media", tr("pictures and attachments"))
    media.add("add", tr("bring files into the media library"), _media_add).add_argument(
        "files", metavar="FILE", type=Path, nargs="+"
    )
    listing = media.add("list", tr("the newest files first"), _media_list)
    listing.add_argument("--limit", type=number, default=50, metavar="N")
    media.add("where-used", tr("articles, notices and links that show a file"), _media_uses).add_argument(
        "path", metavar="PATH"
    )
    unused = media.add("unused", tr("files that nothing uses"), _media_unused)
    unused.add_argument(
        "--remove", action="store_true", help=tr("take them out; the site's media-trash folder keeps them")
    )
    exchange = media.add("replace", tr("show one file in place of another everywhere"), _media_replace)
    exchange.add_argument("old", metavar="OLD")
    exchange.add_argument("new", metavar="NEW")
    search = commands.add("search", tr("articles in which every term occurs"), _search)
    search.add_argument("query", metavar="QUERY")
    search.add_argument("--in", dest="where", choices=("title", "body", "all"), default="all")
    search.add_argument("--status", choices=_STATES, default=None)
    search.add_argument("--limit", type=number, default=20, metavar="N")
    search.add_argument("--best", action="store_true", help=tr("the best first instead of the newest"))
    check = commands.add("check", tr("what should be mended before a publish"), _check)
    check.add_argument("--target", metavar="NAME", default="")
    check.add_argument(
        "--article", metavar="ID", type=number, default=None, help=tr("only this article, in whatever state it is")
    )
    check.add_argument(
        "--places", action="store_true", help=tr("also tell field, line, column and suggestion of each finding")
    )
    build = commands.add("build", tr("write the site's pages into a folder"), _build)
    build.add_argument("out", metavar="OUT", type=Path)
    build.add_argument("--full", action="store_true", help=tr("render everything anew"))
    build.add_argument("--url", metavar="BASE", default="", help=tr("where readers will find the site"))
    build.add_argument("--explain", metavar="PATH", default="", help=tr("say why this page would be made anew, only"))
    serve = commands.add("serve", tr("build the site and show it on this computer"), _serve)
    serve.add_argument("--port", type=number, default=0, metavar="N", help=tr("0: any free one"))


def _import(session: Session) -> None:
    from chce_desktop.cli.articles import state_named
    from chce_desktop.cli.columns import ensure
    from chce_desktop.services.importing import import_path

    arguments, site = session.arguments, session.site
    column_id: int | None = None
    if arguments.column.strip("/"):
        column = site.columns.find(arguments.column) if arguments.dry_run else ensure(site, arguments.column)
        column_id = column.id
    report = import_path(
        site,
        arguments.path,
        format=arguments.format,
        column_id=column_id,
        state=state_named(arguments.status) if arguments.status else None,
        dry_run=arguments.dry_run,
        progress=session.progress,
    )
    session.progress.clear()
    document = dataclasses.asdict(report)
    document["skipped"] = [{"path": item.path, "reason": item.reason} for item in report.skipped]
    session.output.result(document, _told(report, everything=arguments.verbose))


def _told(report: ImportReport, *, everything: bool) -> Iterator[str]:
    yield tr(
        "Found {found} articles: {created} new, {updated} changed, {unchanged} unchanged; {media} files, {columns} new "
        "columns.",
        found=report.found,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        media=report.media,
        columns=report.columns_created,
    )
    for title, items in (
        (tr("Skipped"), [(item.path, item.reason) for item in report.skipped]),
        (tr("Warnings"), [(item.path, item.message) for item in report.warnings]),
    ):
        if not items:
            continue
        yield f"{title} ({len(items)}):"
        seen: Counter[str] = Counter()
        for path, message in items:
            seen[message] += 1
            if everything or seen[message] <= _SHOWN:
                yield f"  {path}: {message}"
        for message, count in seen.items():
            if not everything and count > _SHOWN:
                yield "  " + trn(
                    "… and one more: {message}", "… and {n} more: {message}", count - _SHOWN, message=message
                )


def _export(session: Session) -> None:
    from chce_desktop.services.exporting import export

    result = export(session.site, session.arguments.folder, progress=session.progress)
    session.progress.clear()
    session.output.result(
        {"articles": result.articles, "media": result.media},
        [tr("Wrote {articles} articles and {media} files.", articles=result.articles, media=result.media)],
    )


def _media_add(session: Session) -> None:
    items = [session.site.media.add_file(path) for path in session.arguments.files]
    session.output.result(
        [{"path": item.path, "name": item.original_name, "bytes": item.size} for item in items],
        [item.path for item in items],
    )


def _media_list(session: Session) -> None:
    items = session.site.media.page(limit=max(session.arguments.limit, 0))
    session.output.result(
        [
            {
                "path": item.path,
                "name": item.original_name,
                "bytes": item.size,
                "mime": item.mime,
                "width": item.width,
                "height": item.height,
                "alt": item.alt,
                "caption": item.caption,
                "credit": item.credit,
            }
            for item in items
        ],
        table([(item.path, megabytes(item.size), item.original_name) for item in items]) if items else (),
    )


def _media_uses(session: Session) -> None:
    uses = session.site.media_uses.of(session.arguments.path)
    session.output.result(
        [dataclasses.asdict(use) for use in uses],
        table([(use.kind, str(use.id or ""), use.name) for use in uses]) if uses else [tr("Used nowhere.")],
    )


def _media_unused(session: Session) -> None:
    items = session.site.media_uses.unused()
    if session.arguments.remove:
        items = session.site.media_uses.discard(item.path for item in items)
    session.output.result(
        [{"path": item.path, "name": item.original_name, "bytes": item.size} for item in items],
        table([(item.path, megabytes(item.size), item.original_name) for item in items]) if items else (),
    )


def _media_replace(session: Session) -> None:
    done = session.site.media_uses.replace(session.arguments.old, session.arguments.new, progress=session.progress)
    session.progress.clear()
    session.output.result(
        {
            "articles": sorted(done.articles),
            "notices": list(done.notices),
            "links": list(done.links),
            "settings": done.logo,
        },
        [trn("Replaced in one place.", "Replaced in {n} places.", done.places)],
    )


def _search(session: Session) -> None:
    from chce_desktop.cli.articles import state_named

    arguments = session.arguments
    found = session.site.articles.search(
        arguments.query,
        where=arguments.where,
        state=state_named(arguments.status) if arguments.status else None,
        limit=arguments.limit,
        best_first=arguments.best,
    )
    session.output.result(
        {
            "total": found.total,
            "items": [{"id": hit.id, "title": hit.title, "snippet": hit.snippet} for hit in found.items],
        },
        [
            trn("One article.", "{n} articles.", found.total),
            *(f"{hit.id}  {hit.title}\n    {hit.snippet}" for hit in found.items),
        ],
    )


def _check(session: Session) -> None:
    from chce_desktop.services.checking import check, check_article

    name = session.arguments.target
    target = session.site.targets.find(name) if name else None
    if session.arguments.article is not None:
        found = check_article(session.site, session.site.articles.get(session.arguments.article))
    else:
        found = check(session.site, target=target, progress=session.progress)
    keys = _FINDING | (_PLACE if session.arguments.places else {})
    items = [{key: getattr(finding, name) for key, name in keys.items()} for finding in found]
    session.progress.clear()
    errors = sum(item["level"] == "error" for item in items)
    document = {"errors": errors, "warnings": len(items) - errors, "items": items}
    summary = tr("{errors} errors, {warnings} warnings.", errors=errors, warnings=len(items) - errors)
    lines = [f"{item['level']}: {item['where']}: {item['message']} {item['fix']}" for item in items]
    session.output.result(document, [*lines, summary])


def _build(session: Session) -> None:
    from chce_desktop.services.building import build, explain

    arguments = session.arguments
    if arguments.explain:
        why = explain(session.site, arguments.out, arguments.explain, base_url=arguments.url)
        lines = [tr("The next build makes it anew:") if why.due else tr("The next build leaves it as it is:")]
        lines += [f"  {reason}" for reason in why.reasons]
        if why.was_written:
            lines += [tr("The last build wrote it:"), *(f"  {reason}" for reason in why.why_written)]
        elif why.was_written is False:
            lines.append(tr("The last build that found anything changed left it as it was."))
        session.output.result(dataclasses.asdict(why), [why.path, *lines])
        return
    result = build(session.site, arguments.out, full=arguments.full, base_url=arguments.url, progress=session.progress)
    session.progress.clear()
    names = ("pages", "written", "unchanged", "removed")
    document = {name: getattr(result, name) for name in names} | {"seconds": round(result.seconds, 3)}
    session.output.result(
        document,
        [
            tr(
                "{pages} pages: {written} written, {unchanged} unchanged, {removed} removed, in {seconds} s.",
                **{**document, "seconds": f"{result.seconds:.1f}"},
            )
        ],
    )


def _serve(session: Session) -> None:
    from chce_desktop.cli.serving import serve
    from chce_desktop.foundation import paths
    from chce_desktop.services.building import build

    folder = paths.cache_dir() / "served" / session.site.uid[-12:]
    build(session.site, folder, progress=session.progress)
    session.progress.clear()
    serve(session, folder, session.arguments.port)
