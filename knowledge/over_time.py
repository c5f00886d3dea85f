"""The knowledge as it reads on a day: rows and steps that change, rows that come or go. Pure.

A change counts from its first day, and is known from the last day of its `decided`. What was decided
after the day is not there at all.
"""

from __future__ import annotations

import weakref
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TypeVar

from knowledge.model import (
    Change,
    EscalationRoute,
    Knowledge,
    Locator,
    ResponsibilityMatrix,
    Task,
    TaskChange,
    first_day,
    last_day,
)

C = TypeVar("C", bound=Change)
T = TypeVar("T", ResponsibilityMatrix, EscalationRoute)

# By the identity of the knowledge: the days on which it comes to read differently, and how it reads from each of them.
_kept: dict[int, tuple[tuple[date, ...], dict[int, Knowledge]]] = {}


def knowledge_on(knowledge: Knowledge, day: date) -> Knowledge:
    """Return the knowledge as it reads on a day: the very same where nothing in it changes over time.

    Matrices hold the rows in force, with whom they mark, their notes and sources of that day; routes the
    steps in force. `changes` of both are those that are decided and still ahead. Rows that are decided and have
    not begun, and rows that are gone, are in `apart`. A matrix or route that begins after its agreement is not
    there before, nor one that has ended where another has taken its place.
    """
    days, versions = _timeline(knowledge)
    if not days:
        return knowledge
    position = bisect_right(days, day)
    if position not in versions:
        versions[position] = _read_on(knowledge, day)
    return versions[position]


def gone(task: Task, day: date) -> TaskChange | None:
    """Return the change by which a row, as it reads on a day, has gone; null for all others.

    A row that has gone marks whom it marked last.
    """
    return next((change for change in task.changes[:1] if not change.responsible and _begun(change, day)), None)


def days_of_change(knowledge: Knowledge) -> tuple[date, ...]:
    """Return the days on which the knowledge comes to read differently, in order."""
    days: set[date] = set()
    for task in (*(task for matrix in knowledge.matrices.values() for task in matrix.tasks), *_apart(knowledge)):
        days |= {day for change in task.changes for day in (change.known_from, first_day(change.valid_from))}
        days |= {first_day(task.valid_from)} if task.valid_from else set()
        days |= {last_day(task.decided)} if task.decided else set()
    for route in knowledge.routes.values():
        days |= {day for change in route.changes for day in (change.known_from, first_day(change.valid_from))}
    things: list[ResponsibilityMatrix | EscalationRoute] = [*knowledge.matrices.values(), *knowledge.routes.values()]
    for thing in things:
        days |= {first_day(thing.valid_from)} if thing.valid_from and _comes_later(thing, knowledge) else set()
        days |= {last_day(thing.valid_through) + timedelta(days=1)} if thing.valid_through else set()
    return tuple(sorted(days))


def _comes_later(thing: ResponsibilityMatrix | EscalationRoute, knowledge: Knowledge) -> bool:
    """Return whether a matrix or route begins after its agreement. Of one that begins with it the agreement tells."""
    agreement = knowledge.agreements.get(thing.agreement)
    decisions = agreement.decisions if agreement else ()
    start = next((first_day(decision.valid_from) for decision in decisions if decision.valid_from), None)
    return start is not None and thing.valid_from is not None and first_day(thing.valid_from) > start


def _standing(things: dict[str, T], knowledge: Knowledge, day: date) -> dict[str, T]:
    """Return the matrices or routes that are there on a day."""
    begun = {
        id_: thing
        for id_, thing in things.items()
        if not _comes_later(thing, knowledge) or first_day(thing.valid_from or "") <= day
    }
    in_force = {_place(thing) for thing in begun.values() if not _is_over(thing, day)}
    # What an agreement said last is told with a warning where nothing has come after it.
    return {id_: thing for id_, thing in begun.items() if not _is_over(thing, day) or _place(thing) not in in_force}


def _place(thing: ResponsibilityMatrix | EscalationRoute) -> tuple[str, str]:
    return thing.agreement, thing.level if isinstance(thing, EscalationRoute) else ""


def _is_over(thing: ResponsibilityMatrix | EscalationRoute, day: date) -> bool:
    return thing.valid_through is not None and last_day(thing.valid_through) < day


