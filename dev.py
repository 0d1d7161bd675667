#!/usr/bin/env python3
"""The developer's commands: `python3 dev.py run` opens the app, `python3 dev.py test` proves that it works.

Needs nothing but Python 3.11 or newer. Everything else goes into `.venv` beside this file, from the lock files in
build_spec/; on Debian and Ubuntu the system's libraries that Qt needs are installed by apt. pip is used as this
computer has it configured: no registry is named here.
"""

# Until the version is checked below, this file must also be readable for older Pythons.
import argparse
import hashlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SPEC = ROOT / "build_spec"
LOCK = SPEC / "requirements.lock"
APP_LOCK = SPEC / "requirements-app.lock"
#: Fails in a `.venv` whose making was broken off: pip comes last, and its RECORD last of it.
IS_WHOLE = "import importlib.metadata as m, sys; sys.exit(not m.distribution('pip').read_text('RECORD'))"
SLOW_MARKS = "not slow and not gui and not server and not browser and not alone"


class Trouble(Exception):
    """Something that a person must put right; the text says what and how."""


# Python itself


def newer_python():
    # type: () -> str | None
    """The path of a Python on this computer that is new enough; None when there is none."""
    for minor in range(14, OLDEST[1] - 1, -1):
        found = shutil.which("python3.{}".format(minor))  # noqa: UP032 - readable for older Pythons
        if found and subprocess.call([found, "-c", "import venv"], stderr=subprocess.DEVNULL) == 0:
            return found
    return None


if sys.version_info < OLDEST:
    NEWER = newer_python()
    if NEWER:
        sys.exit(subprocess.call([NEWER, str(Path(__file__).resolve()), *sys.argv[1:]]))
    sys.exit("CHCE Desktop needs Python 3.11 or newer, and this is Python {}.{}.".format(*sys.version_info[:2]))


def venv_python() -> Path:
    """The interpreter of `.venv`."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def digest(path: Path) -> str:
    """Hex SHA-256 of a file's text, whatever its line ends."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def prepare(*, everything: bool) -> None:
    """Make `.venv` hold what the lock file says: all of it, or only what the app itself needs."""
    python = venv_python()
    if not python.exists() or subprocess.call([python, "-c", IS_WHOLE], stderr=subprocess.DEVNULL) != 0:
        say("Creating .venv")
        if subprocess.call([sys.executable, "-m", "venv", "--clear", VENV]) != 0:
            raise Trouble(f"Python's own `venv` failed to create {VENV}; its message stands above.")
    stamp_file = VENV / "chce-installed.json"
    stamp = json.loads(stamp_file.read_text(encoding="utf-8")) if stamp_file.exists() else {}
    enough = {digest(LOCK)} if everything else {digest(LOCK), digest(APP_LOCK)}
    project = f"{digest(ROOT / 'pyproject.toml')} {ROOT}"
    if stamp.get("packages") not in enough:
        lock = LOCK if everything or stamp.get("everything") else APP_LOCK
        say(f"Installing the packages of {lock.relative_to(ROOT)} (once; some 250 MB the first time)")
        stamp_file.unlink(missing_ok=True)
        leftovers = not_locked(lock)
        if leftovers:
            pip("uninstall", "--yes", *leftovers)
        pip("install", "--require-hashes", "--only-binary", ":all:", "-r", lock)
        stamp = {"packages": digest(lock), "everything": lock == LOCK}
    if stamp.get("project") != project:
        pip("install", "--no-deps", "--no-index", "--no-build-isolation", "--editable", ROOT)
        stamp["project"] = project
    stamp_file.write_text(json.dumps(stamp), encoding="utf-8")


def pip(command: str, *arguments: str | Path) -> None:
    """Run the venv's pip, told about registries and proxies only by this computer's own configuration."""
    options = ["--quiet", "--disable-pip-version-check", "--no-input"]
    if subprocess.call([venv_python(), "-m", "pip", command, *options, *arguments], cwd=ROOT) != 0:
        raise Trouble(
            f"pip {command} failed; its message stands above. Is there a network, or a proxy that pip must know?"
        )


def not_locked(lock: Path) -> list[str]:
    """Packages in `.venv` that the lock file does not know: two packages may own the same files, so they go first."""
    listed = subprocess.run(
        [venv_python(), "-m", "pip", "list", "--format=json", "--disable-pip-version-check"],
        capture_output=True,
        check=True,
    ).stdout
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    installed = {re.sub(r"[-_.]+", "-", package["name"]).lower() for package in json.loads(listed)}
    return sorted(installed - locked - {"pip", "setuptools", "wheel", "chce-desktop"})


