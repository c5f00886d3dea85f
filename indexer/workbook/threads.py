"""Threaded comments of Excel, which its library does not read: straight from the parts of the file."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections import defaultdict
from typing import Any

from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_THREAD = "threadedComment"
Threads = dict[str, dict[str, tuple[str, ...]]]


def thread_sheets(data: bytes) -> Threads:
    """Return the comments of each cell, by the sheet's title and the cell's name, in the order they were written.

    Who wrote them is left out. A file whose parts cannot be followed has none: its plain comments are read instead.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _threads(archive)
    except Exception:  # whatever a broken part comes up with
        return {}


def _threads(archive: zipfile.ZipFile) -> Threads:
    book = _tree(archive, "xl/workbook.xml")
    sheets = _links(archive, "xl/workbook.xml")
    found: Threads = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        part = sheets.get(sheet.get(_LINK) or "", ("", ""))[1]
        for kind, target in _links(archive, part).values():
            if kind.endswith(_THREAD):
                found[sheet.get("name") or ""] = _comments(_tree(archive, target))
    return found


def _comments(tree: Any) -> dict[str, tuple[str, ...]]:
    comments = defaultdict(list)
    for one in tree:
        text = next((part.text for part in one if part.tag.endswith("}text")), None)
        if text and text.strip():
            comments[one.get("ref")].append(text.strip())
    return {ref: tuple(texts) for ref, texts in comments.items()}


def _links(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part leads to: type and path, by id."""
    folder, name = posixpath.split(part)
    try:
        tree = _tree(archive, f"{folder}/_rels/{name}.rels")
    except KeyError:
        return {}
    return {one.get("Id"): (one.get("Type"), _path(folder, one.get("Target"))) for one in tree}


def _path(folder: str, target: str) -> str:
    return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _tree(archive: zipfile.ZipFile, part: str) -> Any:
    return fromstring(archive.read(part))
