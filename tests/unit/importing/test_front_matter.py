"""Front matter of every shape gives fields, or stays text with a warning; never an exception."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.importing.front_matter import split


def test_yaml_between_fences_is_fields_and_the_rest_is_body() -> None:
    found = split("---\ntitle: 会议\ntags: [教育, 会议]\n---\n正文\n")
    assert found.fields == {"title": "会议", "tags": ["教育", "会议"]}
    assert found.body.strip() == "正文"
    assert found.raw == "title: 会议\ntags: [教育, 会议]\n"
    assert not found.warnings


def test_values_stay_what_was_typed() -> None:
    found = split("---\ntitle: 2024\nb: no\nc: 12:30\nd: 0123\ne: 2024-1-18\nf: null\ng: 'null'\nh:\n---\n")
    assert found.fields == {
        "title": "2024", "b": "no", "c": "12:30", "d": "0123", "e": "2024-1-18", "f": None, "g": "null", "h": None,
    }  # fmt: skip


def test_toml_as_hugo_writes_it() -> None:
    found = split('+++\ntitle = "会议"\ndate = 2024-01-18T10:00:00+08:00\ndraft = true\nweight = 3\n+++\n正文')
    assert found.fields == {"title": "会议", "date": "2024-01-18T10:00:00+08:00", "draft": "true", "weight": "3"}


@pytest.mark.parametrize(
    "text",
    [
        "正文 without any",
        "---\nno closing fence\n",
        "正文\n---\ntitle: later\n---\n",
        "----\ntitle: x\n----\n",
        "",
        "---",
        "+++\nx = 1\n---\n",
    ],
)
def test_no_front_matter_leaves_the_text_alone(text: str) -> None:
    found = split(text)
    assert found.fields == {}
    assert found.body == text


def test_two_rulers_around_a_paragraph_stay_text() -> None:
    text = "---\n一段话\n---\n正文"
    found = split(text)
    assert found.body == text
    assert found.warnings


def test_a_list_instead_of_fields_stays_text() -> None:
    text = "---\n- a\n- b\n---\n正文"
    assert split(text).body == text


def test_faulty_yaml_is_read_line_by_line() -> None:
    found = split(
        '---\ntitle: [论文] 浅谈: 素质教育\nauthor: "甲"\ntags:\n  - 一\n  - 二\nsource: @某报\nkeys: [a, b]\n---\n正文'
    )
    assert found.fields["title"] == "[论文] 浅谈: 素质教育"
    assert found.fields["author"] == "甲"
    assert found.fields["tags"] == ["一", "二"]
    assert found.fields["source"] == "@某报"
    assert found.fields["keys"] == ["a", "b"]
    assert found.warnings


def test_full_width_colons_are_meant_as_colons() -> None:
    assert split("---\n标题：会议闭幕\n来源：教育部\n---\n").fields == {"标题": "会议闭幕", "来源": "教育部"}


def test_aliases_are_kept_within_reason() -> None:
    assert split("---\na: &x [1, 2]\nb: *x\n---\n").fields == {"a": ["1", "2"], "b": ["1", "2"]}


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    return "---\n" + "\n".join(lines) + "\n---\n正文"


@pytest.mark.parametrize(
    "text",
    [
        bomb(),
        "---\na: " + "[" * 5_000 + "]" * 5_000 + "\n---\n正文",
        "---\na: " + "{b: " * 5_000 + "}" * 5_000 + "\n---\n正文",
        "---\n" + "- " * 40_000 + "x\n---\n正文",
        "---\n" + "".join(" " * n + "a:\n" for n in range(300)) + "---\n正文",
        "+++\na = " + "[" * 2_000 + "]" * 2_000 + "\n+++\n正文",
        "---\n&a a: *a\n---\n正文",
        "---\na: !!python/object/apply:os.system ['true']\n---\n正文",
        "---\n? [complex, key]\n: value\n---\n正文",
        "---\n" + "x" * 200_000 + ": 1\n---\n正文",
        "---\na: 1\na: 2\n<<: {b: 1}\n---\n正文",
        "---\ntab:\t1\n\tb: 2\n---\n正文",
    ],
)
def test_hostile_front_matter_costs_little_and_keeps_the_text(text: str) -> None:
    started = time.process_time()
    found = split(text)
    assert time.process_time() - started < 2
    assert found.body.strip().endswith("正文")


@given(st.text(alphabet="ab:-[]{}&*!|>'\"\n\t #,%@`?~\\éü教", max_size=120))
def test_any_yaml_gives_fields_or_text(inside: str) -> None:
    found = split(f"---\n{inside}\n---\n正文")
    assert found.body.strip().endswith("正文")
    for name in found.fields:
        assert isinstance(name, str)


@given(st.text(max_size=200))
def test_any_text_is_parted_without_loss(text: str) -> None:
    found = split(text)
    assert text.endswith(found.body)
