"""A workbook as it came back: what each cell says, by the ids that were written beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.workbook.form import Stamp


@dataclass(frozen=True, slots=True)
class FilledCell:
    """A cell by its name (C7). `fault` is a code where it cannot be read as it stands: formula, error, merged."""

    name: str
    text: str
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row by its number; `id` is its cell with the id, `cells` those whose column has a key."""

    number: int
    id: FilledCell
    cells: Mapping[str, FilledCell]


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """A sheet by the key in its hidden row. `twice` are the cells of keys that stand there a second time."""

    key: str
    title: str
    rows: tuple[FilledRow, ...]
    columns: frozenset[str]
    twice: tuple[tuple[str, FilledCell], ...] = ()

    def place(self, cell: FilledCell) -> str:
        """Return a cell's name as Excel writes it from another sheet: Ansvar!C7."""
        return place_of(self.title, cell.name)


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote beside the cells, with its place: a comment, a cell of the column for comments, or of one
    that is not ours."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Filled:
    """All of a workbook. `base` is what it said when it was written, by sheet, row and column; `marked` tells whether
    the file itself bears the stamp, or only its hidden sheet."""

    name: str
    stamp: Stamp
    base: Mapping[tuple[str, str, str], str]
    sheets: tuple[FilledSheet, ...]
    remarks: tuple[Remark, ...]
    marked: bool = True


def place_of(title: str, cell: str) -> str:
    """Return a cell's place as Excel writes it."""
    return f"{title}!{cell}" if title.isalnum() else f"'{title}'!{cell}"
