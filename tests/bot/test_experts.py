"""Asking a human: what is sent and to whom, the first answer, who is told what, and what a restart may not lose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import StateError, TransportError
from bot.experts import MAX_OPEN, MAX_QUESTION, group_for, masked_answer, veil_names
from bot.outreach import Outcome
from bot.ports import Profile
from bot.service import Serving
from bot.state import SqlState, sqlite_url
from knowledge.model import ExpertGroup, Kind
from tests.office import CHANNEL, GROUP_CHAT, HOME, PLACE, QUESTION, Office, with_groups

GENERAL = ExpertGroup(id="alla", name="samordningen", general=True)
HVB = ExpertGroup(id="hvb", name="gruppen för HVB", subjects=("rok-hvb",), answer_time="oftast nästa arbetsdag")
WIDE = ExpertGroup(id="bred", name="gruppen för två", subjects=("rok-hvb", "rok-barn"))
DAY = timedelta(days=1)
GONE = TransportError("gone", status=403, code="MessageWritesBlocked")


@pytest.fixture
def office(serving: Serving) -> Office:
    return Office(serving)


# --- to whom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("concepts", "agreement", "offered", "chosen"),
    [
        (("rok-hvb",), None, {"alla", "hvb"}, "hvb"),
        ((), "rok-hvb", {"alla", "hvb"}, "hvb"),
        (("parkering",), None, {"alla", "hvb"}, "alla"),
        (("rok-hvb",), None, {"alla"}, "alla"),
        (("rok-hvb", "rok-barn"), None, {"alla", "hvb", "bred"}, "bred"),
        (("parkering",), None, {"hvb"}, None),
        ((), None, set(), None),
    ],
)
def test_a_question_goes_to_the_group_of_its_subject(
    concepts: tuple[str, ...], agreement: str | None, offered: set[str], chosen: str | None
) -> None:
    """The group with most of the subjects, else the general one; only groups that have a channel."""
    groups = {group.id: group for group in (GENERAL, HVB, WIDE)}
    found = group_for(concepts, agreement, groups, offered)
    assert (found.id if found else None) == chosen


async def test_without_a_channel_nobody_can_be_asked(serving: Serving) -> None:
    """A group in the knowledge alone is not offered, nor a channel for a group that there is not."""
    for channels in ({}, {"finns-inte": CHANNEL}):
        office = Office(serving, channels=channels)
        answer = await office.ask()
        assert answer.kind is Kind.UNKNOWN
        assert office.lotsen.experts.offer(QUESTION, answer) is None
        assert await office.lotsen.experts.enquire(QUESTION, "", None) is None
        assert (await office.ask("fråga en människa")).form == ""


async def test_the_button_says_that_it_is_not_for_emergencies_and_how_soon(serving: Serving) -> None:
    """Above the button stands what it is not for, and the answer time where a group has told it."""
    office = Office(with_groups(serving, GENERAL, HVB), channels={"alla": CHANNEL, "hvb": CHANNEL})
    answer = await office.ask("Vem betalar parkeringen vid ett HVB enligt RÖK HVB?")
    said = [
        (offer.title, offer.note)
        for text in ("Vem klipper gräset?", "Vem klipper gräset enligt RÖK HVB?")
        if (offer := office.lotsen.experts.offer(text, answer.with_(kind=Kind.UNKNOWN)))
    ]
    assert said == [
        ("Fråga en människa", f"Frågan kan skickas till {GENERAL.name}. Inte för akuta ärenden."),
        (
            "Fråga en människa",
            f"Frågan kan skickas till {HVB.name}. Inte för akuta ärenden. Svar oftast nästa arbetsdag.",
        ),
    ]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.UNKNOWN])
async def test_only_an_open_question_has_the_button(office: Office, kind: Kind) -> None:
    """An answer is not doubted by its own card, and danger gets 112 and nothing slower."""
    answer = await office.ask()
    assert office.lotsen.experts.offer(QUESTION, answer.with_(kind=kind)) is None


# --- what is sent ------------------------------------------------------------------------------------


async def test_nothing_is_sent_that_may_be_a_person(office: Office) -> None:
    """Numbers are masked, listed names never shown; a rare word only if the asker says that it is no name."""
    text = "Vem betalar naloxonsprej till Kalle, 19850101-1236?"
    hidden = await office.lotsen.experts.enquire(text, "", "asa")
    assert hidden is not None
    assert hidden.question == "Vem betalar […] till […], [personnummer]?"
    assert (hidden.may_show, hidden.masked) == (("naloxonsprej",), True)
    shown = await office.lotsen.experts.enquire(hidden.text, "", "asa", ["naloxonsprej", "Kalle"])
    assert shown is not None
    assert shown.question == "Vem betalar naloxonsprej till […], [personnummer]?"
    assert shown.shown == ("naloxonsprej",)


async def test_what_nobody_can_see_is_not_sent(office: Office) -> None:
    """Control characters and halves of characters, which some stores refuse; lines stay lines."""
    enquiry = await office.lotsen.experts.enquire("Vem\x00 betalar\ud800?\nI\tdag?", "", "asa")
    assert enquiry is not None and enquiry.question == "Vem betalar?\nI dag?"
    id_ = await office.send()
    opened = await office.lotsen.experts.answer(id_, CHANNEL, "Kommunen\x1b.", "LOB\x00 1 §")
    assert opened is not None and opened.question.answer is not None
    assert opened.question.answer.startswith("Kommunen.\n") and "LOB 1 §" in opened.question.answer


async def test_what_is_sent_is_what_lotsen_answered_and_where_the_asker_works(office: Office) -> None:
    """The profile is told in words; the person is in nothing that is shown."""
    await office.state.save_profile("asa", Profile("falun", "arbetsplats-privat-vardcentral"))
    answer = await office.ask()
    enquiry = await office.lotsen.experts.enquire(QUESTION, answer.receipt, "asa")
    assert enquiry is not None
    assert enquiry.place == "privat vårdcentral i Falun"
    assert enquiry.told.startswith("Det vet jag inte.")
    assert "asa" not in repr(enquiry)


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet=st.sampled_from("ab åäöÅ .?!\n1289-<>&;*_[]@Kalle"), max_size=900), data=st.data())
def test_what_is_shown_is_what_is_sent(serving: Serving, text: str, data: st.DataObject) -> None:
    """Whatever is written, looking at it again changes nothing, and it is short enough for a card."""
    once = veil_names(text, (), serving.mind, serving.say)
    shown = data.draw(st.lists(st.sampled_from(once.may_show), unique=True)) if once.may_show else []
    again = veil_names(once.text, shown, serving.mind, serving.say)
    third = veil_names(again.text, shown, serving.mind, serving.say)
    assert (again.text, again.sent) == (third.text, third.sent)
    assert len(again.sent) <= MAX_QUESTION


# --- the whole way ------------------------------------------------------------------------------------


async def test_an_answer_finds_its_way_back(office: Office) -> None:
    """The channel gets the question, the asker the answer, the editors a draft; then the asker is forgotten."""
    id_ = await office.send()
    await office.deliver()
    [card] = office.carrier.cards(CHANNEL)
    assert QUESTION in card["fallbackText"]
    office.now += DAY
    opened = await office.lotsen.experts.answer(id_, CHANNEL, "Kommunen. Ring 070-123 45 67.", "LOB 1 §")
    assert opened is not None
    assert (opened.outcome, opened.masked) == (Outcome.ON_ITS_WAY, True)
    await office.deliver()
    [letter] = office.carrier.texts(HOME.conversation)
    assert "Kommunen. Ring [telefonnummer]." in letter
    assert "LOB 1 §" in letter
    assert "2026-11-20" in letter
    assert "RSS Dalarna" in letter
    [draft] = await office.state.expert_answers()
    assert (draft.question, draft.asker, draft.group) == (QUESTION, None, "rss")
    assert await office.questions() == {}


async def test_it_works_with_a_restart_between_every_two_steps(tmp_path: Path, serving: Serving) -> None:
    """On a real database, by processes that know nothing of each other."""
    url = sqlite_url(tmp_path / "s.db")

    async def process(now: datetime) -> AsyncIterator[Office]:
        state = SqlState(url, lambda: now)
        await state.open()
        yield replace_time(Office(serving, state), now)
        await state.close()

    def replace_time(office: Office, now: datetime) -> Office:
        office.now = now
        return office

    now = datetime.fromisoformat("2026-11-19T09:00:00+00:00")
    async for office in process(now):
        id_ = await office.send()
    async for office in process(now):
        await office.deliver()
        assert len(office.carrier.cards(CHANNEL)) == 1
    async for office in process(now + DAY):
        opened = await office.lotsen.experts.answer(id_, CHANNEL, "Kommunen.")
        assert opened is not None and opened.outcome is Outcome.ON_ITS_WAY
    async for office in process(now + DAY):
        await office.deliver()
        assert len(office.carrier.cards(HOME.conversation)) == 1
        await office.deliver(DAY)
        assert len(office.carrier.sent) == 1


async def test_what_was_interrupted_is_taken_up(office: Office) -> None:
    """Question and letter are kept as one, where the channel never wrote too; an answer's letter is written later."""

    async def dies(letter: object) -> bool:
        raise StateError("killed")

    post, office.state.post = office.state.post, dies  # type: ignore[method-assign]
    with pytest.raises(StateError):
        await office.send()
    assert await office.questions() == {}
    office.state.post = post  # type: ignore[method-assign]
    id_ = await office.send()
    office.restart()
    await office.deliver()
    assert len(office.carrier.cards(CHANNEL)) == 1
    await office.state.answer_expert_question(id_, "Kommunen.", office.now)
    office.restart()
    await office.deliver()
    assert len(office.carrier.cards(HOME.conversation)) == 1


