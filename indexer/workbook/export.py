"""Sheets → an Excel file that people read, print, fill in and send back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from indexer.workbook.form import BASE, SHEET_MARK, Stamp
from indexer.workbook.sheets import Column, Kind, Row, Sheet, is_shown, sheets_of, status_text
from indexer.workbook.wording import say
from knowledge.model import Knowledge, LokStatus

_A4 = 9
_KEYS, _HEAD, _FIRST = 3, 4, 5
"""Rows of a sheet: the hidden keys, the heads, the first row of the table."""
_SPARE = 60
"""Empty rows below a table that are ready to be filled in."""
_LONGEST_TITLE = 31
_GREY, _PALE, _DARK = "FFEDEDED", "FFB0B0B0", "FF1F3A4D"
_EDGE = Side(style="thin", color="FFC4C4C4")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_TOP = Alignment(vertical="top", wrap_text=True)
_MIDDLE = Alignment(vertical="top", horizontal="center")
_NO_FORMULA = ("=", "+", "-", "@")
_FACE = "Calibri"
_LINE, _TALLEST = 15, 400
"""Points that a line of text is high, and a row at most."""


def workbook_of(knowledge: Knowledge, day: date) -> bytes:
    """Return the knowledge as it reads on a day as an Excel file, with what is needed to tell what is changed in it."""
    stamp = Stamp(knowledge.region.id, knowledge.revision, day.isoformat())
    sheets = sheets_of(knowledge, day)
    book: Any = Workbook()  # its types lack the properties of the file
    titles = _titles(sheets)
    first = book.worksheets[0]
    first.title = say("blad.las")
    _fill_read_me(first, sheets, titles, knowledge, stamp)
    for sheet, title in zip(sheets, titles, strict=True):
        _fill(book.create_sheet(title), sheet, knowledge, stamp)
    _fill_base(book.create_sheet(say("blad.dold")), sheets, stamp)
    book.properties.title = say("titel", region=knowledge.region.name)
    book.properties.creator = "Lotsen"
    for name, value in stamp.properties.items():
        book.custom_doc_props.append(StringProperty(name=name, value=value))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _titles(sheets: Iterable[Sheet]) -> list[str]:
    """Return titles that Excel takes, each once."""
    titles: list[str] = []
    for sheet in sheets:
        plain = "".join(" " if sign in "[]:*?/\\'" else sign for sign in sheet.title).strip()[:_LONGEST_TITLE]
        taken = {title.casefold() for title in titles}
        numbered = (f"{plain[: _LONGEST_TITLE - 3]} {n}" for n in range(2, 100))
        titles.append(next(title for title in (plain, *numbered) if title.casefold() not in taken))
    return titles


def _font(size: int = 11, bold: bool = False, italic: bool = False, color: str | None = None) -> Font:
    return Font(name=_FACE, size=size, bold=bold, italic=italic, color=color)


def _write(cell: Any, text: str, font: Font | None = None, alignment: Alignment = _TOP) -> None:
    """Put a text in a cell, as text whatever it begins with."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text) or None
    if text:
        cell.data_type = "s"
    cell.quotePrefix = text.startswith(_NO_FORMULA)
    cell.number_format = "@"
    cell.alignment = alignment
    cell.font = font or _font()


# --- the sheets of the knowledge ------------------------------------------------------------------


def _fill(page: Worksheet, sheet: Sheet, knowledge: Knowledge, stamp: Stamp) -> None:
    _write(page.cell(1, 2), sheet.heading, _font(bold=True, size=14, color=_DARK), Alignment(vertical="top"))
    _write(page.cell(2, 2), say(f"hjalp.{sheet.part.value}"), _font(italic=True), Alignment(vertical="top"))
    _fill_heads(page, sheet)
    for number, row in enumerate(sheet.rows, _FIRST):
        _fill_row(page, number, sheet, row)
    for number in range(_FIRST + len(sheet.rows), _FIRST + len(sheet.rows) + _SPARE):
        for place, column in enumerate(sheet.columns, 2):
            cell = page.cell(number, place)
            cell.number_format = "@"
            cell.alignment = _MIDDLE if column.kind is Kind.MARK else _TOP
    _add_rules(page, sheet)
    _set_page(page, sheet, knowledge, stamp)


def _fill_heads(page: Worksheet, sheet: Sheet) -> None:
    _write(page.cell(_KEYS, 1), f"{SHEET_MARK}{sheet.key}")
    _write(page.cell(_HEAD, 1), say("kolumn.id"), _font(size=7, color=_PALE))
    page.column_dimensions["A"].width = 4
    for place, column in enumerate(sheet.columns, 2):
        _write(page.cell(_KEYS, place), column.key)
        head = page.cell(_HEAD, place)
        _write(head, column.title, _font(bold=True, color="FFFFFFFF"))
        head.fill, head.border = PatternFill("solid", fgColor=_DARK), _BORDER
        page.column_dimensions[get_column_letter(place)].width = column.width
    page.row_dimensions[_KEYS].hidden = True
    for number, points in ((1, 24), (2, 20), (_HEAD, 2 * _LINE + 3)):
        page.row_dimensions[number].height = points


