"""What differs between two responsibility matrices: who is marked for what, and from when."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge import model
from knowledge.comparing import At, Difference, Found, NewChange, compare, fields, is_moved, listed, paired, when


def matrices(at: At, old: model.ResponsibilityMatrix, new: model.ResponsibilityMatrix) -> Found:
    """Yield what differs: rows, columns, and the matrix itself."""
    for one, other in paired(old.tasks, new.tasks):
        if isinstance(other, model.Task):
            here = at_task(at, new, other)
            if isinstance(one, model.Task):
                yield from compare(here.on(day=other.valid_from or new.valid_from), one, other)
            else:
                yield new_task(here, new, other)
        elif isinstance(one, model.Task):
            here = at_task(at, old, one)
            yield here.says("task.gone", actors=_actors(here, one.responsible))
    if is_moved(old.tasks, new.tasks):
        yield at.says("task.order", order=listed([task.name for task in new.tasks]))
    yield from fields(at, old, new, {"tasks"})


def at_task(at: At, matrix: model.ResponsibilityMatrix, task: model.Task) -> At:
    """Return the place of a row."""
    return at.on(subject=task.name, fact=f"{matrix.agreement}/ansvar/{task.id}")


def new_task(at: At, matrix: model.ResponsibilityMatrix, task: model.Task) -> Difference:
    """Return that a row is new, whom it marks, and from when."""
    day = task.valid_from or matrix.valid_from
    return at.on(day=day).says("task.new", when=when(day), actors=_actors(at, task.responsible))


def tasks(at: At, old: model.Task, new: model.Task) -> Found:
    """Yield what differs in a row: whom it marks, now and from later days on, and the rest."""
    corrected = old.valid_from == new.valid_from
    yield from _marks(at, old.responsible, new.responsible, "corrected" if corrected else "new")
    days = [change.valid_from for change in (*old.changes, *new.changes)]
    if len(set(days)) * 2 < len(days):  # the same day more than once
        yield from fields(at, old, new, {"responsible"})
        return
    yield from _task_changes(at, old, new)
    yield from fields(at, old, new, {"responsible", "changes"})


def _task_changes(at: At, old: model.Task, new: model.Task) -> Found:
    known = {change.valid_from: change for change in old.changes}
    before = new.responsible
    for change in new.changes:
        here = at.on(day=change.valid_from)
        one = known.pop(change.valid_from, None)
        if one is None:
            yield from _coming(here, before, change)
        else:
            yield from _marks(here, one.responsible, change.responsible, "new")
            yield from fields(here, one, change, {"responsible"})
        before = change.responsible
    for gone in known.values():
        here = at.on(day=gone.valid_from)
        yield here.says("change.gone", when=when(gone.valid_from), actors=_actors(at, gone.responsible))


def _coming(at: At, before: tuple[str, ...], change: model.TaskChange) -> Found:
    marks = list(_marks(at, before, change.responsible, "new"))
    yield from marks
    if change.notes is not None:
        yield at.says("change.notes", when=when(change.valid_from), notes=at.shown(change.notes))
    yield NewChange(at, change, same=not marks and change.notes is None)


def _marks(at: At, old: tuple[str, ...], new: tuple[str, ...], how: str) -> Found:
    """Yield who is marked that was not, and the other way round."""
    from_ = when(at.day)
    if old and not new:
        yield at.says("marks.nobody", when=from_, actors=_actors(at, old))
        return
    for actor in new:
        if actor not in old:
            yield at.says(f"marks.{how}.added", actor=_actors(at, (actor,)), when=from_)
    for actor in old:
        if actor not in new:
            yield at.says(f"marks.{how}.removed", actor=_actors(at, (actor,)), when=from_)
    if old != new and set(old) == set(new):
        yield at.says("marks.order", actors=_actors(at, new))


def _actors(at: At, ids: Iterable[str]) -> str:
    return listed([at.names.get(f"{id_}|definite", at.names.get(id_, id_)) for id_ in ids])
