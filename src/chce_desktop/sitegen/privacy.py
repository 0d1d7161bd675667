"""A picture without what its camera and its programs wrote beside it: place, device, names, comments.

Nothing is encoded again, so that the picture stays as good as it is. Only the colour profile stays, and what a decoder
needs; whatever stands behind the end of the picture goes as well.
"""

from __future__ import annotations

import zlib

_JPEG, _PNG, _GIF = b"\xff\xd8", b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a")
#: PNG chunks that say how the picture is to be shown; any other that a decoder does not need may tell of people.
_PNG_SHOWN = {
    *(b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"pHYs", b"hIST"),
    *(b"sPLT", b"acTL", b"fcTL", b"fdAT"),
}
_WEBP_SHOWN = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
#: In the header of an extended WebP: Exif and XMP follow.
_WEBP_FLAGS = 0x08 | 0x04
#: APP0 (JFIF), APP14 (Adobe's colour transform); APP2 only with the colour profile.
_KEPT_SEGMENTS = {0xE0, 0xEE}
#: GIF: how often a film is repeated, and the colour profile.
_GIF_APPLICATIONS = {b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"}
_GIF_COMMENT, _GIF_TEXT, _GIF_APPLICATION = 0xFE, 0x01, 0xFF


def without_private_data(data: bytes) -> bytes | None:
    """The same picture without Exif, XMP, IPTC, comments and texts; None for what is no whole picture of these."""
    try:
        if data.startswith(_JPEG):
            return _jpeg(data)
        if data.startswith(_PNG):
            return _png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
        if data.startswith(_GIF):
            return _gif(data)
    except IndexError:
        return None
    return None


def _jpeg(data: bytes) -> bytes | None:
    parts, place = [data[:2]], 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if marker == 0xFF:  # filling
            place += 1
            continue
        if marker == 0xDA:  # the picture itself follows; what stands behind its end is a second picture or a film
            return b"".join([*parts, data[place : _picture_end(data, place)]])
        size = int.from_bytes(data[place + 2 : place + 4], "big")
        if size < 2 or place + 2 + size > len(data):
            return None
        segment = data[place : place + 2 + size]
        profile = marker == 0xE2 and segment[4:16] == b"ICC_PROFILE\0"
        said = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if not said or profile or marker in _KEPT_SEGMENTS:
            parts.append(segment)
        place += 2 + size
    return None


def _picture_end(data: bytes, place: int) -> int:
    """Behind the first end-of-image mark: between scans a mark never stands within the coded data."""
    end = data.find(b"\xff\xd9", place)
    return len(data) if end < 0 else end + 2


def _png(data: bytes) -> bytes | None:
    parts, place = [data[:8]], 8
    while place + 12 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        kind, end = data[place + 4 : place + 8], place + 12 + size
        if end > len(data) or zlib.crc32(data[place + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            return None
        if kind[:1].isupper() or kind in _PNG_SHOWN:
            parts.append(data[place:end])
        place = end
        if kind == b"IEND":
            return b"".join(parts)
    return None


def _webp(data: bytes) -> bytes | None:
    parts, place, whole = [], 12, 8 + int.from_bytes(data[4:8], "little")
    if whole > len(data) + 1:
        return None
    while place + 8 <= min(whole, len(data)):
        kind, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        end = place + 8 + size + size % 2
        if place + 8 + size > len(data):
            return None
        chunk = data[place:end]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS & 0xFF]) + chunk[9:]
        if kind in _WEBP_SHOWN:
            parts.append(chunk)
        place = end
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _gif(data: bytes) -> bytes | None:
    flags = data[10]
    place = 13 + (3 * (2 << (flags & 7)) if flags & 0x80 else 0)
    parts = [data[:place]]
    while data[place] != 0x3B:
        start = place
        if data[place] == 0x2C:  # a picture: its own colours, then the code
            flags = data[place + 9]
            place += 11 + (3 * (2 << (flags & 7)) if flags & 0x80 else 0)
            place = _blocks_end(data, place)
            parts.append(data[start:place])
        elif data[place] == 0x21:
            kind = data[place + 1]
            name = data[place + 3 : place + 14] if kind == _GIF_APPLICATION else b""
            place = _blocks_end(data, place + 2)
            said = kind in (_GIF_COMMENT, _GIF_TEXT) or (kind == _GIF_APPLICATION and name not in _GIF_APPLICATIONS)
            if not said:
                parts.append(data[start:place])
        else:
            return None
    return b"".join([*parts, b"\x3b"])


def _blocks_end(data: bytes, place: int) -> int:
    """Behind a row of blocks, each with its length in front, that ends with an empty one."""
    while size := data[place]:
        place += 1 + size
    return place + 1
