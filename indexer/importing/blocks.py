"""The blocks of a document while it is read: cleaned, bounded, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from indexer.errors import ImportFault
from indexer.importing.document import Block, Cell, Paragraph, Spot, Table
from indexer.importing.lines import mended
from indexer.importing.symbols import clean

Progress = Callable[[int, int], None]
"""Told after each part of a document: how many are done, of how many."""

MAX_TEXT = 40_000
"""Characters of one paragraph or cell. A cell of Excel holds 32,767."""
MAX_CELLS = 200_000
"""Cells of all tables of a document."""
MAX_COLUMNS = 400
MAX_BLOCKS = 50_000
MAX_HEADING = 160
"""Characters of a heading in a place; the rest is cut."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A cell as a reader finds it. `spot` where it has a place of its own, else it gets one from its table."""

    text: str = ""
    covered: bool = False
    comment: str | None = None
    spot: Spot | None = None


EMPTY = Raw()


class Blocks:
    """Collects the blocks of one document. Raises ImportFault when it grows beyond all bounds."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heading: str | None = None
        self.left_out: list[str] = []
        self._blocks: list[Block] = []
        self._cells = 0

    def paragraph(self, text: str, spot: Spot, level: int | None = None, *, listed: bool = False) -> None:
        """Add a paragraph. A heading is its own nearest heading, and that of what follows. Empty ones are left out."""
        text = self._bounded(clean(text))
        if not any(map(str.isalnum, text)):
            return
        if level is not None:
            text = text.replace("\n", " ")
            level = min(max(level, 1), 6)
            self.heading = shortened(text)
        self._add(Paragraph(text, self._placed(spot), level, listed))

    def table(self, rows: Iterable[Sequence[Raw]], spot: Spot) -> None:
        """Add a table; short rows are filled up. One of a single cell is a frame around paragraphs."""
        cleaned = [[replace(raw, text=self._bounded(mended(clean(raw.text)))) for raw in row] for row in rows]
        cleaned = [row for row in cleaned if row]
        width = max(map(len, cleaned), default=0)
        self.reserve(len(cleaned) * width, width)
        if not any(raw.text for row in cleaned for raw in row):
            return
        if len(cleaned) == width == 1:
            for text in cleaned[0][0].text.split("\n"):
                self.paragraph(text, spot)
            return
        own = self._placed(spot)
        filled = [[*row, *[EMPTY] * (width - len(row))] for row in cleaned]
        self._add(
            Table(
                tuple(
                    tuple(self._cell(raw, own, cell_name(r, c)) for c, raw in enumerate(row))
                    for r, row in enumerate(filled)
                ),
                own,
            )
        )

    def reserve(self, cells: int, columns: int = 0) -> None:
        """Take room for cells, before they are made. Raises ImportFault where there is too little."""
        self.hold(cells, columns)
        self._cells += cells

    def hold(self, cells: int, columns: int = 0) -> None:
        """Raise ImportFault where there is no room for some cells; none is taken."""
        if self._cells + cells > MAX_CELLS or columns > MAX_COLUMNS:
            raise ImportFault("huge_table", self.name, cells=MAX_CELLS, columns=MAX_COLUMNS)

    def done(self) -> tuple[Block, ...]:
        """Return all blocks. Raises ImportFault where there are none."""
        if not self._blocks:
            raise ImportFault("no_text", self.name)
        return tuple(self._blocks)

    def _cell(self, raw: Raw, table: Spot, name: str) -> Cell:
        place = raw.spot or table
        spot = replace(place, cell=place.cell or name, heading=table.heading, block=table.block)
        return Cell(raw.text, spot, raw.covered, raw.comment)

    def _placed(self, spot: Spot) -> Spot:
        return replace(spot, heading=spot.heading or self.heading, block=len(self._blocks))

    def _add(self, block: Block) -> None:
        if len(self._blocks) >= MAX_BLOCKS:
            raise ImportFault("huge", self.name)
        self._blocks.append(block)

    def _bounded(self, text: str) -> str:
        if len(text) > MAX_TEXT:
            raise ImportFault("huge_text", self.name, characters=MAX_TEXT)
        return text


def shortened(heading: str) -> str:
    """Return a heading as places name it."""
    return heading if len(heading) <= MAX_HEADING else f"{heading[: MAX_HEADING - 1].rstrip()}…"


def cell_name(row: int, column: int) -> str:
    """Return what a spreadsheet calls the cell of a row and a column, both from 0: (3, 1) is B4."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def spread(rows: Sequence[Sequence[tuple[Raw, int, int]]], blocks: Blocks) -> list[list[Raw]]:
    """Return the grid of cells that span (rows, columns): what they cover bears their text.

    Raises ImportFault for spans that nobody draws.
    """
    grid: list[dict[int, Raw]] = [{} for _ in rows]
    for r, row in enumerate(rows):
        column = 0
        for raw, down, across in row:
            while column in grid[r]:
                column += 1
            down, across = min(max(down, 1), len(rows) - r), max(across, 1)
            if column + across > MAX_COLUMNS:
                blocks.reserve(0, column + across)
            if down * across > 1:
                blocks.reserve(down * across)
            shade = replace(raw, covered=True, comment=None)
            for y in range(r, r + down):
                for x in range(column, column + across):
                    grid[y].setdefault(x, raw if (y, x) == (r, column) else shade)
            column += across
    return [[row.get(x, EMPTY) for x in range(max(row, default=-1) + 1)] for row in grid]
