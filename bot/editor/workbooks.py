"""A workbook that Lotsen wrote and that comes back filled in → edits and remarks for the bench."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.editor.item import BenchError
from indexer.importing.filing import STANDINGS
from indexer.workbook.basis import Basis
from indexer.workbook.changes import take_in
from indexer.workbook.comparing import review
from indexer.workbook.filled import Filled
from indexer.workbook.privacy import without_persons
from knowledge.editing import Edit
from knowledge.loader import own_ids
from knowledge.model import DocumentStatus, Knowledge

MOST = 20
"""Faults that are told of at once."""


def changes_in(
    filled: Filled,
    knowledge: Knowledge,
    region: Path,
    status: DocumentStatus,
    title: str,
    dated: str | None,
    today: str,
) -> tuple[list[Edit], tuple[str, ...]]:
    """Return what a workbook corrects, and what was remarked in it. Raises BenchError where a cell cannot be taken."""
    if filled.stamp.region != knowledge.region.id:
        raise BenchError("workbook_region", region=filled.stamp.region)
    found = without_persons(review(filled, knowledge), knowledge)
    basis = Basis(today=today, title=title, date=dated, standing=STANDINGS[status])
    taking = take_in(found, knowledge, basis, own_ids(region, "terms"))
    faults = [*map(str, (*found.faults, *found.conflicts, *taking.faults)), *taking.lacks]
    if faults:
        raise BenchError("workbook", faults=_told(faults))
    notices = (*found.notices, *taking.notices, *map(str, found.gone))
    remarks = tuple(f"{remark.place}: {remark.text}" for remark in found.remarks)
    if not (taking.edits or remarks or notices):
        raise BenchError("workbook_same")
    return list(taking.edits), (*notices, *remarks)


def _told(faults: Iterable[str]) -> str:
    lines = list(faults)
    return "; ".join([*lines[:MOST], *(["…"] if len(lines) > MOST else [])])
