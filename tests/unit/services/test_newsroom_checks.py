"""Every rule of the check before publishing, what stops a publish, and letting it out with a reason."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain import findings, proofreading
from chce_desktop.domain.article import ArticlePatch, State
from chce_desktop.domain.findings import Finding, Level
from chce_desktop.domain.watchwords import Matcher, WatchWord
from chce_desktop.services import checking, overriding, person
from chce_desktop.services.publishing import BlockedFindings, Reason, compare, publish
from chce_desktop.services.site import Site, create_site

ID_NUMBER = "11010519491231002X"
WHOLE: dict[str, Any] = {"title": "题", "body": "文。", "source": "教育部", "summary": "要", "state": State.READY}


@pytest.fixture
def site(tmp_path: Path, app_home: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站 点", "测试") as made:
        made.settings.update(url="https://www.example.cn/")
        yield made


def write(site: Site, **fields: Any) -> int:
    column = next((c.id for c, _ in site.columns.tree().walk()), None) or site.columns.add("新闻", slug="xinwen").id
    return site.articles.create(cast("ArticlePatch", {**WHOLE, "column_id": column, **fields})).id


def rules(site: Site, article_id: int) -> list[str]:
    """What the window and the whole site's check say alike."""
    alone = [f.rule for f in checking.check_article(site, site.articles.get(article_id))]
    whole = [f.rule for f in checking.check(site) if f.article_id == article_id]
    assert sorted(alone) == sorted(whole)
    return alone


FUTURE = datetime.now(UTC) + timedelta(days=3)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"title": " "}, ["no-title"]),
        ({"body": " \n"}, ["no-text"]),
        ({"column_id": None}, ["no-column"]),
        ({"source": ""}, ["no-source"]),
        ({"summary": ""}, ["no-summary"]),
        ({"title": "长" * 61}, ["long-title"]),
        ({"title": "长" * 61, "short_title": "短"}, []),
        ({"body": "![](https://example.com/a.png)"}, ["no-alt"]),
        ({"body": '<img src="https://example.com/a.png" alt="">'}, ["no-alt"]),
        ({"body": '<img src="https://example.com/a.png" alt="图">'}, []),
        ({"body": "![图](media/ab/gone.png)"}, ["missing-media"]),
        ({"cover": "media/ab/gone.png"}, ["missing-media"]),
        ({"body": "[文](article:999)"}, ["dead-link"]),
        ({"body": "[文](/xinwen/none.html)"}, ["dead-link"]),
        ({"body": "[文](https://www.example.cn/xinwen/none.html)"}, ["dead-link"]),
        ({"body": "[文](none.html#a)"}, ["dead-link"]),
        ({"body": "[文](/xinwen/) [别](https://example.com/none.html) [段](#一) [档](/links/)"}, []),
        ({"body": "## 一\n\n#### 二\n"}, ["heading-skip"]),
        ({"body": "一\n==\n\n### 二\n"}, ["heading-skip"]),
        ({"body": "```\n## 一\n#### 二\n```\n\n### 三\n\n#### 四"}, []),
        ({"body": f"身份证{ID_NUMBER}。"}, ["id-number"]),
        ({"body": "身份证110105 19491231 002X"}, ["id-number"]),
        ({"body": "编号110105194912310021，编号110105194913310022"}, []),
        ({"body": "电话13812345678"}, ["mobile-number"]),
        ({"summary": "电话+86 138-1234-5678"}, ["mobile-number"]),
        ({"body": "号138123456789，https://a.cn/13812345678.html"}, []),
        ({"body": "手机13812345678/13987654321，138\u30001234\u30005678"}, ["mobile-number"] * 3),
        ({"body": "投入¥13800000000，共13800000000元、13800000000册"}, []),
        ({"date": FUTURE}, ["future-date"]),
        ({"body": "二〇〇一年二月三十日，二〇〇一年四月三十一日"}, ["wrong-date"] * 2),
        ({"body": "二○○一年十二月三十一日，二九九九年一月十日"}, ["future-date"]),
        ({"body": "2月29日至4月31日"}, ["wrong-date"]),
        ({"body": "第2001-13-45号，版本v2001.2.30"}, []),
        ({"body": "原载于某报。"}, ["reprint"]),
        ({"body": "于2999年3月1日举行"}, ["future-date"]),
        ({"body": "于2001-02-30举行"}, ["wrong-date"]),
        ({"body": "于2001年2月28日举行，`2999-01-01`"}, []),
        ({"body": "本文转载自某报。"}, ["reprint"]),
        ({"prefix": "[转载]"}, ["reprint"]),
        ({"body": "本文转载自某报。", "source_url": "https://a.cn/1"}, []),
        ({"body": "本文转载自某报，已获授权。"}, []),
        ({"body": "未经授权，不得转载。转载请注明出处。"}, []),
        ({"body": "本文转自某报，未经授权不得转载。"}, ["reprint"]),
    ],
)
def test_every_rule_in_the_window_and_for_the_site(site: Site, fields: dict[str, Any], expected: list[str]) -> None:
    assert rules(site, write(site, **fields)) == expected