async def test_nobody_has_more_than_ten_questions_open(office: Office) -> None:
    """The eleventh waits until one is answered; sending an earlier one twice is no new one; others are free to ask."""
    ids = [await office.send(mark=f"m{number}") for number in range(MAX_OPEN)]
    assert all(ids) and len(ids) == 10
    enquiry = await office.lotsen.experts.enquire(QUESTION, "", "asa")
    assert enquiry is not None

    async def sends(mark: str, person: str | None) -> bool:
        return await office.lotsen.experts.send(
            mark, enquiry, "", person, HOME.as_json(), lambda place: PLACE.as_json()
        )

    assert not await sends("m10", "asa")
    assert len(await office.questions()) == 10
    assert await sends("m9", "asa")
    assert await sends("m10", "bo")
    await office.lotsen.experts.answer(ids[0], CHANNEL, "Kommunen.")
    assert await sends("m10", "asa")


async def test_sending_twice_sends_once(office: Office) -> None:
    """A double tap has the same mark; the same mark from somebody else is another question."""
    first = await office.send()
    assert await office.send() == ""
    other = await office.send(person="bo")
    await office.deliver()
    assert first and other and first != other
    assert len(office.carrier.cards(CHANNEL)) == 2


async def test_of_two_experts_at_once_the_first_counts(office: Office) -> None:
    """One answer goes out; the other is told that somebody was first, and sees what was sent."""
    id_ = await office.send()
    desk = office.lotsen.experts
    given = await asyncio.gather(desk.answer(id_, CHANNEL, "Kommunen."), desk.answer(id_, CHANNEL, "Regionen."))
    outcomes = [one.outcome for one in given if one is not None]
    assert sorted(outcomes) == [Outcome.ON_ITS_WAY, Outcome.SECOND]
    assert {one.question.answer for one in given if one is not None} == {"Kommunen."}
    await office.deliver()
    assert len(office.carrier.cards(HOME.conversation)) == 1


