"""`python3 dev.py bench [NAME …]`: runs benchmarks one after another; all of them without a name."""

from __future__ import annotations

import argparse
import subprocess
import sys

#: Name on the command line → module of this folder. Each prints its table and ends with 0 where every goal was met.
MODULES = {
    "start": "start",
    "library": "library_speed",
    "site": "site_speed",
    "search": "site_search",
    "editor": "editor_latency",
    "media": "media_grid",
    "publish": "publish",
}


def main() -> int:
    """Run what was asked for; how many benchmarks missed a goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(MODULES)}")
    parser.add_argument("--articles", metavar="N", help="the size of the site, for `site` and `search`")
    parser.add_argument("--files", metavar="N", help="the size of the site, for `publish`")
    parser.add_argument("--only", metavar="GROUPS", help="these groups of rows only, for `publish`")
    options = parser.parse_args()
    names = options.names or list(MODULES)
    if unknown := [name for name in names if name not in MODULES]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(MODULES)}")
    more = {
        **dict.fromkeys(("site", "search"), ["--articles", options.articles] if options.articles else []),
        "publish": [f"--{name}={value}" for name in ("files", "only") if (value := getattr(options, name))],
    }
    return sum(
        subprocess.call([sys.executable, "-m", f"tests.benchmarks.{MODULES[name]}", *more.get(name, [])]) != 0
        for name in names
    )


if __name__ == "__main__":
    sys.exit(main())
