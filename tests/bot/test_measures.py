"""What is said of a run: intervals, changes since another run, facts that are not reached, and the curve."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.curve import THRESHOLDS, Point, chosen, sweep
from bot.evaluate import REFUSING, Case, Verdict, ask, run
from bot.measures import ReportError, compare, read_outcomes, unreached, wilson
from bot.render.curve import Words, render_curve
from bot.service import Serving
from bot.settings import Settings

WORDS = Words("Rubrik & <mer>", "Beskrivning", "x", "y", "nu", "vald")


def verdict(id_: str, outcome: str, *facts: str) -> Verdict:
    case = Case(id_, "", ("?",), None, date(2026, 11, 21), {"kind": "topic"}, "a.yaml")
    return Verdict(case, outcome, (), {"kind": "topic", "facts": list(facts)})


def point(threshold: float, reached: int, wrong: int) -> Point:
    return Point(threshold, answerable=100, reached=reached, answered=reached, wrong=wrong, right=reached, total=120)


@pytest.fixture(scope="module")
def sample(questions: list[Case]) -> list[Case]:
    """Some of the cases, of all files."""
    return questions[::25]


@pytest.fixture(scope="module")
def curve(sample: list[Case], serving: Serving) -> list[Point]:
    """The curve of some of the cases."""
    return sweep(sample, serving, THRESHOLDS[::5])


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (970, 1000, 0.9575, 0.9789), (0, 0, 0, 1)],
)
def test_intervals(count: int, total: int, low: float, high: float) -> None:
    """Wilson's intervals, as tables of them have it; where nothing was counted, everything is possible."""
    assert wilson(count, total) == pytest.approx((low, high), abs=0.0002)


def test_what_changed() -> None:
    """Cases that went otherwise are listed by what became of them; new and missing ones apart."""
    now = [
        verdict("a", "right"),
        verdict("b", "wrong"),
        verdict("c", "missed"),
        verdict("d", "right"),
        verdict("e", "right"),
    ]
    changes = compare(now, {"a": "wrong", "b": "right", "c": "right", "d": "right", "x": "right"})
    assert changes.as_json() == {"right": ["a"], "missed": ["c"], "wrong": ["b"], "new": ["e"], "gone": ["x"]}


@pytest.mark.parametrize(
    "text",
    ["inte json", "[]", "{}", '{"cases": 1}', '{"cases": [{"id": "a"}]}', '{"cases": [{"id": "a", "outcome": "?"}]}'],
)
def test_a_file_that_is_no_report(tmp_path: Path, text: str) -> None:
    """Other files are refused, whatever they hold."""
    (tmp_path / "x.json").write_text(text, "utf-8")
    with pytest.raises(ReportError):
        read_outcomes(tmp_path / "x.json")


def test_an_earlier_report_is_read(tmp_path: Path) -> None:
    """The outcomes of a report are those of its cases."""
    (tmp_path / "x.json").write_text(json.dumps({"cases": [{"id": "a", "outcome": "right", "file": "f"}]}), "utf-8")
    assert read_outcomes(tmp_path / "x.json") == {"a": "right"}


def test_facts_that_no_right_answer_has(serving: Serving) -> None:
    """A fact is reached by a right answer alone, and what only editors see is not asked for."""
    citables = serving.served.citables
    first, second = [id_ for id_, citable in citables.items() if not citable.editors_only][:2]
    left = {
        citable.id for citable in unreached([verdict("a", "right", first), verdict("b", "wrong", second)], citables)
    }
    assert first not in left
    assert second in left
    assert not [id_ for id_ in left if citables[id_].editors_only]


def test_the_curve_is_what_runs_at_each_threshold_give(
    curve: list[Point], sample: list[Case], serving: Serving
) -> None:
    """Runs that are spared, because both ends of a stretch reply alike, would have given the same."""
    for at in curve[::3]:
        mind = replace(serving.mind, certainty=at.threshold)
        verdicts = [ask(case, replace(serving, mind=mind)) for case in sample]
        answers = [one for one in verdicts if one.answer["kind"] not in REFUSING]
        wrong = [one for one in answers if one.outcome == "wrong"]
        assert (at.answered, at.wrong, at.total) == (len(answers), len(wrong), len(sample))
        assert at.right == sum(one.outcome == "right" for one in verdicts)


def test_the_present_threshold_is_on_the_curve(curve: list[Point], sample: list[Case], serving: Serving) -> None:
    """What the curve says of the present threshold is what a plain run says."""
    (present,) = [at for at in curve if at.threshold == Settings.model_fields["certainty"].default]
    assert present.right == sum(one.outcome == "right" for one in run(sample, serving))
    assert [at.threshold for at in curve] == sorted({at.threshold for at in curve})


def test_the_lowest_threshold_that_keeps_to_a_rate_is_chosen() -> None:
    """Of those with few enough wrong answers, the lowest answers the most; there may be none."""
    points = [point(0.5, 100, 10), point(0.6, 90, 3), point(0.7, 80, 2)]
    assert chosen(points, 0.05) == points[1]
    assert chosen(points, 0.01) is None


def test_risk_and_coverage() -> None:
    """Coverage is of what has an answer, risk of what was answered; neither fails where there is nothing."""
    assert (point(0.5, 80, 4).coverage, point(0.5, 80, 4).risk) == (0.8, 0.05)
    empty = Point(0.5, 0, 0, 0, 0, 0, 0)
    assert (empty.coverage, empty.risk) == (0, 0)


@pytest.mark.parametrize(
    "points",
    [
        [point(0.5, 98, 5), point(0.6, 95, 3), point(0.66, 90, 1), point(1.0, 80, 0)],
        [point(0.66, 90, 0)],
        [point(0.5, 100, 100), point(1.0, 0, 0)],
    ],
    ids=["many", "one", "all or nothing"],
)
def test_the_picture(points: list[Point]) -> None:
    """The curve is well-formed SVG within its frame, the same each time, with its words escaped."""
    drawn = render_curve(points, points[-1], points[0], WORDS)
    assert drawn == render_curve(points, points[-1], points[0], WORDS)
    root = ElementTree.fromstring(drawn)
    assert root[0].text == WORDS.title
    width, height = (float(size) for size in root.attrib["viewBox"].split()[2:])
    for circle in root.iter("{http://www.w3.org/2000/svg}circle"):
        assert 0 <= float(circle.get("cx", 0)) <= width
        assert 0 <= float(circle.get("cy", 0)) <= height


def test_a_threshold_that_could_not_be_chosen_is_said_so() -> None:
    """Where no threshold keeps to the rate, the picture says it and marks the present one alone."""
    points = [point(0.66, 90, 9)]
    drawn = render_curve(points, points[0], None, WORDS)
    assert WORDS.chosen in drawn
    assert 'stroke="#1b6e3c"' not in drawn
