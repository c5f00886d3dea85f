"""Questions typed in other ways: how variants are made, and that they are answered alike."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bot.evaluate import Case, Verdict, run
from bot.service import Serving
from bot.steadiness import Varied, run_variants
from bot.variants import KINDS, Kit, make_kit, vary
from indexer.swedish import fold

FLOOR = Path(__file__).parent / "questions" / "variants.json"
SEED = 20261121
SAMPLE = 300
"""Variants of each kind that are asked."""
QUESTION = "Vem ansvarar för abstinensvård i Falun?"


@pytest.fixture(scope="module")
def kit(serving: Serving) -> Kit:
    """What variants are made with."""
    return make_kit(serving.served.knowledge.sentences, serving.served.lexicon)


@pytest.fixture(scope="module")
def verdicts(questions: list[Case], serving: Serving) -> list[Verdict]:
    """The verdict on every case."""
    return list(run(questions, serving))


@pytest.fixture(scope="module")
def varied(verdicts: list[Verdict], serving: Serving) -> list[Varied]:
    """The answers to a sample of variants."""
    return list(run_variants(verdicts, serving, SEED, SAMPLE))


def made(kind: str, text: str, kit: Kit) -> set[str]:
    """Return what becomes of a message with many seeds."""
    variants = (vary(kind, text, kit, str(seed)) for seed in range(60))
    return {variant.text for variant in variants if variant is not None}


def test_the_same_seed_makes_the_same_variants(kit: Kit) -> None:
    """A variant depends on its kind, its message and its seed alone."""
    for kind in KINDS:
        assert vary(kind, QUESTION, kit, "1") == vary(kind, QUESTION, kit, "1")
    assert len(made("typo", QUESTION, kit)) > 30


def test_diacritics_are_left_out(kit: Kit) -> None:
    """å, ä and ö become a and o, capitals stay capitals, and a message without them has no such variant."""
    assert made("bare", "Är det ÖPV för Åsa?", kit) == {"Ar det OPV for Asa?"}
    assert made("bare", "Vem har LARO?", kit) == set()


def test_one_letter_is_wrong_in_one_word(kit: Kit) -> None:
    """A word of five letters or more gets a neighbour key, a double or a swap; short words are left."""
    words = QUESTION.split()
    for text in made("typo", QUESTION, kit):
        changed = [(old, new) for old, new in zip(words, text.split(), strict=True) if old != new]
        assert len(changed) == 1
        ((old, new),) = changed
        assert len(old.strip("?")) >= 5
        assert abs(len(old) - len(new)) <= 1
    assert made("typo", "vem har hand om det", kit) == set()
    assert "sip-nötet" not in made("typo", "sip-mötet", kit)


def test_a_key_has_its_neighbours(kit: Kit) -> None:
    """The keys around a key, on a Swedish keyboard."""
    assert set(kit.neighbours["g"]) == set("fhtyvb")
    assert set(kit.neighbours["å"]) == set("pöä")


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("split", "Vem har abstinensvård?", {"Vem har abstinens vård?"}),
        ("split", "vem kallar till SIP-möte", {"vem kallar till SIP möte"}),
        ("split", "vad gäller", set()),
        ("joined", "Vem ger psykologisk behandling?", {"Vem ger psykologiskbehandling?"}),
        ("joined", "Vem ger råd?", set()),
        ("inflected", "Gäller RÖK missbruk?", {"Gäller RÖK missbruket?"}),
        ("inflected", "Har vi en tvist?", set()),
        ("inflected", "Vad säger RÖK?", {"Vad säger RÖK:en?", "Vad säger RÖK:ar?", "Vad säger RÖK:arna?"}),
        ("order", "Vad är LARO?", {"LARO, vad är det?"}),
        ("order", "Patienten vill inte. Vem ansvarar?", {"Vem ansvarar? Patienten vill inte."}),
        ("order", "LARO?", set()),
    ],
)
def test_variants_by_kind(kit: Kit, kind: str, text: str, expected: set[str]) -> None:
    """Compounds are split at their seam, phrases joined, nouns inflected, questions turned round, as people do."""
    assert made(kind, text, kit) == expected


def test_a_question_is_turned_round_in_several_ways(kit: Kit) -> None:
    """One question may be turned in several ways; each begins with a capital."""
    turned = made("order", "Vem ansvarar för LARO i Falun?", kit)
    assert {"LARO i Falun, vem ansvarar för det?", "I Falun, vem ansvarar för LARO?"} <= turned
    assert "Vem är det som ansvarar för LARO i Falun?" in turned


def test_a_greeting_stands_before_and_thanks_after(kit: Kit) -> None:
    """The question itself is whole between them."""
    for text in made("greeting", "vem har LARO", kit):
        greeting, _, thanks = text.partition("vem har LARO,")
        assert greeting.strip() in kit.greetings
        assert thanks.strip() in kit.thanks


def test_only_cases_that_are_right_are_varied(verdicts: list[Verdict], varied: list[Varied], serving: Serving) -> None:
    """The answer to a variant is held against an answer that is right, and a sample is no larger than it should be."""
    assert max(Counter(one.variant.kind for one in varied).values()) == SAMPLE
    missed = [replace(verdict, outcome="missed") for verdict in verdicts[:5]]
    assert not list(run_variants(missed, serving, SEED))


def test_a_word_that_became_another_may_be_asked_back_for(varied: list[Varied]) -> None:
    """A variant that is answered otherwise differs in something; one that is the same differs only by asking back."""
    for one in varied:
        if one.same:
            assert not one.differs or {key: became for key, _, became in one.differs}["kind"] == "clarify"
        else:
            assert one.differs


@pytest.mark.parametrize("kind", [*KINDS, "all"])
def test_variants_are_answered_alike(varied: list[Varied], kind: str) -> None:
    """The share of each kind that is answered as the question itself is does not fall below its floor."""
    floors = json.loads(FLOOR.read_text("utf-8"))
    group = [one for one in varied if kind in (one.variant.kind, "all")]
    share = sum(one.same for one in group) / len(group)
    differing = [
        f"{one.verdict.case.id}: {one.variant.text[:90]} {one.differs[0]!s:.120}" for one in group if not one.same
    ]
    assert share >= floors[kind], f"{share:.3f}\n" + "\n".join(differing[:30])
    assert share - floors[kind] < 0.05, f"raise the floor: {share:.3f}"


def test_the_floors_are_what_was_promised() -> None:
    """Each kind at least 90 % alike, all together at least 95 %."""
    floors = json.loads(FLOOR.read_text("utf-8"))
    assert set(floors) == {*KINDS, "all"}
    assert floors["all"] >= 0.95
    assert min(floors.values()) >= 0.9


def test_no_variant_needs_its_letters_folded_twice(kit: Kit) -> None:
    """What is left without diacritics is as the index folds it."""
    for text in made("bare", QUESTION, kit):
        assert text.lower() == fold(QUESTION.lower())
