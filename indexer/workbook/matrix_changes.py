"""Rows of a matrix: marks as corrections or from a day on, names, notes; new rows, and rows that go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from indexer.adoption.base import slug
from indexer.adoption.matrix_edits import marked_before
from indexer.workbook.comparing import CellChange, GoneRow, NewRow
from indexer.workbook.parts import Taken
from indexer.workbook.sheets import ACTOR, begun, marks_on
from indexer.workbook.wording import say
from knowledge.editing import Edit
from knowledge.model import ResponsibilityMatrix, Task

_NAMES = ("name", "phrase")


def change(changes: Sequence[CellChange], taken: Taken) -> None:
    """Take in the changed cells of one row."""
    matrix = taken.knowledge.matrices[changes[0].sheet.about]
    number, task = next((n, one) for n, one in enumerate(matrix.tasks) if one.id == changes[0].row.id)
    cells = {one.column.key: one for one in changes}
    for key in _NAMES:
        if key in cells:
            taken.put("matrices", matrix.id, ("tasks", number, key), cells[key].after)
            taken.notices.append(say("vet.at_once", place=cells[key].place, day=taken.basis.valid_from))
    marks = [one for key, one in cells.items() if key.startswith(ACTOR)]
    notes = cells.get("notes")
    if not marks and notes is None:
        return
    if taken.basis.is_dated:
        _from_a_day(matrix, number, task, marks, notes, taken)
    else:
        _correct(matrix, number, task, marks, notes, taken)


def _marked(matrix: ResponsibilityMatrix, before: Iterable[str], marks: Iterable[CellChange]) -> list[str]:
    now = set(before)
    for one in marks:
        actor = one.column.key.removeprefix(ACTOR)
        (now.add if one.after else now.discard)(actor)
    return [actor for actor in matrix.actors if actor in now]


def _from_a_day(
    matrix: ResponsibilityMatrix,
    number: int,
    task: Task,
    marks: Sequence[CellChange],
    notes: CellChange | None,
    taken: Taken,
) -> None:
    first = marks[0] if marks else notes
    assert first is not None, "something is changed"
    if later := taken.comes_later(task.changes):
        taken.fault(first.place, "changes_later", day=later)
        return
    marked = _marked(matrix, marked_before(task, taken.basis.valid_from), marks)
    if not marked:
        taken.fault(first.place, "marks_none")
        return
    value: dict[str, Any] = {
        "valid_from": taken.basis.valid_from,
        "decided": taken.basis.decided,
        "responsible": marked,
        "notes": notes.after.split("\n") if notes and notes.after else [] if notes else None,
        "sources": [taken.locator(first.place)],
    }
    taken.edits.append(Edit("append", "matrices", matrix.id, ("tasks", number, "changes"), value))


def _correct(
    matrix: ResponsibilityMatrix,
    number: int,
    task: Task,
    marks: Sequence[CellChange],
    notes: CellChange | None,
    taken: Taken,
) -> None:
    place = begun(task.changes, taken.day)
    row: tuple[str | int, ...] = ("tasks", number, *(() if place is None else ("changes", place)))
    sources = task.sources if place is None else task.changes[place].sources
    if marks:
        marked = _marked(matrix, marks_on(task, taken.day), marks)
        if not marked:
            taken.fault(marks[0].place, "marks_none")
            return
        taken.put("matrices", matrix.id, (*row, "responsible"), marked)
        taken.put("matrices", matrix.id, (*row, "sources"), [taken.locator(marks[0].place)])
    if notes is not None:
        lines = notes.after.split("\n") if notes.after else []
        if place is None:
            taken.put("matrices", matrix.id, (*row, "notes"), lines)
        else:  # none at all is not the same as nothing said
            taken.edits.append(Edit("set", "matrices", matrix.id, (*row, "notes"), lines))
        if not marks:
            taken.cite("matrices", matrix.id, row, sources, notes.place)


def add(row: NewRow, taken: Taken) -> None:
    """Take in a row that has no id yet."""
    matrix = taken.knowledge.matrices[row.sheet.about]
    if taken.lacks(row, "name"):
        return
    name = row.cells["name"]
    names = {task.name.casefold() for task in matrix.tasks} | taken.names
    if name.casefold() in names:
        taken.fault(row.place_of("name"), "name_taken", text=name)
        return
    marked = [actor for actor in matrix.actors if row.cells.get(f"{ACTOR}{actor}")]
    if not marked:
        taken.fault(row.place_of("name"), "marks_none")
        return
    known = taken.knowledge
    id_ = slug(name, {*known.cues, *known.terms, *(task.id for one in known.matrices.values() for task in one.tasks)})
    taken.names.add(name.casefold())
    phrase = name[:1].lower() + name[1:] if not name[1:2].isupper() else name
    value = {
        "id": id_,
        "name": name,
        "phrase": row.cells.get("phrase") or phrase,
        "responsible": marked,
        "valid_from": taken.basis.valid_from,
        "decided": taken.basis.decided,
        "notes": row.cells["notes"].split("\n") if row.cells.get("notes") else None,
        "aliases": [name],
        "sources": [taken.locator(row.place_of("name"))],
    }
    taken.edits.append(Edit("append", "matrices", matrix.id, ("tasks",), value))


def remove(gone: Iterable[GoneRow], taken: Taken) -> None:
    """Let rows go from the day on."""
    for one in gone:
        matrix = taken.knowledge.matrices[one.sheet.about]
        number, task = next((n, row) for n, row in enumerate(matrix.tasks) if row.id == one.row.id)
        place = one.sheet.title
        if later := taken.comes_later(task.changes):
            taken.fault(place, "changes_later", day=later)
            continue
        value = {
            "valid_from": taken.basis.valid_from,
            "decided": taken.basis.decided,
            "responsible": [],
            "sources": [taken.locator(place)],
        }
        taken.edits.append(Edit("append", "matrices", matrix.id, ("tasks", number, "changes"), value))
