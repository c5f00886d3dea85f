"""What a conversation tells of a person: the profile in words, and what is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.answer import Bullets
from bot.conversation import Outcome, Remembered, take_turn
from bot.ports import Memory, Profile, Receipt, Turn
from bot.service import Lotsen, Serving
from knowledge.model import Kind
from tests.corpus import TODAY
from tests.fakes import FakeState

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def said(
    serving: Serving, text: str, known: Remembered | None = None, *, person: str | None = "p", **more: bool
) -> Outcome:
    turn = Turn(text, TODAY, "c", person, **more)
    return take_turn(turn, known or Remembered(), serving.mind, serving.say, NOW)


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("byt kommun till Falun", Profile("falun", None)),
        ("jag jobbar på en privat vårdcentral i Falun", Profile("falun", "arbetsplats-privat-vardcentral")),
        ("vi arbetar inom IFO i Mora", Profile("mora", "arbetsplats-socialtjanst")),
        ("jag jobbar som skolkurator i Leksand", Profile("leksand", "arbetsplats-elevhalsa")),
        ("min arbetsplats är LSS", Profile(None, "arbetsplats-lss")),
        ("byt arbetsplats till hemsjukvård", Profile(None, "arbetsplats-hemsjukvard")),
        ("jag jobbar på habiliteringen i Orsa", Profile("orsa", "arbetsplats-habilitering")),
    ],
)
def test_a_profile_is_told_in_words(serving: Serving, text: str, profile: Profile) -> None:
    """Municipality, workplace or both, also of those that have no column."""
    outcome = said(serving, text)
    assert outcome.profile == profile
    assert outcome.answer.kind is Kind.SMALLTALK
    assert outcome.answer.lead.startswith("Klart: jag svarar för")


@pytest.mark.parametrize(
    "text",
    [
        "jag jobbar på BUP, vem ansvarar för LARO?",
        "Jag arbetar på vårdcentral i Mora. Hur tar vi en tvist vidare?",
        "vi jobbar på BUP med abstinensvård",
    ],
)
def test_where_somebody_works_may_be_part_of_a_question(serving: Serving, text: str) -> None:
    """Then the question is answered, and nothing is saved."""
    outcome = said(serving, text)
    assert outcome.profile is None
    assert outcome.answer.kind in (Kind.RESPONSIBILITY, Kind.ESCALATION)


def test_a_chosen_part_leaves_the_other(serving: Serving) -> None:
    """Another municipality does not forget the workplace."""
    known = Remembered(profile=Profile("mora", "arbetsplats-bup"))
    assert said(serving, "byt kommun till Falun", known).profile == Profile("falun", "arbetsplats-bup")


def test_the_profile_is_asked_for_and_answered_briefly(serving: Serving) -> None:
    """ "Byt profil" brings a form, and a bare "BUP i Mora" answers it."""
    asked = said(serving, "byt profil")
    assert (asked.answer.form, asked.profile) == ("profile", None)
    assert said(serving, "BUP i Mora", Remembered(asked.memory)).profile == Profile("mora", "arbetsplats-bup")


def test_an_answer_tells_for_whom_it_is(serving: Serving) -> None:
    """The profile stands on answers, and on nothing where there is none."""
    known = Remembered(profile=Profile("falun", "arbetsplats-lss"))
    assert "För LSS i Falun." in said(serving, "Vem ansvarar för LARO?", known).answer.text
    assert said(serving, "Vem ansvarar för LARO?").answer.profile == ""


def test_own_data_are_shown_to_their_owner_alone(serving: Serving) -> None:
    """What is chosen and watched stands there in a chat of one's own; in a group only what sort of thing is kept."""
    known = Remembered(profile=Profile("falun", "arbetsplats-bup"), watched=("rok-hvb",))
    [kept] = [block for block in said(serving, "mina uppgifter", known).answer.blocks if isinstance(block, Bullets)]
    assert kept.items[0].startswith("Arbetsplats: BUP i Falun.")
    assert kept.items[1] == "Bevakar: RÖK HVB."
    assert said(serving, "mina uppgifter", known, shared=True).answer.blocks == ()
    assert said(serving, "radera mina uppgifter", known).erase


def test_what_is_watched_is_shown_to_its_owner_alone(serving: Serving) -> None:
    """In a group there is only the way to the list, and what is started there says where the notice comes."""
    known = Remembered(watched=("rok-hvb",))
    turn = Turn("vad bevakar jag", TODAY, "c", "p", address={"a": 1}, shared=True)
    shown = take_turn(turn, known, serving.mind, serving.say, NOW).answer
    assert "HVB" not in shown.text
    started = take_turn(
        Turn("bevaka RÖK barn", TODAY, "c", "p", address={"a": 1}, shared=True), known, serving.mind, serving.say, NOW
    )
    assert "i din egen chatt" in started.answer.text


async def test_turns_of_one_conversation_wait_for_each_other(serving: Serving) -> None:
    """Four questions at once are answered one at a time, in order, and the last is what is remembered."""

    class Slow(FakeState):
        now = most = 0

        async def memory(self, conversation: str) -> Memory | None:
            Slow.now += 1
            Slow.most = max(Slow.most, Slow.now)
            await asyncio.sleep(0.01)
            return await super().memory(conversation)

        async def save_receipt(self, receipt: Receipt) -> None:
            await super().save_receipt(receipt)
            Slow.now -= 1

    lotsen = Lotsen(serving, state := Slow())
    questions = ["Vad är SIP?", "Vad är Synergi?", "Vad är LÖK?", "Vem ansvarar för LARO?"]
    replies = await asyncio.gather(*(lotsen.ask(Turn(text, TODAY, "c", "p")) for text in questions))
    assert Slow.most == 1
    assert list(state.receipts) == [reply.receipt for reply in replies]
    assert "laro" in state.memories["c"].frame["concepts"]


def test_only_whole_agreements_are_watched(serving: Serving) -> None:
    """A task is no agreement: which one is asked for, and nothing is watched or ended."""
    turn = Turn("bevaka abstinensvård", TODAY, "c", "p", address={"a": 1})
    outcome = take_turn(turn, Remembered(), serving.mind, serving.say, NOW)
    assert (outcome.watch, outcome.answer.lead) == ((), "Vilken överenskommelse vill du bevaka?")
    stop = replace(turn, text="sluta bevaka abstinensvård")
    assert take_turn(stop, Remembered(watched=("rok-hvb",)), serving.mind, serving.say, NOW).unwatch == ()


def test_danger_is_no_follow_up(serving: Serving) -> None:
    """Who is in danger gets 112 and help, whatever was asked before."""
    before = said(serving, "Vem ansvarar för abstinensvård?")
    for text in ("patienten säger att han ska ta livet av sig", "klienten har tagit en överdos"):
        alone = said(serving, text).answer
        assert said(serving, text, Remembered(before.memory)).answer.text == alone.text


def test_a_whole_question_is_no_follow_up(serving: Serving) -> None:
    """What names a subject of its own is not read as part of what was asked before."""
    before = said(serving, "vi har fått nej från psykiatrin")
    answer = said(serving, "vad ska det stå i en SIP", Remembered(before.memory)).answer
    assert answer.facts[0] == "sip/innehall"
