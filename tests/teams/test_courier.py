"""The courier: gentle, patient, and never twice where it matters.

Statuses and limits follow Microsoft's "Optimize your bot with rate limiting in Teams" and "Status codes from bot
conversational APIs".
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.errors import StateError, TransportError
from bot.logs import KeyValues
from bot.outreach import EXPERT_ANSWER, EXPERT_LATE, EXPERT_UNSENT, NOTICE, PAUSES
from bot.ports import ExpertQuestion, Letter, Watch
from bot.service import Serving
from bot.teams.courier import PACE_IN_ONE, POLL, Courier
from tests.fakes import FakeClock, sentences
from tests.office import CHANNEL, GROUP_CHAT, HOME, PLACE, START, FakeCarrier, Office

MINUTE = timedelta(minutes=1)
BUSY = TransportError("busy", temporary=True, retry_after=90.0, status=429)
DOWN = TransportError("down", temporary=True, status=503)
AWAY = TransportError("cannot be reached", temporary=True)
UNSURE = TransportError("did not answer", uncertain=True)
BAD = TransportError("bad", status=400, code="BadSyntax")
SECRET = TransportError("login answered 401")
GONE = TransportError("gone", status=403, code="MessageWritesBlocked")
NOBODY = TransportError("no such conversation", status=404, code="ConversationNotFound")
NOBODY_NAMED = TransportError("no user", code="NoUser")
CONTENT = {
    **{"id": "q1", "group": "RSS Dalarna", "question": "Vem?", "answer": "Kommunen.", "day": "2026-11-19"},
    **{"turn": "Fråga din chef.", "agreement": "rok-hvb", "title": "RÖK HVB", "lines": ["Ny dag."], "last": False},
    **{"sources": "", "asks": "", "stops": ""},
}


@pytest.fixture
async def office(serving: Serving) -> Office:
    """A question that is asked, and somebody who watches, so that letters about them are wanted."""
    office = Office(serving)
    late = START + timedelta(days=2)
    asked = ExpertQuestion("q1", "rss", "Vem?", "", START.date(), START, late, HOME.as_json(), "asa", late_told=True)
    await office.state.add_expert_question(asked)
    await office.state.watch(Watch("asa", "rok-hvb", HOME.as_json(), "{}"))
    await office.courier.round()
    return office


async def post(office: Office, what: str, key: str = "k", address: object = None, **more: object) -> None:
    content = {**CONTENT, **more}
    letter = Letter(key, what, address or HOME.as_json(), content, office.now, person="asa")  # type: ignore[arg-type]
    await office.state.post(letter)


async def ask_more(office: Office, *ids: str) -> None:
    """Let the same person have asked more questions."""
    asked = await office.state.expert_question("q1")
    assert asked is not None
    for id_ in ids:
        await office.state.add_expert_question(replace(asked, id=id_))


def sent(office: Office) -> int:
    return len(office.carrier.sent)


@pytest.mark.parametrize("what", [EXPERT_ANSWER, NOTICE])
@pytest.mark.parametrize("fault", [BUSY, DOWN, AWAY, SECRET], ids=lambda fault: str(fault.status))
async def test_what_may_succeed_later_is_tried_again(office: Office, what: str, fault: TransportError) -> None:
    """After a minute at the earliest, or as long as Teams asks; then it arrives, once."""
    await post(office, what)
    office.carrier.faults = [fault]
    await office.deliver(timedelta())
    await office.deliver(timedelta(seconds=(fault.retry_after or 60) - 2))
    assert sent(office) == 0
    await office.deliver(timedelta(minutes=10))
    await office.deliver(timedelta(days=1))
    assert sent(office) == 1


async def test_everything_waits_when_teams_asks_for_patience(office: Office) -> None:
    """429 ends the round, for as long as Teams says; the rest goes afterwards."""
    await ask_more(office, "q0", "q2")
    for number in range(3):
        await post(office, EXPERT_ANSWER, f"k{number}", id=f"q{number}")
    office.carrier.faults = [BUSY]
    assert await office.courier.round() == 90.0
    assert sent(office) == 0
    await office.deliver(timedelta(minutes=3))
    assert sent(office) == 3


async def test_a_letter_is_given_up_after_most_of_a_day(office: Office) -> None:
    """Each wait is longer than the last; all together less than a day."""
    assert list(PAUSES) == sorted(PAUSES) and 12 * 3600 < sum(PAUSES) < 24 * 3600
    await post(office, NOTICE)
    office.carrier.faults = [DOWN] * 50
    for _ in range(30):
        await office.deliver(timedelta(hours=3))
    assert len(office.carrier.faults) == 50 - len(PAUSES) - 1
    assert office.state.on_their_way == []  # type: ignore[attr-defined]
    assert await office.state.watches("asa") != []


@pytest.mark.parametrize("fault", [GONE, NOBODY, BAD], ids=str)
async def test_what_is_refused_for_good_is_not_repeated(office: Office, fault: TransportError) -> None:
    """One attempt; where nobody is there any more, the watch ends too, and a bad message does not end it."""
    await post(office, NOTICE)
    office.carrier.faults = [fault, fault]
    await office.deliver()
    await office.deliver(timedelta(days=2))
    assert len(office.carrier.faults) == 1
    assert (await office.state.watches("asa") == []) == (fault is not BAD)


# --- never twice, never lost ---------------------------------------------------------------------------


@pytest.mark.parametrize(("what", "times"), [(EXPERT_ANSWER, 2), (EXPERT_LATE, 1), (NOTICE, 1)])
async def test_a_letter_that_may_have_arrived(office: Office, what: str, times: int) -> None:
    """An answer that somebody waits for is sent again; a reminder or a notice is not."""
    await post(office, what)
    attempts = 0

    async def count() -> None:
        nonlocal attempts
        attempts += 1

    office.carrier.before = count
    office.carrier.faults = [UNSURE]
    await office.deliver()
    await office.deliver(timedelta(days=1))
    assert attempts == times


@pytest.mark.parametrize(("what", "times"), [(EXPERT_ANSWER, 2), (EXPERT_LATE, 1), (NOTICE, 1)])
async def test_a_process_that_dies_while_it_sends(office: Office, what: str, times: int) -> None:
    """The next takes over when the claim has ended: what may come twice is sent again, the rest not."""
    await post(office, what)

    async def dies() -> None:
        raise asyncio.CancelledError

    office.carrier.before = dies
    with pytest.raises(asyncio.CancelledError):
        await office.courier.round()
    office.carrier.before = None
    office.restart()
    await office.deliver(timedelta(minutes=3))
    assert sent(office) == times - 1


async def test_two_processes_deliver_each_letter_once(office: Office) -> None:
    """Whoever claims a letter sends it."""
    for number in range(20):
        await post(office, NOTICE, f"k{number}")
    other = office.colleague()
    await asyncio.gather(office.deliver(), other.deliver())
    assert sent(office) == 20


async def test_a_store_that_goes_away_after_sending_leads_to_no_second_notice(office: Office) -> None:
    """The letter was sent and could not be crossed off: it is not sent again."""
    await post(office, NOTICE)
    delivered = office.state.letter_delivered

    async def away(key: str) -> None:
        if key == "k":
            raise StateError("away")
        await delivered(key)

    office.state.letter_delivered = away  # type: ignore[method-assign]
    with pytest.raises(StateError):
        await office.courier.round()
    office.state.letter_delivered = delivered  # type: ignore[method-assign]
    await office.deliver(timedelta(minutes=3))
    assert sent(office) == 1


async def test_a_watch_that_has_ended_gets_no_letter(office: Office) -> None:
    """Whoever has stopped meanwhile is left alone."""
    await post(office, NOTICE)
    await office.state.unwatch("asa", "rok-hvb")
    await office.deliver()
    assert sent(office) == 0


@pytest.mark.parametrize("address", [{"conversation": "x"}, {"service_url": 7}])
async def test_a_letter_that_cannot_be_read_is_given_up(office: Office, address: object) -> None:
    """It does not stop those after it."""
    await post(office, NOTICE, "bad", address)
    await post(office, "telegram", "unknown")
    await post(office, NOTICE, "good")
    await office.deliver()
    assert sent(office) == 1


async def test_a_letter_that_cannot_be_rendered_stops_none_behind_it(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Those after it go out; it is tried again more and more seldom, and at last given up, and not logged."""
    await post(office, NOTICE, "bad", lines=7, title="Kalle")
    await post(office, NOTICE, "good")
    for _ in range(len(PAUSES) + 5):
        await office.deliver(timedelta(hours=13))
    assert sent(office) == 1
    assert office.state.on_their_way == []  # type: ignore[attr-defined]
    faults = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(faults) == len(PAUSES) + 1
    assert all(record.fields["reference"] for record in faults)  # type: ignore[attr-defined]
    assert "Kalle" not in "".join(KeyValues().format(record) for record in faults)


