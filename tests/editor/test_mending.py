"""An unanswered question becomes part of the knowledge: what is written, that it holds, and that it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.editor.bench import Workbench
from bot.editor.forms import SourceGiven
from bot.editor.item import BenchError
from bot.editor.mending import FactGiven, example_spots, new_cases, new_example, new_fact, new_word, word_spots
from bot.evaluate import region_cases
from bot.service import Serving
from knowledge.editing import Edit, edited, write
from knowledge.facts import citable
from knowledge.loader import load
from knowledge.model import Kind, Knowledge, Standing
from tests.editor.conftest import NOW, WHO

GRASS = "Vem klipper gräset vid vårdcentralen?"
PLAN = SourceGiven("§ 4", title="Skötselplan", standing=Standing.PRIMARY)


def changed(region: Path, edits: Sequence[Edit]) -> Knowledge:
    """Return the knowledge with the edits made, which is sound: else KnowledgeError."""
    write(region, edited(region, edits))
    return load(region)


def fact(**more: object) -> FactGiven:
    given = {"lead": "Parken klipper gräset.", "details": ("Varje vecka.", ""), "about": (), "word": "gräsklippning"}
    return FactGiven(**{**given, "valid_from": "2026-01-01", "source": PLAN, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("concept", "section"),
    [("laro", "matrices"), ("sip", "terms"), ("valfardsradet", "routes"), ("organ-valfardsradet", "bodies")],
)
def test_a_word_is_added_where_its_concept_stands(bench: Workbench, dalarna: Path, concept: str, section: str) -> None:
    """Also to the general knowledge: its entry is taken over whole into the region's own files."""
    before = bench.knowledge()
    spot = word_spots(before)[concept]
    assert spot.section == section
    after = changed(dalarna, new_word(before, bench.is_own, "snuttifiering", concept))
    entry = getattr(after, section)[spot.entry]
    assert "snuttifiering" in entry.model_dump_json()
    old = getattr(before, section)[spot.entry]
    written = entry.model_dump_json().replace(',"snuttifiering"', "").replace('"snuttifiering"', "")
    assert written == old.model_dump_json()
    assert not list((dalarna.parent / "svenska").rglob("egna-ord.yaml"))


@pytest.mark.parametrize("id_", ["rok-missbruk/ansvar/laro", "rok-missbruk/vag/tvist-lokal", "rok-hvb/vad", "sip/vad"])
def test_a_question_becomes_an_example(bench: Workbench, dalarna: Path, id_: str) -> None:
    """Of a row, a route, a fact of an agreement and a definition: whatever answers can cite and that has examples."""
    if id_ not in example_spots(bench.knowledge()):
        id_ = bench.knowledge().terms["sip"].definition.id  # type: ignore[union-attr]
    after = changed(dalarna, new_example(bench.knowledge(), bench.is_own, ["vem tar hand om snurran", "snurran?"], id_))
    assert {"vem tar hand om snurran", "snurran?"} <= set(citable(after)[id_].examples)


def test_a_question_becomes_a_case(bench: Workbench, dalarna: Path) -> None:
    """One that a fact is to answer, and one that is to have no answer; `lotsen evaluate` reads both."""
    wanted = new_cases(bench.knowledge(), ["Vem har LARO?"], "rok-missbruk/ansvar/laro")
    after = changed(dalarna, [*wanted, *new_cases(bench.knowledge(), [GRASS, GRASS], None)])
    assert [(case.turns, case.expect) for case in region_cases(after)] == [
        (("Vem har LARO?",), {"facts": ["rok-missbruk/ansvar/laro"]}),
        ((GRASS,), {"kind": "unknown"}),
    ]


def test_the_cases_of_a_region_are_right(serving: Serving) -> None:
    """Those that ship: what an editor has asked for is kept."""
    from bot.evaluate import run

    assert not [one for one in run(region_cases(serving.served.knowledge), serving) if one.outcome != "right"]


def test_a_new_fact_has_its_source_its_word_and_its_question(bench: Workbench, dalarna: Path) -> None:
    """A new word for it comes with it where there was none; a question with a hidden word is no example."""
    after = changed(dalarna, new_fact(bench.knowledge(), [GRASS, "Vem klipper […]?"], fact()))
    [made] = [one for id_, one in after.facts.items() if id_.startswith("fraga/")]
    assert (made.lead, made.details, made.examples) == ("Parken klipper gräset.", ("Varje vecka.",), (GRASS,))
    assert made.about == ("grasklippning",)
    assert after.terms["grasklippning"].name == "gräsklippning"
    assert after.sources[made.sources[0].source].title == "Skötselplan"


REFUSED = {
    "no_concept": lambda k, own: new_word(k, own, "ord", "finns-inte"),
    "no_word": lambda k, own: new_word(k, own, "[…]", "laro"),
    "no_fact": lambda k, own: new_example(k, own, ["Vem?"], "finns/inte"),
    "hidden_word": lambda k, own: new_cases(k, ["Vem klipper […]?"], None),
    "no_question": lambda k, own: new_cases(k, [" "], None),
    "no_lead": lambda k, own: new_fact(k, [GRASS], fact(lead=" ")),
    "long_lead": lambda k, own: new_fact(k, [GRASS], fact(lead="x" * 141)),
    "no_about": lambda k, own: new_fact(k, [GRASS], fact(word=" ")),
    "no_locator": lambda k, own: new_fact(k, [GRASS], fact(source=SourceGiven(" ", title="Plan"))),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_meant_is_refused(serving: Serving, code: str) -> None:
    """With the code of a sentence that says what to do."""
    with pytest.raises(BenchError) as caught:
        REFUSED[code](serving.served.knowledge, lambda section, entry: True)
    assert caught.value.code == code


def test_a_persons_name_in_a_question_is_told(bench: Workbench, dalarna: Path) -> None:
    """Before anything is live: trying it out finds it."""
    somebody = " ".join(["Zelmina", "Kvistbergsson"])
    item = bench.begin("x", new_cases(bench.knowledge(), [f"Jobbar hos oss {somebody}?"], None), WHO, NOW)
    assert [somebody in one.what for one in bench.try_out(item, NOW.date()).problems] == [True]


def test_trying_out_shows_that_the_question_is_answered(bench: Workbench) -> None:
    """A word that was strange is understood, and the fact that was written answers what was asked."""
    edits = new_word(bench.knowledge(), bench.is_own, "snuttifiering", "laro")
    asked = ("Vem ansvarar för snuttifiering?", GRASS)
    item = bench.begin("x", [*edits, *new_fact(bench.knowledge(), [GRASS], fact())], WHO, NOW, asked=asked)
    trial = bench.try_out(item, date(2026, 11, 22))
    assert not trial.problems
    answered = {one.question: (one.after.kind, one.answered) for one in trial.shown if one.asked}
    assert answered == {asked[0]: (Kind.RESPONSIBILITY, True), GRASS: (Kind.TOPIC, True)}
