"""One analysis of Swedish for what is indexed and for what is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import compound_parts, pieces_of, stop_words, terms_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("psykiatri", "psykiatrin"),
        ("överenskommelse", "överenskommelserna"),
        ("kommun", "kommunernas"),
        ("möte", "möten"),
    ],
)
def test_inflections_have_a_term_in_common(one: str, other: str) -> None:
    """A question finds a text that inflects its words."""
    assert set(terms_of(one)) & set(terms_of(other))


@pytest.mark.parametrize(
    ("word", "part"),
    [("missbruksvård", "missbruk"), ("läkemedelsbehandling", "behandling"), ("arbetsgrupp", "grupp")],
)
def test_a_compound_is_found_by_its_parts(word: str, part: str) -> None:
    """The parts of a compound are terms beside the whole word."""
    assert set(terms_of(part)) <= set(terms_of(word))


@pytest.mark.parametrize("word", ["parkeringen", "personer", "information", "kommunikation", "patienterna"])
def test_an_ending_is_not_taken_for_a_word(word: str) -> None:
    """A word that is no compound stays whole."""
    assert compound_parts(word) == ()


def test_pieces_do_not_need_the_dots() -> None:
    """A writer without å, ä and ö gets the same pieces; a typing mistake spoils only some of them."""
    assert pieces_of("nätverk") == pieces_of("natverk") == ["natv", "atve", "tver", "verk"]
    assert len(set(pieces_of("orosanmälan")) & set(pieces_of("orosanmällan"))) >= 5


def test_short_words_are_pieces_of_their_own() -> None:
    """Abbreviations are not lost for being shorter than a piece."""
    assert pieces_of("SIP") == ["sip"]


def test_the_stop_list_is_light() -> None:
    """Question words, and small words that turn a sentence, are kept."""
    assert "och" in stop_words()
    assert not {"vem", "hur", "vad", "inte", "ej", "utan", "av", "till", "om"} & stop_words()


@given(st.text(max_size=80))
def test_any_text_can_be_analysed(text: str) -> None:
    """No text makes the analysis fail, and no term or piece is empty or holds a space."""
    for term in (*terms_of(text), *pieces_of(text)):
        assert term and " " not in term
