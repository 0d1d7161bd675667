from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.differences import Change, Piece, differences

TEXT = st.text(alphabet="ab 1春天，。\n![](x)", max_size=60)


@given(TEXT, TEXT)
def test_pieces_give_both_texts(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == new


def test_words_not_lines() -> None:
    assert differences("教育部公告2023年通知。", "教育部印发2023年通知。") == (
        Piece(Change.SAME, "教育部"),
        Piece(Change.REMOVED, "公告"),
        Piece(Change.ADDED, "印发"),
        Piece(Change.SAME, "2023年通知。"),
    )


def test_long_texts_take_no_time() -> None:
    old = "".join(f"第{n}段，讲的是春天的学校。\n\n" for n in range(3000))
    new = old.replace("第1500段", "第一千五百段")
    started = time.process_time()
    differences(old, new)
    differences("甲乙丙丁" * 10_000, "丙丁甲戊" * 10_000)
    assert time.process_time() - started < 3