def test_two_articles_of_one_title_are_told(site: Site) -> None:
    first, second = write(site), write(site)
    assert rules(site, first) == rules(site, second) == ["same-title"]


def test_links_to_pages_that_are_there_are_no_finding(site: Site) -> None:
    first = site.articles.get(write(site, title="甲"))
    page = f"/xinwen/{first.slug}.html"
    body = f"[一]({page}) [二](https://www.example.cn{page}) [三](article:{first.id})"
    second = write(site, title="乙", body=body)
    assert rules(site, second) == []
    site.articles.set_many([first.id], {"state": State.DRAFT})
    assert rules(site, second) == ["dead-link"] * 3


def test_a_finding_says_where_and_what_to_write(site: Site) -> None:
    site.wordbook.words.put({"word": "做为", "kind": "confusable", "level": "warn", "suggestion": "作为", "note": ""})
    (found,) = checking.check_article(site, site.articles.get(write(site, body="第一段。\n\n他做为代表。")))
    assert (found.field, found.line, found.column, found.found, found.suggestion) == ("body", 3, 2, "做为", "作为")
    assert not found.blocks
    assert found.level == findings.WARNING


@pytest.mark.parametrize(
    ("word", "suggestion", "text", "found"),
    [
        ("禁词", "", "这是禁词。", ["禁词"]),
        ("禁词", "", "这是禁\n词。", ["禁\n词"]),
        ("禁词", "", "这是禁**词**。", ["禁**词"]),
        ("禁词", "", "这是禁\u200b词。", ["禁\u200b词"]),
        ("ABC", "", "用ａｂｃ，不是abcd", ["ａｂｃ"]),
        ("台湾", "中国台湾", "中国台湾和台湾", ["台湾"]),
    ],
)
def test_words_are_found_as_readers_read_them(
    site: Site, word: str, suggestion: str, text: str, found: list[str]
) -> None:
    site.wordbook.words.put({"word": word, "kind": "name", "level": "block", "suggestion": suggestion, "note": ""})
    told = checking.check_article(site, site.articles.get(write(site, body=text)))
    assert [f.found for f in told] == found
    assert all(f.blocks and f.rule == "wrong-name" and f.level == findings.ERROR for f in told)


def test_a_longer_harmless_word_hides_no_forbidden_one(site: Site) -> None:
    words = site.wordbook.words
    words.put({"word": "甲乙丙", "kind": "confusable", "level": "warn", "suggestion": "", "note": ""})
    words.put({"word": "乙", "kind": "forbidden", "level": "block", "suggestion": "", "note": ""})
    words.put({"word": "丙", "kind": "confusable", "level": "warn", "suggestion": "", "note": ""})
    told = checking.check_article(site, site.articles.get(write(site, body="甲乙丙")))
    assert [f.found for f in told] == ["甲乙丙", "乙"]


@given(st.lists(st.text("甲乙丙aB１", min_size=1, max_size=4), max_size=30), st.text("甲乙丙aB１ 。", max_size=60))
def test_the_matcher_finds_what_a_search_for_each_word_finds(words: list[str], text: str) -> None:
    def plain(each: str) -> str:
        return each.lower().replace("１", "1")

    def whole(word: str, at: int) -> bool:
        def latin(c: str) -> bool:
            return c.isascii() and c.isalnum()

        before, after = plain(text)[at - 1 : at] if at else "", plain(text)[at + len(word) : at + len(word) + 1]
        return not (latin(word[0]) and before and latin(before)) and not (latin(word[-1]) and after and latin(after))

    expected = set()
    for word in {plain(w) for w in words}:
        at = plain(text).find(word)
        while at >= 0:
            if whole(word, at):
                expected.add((at, at + len(word)))
            at = plain(text).find(word, at + len(word))
    assert {(m.start, m.end) for m in Matcher(words).find(text)} == expected


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    list(proofreading.id_numbers(text))
    list(proofreading.mobile_numbers(text))
    list(proofreading.dates(text))
    list(proofreading.skipped_headings(text))
    proofreading.reprint((text,))


