"""Tables of all kinds → matrix drafts, or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

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
