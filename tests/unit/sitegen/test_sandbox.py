"""Templates mean what they mean in Jinja2's own sandbox: the short ways change nothing, and open nothing."""

from __future__ import annotations

import re
import time
from typing import Any

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from chce_desktop.sitegen import bounds
from chce_desktop.sitegen.prose.marks import is_harmless
from chce_desktop.sitegen.sandbox import Sandbox, Words, looked
from chce_desktop.sitegen.views import Attachment, Card, Crumb, Tag

_OPTIONS: dict[str, Any] = {"autoescape": True, "undefined": jinja2.StrictUndefined}
OURS, JINJAS = Sandbox(**_OPTIONS), ImmutableSandboxedEnvironment(**_OPTIONS)
CARD = Card(
    "a/b.html", "A & “B” <i>", "A", "", "#123", "2026-1-2", "iso", "'", "", False, 7, "栏目", "c/index.html", None
)
VALUES: dict[str, Any] = {
    "card": CARD,
    "crumb": Crumb("名<", ""),
    "file": Attachment("media/a.pdf", "标 签", "PDF", "1 KB"),
    "tags": (Tag("甲&乙", "tags/x/index.html", 3, 1), Tag("丙", "", 1, 1)),
    "words": Words({"reads": "读&", "title": "题", "items": "项", "upper": "大"}),
    "parts": Words({"footer": Markup("<footer>"), "header": "<h>"}),
    "table": {"title": "<表>", "path": 5, "items": "x", "update": 1},
    "body": Markup("<p>&amp;</p>"),
    "none": None,
    "number": 5,
    "text": "a<b",
}
_NAMES = [*VALUES, "missing"]
_FIELDS = ["title", "path", "name", "label", "reads", "footer", "header", "items", "upper", "count", "index"]
_UNSAFE = ["__class__", "_fields", "_replace", "__getattr__", "_asdict", "update", "mro", "format"]


def _outcome(environment: jinja2.Environment, template: str) -> str | type:
    OURS.begin()  # what one page may do: each is one
    try:
        return re.sub(r" at 0x\w+", "", environment.from_string(template).render(VALUES))  # functions have names only
    except Exception as error:  # noqa: BLE001 - which it is, is what is compared
        return type(error)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(_NAMES),
    st.sampled_from([*_FIELDS, *_UNSAFE]),
    st.sampled_from(
        [
            "{{ N.F }}",
            "{{ N.F.F }}",
            "{{ N.F.title }}",
            "{{ N['F'] }}",
            "{{ N.F is defined }}",
            "{% if N.F %}x{% endif %}",
            "{{ N.F() }}",
            "{{ N.F|string|length }}",
            "{{ N.F ~ '<' ~ text }}",
            "{{ N.F if N.F is string else '<' }}",
            "{% autoescape false %}{{ N.F }}{{ text }}{% endautoescape %}",
            "{% set x = N.F %}{{ x }}{% set words = card %}{{ words.F }}",
            "{% for words in tags %}{{ loop.index }}{{ words.F }}{{ N.F }}{% endfor %}",
            "{% macro m(a, b='<') %}{{ a.F }}{{ b }}{% endmacro %}{{ m(N) }}{{ m(N, b=text) }}{{ m(b=N) }}",
            "{% macro m(a) %}{{ a.F }}{% endmacro %}{% for t in tags %}{{ m(t) }}{{ loop.last }}{% endfor %}",
            "{% macro m(a) %}{{ a.F }}{{ caller() }}{% endmacro %}{% call m(N) %}{{ N.F }}{% endcall %}",
            "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(N.F, 1) }}",
            "{% filter upper %}{{ N.F }}{% endfilter %}",
            "{% set x %}{{ N.F }}{% endset %}{{ x }}",
            "{{ tags|map(attribute='F')|join('<') }}",
            "{{ self.b() }}{% block b %}{{ N.F }}{% endblock %}",
        ]
    ),
)
def test_a_template_gives_what_it_gives_in_the_sandbox_of_jinja(name: str, field: str, template: str) -> None:
    template = template.replace("N", name).replace("F", field)
    assert _outcome(OURS, template) == _outcome(JINJAS, template)


@pytest.mark.parametrize("name", ["card", "words", "parts", "text", "tags"])
@pytest.mark.parametrize("way", ["{{ N.__class__.__mro__ }}", "{{ N.__init__.__globals__ }}", "{{ N.__doc__.x }}"])
def test_nothing_leads_out_of_the_sandbox(name: str, way: str) -> None:
    assert _outcome(OURS, way.replace("N", name)) is jinja2.exceptions.SecurityError


