"""Tables as they are written in tests: a line a row, | between cells, < and ^ for what a merged cell covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from indexer.importing.document import Block, Cell, Document, Paragraph, Spot, Table
from indexer.importing.drafts import MatrixDraft

SIGNS = {True: "x", False: ".", None: "?"}


def table(text: str, heading: str | None = None, block: int = 0, **place: Any) -> Table:
    """Return a table with its cells named as in a spreadsheet."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    width = max(map(len, lines))
    rows: list[tuple[Cell, ...]] = []
    for at, line in enumerate(lines):
        row: list[Cell] = []
        for column, said in enumerate([*line, *[""] * (width - len(line))]):
            spot = Spot(heading=heading, cell=f"{chr(65 + column)}{at + 1}", block=block, **place)
            covered = said in ("<", "^")
            origin = row[-1].text if said == "<" else rows[-1][column].text if said == "^" else said
            row.append(Cell(origin.replace("\\n", "\n"), spot, covered))
        rows.append(tuple(row))
    return Table(tuple(rows), Spot(heading=heading, block=block, **place))


def document(blocks: Iterable[Mapping[str, str]]) -> Document:
    """Return a document of headings, texts, items and tables."""
    found: list[Block] = []
    heading: str | None = None
    for at, block in enumerate(blocks):
        ((kind, said),) = ((key, value) for key, value in block.items() if key not in ("blad", "bild"))
        place = {"sheet": block.get("blad"), "slide": block.get("bild")}
        if kind == "rubrik":
            heading = said
        spot = Spot(heading=heading, block=at, **place)
        if kind == "tabell":
            found.append(table(said, heading, at, **place))
        else:
            found.append(Paragraph(said, spot, 1 if kind == "rubrik" else None, kind == "punkt"))
    return Document("prov", "docx", "0" * 64, tuple(found))


def shown(draft: MatrixDraft) -> dict[str, Any]:
    """Return a draft as the cases of the tests write it."""
    return {
        "titel": draft.title,
        "aktörer": ", ".join(f"{one.name} = {one.actor or '?'}" for one in draft.columns),
        "rader": {row.text: "".join(SIGNS[mark.marked] for mark in row.marks) for row in draft.rows},
    }
