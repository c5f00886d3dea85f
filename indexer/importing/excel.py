"""Excel → blocks: each table of a sheet by itself, cells as a reader sees them."""

from __future__ import annotations

import io
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from indexer.importing.blocks import EMPTY, MAX_HEADING, Blocks, Progress, Raw, cell_name
from indexer.importing.document import Spot
from indexer.importing.symbols import drawn
from indexer.importing.wording import words
from knowledge.messages import sentence

_HEADING_LEVEL = 2
_DECIMALS = re.compile(r"0\.(0+)")
_MOST_LISTED = 12
"""Names of cells, rows or columns that are told of."""
_SIGNIFICANT = 10
"""Digits of a number without a format."""

Cells = Mapping[tuple[int, int], Raw]
"""What is filled, by row and column."""


def read(data: bytes, blocks: Blocks, progress: Progress) -> None:
    """Add the tables of all sheets that are shown. What formulas gave when the file was saved counts."""
    workbook = load_workbook(io.BytesIO(data), data_only=True)
    sheets = workbook.worksheets
    for number, sheet in enumerate(sheets, start=1):
        if sheet.sheet_state == "visible":
            _read_sheet(sheet, blocks)
        else:
            blocks.left_out.append(sentence("importing", "import.left_out.sheet", sheet=sheet.title))
        progress(number, len(sheets))


@dataclass(frozen=True, slots=True)
class _Area:
    """A rectangle of a sheet, ends included."""

    top: int
    left: int
    bottom: int
    right: int


def _read_sheet(sheet: Worksheet, blocks: Blocks) -> None:
    every = _without_struck(sheet, _cells(sheet), blocks)
    rows, columns = _shown_rows(sheet, every), _shown_columns(sheet, every)
    _tell_hidden(sheet, every, rows, columns, blocks)
    # Counted without those that are hidden: a hidden column parts no table.
    cells = {
        (bisect_left(rows, r), bisect_left(columns, c)): raw
        for (r, c), raw in every.items()
        if _has(rows, r) and _has(columns, c)
    }
    blocks.heading = None
    for area in _areas(cells):
        blocks.hold((area.bottom - area.top + 1) * (area.right - area.left + 1))
        grid = [
            [cells.get((r, c)) or _empty(sheet, rows[r], columns[c]) for c in range(area.left, area.right + 1)]
            for r in range(area.top, area.bottom + 1)
        ]
        _add(grid, Spot(sheet=sheet.title), blocks)


def _without_struck(sheet: Worksheet, cells: dict[tuple[int, int], Raw], blocks: Blocks) -> Cells:
    """Return the cells without text that is struck out: a mark that is struck out is none."""
    struck = sorted(place for place in cells if _is_struck(sheet._cells.get(place)) and cells[place].text)
    if struck:
        names = [cell_name(r - 1, c - 1) for r, c in struck]
        blocks.left_out.append(sentence("importing", "import.left_out.struck", sheet=sheet.title, cells=_listed(names)))
    return {place: raw for place, raw in cells.items() if place not in set(struck)}


def _is_struck(cell: Any) -> bool:
    return bool(getattr(getattr(cell, "font", None), "strike", None))


def _shown_rows(sheet: Worksheet, cells: Cells) -> Sequence[int]:
    """Return the numbers of the rows that are shown, up to the last that is filled."""
    hidden = {number for number, row in sheet.row_dimensions.items() if row.hidden or row.height == 0}
    return _without(hidden, max((r for r, _ in cells), default=0))


def _shown_columns(sheet: Worksheet, cells: Cells) -> Sequence[int]:
    """Return the numbers of the columns that are shown, up to the last that is filled."""
    last = max((c for _, c in cells), default=0)
    hidden: set[int] = set()
    for letters, column in sheet.column_dimensions.items():
        if column.hidden or (column.customWidth and column.width == 0):
            first = column.min or column_index_from_string(letters)
            hidden.update(range(first, min(column.max or first, last) + 1))
    return _without(hidden, last)


def _without(hidden: Collection[int], last: int) -> Sequence[int]:
    numbers = range(1, last + 1)
    return [number for number in numbers if number not in hidden] if hidden else numbers


def _has(numbers: Sequence[int], number: int) -> bool:
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number


def _tell_hidden(sheet: Worksheet, cells: Cells, rows: Sequence[int], columns: Sequence[int], blocks: Blocks) -> None:
    """Name the hidden rows and columns that something stands in."""
    below = sorted({r for r, _ in cells if not _has(rows, r)})
    beside = sorted({c for _, c in cells if not _has(columns, c)})
    if below:
        told = _listed(list(map(str, below)))
        blocks.left_out.append(sentence("importing", "import.left_out.rows", sheet=sheet.title, rows=told))
    if beside:
        told = _listed([cell_name(0, c - 1)[:-1] for c in beside])
        blocks.left_out.append(sentence("importing", "import.left_out.columns", sheet=sheet.title, columns=told))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_LISTED]) + (" …" if len(names) > _MOST_LISTED else "")


