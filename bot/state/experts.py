"""Questions to expert groups, and what was answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from bot.ports import ExpertQuestion, Letter
from bot.state.engine import moment, stamp
from bot.state.letters import Letters
from bot.state.tables import expert_questions as questions
from bot.state.tables import letters


class Experts(Letters):
    """Masked questions; where the answer goes is kept no longer than until it has gone there."""

    async def add_expert_question(self, question: ExpertQuestion, letter: Letter | None = None) -> None:
        """Keep a question to an expert group and the letter that brings it there: both or none of them.

        The same id or key again changes nothing.
        """
        async with self._transaction() as connection:
            await self._add(connection, questions, _row(question))
            if letter is not None:
                await self._add(connection, letters, self._new(letter))

    async def expert_question(self, id: str) -> ExpertQuestion | None:
        """Return a question to an expert group, or null."""
        row = await self._row(select(questions).where(questions.c.id == id))
        return None if row is None else _question(row)

    async def answer_expert_question(self, id: str, answer: str, at: datetime) -> bool:
        """Keep the answer if there is none yet; return whether this one was kept."""
        open_one = update(questions).where(questions.c.id == id, questions.c.answer.is_(None))
        return await self._change(open_one.values(answer=answer, answered_at=stamp(at))) == 1

    async def late_expert_questions(self, now: datetime) -> list[ExpertQuestion]:
        """Return the unanswered questions whose `late_at` has passed and whose askers are to be told, oldest first."""
        late = (questions.c.late_at <= stamp(now)) & questions.c.answer.is_(None) & questions.c.late_told.is_(False)
        waited = select(questions).where(late, questions.c.asker.is_not(None)).order_by(questions.c.at, questions.c.id)
        return [_question(row) for row in await self._rows(waited)]

    async def open_expert_questions(self, person: str | None = None) -> list[ExpertQuestion]:
        """Return the questions whose askers are still known, or one person's, answered or not, oldest first."""
        waiting = select(questions).where(questions.c.asker.is_not(None)).order_by(questions.c.at, questions.c.id)
        rows = await self._rows(waiting if person is None else waiting.where(questions.c.person == person))
        return [_question(row) for row in rows]

    async def expert_late_told(self, id: str) -> None:
        """Note that the asker has been told that nobody has answered yet."""
        await self._change(update(questions).where(questions.c.id == id).values(late_told=True))

    async def forget_asker(self, id: str) -> None:
        """Forget who asked an expert group."""
        await self._change(update(questions).where(questions.c.id == id).values(asker=None, person=None))

    async def expert_answers(self) -> list[ExpertQuestion]:
        """Return the answers that no editor has taken in, the latest first, without their askers: drafts."""
        answered = select(questions).where(questions.c.answer.is_not(None), questions.c.taken_in.is_(None))
        rows = await self._rows(answered.order_by(questions.c.answered_at.desc(), questions.c.id))
        return [_question(row, asker=None, person=None) for row in rows]

    async def take_in_answers(self, ids: Collection[str], became: str) -> None:
        """Note that the experts' answers to these questions were taken in."""
        await self._change(update(questions).where(questions.c.id.in_(list(ids))).values(taken_in=became))

    async def leave_answers(self, became: Collection[str]) -> None:
        """Put back what was taken in as one of these."""
        await self._change(update(questions).where(questions.c.taken_in.in_(list(became))).values(taken_in=None))


def _row(question: ExpertQuestion) -> dict[str, Any]:
    return {
        "id": question.id,
        "expert_group": question.group,
        "question": question.question,
        "told": question.told,
        "day": question.on.isoformat(),
        "at": stamp(question.at),
        "late_at": stamp(question.late_at),
        "asker": None if question.asker is None else dict(question.asker),
        "person": question.person,
        "receipt": question.receipt,
        "answer": question.answer,
        "answered_at": None if question.answered_at is None else stamp(question.answered_at),
        "late_told": question.late_told,
        "municipality": question.municipality,
        "workplace": question.workplace,
    }


def _question(row: Any, **instead: None) -> ExpertQuestion:
    fields: dict[str, Any] = {
        "asker": row.asker,
        "person": row.person,
        "answered_at": None if row.answered_at is None else moment(row.answered_at),
        **instead,
    }
    return ExpertQuestion(
        id=row.id,
        group=row.expert_group,
        question=row.question,
        told=row.told,
        on=date.fromisoformat(row.day),
        at=moment(row.at),
        late_at=moment(row.late_at),
        receipt=row.receipt,
        answer=row.answer,
        late_told=row.late_told,
        municipality=row.municipality,
        workplace=row.workplace,
        **fields,
    )