# What the operating system must have, as packages or as programs. `a|b`: either will do; where neither is there, the
# first that the system knows is installed.

QT_LIBRARIES = """
libasound2t64|libasound2 libdbus-1-3 libdrm2 libegl1 libexpat1 libfontconfig1 libfreetype6 libgbm1 libgl1
libglib2.0-0t64|libglib2.0-0 libgssapi-krb5-2 libnspr4 libnss3 libudev1 libx11-6 libx11-xcb1 libxcb-cursor0
libxcb-dri3-0 libxcb-glx0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
libxcb-render0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xkb1 libxcb1 libxcomposite1
libxdamage1 libxext6 libxfixes3 libxkbcommon-x11-0 libxkbcommon0 libxkbfile1 libxrandr2 libxrender1 libxtst6
fonts-noto-cjk|fonts-wqy-microhei|fonts-wqy-zenhei
""".split()  # noqa: SIM905 - a table to read
TEST_PROGRAMS = """
apache2-bin at-spi2-core chromium|chromium-browser|google-chrome dbus dbus-x11 git ibus ibus-libpinyin iproute2
java|default-jre-headless libatomic1 libcap2 libnginx-mod-http-dav-ext libpam0g libwrap0 lftp
libxml2-utils|xmllint nginx-light|nginx-core|nginx
npm openbox openssh-client openssh-server openssl procps proftpd-core proftpd-mod-crypto python3-pyatspi rclone rsync
xclip xdotool xvfb
""".split()  # noqa: SIM905 - a table to read
#: Services that a package starts although only the tests' own copies are wanted.
SERVICES = {
    "nginx": "nginx",
    "nginx-core": "nginx",
    "nginx-light": "nginx",
    "openssh-server": "ssh",
    "proftpd-core": "proftpd",
}
#: Packages that Debian installs only one of, though the tests want both: unpacked into `.venv/debian/<package>`.
UNPACKED = ["vsftpd"]


def prepare_system(packages: list[str]) -> None:
    """Install what is missing of `packages` where apt is there to do it; elsewhere do nothing."""
    if sys.platform != "linux" or not shutil.which("apt-get") or not shutil.which("dpkg-query"):
        return
    wanted = list(packages)
    if importlib.util.find_spec("ensurepip") is None:
        wanted.append(f"python3.{sys.version_info.minor}-venv")
    present = installed_packages()
    missing = [names for names in wanted if not any(name in present or shutil.which(name) for name in names.split("|"))]
    if not missing:
        return
    say("Packages of the system are missing; asking apt for them")
    updated = apt("update", "--quiet=2")
    chosen = [first_known(names.split("|")) for names in missing]
    if updated:
        say(f"Installing {' '.join(chosen)}")
    if not updated or not apt("install", "--yes", "--quiet=2", "--no-install-recommends", *chosen):
        raise Trouble(
            "System packages are missing and could not be installed. Please run this, or ask who may:\n"
            f"    sudo apt-get update && sudo apt-get install --no-install-recommends {shlex.join(chosen)}"
        )
    if Path("/run/systemd/system").is_dir():
        for service in {SERVICES[name] for name in chosen if name in SERVICES}:
            subprocess.call([*as_root(), "systemctl", "disable", "--now", service])


def unpack(packages: list[str]) -> None:
    """Have Debian's `packages` lie unpacked in `.venv`, where apt is there to fetch them; nothing is installed."""
    if sys.platform != "linux" or not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return
    for package in packages:
        target = VENV / "debian" / package
        if target.is_dir():
            continue
        say(f"Unpacking {package}")
        with tempfile.TemporaryDirectory(dir=VENV) as folder:
            fetched = subprocess.call(["apt-get", "download", "--quiet=2", package], cwd=folder) == 0
            for file in Path(folder).glob("*.deb"):
                fetched = subprocess.call(["dpkg-deb", "--extract", file, Path(folder) / package]) == 0
            if not fetched or not (Path(folder) / package).is_dir():
                raise Trouble(f"{package} could not be fetched. Please run: sudo apt-get update; then try again.")
            target.parent.mkdir(exist_ok=True)
            (Path(folder) / package).rename(target)


def installed_packages() -> set[str]:
    """The names of all installed Debian packages."""
    listed = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Package}\n"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return {line.split()[1] for line in listed.splitlines() if line.startswith("installed ")}


