"""What changes on a later day, told in one line each; and rows that have not begun or are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.answer import Answer, Block, Bullets, Paragraph
from bot.compose.common import CHANGE_AHEAD, Composer, before, shorten
from bot.question import Question
from bot.sentences import capitalised
from knowledge.model import (
    EscalationRoute,
    EscalationStep,
    Kind,
    Locator,
    ResponsibilityMatrix,
    RouteChange,
    Task,
    first_day,
)
from knowledge.over_time import gone


@dataclass(frozen=True, slots=True)
class Coming:
    """One change that is decided and still ahead: its line, its sources, its first day and whom it touches.

    `name` says what is changed and ends with the first day, `brings` what it comes to be, whatever words tell of it.
    """

    name: str
    line: str
    sources: tuple[Locator, ...]
    since: date
    brings: tuple[str, ...]
    touches: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ahead:
    """Lines about changes that are near, and where those stand."""

    lines: tuple[str, ...] = ()
    sources: tuple[Locator, ...] = ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The lines, one paragraph each."""
        return tuple(Paragraph(line) for line in self.lines)

    def listed(self, composer: Composer) -> tuple[Block, ...]:
        """Return the lines as a list under a heading of its own."""
        return (Bullets(self.lines, heading=composer.say("changes.heading")),) if self.lines else ()


def rows_ahead(tasks: Sequence[Task], composer: Composer, *, named: bool | None = None) -> Ahead:
    """Return what changes in some rows within six months; each is named where `named`, or where there are several."""
    names = len(tasks) > 1 if named is None else named
    return _near((one for task in tasks for one in _row_changes(task, names, composer)), composer)


def matrix_ahead(matrix: ResponsibilityMatrix, composer: Composer, of: Iterable[str] = ()) -> Ahead:
    """Return what changes in a matrix within six months, rows that come too; with `of`, for these actors alone."""
    wanted = set(of)
    coming = matrix_changes(matrix, composer)
    return _near((one for one in coming if not wanted or wanted & one.touches), composer)


def routes_ahead(routes: Sequence[EscalationRoute], composer: Composer) -> Ahead:
    """Return what changes in some routes within six months; several are called by their names."""
    return _near(route_changes(routes, composer, named=len(routes) > 1), composer)


def matrix_changes(matrix: ResponsibilityMatrix, composer: Composer) -> Iterator[Coming]:
    """Yield all that is decided to change in a matrix after the day, row by row; then the rows that come."""
    for task in matrix.tasks:
        yield from _row_changes(task, True, composer)
    for task in composer.knowledge.apart.get(matrix.id, ()):
        if (since := _first(task)) > composer.on:
            actors = _names(task.responsible, composer)
            line = composer.say("changes.new_row", since=since.isoformat(), task=task.phrase, actors=actors)
            yield Coming(f"{task.id} {since}", line, task.sources, since, task.responsible, frozenset(task.responsible))


def route_changes(routes: Iterable[EscalationRoute], composer: Composer, *, named: bool = True) -> Iterator[Coming]:
    """Yield all that is decided to change in some routes after the day."""
    for route in routes:
        steps = route.steps
        for change in route.changes:
            since = first_day(change.valid_from)
            line = _route_line(route, steps, change, named, composer)
            brings = tuple(step.model_dump_json() for step in change.steps)
            yield Coming(f"{route.id} {since}", line, change.sources, since, brings)
            steps = change.steps


def rows_apart(ids: Iterable[str], composer: Composer) -> tuple[Task, ...]:
    """Return those of some tasks that are known on the day and not in force: not begun, or gone."""
    wanted = set(ids)
    return tuple(task for rows in composer.knowledge.apart.values() for task in rows if task.id in wanted)


def compose_apart(tasks: tuple[Task, ...], question: Question, composer: Composer) -> Answer:
    """Return from when, or until when, rows are in the matrix that are not in it on the day, and whom they mark."""
    matrix = composer.matrix
    term = composer.term(matrix.agreement)
    if not term.begun:
        return before(Kind.RESPONSIBILITY, term, question, composer)
    told = [apart_lines(task, composer) for task in tasks]
    rest = (*told[0][1:], *(line for lines in told[1:] for line in lines))
    return composer.answer(
        Kind.RESPONSIBILITY,
        shorten(told[0][0]),
        title=capitalised(tasks[0].name) if len(tasks) == 1 else composer.say("responsibility.title_many"),
        notices=composer.agreement_notices(term),
        blocks=(*(Paragraph(line) for line in rest), *composer.validity_blocks(term)),
        agreement=matrix.agreement,
        municipality=composer.municipality,
        citations=composer.cite(*(task.sources for task in tasks), term.decision.sources),
        facts=(*(f"{matrix.agreement}/ansvar/{task.id}" for task in tasks), composer.decision_id(term)),
        suggestions=composer.suggest("refused", "dispute_local", "agreements"),
    )


def apart_lines(task: Task, composer: Composer) -> tuple[str, str]:
    """Return from or until when a row is in the matrix, and whom it marks then."""
    short = composer.knowledge.agreements[composer.matrix.agreement].short
    actors = _names(task.responsible, composer)
    if change := gone(task, composer.on):
        until = first_day(change.valid_from) - timedelta(days=1)
        lead = composer.say("changes.gone", task=task.phrase, short=short, until=until.isoformat())
        return lead, composer.say("changes.gone_who", actors=actors)
    lead = composer.say("changes.coming", task=task.phrase, short=short, since=_first(task).isoformat())
    return lead, composer.say("changes.coming_who", actors=actors)


def _near(coming: Iterable[Coming], composer: Composer) -> Ahead:
    near = [one for one in coming if one.since - composer.on <= CHANGE_AHEAD]
    return Ahead(tuple(one.line for one in near), tuple(place for one in near for place in one.sources))


def _row_changes(task: Task, named: bool, composer: Composer) -> Iterator[Coming]:
    now: tuple[str, ...] = task.responsible
    for change in task.changes:
        since = first_day(change.valid_from)
        added = [actor for actor in change.responsible if actor not in now]
        removed = [actor for actor in now if actor not in change.responsible]
        line = composer.say(
            "changes.marks",
            since=since.isoformat(),
            added=_names(added, composer),
            removed=_names(removed, composer),
            stay=len(removed) < len(now),
            gone=not change.responsible,
            task=task.phrase if named else None,
        )
        yield Coming(
            f"{task.id} {since}", line, change.sources, since, change.responsible, frozenset((*added, *removed))
        )
        now = change.responsible


def _route_line(
    route: EscalationRoute, steps: Iterable[EscalationStep], change: RouteChange, named: bool, composer: Composer
) -> str:
    old, new = {step.id: step for step in steps}, {step.id: step for step in change.steps}
    changed = [step.name for id_, step in new.items() if step != old.get(id_)]
    return composer.say(
        "changes.route",
        since=first_day(change.valid_from).isoformat(),
        route=route.name.lower() if named else None,
        steps=[] if list(old) == list(new) and changed else [step.name for step in change.steps],
        changed=changed,
    )


def _first(task: Task) -> date:
    return first_day(task.valid_from) if task.valid_from else date.min


def _names(actors: Iterable[str], composer: Composer) -> list[str]:
    return [composer.knowledge.actors[actor].definite for actor in actors]
