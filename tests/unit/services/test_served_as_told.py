"""A publish is compared with what readers get, also where nginx or Apache answer as the site's own files tell them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chce_desktop.domain.article import State
from chce_desktop.publishing.outcome import WITHDRAWN_RETURN
from chce_desktop.services import publishing, withdrawing
from chce_desktop.services.publishing import PublishResult
from chce_desktop.services.site import Site, create_site
from tests.helpers.web_server import WebServer

pytestmark = pytest.mark.server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "站") as made:
        column = made.columns.add("新闻", slug="xinwen").id
        for number in range(4):
            made.articles.create(
                {
                    "title": f"文{number}",
                    "slug": f"wen-{number}",
                    "body": "字",
                    "column_id": column,
                    "state": State.READY,
                }
            )
        made.targets.add("主机", (tmp_path / "主机").as_uri())
        yield made


def _publish(site: Site) -> PublishResult:
    target = site.targets.all()[0].id
    accept = [question.code for question in publishing.compare(site, target).questions]
    return publishing.publish(site, target, accept=accept, thorough=True).result


def _change(site: Site) -> None:
    first, second = (site.articles.find_by_slug(f"wen-{number}") for number in (0, 1))
    assert first
    assert second
    site.articles.save(first.id, {"slug": "neu"})
    withdrawing.withdraw(site, [second.id])


@pytest.mark.parametrize("server", ["nginx", "apache"])
@pytest.mark.parametrize("includes", [False, True])
def test_a_server_that_does_as_it_is_told_is_no_fault(
    site: Site,
    tmp_path: Path,
    serve_as_told: Callable[[Path], WebServer],
    apache_as_told: Callable[[Path, str], WebServer],
    *,
    server: str,
    includes: bool,
) -> None:
    site.settings.update(server_includes=includes)
    _publish(site)
    _change(site)
    _publish(site)
    host = tmp_path / "主机"
    served = serve_as_told(host) if server == "nginx" else apache_as_told(host, "http://127.0.0.1/")
    site.targets.change(site.targets.all()[0].id, public_url=served.url, url=served.root.as_uri())
    result = _publish(site)
    assert not result.warnings
    assert result.verified_by == "address"
    assert result.verified > 20


def test_an_earlier_publication_is_compared_as_the_server_puts_it_together(
    site: Site, tmp_path: Path, serve_as_told: Callable[[Path], WebServer]
) -> None:
    site.settings.update(server_includes=True)
    first = _publish(site)
    target = site.targets.all()[0].id
    site.targets.change(target, public_url=serve_as_told(tmp_path / "主机").url)
    site.settings.update(name="新名")
    _publish(site)
    result = publishing.roll_back(site, target, first.generation).result
    assert not result.warnings
    assert result.verified_by == "address"


@pytest.mark.parametrize("server", ["nginx", "apache"])
def test_an_earlier_publication_is_compared_with_what_the_server_was_told_then(
    site: Site,
    tmp_path: Path,
    serve_as_told: Callable[[Path], WebServer],
    apache_as_told: Callable[[Path, str], WebServer],
    server: str,
) -> None:
    _publish(site)
    _change(site)
    earlier = _publish(site)
    host, target = tmp_path / "主机", site.targets.all()[0].id
    served = serve_as_told(host) if server == "nginx" else apache_as_told(host, "http://127.0.0.1/")
    site.targets.change(target, public_url=served.url, url=served.root.as_uri())
    site.settings.update(name="新名")
    _publish(site)
    result = publishing.roll_back(site, target, earlier.generation).result
    assert not result.warnings
    assert result.verified_by == "address"


def test_an_earlier_publication_whose_pages_the_server_leads_on_from_is_told_of(
    site: Site, tmp_path: Path, serve_as_told: Callable[[Path], WebServer]
) -> None:
    first = _publish(site)
    _change(site)
    _publish(site)
    target = site.targets.all()[0].id
    site.targets.change(target, public_url=serve_as_told(tmp_path / "主机").url)
    accept = [WITHDRAWN_RETURN]
    result = publishing.roll_back(site, target, first.generation, accept=accept).result
    told = " ".join(result.warnings)
    assert "xinwen/wen-0.html" in told
    assert "xinwen/wen-1.html" in told


@pytest.mark.parametrize("includes", [False, True])
def test_a_server_that_shows_what_was_is_told_of(
    site: Site, tmp_path: Path, serve_as_told: Callable[[Path], WebServer], *, includes: bool
) -> None:
    site.settings.update(server_includes=includes)
    _publish(site)
    shutil.copytree(tmp_path / "主机", tmp_path / "旧")
    site.targets.change(site.targets.all()[0].id, public_url=serve_as_told(tmp_path / "旧").url)
    _change(site)
    told = " ".join(_publish(site).warnings)
    assert "old copies" in told


def test_a_page_that_came_back_while_the_server_still_leads_on_is_told_of(
    site: Site, tmp_path: Path, serve_as_told: Callable[[Path], WebServer]
) -> None:
    _publish(site)
    _change(site)
    _publish(site)
    url = serve_as_told(tmp_path / "主机").url  # it reads its tables once
    site.targets.change(site.targets.all()[0].id, public_url=url)
    _publish(site)
    moved, withdrawn = site.articles.find_by_slug("neu"), site.articles.find_by_slug("wen-1")
    assert moved
    assert withdrawn
    site.articles.save(moved.id, {"slug": "wen-0"})
    site.articles.save(withdrawn.id, {"state": State.READY})
    told = " ".join(_publish(site).warnings)
    assert "xinwen/wen-0.html" in told
    assert "xinwen/wen-1.html" in told
