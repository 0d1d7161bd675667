"""Only texts that went through every review reach readers, whoever edits what and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from chce_desktop.domain.article import State
from chce_desktop.domain.signoff import CHAIN, Step
from chce_desktop.services import building, checking, person, snapshot
from chce_desktop.services.errors import ArticleChanged, InvalidValue
from chce_desktop.services.publishing import publish
from chce_desktop.services.signing import StepOutOfOrder
from chce_desktop.services.site import Site, create_site, open_site


@pytest.fixture
def site(tmp_path: Path, app_home: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站 点", "测试") as made:
        made.settings.update(sign_off=True)
        yield made


def write(site: Site, title: str = "原题", state: State = State.READY) -> int:
    return site.articles.create({"title": title, "body": "原文。", "state": state}).id


def sign(site: Site, article_id: int, *steps: Step) -> None:
    for step in steps or CHAIN:
        site.signoffs.make(article_id, step, who="张三")


def shown(site: Site, tmp_path: Path) -> str:
    building.build(site, tmp_path / "页面")
    return "\n".join(path.read_text("utf-8") for path in sorted((tmp_path / "页面").rglob("articles/*.html")))


def test_the_chain_is_kept(site: Site, tmp_path: Path) -> None:
    article_id = write(site, state=State.DRAFT)
    for number, step in enumerate(CHAIN):
        for wrong in CHAIN[number + 1 :]:
            with pytest.raises(StepOutOfOrder):
                site.signoffs.make(article_id, wrong)
        assert "原文" not in shown(site, tmp_path)
        site.signoffs.make(article_id, step, who="  李\n四 ")
    assert site.articles.get(article_id).state is State.READY
    assert "原文" in shown(site, tmp_path)
    records = site.signoffs.records(article_id)
    assert [record.step for record in records] == list(CHAIN)
    assert {record.who for record in records} == {"李 四"}
    assert len({record.text_hash for record in records}) == 1
    with pytest.raises(StepOutOfOrder):
        site.signoffs.make(article_id, Step.FINAL)
    with pytest.raises(StepOutOfOrder):
        site.signoffs.make(article_id, Step.ADOPTED)


@pytest.mark.parametrize("state", [State.READY, State.PUBLISHED])
def test_states_alone_let_nothing_out(site: Site, tmp_path: Path, state: State) -> None:
    article_id = write(site, state=state)
    sign(site, article_id, *CHAIN[:3])
    site.articles.set_many([article_id], {"state": state})
    assert "原文" not in shown(site, tmp_path)
    assert "not-signed" in [f.rule for f in checking.check(site) if f.article_id == article_id]


@pytest.mark.parametrize(
    "patch",
    [{"title": "新题"}, {"body": "新文。"}, {"summary": "新"}, {"source": "新"}, {"tags": ("新",)}, {"subtitle": "新"}],
)
def test_an_edit_drops_the_sign_off(site: Site, tmp_path: Path, patch: dict[str, str]) -> None:
    article_id = write(site)
    sign(site, article_id)
    assert site.signoffs.standing(article_id).signed
    site.articles.save(article_id, patch)  # type: ignore[arg-type]
    standing = site.signoffs.standing(article_id)
    assert not standing.signed
    assert standing.dropped
    assert standing.next is Step.SUBMIT
    assert "原文" not in shown(site, tmp_path)  # ready, never published


def test_emphasis_and_place_are_no_part_of_the_text(site: Site) -> None:
    article_id = write(site)
    sign(site, article_id)
    site.articles.save(article_id, {"column_id": site.columns.add("新闻").id, "reads": 7, "slug": "anders"})
    assert site.signoffs.standing(article_id).signed


def test_a_published_article_keeps_its_signed_text(site: Site, tmp_path: Path) -> None:
    article_id = write(site)
    sign(site, article_id)
    target = site.targets.add("主站", (tmp_path / "发布").as_uri()).id
    publish(site, target)
    assert site.articles.get(article_id).state is State.PUBLISHED
    site.articles.save(article_id, {"title": "改题", "body": "改文。"})
    site.articles.set_each({article_id: {"source": "新来源"}})
    receipt = publish(site, target)
    pages = "\n".join(path.read_text("utf-8") for path in (tmp_path / "发布").rglob("*.html"))
    assert "原文" in pages
    assert "改题" not in pages
    assert "改文" not in pages
    assert "新来源" not in pages
    assert receipt.result.deleted == 0
    site.signoffs.make(article_id, Step.SUBMIT)
    site.signoffs.make(article_id, Step.RETURN, remark="再改")
    assert "原文" in shown(site, tmp_path)
    assert site.articles.get(article_id).state is State.PUBLISHED
    sign(site, article_id)
    assert "改文" in shown(site, tmp_path)
    assert "改题" in shown(site, tmp_path)


def test_an_unsigned_date_takes_nothing_off_and_brings_nothing_out(site: Site) -> None:
    published, waiting = write(site), write(site, "待发")
    later = datetime.now(UTC) + timedelta(days=9)
    site.articles.save(waiting, {"date": later})
    for article_id in (published, waiting):
        sign(site, article_id)
    site.articles.set_many([published], {"state": State.PUBLISHED})
    site.articles.set_many([published], {"date": later})
    site.articles.set_many([waiting], {"date": datetime.now(UTC) - timedelta(days=9)})
    assert [info.id for info in snapshot.take(site).articles] == [published]


def test_what_is_edited_while_pages_are_built_does_not_slip_in(site: Site) -> None:
    article_id = write(site)
    sign(site, article_id)
    taken = snapshot.take(site)
    with open_site(site.folder) as other:
        other.articles.save(article_id, {"body": "偷换的文。"})
    assert taken.bodies.get([article_id]) == {article_id: "原文。"}


def test_what_readers_see_already_stays_when_a_site_begins_to_ask(tmp_path: Path, app_home: Path) -> None:
    with create_site(tmp_path / "站", "测试") as site:
        old, waiting = write(site), write(site, "待发")
        site.articles.set_many([old], {"state": State.PUBLISHED})
        site.settings.update(sign_off=True)
        assert [info.id for info in snapshot.take(site).articles] == [old]
        site.articles.set_many([old], {"source": "改"})
        site.articles.save(old, {"body": "改文。"})
        (info,) = snapshot.take(site).articles
        assert info.source == ""
        assert "改文" not in shown(site, tmp_path)
        assert not site.signoffs.standing(waiting).signed


def test_a_return_needs_a_remark_and_begins_anew(site: Site) -> None:
    article_id = write(site, state=State.DRAFT)
    with pytest.raises(StepOutOfOrder):
        site.signoffs.make(article_id, Step.RETURN, remark="不行")
    sign(site, article_id, Step.SUBMIT, Step.FIRST)
    assert site.articles.get(article_id).state is State.REVIEW
    with pytest.raises(InvalidValue):
        site.signoffs.make(article_id, Step.RETURN, remark=" ")
    standing = site.signoffs.make(article_id, Step.RETURN, remark="数字请核对")
    assert standing.next is Step.SUBMIT
    assert standing.returned is not None
    assert standing.returned.remark == "数字请核对"
    assert site.articles.get(article_id).state is State.DRAFT


def test_nobody_signs_what_he_has_not_seen(site: Site) -> None:
    article_id = write(site)
    seen = site.articles.get(article_id).version
    site.articles.save(article_id, {"body": "别的。"})
    with pytest.raises(ArticleChanged):
        site.signoffs.make(article_id, Step.SUBMIT, base_version=seen)


def test_a_text_that_comes_back_is_signed_still(site: Site) -> None:
    article_id = write(site)
    sign(site, article_id)
    site.articles.save(article_id, {"body": "改。"})
    site.articles.save(article_id, {"body": "原文。"})
    assert site.signoffs.standing(article_id).signed


def test_the_person_is_the_computers(app_home: Path) -> None:
    assert person.name()
    assert person.choose("  王 \x00五 ") == "王 五"
    assert person.name() == "王 五"
    person.choose("")
    assert person.chosen() == ""


def test_words_of_a_picture_are_signed_with_the_text(site: Site, tmp_path: Path) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 30)).save(picture, "PNG")
    path = site.media.add_bytes(picture.getvalue(), "会场.png").path
    site.media.change(path, caption="旧说明")
    ready, public, other = write(site), write(site, "已发"), write(site, "无图")
    for article_id in (ready, public):
        site.articles.save(article_id, {"body": f"原文。\n\n![]({path})"})
    for article_id in (ready, public, other):
        sign(site, article_id)
    site.articles.set_many([public], {"state": State.PUBLISHED})
    site.media.change(path, caption="旧说明")
    assert site.signoffs.standing(ready).signed
    site.media.change(path, caption="新说明")
    assert [site.signoffs.standing(number).signed for number in (ready, public, other)] == [False, False, True]
    assert site.signoffs.standing(ready).dropped
    assert site.signoffs.records(ready)[-1].remark == "会场.png"
    assert {info.id for info in snapshot.take(site).articles} == {public, other}
    assert "旧说明" in shown(site, tmp_path)
    assert "新说明" not in shown(site, tmp_path)
    sign(site, public)
    assert "旧说明" not in shown(site, tmp_path)
    assert "新说明" in shown(site, tmp_path)


def test_switching_off_and_on_is_recorded(site: Site) -> None:
    person.choose("王五")
    assert [record.step for record in site.signoffs.switches()] == [Step.SWITCHED_ON]
    site.settings.update(sign_off=False)
    site.settings.update(sign_off=False)
    site.settings.update(sign_off=True)
    switches = site.signoffs.switches()
    assert [record.step for record in switches] == [Step.SWITCHED_ON, Step.SWITCHED_OFF, Step.SWITCHED_ON]
    assert switches[1].who == "王五"
    article_id = write(site)
    for step in (Step.SWITCHED_OFF, Step.DROPPED):
        with pytest.raises(StepOutOfOrder):
            site.signoffs.make(article_id, step)
