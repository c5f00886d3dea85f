"""A region with several matrices, with none, and without routes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.service import Serving
from knowledge.model import Fact, Kind, Knowledge, Locator, ResponsibilityMatrix, Task
from tests.corpus import World
from tests.later import serving_of

OTHER = "rok-psykisk"
PLACE = Locator(source="s0", locator="tabellen")


def also_divided(knowledge: Knowledge) -> Knowledge:
    """Return the knowledge with a matrix of another agreement: two columns, two rows."""
    rows = [
        ("boendestod", "boendestöd vid psykisk funktionsnedsättning", ("socialtjanst",)),
        ("krisplan", "krisplanering", ("psykiatri", "socialtjanst")),
    ]
    matrix = ResponsibilityMatrix(
        id=f"{OTHER}/ansvar",
        agreement=OTHER,
        actors=("psykiatri", "socialtjanst"),
        tasks=tuple(
            Task(id=id_, name=name, phrase=name, responsible=marked, sources=(PLACE,)) for id_, name, marked in rows
        ),
        shared_note="De delar ansvaret.",
        unmarked_note="Inte utpekad.",
        valid_from="2021-07-01",
        sources=(PLACE,),
    )
    return knowledge.model_copy(update={"matrices": {**knowledge.matrices, matrix.id: matrix}})


def without(knowledge: Knowledge, *sections: str) -> Knowledge:
    """Return the knowledge before anybody has read some sections, and without the facts about what stood there."""
    rows = {task.id for matrix in knowledge.matrices.values() for task in matrix.tasks}
    steps = {step.id for route in knowledge.routes.values() for step in route.steps}
    gone = (rows if "matrices" in sections else set()) | (
        {*knowledge.routes, *steps} if "routes" in sections else set()
    )

    def stays(fact: Fact | None) -> bool:
        return fact is not None and not gone & {*fact.about, *fact.also, fact.route}

    def with_facts(thing: Any) -> Any:
        return thing.model_copy(update={"facts": tuple(fact for fact in thing.facts if stays(fact))})

    terms = {id_: term for id_, term in knowledge.terms.items() if term.definition is None or stays(term.definition)}
    return knowledge.model_copy(
        update={
            **{section: {} for section in sections},
            "facts": {id_: fact for id_, fact in knowledge.facts.items() if stays(fact)},
            "terms": terms,
            "agreements": {id_: with_facts(agreement) for id_, agreement in knowledge.agreements.items()},
            "bodies": {id_: with_facts(body) for id_, body in knowledge.bodies.items()},
        }
    )


@pytest.fixture(scope="module", params=[("matrices",), ("routes",), ("matrices", "routes")], ids="+".join)
def lacking(request: pytest.FixtureRequest, serving: Serving) -> World:
    """The real knowledge before its matrix, its routes or both were read."""
    return World(serving_of(without(serving.served.knowledge, *request.param), serving))


@pytest.fixture(scope="module")
def both(serving: Serving) -> World:
    """The real knowledge with two matrices."""
    return World(serving_of(also_divided(serving.served.knowledge), serving))


@pytest.mark.parametrize(
    ("question", "agreement", "responsible", "says"),
    [
        ("Vem ansvarar för krisplanering?", OTHER, ("psykiatri", "socialtjanst"), "har ansvaret tillsammans"),
        ("Ansvarar psykiatrin för krisplanering?", OTHER, ("psykiatri", "socialtjanst"), "Ja, psykiatrin"),
        ("Vem ansvarar för krisplanering enligt RÖK psykisk?", OTHER, ("psykiatri", "socialtjanst"), "Krisplanering"),
        ("Vem ansvarar för LARO?", "rok-missbruk", ("psykiatri",), "bara psykiatrin"),
        ("Visa hela matrisen", "rok-missbruk", (), "14 uppgifter"),
        ("Visa hela ansvarstabellen för RÖK psykisk", OTHER, (), "2 uppgifter"),
        ("Vad ansvarar socialtjänsten för enligt RÖK psykisk?", OTHER, (), "2 av 2 uppgifter"),
        ("Vad har psykiatrin ansvar för?", "rok-missbruk", (), "av 14 uppgifter"),
    ],
)
def test_each_matrix_answers_for_its_own_agreement(
    both: World, question: str, agreement: str, responsible: tuple[str, ...], says: str
) -> None:
    """A row is answered from the matrix that has it; where no row or agreement is named, the main one is meant."""
    reply = both.ask(question)
    assert (reply.kind, reply.agreement, reply.responsible) == (Kind.RESPONSIBILITY, agreement, responsible)
    assert says in reply.text and all(fact.startswith(agreement) for fact in reply.facts if "/ansvar/" in fact)


def test_columns_are_those_of_the_matrix(both: World) -> None:
    """An actor that has no column in a matrix is not called unmarked there."""
    reply = both.ask("Vem ansvarar för krisplanering?")
    assert "Primärvård" not in reply.text and "inte utpekad" not in reply.text


QUESTIONS = [
    "Vem ansvarar för LARO?",
    "Visa hela matrisen",
    "Vad har psykiatrin ansvar för?",
    "Psykiatrin säger nej, vad gör vi?",
    "Hur tar vi en tvist vidare?",
    "Text till mejl om LARO",
    "Text till mejl om att vi inte är överens",
    "Hur skriver jag en avvikelse?",
    "Gäller RÖK missbruk?",
    "Vem ansvarar för utredning vid depression?",
    "introduktion",
    "quiz",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_region_may_lack_matrices_and_routes(lacking: World, question: str) -> None:
    """Whatever is asked of a region whose table or routes nobody has read yet is answered, and never invented."""
    reply = lacking.ask(question)
    assert not reply.responsible or lacking.knowledge.matrices
    assert reply.route is None or lacking.knowledge.routes
