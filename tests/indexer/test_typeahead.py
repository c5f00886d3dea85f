"""Pieces of words as they are typed, against a vocabulary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.typeahead import BEGUN, DOTTED, EXACT, INFLECTED, SLIPPED, WITHIN, Typeahead

WORDS = ("abstinensvård", "anmälan", "falun", "lokal", "lök", "orosanmälan", "utskrivning", "vårdcentral")
VOCABULARY = Typeahead(WORDS)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("abst", {"abstinensvård": BEGUN}),
        ("ABST", {"abstinensvård": BEGUN}),
        ("falun", {"falun": EXACT}),
        ("vardcen", {"vårdcentral": BEGUN}),
        ("vårdcentralens", {"vårdcentral": INFLECTED}),
        ("anmälan", {"anmälan": EXACT, "orosanmälan": WITHIN}),
        ("abstinesv", {"abstinensvård": SLIPPED}),
        ("utskirv", {"utskrivning": SLIPPED}),
        ("lok", {"lokal": BEGUN, "lök": EXACT}),
        ("lök", {"lokal": BEGUN * DOTTED, "lök": EXACT}),
        ("parkering", {}),
        ("fax", {}),
        ("", {}),
    ],
)
def test_what_a_piece_may_be_of(typed: str, found: dict[str, float]) -> None:
    """Whole words go before begun ones, those before words within words, and slips are a last resort."""
    assert VOCABULARY.matching(typed) == pytest.approx(found)


@given(st.sampled_from(WORDS), st.integers(1, 20))
def test_every_beginning_finds_its_word(word: str, length: int) -> None:
    """However little has been typed, the word is among what it may be."""
    assert VOCABULARY.matching(word[:length])[word] >= BEGUN


@given(st.text(max_size=30))
def test_anything_may_be_typed(typed: str) -> None:
    """Whatever is typed, only words of the vocabulary come back, each between 0 and 1."""
    assert all(word in WORDS and 0 < sure <= 1 for word, sure in VOCABULARY.matching(typed).items())
