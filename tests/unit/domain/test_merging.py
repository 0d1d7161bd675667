from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.merging import merge_text, merge_values, sentences

TEXT = st.lists(st.sampled_from(["春天来了。", "学校开学！", "\n", "abc", "“好。”", "；", "  "]), max_size=12).map(
    "".join
)


@given(st.text())
def test_sentences_lose_nothing(text: str) -> None:
    assert "".join(sentences(text)) == text


@given(TEXT, TEXT)
def test_one_change_wins(base: str, changed: str) -> None:
    assert merge_text(base, changed, base) == changed
    assert merge_text(base, base, changed) == changed
    assert merge_text(base, changed, changed) == changed


@given(TEXT, TEXT, TEXT)
def test_sides_are_equal(base: str, ours: str, theirs: str) -> None:
    assert merge_text(base, ours, theirs) == merge_text(base, theirs, ours)


@given(st.lists(st.integers(), min_size=5, max_size=30, unique=True), st.data())
def test_changes_that_do_not_touch_are_both_there(numbers: list[int], data: st.DataObject) -> None:
    base = [f"第{n}句。" for n in numbers]
    mine = data.draw(st.integers(0, len(base) - 3))
    other = data.draw(st.integers(mine + 2, len(base) - 1))
    ours = [*base[:mine], "我改的。", *base[mine + 1 :]]
    theirs = [*base[:other], "他改的。", *base[other + 1 :]]
    expected = [*ours[:other], "他改的。", *ours[other + 1 :]]
    assert merge_text("".join(base), "".join(ours), "".join(theirs)) == "".join(expected)


def test_two_ends_of_one_paragraph_merge() -> None:
    base = "第一句。第二句。第三句。第四句。\n"
    assert merge_text(base, "改了。第二句。第三句。第四句。\n", "第一句。第二句。第三句。也改了。\n") == (
        "改了。第二句。第三句。也改了。\n"
    )


def test_the_same_sentence_is_a_contradiction() -> None:
    assert merge_text("一。二。三。", "一。我。三。", "一。他。三。") is None


def test_fields_merge_one_by_one() -> None:
    base = {"title": "旧题", "body": "一。\n二。\n三。\n", "tags": ("a",)}
    ours = {"title": "旧题", "body": "改。\n二。\n三。\n", "tags": ("a", "b")}
    theirs = {"title": "新题", "body": "一。\n二。\n动。\n", "tags": ("c",)}
    merged, conflicts = merge_values(base, ours, theirs)
    assert merged == {"title": "新题", "body": "改。\n二。\n动。\n", "tags": ("a", "b")}
    assert conflicts == ("tags",)