def _fill_row(page: Worksheet, number: int, sheet: Sheet, row: Row) -> None:
    mark = page.cell(number, 1)
    _write(mark, row.id, _font(size=7, color=_PALE), Alignment(vertical="top"))
    mark.fill = PatternFill("solid", fgColor=_GREY)
    for place, column in enumerate(sheet.columns, 2):
        cell = page.cell(number, place)
        bold = _font(bold=True) if column.key == "name" or column.kind is Kind.MARK else None
        _write(cell, row.cells.get(column.key, ""), bold, _MIDDLE if column.kind is Kind.MARK else _TOP)
        cell.border = _BORDER
        if is_shown(column, row):
            cell.fill = PatternFill("solid", fgColor=_GREY)
    page.row_dimensions[number].height = _height(sheet.columns, row)


def _height(columns: Iterable[Column], row: Row) -> int:
    """Return how high a row must be (points): programs that open the file do not all work it out."""
    needed = (
        sum(-(-len(line) * 11 // (10 * column.width)) or 1 for line in row.cells.get(column.key, "").split("\n"))
        for column in columns
    )
    return min(_LINE * max(needed) + 3, _TALLEST)


def _add_rules(page: Worksheet, sheet: Sheet) -> None:
    """Let Excel itself refuse what a mark or a status cannot be."""
    last = _FIRST + len(sheet.rows) + _SPARE - 1
    statuses = ",".join(status_text(status) for status in LokStatus)
    for kind, choices in ((Kind.MARK, "x"), (Kind.STATUS, statuses)):
        places = [place for place, column in enumerate(sheet.columns, 2) if column.kind is kind]
        if not places:
            continue
        rule = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True, showErrorMessage=True)
        rule.error = say(f"regel.{kind.value}")
        for place in places:
            letter = get_column_letter(place)
            rule.add(f"{letter}{_FIRST}:{letter}{last}")
        page.add_data_validation(rule)


def _set_page(page: Worksheet, sheet: Sheet, knowledge: Knowledge, stamp: Stamp) -> None:
    bottom, right = _FIRST + len(sheet.rows) - 1, get_column_letter(len(sheet.columns) + 1)
    frozen = 1 + next((n for n, column in enumerate(sheet.columns, 1) if column.kind is not Kind.SHOWN), 1)
    page.freeze_panes = f"{get_column_letter(frozen + 1)}{_FIRST}"
    page.auto_filter.ref = f"A{_HEAD}:{right}{max(bottom, _HEAD)}"
    page.print_title_rows = f"{_HEAD}:{_HEAD}"
    page.print_area = f"B1:{right}{max(bottom, _HEAD)}"
    _set_paper(page, knowledge, stamp)


def _set_paper(page: Any, knowledge: Knowledge, stamp: Stamp) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top, page.page_margins.bottom = 0.8, 0.7
    page.page_margins.header = page.page_margins.footer = 0.3
    region = knowledge.region.name
    page.oddHeader.left.text = _header(say("sidhuvud", region=region, sheet=page.title))
    page.oddHeader.right.text = _header(say("skriven", day=stamp.day, revision=stamp.revision[:12]))
    page.oddFooter.center.text = say("sidfot")


def _header(text: str) -> str:
    # "&" begins an instruction in heads and feet.
    return text.replace("&", "&&")


# --- what it is, and what it was ------------------------------------------------------------------


def _fill_read_me(
    page: Worksheet, sheets: Sequence[Sheet], titles: Sequence[str], knowledge: Knowledge, stamp: Stamp
) -> None:
    region = knowledge.region.name
    page.column_dimensions["A"].width = 22
    page.column_dimensions["B"].width = 100
    _write(page["A1"], say("titel", region=region), _font(bold=True, size=16, color=_DARK), Alignment())
    _write(page["A2"], say("skriven", day=stamp.day, revision=stamp.revision), _font(italic=True), Alignment())
    number = 4
    for text in (say(f"las.{n}", region=region) for n in range(1, 12)):
        page.merge_cells(start_row=number, end_row=number, start_column=1, end_column=2)
        is_head = not text.endswith(".")
        _write(page.cell(number, 1), text, _font(bold=True, size=12, color=_DARK) if is_head else None)
        page.row_dimensions[number].height = 32 if len(text) > 120 else 18
        number += 1
    number += 1
    _write(page.cell(number, 1), say("las.12"), _font(bold=True, size=12, color=_DARK))
    for below, (sheet, title) in enumerate(zip(sheets, titles, strict=True), number + 1):
        _write(page.cell(below, 1), title, _font(bold=True))
        _write(page.cell(below, 2), f"{sheet.heading}. {say(f'hjalp.{sheet.part.value}')}")
        page.row_dimensions[below].height = 32
    _set_paper(page, knowledge, stamp)


def _fill_base(page: Worksheet, sheets: Iterable[Sheet], stamp: Stamp) -> None:
    """Write what each cell was, so that only what somebody changed counts when the workbook comes back."""
    page.sheet_state = "veryHidden"
    _write(page.cell(1, 1), f"{SHEET_MARK}{BASE}")
    for place, (name, value) in enumerate(stamp.properties.items(), 1):
        _write(page.cell(2, 2 * place - 1), name)
        _write(page.cell(2, 2 * place), value)
    number = 3
    for sheet in sheets:
        for row in sheet.rows:
            for key, text in row.cells.items():
                for place, value in enumerate((sheet.key, row.id, key, text), 1):
                    _write(page.cell(number, place), value, alignment=Alignment())
                number += 1
