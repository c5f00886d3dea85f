"""The source documents, as text, read for matrices, terms of validity and glossaries."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from indexer.importing.document import Block, Cell, Document, Paragraph, Spot, Table
from indexer.importing.matrices import matrix_drafts
from indexer.importing.validity import validity_drafts
from knowledge.loader import load
from knowledge.model import Knowledge

ROOT = Path(__file__).parents[2]
SEEDS = Path(os.environ.get("LOTSEN_TEST_SEEDS", ROOT.parent / "shared" / "seeds"))
NAMES = ("000", "001", "002", "003", "004")
pytestmark = pytest.mark.skipif(
    not SEEDS.is_dir() and not os.environ.get("CI"), reason="the source documents are missing"
)


@pytest.fixture(scope="module")
def known() -> Knowledge:
    """The real knowledge."""
    return load(ROOT / "knowledge" / "dalarna")


def seed(number: str) -> Document:
    """Return a source document: its headings, its lines, and what has tabs as tables."""
    path = next(SEEDS.glob(f"{number}_*"))
    blocks: list[Block] = []
    heading: str | None = None
    rows: list[list[str]] = []
    for line in [*re.sub(r"</?b>", "", path.read_text("utf-8")).splitlines(), ""]:
        if "\t" in line:
            rows.append([cell.strip() for cell in line.split("\t")])
            continue
        if rows:
            width = max(map(len, rows))
            spot = Spot(heading=heading)
            blocks.append(
                Table(
                    tuple(tuple(Cell(cell, spot) for cell in [*row, *[""] * (width - len(row))]) for row in rows), spot
                )
            )
            rows = []
        if title := re.match(r"(#+) (.+)", line):
            heading = title[2]
            blocks.append(Paragraph(heading, Spot(heading=heading), len(title[1])))
        elif line.strip():
            blocks.append(Paragraph(line.strip(), Spot(heading=heading)))
    return Document(path.name, "text", "0" * 64, tuple(blocks))


def test_all_cells_of_the_matrix_are_as_the_knowledge_has_them(known: Knowledge) -> None:
    """Four actors and fourteen tasks, each recognised without a doubt: 56 cells."""
    (draft,) = matrix_drafts(seed("001"), known)
    matrix = known.matrices["rok-missbruk/ansvar"]
    assert tuple(column.actor for column in draft.columns) == matrix.actors
    assert {
        row.task: tuple(column.actor for column, mark in zip(draft.columns, row.marks, strict=True) if mark.marked)
        for row in draft.rows
    } == {task.id: task.responsible for task in matrix.tasks}
    cells = [mark for row in draft.rows for mark in row.marks]
    assert len(cells) == 56 and all(mark.marked is not None and not mark.doubts for mark in cells)


@pytest.mark.parametrize("number", [name for name in NAMES if name != "001"])
def test_no_other_source_has_a_matrix(number: str, known: Knowledge) -> None:
    """Answers of municipalities, counts and plans are no matrices."""
    assert matrix_drafts(seed(number), known) == ()


def test_the_terms_of_the_presentation_are_told_apart(known: Knowledge) -> None:
    """The proposal, the version before, and the term that may extend itself."""
    drafts = validity_drafts(seed("001"), known)
    assert [(one.valid_from, one.valid_through, [doubt.code for doubt in one.doubts]) for one in drafts] == [
        ("2021-07-01", "2024-06-30", ["validity-proposal"]),
        ("2016-06-01", "2019-05-31", ["validity-old"]),
        (None, "2019-05-31", ["validity-old"]),
        ("2021-07-01", "2024-06-30", ["validity-automatic"]),
    ]


def test_an_extension_says_when_it_was_decided(known: Knowledge) -> None:
    """The day of the decision stands before the new last day."""
    (draft,) = validity_drafts(seed("000"), known)
    assert (draft.valid_from, draft.valid_through, draft.decided) == (None, "2026-06-30", "2024-06")