async def test_an_answer_that_cannot_be_rendered_is_told_to_its_group(office: Office) -> None:
    """Given up like one that nobody can take."""
    await office.state.note_address(CHANNEL, PLACE.as_json())
    await office.state.post(Letter("bad", EXPERT_ANSWER, HOME.as_json(), {"id": "q1"}, office.now, person="asa"))
    for _ in range(len(PAUSES) + 3):
        await office.deliver(timedelta(hours=13))
    texts = office.carrier.texts(CHANNEL)
    assert len(texts) == 1 and "kunde inte lämnas" in texts[0]


async def test_a_letter_that_cannot_be_filled_in_stops_none_behind_it(office: Office) -> None:
    """A fault while it is looked up is one of that letter alone."""
    await ask_more(office, "q2")
    await post(office, EXPERT_ANSWER, "bad")
    await post(office, EXPERT_ANSWER, "good", id="q2", answer="Regionen.")
    look_up = office.state.expert_question

    async def stumbling(id: str) -> ExpertQuestion | None:
        if id == "q1":
            raise ValueError("a row that cannot be read")
        return await look_up(id)

    office.state.expert_question = stumbling  # type: ignore[method-assign]
    for _ in range(len(PAUSES) + 3):
        await office.deliver(timedelta(hours=13))
    assert ["Regionen." in text for text in office.carrier.texts(HOME.conversation)] == [True]
    assert office.state.on_their_way == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(("what", "times"), [(EXPERT_ANSWER, 2), (NOTICE, 1)])