def _add(rows: list[list[Raw]], place: Spot, blocks: Blocks) -> None:
    """Add an area: lines of one text above and below a table are its headings and notes."""
    while len(rows) > 1 and len(rows[0]) > 1 and (line := _single(rows[0])) is not None:
        _add_line(line, place, blocks)
        rows = rows[1:]
    if len(rows) == 1 and (line := _single(rows[0])) is not None:
        _add_line(line, place, blocks)
    elif len(rows[0]) == 1:
        for row in rows:
            _add_line(row[0], place, blocks, may_head=False)
    else:
        blocks.table(rows, place)


def _add_line(line: Raw, place: Spot, blocks: Blocks, may_head: bool = True) -> None:
    cell = line.spot.cell if line.spot else None
    is_heading = may_head and len(line.text) <= MAX_HEADING and not line.text.rstrip().endswith(".")
    blocks.paragraph(line.text, replace(place, cell=cell), _HEADING_LEVEL if is_heading else None)


def _single(row: list[Raw]) -> Raw | None:
    """Return the only text of a row, where it begins the row."""
    if not row[0].text or any(raw.text and not raw.covered for raw in row[1:]):
        return None
    return row[0] if all(raw.text == row[0].text for raw in row if raw.text) else None


def _cells(sheet: Worksheet) -> dict[tuple[int, int], Raw]:
    """Return what is filled. The sheet's own rows are never asked for: one cell far off makes millions of them."""
    cells: dict[tuple[int, int], Raw] = {}
    for (r, c), cell in sheet._cells.items():
        text = shown(getattr(cell, "value", None), cell)
        note = getattr(cell, "comment", None)
        if text.strip() or note is not None:
            comment = bare_comment(note.text, note.author) if note is not None else None
            cells[r, c] = Raw(text, comment=comment, spot=_spot(sheet, r, c))
    for merged in sheet.merged_cells.ranges:
        origin = cells.get((merged.min_row, merged.min_col))
        if origin is not None:
            for r in range(merged.min_row, merged.max_row + 1):
                for c in range(merged.min_col, merged.max_col + 1):
                    cells.setdefault((r, c), Raw(origin.text, covered=True, spot=_spot(sheet, r, c)))
    return cells


def _areas(cells: Cells) -> Iterator[_Area]:
    """Yield the areas that empty rows and columns part, from the top down, then from left to right."""
    waiting = [list(cells)]
    found = []
    while waiting:
        places = waiting.pop()
        for axis in (0, 1):
            parts = list(_apart(places, axis))
            if len(parts) > 1:
                waiting += parts
                break
        else:
            if places:
                rows, columns = [r for r, _ in places], [c for _, c in places]
                found.append(_Area(min(rows), min(columns), max(rows), max(columns)))
    yield from sorted(found, key=lambda area: (area.top, area.left))


def _apart(places: Iterable[tuple[int, int]], axis: int) -> Iterator[list[tuple[int, int]]]:
    """Yield the places in stretches without an empty row (axis 0) or column (axis 1) between."""
    part: list[tuple[int, int]] = []
    for place in sorted(places, key=lambda place: place[axis]):
        if part and place[axis] > part[-1][axis] + 1:
            yield part
            part = []
        part.append(place)
    if part:
        yield part


def _spot(sheet: Worksheet, row: int, column: int) -> Spot:
    return Spot(sheet=sheet.title, cell=cell_name(row - 1, column - 1))


def _empty(sheet: Worksheet, row: int, column: int) -> Raw:
    return replace(EMPTY, spot=_spot(sheet, row, column))


def shown(value: Any, cell: Any) -> str:
    """Return a value as a Swedish reader sees it; days as ISO has them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return words("excel-true" if value else "excel-false")[0]
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, str(getattr(cell, "number_format", "")))
    return drawn(str(value), getattr(getattr(cell, "font", None), "name", None))


def _number(value: float, form: str) -> str:
    decimals = _DECIMALS.search(form)
    places = len(decimals[1]) if decimals else 0
    if "%" in form:
        return f"{value * 100:.{places}f} %".replace(".", ",")
    if decimals:
        return f"{value:.{places}f}".replace(".", ",")
    if isinstance(value, int) or (value.is_integer() and abs(value) < 10**15):
        return str(int(value))
    return f"{value:.{_SIGNIFICANT}g}".replace(".", ",")


def bare_comment(text: str, author: str | None) -> str:
    """Return a comment without the name of who wrote it, which Excel puts first."""
    return text.removeprefix(f"{author}:").strip() if author else text.strip()
