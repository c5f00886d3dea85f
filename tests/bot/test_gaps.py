"""What an editor sees of the questions that got no answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.gaps import MAX_QUESTION, bounded, outside_words
from bot.ports import Turn
from bot.service import Lotsen, Serving
from bot.veil import HIDDEN, unveiled, veiled, without_words
from tests.corpus import TODAY
from tests.fakes import FakeState

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
MASKS = ("[personnummer]",)
SHOWN_AS = {
    # Names, with a capital or without, wherever they stand.
    "Vem klipper gräset åt Kjell Lindberg?": "Vem klipper gräset åt […] […]?",
    "Anna Svensson, vem hjälper henne med parkeringen?": "[…] […], vem hjälper henne med parkeringen?",
    "vem hjälper anna lindbergs man": "vem hjälper […] […] man",
    "Vem ansvarar för Per i Mora?": "Vem ansvarar för […] i Mora?",
    "Ulrika Kvistlund Hög har ringt": "[…] […] […] har ringt",
    "VEM TAR HAND OM ANNA": "VEM TAR HAND OM […]",
    # Words that are neither in the dictionary nor in the knowledge.
    "vem sponsrar zorblax": "vem sponsrar […]",
    "Zorblax?": "[…]?",
    # What the knowledge has is shown: places, bodies, its compounds.
    "Har Region Dalarna en parkering i Säters kommun?": "Har Region Dalarna en parkering i Säters kommun?",
    "Var äter Länschefsnätverket lunch?": "Var äter Länschefsnätverket lunch?",
    "vem betalar opioidnedtrappningen på semestern": "vem betalar opioidnedtrappningen på semestern",
    # Numbers that may be somebody's are hidden; years, sections, ages and rooms are not.
    "född 850712 i rum 12 år 2026, 15-åring, 14:1": "född […] i rum 12 år 2026, 15-åring, 14:1",
    "Var parkerar [personnummer]?": "Var parkerar [personnummer]?",
}


def as_hidden(text: str, serving: Serving) -> str:
    spans = [(word.start, word.end) for word in outside_words(text, serving.mind.lexicon, MASKS)]
    return unveiled(veiled(text, spans, b"key")[0], {})


@pytest.mark.parametrize("text", SHOWN_AS)
def test_words_outside_dictionary_and_knowledge_are_hidden(text: str, serving: Serving) -> None:
    """Names and words that hardly anybody writes stand as "[…]"; all else is readable."""
    assert as_hidden(text, serving) == SHOWN_AS[text]


def test_nothing_that_the_knowledge_calls_things_by_is_hidden(serving: Serving) -> None:
    """Every name of an agreement, body, municipality, actor and task can be read in a question, but personal names."""
    knowledge = serving.served.knowledge
    named = [*knowledge.agreements.values(), *knowledge.bodies.values(), *knowledge.municipalities.values()]
    names = [*(each.name for each in named), *(actor.definite for actor in knowledge.actors.values())]
    names += [task.phrase for matrix in knowledge.matrices.values() for task in matrix.tasks]
    assert not [name for name in names if HIDDEN in as_hidden(f"hur gör vi med {name} då", serving)]


def test_a_long_question_is_cut_between_words() -> None:
    """At most MAX_QUESTION characters are kept; one endless word is cut where it must."""
    assert bounded("Vem?") == "Vem?"
    long = bounded("ord " * 200)
    assert (len(long) <= MAX_QUESTION, long.endswith("ord…")) == (True, True)
    assert len(bounded("x" * 4000)) == MAX_QUESTION


def test_a_word_that_looks_like_a_mark_shows_nothing() -> None:
    """What people write in the form of a mark is shown as hidden, and as no other word."""
    forged = f"[#{'0' * 32}]"
    assert unveiled(forged, {"1" * 32: "Zorblax"}) == HIDDEN


def test_only_whole_words_are_taken_out_of_a_text() -> None:
    """A short name does not make holes in longer words."""
    assert without_words("”Bo” bor på boendet", ["Bo"]) == "”[…]” bor på boendet"


# --- through the bot --------------------------------------------------------------------------------


async def asked(bot: Lotsen, text: str, *people: str | None) -> None:
    for person in people:
        await bot.ask(Turn(text, TODAY, person=person))


@pytest.fixture
def state() -> FakeState:
    """A state that shows what it was given."""
    return FakeState()


@pytest.fixture
def bot(serving: Serving, state: FakeState) -> Lotsen:
    """The bot on the real knowledge."""
    return Lotsen(serving, state, clock=lambda: NOW)


async def test_the_third_person_makes_a_word_readable(bot: Lotsen) -> None:
    """Two people with an identity and all without one are three writers."""
    await asked(bot, "Vem sponsrar Zorblax?", "p1", None, None, "p1")
    assert [gap.question for gap in await bot.gaps()] == ["Vem sponsrar […]?"]
    await asked(bot, "Vem sponsrar Zorblax?", "p2")
    assert [gap.question for gap in await bot.gaps()] == ["Vem sponsrar Zorblax?"]


async def test_the_receipt_hides_what_the_gap_hides(bot: Lotsen, state: FakeState) -> None:
    """The reply quotes the word to its writer; what is kept of it does not."""
    reply = await bot.ask(Turn("Vem sponsrar Zorblax?", TODAY, person="p1"))
    kept = state.receipts[reply.receipt].answer
    assert ("”Zorblax”" in reply.text, "”[…]”" in kept["text"], "Zorblax" in str(kept)) == (True, True, False)


async def test_of_several_questions_the_unanswered_one_is_hidden_too(bot: Lotsen, state: FakeState) -> None:
    """Where one of two questions is answered, neither gap nor receipt holds the other's strange word."""
    reply = await bot.ask(Turn("Vem ansvarar för abstinensvård? Vem betalar för Zorblax?", TODAY))
    assert "Zorblax" in reply.text
    assert "Zorblax" not in str(state.receipts[reply.receipt].answer)
    assert [HIDDEN in gap.question for gap in await bot.gaps()] == [True]


async def test_an_answered_question_is_kept_as_it_was_answered(bot: Lotsen, state: FakeState) -> None:
    """The receipt of an answer has the answer's own words, whatever was asked beside it."""
    reply = await bot.ask(Turn("Vem ansvarar för abstinensvård?", TODAY))
    assert state.receipts[reply.receipt].answer == reply.as_json()


async def test_a_very_long_question_is_kept_short(bot: Lotsen) -> None:
    """No gap is longer than MAX_QUESTION characters."""
    await asked(bot, "Vem klipper gräset " + "runt parkeringen " * 100 + "?", None)
    assert [len(gap.question) <= MAX_QUESTION for gap in await bot.gaps()] == [True]


async def test_what_people_write_about_an_answer_is_masked(bot: Lotsen, state: FakeState) -> None:
    """The reason given with a reaction has no personal data when it is kept."""
    await bot.note_sent("m1", "K7Q")
    await bot.feedback("m1", "dislike", "Fel för 850712-1234, ring 070-123 45 67")
    assert state.reactions == [("K7Q", "dislike", "Fel för [personnummer], ring [telefonnummer]")]


async def test_names_and_long_stories_about_an_answer_are_not_kept(bot: Lotsen, state: FakeState) -> None:
    """Words that may be names are hidden in a reason as they are in a question, and its end is left out."""
    await bot.feedback("m1", "dislike", "Kalle Andersson fick nej av Eva Berg. " + "Ordet. " * 1000)
    [(_, _, reason)] = state.reactions
    assert not {"Kalle", "Andersson", "Berg"} & set(reason.replace(".", "").split())
    assert len(reason) < 1000
