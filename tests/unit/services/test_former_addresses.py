"""Who is found at an address that its page has left, as readers of a host see it after each publish."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from chce_desktop.domain.article import ArticlePatch, State
from chce_desktop.publishing import publisher
from chce_desktop.publishing.outcome import LocalTree, PublishResult
from chce_desktop.services import checking, publishing, snapshot, withdrawing
from chce_desktop.services.site import Site, create_site
from chce_desktop.sitegen import Generator

_REFRESH = re.compile(r'http-equiv="refresh" content="0; ?url=([^"]+)"')
_GONE = "文章已撤回"


class Newsroom:
    """A site and the host that it is published to."""

    def __init__(self, site: Site, host: Path) -> None:
        self.site, self.host = site, host
        self.target = site.targets.add("主机", host.as_uri()).id
        self.column = site.columns.add("新闻", slug="xinwen").id

    def write(self, slug: str, **fields: object) -> int:
        """A public article of that address, in the column, titled by it."""
        patch = {"title": slug, "slug": slug, "column_id": self.column, "state": State.READY, "body": "字"} | fields
        return self.site.articles.create(cast("ArticlePatch", patch)).id

    def name(self, article_id: int, slug: str) -> None:
        """Give an article another address."""
        self.site.articles.save(article_id, {"slug": slug})

    def publish(self) -> None:
        """Publish, whatever is asked; nothing that the host had may be missing afterwards."""
        had = {path.relative_to(self.host) for path in self.host.rglob("*.html")}
        questions = publishing.compare(self.site, self.target).questions
        publishing.publish(self.site, self.target, accept=[question.code for question in questions])
        assert had <= {path.relative_to(self.host) for path in self.host.rglob("*.html")}

    def found(self, path: str) -> str:
        """What readers meet: the title of the page to which the address leads in the end, or that it is gone."""
        text = (self.host / path).read_text(encoding="utf-8")
        moved = _REFRESH.search(text)
        if moved:
            return self.found(posixpath.normpath(posixpath.join(posixpath.dirname(path), moved[1])))
        title = re.search("<title>(.*?)</title>", text)
        assert title
        return _GONE if _GONE in text else re.split("[ -]", title[1])[0].removeprefix("标签：")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with create_site(tmp_path / "站点", "站") as site:
        yield Newsroom(site, tmp_path / "主机")


def test_who_only_passes_through_inherits_no_readers(room: Newsroom) -> None:
    first, second = room.write("eins"), room.write("zwei")
    room.publish()
    room.name(first, "weg")
    room.name(second, "eins")
    room.name(second, "zwei")
    room.publish()
    assert room.found("xinwen/eins.html") == "eins"
    room.name(second, "eins")
    room.publish()
    assert room.found("xinwen/eins.html") == "zwei"
    room.name(second, "zwei")
    room.publish()
    assert room.found("xinwen/eins.html") == "zwei"


def test_a_chain_a_circle_and_an_exchange_lead_to_each_ones_page(room: Newsroom) -> None:
    first, second, third = (room.write(slug) for slug in ("eins", "zwei", "drei"))
    room.publish()
    for slug in ("a", "b"):  # a chain: each address of one that moves on and on
        room.name(first, slug)
        room.publish()
    assert [room.found(f"xinwen/{slug}.html") for slug in ("eins", "a", "b")] == ["eins"] * 3
    room.name(first, "eins")  # a circle
    room.publish()
    assert [room.found(f"xinwen/{slug}.html") for slug in ("eins", "a", "b")] == ["eins"] * 3
    room.name(second, "kurz")  # two exchange their addresses
    room.name(third, "zwei")
    room.name(second, "drei")
    room.publish()
    assert [room.found(f"xinwen/{slug}.html") for slug in ("zwei", "drei")] == ["drei", "zwei"]
    room.name(third, "x")
    room.name(second, "y")
    room.publish()
    assert [room.found(f"xinwen/{slug}.html") for slug in ("zwei", "drei")] == ["drei", "zwei"]


def test_what_no_host_was_given_is_whoevers_who_left_it_last(room: Newsroom) -> None:
    """A site that is built and brought to its host by other means: nobody can say who knows the address."""
    first, second = room.write("eins"), room.write("zwei")
    room.name(first, "weg")
    room.name(second, "eins")
    room.name(second, "zwei")
    assert [(r.old_path, r.article_id) for r in snapshot.take(room.site).redirects] == [("xinwen/eins.html", second)]


def test_a_draft_that_waits_at_an_address_takes_nothing_away(room: Newsroom) -> None:
    first = room.write("eins")
    room.publish()
    room.name(first, "weg")
    draft = room.write("eins", title="neu", state=State.DRAFT)
    room.publish()
    assert room.found("xinwen/eins.html") == "eins"
    later = datetime.now(UTC) + timedelta(days=3)
    room.site.articles.save(draft, {"state": State.READY, "date": later})
    room.publish()
    assert room.found("xinwen/eins.html") == "eins"
    room.site.articles.save(draft, {"date": datetime.now(UTC)})
    room.publish()
    assert room.found("xinwen/eins.html") == "neu"


@pytest.mark.parametrize("way", ["withdrawn", "trashed", "purged", "put off"])
def test_who_was_taken_away_leaves_word_at_every_address_it_had(room: Newsroom, way: str) -> None:
    first, second = room.write("eins"), room.write("zwei")
    room.publish()
    room.name(first, "weg")
    room.publish()
    if way == "withdrawn":
        withdrawing.withdraw(room.site, [first])
    elif way == "put off":
        room.site.articles.save(first, {"date": datetime.now(UTC) + timedelta(days=3)})
    else:
        room.site.articles.trash([first])
        if way == "purged":
            room.site.articles.purge([first])
    room.name(second, "eins")  # passes through
    room.name(second, "zwei")
    room.publish()
    for path in ("xinwen/eins.html", "xinwen/weg.html"):
        assert not _REFRESH.search((room.host / path).read_text(encoding="utf-8"))
        assert room.found(path) == _GONE
        assert f"/{path} 1;" in (room.host / "server/gone.nginx.map").read_text(encoding="utf-8")
    assert "eins" not in (room.host / "_redirects").read_text(encoding="utf-8")


def test_another_one_may_live_where_one_was_withdrawn_and_both_may_come_back(room: Newsroom) -> None:
    first, second = room.write("eins"), room.write("zwei")
    room.publish()
    withdrawing.withdraw(room.site, [first])
    room.publish()
    room.name(first, "weg")
    room.name(second, "eins")
    room.publish()
    assert room.found("xinwen/eins.html") == "zwei"
    room.name(second, "zwei")
    room.site.articles.save(first, {"state": State.READY, "slug": "eins"})
    room.publish()
    assert room.found("xinwen/eins.html") == "eins"


def test_what_was_purged_for_good_reminds_of_nothing(room: Newsroom) -> None:
    first = room.write("eins")
    room.publish()
    room.name(first, "weg")
    room.publish()
    withdrawing.purge(room.site, [first])
    taken = snapshot.take(room.site)
    assert not {"xinwen/eins.html", "xinwen/weg.html"} & {*taken.published, *Generator(taken).outputs()}
    assert not taken.redirects


def test_columns_that_change_join_and_part_keep_their_readers(room: Newsroom) -> None:
    columns = room.site.columns
    second = columns.add("要闻", slug="yaowen").id
    room.write("eins")
    room.write("zwei", column_id=second)
    room.publish()
    columns.change(room.column, {"slug": "weg"})
    columns.change(second, {"slug": "xinwen"})  # passes through
    columns.change(second, {"slug": "yaowen"})
    room.publish()
    assert (room.found("xinwen/index.html"), room.found("xinwen/eins.html")) == ("新闻", "eins")
    columns.change(room.column, {"slug": "xinwen"})  # renamed and renamed back
    room.publish()
    assert (room.found("weg/index.html"), room.found("weg/eins.html")) == ("新闻", "eins")
    step = columns.merge([room.column], second)
    room.publish()
    assert [room.found(f"{slug}/index.html") for slug in ("xinwen", "weg")] == ["要闻", "要闻"]
    assert room.found("weg/eins.html") == "eins"
    columns.take_back(step)
    columns.change(room.column, {"slug": "drei"})
    room.publish()
    assert [room.found(f"{slug}/index.html") for slug in ("xinwen", "weg", "yaowen")] == ["新闻", "新闻", "要闻"]
    assert [room.found(f"{slug}/eins.html") for slug in ("xinwen", "weg", "yaowen")] == ["eins"] * 3


def test_a_column_that_joined_whoever_took_its_address_comes_back_to_its_readers(room: Newsroom) -> None:
    columns = room.site.columns
    room.publish()
    columns.change(room.column, {"slug": "weg"})
    other = columns.add("要闻", slug="xinwen").id
    step = columns.merge([room.column], other)
    columns.change(other, {"slug": "yaowen"})
    columns.take_back(step)
    room.publish()
    assert room.found("xinwen/index.html") == "新闻"


def test_readers_of_a_removed_column_are_not_given_to_another(room: Newsroom) -> None:
    columns = room.site.columns
    second = columns.add("要闻", slug="yaowen").id
    room.publish()
    step = columns.remove(room.column)
    columns.change(second, {"slug": "xinwen"})
    columns.change(second, {"slug": "yaowen"})
    room.publish()
    assert room.found("xinwen/index.html") == "站"
    columns.take_back(step)
    room.publish()
    assert room.found("xinwen/index.html") == "新闻"


def test_tags_keep_their_readers_however_they_are_spelled(room: Newsroom) -> None:
    tags = room.site.tags
    room.write("eins", tags=("ai",))
    room.write("zwei", tags=("bi",))
    room.publish()
    tags.rename("ai", "ci")
    tags.rename("bi", "ai")  # passes through
    tags.rename("ai", "bi")
    room.publish()
    assert [room.found(f"tags/{name}/index.html") for name in ("ai", "bi", "ci")] == ["ci", "bi", "ci"]
    tags.rename("ci", "Ci")
    room.publish()
    assert room.found("tags/ai/index.html") == "Ci"


def test_who_leaves_while_the_host_is_written_to_is_found_by_those_who_met_it_there(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = room.write("eins"), room.write("zwei")
    room.publish()
    room.name(first, "weg")
    room.name(second, "eins")
    write = publisher.Publisher.publish

    def meanwhile(self: publisher.Publisher, tree: LocalTree, **choices: Any) -> PublishResult:
        result = write(self, tree, **choices)
        room.name(second, "zwei")
        return result

    monkeypatch.setattr(publisher.Publisher, "publish", meanwhile)
    room.publish()
    monkeypatch.undo()
    room.publish()
    assert room.found("xinwen/eins.html") == "zwei"


def test_a_link_to_what_leads_nowhere_is_found(room: Newsroom) -> None:
    first = room.write("eins")
    room.write("zwei", body="[x](eins.html)")
    room.publish()
    room.name(first, "weg")

    def rules() -> set[str]:
        return {finding.rule for finding in checking.check(room.site)}

    assert "dead-link" not in rules()
    room.site.articles.trash([first])
    room.site.articles.purge([first])
    assert "dead-link" in rules()
