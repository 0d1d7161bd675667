"""What can go wrong between a snapshot and its pages."""

from __future__ import annotations

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr


class PageNotFound(ChceError):
    """The site has no such page."""

    code = "page_not_found"

    def __init__(self, path: str, title: str = "", hint: str = "") -> None:
        super().__init__(
            title or tr("The site has no page “{path}”.", path=path),
            hint=hint or tr("Start from the home page and follow the links."),
        )
        self.path = path


class MediaNotShown(PageNotFound):
    """The library has the file, but nothing that is published shows it."""

    def __init__(self, path: str) -> None:
        title = tr("Nothing of the site shows “{path}”, so it is not published.", path=path)
        super().__init__(path, title, tr("The media library says which texts name it."))


class TemplateFailed(ChceError):
    """A template of the theme is faulty. `file` and `line` (0: unknown) say where, `reason` what."""

    code = "template_failed"

    def __init__(self, file: str, line: int, reason: str, *, detail: str = "") -> None:
        super().__init__(
            tr("The template {file} has a fault in line {line}: {reason}", file=file, line=line, reason=reason)
            if line
            else tr("The template {file} has a fault: {reason}", file=file, reason=reason),
            hint=tr(
                "Correct the file in the site's theme folder, or remove it there so that the original is used again."
            ),
            detail=detail,
        )
        self.file = file
        self.line = line
        self.reason = reason


class ThemeFaulty(ChceError):
    """The theme as a whole cannot be used."""

    code = "theme_faulty"


class OutputFolderUnusable(ChceError):
    """The folder for the built site cannot be written."""

    code = "output_folder_unusable"

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(
            tr("The folder “{folder}” cannot be written.", folder=folder),
            hint=tr("Choose another folder, or free disk space and check the permissions."),
            detail=reason,
        )


class BuildRunning(ChceError):
    """Another build writes into the same folder."""

    code = "build_running"

    def __init__(self, folder: str) -> None:
        super().__init__(
            tr("Another build is writing into the folder “{folder}”.", folder=folder),
            hint=tr("Wait until it has ended, or build into another folder."),
        )
