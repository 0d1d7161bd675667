"""Bytes of unknown encoding to text, by decoding strictly in order of likelihood."""

from __future__ import annotations

import codecs
import re
import unicodedata

from chce_desktop.foundation.i18n import tr
from chce_desktop.importing.importer import UnreadableSource

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 20_000
_PLAUSIBLE = 0.9
#: Characters of no text. Carriage returns are line ends: a list of short words in Excel's GBK is full of them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


def decode_text(data: bytes) -> str:
    """The text of `data` with line feeds as line ends and without control characters.

    A byte order mark decides; else UTF-8, UTF-16 where every other byte of some characters is zero, GB18030 (which
    contains GBK and GB2312). Raises UnreadableSource for what is none of them.
    """
    text = _decode(data)
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decode(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding) or _refuse(encoding, data[len(mark) :])
    encodings = ["utf-8", "gb18030"]
    zeros = data.count(0)
    if zeros:
        little = data[1::2].count(0) * 2 > zeros
        encodings.insert(1, "utf-16-le" if little else "utf-16-be")
    for encoding in encodings:
        text = _strictly(data, encoding)
        # What is valid UTF-8 is UTF-8; the other two accept almost anything.
        if text is not None and ((encoding == "utf-8" and not zeros) or _is_plausible(text)):
            return text
    raise UnreadableSource(
        tr("The file is not text.") if zeros else tr("The text is neither UTF-8 nor UTF-16 nor GB18030 (GBK).")
    )


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refuse(encoding: str, data: bytes) -> str:
    if not data:
        return ""
    raise UnreadableSource(tr("The file says that it is {encoding}, but it is not.", encoding=encoding.upper()))


def _is_plausible(text: str) -> bool:
    """Whether the characters are ones that people write in Chinese or Latin, and not what noise decodes to."""
    if len(_CONTROL.findall(text, 0, _SAMPLE)) * 10 > min(len(text), _SAMPLE):
        return False
    beyond = [character for character in text[:_SAMPLE] if ord(character) > 0x7F]
    if not beyond:
        return True
    good = sum(
        "\u3400" <= character <= "\u9fff"
        or "\U00020000" <= character <= "\U0003ffff"
        or "\u3000" <= character <= "\u30ff"
        or "\uff00" <= character <= "\uffef"
        or "\u2000" <= character <= "\u27bf"
        or (ord(character) < 0x500 and unicodedata.category(character) not in ("Cc", "Cn"))
        for character in beyond
    )
    return good >= _PLAUSIBLE * len(beyond)
