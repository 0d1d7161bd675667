"""Pages before and after: what readers have now, what they will have, and the words in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chce_desktop.domain.article import State
from chce_desktop.domain.differences import Change
from chce_desktop.services import beforeafter, publishing, targetfolder
from chce_desktop.services.site import Site, create_site
from tests.helpers.web_server import WebServer

_PAGE = "articles/di-yi-pian.html"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "测试网") as made:
        made.articles.create({"title": "第一篇", "body": "会议周一举行。", "state": State.READY})
        yield made


def test_the_words_that_a_publish_would_change(site: Site, tmp_path: Path) -> None:
    target = site.targets.add("主机", (tmp_path / "主机").as_uri())
    found = publishing.compare(site, target.id)
    new = beforeafter.both(site, target, _PAGE, found.generation)
    assert new.before is None
    assert new.after is not None
    publishing.publish(site, target.id)
    site.articles.save(1, {"body": "会议周二举行。"})
    found = publishing.compare(site, target.id)
    changed = beforeafter.both(site, target, _PAGE, found.generation)
    assert [piece.text for piece in changed.words if piece.change is Change.REMOVED] == ["一"]
    assert [piece.text for piece in changed.words if piece.change is Change.ADDED] == ["二"]
    assert changed.before is not None
    assert "周一" in changed.before.decode()
    assert beforeafter.both(site, target, "articles/gibt-es-nicht.html", found.generation).after is None
    assert beforeafter.after(site, target, "../站点/site.db") is None


@pytest.mark.server
def test_what_another_computer_published_is_read_as_readers_get_it(
    site: Site, tmp_path: Path, serve: Callable[[Path], WebServer]
) -> None:
    host = tmp_path / "主机"
    host.mkdir()
    target = site.targets.add("主机", host.as_uri(), public_url=serve(host).url)
    publishing.publish(site, target.id)
    targetfolder.forget(site, target)
    (host / _PAGE).write_text("<main><p>别的电脑写的</p></main>", encoding="utf-8")
    data = beforeafter.before(site, target, _PAGE, 7)
    assert data is not None
    assert "别的电脑写的" in data.decode()
