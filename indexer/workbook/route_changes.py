"""Steps of a route: texts as corrections, or all of the route from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from indexer.adoption.base import beside
from indexer.adoption.routes import ends
from indexer.workbook.comparing import CellChange, GoneRow, NewRow
from indexer.workbook.parts import Taken
from indexer.workbook.sheets import STEP_TEXTS, begun, steps_on
from knowledge.editing import Edit
from knowledge.model import EscalationRoute, EscalationStep, Knowledge

_OWN = ("name", *STEP_TEXTS)


def change(changes: Sequence[CellChange], taken: Taken) -> None:
    """Take in the changed cells of one step."""
    route, step = _route_and_step(changes[0].row.id, taken.knowledge)
    values = {key: value for one in changes for key, value in _fields(one, taken.knowledge).items()}
    if taken.basis.is_dated:
        source = taken.locator(changes[0].place)
        taken.steps.setdefault(route.id, {})[step] = {**values, "sources": [source]}
        return
    version = begun(route.changes, taken.day)
    steps = steps_on(route, taken.day)
    number = next(n for n, one in enumerate(steps) if one.id == step)
    place = (*(() if version is None else ("changes", version)), "steps", number)
    for key, value in values.items():
        if value is not None or getattr(steps[number], key) is not None:
            taken.put("routes", route.id, (*place, key), value)
    taken.cite("routes", route.id, place, steps[number].sources, changes[0].place)


def _route_and_step(row: str, knowledge: Knowledge) -> tuple[EscalationRoute, str]:
    route = next(one for one in knowledge.routes.values() if row.startswith(f"{one.id}/") and _has(one, row))
    return route, row.removeprefix(f"{route.id}/")


def _has(route: EscalationRoute, row: str) -> bool:
    return any(f"{route.id}/{step.id}" == row for step in route.every_step)


def _fields(change: CellChange, knowledge: Knowledge) -> dict[str, str | None]:
    """Return what a cell is in the file: who has the question is a body that is known, or else a function."""
    if change.column.key in _OWN:
        return {change.column.key: change.after or None}
    wanted = change.after.casefold()
    body = next((one.id for one in knowledge.bodies.values() if one.name.casefold() == wanted), None)
    return {"body": body, "function": None if body else change.after}


def add(row: NewRow, taken: Taken) -> None:
    """New steps are told of when the workbook is read."""
    raise AssertionError(f"{row.place}: a new step is a fault")


def finish(gone: Iterable[GoneRow], taken: Taken) -> None:
    """Write each route that changes from the day on, whole, without the steps that are gone."""
    left_out: dict[str, set[str]] = {}
    places = {}
    for one in gone:
        route, step = _route_and_step(one.row.id, taken.knowledge)
        left_out.setdefault(route.id, set()).add(step)
        places[route.id] = one.sheet.title
    for id_ in dict.fromkeys((*taken.steps, *left_out)):
        _write(taken.knowledge.routes[id_], left_out.get(id_, set()), places.get(id_), taken)


def _data(steps: Iterable[EscalationStep]) -> list[dict[str, Any]]:
    """Return steps as data."""
    return [step.model_dump(mode="json") for step in steps]


def _names(steps: Iterable[dict[str, Any]], knowledge: Knowledge) -> list[str]:
    bodies = knowledge.bodies
    return [bodies[step["body"]].name if step.get("body") in bodies else step["name"] for step in steps]


def _write(route: EscalationRoute, left_out: set[str], place: str | None, taken: Taken) -> None:
    changed = taken.steps.get(route.id, {})
    sources = [source for values in changed.values() for source in values["sources"]]
    sources = sources or [taken.locator(place or route.id)]
    if later := taken.comes_later(route.changes):
        taken.fault(place or route.name, "changes_later", day=later)
        return
    version = route.changes[-1].steps if route.changes else route.steps
    steps: list[dict[str, Any]] = []
    for step in version:
        if step.id in left_out:
            continue
        value = step.model_dump(mode="json", exclude_defaults=True) | changed.get(step.id, {})
        if step.id in changed:  # what was not changed in it rests on the sources that it had
            value["sources"] = beside(step.sources, changed[step.id]["sources"][0])
        steps.append({key: one for key, one in value.items() if one is not None})
    change = {
        "valid_from": taken.basis.valid_from,
        "decided": taken.basis.decided,
        "steps": steps,
        "sources": sources[:1],
        **ends(_names(_data(version), taken.knowledge), _names(steps, taken.knowledge)),
    }
    taken.edits.append(Edit("append", "routes", route.id, ("changes",), change))
