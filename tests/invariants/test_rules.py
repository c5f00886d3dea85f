"""Every rule, for every answer to every question of the corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

import pytest

from knowledge.model import Kind
from tests.corpus import Asked, World
from tests.invariants.rules_of_form import FORM
from tests.invariants.rules_of_substance import SUBSTANCE
from tests.known_failures import KNOWN, Known

Rule = Callable[[Asked, World], Iterator[str]]
RULES: dict[str, Rule] = {rule.__name__: rule for rule in (*FORM, *SUBSTANCE)}
SHOWN = 12


def faults(rule: Rule, world: World, chosen: Callable[[str], bool]) -> list[str]:
    """Return what breaks a rule among the chosen questions of the corpus."""
    return [
        f"{asked.id}: {asked.text} → {asked.answer.kind}: {fault}"
        for asked in world.corpus
        if chosen(asked.id)
        for fault in rule(asked, world)
    ]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_holds_for_every_answer(name: str, world: World) -> None:
    """Whatever is asked of the knowledge, on whatever day, the answer keeps the rule (its docstring is the fact)."""
    known = [each.questions for each in KNOWN if each.rule == name]
    found = faults(RULES[name], world, lambda id_: not any(fnmatchcase(id_, pattern) for pattern in known))
    assert not found, f"{len(found)} answers break: {RULES[name].__doc__}\n" + "\n".join(found[:SHOWN])


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(
            known, marks=pytest.mark.xfail(strict=True, reason=known.reason), id=f"{known.rule}: {known.questions}"
        )
        for known in KNOWN
        if known.rule in RULES
    ],
)
def test_a_known_failure_still_fails(known: Known, world: World) -> None:
    """Each line of the list stands for a fault that is still there."""
    assert not faults(RULES[known.rule], world, lambda id_: fnmatchcase(id_, known.questions))


def test_the_corpus_is_about_all_of_the_knowledge(world: World) -> None:
    """Each row, actor, route, step, agreement, municipality, fact and case is asked about."""
    knowledge = world.knowledge
    about = {id_ for asked in world.corpus for id_ in asked.about}
    routes = knowledge.routes.values()
    everything = {
        *(task.id for matrix in knowledge.matrices.values() for task in matrix.tasks),
        *knowledge.actors,
        *knowledge.routes,
        *(step.id for route in routes for step in route.steps),
        *knowledge.agreements,
        *knowledge.municipalities,
        *(fact.id for fact in world.serving.mind.facts.values() if fact.examples),
    }
    assert not everything - about
    assert {asked.answer.kind for asked in world.corpus} >= set(Kind) - {Kind.PASSAGE}
