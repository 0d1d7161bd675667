"""A build can be asked why it makes a page anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import PageNotFound, build
from chce_desktop.sitegen.explaining import explain
from tests.helpers.snapshots import site
from tests.unit.sitegen.test_building import _changed


@pytest.fixture
def snapshot(tmp_path: Path) -> SiteSnapshot:
    return site(60, tmp_path / "lib", characters=40)


def test_each_reason_is_told(snapshot: SiteSnapshot, tmp_path: Path) -> None:
    out = tmp_path / "out"
    info = snapshot.articles[10]
    path = next(f"{c.slug}/{info.slug}.html" for c in snapshot.columns if c.id == info.column_id)
    assert "earlier build" in explain(snapshot, out, path).reasons[0]
    build(snapshot, out)
    calm = explain(snapshot, out, f"/{path}")
    assert (calm.due, calm.kind, calm.reasons) == (False, "article", ("Nothing that it is made from changed.",))
    assert info.id in calm.articles
    renamed = _changed(snapshot, info, title="新标题")
    told = explain(renamed, out, path)
    assert told.due
    assert told.reasons == ("The article “新标题” is new or was changed.",)
    neighbour = next(other for other in snapshot.articles if other.id in calm.articles and other.id != info.id)
    assert explain(_changed(snapshot, neighbour, title="旁边"), out, path).due
    assert "theme" in explain(replace(snapshot, settings=replace(snapshot.settings, name="新名")), out, path).reasons[0]
    notices = (replace(snapshot.notices[0], title="新公告"),)
    stale = explain(replace(snapshot, notices=notices), out, path)
    assert not stale.due
    assert "browser" in stale.reasons[0]
    assert explain(renamed, out, path.rpartition("/")[0] + "/index.html").due
    assert explain(snapshot, out, "index.html").due
    with pytest.raises(PageNotFound):
        explain(snapshot, out, "no/such.html")