@pytest.mark.parametrize("place", ["", "19:annan@thread.tacv2", "a:asa"])
async def test_only_the_channel_that_was_asked_can_answer(office: Office, place: str) -> None:
    """A card that was copied elsewhere opens nothing, whatever it says."""
    id_ = await office.send()
    assert await office.lotsen.experts.open(id_, place) is None
    assert await office.lotsen.experts.answer(id_, place, "Falskt.") is None
    assert await office.lotsen.experts.open("finns-inte", CHANNEL) is None
    assert (await office.questions())[id_].answer is None


async def test_a_channel_of_another_group_cannot_answer(serving: Serving) -> None:
    """A question belongs to the group it was sent to."""
    office = Office(with_groups(serving, GENERAL, HVB), channels={"alla": CHANNEL, "hvb": "19:hvb"})
    id_ = await office.send()
    assert await office.lotsen.experts.open(id_, "19:hvb") is None


# --- late, lost, gone ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "not_yet", "late"),
    [
        ("2026-11-17T09:00:00+00:00", "2026-11-19T08:58:00+00:00", "2026-11-19T09:00:00+00:00"),
        ("2026-11-20T09:00:00+00:00", "2026-11-24T08:58:00+00:00", "2026-11-24T09:00:00+00:00"),
        ("2026-12-22T09:00:00+00:00", "2026-12-28T08:58:00+00:00", "2026-12-28T09:00:00+00:00"),
    ],
    ids=["midweek", "over a weekend", "over Christmas"],
)
async def test_the_asker_is_told_once_that_nobody_has_answered(
    office: Office, sent: str, not_yet: str, late: str
) -> None:
    """After two working days, with where to turn; not again, though days pass and processes are two."""
    office.now = datetime.fromisoformat(sent)
    id_ = await office.send()
    office.now = datetime.fromisoformat(not_yet)
    await office.deliver()
    assert office.carrier.texts(HOME.conversation) == []
    office.now = datetime.fromisoformat(late)
    other = office.colleague()
    await asyncio.gather(office.deliver(), other.deliver())
    await office.deliver(DAY)
    [told] = office.carrier.texts(HOME.conversation)
    assert "två arbetsdagar" in told
    assert "RSS Dalarna" in told
    assert QUESTION in told
    await office.lotsen.experts.answer(id_, CHANNEL, "Kommunen.")
    await office.deliver()
    assert "Kommunen." in office.carrier.texts(HOME.conversation)[1]