def first_known(names: list[str]) -> str:
    """The first of `names` that this system's apt can install."""
    for name in names:
        policy = subprocess.run(["apt-cache", "policy", name], capture_output=True, text=True, check=False).stdout
        if re.search(r"Candidate: (?!\(none\))", policy):
            return name
    return names[0]


def as_root() -> list[str]:
    """What to put before a command so that it runs as root."""
    if os.geteuid() == 0:
        return []
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "--non-interactive"]


def apt(*arguments: str) -> bool:
    """Run apt-get as root, asking nothing; whether it did what it was told."""
    command = [*as_root(), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments]
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL) == 0
    except OSError:  # no sudo
        return False


# Running things


def say(text: str) -> None:
    """Tell the person what is going on."""
    print(f"• {text}", flush=True)


def environment() -> dict[str, str]:
    """The environment of the app and its tests."""
    variables = dict(os.environ)
    if sys.platform == "linux" and os.geteuid() == 0:
        variables["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # Chromium refuses to run as root inside its sandbox
    return variables


def python(*arguments: str | Path, **variables: str) -> int:
    """Run the venv's Python in the checkout; its exit status."""
    return subprocess.call([venv_python(), *arguments], cwd=ROOT, env=environment() | variables)


def has_screen() -> bool:
    """Whether a window could appear."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


#: The screen that the tour's windows think they stand on, in the words of Qt's offscreen platform.
SCREEN = {
    "synchronousWindowSystemEvents": False,
    "windowFrameMargins": True,
    "screens": [
        {
            "name": "tour",
            "x": 0,
            "y": 0,
            "width": 1920,
            "height": 1080,
            "logicalDpi": 96,
            "logicalBaseDpi": 96,
            "dpr": 1,
        }
    ],
}


def offscreen() -> str:
    """Qt's platform for windows that nobody sees, on a screen of ordinary size.

    Named from the checkout, where `python` runs: Qt reads this variable as Latin-1, and the checkout may lie anywhere.
    """
    screen = ROOT / "out" / "screen.json"
    screen.parent.mkdir(exist_ok=True)
    screen.write_text(json.dumps(SCREEN), encoding="utf-8")
    return f"offscreen:configfile={screen.relative_to(ROOT).as_posix()}"


def run(arguments: list[str]) -> int:
    """Open the app on the demo site; with no screen, let it show by itself what it can do."""
    if has_screen():
        prepare_system(QT_LIBRARIES)
        prepare(everything=False)
        return python("-m", "chce_desktop", *(arguments or ["--demo"]))
    prepare_system([*QT_LIBRARIES, "openssh-server"])
    prepare(everything=False)
    say("There is no screen: the tour writes an article through the real window, previews and publishes it")
    folder = ROOT / "out" / "tour"
    shutil.rmtree(folder, ignore_errors=True)
    quiet = {
        "QT_QPA_PLATFORM": offscreen(),
        "QT_LOGGING_RULES": "default.warning=false;qt.rhi.*=false",  # what an offscreen window cannot do is no news
        "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu --log-level=3",
    }
    return python("-m", "chce_desktop", *(arguments or ["--tour", str(folder)]), **quiet)


STEPS = {
    "ruff": ("-m", "ruff", "check", "."),
    "format": ("-m", "ruff", "format", "--check", "."),
    "mypy": ("-m", "mypy"),
    "layers": ("-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())", "--no-logo"),
    "translations": ("-m", "build_spec.translations", "--check"),
}


def checked(suites: dict[str, list[str]]) -> int:
    """Run the static checks, then pytest with each of `suites`; end with a table and one line of counts."""
    table: list[tuple[str, bool, float]] = []
    passed = failed = 0
    for name, command in STEPS.items():
        say(name)
        started = time.monotonic()
        status = python(*command)
        table.append((name, status == 0, time.monotonic() - started))
        failed += status != 0
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in suites.items():
            say(f"pytest: {name}")
            report = Path(folder) / f"{name}.xml"
            started = time.monotonic()
            status = python("-m", "pytest", "-q", "-o", "junit_family=xunit1", f"--junitxml={report}", *arguments)
            good, bad = counts(report)
            if status not in (0, 5) and not bad:  # 5: the suite has no tests
                bad = 1
            table.append((f"pytest: {name}", bad == 0, time.monotonic() - started))
            passed, failed = passed + good, failed + bad
    print()
    for name, fine, seconds in table:
        print(f"{'ok    ' if fine else 'FAILED'}  {seconds:7.1f} s  {name}")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def counts(report: Path) -> tuple[int, int]:
    """How many tests passed and failed, by pytest's own report."""
    if not report.is_file():
        return 0, 0
    passed = failed = 0
    for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - written by our own pytest
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        passed += int(suite.get("tests", 0)) - bad - int(suite.get("skipped", 0))
        failed += bad
    return passed, failed


def test(arguments: list[str]) -> int:
    """Run every check and every test; arguments choose tests as pytest does, and leave the other checks out."""
    prepare_system(QT_LIBRARIES + TEST_PROGRAMS)
    prepare(everything=True)
    unpack(UNPACKED)
    if arguments:
        return python("-m", "pytest", *arguments)
    together = ["-m", "not alone", "-n", str(max(2, min(4, os.cpu_count() or 2)))]
    return checked({"all": together, "alone": ["-m", "alone", "-n", "0"]})


def check(_arguments: list[str]) -> int:
    """Run the checks and tests that end within two minutes."""
    prepare_system(QT_LIBRARIES)
    prepare(everything=True)
    quick = ["-m", SLOW_MARKS, "-n", "2", "tests/unit"]
    return checked({"quick": quick})


#: What users and developers have, as uv names it; each must find a wheel of every package.
PLATFORMS = (
    "aarch64-apple-darwin",
    "aarch64-manylinux_2_39",
    "x86_64-apple-darwin",
    "x86_64-manylinux_2_34",
    "x86_64-pc-windows-msvc",
)


def lock(arguments: list[str]) -> int:
    """Renew both lock files from pyproject.toml, for every platform and Python; versions change only where they must.

    `lock --upgrade` takes the newest of everything.
    """
    prepare(everything=True)
    compile_ = ("-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate")
    options = ("--universal", "--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links")
    common = (*compile_, "pyproject.toml", "--generate-hashes", *options, *arguments)
    full, app = (path.relative_to(ROOT).as_posix() for path in (LOCK, APP_LOCK))
    if python(*common, "--group", "dev", "--output-file", full) or python(
        *common, "--group", "build", "--constraints", full, "--output-file", app
    ):
        return 1
    for platform in PLATFORMS:
        for version in ("3.11", "3.14"):
            say(f"Looking for wheels: {platform}, Python {version}")
            wheels = ("--no-config", full, "--only-binary", ":all:", "--output-file", os.devnull)
            wanted = ("--python-platform", platform, "--python-version", version)
            if python(*compile_, *wheels, *wanted, MACOSX_DEPLOYMENT_TARGET="14.0"):
                return 1
    return 0


def translations(arguments: list[str]) -> int:
    """Compile the Chinese catalogues and name what is missing in them."""
    prepare(everything=True)
    return python("-m", "build_spec.translations", *arguments)


def freeze(arguments: list[str]) -> int:
    """Build the app as a folder that needs no Python, and try it."""
    prepare_system(QT_LIBRARIES)
    prepare(everything=True)
    return python("-m", "build_spec.freeze", *arguments)


def screenshots(arguments: list[str]) -> int:
    """Make the pictures in docs/screenshots anew."""
    prepare_system(QT_LIBRARIES + TEST_PROGRAMS)
    prepare(everything=True)
    return python("-m", "build_spec.screenshots", *arguments, QT_QPA_PLATFORM=offscreen())


def bench(arguments: list[str]) -> int:
    """Measure: `bench library`, `bench site` and so on print one table each; without a name all of them."""
    prepare_system(QT_LIBRARIES + TEST_PROGRAMS)
    prepare(everything=True)
    return python("-m", "tests.benchmarks", *arguments, QT_QPA_PLATFORM="offscreen")


def audit(_arguments: list[str]) -> int:
    """Let Lighthouse look at the demo site in every theme; print a table."""
    prepare_system(QT_LIBRARIES + TEST_PROGRAMS)
    prepare(everything=True)
    return python("-m", "build_spec.audit")


COMMANDS = {
    function.__name__: function
    for function in (run, test, check, audit, bench, freeze, lock, screenshots, translations)
}


def main() -> int:
    """Run the command that was asked for; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:13} {(f.__doc__ or '').splitlines()[0]}" for name, f in COMMANDS.items()),
    )
    parser.add_argument("command", choices=list(COMMANDS), metavar="command")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="passed on")
    options = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr] # a console that cannot show a path's Chinese
    try:
        return COMMANDS[options.command](options.arguments)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
