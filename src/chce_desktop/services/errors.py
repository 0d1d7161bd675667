"""What can go wrong in use cases, in the user's words. Failures of the disk and of hosts come from their rooms."""

from __future__ import annotations

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.storage.failures import (
    DiskFull,
    FolderNotEmpty,
    FolderUnreadable,
    LibraryBusy,
    LibraryDamaged,
    LibraryFailure,
    LibraryReadOnly,
    LibraryTooNew,
    NotALibrary,
    SiteNotFound,
)

__all__ = [
    "ArticleChanged",
    "ArticleNotFound",
    "ColumnInsideItself",
    "ColumnNotEmpty",
    "ColumnNotFound",
    "DiskFull",
    "FolderNotEmpty",
    "FolderUnreadable",
    "InvalidValue",
    "LibraryBusy",
    "LibraryDamaged",
    "LibraryFailure",
    "LibraryReadOnly",
    "LibraryTooNew",
    "MediaNotFound",
    "MediaRefused",
    "NotALibrary",
    "NotAnImage",
    "NotFound",
    "SiteNotFound",
    "SlugInvalid",
    "SlugTaken",
    "TargetNotFound",
]


class NotFound(ChceError):
    """What was asked for does not exist (any more)."""

    code = "not_found"


class ArticleNotFound(NotFound):
    """No article has this id."""

    code = "article_not_found"

    def __init__(self, article_id: int) -> None:
        super().__init__(
            tr("There is no article {id}.", id=article_id),
            hint=tr("It may have been deleted for good; look through the list of articles."),
        )


class ColumnNotFound(NotFound):
    """No column has this path or id."""

    code = "column_not_found"

    def __init__(self, path: object) -> None:
        super().__init__(
            tr("There is no column “{path}”.", path=path), hint=tr("Look through the list of columns for its name.")
        )


class TargetNotFound(NotFound):
    """No publish target has this name."""

    code = "target_not_found"

    def __init__(self, name: object) -> None:
        super().__init__(
            tr("There is no publish target “{name}”.", name=name), hint=tr("Look through the list of targets.")
        )


class MediaNotFound(NotFound):
    """No media file has this path."""

    code = "media_not_found"

    def __init__(self, path: str) -> None:
        super().__init__(
            tr("There is no media file “{path}”.", path=path), hint=tr("Look through the media library for it.")
        )


class InvalidValue(ChceError):
    """A field cannot have this value."""

    code = "invalid_value"


class SlugInvalid(InvalidValue):
    """A slug that would be unsafe on some host."""

    code = "slug_invalid"

    def __init__(self, slug: str) -> None:
        super().__init__(
            tr("“{slug}” cannot be part of an address.", slug=slug),
            hint=tr("Use small Latin letters, digits and single hyphens, at most 80; some names are reserved."),
        )


class SlugTaken(InvalidValue):
    """Another article or column has this slug."""

    code = "slug_taken"

    def __init__(self, slug: str) -> None:
        super().__init__(
            tr("The address “{slug}” is taken already.", slug=slug),
            hint=tr("Choose another one, for example with a number."),
        )


class ColumnInsideItself(InvalidValue):
    """A column cannot lie below itself."""

    code = "column_inside_itself"

    def __init__(self, name: str) -> None:
        super().__init__(
            tr("The column “{name}” cannot be moved into itself.", name=name),
            hint=tr("Choose a column that does not lie below it."),
        )


class ColumnNotEmpty(InvalidValue):
    """A column with columns below it is not removed."""

    code = "column_not_empty"

    def __init__(self, name: str) -> None:
        super().__init__(
            tr("The column “{name}” has other columns below it.", name=name),
            hint=tr("Move or remove these first."),
        )


class MediaRefused(InvalidValue):
    """A file that is not taken into the media library."""

    code = "media_refused"


class NotAnImage(MediaRefused):
    """A file with a picture's name that is no picture, or a broken one."""

    code = "not_an_image"

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(
            tr("“{name}” is not a picture that can be shown.", name=name),
            detail=detail,
            hint=tr("Open it in a picture program and save it as JPEG or PNG."),
        )


class ArticleChanged(ChceError):
    """Somebody else changed the article since it was read; nothing was overwritten."""

    code = "article_changed"

    def __init__(self, article_id: int, version: int) -> None:
        self.article_id = article_id
        self.version = version
        super().__init__(
            tr("The article was changed elsewhere in the meantime."),
            detail=f"article {article_id}, now version {version}",
            hint=tr("Both texts are kept; compare them and decide."),
        )
