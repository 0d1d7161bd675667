"""Builds the frozen app with PyInstaller into out/frozen, tries it, prints size and times.

Run as `python -m build_spec.freeze` in the checkout.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from build_spec import contents, smoke

OUT = contents.ROOT / "out" / "frozen"
WORK = contents.ROOT / "build" / "pyinstaller"


def freeze() -> Path:
    """Build; the folder (on macOS the bundle) that users get."""
    shutil.rmtree(OUT, ignore_errors=True)
    spec = Path(__file__).with_name("chce.spec")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    subprocess.run(
        [*command, "--distpath", str(OUT), "--workpath", str(WORK), str(spec)], cwd=contents.ROOT, check=True
    )
    return OUT / (f"{contents.NAME}.app" if sys.platform == "darwin" else contents.NAME)


def size(folder: Path) -> int:
    """Bytes of all files below `folder`; links count once."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def main() -> int:
    """Build and try; the exit status."""
    started = time.monotonic()
    folder = freeze()
    print(f"{time.monotonic() - started:7.1f} s  built {folder.relative_to(contents.ROOT)}")
    print(f"{size(folder) / 1e6:7.0f} MB {sum(path.is_file() for path in folder.rglob('*'))} files", flush=True)
    for step, seconds in smoke.smoke(folder).items():
        print(f"{seconds:7.1f} s  {step}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
