"""The document beside its drafts: its text as it was read, with a name for each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.importing.document import Document, Paragraph, Spot, Table

MOST = 500
"""Blocks that are shown; of a longer document those around the proposals."""
AROUND = 6


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell, with the name of its place."""

    text: str
    anchor: str
    covered: bool
    comment: str


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """A paragraph, heading or table. `page` is said where it is another than that of the block before."""

    anchor: str
    text: str = ""
    level: int = 0
    listed: bool = False
    page: str = ""
    place: str = ""
    rows: tuple[tuple[SourceCell, ...], ...] = ()


def source_blocks(document: Document, anchors: Sequence[str]) -> tuple[list[SourceBlock], int]:
    """Return what is shown of a document, and how many blocks are left out."""
    shown = _shown(len(document.blocks), anchors)
    found: list[SourceBlock] = []
    before = ""
    for number, block in enumerate(document.blocks):
        if number not in shown:
            continue
        page = _page(block.spot)
        found.append(_block(number, block, page if page != before else ""))
        before = page
    return found, len(document.blocks) - len(found)


def _shown(count: int, anchors: Sequence[str]) -> set[int]:
    if count <= MOST:
        return set(range(count))
    named = {int(anchor[1:].partition("-")[0]) for anchor in anchors if anchor}
    return {near for one in named for near in range(one - AROUND, one + AROUND + 1)} & set(range(count))


def _block(number: int, block: Paragraph | Table, page: str) -> SourceBlock:
    anchor = f"b{number}"
    if isinstance(block, Paragraph):
        return SourceBlock(anchor, block.text, block.level or 0, block.listed, page)
    rows = tuple(
        tuple(
            SourceCell(
                cell.text, f"{anchor}-{cell.spot.cell}" if cell.spot.cell else "", cell.covered, cell.comment or ""
            )
            for cell in row
        )
        for row in block.rows
    )
    return SourceBlock(anchor, page=page, place=block.spot.label, rows=rows)


def _page(spot: Spot) -> str:
    return (
        Spot(page=spot.page, slide=spot.slide, sheet=spot.sheet).label if spot.page or spot.slide or spot.sheet else ""
    )


def page_count(document: Document) -> int:
    """Return how many pages, slides or sheets a document has text on; 0 where its format has none."""
    spots = [block.spot for block in document.blocks]
    return len({(spot.page, spot.slide, spot.sheet) for spot in spots if spot.page or spot.slide or spot.sheet})
