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
from chce_desktop.services import computer, publishing
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
    assert not own.exists()

    back = sit_at("甲")
    again = publishing.compare(back, back.targets.all()[0].id)
    assert again.questions[0].code == OTHER_GENERATION
    assert "bbbb" in again.questions[0].title  # 乙 gave no name, and none is made of its host name
    _publish(back, OTHER_GENERATION)
    assert own.exists()


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
