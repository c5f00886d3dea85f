"""Questions to experts: the first answer wins, and nobody is told twice that it is late."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.errors import StateError
from bot.ports import ExpertQuestion, Letter, State
from bot.state import SqlState
from tests.fake_state import FakeState
from tests.state.conftest import NOW, Open

DAY = timedelta(days=1)
HOME = {"conversation": "19:abc", "tenant": "t1"}
ASKED = ExpertQuestion(
    "q1",
    "rss",
    "Vem betalar tillnyktring?",
    "Det vet jag inte.",
    NOW.date(),
    NOW,
    NOW + 2 * DAY,
    HOME,
    "p1",
    "K7Q",
    municipality="falun",
    workplace="arbetsplats-bup",
)


async def test_a_question_comes_back_whole(keeper: State) -> None:
    """Equal to what was kept; the same id again changes nothing."""
    assert await keeper.expert_question("q1") is None
    await keeper.add_expert_question(ASKED)
    await keeper.add_expert_question(replace(ASKED, question="Något annat"))
    assert await keeper.expert_question("q1") == ASKED


async def test_a_question_is_kept_with_the_letter_that_brings_it(keeper: State) -> None:
    """Once, however often it is sent."""
    letter = Letter("k1", "expert-question", HOME, {"id": "q1"}, NOW)
    for _ in range(2):
        await keeper.add_expert_question(ASKED, letter)
    assert await keeper.expert_question("q1") == ASKED
    assert await keeper.claim_letters(NOW, 10) == [letter]


async def test_a_question_whose_letter_cannot_be_kept_is_not_kept(keeper: State) -> None:
    """Interrupted between the two, nothing has happened, and the asker may send it again."""
    broken = Letter("k1", "expert-question", cast("dict[str, Any]", 7), {"id": "q1"}, NOW)
    if isinstance(keeper, FakeState):
        keeper.post = _fails  # type: ignore[method-assign]
    with pytest.raises((TypeError, StateError)):
        await keeper.add_expert_question(ASKED, broken)
    assert await keeper.expert_question("q1") is None


async def _fails(letter: Letter) -> bool:
    raise StateError("away")


async def test_the_first_answer_wins(keeper: State) -> None:
    """A second one is not kept, nor one to a question that there is not."""
    await keeper.add_expert_question(ASKED)
    assert await keeper.answer_expert_question("q1", "Kommunen.", NOW + DAY)
    assert not await keeper.answer_expert_question("q1", "Regionen.", NOW + DAY)
    assert not await keeper.answer_expert_question("q2", "Regionen.", NOW + DAY)
    assert await keeper.expert_question("q1") == replace(ASKED, answer="Kommunen.", answered_at=NOW + DAY)


async def test_of_many_who_answer_at_once_one_is_first(state: SqlState, opened: Open) -> None:
    """The answer that is kept is the one whose writer was told so."""
    await state.add_expert_question(ASKED)
    stores = [state, await opened()] * 4
    answers = [store.answer_expert_question("q1", f"svar {number}", NOW) for number, store in enumerate(stores)]
    kept = await asyncio.gather(*answers)
    question = await state.expert_question("q1")
    assert sum(kept) == 1
    assert question is not None and question.answer == f"svar {kept.index(True)}"


async def test_late_is_what_nobody_has_answered_and_nobody_was_told_of(keeper: State) -> None:
    """Not before its time; not once it is answered, told of, or without anybody to tell; oldest first."""
    for number in range(5):
        await keeper.add_expert_question(replace(ASKED, id=f"q{number}", at=NOW - number * MINUTE))
    assert await keeper.late_expert_questions(NOW + 2 * DAY - MINUTE) == []
    await keeper.answer_expert_question("q0", "Kommunen.", NOW)
    await keeper.expert_late_told("q1")
    await keeper.forget_asker("q2")
    assert [question.id for question in await keeper.late_expert_questions(NOW + 2 * DAY)] == ["q4", "q3"]
    told = await keeper.expert_question("q1")
    assert told is not None and told.late_told


MINUTE = timedelta(minutes=1)


async def test_the_editors_get_the_answers_without_who_asked(keeper: State) -> None:
    """The latest first; unanswered ones are not among them; the asker is still known until the answer has gone."""
    for number in range(3):
        await keeper.add_expert_question(replace(ASKED, id=f"q{number}"))
    await keeper.answer_expert_question("q0", "Kommunen.", NOW)
    await keeper.answer_expert_question("q2", "Regionen.", NOW + DAY)
    found = await keeper.expert_answers()
    assert [(one.id, one.answer, one.asker, one.person) for one in found] == [
        ("q2", "Regionen.", None, None),
        ("q0", "Kommunen.", None, None),
    ]
    kept = await keeper.expert_question("q0")
    assert kept is not None and kept.asker == HOME


async def test_who_asked_is_forgotten_when_told_to(keeper: State) -> None:
    """Question and answer stay."""
    await keeper.add_expert_question(ASKED)
    await keeper.forget_asker("q1")
    assert await keeper.expert_question("q1") == replace(ASKED, asker=None, person=None)


async def test_a_question_is_open_while_its_asker_is_known(keeper: State) -> None:
    """Answered or not, oldest first: what was interrupted is found again."""
    for number in range(3):
        await keeper.add_expert_question(replace(ASKED, id=f"q{number}", at=NOW - number * MINUTE))
    await keeper.answer_expert_question("q1", "Kommunen.", NOW)
    await keeper.forget_asker("q0")
    assert [question.id for question in await keeper.open_expert_questions()] == ["q2", "q1"]
    await keeper.add_expert_question(replace(ASKED, id="q3", person="p2"))
    assert [question.id for question in await keeper.open_expert_questions("p2")] == ["q3"]


async def test_an_answer_that_was_taken_in_is_no_draft_any_more(keeper: State) -> None:
    """Unless the piece of work that it was taken into came to nothing."""
    for number in range(2):
        await keeper.add_expert_question(replace(ASKED, id=f"q{number}"))
        await keeper.answer_expert_question(f"q{number}", "Kommunen.", NOW)
    await keeper.take_in_answers(["q0"], "arbete-1")
    await keeper.take_in_answers(["q1"], "arbete-2")
    assert await keeper.expert_answers() == []
    await keeper.leave_answers(["arbete-2"])
    assert [question.id for question in await keeper.expert_answers()] == ["q1"]
