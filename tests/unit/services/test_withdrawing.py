"""What is withdrawn is gone from the whole site, and what is purged from the library's file too."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from chce_desktop.domain.article import State
from chce_desktop.foundation.errors import DecisionNeeded
from chce_desktop.services import publishing, targetfolder, withdrawing
from chce_desktop.services.errors import ArticleNotFound
from chce_desktop.services.site import Site, create_site

_SECRET = ("不该发布的消息", "琉璃塔下的窃窃私语", "独有标签乙")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "测试网") as made:
        made.settings.update(url="https://www.example.cn")
        column = made.columns.add("新闻中心").id
        for number in range(30):
            made.articles.create(
                {
                    "title": f"平常消息{number}",
                    "body": "平常的正文。",
                    "column_id": column,
                    "state": State.READY,
                    "tags": ("常用",),
                }
            )
        picture = io.BytesIO()
        Image.new("RGB", (400, 300), "red").save(picture, "PNG")
        item = made.media.add_bytes(picture.getvalue(), "独有图片.png")
        made.articles.create(
            {
                "title": _SECRET[0],
                "summary": f"{_SECRET[1]}的摘要",
                "body": f"{_SECRET[1]}，说了很多。\n\n![图]({item.path})",
                "column_id": column,
                "state": State.READY,
                "tags": ("常用", _SECRET[2]),
                "source": "独有来源丙",
            }
        )
        yield made


def _article(site: Site) -> int:
    return site.articles.find_titles(_SECRET[0])[0].id


def _traces(folder: Path, words: tuple[str, ...]) -> list[str]:
    """Where any of the words stands, in plain text, escaped for JSON, or packed."""
    found = []
    forms = [form for word in words for form in (word.encode(), word.encode("unicode_escape"))]
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            plain = gzip.decompress(data) if path.suffix == ".gz" else data
            if any(form in plain for form in forms):
                found.append(path.relative_to(folder).as_posix())
    return found


def test_a_withdrawn_article_leaves_no_trace_on_the_host_but_a_page_that_says_so(site: Site, tmp_path: Path) -> None:
    host = tmp_path / "主机"
    target = site.targets.add("主机", host.as_uri()).id
    publishing.publish(site, target)
    words = (*_SECRET, "独有来源丙")
    before = _traces(host, words)
    assert {"xin-wen-zhong-xin/index.html", "index.html", "feed.xml"} <= set(before), before
    assert any(path.startswith("search/") for path in before)
    pictures = set(host.rglob("media/**/*.png"))
    assert pictures
    found = withdrawing.withdraw(site, [_article(site)])
    assert found.addresses == (f"https://www.example.cn/{found.paths[0]}",)
    publishing.publish(site, target)
    assert _traces(host, words) == []
    page = (host / found.paths[0]).read_text(encoding="utf-8")
    assert "noindex" in page
    assert found.paths[0] not in (host / "sitemap.xml").read_text(encoding="utf-8")
    assert not pictures & set(host.rglob("media/**/*.png"))
    assert site.articles.get(_article(site)).state is State.WITHDRAWN


def test_a_roll_back_does_not_bring_a_withdrawn_article_back_in_silence(site: Site, tmp_path: Path) -> None:
    host = tmp_path / "主机"
    target = site.targets.add("主机", host.as_uri()).id
    publishing.publish(site, target)
    found = withdrawing.withdraw(site, [_article(site)])
    publishing.publish(site, target)
    with pytest.raises(DecisionNeeded) as caught:
        publishing.roll_back(site, target, 1)
    assert caught.value.code == "withdrawn_return"
    assert found.paths[0] in caught.value.detail
    assert _traces(host, _SECRET) == []
    (question,) = publishing.compare_earlier(site, target, 1).questions
    assert question.paths == found.paths
    assert publishing.compare_earlier(site, target, 2).questions == ()
    publishing.roll_back(site, target, 1, accept=["withdrawn_return"])
    assert _traces(host, _SECRET)


def test_what_is_purged_is_gone_from_host_releases_and_library(site: Site, tmp_path: Path) -> None:
    host = tmp_path / "主机"
    target = site.targets.add("主机", host.as_uri())
    publishing.publish(site, target.id)
    article_id = _article(site)
    site.articles.save(article_id, {"body": f"{_SECRET[1]}，改过。"})
    publishing.publish(site, target.id)
    assert publishing.kept_generations(site, target.id) == (2, 1)
    found = withdrawing.purge(site, [article_id])
    assert publishing.kept_generations(site, target.id) == ()
    assert _traces(targetfolder.folder(site, target), _SECRET[:2]) == []
    with pytest.raises(ArticleNotFound):
        site.articles.get(article_id)
    publishing.publish(site, target.id)
    assert _traces(host, _SECRET) == []
    assert not (host / found.paths[0]).exists()
    assert _traces(site.folder, _SECRET[:2]) == []


def test_pages_that_a_build_left_alone_do_not_keep_a_withdrawn_title(site: Site, tmp_path: Path) -> None:
    """The blocks of every page are renewed in the reader's browser, so that pages hold those of an earlier build."""
    host = tmp_path / "主机"
    target = site.targets.add("主机", host.as_uri()).id
    publishing.publish(site, target)
    for number in range(12):
        site.articles.create({"title": f"后来的消息{number}", "body": "后来。", "state": State.READY})
        if number in (0, 11):
            publishing.publish(site, target)
    site.articles.save(_article(site), {"slug": "ein-anderer-name"})
    publishing.publish(site, target)
    assert any("ping-chang" in path for path in _traces(host, _SECRET[:1]))
    withdrawing.withdraw(site, [_article(site)])
    publishing.publish(site, target)
    assert _traces(host, _SECRET) == []


