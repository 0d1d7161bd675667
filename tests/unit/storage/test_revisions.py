"""What the history keeps, at any rhythm of writing: all of the last hour, hourly for a day, daily after, named ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chce_desktop.domain.length import count_characters
from chce_desktop.services.site import Site, create_site
from chce_desktop.storage import revisions
from chce_desktop.storage.revisions import COALESCE

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
#: Seconds between two saves: within one revision, within the hour, within the day, days apart.
_PAUSES = st.one_of(st.integers(1, 29), st.integers(31, 900), st.integers(900, 9_000), st.integers(9_000, 200_000))


@dataclass
class _Made:
    at: datetime
    text: str
    named: bool


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with create_site(tmp_path_factory.mktemp("历史") / "站点", "网") as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def in_china() -> Iterator[None]:
    """Days begin when it is 16 o'clock in UTC, where the system lets a process say so."""
    if not hasattr(time, "tzset"):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CST-8")
        time.tzset()
        yield
    time.tzset()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(_PAUSES, st.sampled_from([False] * 7 + [True])), min_size=2, max_size=60), st.integers(0, 86399)
)
def test_automatic_revisions_thin_out_and_named_ones_stay(
    site: Site, saves: list[tuple[int, bool]], start: int
) -> None:
    article = site.articles.create({"title": "题", "body": "0"})
    now = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1, seconds=start)
    first = site.articles.revisions(article.id)[0]
    made = [_Made(first.made_at, "0", named=False)]
    for number, (pause, named) in enumerate(saves, 1):
        now += timedelta(seconds=pause)
        text = str(number)
        with site.connection.write() as session:
            state = replace(article, body=text, characters=count_characters(text))
            revisions.record(session, state, now=now, name="送审稿" if named else None)
        if not named and not made[-1].named and now - made[-1].at < COALESCE:
            made[-1].text = text
        else:
            made.append(_Made(now, text, named))
        history = site.articles.revisions(article.id)
        kept = {site.articles.revision(article.id, revision.id).body: revision for revision in history}
        texts = set(kept)
        assert texts <= {each.text for each in made}
        assert {each.text for each in made if each.named or now - each.at < _HOUR} <= texts
        plain = [each for each in made if not each.named]
        _last_of_each(plain, "%Y-%m-%d %H", texts, newest=now - _HOUR, oldest=now - _DAY)
        _last_of_each(plain, "%Y-%m-%d", texts, newest=now - _DAY, oldest=None)
    site.articles.trash([article.id])
    site.articles.purge([article.id])


def _last_of_each(made: list[_Made], slot: str, kept: set[str], *, newest: datetime, oldest: datetime | None) -> None:
    """Of the slots of time that are over and within a stretch: the last one is kept, and no other."""
    slots: dict[str, list[_Made]] = {}
    for each in made:
        slots.setdefault(each.at.astimezone().strftime(slot), []).append(each)
    for group in slots.values():
        aged = [each for each in group if each.at < newest and (oldest is None or each.at > oldest)]
        assert sum(each.text in kept for each in aged) <= 1
        if aged == group:
            assert group[-1].text in kept


def test_a_text_that_was_mostly_cut_stays_in_the_history_however_soon(site: Site) -> None:
    article = site.articles.create({"title": "题", "body": ""})
    for body in ("写了一段。" * 40, "写了一段。" * 39, "写", "写一"):
        article = site.articles.save(article.id, {"body": body})
    history = site.articles.revisions(article.id)
    assert [site.articles.revision(article.id, each.id).body for each in history] == ["写一", "写了一段。" * 39]
