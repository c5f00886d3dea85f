"""The question cases as a whole: how many are right and wrong, and that they are about everything."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from bot.evaluate import Case, Verdict, run
from bot.service import Serving
from knowledge.model import Kind
from tests.corpus import World

FLOOR = Path(__file__).parent / "questions" / "floor.json"
SHOWN = 25
NOT_ASKED = {Kind.PASSAGE}
"""Kinds that need an imported document, which the region has none of."""


@pytest.fixture(scope="module")
def verdicts(questions: list[Case], serving: Serving) -> list[Verdict]:
    """The verdict on every case."""
    return list(run(questions, serving))


@cache
def floor() -> dict[str, float]:
    """Return the shares that must be kept."""
    found: dict[str, float] = json.loads(FLOOR.read_text("utf-8"))
    return found


def worst(verdicts: list[Verdict]) -> str:
    """Return the wrong answers first, then the missed ones, and in which files they are."""
    bad = sorted(
        (v for v in verdicts if v.outcome != "right"), key=lambda v: (v.outcome != "wrong", v.case.file, v.case.id)
    )
    counted = Counter((verdict.case.file, verdict.outcome) for verdict in bad)
    lines = [f"{outcome} {count:3} in {file}" for (file, outcome), count in counted.most_common()]
    lines += [
        f"{v.outcome}: {v.case.id} {' / '.join(v.case.turns)[:90]!r}: {'; '.join(v.reasons)[:160]}" for v in bad[:SHOWN]
    ]
    return "\n".join(lines)


def test_as_many_cases_are_right_as_before(verdicts: list[Verdict]) -> None:
    """The share of cases that are answered right does not fall below the floor in floor.json."""
    right = sum(verdict.outcome == "right" for verdict in verdicts) / len(verdicts)
    assert right >= floor()["right"], f"{right:.3f}\n{worst(verdicts)}"


def test_no_more_cases_are_wrong_than_before(verdicts: list[Verdict]) -> None:
    """The share of cases answered wrongly, rather than asked back or unknown, does not rise above its floor."""
    wrong = sum(verdict.outcome == "wrong" for verdict in verdicts) / len(verdicts)
    assert wrong <= floor()["wrong"], f"{wrong:.3f}\n{worst(verdicts)}"


def test_the_floors_are_near_what_is_reached(verdicts: list[Verdict]) -> None:
    """A floor that is far below what is reached guards nothing: raise it when answers get better."""
    right = sum(verdict.outcome == "right" for verdict in verdicts) / len(verdicts)
    wrong = sum(verdict.outcome == "wrong" for verdict in verdicts) / len(verdicts)
    assert right - floor()["right"] < 0.08 and floor()["wrong"] - wrong < 0.08


def test_each_case_has_an_id_of_its_own(questions: list[Case]) -> None:
    """No two cases share an id, and every case has at least one turn and something to expect."""
    assert not [id_ for id_, count in Counter(case.id for case in questions).items() if count > 1]
    assert all(case.turns and case.expect for case in questions)


def test_every_kind_is_expected_by_some_case(questions: list[Case]) -> None:
    """All kinds of answer occur among what the cases expect."""
    kinds = {kind for case in questions for kind in listed(case.expect.get("kind"))}
    assert kinds == {kind.value for kind in Kind if kind not in NOT_ASKED}


def test_every_row_is_asked_about(verdicts: list[Verdict], world: World) -> None:
    """Each row of the matrix is the answer to some case that is right."""
    facts = {fact for verdict in verdicts if verdict.outcome == "right" for fact in verdict.answer["facts"]}
    matrix = next(iter(world.knowledge.matrices.values()))
    assert not {f"{matrix.agreement}/ansvar/{task.id}" for task in matrix.tasks} - facts


def test_every_route_and_step_is_asked_about(questions: list[Case], world: World) -> None:
    """Each route is expected by some case, with all its steps in order."""
    expected = {(case.expect.get("route"), tuple(case.expect.get("steps") or ())) for case in questions}
    routes = world.knowledge.routes.values()
    assert not {(route.id, tuple(step.id for step in route.steps)) for route in routes} - expected


def test_every_municipality_and_agreement_is_asked_about(questions: list[Case], world: World) -> None:
    """Each municipality is expected by some case, and each agreement."""
    assert not set(world.knowledge.municipalities) - {case.expect.get("municipality") for case in questions}
    assert not set(world.knowledge.agreements) - {case.expect.get("agreement") for case in questions}


def test_what_cases_expect_exists(questions: list[Case], world: World) -> None:
    """No case expects a municipality, agreement, actor, route or fact that the knowledge lacks."""
    knowledge = world.knowledge
    for case in questions:
        assert case.profile in {None, *knowledge.municipalities}, case.id
        assert case.expect.get("municipality") in {None, *knowledge.municipalities}, case.id
        assert case.expect.get("agreement") in {None, *knowledge.agreements}, case.id
        assert case.expect.get("route") in {None, *knowledge.routes}, case.id
        assert set(case.expect.get("responsible") or ()) <= set(knowledge.actors), case.id
        assert set(listed(case.expect.get("facts"))) <= set(world.citables), case.id


def listed(value: object) -> list[str]:
    """Return what is expected as a list."""
    return [str(item) for item in value] if isinstance(value, list) else [] if value is None else [str(value)]
