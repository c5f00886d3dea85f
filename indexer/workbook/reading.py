"""An Excel file → what was filled in, where Lotsen wrote the file. Nothing of it is compared here."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from indexer.errors import ImportFault
from indexer.importing.archive import office_format
from indexer.importing.excel import bare_comment, shown
from indexer.importing.reading import MAX_BYTES
from indexer.workbook.filled import Filled, FilledCell, FilledRow, FilledSheet, Remark, place_of
from indexer.workbook.form import BASE, FORM, SHEET_MARK, Stamp
from indexer.workbook.threads import thread_sheets
from indexer.workbook.wording import say

_WITHIN_ROWS, _WITHIN_COLUMNS = 30, 60
"""How far down and to the right the hidden keys are looked for: rows and columns may have been put in before them."""
_ZIP = b"PK\x03\x04"
_COMMENT = "comment"
_OURS = 2
"""Sheets that look like ours at least, in a workbook that was ours."""

Cells = Mapping[tuple[int, int], Any]


def read_workbook(path: Path) -> Filled | None:
    """Return what was filled in in a workbook of Lotsen's; null for every other file.

    Raises ImportFault for a workbook of Lotsen's that cannot tell any more what was changed in it.
    """
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    return read_workbook_bytes(path.name, data)


def read_workbook_bytes(name: str, data: bytes) -> Filled | None:
    """Return the same of a file's bytes."""
    if not data.startswith(_ZIP):
        return None
    try:
        if office_format(name, data) != "xlsx":
            return None
        book = load_workbook(io.BytesIO(data))
    except Exception:  # the readers of documents tell what is wrong with it
        return None
    return _filled(name, data, book)


def _filled(name: str, data: bytes, book: Any) -> Filled | None:
    own = Stamp.of({str(prop.name): str(prop.value) for prop in book.custom_doc_props.props})
    hidden, base = _base_of(book)
    stamp = own or hidden
    pages = [(sheet, where) for sheet in book.worksheets if (where := _keys_at(sheet)) and where[2] != BASE]
    if stamp is None:
        if len(pages) >= _OURS:
            raise ImportFault("workbook_lost", name)
        return None
    if stamp.form != FORM:
        raise ImportFault("workbook_newer_form", name)
    if hidden is None:
        raise ImportFault("workbook_no_base", name)
    threads = thread_sheets(data)
    sheets = tuple(_sheet(sheet, where) for sheet, where in pages)
    remarks = tuple(
        remark
        for sheet in book.worksheets
        if sheet.sheet_state != "veryHidden"
        for remark in _remarks(sheet, next((where for page, where in pages if page is sheet), None), threads)
    )
    return Filled(name, hidden if own is None else own, base, sheets, remarks, own is not None)


def _base_of(book: Any) -> tuple[Stamp | None, dict[tuple[str, str, str], str]]:
    """Return the stamp of the hidden sheet and what stood in each cell; null where the sheet is gone."""
    for sheet in book.worksheets:
        cells = _cells(sheet)
        if _text(cells.get((1, 1))) != f"{SHEET_MARK}{BASE}":
            continue
        line = [_text(cells.get((2, column))) for column in range(1, 9)]
        stamp = Stamp.of(dict(zip(line[::2], line[1::2], strict=True)))
        base = {}
        for row in sorted({row for row, _ in cells if row > 2}):
            sheet_key, id_, key, text = (_text(cells.get((row, column))) for column in range(1, 5))
            base[sheet_key, id_, key] = text
        return stamp, base
    return None, {}


def _keys_at(sheet: Worksheet) -> tuple[int, int, str] | None:
    """Return the row and column of the hidden mark, and the sheet's key in it."""
    found = (
        (row, column, _text(cell).removeprefix(SHEET_MARK))
        for (row, column), cell in sorted(_cells(sheet).items(), key=lambda pair: pair[0])
        if row <= _WITHIN_ROWS and column <= _WITHIN_COLUMNS and _text(cell).startswith(SHEET_MARK)
    )
    return next(found, None)


def _sheet(sheet: Worksheet, where: tuple[int, int, str]) -> FilledSheet:
    top, left, key = where
    cells, merged = _cells(sheet), _merged(sheet)
    columns: dict[str, int] = {}
    twice = []
    for (row, column), cell in sorted(cells.items(), key=lambda pair: pair[0]):
        if row == top and column != left and (text := _text(cell)):
            if text in columns:
                twice.append((text, FilledCell(_name(row + 1, column), text)))
            else:
                columns[text] = column
    numbers = sorted({row for row, column in cells if row > top + 1 and _text(cells[row, column])})
    rows = tuple(
        FilledRow(
            number,
            _cell(cells, merged, number, left),
            {name: _cell(cells, merged, number, column) for name, column in columns.items()},
        )
        for number in numbers
    )
    ours = [row for row in rows if row.id.text or any(cell.text or cell.fault for cell in row.cells.values())]
    return FilledSheet(key, sheet.title, tuple(ours), frozenset(columns), tuple(twice))


def _cell(cells: Cells, merged: frozenset[tuple[int, int]], row: int, column: int) -> FilledCell:
    cell, name = cells.get((row, column)), _name(row, column)
    if (row, column) in merged:
        return FilledCell(name, "", "merged")
    kind = getattr(cell, "data_type", None)
    fault = {"f": "formula", "e": "error"}.get(str(kind))
    return FilledCell(name, str(getattr(cell, "value", "")) if fault == "error" else _text(cell), fault)


def _text(cell: Any) -> str:
    value = getattr(cell, "value", None)
    text = unescape(value) if isinstance(value, str) else shown(value, cell)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _cells(sheet: Worksheet) -> Cells:
    # The sheet's own rows are never asked for: one cell far off makes millions of them.
    cells: Cells = sheet._cells
    return cells


def _merged(sheet: Worksheet) -> frozenset[tuple[int, int]]:
    """Return the cells that merged ranges cover, but for their first: what they said is lost."""
    return frozenset(
        (row, column)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
        if (row, column) != (area.min_row, area.min_col)
    )


def _name(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


# --- remarks --------------------------------------------------------------------------------------


def _remarks(
    sheet: Worksheet, where: tuple[int, int, str] | None, threads: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> Iterator[Remark]:
    """Yield comments of cells, then what stands in columns that hold no part of the knowledge, row by row."""
    own = threads.get(sheet.title, {})
    cells = _cells(sheet)
    for (row, column), cell in sorted(cells.items(), key=lambda pair: pair[0]):
        name = _name(row, column)
        note = getattr(cell, "comment", None)
        if name in own:
            yield from (Remark(place_of(sheet.title, name), text) for text in own[name])
        elif note is not None and (text := bare_comment(note.text or "", note.author)):
            yield Remark(place_of(sheet.title, name), text)
        if where and row > where[0] + 1 and column != where[1]:
            yield from _beside(sheet.title, cells, where[0], row, column)


def _beside(title: str, cells: Cells, top: int, row: int, column: int) -> Iterator[Remark]:
    key, text = _text(cells.get((top, column))), _text(cells[row, column])
    if text and key == _COMMENT:
        yield Remark(place_of(title, _name(row, column)), text)
    elif text and not key:
        heading = _text(cells.get((top + 1, column))) or say("kommentar.namnlos")
        yield Remark(place_of(title, _name(row, column)), say("kommentar.kolumn", heading=heading, text=text))
