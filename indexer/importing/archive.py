"""Bounds of the zip files that Office writes, held before anything in them is unpacked."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from indexer.errors import ImportFault

MAX_MEMBERS = 5_000
MAX_UNPACKED = 300 * 1024 * 1024
"""Bytes of all that a file holds."""
MAX_MARKUP = 80 * 1024 * 1024
"""Bytes of the parts that are parsed."""
MAX_RATIO = 250
"""How many times its size a part may have been packed, where it is no small one."""
SMALL = 1024 * 1024
MAX_FILLED = 400_000
"""Cells of a sheet, those that only have a colour included."""
MAX_MERGED = 200_000
"""Cells that merged ranges of a workbook cover: the library makes each of them."""

_MARKUP = (".xml", ".rels", ".vml")
# No tag goes beyond the next "<", so each byte is looked at once.
_MERGED_TAG = re.compile(rb"<(?:[^<>\s:]{1,64}:)?mergeCell\b[^<]*+")
_MERGED = re.compile(rb"\bref\s*+=\s*+[\"']\$?([A-Za-z]{1,4})\$?(\d{1,8}):\$?([A-Za-z]{1,4})\$?(\d{1,8})")
_KINDS = {
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "xl/workbook.xml": "xlsx",
}
_TYPES = {
    b"wordprocessingml.document.main": "docx",
    b"word.document.macroEnabled.main": "docx",
    b"presentationml.presentation.main": "pptx",
    b"presentationml.slideshow.main": "pptx",
    b"powerpoint.presentation.macroEnabled.main": "pptx",
    b"spreadsheetml.sheet.main": "xlsx",
    b"excel.sheet.macroEnabled.main": "xlsx",
}


def office_format(name: str, data: bytes) -> str:
    """Return docx, pptx or xlsx. Raises ImportFault for other zip files, broken ones and bombs."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _hold_bounds(name, members)
            kind = _kind(archive, {member.filename for member in members})
            if kind is None:
                raise ImportFault("unknown_archive", name)
            for part in _markup(archive, members):
                _hold_markup(name, part)
            return kind
    except ImportFault:
        raise
    except RuntimeError as exc:  # a member is encrypted
        raise ImportFault("locked", name) from exc
    except Exception as exc:
        raise ImportFault("broken", name) from exc


def _hold_bounds(name: str, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise ImportFault("bomb", name)
    unpacked = sum(member.file_size for member in members)
    markup = sum(member.file_size for member in members if member.filename.lower().endswith(_MARKUP))
    packed = any(
        member.file_size > SMALL and member.file_size > MAX_RATIO * max(member.compress_size, 1) for member in members
    )
    if packed or unpacked > MAX_UNPACKED or markup > MAX_MARKUP:
        raise ImportFault("bomb", name)


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    """Return the format by the main part, which may lie elsewhere than Office puts it."""
    for path, kind in _KINDS.items():
        if path in names:
            return kind
    if "[Content_Types].xml" in names:
        types = archive.read("[Content_Types].xml")
        return next((kind for sign, kind in _TYPES.items() if sign in types), None)
    return None


def _markup(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Iterator[bytes]:
    for member in members:
        if member.filename.lower().endswith(_MARKUP):
            part = archive.read(member)
            # In UTF-16 every other byte is null.
            yield part.replace(b"\0", b"") if b"\0" in part[:8] else part


def _hold_markup(name: str, part: bytes) -> None:
    """Raise ImportFault for entities, which Office never writes, and for sheets beyond all bounds."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise ImportFault("entities", name)
    if part.count(b"<c ") + part.count(b":c ") > MAX_FILLED:
        raise ImportFault("huge_sheet", name, cells=MAX_FILLED)
    if sum(_covered(tag.group()) for tag in _MERGED_TAG.finditer(part)) > MAX_MERGED:
        raise ImportFault("huge_merged", name, cells=MAX_MERGED)


def _covered(tag: bytes) -> int:
    """Return how many cells the ranges of a tag cover."""
    return sum(
        (abs(_column(right) - _column(left)) + 1) * (abs(int(bottom) - int(top)) + 1)
        for left, top, right, bottom in _MERGED.findall(tag)
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
