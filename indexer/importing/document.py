"""A document as it was read: paragraphs and tables in their order, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.messages import sentence


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a document something stands. Numbers count from 1; null where the format has no such thing.

    `heading` is the nearest heading above, `cell` a cell as a spreadsheet names it ("B4"), also of
    tables in other formats. `block` is the place among the document's blocks, from 0.
    """

    page: int | None = None
    slide: int | None = None
    sheet: str | None = None
    heading: str | None = None
    cell: str | None = None
    line: int | None = None
    block: int | None = None

    @property
    def label(self) -> str:
        """The place in Swedish, as a locator of a source: 'sida 3, Ansvarsfördelning, cell B4'."""
        parts = [
            *([_say("page", page=self.page)] if self.page is not None else []),
            *([_say("slide", slide=self.slide)] if self.slide is not None else []),
            *([_say("sheet", sheet=self.sheet)] if self.sheet is not None else []),
            *([_say("heading", heading=self.heading)] if self.heading else []),
            *([_say("cell", cell=self.cell)] if self.cell else []),
        ]
        if not parts:
            parts = [_say("line", line=self.line) if self.line is not None else _say("document")]
        return ", ".join(parts)


def _say(key: str, **values: object) -> str:
    return sentence("importing", f"import.place.{key}", **values)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text of one paragraph. `level` is 1–6 for a heading, else null; `listed` tells that it is an item of a list."""

    text: str
    spot: Spot
    level: int | None = None
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. What a merged cell covers bears its text too, with `covered` set."""

    text: str
    spot: Spot
    covered: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a rectangle: all rows have as many cells."""

    rows: tuple[tuple[Cell, ...], ...]
    spot: Spot

    @property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The text of each cell."""
        return tuple(tuple(cell.text for cell in row) for row in self.rows)


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """All of a document. `format` is pdf, docx, pptx, xlsx, html or text; `digest` the file's SHA-256 in hex.

    `masked` counts the persons' names, numbers and addresses that were hidden; `left_out` says in
    Swedish what was not read (a hidden sheet, a page that is a picture).
    """

    name: str
    format: str
    digest: str
    blocks: tuple[Block, ...]
    masked: int = 0
    restored: Restored | None = None
    left_out: tuple[str, ...] = ()

    @property
    def tables(self) -> Iterator[Table]:
        """The tables in their order."""
        return (block for block in self.blocks if isinstance(block, Table))

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs in their order."""
        return (block for block in self.blocks if isinstance(block, Paragraph))


@dataclass(frozen=True, slots=True)
class Mended:
    """A word whose Swedish letters were restored; `sure` is 0–1. `block` is its paragraph, `start` its first
    character in the mended text."""

    was: str
    now: str
    sure: float
    block: int
    start: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What was mended in a bad scan: each word, and the blocks as they stood before.

    `left` are words that stand as they stood (`was` is `now`), though they may be others: "har", "här".
    """

    words: tuple[Mended, ...]
    original: tuple[Block, ...] = field(repr=False)
    left: tuple[Mended, ...] = ()

    @property
    def unsure(self) -> tuple[Mended, ...]:
        """The words that an editor should look at."""
        found = (word for word in (*self.words, *self.left) if word.sure < UNSURE)
        return tuple(sorted(found, key=lambda word: (word.block, word.start)))


UNSURE = 0.8
"""Certainty below which a restored word is shown as unsure."""
