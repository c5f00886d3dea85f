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
from bot.outreach import EXPERT_ANSWER, EXPERT_LATE, NOTICE
from bot.ports import ExpertQuestion, Letter, Watch
from bot.service import Serving
from bot.teams.courier import PACE_IN_ONE, PAUSES, POLL, Courier
from tests.fakes import FakeClock, sentences
from tests.office import GROUP_CHAT, HOME, START, Office

MINUTE = timedelta(minutes=1)
BUSY = TransportError("busy", temporary=True, retry_after=90.0, status=429)
DOWN = TransportError("down", temporary=True, status=503)
AWAY = TransportError("cannot be reached", temporary=True)
UNSURE = TransportError("did not answer", uncertain=True)
BAD = TransportError("bad", status=400, code="BadSyntax")
SECRET = TransportError("login answered 401")
GONE = TransportError("gone", status=403, code="MessageWritesBlocked")
NOBODY = TransportError("no such conversation", status=404, code="ConversationNotFound")
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


async def post(office: Office, what: str, key: str = "k", address: object = None) -> None:
    letter = Letter(key, what, address or HOME.as_json(), CONTENT, office.now, person="asa")  # type: ignore[arg-type]
    await office.state.post(letter)


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
    """429 ends the round, for as long as Teams says; the rest of the batch goes afterwards."""
    for number in range(3):
        await post(office, EXPERT_ANSWER, f"k{number}")
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
