from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.services.site import Site, create_site
from chce_desktop.storage import fulltext

_TEXTS = (
    "2024年全国教育工作会议闭幕",
    "教育部关于C++课程的通知(100%覆盖)",
    "“双减”政策:义务教育 阶段 学生",
    "Straße ẞ STRASSE İstanbul ﬁre",
    "a\tb\nc  d 'quoted' \"double\" AND OR NOT NEAR(x) col:on *star* ^caret -minus",
    "😀𠮷㐂䶮 emoji \ue041 private \U000f0041",
    "教教教育育育 aaaa abab",
    "",
)
_ALPHABET = st.sampled_from(sorted(set("".join(_TEXTS)))) | st.characters(exclude_categories=["Cs"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with create_site(tmp_path_factory.mktemp("search") / "site", "x") as made:
        for number, text in enumerate(_TEXTS):
            other = _TEXTS[(number + 3) % len(_TEXTS)]
            made.articles.create({"title": text.replace("\n", " "), "body": text + "\n\n" + other, "summary": other})
        yield made


def _brute_force(site: Site, terms: tuple[str, ...], where: str) -> int:
    found = 0
    for number in range(1, len(_TEXTS) + 1):
        article = site.articles.get(number)
        fields = {"title": [article.title], "body": [article.body]}.get(
            where, [article.title, article.summary, article.body]
        )
        folded = [field.casefold() for field in fields]
        found += all(any(term in field for field in folded) for term in terms)
    return found


@given(
    st.lists(st.text(_ALPHABET, min_size=1, max_size=6), min_size=1, max_size=3),
    st.sampled_from(["all", "title", "body"]),
)
def test_counts_equal_a_scan_for_any_query(site: Site, words: list[str], where: str) -> None:
    query = " ".join(words)
    terms = fulltext.terms(query)
    expected = _brute_force(site, terms, where) if terms else 0
    assert site.articles.search(query, where=where).total == expected  # type: ignore[arg-type] # sampled strings


@given(st.integers(0, len(_TEXTS) - 1), st.data())
def test_every_piece_of_a_text_finds_it(site: Site, number: int, data: st.DataObject) -> None:
    body = site.articles.get(number + 1).body
    start = data.draw(st.integers(0, max(0, len(body) - 1)))
    piece = body[start : start + data.draw(st.integers(1, 12))]
    if not piece or piece != piece.strip() or '"' in piece:
        return
    hits = site.articles.search(f'"{piece}"', where="body", limit=100).items
    assert number + 1 in {hit.id for hit in hits}


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("教育  新闻", ("教育", "新闻")),
        ('"a b" c', ("a b", "c")),
        ('"a b', ('"a', "b")),
        ('5" rohr', ('5"', "rohr")),
        ('""', ('""',)),
        ("A a", ("a",)),
        ("　全角　空格 ", ("全角", "空格")),
        ("", ()),
    ],
)
def test_queries_are_read_as_documented(query: str, terms: tuple[str, ...]) -> None:
    assert fulltext.terms(query) == terms


def test_the_index_follows_changes_trash_and_purge(tmp_path: Path) -> None:
    with create_site(tmp_path / "site", "x") as site:
        article = site.articles.create({"title": "旧标题", "body": "旧正文"})
        site.articles.save(article.id, {"title": "新标题"})
        assert (site.articles.search("旧标题").total, site.articles.search("新标题").total) == (0, 1)
        assert site.articles.search("旧正文").total == 1
        site.articles.trash([article.id])
        assert site.articles.search("正文").total == 0
        site.articles.save(article.id, {"body": "回收站里改的"})
        site.articles.restore([article.id])
        assert (site.articles.search("旧正文").total, site.articles.search("回收站").total) == (0, 1)
        site.articles.trash([article.id])
        site.articles.purge([article.id])
        assert site.articles.search("标题").total == 0
        again = site.articles.create({"title": "别的"})
        assert again.id != article.id
