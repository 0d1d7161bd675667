"""Turns of loops over cards are remembered: pages say what they say in Jinja2's sandbox, the second time too."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment
from typing_extensions import override

from chce_desktop.sitegen import turns
from chce_desktop.sitegen.sandbox import Escaped, Sandbox, Words
from chce_desktop.sitegen.views import Card, Crumb, Tag

_OPTIONS: dict[str, Any] = {"autoescape": True, "undefined": jinja2.StrictUndefined}
OURS, JINJAS = Sandbox(**_OPTIONS), ImmutableSandboxedEnvironment(**_OPTIONS)
_TURN = (
    '<a href="{{ root }}{{ card.path }}">{% if card.prefix %}{{ card.prefix }} {% endif %}{{ card.title }}</a>'
    "{% if card.pinned and not card.cover %}{{ words.pinned }}{% elif card.reads > 2 %}{{ card.reads }}{% endif %}"
)
_TEMPLATES = [
    "{% for card in cards %}" + _TURN + "{% endfor %}",
    "{% macro items(cards, root, words) %}{% for card in cards %}" + _TURN + "{% endfor %}{% endmacro %}"
    "{{ items(cards, root, words) }}{{ items(cards, 'x/&', words) }}{{ items(cards, '', {'pinned': 'W'}) }}",
    "{% for card in cards %}{{ card.title if card.pinned else root }}{{ root }}{% endfor %}",
    "{% for card in cards %}{{ loop.index }}{{ card.title }}{{ root }}{% endfor %}",
    "{% for card in cards %}{% if root == '../' %}up{% endif %}{{ card.title }}{% endfor %}",
    "{% for card in cards if card.reads %}{{ card.title }}{{ root }}{% else %}none{% endfor %}",
    "{% for card in cards %}{{ card.title|upper }}{{ root }}{% endfor %}",
    "{% for card in cards %}{{ card.title }}{{ name }}{% endfor %}",
    "{% for card in cards %}{% set title = card.title %}{{ title }}{{ root }}{% endfor %}",
    "{% for root in cards %}{{ root.title }}{% endfor %}{% for words in cards %}{{ words.title }}{% endfor %}",
    "{% for card in cards %}{% for root in 'ab' %}{{ root }}{{ card.title }}{% endfor %}{{ root }}{% endfor %}",
    "{% set root = 5 %}{% for card in cards %}{{ root }}{{ card.title }}{% endfor %}",
    "{% for card in cards %}{% autoescape false %}{{ card.title }}{% endautoescape %}{{ root }}{% endfor %}",
    "{% for tag in tags %}{{ tag.name }}{{ root }}{{ words.pinned }}{% endfor %}",
    "{% for tag in crumbs %}{{ tag.name }}{{ root }}{{ tag.path }}{% endfor %}",
    "{% for card in cards %}{{ card.nothing }}{% endfor %}",
    "{% for card in cards %}{{ words.nothing }}{{ card.title }}{% endfor %}",
    "{% for card in cards %}{{ card.title.__class__ }}{% endfor %}",
    "{% for card in cards %}{{ root }}{% endfor %}{% for card in [1, none, 'a'] %}{{ root }}{% endfor %}",
    "{% set all %}{% for card in cards %}{{ root }}{{ card.title }}{% endfor %}{% endset %}{{ all }}",
    "{% block b scoped %}{% for card in cards %}{{ root }}{{ card.title }}{% endfor %}{% endblock %}",
]
_texts = st.sampled_from(["", "题", "A & “B” <i>", "\ufdd0", "c\x01", "长" * 3000, "x" * 999])
_cards = st.builds(
    Card,
    path=st.sampled_from(["a/b.html", "a/c.html"]),
    title=_texts,
    short=st.just("短"),
    prefix=_texts,
    color=st.just(""),
    date=st.just("2026-1-2"),
    iso=st.just("2026-01-02"),
    summary=_texts,
    cover=st.sampled_from(["", "media/a.jpg"]),
    pinned=st.booleans(),
    reads=st.integers(0, 5),
    column=_texts,
    column_path=st.just("c/index.html"),
    picture=st.none(),
)


def _outcome(template: jinja2.Template, values: dict[str, Any]) -> str | type:
    OURS.begin()
    try:
        return template.render(values)
    except Exception as error:  # noqa: BLE001 - which it is, is what is compared
        return type(error)


@pytest.mark.parametrize("template", _TEMPLATES)
@settings(max_examples=12, deadline=None)
@given(
    st.lists(_cards, min_size=1, max_size=3),
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 2), max_size=4),
            st.sampled_from(["../", "", "../../", "x/&", "\ufdd0", 5, None]),
            st.sampled_from([Words({"pinned": "顶&"}), Words({"pinned": "top\x01"}), {"pinned": "<"}, None]),
        ),
        min_size=3,
        max_size=5,
    ),
)
def test_pages_are_what_they_are_without_remembering(
    template: str, every: list[Card], pages: list[tuple[list[int], object, object]]
) -> None:
    ours, jinjas = OURS.from_string(template), JINJAS.from_string(template)
    for shown, root, words in pages:
        cards = [every[number % len(every)] for number in shown]
        values = {
            "cards": cards,
            "root": root,
            "words": words,
            "tags": [Tag(card.title, card.path, card.reads, 1) for card in cards],
            "crumbs": [Crumb(card.title, card.path) for card in cards],
            "name": len(cards),
        }
        values = {name: value for name, value in values.items() if value is not None}
        assert _outcome(ours, values) == _outcome(jinjas, values)


def _card(number: int, title: str = "题") -> Card:
    return Card(f"a/{number}.html", title, "", "", "", "", "", "", "", False, number, "", "", None)


class _Counting(Escaped):
    asked = 0

    @override
    def __getitem__(self, text: str) -> str:
        self.asked += 1
        return text


def test_a_turn_is_made_once_whatever_the_way_to_the_root() -> None:
    sandbox = Sandbox(**_OPTIONS)
    counting = sandbox.escaped = _Counting(str, 0)
    template = sandbox.from_string("{% for card in cards %}{{ root }}{{ card.path }} {% endfor %}")
    assert template.render(cards=[_card(1), _card(2)], root="../") == "../a/1.html ../a/2.html "
    asked = counting.asked
    assert template.render(cards=[_card(2), _card(1), _card(2)], root="") == "a/2.html a/1.html a/2.html "
    assert counting.asked == asked + 1  # the way itself


@pytest.mark.parametrize("unwanted", ["\x01", "\ufdd0", "\uffff", "\ud800"])
def test_a_turn_with_what_no_page_may_hold_is_told_each_time(unwanted: str) -> None:
    template = OURS.from_string("{% for card in cards %}{{ root }}{{ card.title }}{% endfor %}")
    for _ in range(2):
        before = OURS.doubt
        assert template.render(cards=[_card(1, unwanted)], root="../") == f"../{unwanted}"
        assert OURS.doubt is not before


def test_turns_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_REMEMBERED", 50)
    known = turns.Turns({"": ""}, Words)
    of_loop, way = known.begin(1)
    assert of_loop is not None
    for number in range(200):
        assert known.end(of_loop, way, _card(number), ["a", "b"], harmless=True) == "ab"
    assert len(of_loop) <= 50
    assert {_card(number) for number in range(170, 200)} <= of_loop.keys()  # what came last
    known.end(of_loop, way, _card(1000), ["长" * 5000], harmless=True)
    known.end(of_loop, way, _card(1001), ["a"], harmless=False)
    assert not {_card(1000), _card(1001)} & of_loop.keys()