async def test_who_is_answered_meanwhile_is_not_told_that_it_is_late(office: Office) -> None:
    """The reminder that waits to be sent is dropped when the answer comes first."""
    id_ = await office.send()
    office.now += 7 * DAY
    await office.lotsen.post.prepare()
    await office.lotsen.experts.answer(id_, CHANNEL, "Kommunen.")
    await office.deliver()
    assert ["Kommunen." in text for text in office.carrier.texts(HOME.conversation)] == [True]


async def test_who_has_removed_the_app_cannot_be_told_and_the_group_learns_it(office: Office) -> None:
    """The answer stays a draft; the asker is forgotten."""
    await office.state.note_address(CHANNEL, PLACE.as_json())
    id_ = await office.send()
    await office.deliver()
    await office.lotsen.experts.answer(id_, CHANNEL, "Kommunen.")
    office.carrier.faults = [GONE]
    await office.deliver()
    await office.deliver()
    assert office.carrier.texts(HOME.conversation) == []
    assert "kunde inte lämnas" in office.carrier.texts(CHANNEL)[1]
    assert await office.questions() == {}
    assert len(await office.state.expert_answers()) == 1


async def test_a_channel_that_cannot_be_reached_is_told_to_the_asker(office: Office) -> None:
    """Once, with where to turn; nobody waits two days for an answer that cannot come."""
    await office.send()
    office.carrier.faults = [replace_code(GONE, "BotNotInConversationRoster")]
    await office.deliver()
    await office.deliver(7 * DAY)
    [told] = office.carrier.texts(HOME.conversation)
    assert "gick inte att lämna" in told
    assert await office.questions() == {}


def replace_code(error: TransportError, code: str) -> TransportError:
    return TransportError("refused", status=error.status, code=code)


async def test_who_erases_their_data_gets_no_answer(office: Office) -> None:
    """The expert is told that the asker cannot be reached, and the answer is a draft all the same."""
    id_ = await office.send()
    await office.ask("radera mina uppgifter")
    opened = await office.lotsen.experts.answer(id_, CHANNEL, "Kommunen.")
    await office.deliver()
    assert opened is not None and opened.outcome is Outcome.UNREACHABLE
    assert office.carrier.texts(HOME.conversation) == []
    assert len(await office.state.expert_answers()) == 1


