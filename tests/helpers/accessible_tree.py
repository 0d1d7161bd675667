"""What a screen reader sees, asked over AT-SPI: run by the system's Python, which alone has `pyatspi`.

Reads requests as JSON lines on stdin, answers each with one JSON line:
`{"do": "list"}` → every accessible that shows; `{"do": "find", …}` → those that match all given keys;
`{"do": "set_text", …, "text": "…"}` and `{"do": "press", …}` act on the first that matches.
Keys to match: `role` (as AT-SPI names it), `name` (whole), `contains` (part of the name), `id` (the last parts of the
dotted path of Qt's object names).
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pyatspi  # type: ignore[import-not-found] # a package of the operating system

_MOST_CHILDREN = 400


def _describe(item: Any) -> dict[str, Any] | None:
    """One accessible as plain values; None when it went away or does not show."""
    try:
        state = item.getState()
        if not state.contains(pyatspi.STATE_SHOWING):
            return None
        described: dict[str, Any] = {
            "role": item.getRoleName(),
            "name": item.name or "",
            "id": item.get_accessible_id() or "",
            "description": item.description or "",
            "focused": state.contains(pyatspi.STATE_FOCUSED),
            "enabled": state.contains(pyatspi.STATE_ENABLED),
            "checked": state.contains(pyatspi.STATE_CHECKED),
            "selected": state.contains(pyatspi.STATE_SELECTED),
        }
        box = item.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        described["box"] = [box.x, box.y, box.width, box.height]
    except Exception:  # noqa: BLE001 - D-Bus raises what it likes for an object that has just gone
        return None
    try:
        described["text"] = item.queryText().getText(0, -1)
    except Exception:  # noqa: BLE001 - as above, and NotImplementedError for what has no text
        described["text"] = None
    return described


def _walk() -> list[tuple[Any, dict[str, Any]]]:
    found = []
    pending = [application for application in pyatspi.Registry.getDesktop(0) if application is not None]
    while pending:
        item = pending.pop()
        try:
            role = item.getRoleName()
            children = [item.getChildAtIndex(n) for n in range(min(item.childCount, _MOST_CHILDREN))]
        except Exception:  # noqa: BLE001, S112 - gone meanwhile
            continue
        described = _describe(item)
        if described is not None:
            found.append((item, described))
        elif role != "application":
            continue  # what does not show has no children that do
        pending.extend(child for child in reversed(children) if child is not None)
    return found


def _matches(described: dict[str, Any], wanted: dict[str, Any]) -> bool:
    parts = described["id"].split(".")
    asked = str(wanted.get("id", "")).split(".")
    return (
        wanted.get("role", described["role"]) == described["role"]
        and wanted.get("name", described["name"]) == described["name"]
        and str(wanted.get("contains", "")) in described["name"]
        and ("id" not in wanted or parts[-len(asked) :] == asked)
    )


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    found = [pair for pair in _walk() if request["do"] == "list" or _matches(pair[1], request)]
    if request["do"] in ("list", "find"):
        return {"items": [described for _, described in found]}
    if not found:
        return {"error": "nothing matches"}
    item = found[0][0]
    if request["do"] == "press":
        return {"done": item.queryAction().doAction(0)}
    return {"done": item.queryEditableText().setTextContents(request["text"])}


if __name__ == "__main__":
    for line in sys.stdin:
        try:
            reply = _answer(json.loads(line))
        except Exception as error:  # noqa: BLE001 - told to the test, which decides
            reply = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()
