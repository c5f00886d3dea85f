"""What is old is swept away, whichever call it is that finds the time has come."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.ports import ExpertQuestion, Gap, Letter, Memory, Profile
from bot.state import SqlState
from tests.state.conftest import NOW, Open

DAY = timedelta(days=1)
SWEEPS: dict[str, Callable[[SqlState], Awaitable[Any]]] = {
    "handle_once": lambda store: store.handle_once("another"),
    "remember": lambda store: store.remember("another", Memory(NOW)),
    "claim_letters": lambda store: store.claim_letters(NOW, 1),
}


@pytest.mark.parametrize("sweep", SWEEPS)
async def test_what_is_old_is_swept_away(state: SqlState, opened: Open, sweep: str) -> None:
    """Handled ids go after three days, memories after one; profiles stay."""
    await state.handle_once("a1")
    await state.remember("c1", Memory(NOW))
    await state.save_profile("p1", Profile("falun"))
    later = await opened(NOW + timedelta(days=4))
    await SWEEPS[sweep](later)
    assert await later.handle_once("a1")
    assert await later.memory("c1") is None
    assert await later.profile("p1") == Profile("falun")


async def test_a_program_that_runs_on_sweeps_once_an_hour(url: str) -> None:
    """What grows old while the program runs goes too."""
    now = [NOW]
    store = SqlState(url, lambda: now[0])
    await store.open()
    await store.note_sent("m1", "K7Q")
    await store.handle_once("a1")
    now[0] = NOW + 90 * DAY
    await store.handle_once("a2")
    assert await store.sent("m1") == "K7Q"
    now[0] += timedelta(minutes=59)
    await store.handle_once("a3")
    assert await store.sent("m1") == "K7Q"
    now[0] += timedelta(minutes=1)
    await store.handle_once("a4")
    assert await store.sent("m1") is None
    await store.close()


async def test_a_gap_goes_ninety_days_after_it_was_last_asked(state: SqlState, opened: Open) -> None:
    """Asking again gives it ninety days more."""
    await state.add_gap(Gap("parkering", NOW, "unknown"))
    await state.add_gap(Gap("tillnyktring", NOW, "unknown"))
    await state.add_gap(Gap("parkering", NOW + 50 * DAY, "unknown"))
    later = await opened(NOW + 91 * DAY)
    await later.handle_once("a1")
    assert [gap.question for gap in await later.gaps()] == ["parkering"]


async def test_words_go_with_the_last_gap_that_they_stand_in(state: SqlState, opened: Open) -> None:
    """Who wrote a word is forgotten with it, and counted anew; a word that still stands in a gap stays shown."""
    for writer in ("p1", "p2", "p3"):
        await state.add_gap(_gap("Vem sponsrar Zorblax?", 0), writer)
    await state.add_gap(_gap("Vem sponsrar Kvistlund?", 0), "p1")
    await state.add_gap(_gap("Vem sponsrar Kvistlund?", 0), "p2")
    await state.add_gap(_gap("Kostar Zorblax?", 50), "p1")
    later = await opened(NOW + 91 * DAY)
    await later.handle_once("a1")
    await later.add_gap(_gap("Vem sponsrar Kvistlund?", 91), "p3")
    assert [gap.question for gap in await later.gaps()] == ["Vem sponsrar […]?", "Kostar Zorblax?"]


def _gap(question: str, days: int) -> Gap:
    start = question.rindex(" ") + 1
    return Gap(question, NOW + days * DAY, "unknown", outside=((start, len(question) - 1),))


async def test_the_asker_goes_after_ninety_days_and_the_question_after_thirteen_months(
    state: SqlState, opened: Open
) -> None:
    """However slow the experts are, it is not kept for ever who asked."""
    await state.add_expert_question(
        ExpertQuestion("q1", "g", "Vem?", "Vet ej", NOW.date(), NOW, NOW + 2 * DAY, {"a": 1}, "p1")
    )
    later = await opened(NOW + 91 * DAY)
    await later.handle_once("a1")
    question = await later.expert_question("q1")
    assert question is not None and (question.asker, question.person) == (None, None)
    assert await later.late_expert_questions(NOW + 91 * DAY) == []
    last = await opened(NOW + 397 * DAY)
    await last.handle_once("a2")
    assert await last.expert_question("q1") is None


async def test_the_mark_of_a_letter_goes_thirteen_months_after_it_ended(
    state: SqlState, opened: Open, path: Path
) -> None:
    """Until then its key is not taken again; what is on its way is never swept."""
    for key in ("delivered", "lost", "waiting"):
        await state.post(Letter(key, "notice", {}, {}, NOW))
    await state.letter_delivered("delivered")
    await state.letter_lost("lost")
    before = await opened(NOW + 395 * DAY)
    await before.handle_once("a1")
    assert not await before.post(Letter("delivered", "notice", {}, {}, NOW))
    after = await opened(NOW + 397 * DAY)
    await after.handle_once("a2")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT key FROM letters").fetchall() == [("waiting",)]
    connection.close()


async def test_feedback_goes_after_ninety_days(state: SqlState, opened: Open, path: Path) -> None:
    """What people wrote about answers is not kept for ever."""
    await state.add_feedback("K7Q", "dislike", "Fel kommun")
    later = await opened(NOW + 89 * DAY)
    await later.add_feedback("K7Q", "like", "")
    await (await opened(NOW + 91 * DAY)).handle_once("a1")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT reaction FROM feedback").fetchall() == [("like",)]
    connection.close()
