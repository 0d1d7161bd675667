"""Search over 2,000 articles against a scan of their texts, for any query."""

from __future__ import annotations

import random
import sys
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chce_desktop.domain.article import Article, ArticleFilter, ArticlePatch
from chce_desktop.services.site import Site, create_site
from chce_desktop.storage import fulltext, hits, phrases

_WORDS = """
教育 新闻 义务教育 高质量发展 的 了 学校 学生 C++ 100% AI Wi-Fi Straße İstanbul ﬁre ДОМ ελλάς ΣΊΣΥΦΟΣ 한국어 日本語
ひらがな ＡＢＣ １２３ 😀 𠮷野家 《红楼梦》 “引用” ‘x’ don't AND NOT OR NEAR( ^a col:b *x* - -- # a_b é
é ไทย עברית ʼn ŉ ǰ
""".split()  # noqa: SIM905 - a table to read
#: What breaks careless code: joined emoji and flags, combining marks, half-width kana, marks of direction, private use,
#: controls, characters whose case folding is longer than they are.
_WORDS += ["👨\u200d👩\u200d👧", "🇨🇳", "❤\ufe0f", "e\u0301\u0302", "ｶﾞ", "ガ", "\u202eabc\u202c", "\U000e0067\U000e007f"]
_WORDS += [
    "\ue001",
    "\uf8ff",
    "\U000f0001",
    "\x01\x1f",
    "\u00ad",
    "\ufeff",
    "\u200b",
    "ẞ",
    "ΐ",
    "國學",
    "国学",
    "\u3000",
]
_WORDS += ['"', '""', '"a', "*", "教*", "NEAR(教 育)", "-教育", "title:", "{", "\\", "%", "'", "--", ";"]
_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, list[Article]]]:
    dealer = random.Random(5)  # noqa: S311 - nothing here is secret
    with create_site(tmp_path_factory.mktemp("size") / "site", "x") as site:

        def text(words: int) -> str:
            return "".join(dealer.choices(_WORDS, k=words)) + dealer.choice(["", " ", "\n", "。"])

        patches = [
            ArticlePatch(
                title=text(3),
                summary=text(3) if n % 3 == 0 else "",
                body=text(12) + ("责任编辑：张三" if n % 2 else ""),
                date=_DAY + timedelta(minutes=dealer.randrange(100_000)),
            )
            for n in range(2000)
        ]
        ids = site.articles.create_many(patches)
        assert site.articles.tend_index(written=len(ids)) >= 0
        with site.connection.read() as session:
            segments = session.raw.execute("SELECT count(DISTINCT segid) FROM article_text_idx").fetchone()
        assert segments == (1,)
        for article_id in dealer.sample(ids, 150):
            site.articles.save(article_id, {"body": text(12), "title": text(2), "date": _DAY})
        site.articles.trash(dealer.sample(ids, 100))
        yield site, [site.articles.get(article_id) for article_id in ids]


def _expected(articles: list[Article], query: str, where: str, *, trashed: bool = False) -> list[int]:
    terms = fulltext.terms(query)
    found = []
    for article in articles:
        fields = {"title": [article.title], "body": [article.body]}.get(
            where, [article.title, article.summary, article.body]
        )
        folded = [field.casefold() for field in fields]
        if (article.trashed_at is not None) is trashed and all(any(t in field for field in folded) for t in terms):
            found.append(article)
    return [article.id for article in sorted(found, key=lambda a: (a.date, a.id), reverse=True)] if terms else []


_PIECES = st.builds(
    lambda words, start, length: "".join(words)[start : start + length],
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3),
    st.integers(0, 4),
    st.integers(1, 9),
)
_ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3)
_QUOTED = _PIECES.map(lambda piece: f'"{piece}"')
_LONG = _PIECES.map(lambda piece: (piece * 10_000)[:10_000])
_QUERIES = st.lists(_PIECES | _ANY | _QUOTED, min_size=1, max_size=3).map(" ".join) | _LONG


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=150
)
@example(query="教\x00育", where="all", few=0)
@example(query="\udfff", where="title", few=600)
@example(query="\ue001", where="all", few=0)
@example(query="\U000f0001", where="body", few=600)
@given(query=_QUERIES, where=st.sampled_from(["all", "title", "body"]), few=st.sampled_from([0, 600]))
def test_counts_and_order_equal_a_scan(
    library: tuple[Site, list[Article]], monkeypatch: pytest.MonkeyPatch, query: str, where: str, few: int
) -> None:
    site, articles = library
    monkeypatch.setattr(hits, "_FEW", few)
    expected = _expected(articles, query, where)
    found = site.articles.search(query, where=where, limit=30)  # type: ignore[arg-type] # sampled strings
    assert found.total == len(expected)
    assert [hit.id for hit in found.items] == expected[:30]
    best = site.articles.search(query, where=where, limit=30, best_first=True)  # type: ignore[arg-type] # as above
    assert best.total == len(expected)
    assert len({hit.id for hit in best.items} & set(expected)) == min(30, len(expected))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=40
)
@given(query=_QUERIES, trashed=st.booleans())
def test_lists_with_a_text_equal_a_scan(library: tuple[Site, list[Article]], query: str, trashed: bool) -> None:
    site, articles = library
    if not fulltext.terms(query):
        return
    expected = _expected(articles, query, "all", trashed=trashed)
    wanted = ArticleFilter(text=query, trash=trashed)
    assert site.articles.count(wanted) == len(expected)
    assert list(site.articles.ids(wanted)) == expected
    page = site.articles.page(wanted, limit=7)
    assert [a.id for a in page.articles] == expected[:7]
    if page.next:
        assert [a.id for a in site.articles.page(wanted, after=page.next, limit=7).articles] == expected[7:14]


def test_common_phrases_are_learned_and_change_no_answer(library: tuple[Site, list[Article]]) -> None:
    site, articles = library
    with site.connection.read() as session:
        asked = fulltext.question(session, "责任编辑")
        assert asked is not None
        assert asked.proof is None, "it stands in half of all articles"
    for where in ("all", "title", "body"):
        found = site.articles.search("责任编辑", where=where)
        assert found.total == len(_expected(articles, "责任编辑", where))
    with site.connection.write() as session:
        phrases.wanted(session, ["责任编辑：张三"])
    before = site.articles.search("责任编辑：张三").total
    assert site.articles.tend_index() == 1
    assert site.articles.search("责任编辑：张三").total == before
    made = site.articles.create({"title": "责任编辑：张三"})
    assert site.articles.search("责任编辑：张三").total == before + 1
    site.articles.trash([made.id])
    site.articles.purge([made.id])
    assert site.articles.search("责任编辑：张三").total == before


def test_plain_characters_are_neither_made_nor_changed_by_case_folding() -> None:
    made = {c for code in range(sys.maxunicode + 1) if chr(code).casefold() != chr(code) for c in chr(code).casefold()}
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if fulltext.PLAIN.fullmatch(character):
            assert character.casefold() == character, unicodedata.name(character, hex(code))
            assert character not in made, unicodedata.name(character, hex(code))
