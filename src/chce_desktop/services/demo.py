"""The demo site: a small portal in our own words, filled in through the same use cases as any other site."""

from __future__ import annotations

from typing import Any

import yaml

from chce_desktop.domain.notice import NoticeLink
from chce_desktop.foundation import resources
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services.importing import ImportReport, import_path
from chce_desktop.services.site import Site

_MEDIA_FIELDS = ("logo", "image")


def fill(site: Site, *, progress: Progress = SILENT) -> ImportReport:
    """Settings, columns, links, notices and articles of the demo, into a site that is new. The articles' report."""
    progress.report(tr("Filling the demo site"))
    plan: dict[str, Any] = yaml.safe_load(resources.read_text("demo/site.yaml"))
    site.settings.update(**_with_media(site, plan["settings"]))
    _add_columns(site, plan["columns"], None)
    for group in plan["links"]:
        group_id = site.links.add_group(group["group"]).id
        for link in group["links"]:
            site.links.add(link["name"], link["url"], group_id=group_id, note=link.get("note", ""))
    for notice in reversed(plan["notices"]):  # the newest is the first one
        fields = _with_media(site, notice)
        fields["links"] = tuple(NoticeLink(link["label"], link["url"]) for link in notice["links"])
        site.notices.add(fields)  # type: ignore[arg-type]  # keys are checked by what makes it
    return import_path(site, resources.path("demo"), progress=progress)


def _add_columns(site: Site, columns: list[dict[str, Any]], parent_id: int | None) -> None:
    for column in columns:
        texts = {key: column.get(key, "") for key in ("slug", "description", "keywords")}
        added = site.columns.add(column["name"], parent_id, **texts)
        _add_columns(site, column.get("columns", []), added.id)


def _with_media(site: Site, fields: dict[str, Any]) -> dict[str, Any]:
    """`fields` with the demo's own pictures brought into the media library."""
    pictures = {
        name: site.media.add_file(resources.path(f"demo/{fields[name]}")).path
        for name in _MEDIA_FIELDS
        if name in fields
    }
    return {**fields, **pictures}