@pytest.mark.parametrize("unwanted", ["\x01", "\x7f", "\x85", "\ufdd0", "\uffff", "\U0001fffe", "\ud800"])
def test_what_no_page_may_hold_is_told_each_time_that_it_is_written(unwanted: str) -> None:
    other = (
        "{% macro shown() %}{{ kept }}{% endmacro %}{% macro m(a) %}{{ a }}{% endmacro %}{% set kept = m('X') %}"
        "{% set said %}X{% endset %}{{ kept }}"
    ).replace("X", unwanted)
    environment = Sandbox(**_OPTIONS, loader=jinja2.DictLoader({"other.html": other}))
    values = VALUES | {
        "bad": f"n{unwanted}",
        "markup": Markup("<b>") + unwanted,
        "words": Words({"bad": f"<{unwanted}"}),
        "things": [Markup("") + unwanted],
        "on": True,
        "fine": looked("a"),
    }
    for way in _WAYS:
        template = environment.from_string(way.replace("X", unwanted))
        for _ in range(2):
            before = environment.doubt
            assert not is_harmless(template.render(values)), way
            assert environment.doubt is not before, way


@pytest.fixture(autouse=True)
def _another_page() -> None:
    OURS.begin()


def test_usual_pages_leave_no_doubt() -> None:
    text = "{% macro m(a) %}<b>{{ a }}</b>{% endmacro %}{{ m(text) }}{{ card.title }}{{ number }}{{ body }}"
    template = OURS.from_string(
        text + "{{ 'A' ~ text }}{% for t in tags %}{{ loop.index }}{{ t.name }}{% endfor %}{{ words.reads }}"
    )
    before = OURS.doubt
    assert template.render(VALUES)
    assert OURS.doubt is before


def test_a_word_that_is_not_there_is_named() -> None:
    with pytest.raises(jinja2.UndefinedError, match="nowhere"):
        OURS.from_string("{{ words.nowhere }}").render(VALUES)


_WAYS = """
X
{{ 'X' }}
{{ bad }}
{{ bad|upper }}
{{ 'a' ~ bad }}
{{ markup }}
{{ markup + 'a' }}
{{ fine + bad }}
{{ fine ~ bad }}
{{ markup.upper() }}
{{ [bad, 1]|join }}
{{ words.bad }}
{{ words['bad'] }}
{{ things[0] }}
{{ '&#1;'|striptags }}X
{% autoescape false %}{{ bad }}{% endautoescape %}
{% autoescape false %}{{ 'X' }}{% endautoescape %}
{% autoescape on %}{{ bad }}{% endautoescape %}
{% filter replace('n', bad) %}nein{% endfilter %}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(bad) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(a=bad) }}
{% macro m(a) %}{{ a }}{% endmacro %}{% set x = m(bad) %}{{ x }}
{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ bad }}{% endcall %}
{% set x %}{{ bad }}{% endset %}{{ x }}
{% for x in things recursive %}{{ x }}{% if false %}{{ loop(x) }}{% endif %}{% endfor %}
{% block b %}{{ bad }}{% endblock %}
{% import 'other.html' as other %}{{ other.kept }}
{% import 'other.html' as other %}{{ other.said }}
{% import 'other.html' as other %}{{ other.shown() }}
{% import 'other.html' as other %}{{ other }}
{% include 'other.html' %}
{% include 'other.html' without context %}
{% extends 'other.html' %}
""".strip().splitlines()


