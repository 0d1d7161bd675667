"""What blocks there are, and the patterns of lines that more than one module looks for."""

from __future__ import annotations

import enum
import re


class Kind(enum.Enum):
    """What a block is."""

    TEXT = "text"
    HEADING = "heading"
    LIST = "list"
    QUOTE = "quote"
    CODE = "code"
    TABLE = "table"
    RULE = "rule"
    NOTE = "note"
    PROTECTED = "protected"


RULE = re.compile(r"[ ]{0,3}([-*_])[ ]?(?:\1[ ]{0,2}){2,}[ ]*$")
SETEXT = re.compile(r"(=+|-+)[ ]*$")
ITEM = re.compile(r"( *)([-+*]|\d+\.)[ ]+(?=\S)(.*)$")
NOTE = re.compile(r"\[\^([\w-]+)\]:[ ]+(\S.*)$")
DEFINITION = re.compile(r"[ ]{0,3}\[[^\]\n]*\]:")
SPECIAL_LINE = re.compile(r"[ ]{0,3}(?:#|>|```|~~~)|[ ]{4}|\t|\u3000")
