"""The developer's commands: what can be known without installing anything."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[3]


def test_every_command_is_explained() -> None:
    shown = subprocess.run(
        [sys.executable, ROOT / "dev.py", "--help"], capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout
    for name, function in dev.COMMANDS.items():
        assert function.__doc__
        assert f"  {name} " in shown


def test_an_unknown_command_is_a_usage_error() -> None:
    result = subprocess.run([sys.executable, ROOT / "dev.py", "fly"], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "fly" in result.stderr


def test_an_old_python_can_at_least_read_the_file() -> None:
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_only_the_standard_library_is_imported() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


def test_counts_come_from_the_report_of_pytest(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="10" failures="2" errors="1" skipped="3"/></testsuites>', encoding="utf-8"
    )
    assert dev.counts(report) == (4, 3)
    assert dev.counts(tmp_path / "none.xml") == (0, 0)


def test_an_environment_whose_making_was_broken_off_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    made: list[object] = []
    calls = subprocess.call

    def call(command: list[object], **options: object) -> int:
        made.append("venv" if "venv" in command else "")
        return 1 if "venv" in command else calls(command, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(subprocess, "call", call)
    with pytest.raises(dev.Trouble, match="failed to create"):
        dev.prepare(everything=False)
    assert "venv" in made


def test_nothing_is_installed_where_apt_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(dev, "apt", lambda *_: pytest.fail("apt was called"))
    dev.prepare_system(["no-such-package"])


def test_only_what_is_missing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, ...]] = []

    def apt(arguments: tuple[str, ...]) -> bool:
        ran.append(arguments)
        return True

    monkeypatch.setattr(sys, "platform", "linux")
    programs = {"apt-get", "dpkg-query", "java"}
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name in programs else None)
    monkeypatch.setattr(dev, "installed_packages", lambda: {"libasound2t64", "openbox"})
    monkeypatch.setattr(dev, "first_known", lambda names: names[-1])
    monkeypatch.setattr(dev, "apt", lambda *arguments: apt(arguments))
    monkeypatch.setattr(subprocess, "call", lambda *_a, **_k: 0)
    dev.prepare_system(["libasound2|libasound2t64", "openbox", "java|default-jre-headless"])
    assert not ran
    dev.prepare_system(["libasound2|libasound2t64", "openbox", "xvfb", "nginx-light|nginx"])
    assert [arguments[0] for arguments in ran] == ["update", "install"]
    assert ran[1][-2:] == ("xvfb", "nginx")


@pytest.mark.parametrize("failure", [None, FileNotFoundError("sudo"), PermissionError("sudo")])
@pytest.mark.parametrize("refused", ["update", "install"])
def test_where_apt_fails_the_person_is_told_all_of_the_command(
    monkeypatch: pytest.MonkeyPatch, failure: OSError | None, refused: str
) -> None:
    def call(command: list[str], **_: object) -> int:
        if refused in command and failure is not None:
            raise failure
        return int(refused in command)

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if "apt" in name or "dpkg" in name else None)
    monkeypatch.setattr(subprocess, "call", call)
    monkeypatch.setattr(dev, "installed_packages", set)
    monkeypatch.setattr(dev, "first_known", lambda names: names[0])
    monkeypatch.setattr(dev, "as_root", lambda: ["sudo", "--non-interactive"])
    with pytest.raises(dev.Trouble, match=r"apt-get update && sudo apt-get install \S+ xvfb openbox"):
        dev.prepare_system(["xvfb", "openbox|other"])


def test_the_screen_of_the_tour_is_found_from_a_checkout_of_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = tmp_path / "我的 项目"
    checkout.mkdir()
    monkeypatch.setattr(dev, "ROOT", checkout)
    platform, _, file = dev.offscreen().partition(":configfile=")
    assert platform == "offscreen"
    assert file.isascii()  # Qt reads its variables as Latin-1
    assert (checkout / file).is_file()