async def test_a_fault_of_ours_while_sending(office: Office, what: str, times: int) -> None:
    """Nobody knows whether it arrived: what may come twice is sent again, the rest not."""
    await post(office, what)
    attempts = 0

    async def stumbling() -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise RuntimeError("a fault of ours")

    office.carrier.before = stumbling
    await office.deliver()
    await office.deliver(timedelta(days=1))
    assert attempts == times
    assert office.state.on_their_way == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", [StateError("away"), KeyError("decisions")], ids=repr)
async def test_letters_go_though_others_cannot_be_written(office: Office, fault: Exception) -> None:
    """What waits is delivered, whatever stops the writing of what is due."""
    await post(office, NOTICE)

    async def stumbling(*_: object) -> list[ExpertQuestion]:
        raise fault

    office.state.late_expert_questions = stumbling  # type: ignore[method-assign]
    await office.deliver()
    assert sent(office) == 1


async def test_a_fault_in_one_question_stops_no_other(office: Office) -> None:
    """Whoever else has waited two working days is told so."""
    await ask_more(office, "q2")
    office.state.asked = {  # type: ignore[attr-defined]
        id_: replace(question, late_told=False)
        for id_, question in office.state.asked.items()  # type: ignore[attr-defined]
    }
    post_letter = office.state.post

    async def stumbling(letter: Letter) -> bool:
        if letter.key == f"{EXPERT_LATE}:q1":
            raise KeyError("q1")
        return await post_letter(letter)

    office.state.post = stumbling  # type: ignore[method-assign]
    await office.deliver(timedelta(days=7))
    assert sent(office) == 1


@pytest.mark.parametrize("what", [EXPERT_ANSWER, EXPERT_LATE])
async def test_a_slow_letter_has_all_of_its_claim(office: Office, what: str) -> None:
    """Four that take 36 s each, which is more than a claim lasts: a second process sends none of them again."""
    await ask_more(office, "q0", "q2", "q3")
    for number in range(4):
        await post(office, what, f"k{number}", id=f"q{number}")
    other = office.colleague()
    other.carrier = FakeCarrier()
    other.restart()
    await other.courier.round()

    async def slow() -> None:
        office.now += timedelta(seconds=36)
        other.now = office.now
        other.clock.now += 36
        while await other.courier.round() == 0.0:
            pass

    office.carrier.before = slow
    await office.deliver()
    assert sent(office) + len(other.carrier.sent) == 4


# --- where to -------------------------------------------------------------------------------------------


async def test_a_notice_is_for_one_alone(office: Office) -> None:
    """Asked for in a group it comes in one's own chat, and never in the group."""
    await post(office, NOTICE, "k1", GROUP_CHAT.as_json())
    await office.deliver()
    assert [place for place, _ in office.carrier.sent] == ["a:29:asa"]
    await post(office, NOTICE, "k2", GROUP_CHAT.as_json())
    office.carrier.no_chat = GONE
    await office.deliver()
    assert sent(office) == 1


WORDS = {
    EXPERT_ANSWER: "Jag har ett svar till den som frågade. Skriv till mig i en egen chatt, så kommer det dit.",
    EXPERT_LATE: "Jag har ett besked till den som frågade. Skriv till mig i en egen chatt, så kommer det dit.",
    EXPERT_UNSENT: "Jag har ett besked till den som frågade. Skriv till mig i en egen chatt, så kommer det dit.",
}


