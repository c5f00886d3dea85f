"""How sure a reading is: one number for what it covers and what it leaves."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.evaluate import Case, run
from bot.reading import CERTAINTY, MAX_LEFT, MAX_LEFT_RICH, MIN_COVERAGE, RICH, Reading, certainty_left
from bot.service import Serving, open_serving
from bot.settings import Settings
from bot.understanding import holds, understand
from knowledge.model import Kind

ON = date(2026, 11, 21)
WEIGHTS = [step / 20 for step in range(0, 121)]
"""Weights as they come about: words weigh halves, and a story 0.35 of that."""


def by_both_limits(reading: Reading) -> bool:
    """Return whether a reading covers enough and leaves little enough, each by itself."""
    most = MAX_LEFT_RICH if reading.explained >= RICH else MAX_LEFT
    return reading.explained >= 0.35 and reading.coverage >= MIN_COVERAGE and reading.left <= most


def test_certainty_is_both_limits_in_one() -> None:
    """At the default: what covers 0.66 and leaves at most 1.45, or 1.55 where much is explained, and nothing else."""
    for explained, left in itertools.product(WEIGHTS, WEIGHTS):
        reading = Reading("fact", Kind.TOPIC, explained=explained, left=left)
        assert holds(reading) == by_both_limits(reading), (explained, left)


def test_certainty_is_both_limits_for_real_readings(serving: Serving, questions: list[Case]) -> None:
    """The same for every reading of the first question of the cases."""
    mind = serving.mind
    for case in questions[::5]:
        for reading in understand(mind.read(case.turns[0]), mind, mind.frame()).readings:
            assert holds(reading) == by_both_limits(reading), case.id


def test_certainty_is_a_share() -> None:
    """A reading that explains all is sure, one that explains nothing is not, and more left is never surer."""
    assert Reading("fact", Kind.TOPIC, explained=3.0).certainty == 1
    assert Reading("fact", Kind.TOPIC).certainty == 0
    assert certainty_left(MAX_LEFT) == MIN_COVERAGE
    falling = [certainty_left(left) for left in WEIGHTS]
    assert falling == sorted(falling, reverse=True)


def test_the_default_is_the_same_everywhere() -> None:
    """The setting, the mind and the rule start from one value."""
    assert Settings.model_fields["certainty"].default == CERTAINTY


def test_a_higher_certainty_answers_less(serving: Serving) -> None:
    """What leaves a word unexplained is answered at the default and not when everything must be explained."""
    strict = replace(serving, mind=replace(serving.mind, certainty=1.0))
    question = "Vem ansvarar för den rosiga abstinensvården?"
    case = Case("x", "", (question,), None, ON, {"kind": "unknown"}, "")
    assert [verdict.answer["kind"] for verdict in (*run([case], serving), *run([case], strict))] == [
        "responsibility",
        "unknown",
    ]


def test_the_certainty_of_the_setting_reaches_the_mind(serving: Serving) -> None:
    """A revision is opened with the certainty that it is given."""
    opened = open_serving(Path(serving.path), 0.8)
    assert opened.mind.certainty == 0.8
    opened.served.close()
