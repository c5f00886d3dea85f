"""How a message is read: what asks, what wants a yes or no, ages, years and who speaks."""

from __future__ import annotations

import itertools

import pytest

from bot.question import Question
from bot.service import Serving


@pytest.fixture(scope="module")
def read(serving: Serving):  # type: ignore[no-untyped-def]
    """Reads a message with the real vocabulary."""
    return serving.mind.read


YES_NO = [
    "Ansvarar primärvården för LARO?",
    "gäller RÖK missbruk",
    "Har Falun en LÖK?",
    "ska vi skriva en SIP",
    "är det psykiatrins ansvar?",
    "Hej! Får vi kalla till SIP utan samtycke?",
    "det är väl soc som har ansvar?",
    "psykiatrin har ansvaret, eller hur?",
    "regionen betalar, eller?",
    "och gäller det RÖK HVB också?",
    "Kan socialtjänsten göra en orosanmälan?",
    "borlänge lök missbruk finns den?",
]
OPEN = [
    "Vem ansvarar för LARO?",
    "Vad är en SIP?",
    "Hur tar vi en tvist vidare?",
    "Vilka kommuner har LÖK?",
    "när går RÖK missbruk ut?",
    "abstinensvård",
    "varför har Falun ingen LÖK?",
    "Är ny här. Vem ansvarar för LARO?",
    "vad gäller vid abstinens",
]


@pytest.mark.parametrize("text", YES_NO)
def test_a_verb_first_or_a_held_out_claim_wants_yes_or_no(read, text: str) -> None:  # type: ignore[no-untyped-def]
    """A clause that a verb opens, or a statement with "väl", "eller hur" or "eller?", wants a yes or no."""
    assert read(text).yes_no


@pytest.mark.parametrize("text", OPEN)
def test_a_question_word_wants_more_than_yes_or_no(read, text: str) -> None:  # type: ignore[no-untyped-def]
    """Who, what, how, which, when and why want more than a yes or no, and so does a bare subject."""
    assert not read(text).yes_no


def test_only_the_asking_sentence_asks(read) -> None:  # type: ignore[no-untyped-def]
    """The story around a question weighs less than what it asks."""
    question: Question = read("Vi hade ett möte om LARO i går. Det gick bra. Vem ansvarar för orosanmälan?")
    assert question.asks("orosanmalan") and not question.asks("laro")
    assert question.has("laro", "orosanmalan")


def test_where_nothing_asks_everything_does(read) -> None:  # type: ignore[no-untyped-def]
    """A message of bare words is all question."""
    assert read("laro ansvar").asks("laro")


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("en 15-åring som dricker", "barn"),
        ("en 17 åring med cannabis", "barn"),
        ("patienten är 17 år", "barn"),
        ("en 18-åring", "vuxna"),
        ("en kvinna på 45 år", "vuxna"),
        ("en 82-årig man", "aldre"),
    ],
)
def test_an_age_is_a_group(read, text: str, group: str) -> None:  # type: ignore[no-untyped-def]
    """An age under 18 is a child, from 65 somebody old, and between them an adult."""
    assert group in read(text).concepts


@pytest.mark.parametrize("text", ["om 17 dagar", "15 kommuner", "§ 17", "steg 3", "2022"])
def test_other_numbers_are_no_age(read, text: str) -> None:  # type: ignore[no-untyped-def]
    """Days, counts, sections and years are not ages."""
    assert not {"barn", "vuxna", "aldre"} & set(read(text).concepts)


def test_years_are_read(read) -> None:  # type: ignore[no-untyped-def]
    """A year is read from a bare year, a month or a day."""
    assert read("gällde den 2022, 2023-05 eller 2024-06-30?").years == (2022, 2023, 2024)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("VC", "vardcentral"),
        ("bup", "bup"),
        ("rök mb", "rok-missbruk"),
        ("LÖK:en", "lok"),
        ("SIP:ar", "sip"),
        ("soc", "socialtjanst"),
    ],
)
def test_abbreviations_are_read_with_their_endings(read, text: str, concept: str) -> None:  # type: ignore[no-untyped-def]
    """Abbreviations mean their subject in any case and with endings after a colon."""
    assert any(found == concept or found.endswith(concept) for found in read(text).concepts), read(text).concepts


def test_the_asker_and_the_denial_are_read(read) -> None:  # type: ignore[no-untyped-def]
    """ "Vi" is the asker, and "inte" a denial."""
    assert read("vad ska vi göra?").first_person and not read("vad ska de göra?").first_person
    assert read("vem ansvarar inte för LARO?").negated


def test_nothing_is_read_from_nothing(read) -> None:  # type: ignore[no-untyped-def]
    """An empty message, or one of signs alone, has no words and asks nothing."""
    for text in ("", "?!", "…", "\u200b"):
        question = read(text)
        assert not question.content_words and not question.yes_no


def test_the_words_cover_the_message_once(read) -> None:  # type: ignore[no-untyped-def]
    """Every token belongs to exactly one word, in order, so nothing is explained twice or left out."""
    question: Question = read(
        "Vem ansvarar för att trappa ner tabletter hos en 17-åring i Malung-Sälen, och hur tas tvisten vidare?"
    )
    edges = [(word.span.start, word.span.end) for word in question.words]
    assert edges[0][0] == 0 and edges[-1][1] == len(question.tokens)
    assert all(one[1] == other[0] for one, other in itertools.pairwise(edges))