@pytest.mark.parametrize("what", WORDS)
@pytest.mark.parametrize("user", ["29:asa", None])
async def test_what_one_person_asked_is_never_told_to_a_group(office: Office, what: str, user: str | None) -> None:
    """Without a chat of their own the group reads, once, that there is something; the rest waits for some days."""
    await post(office, what, "k", replace(GROUP_CHAT, user=user).as_json())
    office.carrier.no_chat = GONE if user else NOBODY_NAMED
    for _ in range(4):
        await office.deliver(timedelta(days=1))
    assert office.carrier.texts(GROUP_CHAT.conversation) == [WORDS[what]]
    assert all("Vem?" not in str(message) and "Kommunen" not in str(message) for _, message in office.carrier.sent)
    await office.state.note_chat("asa", HOME.as_json())
    await office.deliver()
    [told] = office.carrier.texts(HOME.conversation)
    assert "Vem?" in told
    assert sent(office) == 2


async def test_an_answer_does_not_wait_for_ever(office: Office) -> None:
    """After some days the group of experts is told, and who asked is forgotten."""
    await office.state.note_address(CHANNEL, PLACE.as_json())
    await post(office, EXPERT_ANSWER, "k", GROUP_CHAT.as_json())
    office.carrier.no_chat = GONE
    for _ in range(len(PAUSES) + 2):
        await office.deliver(timedelta(days=1, minutes=1))
    assert office.state.on_their_way == []  # type: ignore[attr-defined]
    assert ["kunde inte lämnas" in text for text in office.carrier.texts(CHANNEL)] == [True]
    assert office.carrier.texts(GROUP_CHAT.conversation) == [WORDS[EXPERT_ANSWER]]
    assert await office.questions() == {}


async def test_who_has_been_erased_is_told_nothing(office: Office) -> None:
    """Also where the letter was written just after."""
    await office.state.erase_person("asa")
    for what in WORDS:
        await post(office, what, what)
    await office.deliver()
    assert sent(office) == 0


async def test_a_chat_that_may_have_been_made_is_no_reason_to_keep_silent(office: Office) -> None:
    """Nothing was said yet, so that a notice is tried again."""
    await post(office, NOTICE, "k", GROUP_CHAT.as_json())
    office.carrier.no_chat = UNSURE
    await office.deliver()
    office.carrier.no_chat = None
    await office.deliver(timedelta(minutes=5))
    assert sent(office) == 1


# --- gently ---------------------------------------------------------------------------------------------


async def test_at_most_one_message_a_second_in_one_conversation(office: Office) -> None:
    """And thirty a second in all."""
    for number in range(3):
        await post(office, NOTICE, f"a{number}")
    for number in range(3):
        await post(office, NOTICE, f"b{number}", replace(HOME, conversation=f"a:{number}").as_json())
    times: dict[str, list[float]] = {}
    clock = office.clock

    async def note() -> None:
        times.setdefault("all", []).append(clock.now)

    office.carrier.before = note
    await office.deliver(timedelta())
    at = times["all"]
    assert [round(later - before, 3) for before, later in pairwise(at)] == [
        PACE_IN_ONE,
        PACE_IN_ONE,
        0.033,
        0.033,
        0.033,
    ]


async def test_an_idle_courier_looks_now_and_then(office: Office) -> None:
    """Nothing to do is a rest of some seconds, no busy loop."""
    assert await office.courier.round() == POLL


async def test_it_runs_until_it_is_stopped_and_finishes_what_is_under_way(office: Office) -> None:
    """Neither a store that is away nor a fault ends it; a letter that is being sent is crossed off."""
    sending, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        sending.set()
        await go_on.wait()

    async def rest(seconds: float) -> None:
        await asyncio.sleep(0)

    faults = [StateError("away"), RuntimeError("a fault of ours")]
    claim = office.lotsen.post.claim

    async def stumbling(limit: int) -> list[Letter]:
        if faults:
            raise faults.pop()
        return await claim(limit)

    office.lotsen.post.claim = stumbling  # type: ignore[method-assign]
    office.carrier.before = slow
    await post(office, NOTICE)
    courier = Courier(office.lotsen.post, office.carrier, sentences().__getitem__, clock=FakeClock(), sleep=rest)
    running = asyncio.create_task(courier.run())
    await sending.wait()
    stopping = asyncio.create_task(courier.stop(running))
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert running.done()
    assert (sent(office), office.state.on_their_way) == (1, [])  # type: ignore[attr-defined]
