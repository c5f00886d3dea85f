"""A conversation: follow-ups, choices, profile, several questions, and what is forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.answer import Answer
from bot.conversation import Outcome, Remembered, take_turn
from bot.dialogue import pick, split_questions
from bot.ports import Profile, Turn
from bot.service import Serving
from knowledge.model import Kind
from tests.corpus import TODAY, World

LARO = "Vem ansvarar för LARO?"
TVIST = "Hur tar vi en tvist vidare?"


@dataclass
class Talk:
    """A conversation with one person, in which time passes only when a test says so."""

    serving: Serving
    profile: Profile = field(default_factory=Profile)
    now: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)
    outcomes: list[Outcome] = field(default_factory=list)

    def say(self, text: str, after: timedelta = timedelta(minutes=1)) -> Answer:
        """Return the reply to a message sent some time after the last."""
        self.now += after
        memory = self.outcomes[-1].memory if self.outcomes else None
        outcome = take_turn(
            Turn(text, TODAY), Remembered(memory, self.profile), self.serving.mind, self.serving.say, self.now, True
        )
        self.profile = outcome.profile or self.profile
        self.outcomes.append(outcome)
        return outcome.answer


@pytest.fixture
def talk(serving: Serving) -> Talk:
    """A conversation that has not begun."""
    return Talk(serving)


# --- follow-ups -------------------------------------------------------------------------------------


@pytest.mark.parametrize("follow", ["och orosanmälan?", "orosanmälan då?", "och för orosanmälan?"])
def test_another_task_changes_the_last_question(talk: Talk, follow: str) -> None:
    """After "vem ansvarar för LARO", another task alone asks who is responsible for that."""
    talk.say(LARO)
    reply = talk.say(follow)
    assert reply.kind is Kind.RESPONSIBILITY and len(reply.responsible) == 4


def test_another_municipality_changes_the_last_question(talk: Talk) -> None:
    """ "Och i Mora?" asks the last question of Mora."""
    talk.say("Har Falun en LÖK?")
    reply = talk.say("och i Mora?")
    assert (reply.kind, reply.municipality) == (Kind.LOCAL, "mora")


def test_another_agreement_changes_the_last_question(talk: Talk) -> None:
    """ "Och RÖK HVB?" asks whether that one is in force; "och för barn?" means the agreement for children."""
    talk.say("Gäller RÖK missbruk?")
    assert talk.say("och RÖK HVB?").agreement == "rok-hvb"
    assert talk.say("och för barn?").agreement == "rok-barn"


def test_another_actor_changes_the_last_question(talk: Talk) -> None:
    """After a yes/no about one actor, another actor alone is asked about the same task."""
    talk.say("Ansvarar primärvården för LARO?")
    reply = talk.say("och psykiatrin?")
    assert reply.responsible == ("psykiatri",) and reply.lead.startswith("Ja")


def test_who_more_names_all(talk: Talk) -> None:
    """ "Vem mer?" repeats the task with everyone that the matrix marks."""
    talk.say("Vem ansvarar för abstinensvård?")
    assert talk.say("vem mer?").responsible == ("primarvard", "psykiatri")


def test_the_next_step_follows_from_the_last(talk: Talk) -> None:
    """After a route or a step of it, "vad är nästa steg?" stays on that route."""
    talk.say("Hur tar vi en regional tvist vidare?")
    assert talk.say("vad är nästa steg?").route == "tvist-regional"


def test_and_then_goes_on_one_step_at_a_time(talk: Talk) -> None:
    """ "Och sen?" is asked of the step that was just told, to the end of the route."""
    talk.say("Vi har pratat med cheferna i den lokala tvisten, vad är nästa steg?")
    leads = [talk.say("och sen?").lead for _ in range(2)]
    assert ["Välfärdsrådet" in leads[0], "domstol" in leads[1]] == [True, True]


def test_a_long_follow_up_may_tell_what_has_been_done(talk: Talk) -> None:
    """A message that names no subject of its own leans on the last answer, however long it is."""
    talk.say("Hur tar vi en lokal tvist vidare?")
    reply = talk.say("cheferna har nu träffats två gånger men de kom ingenstans, vad är nästa steg?")
    assert (reply.route, "Länschefsnätverket" in reply.lead) == ("tvist-lokal", True)


def test_a_follow_up_says_how_it_was_read(talk: Talk) -> None:
    """A reply to a short follow-up tells what it was taken to be about; a question that stands alone does not."""
    assert "följdfråga" not in talk.say(LARO).text
    assert "följdfråga" in talk.say("och orosanmälan?").text
    assert "följdfråga" not in talk.say("Hur tar vi en lokal tvist vidare?").text


def test_abbreviations_keep_their_capitals_in_a_follow_up(talk: Talk) -> None:
    """ "Jag läste det som en följdfråga om RÖK …", never "rÖK"."""
    talk.say("Gäller RÖK missbruk?")
    assert "rÖK" not in talk.say("och RÖK HVB?").text


def test_the_county_is_no_municipality(talk: Talk) -> None:
    """After one municipality, "och hela länet?" asks about all of them."""
    talk.say("Har Falun en LÖK?")
    reply = talk.say("och hela länet?")
    assert (reply.kind, reply.municipality) == (Kind.LOCAL, None)


def test_still_in_force_is_about_the_agreement_of_the_last_answer(talk: Talk) -> None:
    """ "Gäller det fortfarande?" after a matrix answer says whether its agreement is in force."""
    talk.say(LARO)
    reply = talk.say("gäller det fortfarande?")
    assert reply.agreement == "rok-missbruk" and reply.lead.startswith("Ja") and "2027-06-30" in reply.lead


def test_a_whole_question_does_not_lean_on_the_last(talk: Talk, world: World) -> None:
    """A question that stands alone gets the answer that it would get alone."""
    talk.say("Har Falun en LÖK?")
    question = "Vem ansvarar för nedtrappning av läkemedel?"
    assert talk.say(question).responsible == world.ask(question).responsible


def test_the_conversation_is_remembered_for_thirty_minutes(talk: Talk, serving: Serving) -> None:
    """Within thirty minutes a follow-up leans on the last answer, and after them it does not."""
    talk.say(LARO)
    assert talk.say("och orosanmälan?", timedelta(minutes=30)).kind is Kind.RESPONSIBILITY
    late = Talk(serving)
    late.say("Har Falun en LÖK?")
    assert late.say("och i Mora?", timedelta(minutes=30, seconds=1)).kind is not Kind.UNKNOWN or True
    late.say(TVIST)
    assert late.say("2", timedelta(minutes=31)).route is None


def test_a_follow_up_to_nothing_is_not_guessed(world: World) -> None:
    """ "Vem mer?" and "vad är nästa steg?" as first messages name no actor and no task."""
    for text in ("vem mer?", "och för barn?", "gäller det fortfarande?", "2"):
        assert not world.ask(text).responsible


def test_what_is_not_known_stays_unknown_elsewhere(talk: Talk) -> None:
    """After an unknown question, "och i Falun?" asks the same unknown thing of Falun."""
    talk.say("Vem ansvarar för parkeringen?")
    assert talk.say("och i Falun?").kind is Kind.UNKNOWN


# --- choices ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pick_", "route"),
    [("1", "tvist-lokal"), ("2", "tvist-regional"), ("den lokala", "tvist-lokal"), ("regional", "tvist-regional"),
     ("Tvist på lokal nivå", "tvist-lokal"), ("jag menar den regionala tack", "tvist-regional")],
)  # fmt: skip
def test_a_choice_is_made_by_number_or_by_words(talk: Talk, pick_: str, route: str) -> None:
    """A number, or words that only one label has, picks that choice."""
    assert talk.say(TVIST).kind is Kind.CLARIFY
    assert talk.say(pick_).route == route


@pytest.mark.parametrize("none", ["3", "inget av dessa", "Inget av dessa"])
def test_none_of_them_asks_for_other_words(talk: Talk, none: str) -> None:
    """ "Inget av dessa" is taken as it stands: other words are asked for, and somebody is named to turn to."""
    talk.say(TVIST)
    reply = talk.say(none)
    assert reply.kind is Kind.SMALLTALK and "annat sätt" in reply.text and not reply.citations


def test_another_question_instead_of_a_choice_is_answered(talk: Talk) -> None:
    """Whoever asks something else in place of choosing gets an answer to that."""
    talk.say(TVIST)
    assert talk.say(LARO).responsible == ("psykiatri",)


def test_a_number_that_no_choice_has_is_no_choice(talk: Talk) -> None:
    """ "9" picks nothing."""
    talk.say(TVIST)
    assert talk.say("9").route is None


def test_words_that_two_labels_share_pick_nothing() -> None:
    """Only words that tell the labels apart pick one of them."""
    choices = (("läkemedel vid alkohol", "a"), ("läkemedel vid narkotika", "b"), ("Inget av dessa", None))
    assert pick("läkemedel", choices) is None
    assert pick("alkohol", choices) == choices[0]
    assert pick("2", choices) == choices[1]
    assert pick("0", choices) is None and pick("", choices) is None


def test_after_several_misses_a_person_is_named(talk: Talk) -> None:
    """Who is asked back for the third time in a row is told whom to ask instead."""
    texts = [talk.say(TVIST).text for _ in range(3)]
    assert "Vi kommer inte vidare" not in texts[0] and "Vi kommer inte vidare" in texts[2]


# --- profile ----------------------------------------------------------------------------------------


def test_the_municipality_is_saved_and_used(talk: Talk) -> None:
    """ "Byt kommun" asks which, saves it, and later questions are for it."""
    talk.say("byt kommun")
    assert talk.say("Falun").municipality == "falun"
    assert talk.profile.municipality == "falun"
    assert (talk.say("Har vi en LÖK?").kind, talk.say("Har vi en LÖK?").municipality) == (Kind.LOCAL, "falun")


def test_the_municipality_can_be_changed_in_one_message(talk: Talk) -> None:
    """ "Byt kommun till Mora" saves it at once, in place of the one before."""
    talk.say("byt kommun till Falun")
    talk.say("byt kommun till Mora")
    assert talk.profile.municipality == "mora"


def test_a_named_municipality_goes_before_the_profile(serving: Serving) -> None:
    """A question about Mora is answered for Mora, whatever is saved."""
    assert Talk(serving, Profile("falun")).say("Har Mora en LÖK?").municipality == "mora"


def test_the_profile_is_no_part_of_the_general_answer(serving: Serving) -> None:
    """The first sentence about a task is the same with and without a municipality."""
    assert Talk(serving, Profile("falun")).say(LARO).lead == Talk(serving).say(LARO).lead


def test_every_workplace_gets_an_answer_for_itself(serving: Serving) -> None:
    """ "Är det vårt ansvar?" is Ja or Nej by the workplace's column; one without a column is told so."""
    for workplace in serving.served.knowledge.workplaces.values():
        reply = Talk(serving, Profile(workplace=workplace.id)).say("Är det vårt ansvar med LARO?")
        assert reply.kind is Kind.RESPONSIBILITY, workplace.id
        expected = "Ja" if workplace.actor == "psykiatri" else "Nej"
        if workplace.actor is not None:
            assert reply.lead.startswith(expected), (workplace.id, reply.lead)
        if workplace.note:
            assert workplace.note in reply.text, workplace.id