@pytest.mark.parametrize("how", ["withdraw", "trash", "draft", "purge"])
def test_many_articles_that_readers_lose_at_once_are_asked_about(site: Site, tmp_path: Path, how: str) -> None:
    """Also where a page stays that says so."""
    target = site.targets.add("主机", (tmp_path / "主机").as_uri()).id
    publishing.publish(site, target)
    ids = [site.articles.find_titles(f"平常消息{number}")[0].id for number in range(10, 20)]
    if how == "withdraw":
        withdrawing.withdraw(site, ids)
    elif how == "draft":
        site.articles.set_many(ids, {"state": State.DRAFT})
    else:
        site.articles.trash(ids)
        if how == "purge":
            site.articles.purge(ids)
    questions = {one.code: one for one in publishing.compare(site, target).questions}
    assert len(questions["unusual_deletion"].paths) == 10
    with pytest.raises(DecisionNeeded):
        publishing.publish(site, target)
    publishing.publish(site, target, accept={"unusual_deletion"})
    # The pages that say so look different now, and take nothing away that readers had.
    site.settings.update(name="另一个名字")
    assert publishing.compare(site, target).questions == ()
    assert publishing.publish(site, target).result.uploaded > 10


def test_what_was_planned_with_a_time_is_not_asked_about(site: Site, tmp_path: Path) -> None:
    target = site.targets.add("主机", (tmp_path / "主机").as_uri()).id
    soon = datetime.now(UTC) + timedelta(hours=1)
    ids = [site.articles.find_titles(f"平常消息{number}")[0].id for number in range(10, 20)]
    site.articles.set_many(ids, {"withdraw_at": soon})
    publishing.publish(site, target)
    assert publishing.publish(site, target, now=soon + timedelta(minutes=1)).result.uploaded > 10


def test_only_articles_that_exist_are_withdrawn(site: Site) -> None:
    article_id = _article(site)
    with pytest.raises(ArticleNotFound):
        withdrawing.withdraw(site, [article_id, 9999])
    assert site.articles.get(article_id).state is State.READY


def test_what_is_out_of_reach_is_named_with_an_address() -> None:
    told = [withdrawing.told(place) for place in withdrawing.ELSEWHERE]
    assert all(name and text for name, text, _ in told)
    assert sum(bool(url) for *_, url in told) >= 6
    assert all(url.startswith("https://") for *_, url in told if url)
