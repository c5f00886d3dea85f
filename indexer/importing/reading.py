"""Files → documents: the format is told by what a file holds, never by its name."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Protocol

from indexer.errors import ImportFault
from indexer.importing import excel, pdf, plain, powerpoint, web_page, word
from indexer.importing.archive import office_format
from indexer.importing.blocks import Blocks, Progress
from indexer.importing.document import Document

MAX_BYTES = 50 * 1024 * 1024
"""Bytes of a file."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 1024
_TABLES = (".csv", ".tsv")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF", b"BM")
# Possessive: a comment once read is never read as part of the one before it.
_PAGE = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--.*?-->\s*+)*+"
    r"<(?:!doctype\s+html|html|head|body|table|div|h[1-6]|p)\b",
    re.I | re.S,
)


class _Reader(Protocol):
    def __call__(self, data: bytes, blocks: Blocks, progress: Progress, /) -> None: ...


_READERS: dict[str, _Reader] = {"docx": word.read, "pptx": powerpoint.read, "xlsx": excel.read, "pdf": pdf.read}


def read_file(path: Path, progress: Progress | None = None) -> Document:
    """Return what a file says. Raises ImportFault, whose text says in Swedish what is wrong and what to do."""
    try:
        if not path.is_file():
            raise ImportFault("missing", path.name)
        if path.stat().st_size > MAX_BYTES:
            raise ImportFault("too_large", path.name, megabytes=MAX_BYTES // 1024**2)
        data = path.read_bytes()
    except OSError as exc:
        raise ImportFault("unreadable", path.name) from exc
    return read_bytes(path.name, data, progress)


def read_bytes(name: str, data: bytes, progress: Progress | None = None) -> Document:
    """Return what a file says, from its bytes. Raises ImportFault.

    `progress` is told how many pages (slides, sheets) are read, and of how many.
    """
    if len(data) > MAX_BYTES:
        raise ImportFault("too_large", name, megabytes=MAX_BYTES // 1024**2)
    if not data.strip(b"\0 \t\r\n"):
        raise ImportFault("empty", name)
    blocks, tell = Blocks(name), progress or _untold
    try:
        kind = _format(name, data)
        if kind in _READERS:
            _READERS[kind](data, blocks, tell)
        else:
            kind = _read_text(name, data, blocks)
            tell(1, 1)
        found = blocks.done()
    except ImportFault:
        raise
    except Exception as exc:  # whatever a library or a broken file comes up with
        raise ImportFault("broken", name) from exc
    return Document(name, kind, hashlib.sha256(data).hexdigest(), found, left_out=tuple(blocks.left_out))


def _format(name: str, data: bytes) -> str:
    if data.startswith(_OLE):
        raise ImportFault("old_or_locked", name)
    if b"%PDF-" in data[:_HEAD]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return office_format(name, data)
    if data.startswith(b"PK"):
        raise ImportFault("broken", name)
    if data.lstrip().startswith(b"{\\rtf"):
        raise ImportFault("rich_text", name)
    if data.startswith(_PICTURES):
        raise ImportFault("picture", name)
    return "text"


def _read_text(name: str, data: bytes, blocks: Blocks) -> str:
    text = plain.decoded(data)
    if text is None:
        raise ImportFault("unknown", name)
    if _PAGE.match(text):
        web_page.read(text, blocks)
        return "html"
    if name.lower().endswith(_TABLES):
        plain.read_values(text, blocks)
    else:
        plain.read(text, blocks)
    return "text"


def _untold(_done: int, _total: int) -> None:
    """Tell nobody."""
