"""Chinese for every string: compares the source with the catalogues and compiles them into one file.

`python -m build_spec.translations` writes `resources/translations/zh_CN.mo`; with `--check` nothing is written and the
file must be up to date. Either way the exit status is 1 when a string has no Chinese, when a catalogue holds a string
that the source no longer has, when two catalogues translate one string differently, or when placeholders differ.
The bytes depend on nothing but the texts.
"""

from __future__ import annotations

import argparse
import string
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "chce_desktop"
CATALOGUES = ROOT / "resources" / "translations" / "zh_CN"
COMPILED = ROOT / "resources" / "translations" / "zh_CN.mo"

_KEYWORDS: dict[str, tuple[int, ...] | None] = {"tr": None, "mark": None, "trn": (1, 2)}
_HEADER = "Content-Type: text/plain; charset=UTF-8\nLanguage: zh_CN\nPlural-Forms: nplurals=1; plural=0;\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One translation: the source string (and its plural, if it has one), the Chinese, and where it stands."""

    source: str
    plural: str
    chinese: str
    where: str


def strings_of(source: Path) -> dict[tuple[str, str], str]:
    """Each (string, plural or "") that the code below `source` shows, with the first place where it does."""
    found: dict[tuple[str, str], str] = {}
    for name, line, message, _comments, _context in extract_from_dir(
        source, method_map=[("**.py", "python")], keywords=_KEYWORDS, strip_comment_tags=True
    ):
        key = (message, "") if isinstance(message, str) else (message[0], message[1])
        found.setdefault(key, f"{name}:{line}")
    return found


def read_catalogues(folder: Path) -> Iterator[Entry]:
    """Every translation of every `.po` file in `folder`. Raises PoFileError for a file that is none."""
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale="zh_CN", abort_invalid=True)
        for message in catalogue:
            if not message.id:
                continue
            source, plural = (message.id, "") if isinstance(message.id, str) else (message.id[0], message.id[1])
            translated = message.string if isinstance(message.string, str) else (message.string or ("",))[0]
            yield Entry(source, plural, "" if message.fuzzy else translated, f"{file.name}:{message.lineno}")


def fields(text: str) -> set[str]:
    """The names of the placeholders in `text`. Raises ValueError for braces that `str.format` refuses."""
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def problems(strings: dict[tuple[str, str], str], entries: list[Entry]) -> list[str]:
    """What keeps the catalogues from being complete and right, one line each, in a stable order."""
    found = []
    known: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = (entry.source, entry.plural)
        first = known.setdefault(key, entry)
        if first.chinese != entry.chinese:
            found.append(
                f"{entry.where}: {entry.source!r} is {entry.chinese!r} here and {first.chinese!r} in {first.where}"
            )
        if key not in strings:
            found.append(f"{entry.where}: the source has no {entry.source!r} (any more)")
        elif entry.chinese:
            found.extend(_differences(entry))
    found.extend(
        f"{where}: no Chinese for {key[0]!r}"
        for key, where in strings.items()
        if key not in known or not known[key].chinese
    )
    return sorted(found)


def _differences(entry: Entry) -> Iterator[str]:
    try:
        expected, used = fields(entry.plural or entry.source), fields(entry.chinese)
    except ValueError as error:
        yield f"{entry.where}: {entry.source!r}: {error}"
        return
    if expected != used:
        yield f"{entry.where}: {entry.source!r} has the placeholders {sorted(expected)}, its Chinese {sorted(used)}"


def compiled(entries: list[Entry]) -> bytes:
    """A GNU .mo file of all translations, sorted, without date or tool name."""
    pairs = {"": _HEADER}
    for entry in entries:
        if entry.chinese:
            pairs[f"{entry.source}\0{entry.plural}" if entry.plural else entry.source] = entry.chinese
    sources = [(source.encode(), pairs[source].encode()) for source in sorted(pairs, key=str.encode)]
    count = len(sources)
    tables_end = 28 + 16 * count
    texts = b""
    tables: tuple[list[int], list[int]] = ([], [])
    for column in (0, 1):
        for pair in sources:
            tables[column].extend((len(pair[column]), tables_end + len(texts)))
            texts += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, tables_end)
    return head + struct.pack(f"<{4 * count}I", *tables[0], *tables[1]) + texts


def main(arguments: list[str]) -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; the compiled file must be up to date")
    options = parser.parse_args(arguments)
    try:
        entries = list(read_catalogues(CATALOGUES))
    except PoFileError as error:
        print(error)
        return 1
    found = problems(strings_of(SOURCE), entries)
    data = compiled(entries)
    if not COMPILED.is_file() or COMPILED.read_bytes() != data:
        if options.check:
            found.append(f"{COMPILED.relative_to(ROOT)} is not up to date: run `python3 dev.py translations`")
        else:
            COMPILED.write_bytes(data)
    for line in found:
        print(line)
    print(f"{len(entries)} translations, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