@pytest.mark.alone
def test_ten_thousand_words_and_a_very_long_article_take_a_moment(site: Site) -> None:
    words = [f"词{chr(0x4E00 + n % 2000)}{chr(0x4E00 + n // 2000)}{n}" for n in range(10_000)]
    site.wordbook.words.put_back(WatchWord(word=word) for word in words)
    body = "".join(chr(0x4E00 + (n * 7919) % 3000) for n in range(50_000)) + words[77]
    article = site.articles.get(write(site, body=body))
    started = time.process_time()
    (found,) = checking.check_article(site, article)
    assert time.process_time() - started < 2.0
    assert found.found == words[77]


# What stops a publish


@pytest.fixture
def target(site: Site, tmp_path: Path) -> int:
    return site.targets.add("主站", (tmp_path / "发布").as_uri()).id


def test_a_block_stops_and_a_reason_lets_it_out_for_this_text(site: Site, target: int, tmp_path: Path) -> None:
    person.choose("王编辑")
    article_id = write(site, body=f"身份证{ID_NUMBER}。")
    (question,) = compare(site, target).questions
    assert question.code == "blocked_findings"
    with pytest.raises(BlockedFindings):
        publish(site, target, accept=["blocked_findings"])
    assert not list((tmp_path / "发布").rglob("*.html"))
    assert site.publications.of(target) == ()
    receipt = publish(site, target, reason=Reason("当事人同意公开"))
    (override,) = site.signoffs.overrides(article_id)
    assert override.publication_id == receipt.publication.id
    assert (override.who, override.reason) == ("王编辑", "当事人同意公开")
    assert len(override.text_hash) == 64
    assert ID_NUMBER in override.findings[0]
    assert compare(site, target).questions == ()
    publish(site, target)
    site.articles.save(article_id, {"body": f"改。身份证{ID_NUMBER}。"})
    with pytest.raises(BlockedFindings):
        publish(site, target)


def test_words_of_notices_stop_too_and_new_words_stop_old_articles(site: Site, target: int) -> None:
    write(site, body="普通的禁词")
    publish(site, target)
    site.notices.add({"title": "含违规词的公告"})
    site.notices.add({"title": "藏起来的违规词", "visible": False})
    site.wordbook.words.put({"word": "违规词", "kind": "forbidden", "level": "block", "suggestion": "", "note": ""})
    with pytest.raises(BlockedFindings) as stopped:
        publish(site, target)
    assert len(stopped.value.findings) == 1
    site.wordbook.words.put({"word": "禁词", "kind": "forbidden", "level": "block", "suggestion": "", "note": ""})
    with pytest.raises(BlockedFindings) as stopped:
        publish(site, target)
    assert len(stopped.value.findings) == 2
    publish(site, target, reason=Reason("核实过了"))
    publish(site, target)


def test_levels_are_switched_for_a_site(site: Site, target: int) -> None:
    article_id = write(site, source="", body=f"身份证{ID_NUMBER}。")
    site.settings.update(check_levels=("id-number=off", "no-source=block"))
    assert rules(site, article_id) == ["no-source"]
    with pytest.raises(BlockedFindings):
        publish(site, target)
    site.settings.update(check_levels=())
    assert findings.changed(("no-source=block",), "no-source", Level.WARN) == ()
    assert rules(site, article_id) == ["no-source", "id-number"]


def test_records_of_overrides_cannot_be_changed(site: Site, target: int) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import IntegrityError

    article_id = write(site, body=f"身份证{ID_NUMBER}。")
    publish(site, target, reason=Reason("同意"))
    for statement in ("UPDATE publish_override SET reason = ''", "DELETE FROM publish_override"):
        with pytest.raises(IntegrityError), site.connection.database.write() as session:
            session.execute(text(statement))
    site.articles.trash([article_id])
    site.articles.purge([article_id])
    assert len(site.signoffs.overrides(article_id)) == 1


def test_what_is_written_while_pages_are_built_is_checked_too(site: Site, target: int) -> None:
    from chce_desktop.services import snapshot

    article_id = write(site)
    taken = snapshot.take(site)
    assert overriding.decided(site, taken) == ()
    site.articles.save(article_id, {"body": f"身份证{ID_NUMBER}。"})
    with pytest.raises(BlockedFindings):
        overriding.changed_since(site, taken)


def test_findings_are_sorted_by_what_stops(site: Site) -> None:
    write(site, body=f"身份证{ID_NUMBER}。", source="")
    found: tuple[Finding, ...] = checking.check(site)
    assert [f.rule for f in found] == ["id-number", "no-source"]
