"""How long a text is, as newsrooms count it: what readers see, without white space and without Markdown's marks."""

from __future__ import annotations

import re

_IMAGE = re.compile(r"!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\([^)\n]{0,2000}\)")
_ADDRESSES = re.compile(r"^\[[^\]\n]{1,200}\]:[ \t]*\S+.*$", re.MULTILINE)
_NOTE = re.compile(r"\[\^[^\]\n]{1,100}\]:?")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,2000}>|<!--[^<>\n]{0,2000}-->")
_LINE_START = re.compile(r"^[ \t]*(?:>[ \t]*)*(?:#{1,6}(?=[ \t])|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))?", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=:| \t]{3,}|`{3,}.*|~{3,}.*)$", re.MULTILINE)
_MARKS = re.compile(r"\*+|~~|`+|(?<![A-Za-z0-9])_+(?=\S)|(?<=\S)_+(?![A-Za-z0-9])|\\(?=[\\`*_{}\[\]()#+.!|>~-])")
_ATTRIBUTES = re.compile(r"\{:?[ ]?[#.:][^}\n]{1,200}\}")


def count_characters(body: str) -> int:
    """Characters that readers see; a picture, a link's address and the marks of Markdown are none."""
    text = _NOTE.sub("", body)
    text = _ADDRESSES.sub("", text)
    for marks in (_IMAGE, _TAG, _ATTRIBUTES, _RULE, _LINE_START):
        text = marks.sub("", text)
    text = _MARKS.sub("", _LINK.sub(r"\1", text))
    return sum(map(len, text.replace("|", " ").split()))
