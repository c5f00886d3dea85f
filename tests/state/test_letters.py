"""Letters are delivered once: through restarts, two programs and failures."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.ports import ExpertQuestion, Letter, State
from bot.state import SqlState
from tests.state.conftest import NOW, Open

MINUTE = timedelta(minutes=1)
HOME = {"conversation": "19:abc", "tenant": "t1"}


def letter(key: str, minutes: int = 0) -> Letter:
    return Letter(key, "notice", HOME, {"text": "RÖK har ändrats", "rows": [1, None]}, NOW + minutes * MINUTE)


async def keys(keeper: State, minutes: float, limit: int = 10) -> list[str]:
    return [letter.key for letter in await keeper.claim_letters(NOW + minutes * MINUTE, limit)]


async def test_a_letter_comes_back_whole_when_it_is_due(keeper: State) -> None:
    """Not before, and equal to what was posted, also whom it is for."""
    posted = Letter("k1", "expert-answer", HOME, {"text": "å", "steps": ["a"]}, NOW, person="p1")
    assert await keeper.post(posted)
    assert await keeper.claim_letters(NOW - MINUTE, 10) == []
    assert await keeper.claim_letters(NOW, 10) == [posted]


async def test_the_oldest_come_first_and_no_more_than_asked_for(keeper: State) -> None:
    """The rest is left for the next caller."""
    for key, minutes in (("late", 3), ("first", 1), ("second", 2), ("future", 9)):
        await keeper.post(letter(key, minutes))
    assert await keys(keeper, 5, limit=2) == ["first", "second"]
    assert await keys(keeper, 5) == ["late"]


async def test_a_key_is_taken_once_for_ever(keeper: State) -> None:
    """Neither while the letter is on its way nor after it was delivered or lost."""
    for key, end in (("k1", keeper.letter_delivered), ("k2", keeper.letter_lost)):
        assert await keeper.post(letter(key))
        assert not await keeper.post(letter(key))
        await keeper.claim_letters(NOW, 10)
        await end(key)
        assert not await keeper.post(letter(key))
    assert await keys(keeper, 60) == []


async def test_a_claimed_letter_is_kept_from_others_for_two_minutes(keeper: State) -> None:
    """Then somebody else may take it: whoever had it is gone."""
    await keeper.post(letter("k1"))
    assert await keys(keeper, 0) == ["k1"]
    assert await keys(keeper, 1.9) == []
    assert await keys(keeper, 2) == ["k1"]


async def test_a_failed_letter_is_due_again(keeper: State) -> None:
    """At the time that was set, with the attempt counted, without waiting for the claim to end."""
    await keeper.post(letter("k1"))
    await keeper.claim_letters(NOW, 10)
    await keeper.letter_again("k1", NOW + MINUTE)
    assert await keys(keeper, 0.9) == []
    again = await keeper.claim_letters(NOW + MINUTE, 10)
    assert [(found.key, found.tries, found.due) for found in again] == [("k1", 1, NOW + MINUTE)]


async def test_a_delivered_letter_is_not_sent_again_by_whoever_is_late(keeper: State) -> None:
    """A failure told of after delivery changes nothing; nor does one of a letter that there is not."""
    await keeper.post(letter("k1"))
    await keeper.letter_delivered("k1")
    for key in ("k1", "never-posted"):
        await keeper.letter_again(key, NOW)
        await keeper.letter_lost(key)
    assert await keys(keeper, 60) == []


async def test_a_letter_survives_a_restart(state: SqlState, opened: Open) -> None:
    """What was posted before is delivered after."""
    await state.post(letter("k1"))
    await state.close()
    assert await keys(await opened(), 0) == ["k1"]


async def test_of_many_who_claim_at_once_one_gets_each_letter(state: SqlState, opened: Open) -> None:
    """Two programs with five tasks each share out thirty letters, none of them twice, none forgotten."""
    posted = {f"k{number}" for number in range(30)}
    for key in posted:
        await state.post(letter(key))
    stores = (state, await opened())
    got: list[str] = []
    while len(got) < len(posted):
        claims = await asyncio.gather(*(store.claim_letters(NOW, 4) for store in stores for _ in range(5)))
        found = [one.key for claim in claims for one in claim]
        assert found
        got += found
    assert sorted(got) == sorted(posted)


async def test_of_many_who_post_one_key_at_once_one_is_taken(state: SqlState, opened: Open) -> None:
    """Two programs that see the same change tell of it once."""
    stores = (state, await opened())
    taken = await asyncio.gather(*(store.post(letter("k1")) for store in stores for _ in range(5)))
    assert sum(taken) == 1


async def test_nothing_of_a_delivered_letter_can_be_read(state: SqlState, path: Path) -> None:
    """Neither where it went, nor whom it was for, nor what it said, nor its key stands in the file."""
    await state.post(Letter("notice/secret", "notice", {"c": "secret"}, {"t": "secret"}, NOW, person="secret-person"))
    await state.letter_delivered("notice/secret")
    await state.close()
    with sqlite3.connect(path) as connection:
        stored = "\n".join(connection.iterdump())
    connection.close()
    assert '"letters"' in stored and "secret" not in stored


async def test_how_a_channel_is_reached_is_remembered(keeper: State) -> None:
    """The last counts."""
    assert await keeper.address("19:channel") is None
    await keeper.note_address("19:channel", {"service_url": "https://a"})
    await keeper.note_address("19:channel", {"service_url": "https://b"})
    assert await keeper.address("19:channel") == {"service_url": "https://b"}


async def test_what_is_on_its_way_follows_a_person_to_their_chat(keeper: State) -> None:
    """At once, and so do answers to come; nobody else's letters do, nor a channel's, nor what has been delivered."""
    chat = {"conversation": "a:p1"}
    for key, person in (("mine", "p1"), ("gone", "p1"), ("other", "p2"), ("channel", None)):
        await keeper.post(Letter(key, "expert-answer", HOME, {}, NOW + 60 * MINUTE, person=person))
    await keeper.letter_delivered("gone")
    asked = ExpertQuestion("q1", "rss", "Vem?", "", NOW.date(), NOW, NOW, HOME, "p1")
    for question in (asked, replace(asked, id="q2", person="p2"), replace(asked, id="q3", asker=None)):
        await keeper.add_expert_question(question)
    await keeper.note_chat("p1", chat)
    assert [(one.key, one.address) for one in await keeper.claim_letters(NOW, 10)] == [("mine", chat)]
    later = await keeper.claim_letters(NOW + 60 * MINUTE, 10)
    assert {one.key: one.address for one in later} == {"mine": chat, "other": HOME, "channel": HOME}
    found = [await keeper.expert_question(id_) for id_ in ("q1", "q2", "q3")]
    assert [one and one.asker for one in found] == [chat, HOME, None]


async def test_a_chat_that_is_known_changes_nothing(keeper: State) -> None:
    """A letter that waits for Teams goes on waiting, however much the person writes."""
    await keeper.post(Letter("k1", "notice", HOME, {}, NOW + MINUTE, person="p1"))
    await keeper.note_chat("p1", HOME)
    assert await keys(keeper, 0.9) == []
    assert await keys(keeper, 1) == ["k1"]


async def test_which_answer_a_message_carries_is_remembered(keeper: State) -> None:
    """The last counts."""
    assert await keeper.sent("m1") is None
    await keeper.note_sent("m1", "K7Q")
    await keeper.note_sent("m1", "K7Q-2MX")
    assert await keeper.sent("m1") == "K7Q-2MX"
