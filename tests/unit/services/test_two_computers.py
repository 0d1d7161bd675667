"""Two computers with a copy of the same library publish to one host, and nobody loses a page in silence."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from chce_desktop.domain.article import State
from chce_desktop.foundation.errors import DecisionNeeded
from chce_desktop.publishing.outcome import OTHER_GENERATION, UNUSUAL_DELETION
from chce_desktop.services import computer, publishing, renewals, withdrawing
from chce_desktop.services.backup import backup, restore
from chce_desktop.services.site import Site, create_site, open_site
from chce_desktop.storage import presence

AsComputer = Callable[[str], Site]


@pytest.fixture
def host(tmp_path: Path) -> Path:
    return tmp_path / "主机"


@pytest.fixture
def sit_at(tmp_path: Path, host: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AsComputer]:
    """Sit down at computer 甲 or 乙: own library, own settings and cache, own pseudonym."""
    with create_site(tmp_path / "甲" / "站点", "测试网") as site:
        site.articles.create({"title": "共同的文章", "body": "正文。", "state": State.READY})
        site.targets.add("主机", host.as_uri())
    shutil.copytree(tmp_path / "甲" / "站点", tmp_path / "乙" / "站点")
    with ExitStack() as open_sites:
        sites = {name: open_sites.enter_context(open_site(tmp_path / name / "站点")) for name in "甲乙"}

        def sit(name: str) -> Site:
            monkeypatch.setenv("CHCE_HOME", str(tmp_path / name / "home"))
            monkeypatch.setattr(presence, "machine", lambda: {"甲": "a" * 16, "乙": "b" * 16}[name])
            return sites[name]

        yield sit


def _publish(site: Site, *accept: str) -> publishing.PublishReceipt:
    return publishing.publish(site, site.targets.all()[0].id, accept=accept)


def test_the_second_computer_is_told_who_and_takes_over_only_knowingly(sit_at: AsComputer, host: Path) -> None:
    first = sit_at("甲")
    computer.set_label("编辑部的电脑")
    first.articles.create({"title": "只在甲有", "body": "甲的正文。", "state": State.READY})
    _publish(first)
    own = host / "articles" / "zhi-zai-jia-you.html"
    assert own.exists()

    second = sit_at("乙")
    target = second.targets.all()[0].id
    found = publishing.compare(second, target)
    assert [question.code for question in found.questions] == [OTHER_GENERATION, UNUSUAL_DELETION]
    assert found.label == "编辑部的电脑"
    assert "编辑部的电脑" in found.questions[0].title
    assert "articles/zhi-zai-jia-you.html" in found.questions[0].paths
    assert "articles/zhi-zai-jia-you.html" in found.questions[1].paths
    with pytest.raises(DecisionNeeded):
        _publish(second)
    with pytest.raises(DecisionNeeded) as caught:
        _publish(second, OTHER_GENERATION)  # taking over is one decision, deleting the other's pages another
    assert caught.value.code == UNUSUAL_DELETION
    assert own.exists()
    _publish(second, OTHER_GENERATION, UNUSUAL_DELETION)
    assert "甲的正文" not in own.read_text(encoding="utf-8")  # readers who know the address are told
    assert publishing.compare(second, target).up_to_date

    back = sit_at("甲")
    again = publishing.compare(back, back.targets.all()[0].id)
    assert again.questions[0].code == OTHER_GENERATION
    assert "bbbb" in again.questions[0].title  # 乙 gave no name, and none is made of its host name
    _publish(back, OTHER_GENERATION)
    assert "甲的正文" in own.read_text(encoding="utf-8")

    second = sit_at("乙")  # a notice in the place of the other's page is no smaller a loss than none
    found = publishing.compare(second, target)
    assert [question.code for question in found.questions] == [OTHER_GENERATION, UNUSUAL_DELETION]
    assert found.questions[1].paths == ("articles/zhi-zai-jia-you.html",)
    with pytest.raises(DecisionNeeded):
        _publish(second, OTHER_GENERATION)
    assert "甲的正文" in own.read_text(encoding="utf-8")


def test_what_was_withdrawn_here_is_no_loss_though_the_other_computer_shows_it(sit_at: AsComputer, host: Path) -> None:
    page = host / "articles" / "gong-tong-de-wen-zhang.html"
    _publish(sit_at("甲"))
    _publish(sit_at("乙"), OTHER_GENERATION)
    second = sit_at("甲")
    withdrawing.withdraw(second, [1])
    found = publishing.compare(second, second.targets.all()[0].id)
    assert [question.code for question in found.questions] == []
    _publish(second)
    other = sit_at("乙")
    other.articles.create({"title": "乙新写的", "body": "x", "state": State.READY})
    _publish(other, OTHER_GENERATION)
    assert "正文。" in page.read_text(encoding="utf-8")
    second = sit_at("甲")
    asked = publishing.compare(second, second.targets.all()[0].id).questions
    assert asked[-1].paths == ("articles/yi-xin-xie-de.html",)
    _publish(second, OTHER_GENERATION, UNUSUAL_DELETION)
    assert "正文。" not in page.read_text(encoding="utf-8")


def test_what_was_deleted_for_good_here_leaves_no_notice_behind(sit_at: AsComputer, host: Path) -> None:
    page = host / "articles" / "gong-tong-de-wen-zhang.html"
    first = sit_at("甲")
    first.articles.create({"title": "另一篇", "body": "x", "state": State.READY})
    _publish(first)
    _publish(sit_at("乙"), OTHER_GENERATION, UNUSUAL_DELETION)
    assert page.exists()
    first = sit_at("甲")
    withdrawing.purge(first, [1])
    _publish(first, OTHER_GENERATION, UNUSUAL_DELETION)
    assert not page.exists()


@pytest.fixture
def published(tmp_path: Path, host: Path, app_home: Path) -> Path:
    """A site that was published, with a backup of it beside it."""
    folder = tmp_path / "站点"
    with create_site(folder, "测试网") as site:
        for number in range(30):
            site.articles.create({"title": f"文章{number}", "body": "正文。", "state": State.READY})
        site.targets.add("主机", host.as_uri())
        _publish(site)
        backup(site, tmp_path / "备份.zip")
    return folder


def _put_back(folder: Path) -> None:
    shutil.rmtree(folder)
    restore(folder.with_name("备份.zip"), folder)


def test_a_library_that_was_put_back_asks_before_it_takes_away_what_it_does_not_know(
    published: Path, host: Path
) -> None:
    later, moved = host / "articles" / "hou-lai-de.html", host / "articles" / "gai-ming.html"
    with open_site(published) as site:
        site.articles.create({"title": "后来的", "body": "后来的正文。", "state": State.READY})
        site.articles.save(3, {"slug": "gai-ming"})
        _publish(site)
        assert later.exists()
        assert moved.exists()
    _put_back(published)
    with open_site(published) as site:
        target = site.targets.all()[0].id
        found = publishing.compare(site, target)
        assert [question.code for question in found.questions] == [OTHER_GENERATION, UNUSUAL_DELETION]
        assert "This computer" in found.questions[0].title
        assert found.questions[1].paths == ("articles/gai-ming.html", "articles/hou-lai-de.html")
        for accepted in ((), (OTHER_GENERATION,)):
            for _again in range(2):  # an attempt that was stopped by a question is no publish
                with pytest.raises(DecisionNeeded):
                    _publish(site, *accepted)
        assert "后来的正文" in later.read_text(encoding="utf-8")
        _publish(site, OTHER_GENERATION, UNUSUAL_DELETION)
        assert "后来的正文" not in later.read_text(encoding="utf-8")
        assert moved.exists()
        assert publishing.compare(site, target).up_to_date
        assert "articles/hou-lai-de.html" in (host / "server" / "gone.nginx.map").read_text(encoding="utf-8")


def test_addresses_of_a_library_that_never_remembered_any_go_on_answering(published: Path, host: Path) -> None:
    """As programs before there was a table of them left it."""
    with open_site(published) as site:
        with site.connection.write() as session:
            session.raw.execute("DELETE FROM published_path")
        site.articles.trash([3])
        assert publishing.compare(site, site.targets.all()[0].id).questions == ()
        _publish(site)
    assert "正文。" not in (host / "articles" / "wen-zhang-2.html").read_text(encoding="utf-8")


def test_generations_that_were_counted_before_a_library_was_put_back_are_no_releases_of_it(
    published: Path, host: Path
) -> None:
    with open_site(published) as site:
        site.articles.save(3, {"body": "前世。"})
        _publish(site)
    _put_back(published)
    for entry in host.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    with open_site(published) as site:
        target = site.targets.all()[0].id
        site.articles.save(3, {"body": "今生。"})
        assert _publish(site).result.generation == 2
        site.articles.save(3, {"body": "后来。"})
        _publish(site)
        publishing.roll_back(site, target, 2)
        assert "今生" in (host / "articles" / "wen-zhang-2.html").read_text(encoding="utf-8")


def test_a_publish_that_died_before_it_was_recorded_asks_nobody_and_its_addresses_answer(
    published: Path, host: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_site(published) as site:
        new = site.articles.create({"title": "后来的", "body": "后来的正文。", "state": State.READY})
        with monkeypatch.context() as killed:

            def die(*_: object, **__: object) -> None:
                raise SystemExit

            killed.setattr(renewals, "forget", die)
            killed.setattr(publishing, "_record", die)
            with pytest.raises(SystemExit):
                _publish(site)
        assert (host / "articles" / "hou-lai-de.html").exists()
        site.articles.trash([new.id])
        found = publishing.compare(site, site.targets.all()[0].id)
        assert found.questions == ()
        _publish(site)
        assert "后来的正文" not in (host / "articles" / "hou-lai-de.html").read_text(encoding="utf-8")


def test_a_second_computer_that_has_all_pages_takes_over_with_one_decision(sit_at: AsComputer) -> None:
    _publish(sit_at("甲"))
    second = sit_at("乙")
    second.articles.create({"title": "乙新写的", "body": "x", "state": State.READY})
    found = publishing.compare(second, second.targets.all()[0].id)
    assert [question.code for question in found.questions] == [OTHER_GENERATION]
    _publish(second, OTHER_GENERATION)
    assert publishing.compare(second, second.targets.all()[0].id).up_to_date


def test_no_name_leaves_this_computer_unless_it_was_given(sit_at: AsComputer, host: Path) -> None:
    first = sit_at("甲")
    assert computer.label() == ""
    _publish(first)
    head = (host / ".chce" / "head.json").read_text(encoding="utf-8")
    assert "label" not in head
    name = computer.suggestion()
    assert len(name) < 4 or name not in head


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  编辑部 ", "编辑部"), ("a\nb\x00c", "a b c"), ("长" * 60, "长" * 40), ("", ""), ("  ", "")],
)
def test_names_are_tidied_and_kept(app_home: Path, typed: str, kept: str) -> None:
    assert computer.set_label(typed) == kept
    assert computer.label() == kept
