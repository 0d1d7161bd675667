from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from chce_desktop.services.backup import BackupUnusable, backup, restore
from chce_desktop.services.errors import FolderNotEmpty
from chce_desktop.services.site import create_site, open_site


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    with create_site(tmp_path / "站点", "国家素质教育网") as site:
        site.articles.create({"title": "标题", "body": "正文"})
        site.media.add_bytes(b"%PDF-1.4 x", "通知.pdf")
        target = tmp_path / "备份" / "今天.zip"
        result = backup(site, target)
    assert (result.articles, result.media) == (1, 1)
    assert result.size == target.stat().st_size
    return target


def test_a_backup_gives_the_whole_site_back(saved: Path, tmp_path: Path) -> None:
    restored = restore(saved, tmp_path / "新 站点")
    assert (restored.articles, restored.media) == (1, 1)
    with open_site(tmp_path / "新 站点") as site:
        assert site.articles.get(1).body == "正文"
        (item,) = site.media.page()
        assert site.media.file(item.path).read_bytes() == b"%PDF-1.4 x"


def test_a_folder_in_use_is_left_alone(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(FolderNotEmpty):
        restore(saved, tmp_path / "站点")


def test_a_damaged_backup_restores_nothing(saved: Path, tmp_path: Path) -> None:
    data = bytearray(saved.read_bytes())
    data[len(data) // 3] ^= 0xFF
    saved.write_bytes(data)
    with pytest.raises(BackupUnusable):
        restore(saved, tmp_path / "neu")
    assert not (tmp_path / "neu").exists()
    saved.write_bytes(b"no zip")
    with pytest.raises(BackupUnusable):
        restore(saved, tmp_path / "neu")


@pytest.mark.parametrize("name", ["../evil.txt", "/evil.txt", "media/../../evil.txt", "C:/evil.txt", "other/evil.txt"])
def test_a_hostile_backup_does_not_escape(saved: Path, tmp_path: Path, name: str) -> None:
    hostile = tmp_path / "hostile.zip"
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(hostile, "w") as new:
        contents = json.loads(old.read("contents.json"))
        for entry in old.namelist():
            if entry != "contents.json":
                new.writestr(entry, old.read(entry))
        new.writestr(name, b"evil")
        contents["files"][name] = "4b1d9b9a" * 8
        new.writestr("contents.json", json.dumps(contents))
    with pytest.raises(BackupUnusable):
        restore(hostile, tmp_path / "neu")
    assert not list(tmp_path.rglob("evil.txt"))
    assert not (tmp_path / "neu").exists()
