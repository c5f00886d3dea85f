"""Tables of all kinds → matrix drafts, or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from indexer.importing.document import Cell, Document, Spot, Table
from indexer.importing.matrices import matrix_drafts
from knowledge.loader import load
from knowledge.model import Knowledge
from tests.importing.grids import document, shown

TABLES = Path(__file__).parent / "tables"
EMPTY = ("actors", "matrices", "bodies", "municipalities", "terms", "agreements", "routes")


def cases(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((TABLES / f"{name}.yaml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def regions() -> dict[str, Knowledge]:
    """The real knowledge, and that of a region which has nothing yet."""
    known = load(Path(__file__).parents[2] / "knowledge" / "dalarna")
    return {"dalarna": known, "ny": known.model_copy(update={name: {} for name in EMPTY})}


MATRICES = [(case, region) for case in cases("ansvar") for region in ("dalarna", "ny") if region in case]


@pytest.mark.parametrize(("case", "region"), MATRICES, ids=[f"{case['namn']}, {region}" for case, region in MATRICES])
def test_a_table_of_actors_and_tasks_is_read_cell_by_cell(
    case: dict[str, Any], region: str, regions: dict[str, Knowledge]
) -> None:
    """Actors, tasks and every mark are as they stand in the table, whichever way it is drawn."""
    drafts = matrix_drafts(document(case["dokument"]), regions[region])
    expected = case[region] if isinstance(case[region], list) else [case[region]]
    assert [shown(draft) for draft in drafts] == expected


@pytest.mark.parametrize("region", ["dalarna", "ny"])
@pytest.mark.parametrize("case", cases("annat"), ids=lambda case: case["namn"])
def test_a_table_about_something_else_gives_no_draft(
    case: dict[str, Any], region: str, regions: dict[str, Knowledge]
) -> None:
    """Surveys, plans, lists and glossaries are not taken for a division of responsibility."""
    assert [shown(draft) for draft in matrix_drafts(document(case["dokument"]), regions[region])] == []


def test_a_table_of_ones_is_read_whatever_its_first_row_holds(regions: dict[str, Knowledge]) -> None:
    """Where a table holds only 0, 1 and empty cells, 1 is a mark: also in rows that have nothing else."""
    knowledge = regions["dalarna"]
    actors = [actor.name for actor in knowledge.actors.values()][:3]
    tasks = [task.name for matrix in knowledge.matrices.values() for task in matrix.tasks][:4]
    marks = (("1", "1", "1"), ("0", "1", "0"), ("1", "1", ""), ("", "0", "1"))
    rows = (("Uppgift", *actors), *((task, *line) for task, line in zip(tasks, marks, strict=True)))
    spot = Spot()
    table = Table(tuple(tuple(Cell(text, spot) for text in row) for row in rows), spot)
    (draft,) = matrix_drafts(Document("a", "docx", "", (table,)), knowledge)
    assert [[mark.marked for mark in row.marks] for row in draft.rows] == [
        [text == "1" for text in line] for line in marks
    ]
