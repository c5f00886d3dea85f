"""Workbooks in the hands of people: written, filled in and read back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from indexer.workbook.comparing import Review, review
from indexer.workbook.export import workbook_of
from indexer.workbook.filled import Filled
from indexer.workbook.reading import read_workbook_bytes
from knowledge.loader import load
from knowledge.model import Knowledge

ROOT = Path(__file__).parents[3]
DALARNA = ROOT / "knowledge" / "dalarna"
SOUND = ROOT / "tests" / "knowledge" / "sound" / "provlandet"
REGIONS = {"dalarna": DALARNA, "provlandet": SOUND}
DAY = date(2026, 11, 22)
HEAD, FIRST = 4, 5
Change = Callable[[Any], None]


@cache
def knowledge_of(region: Path) -> Knowledge:
    """Return a region's knowledge, loaded once."""
    return load(region)


@cache
def written(region: Path, day: date = DAY) -> bytes:
    """Return a region's workbook, written once."""
    return workbook_of(knowledge_of(region), day)


def filled_in(change: Change, region: Path = SOUND) -> bytes:
    """Return a workbook after somebody has had it; `change` gets the open book."""
    book = load_workbook(io.BytesIO(written(region)))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_back(data: bytes) -> Filled:
    """Return what was filled in."""
    filled = read_workbook_bytes("svar.xlsx", data)
    assert filled is not None
    return filled


def reviewed(change: Change, region: Path = SOUND, knowledge: Knowledge | None = None) -> Review:
    """Return what is found in a workbook after somebody has had it."""
    return review(read_back(filled_in(change, region)), knowledge or knowledge_of(region))


def at(sheet: Any, row: str, key: str) -> Any:
    """Return a cell by its row's id and its column's key."""
    columns = {cell.value: cell.column for cell in sheet[3]}
    return sheet.cell(number_of(sheet, row), columns[key])


def number_of(sheet: Any, row: str) -> int:
    """Return the number of a row."""
    return next(n for n in range(FIRST, sheet.max_row + 1) if sheet.cell(n, 1).value == row)


def new_row(sheet: Any, **cells: str) -> int:
    """Fill in the first empty row by the keys of columns, and return its number."""
    columns = {cell.value: cell.column for cell in sheet[3]}
    number = next(n for n in range(FIRST, 1000) if not sheet.cell(n, 1).value and not sheet.cell(n, 2).value)
    for key, text in cells.items():
        sheet.cell(number, columns[key.replace("__", "/")], text)
    return number
