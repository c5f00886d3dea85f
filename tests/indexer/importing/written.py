"""Documents written by hand, in a few marks: # heading, - item, | cell | cell |, a blank line between paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from indexer.importing.document import Block, Cell, Document, Paragraph, Spot, Table


def document(text: str, name: str = "skrivet") -> Document:
    """Return the document that a text stands for; '=== n' begins slide n."""
    blocks: list[Block] = []
    heading, slide = None, None
    for piece in _pieces(text):
        if piece.startswith("=== "):
            slide = int(piece[4:])
            continue
        spot = Spot(slide=slide, heading=heading, block=len(blocks))
        block = table(piece, spot) if piece.startswith("|") else _paragraph(piece, spot)
        if isinstance(block, Paragraph) and block.level is not None:
            heading = block.text
        blocks.append(block)
    return Document(name, "text", "0" * 64, tuple(blocks))


def table(text: str, spot: Spot) -> Table:
    """Return the table of rows written as | cell | cell |; '<' repeats the cell before it, as merged cells do."""
    rows: list[tuple[Cell, ...]] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells: list[Cell] = []
        for column, raw in enumerate(line.strip().strip("|").split("|")):
            merged = raw.strip() == "<"
            words = cells[-1].text if merged else raw.strip()
            cells.append(Cell(words, Spot(cell=f"{chr(65 + column)}{number}", block=spot.block), merged))
        rows.append(tuple(cells))
    return Table(tuple(rows), spot)


def _pieces(text: str) -> Iterator[str]:
    """Yield paragraphs: each line that has a mark is one, and lines of a table are together."""
    lines = [line.strip() for line in text.splitlines()]
    for filled, group in groupby(lines, key=lambda line: "table" if line.startswith("|") else bool(line)):
        if filled == "table":
            yield "\n".join(group)
        elif filled:
            yield from group


def _paragraph(text: str, spot: Spot) -> Paragraph:
    marks = len(text) - len(text.lstrip("#"))
    if marks:
        return Paragraph(text[marks:].strip(), spot, marks)
    listed = text.startswith("- ")
    return Paragraph(text.removeprefix("- "), spot, None, listed)
