from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chce_desktop.domain.article import State
from chce_desktop.domain.publication import PublicationState
from chce_desktop.foundation.errors import ChceError, DecisionNeeded
from chce_desktop.publishing.errors import ReleaseMissing
from chce_desktop.services import publishing
from chce_desktop.services.site import Site, create_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "测试网") as made:
        made.articles.create({"title": "第一篇", "body": "旧文", "state": State.READY})
        made.articles.create({"title": "草稿", "body": "没有写完"})
        yield made


def _target(site: Site, folder: Path) -> int:
    return site.targets.add("主机", folder.as_uri()).id


def test_what_is_ready_goes_out_and_is_recorded_once_confirmed(site: Site, tmp_path: Path) -> None:
    host = tmp_path / "主机"
    target = _target(site, host)
    compared = publishing.compare(site, target)
    assert "articles/di-yi-pian.html" in compared.added
    assert not host.exists() or not list(host.iterdir())
    receipt = publishing.publish(site, target)
    assert receipt.newly_published == 1
    assert "旧文" in (host / "articles" / "di-yi-pian.html").read_text(encoding="utf-8")
    assert site.articles.counts().by_state[State.PUBLISHED] == 1
    assert not list(host.rglob("cao-gao.html"))
    (record,) = site.publications.of(target)
    assert (record.state, record.generation, record.uploaded) == (PublicationState.DONE, 1, receipt.result.uploaded)
    again = publishing.publish(site, target)
    assert (again.result.uploaded, again.result.generation) == (0, 1)


def test_publishing_is_no_edit(site: Site, tmp_path: Path) -> None:
    before = site.articles.get(1)
    publishing.publish(site, _target(site, tmp_path / "主机"))
    after = site.articles.save(1, {"body": "新文"}, base_version=before.version)
    assert after.state is State.PUBLISHED


def test_a_failed_publish_is_recorded_as_failed_and_marks_nothing(site: Site, tmp_path: Path) -> None:
    host = tmp_path / "主机"
    host.mkdir()
    (host / "fremd.html").write_text("x", encoding="utf-8")
    target = _target(site, host)
    with pytest.raises(DecisionNeeded) as caught:
        publishing.publish(site, target)
    assert site.articles.get(1).state is State.READY
    assert [p.state for p in site.publications.of(target)] == [PublicationState.FAILED]
    publishing.publish(site, target, accept={caught.value.code})
    assert (host / "fremd.html").read_text(encoding="utf-8") == "x"


def test_an_earlier_publication_can_be_put_back(site: Site, tmp_path: Path) -> None:
    host = tmp_path / "主机"
    page = host / "articles" / "di-yi-pian.html"
    target = _target(site, host)
    publishing.publish(site, target)
    site.articles.save(1, {"body": "新文"})
    publishing.publish(site, target)
    assert "新文" in page.read_text(encoding="utf-8")
    assert publishing.kept_generations(site, target) == (2, 1)
    receipt = publishing.roll_back(site, target, 1)
    assert receipt.result.generation == 3
    assert "旧文" in page.read_text(encoding="utf-8")
    assert site.articles.get(1).body == "新文"
    assert publishing.publish(site, target).result.generation == 4
    assert "新文" in page.read_text(encoding="utf-8")
    with pytest.raises(ReleaseMissing):
        publishing.roll_back(site, target, 99)


def test_an_address_that_nobody_serves_is_told_in_a_sentence(site: Site) -> None:
    target = site.targets.add("x", "gopher://example.cn/x")
    with pytest.raises(ChceError) as caught:
        publishing.publish(site, target.id)
    assert caught.value.hint
    assert [p.state for p in site.publications.of(target.id)] == [PublicationState.FAILED]