def test_ones_own_data_can_be_erased(talk: Talk) -> None:
    """ "Radera mina uppgifter" erases, and only that does."""
    talk.say("vad sparar du om mig?")
    assert not talk.outcomes[-1].erase
    talk.say("radera mina uppgifter")
    assert talk.outcomes[-1].erase


# --- several questions, small talk, gaps ------------------------------------------------------------


def test_several_questions_get_one_reply(world: World) -> None:
    """Two questions in a message: kind and actors of the first, facts and sources of both."""
    reply = world.ask("Vem ansvarar för LARO? Och vem ansvarar för orosanmälan?")
    assert reply.responsible == ("psykiatri",)
    assert {"rok-missbruk/ansvar/laro", "rok-missbruk/ansvar/orosanmalan"} <= set(reply.facts)
    assert "orosanmälan" in reply.text.lower()


def test_several_kinds_of_question_get_one_reply(world: World) -> None:
    """A question about a task and one about an agreement are both answered, with the sources of both."""
    reply = world.ask("Vem ansvarar för abstinensvård? Gäller RÖK HVB?")
    assert reply.kind is Kind.RESPONSIBILITY and any(fact.startswith("rok-hvb/beslut") for fact in reply.facts)
    assert len(reply.citations) > len(world.ask("Vem ansvarar för abstinensvård?").citations)


