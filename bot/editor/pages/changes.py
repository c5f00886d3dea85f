"""The forms that change one thing: a row of a matrix, the term of an agreement, a municipality's LÖK."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.editor.desk import Desk, plain
from bot.editor.forms import SourceGiven, change_cell, extend_agreement, report_local
from bot.editor.item import BenchError
from bot.editor.pages.working import on_the_way, start_trial
from bot.editor.visit import Page, Reply, Visit, is_day
from knowledge.editing import Edit
from knowledge.model import Knowledge, LokStatus, ResponsibilityMatrix, Standing, Task

FIELDS = {
    "no_locator": "stalle",
    "no_source": "kalla",
    "no_task": "uppgift",
    "no_marks": "aktor",
    "no_decision": "beslutat",
    "no_first_day": "fran",
    "decided_after_end": "beslutat",
    "no_agreement": "avtal",
    "no_decider": "vem-beslutade",
    "not_later": "till",
    "decided_earlier": "beslutat",
    "no_municipality": "kommun",
}
"""The field that each fault stands beside."""
Errors = dict[str, str]


class Changes:
    """Three forms. Each shows what is known now, and what it asks for becomes a piece of work that is tried out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # --- a row of a matrix ---

    def ask_row(self, visit: Visit) -> Reply:
        """Show which rows there are, or the form for the one that was chosen."""
        return self._row(visit, visit.asked("uppgift"), {}, {})

    def take_row(self, visit: Visit) -> Reply:
        """Take up other marks for a row."""
        knowledge = self._desk.bench.knowledge()
        errors = self._days(visit, fran=False, beslutat=bool(visit.said("fran")), kalladag=False)
        found = _task(knowledge, visit.said("uppgift"))
        if found is None or errors:
            return self._row(visit, visit.said("uppgift"), plain(visit.fields), errors)
        task = found[1]

        def wanted() -> list[Edit]:
            return change_cell(
                knowledge,
                task.id,
                visit.all("aktor"),
                _source(visit),
                visit.said("fran") or None,
                visit.said("beslutat") or None,
            )

        title = self._desk.shell.say("editor.cell.item", task=task.name)
        return self._begin(visit, title, wanted, lambda errors: self._row(visit, task.id, plain(visit.fields), errors))

    def _row(self, visit: Visit, wanted: str, values: dict[str, str], errors: Errors) -> Page:
        knowledge = self._desk.bench.knowledge()
        found = _task(knowledge, wanted)
        status = 400 if errors else 200
        if found is None:
            matrices = [
                (knowledge.agreements[matrix.agreement].short, matrix.tasks) for matrix in knowledge.matrices.values()
            ]
            return self._desk.page(visit, "choose_row", 404 if wanted else status, matrices=matrices)
        matrix, task = found
        ticked = visit.all("aktor") if values else _last(task)
        return self._desk.page(
            visit,
            "cell",
            status,
            task=task,
            agreement=knowledge.agreements[matrix.agreement],
            actors=[knowledge.actors[id_] for id_ in matrix.actors],
            now=[knowledge.actors[id_].name for id_ in _last(task)],
            ticked=ticked,
            **self._common(knowledge, values, errors),
        )

    # --- the term of an agreement ---

    def ask_term(self, visit: Visit) -> Reply:
        """Show the form, with until when each agreement holds."""
        return self._term(visit, {"avtal": visit.asked("avtal")}, {})

    def take_term(self, visit: Visit) -> Reply:
        """Take up a later last day."""
        knowledge = self._desk.bench.knowledge()
        errors = self._days(visit, till=True, beslutat=True, kalladag=False)
        if errors:
            return self._term(visit, plain(visit.fields), errors)
        agreement = knowledge.agreements.get(visit.said("avtal"))
        names = {"agreement": agreement.short if agreement else "", "through": visit.said("till")}

        def wanted() -> list[Edit]:
            return extend_agreement(
                knowledge,
                visit.said("avtal"),
                visit.said("till"),
                visit.said("beslutat"),
                visit.said("vem-beslutade"),
                visit.said("varfor"),
                _source(visit),
            )

        title = self._desk.shell.say("editor.term.item", **names)
        return self._begin(visit, title, wanted, lambda errors: self._term(visit, plain(visit.fields), errors))

    def _term(self, visit: Visit, values: dict[str, str], errors: Errors) -> Page:
        knowledge = self._desk.bench.knowledge()
        return self._desk.page(
            visit,
            "term",
            400 if errors else 200,
            agreements=list(knowledge.agreements.values()),
            bodies=[body.name for body in knowledge.bodies.values()],
            **self._common(knowledge, values, errors),
        )

    # --- a municipality's LÖK ---

    def ask_local(self, visit: Visit) -> Reply:
        """Show the form; with a municipality also what is known of it."""
        return self._local(visit, {"kommun": visit.asked("kommun"), "avtal": visit.asked("avtal")}, {})

    def take_local(self, visit: Visit) -> Reply:
        """Take up what a municipality has reported."""
        knowledge = self._desk.bench.knowledge()
        errors = self._days(visit, observerat=True, kalladag=False)
        if visit.said("status") not in {str(status) for status in LokStatus}:
            errors["status"] = self._desk.shell.say("editor.error.no_lok_status")
        if errors:
            return self._local(visit, plain(visit.fields), errors)
        place = knowledge.municipalities.get(visit.said("kommun"))

        def wanted() -> list[Edit]:
            return report_local(
                knowledge,
                visit.said("kommun"),
                visit.said("avtal"),
                visit.said("observerat"),
                LokStatus(visit.said("status")),
                visit.said("anteckning"),
                _source(visit),
            )

        title = self._desk.shell.say("editor.local.item", name=place.name if place else "")
        return self._begin(visit, title, wanted, lambda errors: self._local(visit, plain(visit.fields), errors))

    def _local(self, visit: Visit, values: dict[str, str], errors: Errors) -> Page:
        knowledge = self._desk.bench.knowledge()
        known = [one for one in knowledge.local.values() if one.municipality == values.get("kommun")]
        return self._desk.page(
            visit,
            "local",
            400 if errors else 200,
            places=list(knowledge.municipalities.values()),
            agreements=list(knowledge.agreements.values()),
            statuses=[str(status) for status in LokStatus],
            known=sorted(known, key=lambda one: one.observed, reverse=True),
            **self._common(knowledge, values, errors),
        )

    # --- what they share ---

    def _common(self, knowledge: Knowledge, values: Mapping[str, str], errors: Errors) -> dict[str, Any]:
        sources = sorted(knowledge.sources.values(), key=lambda source: source.label.casefold())
        return {
            "sources": sources,
            "standings": [str(standing) for standing in Standing],
            "values": values,
            "errors": errors,
        }

    def _days(self, visit: Visit, **needed: bool) -> Errors:
        """Return the faults of the fields that hold days; true for one that must be filled in."""
        say = self._desk.shell.say
        errors: Errors = {}
        for name, must in needed.items():
            if visit.said(name) and not is_day(visit.said(name)):
                errors[name] = say("editor.error.bad_day")
            elif must and not visit.said(name):
                errors[name] = say("editor.error.no_day")
        return errors

    def _begin(
        self, visit: Visit, title: str, wanted: Callable[[], list[Edit]], again: Callable[[Errors], Page]
    ) -> Reply:
        """Put a change on the bench and try it out; a fault in the form is shown beside its field."""
        say = self._desk.shell.say
        try:
            edits = wanted()
        except BenchError as exc:
            if exc.code not in FIELDS:
                raise
            return again({FIELDS[exc.code]: say(f"editor.error.{exc.code}", **exc.values)})
        item = self._desk.bench.begin(title, edits, visit.who, visit.now)
        return on_the_way(start_trial(self._desk, item, visit))


def _task(knowledge: Knowledge, wanted: str) -> tuple[ResponsibilityMatrix, Task] | None:
    rows = ((matrix, task) for matrix in knowledge.matrices.values() for task in matrix.tasks)
    return next(((matrix, task) for matrix, task in rows if task.id == wanted), None)


def _last(task: Task) -> tuple[str, ...]:
    """Return whom a row marks once all its changes have come."""
    return task.changes[-1].responsible if task.changes else task.responsible


def _source(visit: Visit) -> SourceGiven:
    standing = visit.said("rang")
    return SourceGiven(
        locator=visit.said("stalle"),
        id=visit.said("kalla"),
        title=visit.said("kalltitel"),
        date=visit.said("kalladag") or None,
        standing=Standing(standing) if standing in set(Standing) else Standing.PRIMARY,
    )
