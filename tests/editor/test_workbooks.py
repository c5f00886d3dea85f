"""A workbook of Lotsen's that comes back through the editor's page is taken up as what was changed in it."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from bot.editor.bench import Workbench
from bot.editor.item import BenchError
from indexer.workbook.export import workbook_of
from knowledge.model import DocumentStatus
from tests.editor.conftest import NOW, WHO

DAY = date(2026, 11, 22)


def filled(bench: Workbench, says: str | None = None, comment: str | None = None) -> bytes:
    """Return the workbook of the knowledge, with another text in the first cell of a mark, and a comment there."""
    book = openpyxl.load_workbook(BytesIO(workbook_of(bench.knowledge(), DAY)))
    sheet = next(sheet for sheet in book if sheet.title.startswith("Ansvar"))
    cell = next(cell for row in sheet.iter_rows(min_row=4, min_col=3) for cell in row if cell.value == "x")
    if says is not None:
        cell.value = says
    if comment is not None:
        cell.comment = openpyxl.comments.Comment(comment, "någon")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sent(bench: Workbench, body: bytes):
    return bench.receive("synpunkter.xlsx", body, DocumentStatus.WORKING_PAPER, "Synpunkter", "2026-11-20", WHO, NOW)


def test_a_changed_mark_becomes_a_change_with_its_source(bench: Workbench) -> None:
    """A mark that was taken away is an edit of its row, and the workbook is its source; the comment is kept."""
    item = sent(bench, filled(bench, "", "Stämmer det här?"))
    assert item.document is None
    assert [edit.section for edit in item.edits][:1] == ["sources"]
    assert any(edit.section == "matrices" and edit.place[-1] == "responsible" for edit in item.edits)
    assert any("Stämmer det här?" in remark for remark in item.remarks)
    assert bench.try_out(item, DAY).differences


def test_a_cell_that_cannot_be_read_is_named(bench: Workbench) -> None:
    """Sheet and cell stand in what the editor is told, and nothing is taken up."""
    with pytest.raises(BenchError) as caught:
        sent(bench, filled(bench, "kanske"))
    assert caught.value.code == "workbook" and "Ansvar" in caught.value.values["faults"]
    assert not list(bench.items)


def test_a_workbook_without_changes_is_nothing_to_take_up(bench: Workbench) -> None:
    """What comes back as it went out leaves nothing on the bench."""
    with pytest.raises(BenchError) as caught:
        sent(bench, filled(bench))
    assert caught.value.code == "workbook_same"
    assert not list(bench.items)
