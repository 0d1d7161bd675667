"""What kind of place a folder lies in: a plain local disk, a network drive, a folder that a cloud client copies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_CLOUD_PARTS = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "icloud drive": "iCloud",
    "iclouddrive": "iCloud",
    "com~apple~clouddocs": "iCloud",
    "mobile documents": "iCloud",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "cloudstorage": "cloud storage",
    "nutstore": "坚果云 Nutstore",
    "nutstore files": "坚果云 Nutstore",
    "我的坚果云": "坚果云 Nutstore",
    "坚果云": "坚果云 Nutstore",
    "baidusyncdisk": "百度网盘 Baidu",
    "baidunetdiskworkspace": "百度网盘 Baidu",
    "百度网盘同步空间": "百度网盘 Baidu",
    "wpsdrive": "WPS 云盘",
    "wps云盘": "WPS 云盘",
    "weiyun": "微云 Weiyun",
    "syncthing": "Syncthing",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
}
_CLOUD_MARKERS = {
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".stfolder": "Syncthing",
    ".nutstore": "坚果云 Nutstore",
}
_NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "sshfs", "fuse.sshfs", "afpfs", "webdav", "9p", "davfs"}
)


def cloud_service(folder: Path) -> str:
    """The name of the service that synchronises `folder`, or an empty string."""
    folder = folder.absolute()
    for part in folder.parts:
        name = part.casefold()
        for known, service in _CLOUD_PARTS.items():
            # "OneDrive - 单位名" is how OneDrive for Business names its folder; "Dropbox (Team)" Dropbox's.
            if name == known or name.startswith((f"{known} - ", f"{known} (", f"{known}-")):
                return service
    for variable in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
        place = os.environ.get(variable)
        if place and folder.is_relative_to(Path(place)):
            return "OneDrive"
    for ancestor in (folder, *folder.parents):
        for marker, service in _CLOUD_MARKERS.items():
            if (ancestor / marker).exists():
                return service
    return ""


def is_network_drive(folder: Path) -> bool:
    """Whether `folder` lies on another computer's disk."""
    folder = folder.absolute()
    if sys.platform == "win32":
        import ctypes

        if str(folder).startswith("\\\\"):
            return True
        remote = 4  # DRIVE_REMOTE of GetDriveTypeW
        return bool(ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == remote)
    if sys.platform == "darwin":
        return folder.is_relative_to("/Volumes") and _mount_type_from_command(folder) in _NETWORK_TYPES
    return _mount_type_from_table(folder) in _NETWORK_TYPES


def is_plain_local(folder: Path) -> bool:
    """Whether SQLite's WAL is safe there."""
    return not cloud_service(folder) and not is_network_drive(folder)


def _mount_type_from_table(folder: Path) -> str:
    try:
        table = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    best, kind = "", ""
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        mount = fields[1].replace("\\040", " ")
        if folder.is_relative_to(mount) and len(mount) >= len(best):
            best, kind = mount, fields[2]
    return kind


def _mount_type_from_command(folder: Path) -> str:
    import subprocess

    try:
        listing = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    best, kind = "", ""
    for line in listing.splitlines():
        _, _, rest = line.partition(" on ")
        mount, _, options = rest.rpartition(" (")
        if mount and folder.is_relative_to(mount) and len(mount) >= len(best):
            best, kind = mount, options.split(",")[0].rstrip(")")
    return kind
