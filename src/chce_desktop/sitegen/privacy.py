"""A picture without what its camera and its programs wrote beside it: place, device, names, comments.

Nothing is encoded again, so that the picture stays as good as it is. Only the colour profile stays, and what a decoder
needs. Files that are no whole JPEG, PNG or WebP come back as they are.
"""

from __future__ import annotations

import zlib

_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
#: PNG chunks that tell of people and places, not of the picture.
_PNG_WORDS = {b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"}
_WEBP_WORDS = {b"EXIF", b"XMP "}
#: In the header of an extended WebP: Exif and XMP follow.
_WEBP_FLAGS = 0x08 | 0x04
#: APP0 (JFIF), APP14 (Adobe's colour transform); APP2 only with the colour profile.
_KEPT_SEGMENTS = {0xE0, 0xEE}


def without_private_data(data: bytes) -> bytes:
    """The same picture without Exif, XMP, IPTC, comments and texts."""
    if data.startswith(_JPEG):
        return _jpeg(data)
    if data.startswith(_PNG):
        return _png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return data


def _jpeg(data: bytes) -> bytes:
    parts, place = [data[:2]], 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            return data
        marker = data[place + 1]
        if marker == 0xFF:  # filling
            place += 1
            continue
        if marker == 0xDA:  # the picture itself follows; what stands behind its end is a second picture or a film
            return b"".join([*parts, data[place : _picture_end(data, place)]])
        size = int.from_bytes(data[place + 2 : place + 4], "big")
        if size < 2 or place + 2 + size > len(data):
            return data
        segment = data[place : place + 2 + size]
        profile = marker == 0xE2 and segment[4:16] == b"ICC_PROFILE\0"
        said = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if not said or profile or marker in _KEPT_SEGMENTS:
            parts.append(segment)
        place += 2 + size
    return data


def _picture_end(data: bytes, place: int) -> int:
    """Behind the first end-of-image mark: between scans a mark never stands within the coded data."""
    end = data.find(b"\xff\xd9", place)
    return len(data) if end < 0 else end + 2


def _png(data: bytes) -> bytes:
    parts, place = [data[:8]], 8
    while place + 12 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        kind, end = data[place + 4 : place + 8], place + 12 + size
        if end > len(data) or zlib.crc32(data[place + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            return data
        if kind not in _PNG_WORDS:
            parts.append(data[place:end])
        place = end
        if kind == b"IEND":
            return b"".join(parts)
    return data


def _webp(data: bytes) -> bytes:
    parts, place = [], 12
    while place + 8 <= len(data):
        kind, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        end = place + 8 + size + size % 2
        if place + 8 + size > len(data):
            return data
        chunk = data[place:end]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS & 0xFF]) + chunk[9:]
        if kind not in _WEBP_WORDS:
            parts.append(chunk)
        place = end
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + len(body).to_bytes(4, "little") + body