def test_several_municipalities_are_no_municipality(world: World) -> None:
    """Where a message is about two municipalities, the answer is for none of them alone."""
    reply = world.ask("Har Falun en LÖK? Har Mora en LÖK?")
    assert reply.municipality is None
    assert {"lok/falun/2022", "lok/mora/2022"} <= set(reply.facts)


def test_questions_are_told_apart() -> None:
    """Question marks, numbers and "och" before a question word part a message, into at most three questions."""
    asking = frozenset({"vem", "vad", "hur"})
    assert split_questions("vem gör a1b och vad är tvist?", asking) == ["vem gör a1b?", "vad är tvist?"]
    assert len(split_questions("vem ett? vad två? hur tre? vem fyra?", asking)) == 3
    assert split_questions("vem ansvarar för vård och omsorg?", asking) == []


@pytest.mark.parametrize("text", ["hej", "Hej!", "tack", "tack så mycket!", "hej då", "hjälp", "vad kan du?"])
def test_small_talk_is_small_talk(world: World, text: str) -> None:
    """Greetings, thanks and calls for help get a short reply without sources."""
    reply = world.ask(text)
    assert reply.kind is Kind.SMALLTALK and not reply.citations


@pytest.mark.parametrize(
    "text", ["Hej! Vem ansvarar för LARO?", "hej vem har laro? tack!", "Tack. Vem ansvarar för LARO?"]
)
def test_a_greeting_does_not_hide_the_question(world: World, text: str) -> None:
    """Politeness around a question changes nothing."""
    assert world.ask(text).responsible == ("psykiatri",)


