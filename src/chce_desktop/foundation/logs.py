"""What the app writes down for the day something goes wrong: no secrets, no text of articles.

Modules use `logging.getLogger(__name__)` and name articles, files and hosts, never their contents. As a second line of
defence every line passes `mask`.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import re
import sys
import time
from pathlib import Path
from urllib.parse import quote

from typing_extensions import override

from chce_desktop.foundation import paths

_MOST_BYTES = 1_000_000
_OLD_FILES = 4
_OURS = "chce_desktop"

_SENSITIVE = r"(?:password|passwd|passphrase|pwd|secret|token|api_?key|access_?key|signature|credential)"
_MASKS = (
    # sftp://editor:secret@host; passwords may hold "@" and "/" themselves, so up to the last "@" of the word
    (re.compile(r"(://[^\s:/@]*):\S*@"), r"\1:***@"),
    (re.compile(r"(?i)\b(authorization|proxy-authorization|cookie|set-cookie)(['\"]?\s*[:=]\s*)[^\r\n]+"), r"\1\2***"),
    # password=…, "api_key": "…", X-Amz-Signature=…
    (re.compile(rf"(?i)([\w-]*{_SENSITIVE}['\"]?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&)}}\]]+)"), r"\1***"),
    # SQLAlchemy quotes the values of a failed statement, and they may be an article
    (re.compile(r"\[parameters: .*?\](?=\s*(?:$|\n|\(Background))", re.DOTALL), "[parameters: ***]"),
)


#: Secrets in use, in the forms in which programs write them. Shorter ones would take ordinary words out of the log.
_concealed: set[str] = set()
_SHORTEST = 6


def conceal(secret: str) -> None:
    """Have every line from now on written without this secret, in whatever sentence it may stand."""
    if len(secret) >= _SHORTEST:
        _concealed.update({secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], quote(secret), quote(secret, safe="")})


def mask(text: str) -> str:
    """`text` with secrets in use, and whatever looks like a password, key or token, replaced by ***."""
    for secret in sorted(_concealed, key=len, reverse=True):
        text = text.replace(secret, "***")
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return text


class _Masked(logging.Formatter):
    converter = staticmethod(time.gmtime)

    @override
    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


class _Rotating(logging.handlers.RotatingFileHandler):
    """Goes on with the full file while another process keeps it open: Windows lets nobody rename it then."""

    @override
    def doRollover(self) -> None:
        try:
            super().doRollover()
        except OSError:
            self.stream = self.stream or self._open()


def start(front: str, *, verbose: bool = False) -> Path | None:
    """Write the log of `front` ("window" or "chce") to a file of its own in `paths.log_dir()`; the file.

    The app's own records from INFO on are kept, or from DEBUG on and on stderr too when `verbose`; those of libraries
    from WARNING on. None when the folder cannot be written: the log then goes to stderr alone, beginning with why.
    Calling it again replaces what the call before set up.
    """
    stop()
    form = _Masked("%(asctime)s.%(msecs)03dZ %(levelname)s %(threadName)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    file: Path | None = paths.log_dir() / f"{front}.log"
    handlers: list[logging.Handler] = []
    trouble: OSError | None = None
    try:
        paths.log_dir().mkdir(parents=True, exist_ok=True)
        handlers.append(_Rotating(str(file), maxBytes=_MOST_BYTES, backupCount=_OLD_FILES, encoding="utf-8"))
    except OSError as error:
        file, trouble = None, error
    if (verbose or trouble) and sys.stderr is not None:  # windowed programs of Windows have none
        handlers.append(logging.StreamHandler(sys.stderr))
    root = logging.getLogger()
    for handler in handlers:
        handler.setFormatter(form)
        handler.name = _OURS
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.DEBUG if verbose else logging.INFO)
    logging.captureWarnings(capture=True)
    if trouble:
        logging.getLogger(__name__).warning("no log file: %s", trouble)
    return file


def stop() -> None:
    """Close what `start` opened."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler.name == _OURS]:
        root.removeHandler(handler)
        handler.close()
    logging.captureWarnings(capture=False)
