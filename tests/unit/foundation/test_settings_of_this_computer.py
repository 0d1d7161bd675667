"""Language, folders, resources, ids and passwords: what depends on the computer the app runs on."""

from __future__ import annotations

import locale
import time
import uuid
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from chce_desktop.foundation import i18n, ids, paths, resources, secrets
from tests.helpers.memory_keyring import MemoryKeyring


@pytest.mark.parametrize(
    ("variables", "system", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "en_US", "zh_CN"),
        ({"LANG": "zh_TW.UTF-8"}, "en_US", "zh_CN"),
        ({"LANG": "de_DE.UTF-8"}, "zh_CN", "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "en_US", "zh_CN"),
        ({"LANG": "C.UTF-8"}, "en_US", "zh_CN"),
        ({}, None, "zh_CN"),
    ],
)
def test_the_language_follows_the_computer_and_is_chinese_when_in_doubt(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], system: str | None, expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(locale, "getlocale", lambda: (system, "UTF-8"))
    assert i18n.preferred_language() == expected


@pytest.mark.parametrize(
    ("system", "expected"),
    [("Chinese (Simplified)_China", "zh_CN"), ("zh_CN", "zh_CN"), ("English_United States", "en"), (None, "zh_CN")],
)
def test_windows_says_its_language_by_itself(
    monkeypatch: pytest.MonkeyPatch, system: str | None, expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("chce_desktop.foundation.i18n.os.name", "nt")
    monkeypatch.setattr(locale, "getlocale", lambda: (system, "cp936"))
    assert i18n.preferred_language() == expected


def test_texts_without_translation_are_shown_in_english() -> None:
    i18n.set_language("zh_CN")
    assert i18n.language() == "zh_CN"
    assert i18n.tr("no such text {name}", name="甲") == "no such text 甲"
    assert i18n.trn("{n} thing nobody has", "{n} things nobody has", 2) == "2 things nobody has"
    assert i18n.tr("braces {stay} without values") == "braces {stay} without values"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        i18n.set_language("fr")
    assert i18n.language() == "en"


def test_one_folder_can_hold_everything_of_the_app(app_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = {paths.settings_dir(), paths.cache_dir(), paths.log_dir()}
    assert len(folders) == 3
    assert all(folder.parent == app_home for folder in folders)
    monkeypatch.delenv("CHCE_HOME")
    assert not any(app_home in folder.parents for folder in (paths.settings_dir(), paths.cache_dir(), paths.log_dir()))


def test_resources_are_found_by_name() -> None:
    assert resources.read_text("icons/chce-desktop.svg").startswith("<")
    with pytest.raises(FileNotFoundError):
        resources.read_bytes("icons/no-such-icon.svg")


def test_identifiers_are_uuids_that_sort_by_time() -> None:
    first = ids.new_uid()
    time.sleep(0.002)
    later = [ids.new_uid() for _ in range(1000)]
    assert all(first < other for other in later)
    assert len(set(later)) == 1000
    parsed = uuid.UUID(first)
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)


def test_passwords_are_kept_and_forgotten(memory_keyring: MemoryKeyring) -> None:
    assert secrets.load("site/target") is None
    secrets.store("site/target", "口令")
    assert secrets.load("site/target") == "口令"
    assert list(memory_keyring.entries.values()) == ["口令"]
    secrets.forget("site/target")
    secrets.forget("site/target")
    assert secrets.load("site/target") is None


def test_the_variable_serves_where_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHCE_TARGET_PASSWORD", "from the environment")
    assert secrets.load("site/target") == "from the environment"
    secrets.store("site/target", "kept")
    assert secrets.load("site/target") == "kept"


def test_without_a_keyring_storing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call] # keyring has no types
    with pytest.raises(secrets.NoKeyring) as caught:
        secrets.store("site/target", "口令")
    assert "keyring" in caught.value.title
    assert "CHCE_TARGET_PASSWORD" in caught.value.hint
    assert "口令" not in f"{caught.value.title}{caught.value.hint}{caught.value.detail}"
    monkeypatch.setenv("CHCE_TARGET_PASSWORD", "from the environment")
    assert secrets.load("site/target") == "from the environment"
