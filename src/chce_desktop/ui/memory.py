"""What the app remembers between starts: window layout, recent sites, language, appearance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from chce_desktop.foundation import paths
from chce_desktop.foundation.i18n import LANGUAGES

_MOST_RECENT = 12
#: The flag that says that the app stays in the background when its window is closed.
KEEP_RUNNING = "keep_running"


@dataclass(frozen=True, slots=True)
class RecentSite:
    """A site that was open before. Its folder may be gone by now."""

    folder: Path
    name: str

    @property
    def missing(self) -> bool:
        """Whether there is no library at that place now (a drive that is not plugged in, a folder that moved)."""
        return not (self.folder / "site.db").is_file()


class Memory:
    """An INI file in the app's settings folder."""

    def __init__(self) -> None:
        folder = paths.settings_dir()
        folder.mkdir(parents=True, exist_ok=True)
        self._store = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)

    @property
    def language(self) -> str:
        """The chosen language, "" to follow the system."""
        value = self.text("language")
        return value if value in LANGUAGES else ""

    @language.setter
    def language(self, language: str) -> None:
        self.set_text("language", language)

    @property
    def color_scheme(self) -> str:
        """`light`, `dark`, or "" to follow the system."""
        return self.text("color_scheme")

    @color_scheme.setter
    def color_scheme(self, scheme: str) -> None:
        self.set_text("color_scheme", scheme)

    def text(self, key: str) -> str:
        """What is remembered under `key`, "" for nothing."""
        value = self._store.value(key, "")
        return value if isinstance(value, str) else ""

    def set_text(self, key: str, value: str) -> None:
        """Remember a text."""
        self._store.setValue(key, value)

    def flag(self, key: str, *, default: bool) -> bool:
        """A remembered yes or no."""
        value = self.text(key)
        return default if not value else value == "yes"

    def set_flag(self, key: str, *, on: bool) -> None:
        """Remember a yes or no."""
        self.set_text(key, "yes" if on else "no")

    def state(self, key: str) -> QByteArray:
        """A remembered state of a Qt widget, empty for none."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_state(self, key: str, value: QByteArray) -> None:
        """Remember a state of a Qt widget."""
        self._store.setValue(key, value)

    def numbers(self, key: str) -> list[int]:
        """Remembered numbers, empty for none."""
        import json

        try:
            found = json.loads(self.text(key) or "[]")
        except ValueError:
            return []
        return [n for n in found if isinstance(n, int)] if isinstance(found, list) else []

    def set_numbers(self, key: str, numbers: list[int]) -> None:
        """Remember numbers."""
        import json

        self.set_text(key, json.dumps(numbers))

    def recent(self) -> list[RecentSite]:
        """Sites, the one used last first."""
        import json

        try:
            rows = json.loads(self.text("recent") or "[]")
            return [RecentSite(Path(row["folder"]), str(row["name"])) for row in rows]
        except (ValueError, TypeError, KeyError):
            return []

    def used(self, folder: Path, name: str) -> None:
        """Put a site at the head of the recent ones."""
        others = [site for site in self.recent() if site.folder != folder]
        self._keep([RecentSite(folder, name), *others][:_MOST_RECENT])

    def forget(self, folder: Path) -> None:
        """Take a site off the recent ones; its folder is not touched."""
        self._keep([site for site in self.recent() if site.folder != folder])

    def save(self) -> None:
        """Write to the disk now."""
        self._store.sync()

    def _keep(self, sites: list[RecentSite]) -> None:
        import json

        rows = [{"folder": str(site.folder), "name": site.name} for site in sites]
        self.set_text("recent", json.dumps(rows, ensure_ascii=False))
