"""The real knowledge after a decision that changes rows and a route from a later day on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.finding import Finder
from bot.service import Serving
from bot.understanding import make_mind
from indexer.served import INFLECTIONS
from indexer.vocabulary import lexicon_of
from knowledge.facts import citable
from knowledge.model import (
    Decision,
    EscalationRoute,
    Knowledge,
    Locator,
    ResponsibilityMatrix,
    RouteChange,
    Source,
    Standing,
    Task,
    TaskChange,
)

DECIDED, FIRST = date(2026, 11, 20), date(2027, 7, 1)
ROK = "rok-missbruk"
NEW = Locator(source="s-ny", locator="avsnitt 4")
COMMON: dict[str, Any] = {"valid_from": FIRST.isoformat(), "decided": DECIDED.isoformat(), "sources": (NEW,)}
MARKS: dict[str, tuple[str, ...]] = {
    "abstinensvard": ("primarvard", "psykiatri", "socialtjanst"),  # one more
    "laro": ("primarvard",),  # another instead
    "diagnos": ("psykiatri",),  # fewer
    "nedtrappning": (),  # gone
}
NEW_ROW = Task(
    id="skuldradgivning",
    name="Skuldrådgivning",
    phrase="skuldrådgivning",
    responsible=("socialtjanst",),
    aliases=("hjälp med skulder",),
    **COMMON,
)
ADOPTED = Source(
    id="s-ny",
    title="RÖK missbruk/beroende",
    label="antagen text, 2026-11-20",
    date="2026-11-20",
    standing=Standing.PRIMARY,
)


def rewritten(knowledge: Knowledge) -> Knowledge:
    """Return the knowledge with a decision of 2026-11-20 that holds from 2027-07-01: rows, a route and the term."""
    agreement = knowledge.agreements[ROK]
    extended = Decision(
        id="ny",
        decided=DECIDED.isoformat(),
        by="Länschefsnätverket",
        valid_through="2028-06-30",
        says="Så beslutades.",
        sources=(NEW,),
    )
    decisions = (*agreement.decisions, extended)
    return knowledge.model_copy(
        update={
            "revision": "ny",
            "sources": {**knowledge.sources, ADOPTED.id: ADOPTED},
            "agreements": {**knowledge.agreements, ROK: agreement.model_copy(update={"decisions": decisions})},
            "matrices": {id_: _matrix(matrix) for id_, matrix in knowledge.matrices.items()},
            "routes": {**knowledge.routes, "tvist-lokal": _route(knowledge.routes["tvist-lokal"])},
        }
    )


def _matrix(matrix: ResponsibilityMatrix) -> ResponsibilityMatrix:
    rows = [
        task.model_copy(update={"changes": (TaskChange(responsible=MARKS[task.id], **COMMON),)})
        if task.id in MARKS
        else task
        for task in matrix.tasks
    ]
    return matrix.model_copy(update={"tasks": (*rows, NEW_ROW)})


def _route(route: EscalationRoute) -> EscalationRoute:
    """Return the route with one step less from the later day on."""
    steps = tuple(step for step in route.steps if step.id != "lanschefsnatverket")
    return route.model_copy(update={"changes": (RouteChange(steps=steps, lead="Börja hos cheferna.", **COMMON),)})


def serving_of(knowledge: Knowledge, serving: Serving) -> Serving:
    """Return a revision with another knowledge, its words included, that proposes what the one before did."""
    lexicon = lexicon_of(knowledge, json.loads((Path(serving.path) / INFLECTIONS).read_bytes()))
    mind = make_mind(knowledge, lexicon, serving.mind.vocabulary, serving.mind.propose)
    served = replace(serving.served, knowledge=knowledge, lexicon=lexicon, citables=citable(knowledge))
    return replace(serving, served=served, mind=mind, finder=Finder(mind, serving.say))