def _timeline(knowledge: Knowledge) -> tuple[tuple[date, ...], dict[int, Knowledge]]:
    kept = _kept.get(id(knowledge))
    if kept is None:
        kept = _kept[id(knowledge)] = (days_of_change(knowledge), {})
        weakref.finalize(knowledge, _kept.pop, id(knowledge), None).atexit = False
    return kept


def _read_on(knowledge: Knowledge, day: date) -> Knowledge:
    matrices: dict[str, ResponsibilityMatrix] = {}
    apart: dict[str, tuple[Task, ...]] = {}
    for id_, matrix in _standing(knowledge.matrices, knowledge, day).items():
        rows = [*_rows_on((*matrix.tasks, *knowledge.apart.get(id_, ())), day)]
        tasks = tuple(task for task, in_force in rows if in_force)
        matrices[id_] = matrix.model_copy(update={"tasks": tasks, "sources": _sources(matrix, tasks)})
        apart[id_] = tuple(task for task, in_force in rows if not in_force)
    routes = {id_: _route_on(route, day) for id_, route in _standing(knowledge.routes, knowledge, day).items()}
    return knowledge.model_copy(update={"matrices": matrices, "routes": routes, "apart": apart})


def _rows_on(tasks: Iterable[Task], day: date) -> Iterator[tuple[Task, bool]]:
    """Yield the rows that are known on a day as they read then, and whether they are in force."""
    for task in tasks:
        if task.decided and last_day(task.decided) > day:
            continue
        begun = task.valid_from is None or first_day(task.valid_from) <= day
        if begun or task.decided:
            row = _task_on(task, day)
            yield row, begun and gone(row, day) is None


def _task_on(task: Task, day: date) -> Task:
    done, ahead = _split(task.changes, day)
    if not done:
        return task if ahead == task.changes else task.model_copy(update={"changes": ahead})
    row = task
    for change in (change for change in done if change.responsible):
        kept = row.notes if change.responsible == row.responsible else ()
        notes = kept if change.notes is None else change.notes
        marks = {"responsible": change.responsible, "notes": notes, "sources": change.sources}
        row = row.model_copy(update=marks)
    going = () if done[-1].responsible else done[-1:]
    sources = (*row.sources, *(place for change in going for place in change.sources))
    return row.model_copy(update={"sources": _distinct(sources), "changes": (*going, *ahead)})


def _route_on(route: EscalationRoute, day: date) -> EscalationRoute:
    done, ahead = _split(route.changes, day)
    if not done:
        return route if ahead == route.changes else route.model_copy(update={"changes": ahead})
    said = {
        field: value
        for change in done
        for field in ("lead", "missing", "after_last", "notes")
        if (value := getattr(change, field)) is not None
    }
    last = done[-1]
    sources = _distinct((*last.sources, *(place for step in last.steps for place in step.sources)))
    now = {"steps": last.steps, "sources": sources, "changes": ahead}
    return route.model_copy(update={**said, **now})


def _split(changes: tuple[C, ...], day: date) -> tuple[tuple[C, ...], tuple[C, ...]]:
    """Return the changes that hold on a day, and those that are known and still ahead."""
    known = [change for change in changes if change.known_from <= day]
    done = tuple(change for change in known if _begun(change, day))
    return done, tuple(change for change in known if not _begun(change, day))


def _begun(change: Change, day: date) -> bool:
    return first_day(change.valid_from) <= day


def _sources(matrix: ResponsibilityMatrix, tasks: Iterable[Task]) -> tuple[Locator, ...]:
    """Return where the matrix of a day stands: its own sources while any row is read there, and those of other rows."""
    before = {task.id: task.sources for task in matrix.tasks if task.valid_from is None}
    new = {task.id: task.sources for task in tasks if before.get(task.id) != task.sources}
    if not new:
        return matrix.sources
    own = matrix.sources if any(task.id not in new for task in tasks) else ()
    return _distinct((*own, *(place for places in new.values() for place in places)))


def _distinct(places: Iterable[Locator]) -> tuple[Locator, ...]:
    return tuple(dict.fromkeys(places))


def _apart(knowledge: Knowledge) -> Iterator[Task]:
    return (task for rows in knowledge.apart.values() for task in rows)
