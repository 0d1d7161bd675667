"""The catalogue compiler notices what would show English, or nothing, to a Chinese editor."""

from __future__ import annotations

import gettext
import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from build_spec.translations import SOURCE, Entry, compiled, problems, read_catalogues, strings_of

_HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)


def _catalogue(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(_HEAD + text, encoding="utf-8", newline="\n")


def test_strings_are_found_in_calls_marks_and_plurals(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(
        'tr("Save")\ntr("Two "\n   "parts")\nx = mark("Later")\ntrn("{n} page", "{n} pages", 3)\ntr(x)\ntrue("no")\n',
        encoding="utf-8",
    )
    assert set(strings_of(tmp_path)) == {("Save", ""), ("Two parts", ""), ("Later", ""), ("{n} page", "{n} pages")}


def test_a_missing_an_unused_and_an_unsure_translation_are_named() -> None:
    strings = {("Save", ""): "a.py:1", ("Open", ""): "a.py:2"}
    found = problems(strings, [Entry("Save", "", "", "ui.po:3"), Entry("Old", "", "旧", "ui.po:9")])
    assert found == [
        "a.py:1: no Chinese for 'Save'",
        "a.py:2: no Chinese for 'Open'",
        "ui.po:9: the source has no 'Old' (any more)",
    ]


def test_two_catalogues_may_agree_but_not_differ() -> None:
    strings = {("Save", ""): "a.py:1"}
    assert problems(strings, [Entry("Save", "", "保存", "a.po:1"), Entry("Save", "", "保存", "b.po:1")]) == []
    (line,) = problems(strings, [Entry("Save", "", "保存", "a.po:1"), Entry("Save", "", "存储", "b.po:1")])
    assert line == "b.po:1: 'Save' is '存储' here and '保存' in a.po:1"


@pytest.mark.parametrize(
    ("source", "plural", "chinese", "fine"),
    [
        ("Save {name}", "", "保存“{name}”", True),
        ("Save {name}", "", "保存", False),
        ("Save {name}", "", "保存{nane}", False),
        ("Save {name}", "", "保存{name", False),
        ("{n} page", "{n} pages", "{n} 页", True),
        ("One page", "{n} pages", "一页", False),
    ],
)
def test_placeholders_must_be_the_same(source: str, plural: str, chinese: str, fine: bool) -> None:
    found = problems({(source, plural): "a.py:1"}, [Entry(source, plural, chinese, "a.po:1")])
    assert (found == []) is fine


def test_a_fuzzy_translation_does_not_count(tmp_path: Path) -> None:
    _catalogue(tmp_path, "a.po", '#, fuzzy\nmsgid "Save"\nmsgstr "保存"\n')
    assert [entry.chinese for entry in read_catalogues(tmp_path)] == [""]


def test_what_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    _catalogue(tmp_path, "a.po", 'msgid "Save"\n<<<<<<< HEAD\nmsgstr "保存"\n')
    with pytest.raises(PoFileError):
        list(read_catalogues(tmp_path))


def test_the_compiled_file_is_read_by_gettext_and_always_the_same(tmp_path: Path) -> None:
    _catalogue(
        tmp_path,
        "b.po",
        'msgid "Save"\nmsgstr "保存"\n\nmsgid "{n} page"\nmsgid_plural "{n} pages"\nmsgstr[0] "{n} 页"\n',
    )
    _catalogue(tmp_path, "a.po", 'msgid "Äpfel"\nmsgstr "苹果"\n\nmsgid "Save"\nmsgstr "保存"\n')
    entries = list(read_catalogues(tmp_path))
    data = compiled(entries)
    assert data == compiled(entries[::-1])
    read = gettext.GNUTranslations(io.BytesIO(data))
    assert read.gettext("Save") == "保存"
    assert read.gettext("Äpfel") == "苹果"
    assert read.gettext("Unknown") == "Unknown"
    assert [read.ngettext("{n} page", "{n} pages", n) for n in (0, 1, 5)] == ["{n} 页"] * 3


def test_no_string_hides_inside_another_one() -> None:
    """Before Python 3.12 a call inside an f-string is no token of its own, so the extraction would miss its text."""
    hidden = [
        f"{path.name}:{number}"
        for path in SOURCE.rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"""\bf(["']).*\{(tr|trn|mark)\(.*\1""", line)
    ]
    assert hidden == []
