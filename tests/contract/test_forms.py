"""What the form of a publish target makes of its fields is an address that works on the real server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chce_desktop.publishing.probing import probe
from chce_desktop.publishing.registry import open_remote
from chce_desktop.ui.publishing.kinds import kind_of
from tests.contract.hosts import Host

pytestmark = pytest.mark.server


def test_a_target_typed_into_the_form_passes_the_test(host: Host) -> None:
    kind = kind_of(host.target)
    assert kind is not None
    typed = kind.parse(host.target)
    typed["folder"] = typed.get("folder", "") or "/"
    made = kind.compose(typed, replace(host.target, url=host.target.url.partition("/~")[0]))
    report = probe(open_remote(made, password=host.password))
    assert report.passed, report
    assert host.is_empty()
