"""Document → passages of a size to quote: a paragraph or a list with its heading, rows of a table in words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from indexer.importing.document import Cell, Document, Paragraph, Spot, Table
from knowledge.model import ImportedPassage

LEAST, MOST = 200, 1200
"""Characters of a passage: shorter ones are joined with what follows, longer ones parted between sentences."""
LONG_HEADING = 200
LONG_PLACE = 160
LEAST_WORDS = 3
"""Words below which a text says nothing that could be quoted."""
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A paragraph, a row or a part of one, and where it stands."""

    text: str
    spot: Spot
    listed: bool = False

    @property
    def place(self) -> tuple[object, ...]:
        return (self.spot.page, self.spot.slide, self.spot.sheet, self.spot.heading)


def excerpts(document: Document) -> tuple[ImportedPassage, ...]:
    """Return a document's passages in their order, none twice.

    An id is made of the passage's own text, so that the same text keeps its id when a document is imported
    again, and another text never gets it.
    """
    found: dict[str, ImportedPassage] = {}
    for piece in _joined(_pieces(document)):
        heading = _clean(piece.spot.heading or "")[:LONG_HEADING] or None
        if len(_WORD.findall(piece.text)) < LEAST_WORDS:
            continue
        id_ = "u-" + hashlib.sha256(f"{heading}\n{piece.text}".encode()).hexdigest()[:10]
        place = replace(piece.spot, cell=None).label[:LONG_PLACE]
        found.setdefault(id_, ImportedPassage(id=id_, locator=place, heading=heading, text=piece.text))
    return tuple(found.values())


def _pieces(document: Document) -> Iterator[_Piece]:
    """Yield what is said, paragraph by paragraph and row by row. Headings are said by what stands below them."""
    for block in document.blocks:
        if isinstance(block, Table):
            yield from _of_table(block)
        elif block.level is None and (text := _clean(block.text)):
            yield from _of_paragraph(block, text)


def _of_paragraph(block: Paragraph, text: str) -> Iterator[_Piece]:
    for part in _parted(text):
        yield _Piece(f"• {part}" if block.listed else part, block.spot, block.listed)


def _of_table(table: Table) -> Iterator[_Piece]:
    # The first row heads the columns, where there are columns to head.
    head, *rows = table.rows if len(table.rows) > 1 and len(table.rows[0]) > 2 else [(), *table.rows]
    for row in rows:
        line = _row(head, row)
        if len(line) <= MOST:
            yield from [_Piece(line, table.spot, listed=True)] if line else []
            continue
        first = _clean(row[0].text)
        for column, cell in enumerate(row[1:], 1):
            named = ", ".join(filter(None, [first, _head_of(head, column)]))
            for part in _parted(_clean(cell.text), MOST - len(named[:LONG_HEADING]) - 2):
                yield _Piece(f"{named[:LONG_HEADING]}: {part}", table.spot)


def _row(head: tuple[Cell, ...], row: tuple[Cell, ...]) -> str:
    """Return a row in words: 'Abstinensvård: Primärvård x, Psykiatri x'."""
    first, *rest = row
    said = []
    for column, cell in enumerate(rest, 1):
        text = _clean(cell.text)
        if text and not (cell.covered and text == _clean(row[column - 1].text) and not head):
            name = _head_of(head, column)
            # Two capitals in a row would look like a person's name.
            said.append(f"{name}: {text}" if name and text[0].isupper() else f"{name} {text}".strip())
    return ": ".join(part for part in (_clean(first.text), ", ".join(said)) if part)


def _head_of(head: tuple[Cell, ...], column: int) -> str:
    return _clean(head[column].text) if column < len(head) else ""


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces, short ones and lists joined with what stands beside them in the same place."""
    held: _Piece | None = None
    for piece in pieces:
        if held is None:
            held = piece
        elif held.place == piece.place and _belong(held, piece):
            held = replace(held, text=f"{held.text}\n{piece.text}", listed=piece.listed)
        else:
            yield held
            held = piece
    if held is not None:
        yield held


def _belong(held: _Piece, piece: _Piece) -> bool:
    if len(held.text) + len(piece.text) + 1 > MOST:
        return False
    return piece.listed or len(held.text) < LEAST


def _parted(text: str, most: int = MOST) -> Iterator[str]:
    """Yield a text in parts of at most so many characters, parted between sentences, else between words."""
    while len(text) > most:
        ends = [match.start() for match in _SENTENCE_END.finditer(text, 0, most)]
        at = next((end for end in reversed(ends) if end >= most // 3), None) or text.rfind(" ", 1, most)
        at = at if at > 0 else most
        yield text[:at].strip()
        text = text[at:].strip()
    if text:
        yield text


def _clean(text: str) -> str:
    """Return a text on one line, without what cannot be printed."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