async def test_a_question_from_a_group_is_answered_in_the_askers_own_chat(office: Office) -> None:
    """The chat is made where there is none; without one the group learns that there is an answer, and it waits."""
    for number, refused in enumerate([None, GONE, TransportError("nobody", code="NoUser")]):
        id_ = await office.send(mark=f"m{number}", address=GROUP_CHAT)
        office.carrier.no_chat = refused
        await office.lotsen.experts.answer(id_, CHANNEL, f"Svar {number}.")
        await office.deliver()
    assert [place for place, _ in office.carrier.sent if place != CHANNEL] == ["a:29:asa", *["19:grupp@thread.v2"] * 2]
    told = office.carrier.texts(GROUP_CHAT.conversation)
    assert all(text.startswith("Jag har ett svar till den som frågade.") for text in told)
    await office.lotsen.experts.note_chat("asa", HOME.as_json())
    await office.deliver()
    assert ["Svar 1." in text or "Svar 2." in text for text in office.carrier.texts(HOME.conversation)] == [True] * 2


async def test_an_answer_goes_to_the_chat_that_was_begun_meanwhile(office: Office) -> None:
    """The group reads nothing where Lotsen has met the asker since."""
    id_ = await office.send(address=GROUP_CHAT)
    office.carrier.no_chat = GONE
    await office.lotsen.experts.note_chat("asa", HOME.as_json())
    await office.lotsen.experts.answer(id_, CHANNEL, "Kommunen.")
    await office.deliver()
    assert [place for place, _ in office.carrier.sent if place != CHANNEL] == [HOME.conversation]


# --- what was asked before -----------------------------------------------------------------------------


async def test_fraga_en_manniska_is_about_the_last_question(office: Office) -> None:
    """Typed after an answer it leads to that question, as it may be kept; on its own to an empty form."""
    empty = await office.lotsen.experts.offer_last("c:asa")
    assert empty is not None and empty.question == ""
    answer = await office.ask("Vem betalar för naloxonsprej till Kalle?")
    assert (await office.ask("fråga en människa")).form == "expert"
    offer = await office.lotsen.experts.offer_last("c:asa")
    assert offer is not None
    assert (offer.question, offer.receipt) == ("Vem betalar för […] till […]?", answer.receipt)
    office.now += timedelta(minutes=31)
    forgotten = await office.lotsen.experts.offer_last("c:asa")
    assert forgotten is not None and forgotten.question == ""


async def test_an_unhelpful_answer_leads_to_its_question(office: Office) -> None:
    """Whoever disliked a message is offered its question while it is the last one, else one to write."""
    first = await office.ask("Gäller RÖK HVB?")
    await office.lotsen.note_sent("msg1", first.receipt)
    offer = await office.lotsen.experts.offer_after("c:asa", "msg1")
    assert offer is not None and (offer.question, offer.receipt) == ("Gäller RÖK HVB?", first.receipt)
    await office.ask("Gäller RÖK missbruk?")
    later = await office.lotsen.experts.offer_after("c:asa", "msg1")
    assert later is not None and (later.question, later.receipt) == ("", first.receipt)


async def test_fraga_en_manniska_says_where_to_turn(serving: Serving) -> None:
    """Also where no group is set up, and outside Teams."""
    office = Office(serving, channels={})
    answer = await office.ask("fråga en människa")
    assert (answer.kind, answer.form) == (Kind.SMALLTALK, "")
    assert "RSS Dalarna" in answer.text


def test_names_in_an_answer_are_hidden(serving: Serving) -> None:
    """What an expert writes of persons reaches nobody, nor do their numbers; places and bodies stand."""
    text = "Fråga Anna Karlsson på RSS Dalarna i Falun, 070-123 45 67."
    answer, masked = masked_answer(text, "", serving.mind, serving.say)
    assert masked
    assert "Anna" not in answer and "Karlsson" not in answer and "070" not in answer
    assert "RSS Dalarna i Falun" in answer
    assert masked_answer("Kommunen betalar enligt rutinen.", "", serving.mind, serving.say)[1] is False