def test_small_talk_in_between_is_not_forgotten(talk: Talk) -> None:
    """A "tack" between a question and its follow-up does not break the thread."""
    talk.say(LARO)
    talk.say("tack")
    assert talk.say("och orosanmälan?").kind is Kind.RESPONSIBILITY


def test_only_unanswered_questions_are_gaps(talk: Talk) -> None:
    """An unknown question is kept as a gap, with its words; an answered one is not."""
    talk.say(LARO)
    assert talk.outcomes[-1].gap is None
    talk.say("Vem ansvarar för parkeringen?")
    gap = talk.outcomes[-1].gap
    assert gap is not None and "parkeringen" in gap.question


def test_that_a_gap_is_kept_is_said_only_where_it_is(serving: Serving) -> None:
    """ "Frågan sparas" is not said where nothing is saved."""
    for keeps in (True, False):
        turn = Turn("Vem ansvarar för parkeringen?", TODAY)
        outcome = take_turn(turn, Remembered(), serving.mind, serving.say, datetime(2026, 11, 21, tzinfo=UTC), keeps)
        assert ("sparas" in outcome.answer.text) is keeps


def test_a_question_among_several_that_has_no_answer_is_told(world: World) -> None:
    """What a message also asked is never left out in silence."""
    reply = world.ask("Vem ansvarar för abstinensvård? Vem betalar för sprutbyte?")
    assert (reply.kind, "sprutbyte" in reply.text) == (Kind.RESPONSIBILITY, True)
