"""Our publishes in a process of their own: `python -m … FOLDER HOW [HOW …] < HOST`, a line of JSON for each.

Each HOW is `same` (publish what lies in FOLDER) or `one` (the same after one page has changed). Standard input holds
the target as JSON. Printed: seconds, files sent, and the most memory in MB beyond what the process took before.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

from chce_desktop.domain.manifest import FileEntry, Manifest
from chce_desktop.domain.publication import Target
from chce_desktop.publishing.outcome import KnownState, LocalTree
from chce_desktop.publishing.publisher import Publisher
from chce_desktop.publishing.registry import TRANSPORTS, open_remote
from tests.benchmarks.publish_site import tree


def main() -> None:
    """Publish, and say what it took."""
    folder, hows = Path(sys.argv[1]), sys.argv[2:]
    facts = json.loads(sys.stdin.read())
    state = Path(facts["state"])
    target = Target(id=1, uid="t", name="t", **facts["target"])
    # The app has imported these and knows what it built before anybody asks it to publish.
    importlib.import_module(TRANSPORTS[target.url.partition(":")[0]])
    wanted = tree(folder)
    known_file = state / "known.json"
    known = KnownState(**json.loads(known_file.read_text(encoding="utf-8"))) if known_file.exists() else KnownState()
    for how in hows:
        if how == "one":
            wanted = _one_changed(wanted)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        remote = open_remote(target, password=facts["password"], cache=state / "host")
        publisher = Publisher(remote, site_uid="site", machine="bench", known=known, journal=state / "journal")
        result = publisher.publish(wanted)
        seconds = time.perf_counter() - started
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        known = KnownState(result.generation, result.tree)
        known_file.write_text(json.dumps({"generation": known.generation, "tree": known.tree}), encoding="utf-8")
        sys.stdout.write(json.dumps({"seconds": seconds, "sent": result.uploaded, "memory": memory}) + "\n")


def _one_changed(wanted: LocalTree) -> LocalTree:
    path = next(path for path in sorted(wanted.manifest.files) if path.endswith(".html"))
    place = wanted.root / path
    data = place.read_bytes() + f"<!-- {time.time()} -->".encode()
    place.write_bytes(data)
    entry = FileEntry(hashlib.sha256(data).hexdigest(), len(data))
    return replace(wanted, manifest=Manifest({**wanted.manifest.files, path: entry}))


if __name__ == "__main__":
    main()
