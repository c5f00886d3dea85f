"""Long texts of shapes that make patterns go back over them, given to all that reads: ends by a hard limit."""

from __future__ import annotations

import contextlib
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.errors import ImportFault
from indexer.importing import archive
from indexer.importing.blocks import MAX_TEXT
from indexer.importing.document import Cell, Document, Paragraph, Spot, Table
from indexer.importing.grids import folded, plain
from indexer.importing.marks import read_mark
from indexer.importing.masking import masked
from indexer.importing.matching import match, mentions, tasks_of
from indexer.importing.matrices import matrix_drafts
from indexer.importing.reading import read_bytes
from knowledge.loader import load

SHAPES = ("*", "A-", "A ", "a", "A", "(", ",", ", ", "Aa, ", "f. ", "1 ", "1.", "AA ", "#", " #", "_", "[", "[a](", "!["
    , "A.", "aa-", "dr. ", "|", "\u00b9 ", "x (", "<!-- ", "<!-- -->", "<b", "mergeCell ", "ref", "ref ")  # fmt: skip
END = "!z"
LONG = MAX_TEXT // 2
HEADS = 200_000
"""Characters of texts that no cell bounds."""


def main(seconds: int) -> None:
    """Give every text to every reader; the system ends the process after some seconds of work."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    readers = tuple(_readers())
    for shape in SHAPES:
        text = (shape * LONG)[:LONG] + END
        for read in readers:
            read(text)
        with contextlib.suppress(ImportFault):
            archive._hold_markup("a", (shape * HEADS)[:HEADS].encode())


def _readers() -> Iterator[Callable[[str], object]]:
    knowledge = load(Path(__file__).parents[3] / "knowledge" / "dalarna")
    tasks, spot = tasks_of(knowledge), Spot()

    def table(text: str) -> object:
        rows = (("Uppgift", "Skola", text), (text, "x", "x"), ("Samtal", text, "x"), ("Besök", "x", "x"))
        cells = tuple(tuple(Cell(one, spot) for one in row) for row in rows)
        return matrix_drafts(Document("a", "docx", "", (Paragraph(text, spot, 1), Table(cells, spot))), knowledge)

    yield lambda text: masked(Document("a", "text", "", (Paragraph(text, spot),)), knowledge)
    yield lambda text: (match(text, tasks), mentions(text[:2000], tasks))
    yield lambda text: (read_mark(text), plain(f"{text}\n{text}"), folded(text))
    yield table
    yield _read_head


def _read_head(text: str) -> None:
    with contextlib.suppress(ImportFault):
        read_bytes("a.txt", text.encode())


if __name__ == "__main__":
    main(int(sys.argv[1]))
