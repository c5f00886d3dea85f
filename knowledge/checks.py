"""Rules across files. Each rule looks at the whole draft and reports every problem that it finds.

A rule is a function from a survey to problems, and stands in `RULES`; a new one needs nothing
else than its line there, its message in `svenska/sentences/checks.yaml`, and a file in
`tests/broken/` that breaks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from jinja2 import Environment, TemplateSyntaxError

from knowledge import model
from knowledge.check_aliases import no_alias_repeated, no_alias_twice
from knowledge.check_ids import concept_ids_are_unique, fact_ids_are_unique, references_exist
from knowledge.check_names import no_contact_details, no_persons
from knowledge.loader import Draft
from knowledge.messages import problem
from knowledge.model import first_day, last_day
from knowledge.problems import Problem
from knowledge.reader import Place
from knowledge.survey import Spot, Survey

Rule = Callable[[Survey], Iterable[Problem]]


def check(draft: Draft) -> list[Problem]:
    """Return all problems across the files of a draft. What reading found already is not repeated."""
    survey = Survey(draft)
    return [problem for rule in RULES for problem in rule(survey)]


def dates_are_in_order(survey: Survey) -> Iterator[Problem]:
    """A last day does not lie before its first day, in parts that are no `Dated` themselves."""
    for spot in survey.spots:
        start, through = getattr(spot.value, "valid_from", None), getattr(spot.value, "valid_through", None)
        if start and through and last_day(through) < first_day(start):
            yield spot.problem("dates_reversed", "valid_through", through=through, start=start)


def decisions_are_in_order(survey: Survey) -> Iterator[Problem]:
    """Decisions stand in the order in which they were taken. Overlapping periods count as in order."""
    for spot, agreement in survey.of(model.Agreement):
        for index, (one, following) in enumerate(pairwise(agreement.decisions)):
            if first_day(one.decided) > last_day(following.decided):
                yield spot.problem("decision_order", "decisions", index, "decided", id=one.id)


def decisions_end_after_the_start(survey: Survey) -> Iterator[Problem]:
    """No decision ends an agreement before the day on which it first came into force."""
    for spot, agreement in survey.of(model.Agreement):
        decisions = agreement.decisions
        start = min((one.valid_from for one in decisions if one.valid_from), key=first_day, default=None)
        for index, one in enumerate(decisions):
            # A decision with a first day of its own is compared with that day by the rule above.
            if start and one.valid_through and not one.valid_from and last_day(one.valid_through) < first_day(start):
                place = ("decisions", index, "valid_through")
                yield spot.problem("decision_before_start", *place, id=one.id, through=one.valid_through, start=start)


def rows_follow_their_columns(survey: Survey) -> Iterator[Problem]:
    """The actors of a row stand among the columns of its matrix, in their order, once each."""
    for spot, matrix in survey.of(model.ResponsibilityMatrix):
        for row, task in enumerate(matrix.tasks):
            yield from _follows_columns(spot, matrix, task.id, task.responsible, ("tasks", row), survey)
            for number, change in enumerate(task.changes):
                place = ("tasks", row, "changes", number)
                yield from _follows_columns(spot, matrix, task.id, change.responsible, place, survey)


def _follows_columns(
    spot: Spot,
    matrix: model.ResponsibilityMatrix,
    task: str,
    marked: tuple[str, ...],
    place: Place,
    survey: Survey,
) -> Iterator[Problem]:
    order = [actor for actor in matrix.actors if actor in marked]
    for index, actor in enumerate(marked):
        if actor not in matrix.actors and actor in survey.draft.items["actors"]:
            yield spot.problem("actor_not_in_matrix", *place, "responsible", index, actor=actor)
    if set(order) == set(marked) and order != list(marked):
        yield spot.problem("actor_order", *place, "responsible", task=task, order=", ".join(order))


def changes_are_in_order(survey: Survey) -> Iterator[Problem]:
    """The changes of a row or a route stand in the order of their first days, all after its own first day."""
    for spot, changes, start in _changing(survey):
        for index, change in enumerate(changes):
            place = ("changes", index, "valid_from")
            if start and first_day(change.valid_from) <= first_day(start):
                yield spot.problem("change_before_start", *place, day=change.valid_from, start=start)
            elif index and first_day(change.valid_from) <= first_day(changes[index - 1].valid_from):
                yield spot.problem("change_order", *place, day=change.valid_from, before=changes[index - 1].valid_from)


def changes_are_decided_before_they_hold(survey: Survey) -> Iterator[Problem]:
    """What changes or comes on a day was decided by then: no answer can tell of it before it is decided."""
    for spot in survey.spots:
        thing = spot.value
        if isinstance(thing, model.Task) and bool(thing.valid_from) != bool(thing.decided):
            yield spot.problem("row_half_dated", "decided" if thing.decided else "valid_from", task=thing.id)
        elif isinstance(thing, model.Task | model.Change) and _is_late(thing.decided, thing.valid_from):
            yield spot.problem("change_decided", "decided", decided=thing.decided, day=thing.valid_from)


def _is_late(decided: str | None, start: str | None) -> bool:
    return bool(decided and start and last_day(decided) > last_day(start))


def _changing(survey: Survey) -> Iterator[tuple[Spot, tuple[model.Change, ...], str | None]]:
    """Yield every row and route that changes, with its changes and its own first day."""
    for spot, matrix in survey.of(model.ResponsibilityMatrix):
        for row, task in enumerate(matrix.tasks):
            within = (*spot.within, "tasks", row)
            yield Spot(spot.item, within, task), task.changes, task.valid_from or matrix.valid_from
    for spot, route in survey.of(model.EscalationRoute):
        yield spot, route.changes, route.valid_from


def steps_have_somebody(survey: Survey) -> Iterator[Problem]:
    """Every step says who has the question there: a body or a function."""
    for spot, step in survey.of(model.EscalationStep):
        if step.body is None and not step.function:
            yield spot.problem("step_nobody", step=step.id)


def nothing_runs_in_a_ring(survey: Survey) -> Iterator[Problem]:
    """Neither `supersedes` nor `del_av` leads back to where it began."""
    for field in ("supersedes", "del_av"):
        spots = {concept.id: spot for spot, concept in survey.concepts if getattr(concept, field, None)}
        leads_to: dict[str, str] = {id_: getattr(spot.value, field) for id_, spot in spots.items()}
        seen: set[str] = set()
        for at in leads_to:
            path: list[str] = []
            while at in leads_to and at not in seen:
                seen.add(at)
                path.append(at)
                at = leads_to[at]
            if at in path:
                ring = [*path[path.index(at) :], at]
                yield spots[at].problem("ring", field, key=field, ring=" → ".join(ring))


def counts_add_up(survey: Survey) -> Iterator[Problem]:
    """Yes, no and unanswered together are the municipalities of the region."""
    expected = len(survey.draft.items["municipalities"])
    for spot, count in survey.of(model.LokCount):
        total = count.yes + count.no + count.unanswered
        if total != expected and not survey.draft.problems:
            yield spot.problem("counts_sum", "yes", total=total, expected=expected)


def one_group_takes_the_rest(survey: Survey) -> Iterator[Problem]:
    """At most one expert group is the general one, so that it is clear where a question goes."""
    general = [(spot, group) for spot, group in survey.of(model.ExpertGroup) if group.general]
    for spot, _ in general[1:]:
        yield spot.problem("two_general", "general", first=general[0][1].id)


def sentences_are_templates(survey: Survey) -> Iterator[Problem]:
    """Every sentence of the bot can be read as a template. What it is filled with is not looked at."""
    environment = Environment()  # noqa: S701  (plain text, never HTML)
    for key, (text, document, line) in survey.draft.sentences.items():
        try:
            environment.parse(text)
        except TemplateSyntaxError as exc:
            yield problem(document.path, line, "sentence_template", key=key, why=exc.message)


RULES: tuple[Rule, ...] = (
    references_exist,
    concept_ids_are_unique,
    fact_ids_are_unique,
    rows_follow_their_columns,
    changes_are_in_order,
    changes_are_decided_before_they_hold,
    steps_have_somebody,
    dates_are_in_order,
    decisions_are_in_order,
    decisions_end_after_the_start,
    nothing_runs_in_a_ring,
    no_alias_twice,
    no_alias_repeated,
    counts_add_up,
    one_group_takes_the_rest,
    no_persons,
    no_contact_details,
    sentences_are_templates,
)
