"""Rules about ids: what is named exists, and no two things share a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from knowledge import model
from knowledge.loader import hint
from knowledge.messages import message
from knowledge.problems import Problem
from knowledge.survey import Spot, Survey

# Field → what it names. A test sees to it that every field that holds an id stands here.
REFERENCES: dict[tuple[type[model.Model], str], str] = {
    (model.Locator, "source"): "source",
    (model.Fact, "about"): "concept",
    (model.Fact, "denies"): "concept",
    (model.Fact, "agreement"): "agreement",
    (model.Fact, "municipality"): "municipality",
    (model.Fact, "route"): "route",
    (model.Fact, "law"): "law",
    (model.Concept, "del_av"): "concept",
    (model.Cue, "agreement"): "agreement",
    (model.Workplace, "actor"): "actor",
    (model.Contact, "for_id"): "served",
    (model.ExpertGroup, "subjects"): "concept",
    (model.Decision, "body"): "body",
    (model.Agreement, "supersedes"): "version",
    (model.Agreement, "groups"): "concept",
    (model.Agreement, "covers"): "concept",
    (model.Task, "responsible"): "actor",
    (model.Concept, "when"): "concept",
    (model.Task, "law"): "law",
    (model.TaskChange, "responsible"): "actor",
    (model.ImportedDocument, "source"): "source",
    (model.ImportedDocument, "agreement"): "agreement",
    (model.ResponsibilityMatrix, "agreement"): "agreement",
    (model.ResponsibilityMatrix, "actors"): "actor",
    (model.EscalationStep, "body"): "body",
    (model.EscalationRoute, "agreement"): "agreement",
    (model.LocalFact, "municipality"): "municipality",
    (model.LocalFact, "agreement"): "agreement",
    (model.LokCount, "agreement"): "agreement",
    (model.QuestionCase, "profile"): "municipality",
    (model.Region, "main_agreement"): "agreement",
    (model.Region, "support_body"): "body",
}


def references_exist(survey: Survey) -> Iterator[Problem]:
    """Every id that is named anywhere, at any depth, is the id of something of the right kind."""
    if survey.is_partial:
        # A file that cannot be read takes all its ids with it. Reporting each of them as missing
        # would bury the one line that the editor has to put right.
        return
    known = _known(survey)
    for spot in survey.spots:
        for field, kind in _fields(type(spot.value)):
            for place, value in spot.strings(field):
                if value not in known[kind] and value not in survey.unread_ids:
                    thing = message(f"thing.{kind}")
                    yield spot.problem("unknown_id", *place, thing=thing, value=value, hint=hint(value, known[kind]))


def concept_ids_are_unique(survey: Survey) -> Iterator[Problem]:
    """One id means one concept. A step may stand in several routes, and share its body's id."""
    first: dict[str, Spot] = {}
    for spot, concept in survey.concepts:
        other = first.setdefault(concept.id, spot)
        if other is not spot and not _same_step(other.value, concept):
            yield _duplicate(concept.id, spot, other)


def fact_ids_are_unique(survey: Survey) -> Iterator[Problem]:
    """One id means one fact, wherever the fact stands: receipts and tests name facts by it."""
    first: dict[tuple[str, ...], Spot] = {}
    for spot in survey.spots:
        fact = spot.value
        if isinstance(fact, model.Fact | model.LocalFact | model.LokCount):
            key: tuple[str, ...] = (fact.id,)
        elif isinstance(fact, model.ImportedPassage):
            key = (f"{spot.item.value.id}/{fact.id}",)
        elif isinstance(fact, model.Decision | model.OlderVersion):
            key = (spot.item.value.id, type(fact).__name__, fact.id)  # named together with their agreement
        else:
            continue
        other = first.setdefault(key, spot)
        if other is not spot:
            yield _duplicate(fact.id, spot, other)


def _known(survey: Survey) -> dict[str, set[str]]:
    items = survey.draft.items
    older = {older.id for item in items["agreements"].values() for older in item.value.older}
    return {
        "source": set(items["sources"]),
        "concept": {concept.id for _, concept in survey.concepts},
        "actor": set(items["actors"]),
        "body": set(items["bodies"]),
        "agreement": set(items["agreements"]),
        "version": set(items["agreements"]) | older,
        "municipality": set(items["municipalities"]),
        "route": set(items["routes"]),
        "law": set(items["laws"]),
        "served": set(items["municipalities"]) | set(items["actors"]) | set(items["bodies"]),
    }


def _fields(kind: type[model.Model]) -> Iterable[tuple[str, str]]:
    return [(field, thing) for (owner, field), thing in REFERENCES.items() if issubclass(kind, owner)]


def _same_step(one: model.Model, other: model.Model) -> bool:
    """Return whether two things of one id are two steps, or a step and the body that it leads to."""
    steps = [thing for thing in (one, other) if isinstance(thing, model.EscalationStep)]
    bodies = [thing for thing in (one, other) if isinstance(thing, model.Body)]
    return len(steps) == 2 or any(step.body == body.id for step in steps for body in bodies)


def _duplicate(id_: str, spot: Spot, other: Spot) -> Problem:
    return spot.problem("duplicate_id", "id", id=id_, path=other.path, line=other.line("id"))
