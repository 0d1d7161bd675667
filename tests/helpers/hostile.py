"""HTML that was made to run something, to fetch something, or to take for ever (tests/data/hostile.txt).

One a line. `RUN` stands for a script that leaves a mark, `DATA_SVG` for a picture with one inside.
"""

from __future__ import annotations

import base64
from pathlib import Path

_RUN = "window.ran=1;alert(1)"
_SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{_RUN}"><script>{_RUN}</script></svg>'
_DATA_SVG = "data:image/svg+xml;base64," + base64.b64encode(_SVG.encode()).decode()
_LINES = (Path(__file__).parents[1] / "data" / "hostile.txt").read_text(encoding="utf-8").splitlines()

HOSTILE: tuple[str, ...] = (
    *(line.replace("DATA_SVG", _DATA_SVG).replace("RUN", _RUN) for line in _LINES),
    "<table><tr><td>" * 1000 + "留下" + "</td></tr></table>" * 1000,
)
