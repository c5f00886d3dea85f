"""Workbooks as they are read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tests.indexer.importing.office import HEAD, TASKS, excel, only_table, paragraphs


def put(sheet: Any, rows: Any, row: int = 1, column: int = 1) -> None:
    for r, texts in enumerate(rows, start=row):
        for c, value in enumerate(texts, start=column):
            if value != "":
                sheet.cell(r, c, value)


def test_two_tables_on_a_sheet_are_two() -> None:
    """Empty rows and columns part tables; the line above a table is its heading."""

    def build(sheet: Any) -> None:
        sheet.title = "Ansvar"
        put(sheet, [["Första tabellen"], HEAD, *TASKS])
        put(sheet, [["Andra tabellen"]], 8)
        put(sheet, [HEAD, *TASKS], 10)
        put(sheet, [("Fråga", "Svar"), ("Ett", "ja")], 1, 7)

    first, beside, second = excel(build).tables
    assert first.texts == second.texts == (HEAD, *TASKS)
    assert beside.texts == (("Fråga", "Svar"), ("Ett", "ja"))
    assert first.rows[1][1].spot.label == "bladet Ansvar, Första tabellen, cell B3"
    assert second.rows[1][1].spot.label == "bladet Ansvar, Andra tabellen, cell B11"


def test_empty_cells_have_their_names_too() -> None:
    """A cell without a mark can be named."""
    table = only_table(excel(lambda sheet: put(sheet, [HEAD, *TASKS], 3, 2)))
    assert table.rows[1][2].spot.cell == "D4"
    assert table.rows[1][2].text == ""


VALUES: dict[str, tuple[Any, str, str]] = {
    "day": (date(2027, 7, 1), "yyyy-mm-dd", "2027-07-01"),
    "midnight": (datetime(2027, 7, 1), "d mmm", "2027-07-01"),
    "time": (datetime(2027, 7, 1, 9, 30), "yyyy-mm-dd hh:mm", "2027-07-01 09:30"),
    "whole": (12.0, "General", "12"),
    "decimals": (2.5, "0.00", "2,50"),
    "share": (0.25, "0%", "25 %"),
    "true": (True, "General", "SANT"),
    "long": (1 / 3, "General", "0,3333333333"),
}


@pytest.mark.parametrize(("value", "form", "shown"), VALUES.values(), ids=VALUES)
def test_a_value_is_shown_as_a_reader_sees_it(value: Any, form: str, shown: str) -> None:
    """Numbers have a comma, days stand as ISO has them."""

    def build(sheet: Any) -> None:
        put(sheet, [("a", "b"), ("c", value)])
        sheet["B2"].number_format = form

    assert only_table(excel(build)).texts[1][1] == shown


def test_comments_merged_cells_and_signs() -> None:
    """A comment is kept without its writer, a merged cell repeats its text, a letter of Wingdings is a tick."""

    def build(sheet: Any) -> None:
        put(sheet, [("Uppgift", "Region", ""), ("Samtal", "ü", "x")])
        sheet.merge_cells("B1:C1")
        sheet["B2"].font = Font(name="Wingdings")
        sheet["C2"].comment = Comment("Skribent:\nStämmer detta?", "Skribent")

    table = only_table(excel(build))
    assert table.texts == (("Uppgift", "Region", "Region"), ("Samtal", "✓", "x"))
    assert table.rows[0][2].covered
    assert table.rows[1][2].comment == "Stämmer detta?"


def test_a_hidden_sheet_is_left_out() -> None:
    """What is hidden is not read, and is told of."""

    def build(sheet: Any) -> None:
        put(sheet, [("a", "b")])
        hidden = sheet.parent.create_sheet("Gammalt")
        hidden["A1"] = "hemligt"
        hidden.sheet_state = "hidden"

    document = excel(build)
    assert document.left_out == ("bladet Gammalt är dolt och lästes inte",)
    assert "hemligt" not in repr(document.blocks)


def test_one_cell_far_off_costs_nothing() -> None:
    """A cell at the end of the sheet is one cell, not millions."""

    def build(sheet: Any) -> None:
        put(sheet, [("a", "b"), ("c", "d")])
        sheet["XFD1048576"] = "Längst bort"

    assert paragraphs(excel(build)) == ["Längst bort"]


def test_struck_and_hidden_cells_are_left_out() -> None:
    """A mark that is struck out is none; a hidden column or row is not read, parts no table, and is told."""

    def build(sheet: Any) -> None:
        sheet.title = "Ansvar"
        put(sheet, [HEAD, *TASKS])
        sheet["B2"].font = Font(strike=True)
        sheet.column_dimensions["C"].hidden = True
        sheet.row_dimensions[3].hidden = True

    found = excel(build)
    (table,) = found.tables
    assert table.texts == (("Uppgift", "Skola", "Bibliotek"), ("Hembesök", "", "x"), ("Samtal", "x", ""))
    assert table.rows[2][1].spot.cell == "B4" and table.rows[1][2].spot.cell == "D2"
    assert [told.rpartition("(")[2] for told in found.left_out] == ["B2)", "3)", "C)"]
