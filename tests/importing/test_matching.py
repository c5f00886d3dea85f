"""Words of a document → ids of the knowledge, or none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.importing import matching
from indexer.importing.matching import Candidate, Candidates, match, mentions
from knowledge.loader import load
from knowledge.model import Knowledge

CERTAIN = [
    ("bodies_of", "Välfrädrådet", "organ-valfardsradet"),
    ("bodies_of", "Valfardsradet", "organ-valfardsradet"),
    ("bodies_of", "Länschefs nätverket", "organ-lanschefsnatverket"),
    ("bodies_of", "Länschefsnätverkets", "organ-lanschefsnatverket"),
    ("bodies_of", "Länschefsnätverket (LCHNV)", "organ-lanschefsnatverket"),
    ("actors_of", "SOCIALTJÄNSTEN", "socialtjanst"),
    ("actors_of", "Primärvården", "primarvard"),
    ("tasks_of", "Orosanmälan enligt 14 kap. 1 § socialtjänstlagen", "orosanmalan"),
    ("tasks_of", "behandling, psykosocial", "psykosocial-behandling"),
    ("places_of", "Falu kommun", "falun"),
    ("places_of", "Älvdalens", "alvdalen"),
    ("terms_of", "SIP", "sip"),
    ("agreements_of", "RÖK missbruk och beroende", "rok-missbruk"),
]
NONE = [
    ("bodies_of", "Allmän domstol"),
    ("actors_of", "Elevhälsa"),
    ("tasks_of", "Tillnyktring"),
    ("tasks_of", "Behandling"),
    ("tasks_of", "Läkemedelsbehandling"),
    ("places_of", "Kommun"),
    ("places_of", "Morgon"),
]


@pytest.fixture(scope="module")
def known() -> Knowledge:
    """The real knowledge."""
    return load(Path(__file__).parents[2] / "knowledge" / "dalarna")


def candidates(name: str, known: Knowledge) -> Candidates:
    found: Callable[[Knowledge], Candidates] = getattr(matching, name)
    return found(known)


@pytest.mark.parametrize(("kind", "text", "expected"), CERTAIN, ids=[text for _, text, _ in CERTAIN])
def test_what_is_written_otherwise_is_still_found(kind: str, text: str, expected: str, known: Knowledge) -> None:
    """Inflection, order, small words, brackets, lost letters and slips of the pen do not hide a name."""
    found = match(text, candidates(kind, known))
    assert (found.id, found.certain) == (expected, True)


@pytest.mark.parametrize(("kind", "text"), NONE, ids=[text for _, text in NONE])
def test_what_only_shares_a_word_is_not_taken(kind: str, text: str, known: Knowledge) -> None:
    """Nothing is guessed: what the knowledge lacks, or what fits several things, is none."""
    assert match(text, candidates(kind, known)).id is None


@pytest.mark.parametrize("kind", ["actors_of", "bodies_of", "places_of", "tasks_of", "agreements_of"])
def test_every_name_of_the_knowledge_finds_its_own(kind: str, known: Knowledge) -> None:
    """A thing's first name means that thing, or is shared with another that bears it too."""
    for candidate in candidates(kind, known):
        found = match(candidate.names[0], candidates(kind, known))
        assert candidate.id in (found.id, *found.rivals), candidate.names[0]


def test_two_things_with_one_name_are_rivals() -> None:
    """Which of them is meant is for an editor to say."""
    found = match("rådet", (Candidate("ett", ("rådet",)), Candidate("annat", ("Rådet",))))
    assert (found.id, set(found.rivals)) == (None, {"ett", "annat"})


def test_names_are_found_within_a_text(known: Knowledge) -> None:
    """In their order, with their places, the longest where they overlap."""
    text = "Bristen tillställs Länsnätverket för förvaltningschefer och Välfrädsrådet."
    found = mentions(text, candidates("bodies_of", known))
    assert [(one.id, text[one.start : one.end]) for one in found] == [
        ("organ-lanschefsnatverket", "Länsnätverket för förvaltningschefer"),
        ("organ-valfardsradet", "Välfrädsrådet"),
    ]
