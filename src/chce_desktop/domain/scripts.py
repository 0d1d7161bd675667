"""Simplified and traditional characters 简体与繁体, word by word: 头发 becomes 頭髮, 发展 becomes 發展."""

from __future__ import annotations

import functools

import opencc

from chce_desktop.domain.punctuation import outside_markup


def simplified(text: str) -> str:
    """Markdown in simplified characters; code and addresses stay as they are."""
    return _converted(text, "tw2s")  # knows 看著 from 著名, which "t2s" does not


def traditional(text: str) -> str:
    """Markdown in traditional characters; code and addresses stay as they are."""
    return _converted(text, "s2t")


def _converted(text: str, way: str) -> str:
    converter = _converter(way)
    return outside_markup(text, lambda part: converter.convert(part.encode("utf-8", "replace").decode("utf-8")))


@functools.cache
def _converter(way: str) -> opencc.OpenCC:
    return opencc.OpenCC(way)
