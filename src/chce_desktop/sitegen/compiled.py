"""Compiled templates, kept from one start of the program to the next: compiling a theme takes a tenth of a second."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket
from typing_extensions import override

from chce_desktop.sitegen import templatecode

#: Other code is kept apart.
_EDITION = f"{jinja2.__version__}-{templatecode.EDITION}"
_DIGEST = hashlib.sha256().digest_size


class CompiledTemplates(jinja2.BytecodeCache):
    """One file a template below `folder`, with its SHA-256 before it: what is torn or missing is compiled again.

    Jinja2 itself compares with the template's text. Never raises for a folder that cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / _EDITION

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            data = (self._folder / bucket.key).read_bytes()
            if hashlib.sha256(data[_DIGEST:]).digest() == data[:_DIGEST]:
                bucket.bytecode_from_string(data[_DIGEST:])

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        code = bucket.bytecode_to_string()
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / bucket.key).write_bytes(hashlib.sha256(code).digest() + code)
