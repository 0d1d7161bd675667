"""The lock files install the same bytes everywhere, from whatever registry a computer uses."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]
FULL = ROOT / "build_spec" / "requirements.lock"
APP = ROOT / "build_spec" / "requirements-app.lock"


def _blocks(path: Path) -> dict[str, str]:
    """Requirement line (with its marker) → the hashes below it."""
    joined = path.read_text(encoding="utf-8").replace(" \\\n", "")
    return {line.split("    --hash")[0].strip(): line[line.index("--hash") :] for line in joined.splitlines()}


@pytest.mark.parametrize("path", [FULL, APP], ids=lambda path: path.name)
def test_every_package_is_pinned_and_hashed_and_no_registry_is_named(path: Path) -> None:
    assert not re.search(r"://|--(extra-)?index-url|--find-links|file:", path.read_text(encoding="utf-8"))
    for requirement, hashes in _blocks(path).items():
        assert re.match(r"[a-z0-9-]+==\S+", requirement)
        assert re.fullmatch(r"(\s*--hash=sha256:[0-9a-f]{64})+", hashes)


def test_the_app_gets_the_very_packages_that_are_tested() -> None:
    full, app = _blocks(FULL), _blocks(APP)
    versions = {requirement.split(" ;")[0] for requirement in full}
    assert {requirement.split(" ;")[0] for requirement in app} <= versions


def test_the_lock_knows_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    development = [entry for entry in project["dependency-groups"]["dev"] if isinstance(entry, str)]
    for path, asked in (
        (APP, project["project"]["dependencies"] + project["dependency-groups"]["build"]),
        (FULL, project["project"]["dependencies"] + development),
    ):
        locked = {canonicalize_name(requirement.split("==")[0]) for requirement in _blocks(path)}
        missing = {canonicalize_name(Requirement(text).name) for text in asked} - locked
        assert not missing, f"run `python3 dev.py lock`: {missing} not in {path.name}"
