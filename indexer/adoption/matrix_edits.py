"""What was chosen of matrices → edits: rows that change, come or go, and columns that are new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indexer.adoption.base import locator, say
from indexer.adoption.proposal import Offer, Taking
from indexer.importing.document import Spot
from indexer.importing.drafts import ColumnDraft
from indexer.importing.wording import words
from knowledge.editing import Edit
from knowledge.model import Knowledge, ResponsibilityMatrix, Task, first_day

PART = "matrix"


@dataclass(frozen=True, slots=True)
class CellTaken:
    """A known cell as the document has it."""

    matrix: str
    task: str
    actor: str
    marked: bool


@dataclass(frozen=True, slots=True)
class RowGone:
    """A known row that the document lacks."""

    matrix: str
    task: str


@dataclass(frozen=True, slots=True)
class RowAdded:
    """A row that the knowledge lacks, with the actors that it marks."""

    matrix: str
    id: str
    name: str
    actors: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnAdded:
    """An actor that the knowledge lacks."""

    matrix: str
    id: str
    column: ColumnDraft


def matrix_of(knowledge: Knowledge, agreement: str) -> ResponsibilityMatrix | None:
    """Return the matrix of an agreement; null where it has none."""
    return next((one for one in knowledge.matrices.values() if one.agreement == agreement), None)


def marked_before(task: Task, day: str | None) -> tuple[str, ...]:
    """Return whom a row marks just before a day, null: as the row began."""
    earlier = [one for one in task.changes if day is not None and first_day(one.valid_from) < first_day(day)]
    return earlier[-1].responsible if earlier else task.responsible


def edits(wanted: Sequence[Offer], knowledge: Knowledge, taking: Taking) -> Iterator[Edit]:
    """Yield the edits that take in what was chosen of the matrices."""
    mine = [offer for offer in wanted if offer.part == PART and offer.what is not None]
    spots = {id(offer.what): offer.proposal.spot for offer in mine}
    what = [offer.what for offer in mine]
    matrix = matrix_of(knowledge, taking.agreement)
    yield from _new_actors({one.id: one for one in what if isinstance(one, ColumnAdded)}.values(), matrix)
    rows = [one for one in what if isinstance(one, RowAdded)]
    if matrix is None:
        if rows:
            yield _new_matrix(rows, what, knowledge, taking, spots)
        return
    order = _column_order(matrix, what)
    for number, task in enumerate(matrix.tasks):
        cells = [one for one in what if isinstance(one, CellTaken) and one.task == task.id]
        gone = any(isinstance(one, RowGone) and one.task == task.id for one in what)
        if cells or gone:
            spot = spots[id(cells[0])] if cells else None
            place = locator(taking.source, spot, task.name)
            yield from _row_edits(matrix, number, task, cells, gone, order, taking, place)
    for row in rows:
        value = _row_entry(row, order, taking, locator(taking.source, spots[id(row)], row.name))
        yield Edit("append", "matrices", matrix.id, ("tasks",), value)
    yield from _lifted(matrix, what, taking, spots)


def side_of(name: str) -> str | None:
    """Return whose an actor is, the municipality's or the region's, by the words of its name; null where none tells."""
    low = name.casefold()
    if any(word in low for word in words("municipal")):
        return "kommun"
    return "region" if any(word in low for word in words("regional")) else None


def _new_actors(columns: Iterable[ColumnAdded], matrix: ResponsibilityMatrix | None) -> Iterator[Edit]:
    for one in columns:
        name = one.column.name
        low = name[:1].lower() + name[1:] if not name[1:2].isupper() else name
        side = side_of(name) or "region"
        value = {
            "id": one.id,
            "name": name,
            "definite": low,
            "includes": one.column.covers or low,
            "side": side,
            "aliases": [name],
        }
        yield Edit("add", "actors", one.id, value=value, file="actors.yaml")
        if matrix is not None:
            yield Edit("append", "matrices", matrix.id, ("actors",), one.id)


def _column_order(matrix: ResponsibilityMatrix | None, what: Iterable[Any]) -> list[str]:
    known = list(matrix.actors) if matrix else []
    added = dict.fromkeys(one.id for one in what if isinstance(one, ColumnAdded) and one.id not in known)
    return [*known, *added]


def _row_edits(
    matrix: ResponsibilityMatrix,
    number: int,
    task: Task,
    cells: Sequence[CellTaken],
    gone: bool,
    order: Sequence[str],
    taking: Taking,
    place: dict[str, str],
) -> Iterator[Edit]:
    before = marked_before(task, taking.valid_from)
    now = set(before)
    for cell in cells:
        (now.add if cell.marked else now.discard)(cell.actor)
    marked = [] if gone and not cells else [actor for actor in order if actor in now]
    changed = set(marked) != set(before)
    # Equal cells speak for the row only where none of its known cells was left behind.
    whole = {cell.actor for cell in cells} >= set(matrix.actors)
    if not changed and not whole:
        return
    row = ("tasks", number)
    if taking.valid_from and taking.decided:
        change = {
            "valid_from": taking.valid_from,
            "decided": taking.decided,
            "responsible": marked,
            "sources": [place],
        }
        yield Edit("append", "matrices", matrix.id, (*row, "changes"), change)
    elif marked:
        if changed:
            yield Edit("set", "matrices", matrix.id, (*row, "responsible"), marked)
        yield Edit("set", "matrices", matrix.id, (*row, "sources"), [place])


def _row_entry(row: RowAdded, order: Sequence[str], taking: Taking, place: dict[str, str]) -> dict[str, Any]:
    phrase = row.name[:1].lower() + row.name[1:] if not row.name[1:2].isupper() else row.name
    return {
        "id": row.id,
        "name": row.name,
        "phrase": phrase,
        "responsible": [actor for actor in order if actor in row.actors],
        "valid_from": taking.valid_from,
        "decided": taking.decided,
        "aliases": list(row.aliases) or [row.name],
        "sources": [place],
    }


def _new_matrix(
    rows: Sequence[RowAdded], what: Iterable[Any], knowledge: Knowledge, taking: Taking, spots: dict[int, Any]
) -> Edit:
    order = _column_order(None, what)
    order += [actor for row in rows for actor in row.actors if actor not in order]
    agreement = knowledge.agreements.get(taking.agreement)
    begun = next((one.valid_from for one in agreement.decisions if one.valid_from), None) if agreement else None
    plain = Taking(taking.source, taking.agreement)  # a first matrix has no rows that came later
    value = {
        "id": rows[0].matrix,
        "agreement": taking.agreement,
        "actors": list(dict.fromkeys(order)),
        "valid_from": taking.valid_from or begun or taking.decided,
        "shared_note": say("shared_note"),
        "unmarked_note": say("unmarked_note"),
        "sources": [_whole(taking, spots[id(rows[0])])],
        "tasks": [_row_entry(row, order, plain, locator(taking.source, spots[id(row)], row.name)) for row in rows],
    }
    return Edit("add", "matrices", rows[0].matrix, value=value, file=f"responsibilities/{taking.agreement}.yaml")


def _lifted(matrix: ResponsibilityMatrix, what: Iterable[Any], taking: Taking, spots: dict[int, Any]) -> Iterator[Edit]:
    """Yield what lifts the matrix itself, once all its cells are taken from a text that holds from the start."""
    cells = [one for one in what if isinstance(one, CellTaken)]
    taken = {(one.task, one.actor) for one in cells}
    if taking.valid_from or not {(task.id, actor) for task in matrix.tasks for actor in matrix.actors} <= taken:
        return
    yield Edit("set", "matrices", matrix.id, ("sources",), [_whole(taking, spots[id(cells[0])])])
    if matrix.caveat is not None:
        yield Edit("remove", "matrices", matrix.id, ("caveat",))


def _whole(taking: Taking, spot: Spot | None) -> dict[str, str]:
    """Return where the table as a whole stands."""
    return locator(taking.source, replace(spot, cell=None) if spot and spot.sheet is None else spot)