def test_what_was_escaped_is_remembered_within_bounds() -> None:
    template = OURS.from_string("{{ text }}")
    for number in range(20_000):
        assert template.render(text=f"<{number}>") == f"&lt;{number}&gt;"
    assert len(OURS.escaped) < 17_000
    assert template.render(text="<" * 5000) == "&lt;" * 5000
    assert max(map(len, OURS.escaped)) <= 1000


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{% set r = range(3000) %}{% for a in r %}{% for b in r %}{{ a * b }}{% endfor %}{% endfor %}",
        "{% for a in range(3000)|select %}{% for b in range(3000)|map('string') %}x{% endfor %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{% set x = 'x' * 999999 %}{% set y = x ~ x ~ x ~ x ~ x ~ x %}",
        "{% set x = 'x' * 3999999 %}{{ x + x }}",
        "{{ 'x' * 9999999999 }}",
        "{{ 9999999999 * [1] }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '{:>1000000000}'.format(1) }}",
        "{{ '{:>{w}}'.format(1, w=1000000000) }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ range(99999)|join('x' * 99999) }}",
        "{{ ('x' * 99999)|replace('x', 'y' * 99999) }}",
        "{{ [1]|batch(1000000000, 'x')|list }}",
        "{{ [1]|slice(1000000000)|list }}",
        "{{ lipsum(100000) }}",
        "{{ 'x'|center(1000000000) }}",
        "{{ 'x\ny'|indent(1000000000) }}",
        "{% set x = 'x' * 3999999 %}{% for i in range(1000) %}{{ x }}{% endfor %}",
        "{% set x = 'x' * 3999999 %}{% set y %}{% for i in range(1000) %}{{ x }}{% endfor %}{% endset %}",
        "{% set x = ['x' * 3999999] * 1000 %}{{ x }}",
        "{% set x = ['x' * 3999999] * 1000 %}{{ x ~ '' }}",
        "{% set x = [[['x' * 3999] * 100] * 100] * 10 %}{{ x|string|length }}",
        "{% set x = ['x' * 3999999] * 1000 %}{{ '{}'.format(x)|length }}",
        "{% set x = ['x' * 3999999] * 1000 %}{{ x|tojson|length }}",
        "{{ [1]|batch(10000, 'x' * 3999999)|list }}",
        "{% set ns = namespace(x='x') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    ],
)
def test_a_template_ends_soon_and_makes_no_more_than_a_page(template: str) -> None:
    OURS.begin()
    with pytest.raises((jinja2.TemplateError, SecurityError)):
        OURS.from_string(template).render(VALUES)


_LONG = "{% set s = 'x' * 4000000 %}{% set t = 'x' * 4000000 %}{% for i in range(100000) %}"


@pytest.mark.parametrize(
    "work", ["s|upper", "s.upper()", "s|list", "s|wordcount", "s|replace('x', 'y')", "s.count('y')"]
)
def test_what_is_done_with_long_texts_is_counted(work: str) -> None:
    OURS.begin()
    before = time.process_time()
    with pytest.raises(SecurityError, match="more than one page can need"):
        OURS.from_string(f"{_LONG}{{% set r = {work} %}}{{% endfor %}}").render(VALUES)
    assert time.process_time() - before < 10


@pytest.mark.parametrize("work", ["s == t", "'y' in s", "s[1:]"])
def test_what_nobody_counts_ends_by_the_clock(monkeypatch: pytest.MonkeyPatch, work: str) -> None:
    monkeypatch.setattr(bounds, "MOST_SECONDS", 0.2)
    OURS.begin()
    with pytest.raises(SecurityError, match="longer than any page"):
        OURS.from_string(f"{_LONG}{{% set r = {work} %}}{{% endfor %}}").render(VALUES)


def test_short_loops_within_each_other_end_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_SECONDS", 0.2)
    OURS.begin()
    text, loops, ends = "{% set s = 'x' * 4000000 %}", "{% for a in range(99) %}" * 4, "{% endfor %}" * 4
    with pytest.raises(SecurityError, match="longer than any page"):
        OURS.from_string(f"{text}{loops}{{% set r = s[1:] %}}{ends}").render(VALUES)


def test_a_loop_over_many_values_knows_its_length() -> None:
    template = "{% for a in range(300) %}{% if loop.last %}{{ loop.index }}/{{ loop.length }}{% endif %}{% endfor %}"
    OURS.begin()
    assert OURS.from_string(template).render() == "300/300"


def test_what_pages_need_is_within_the_bounds() -> None:
    template = (
        "{% for a in range(1000) %}{% for t in tags %}{{ loop.index }}/{{ loop.length }} {{ t.name }}{% endfor %}"
        "{% endfor %}{{ text * 3 }}{{ 2 ** 10 }}{{ '找到 {n} 篇，{q}'.format(n=5, q=text) }}{{ tags|join(',') }}"
        "{{ 123456|tojson }}{{ 1234567|filesizeformat }}{{ text|replace('a', 'b') }}{{ [1, 2, 3]|batch(2)|list }}"
    )
    OURS.begin()
    assert _outcome(OURS, template) == _outcome(JINJAS, template)
