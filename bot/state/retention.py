"""For how long what is kept is kept, and the sweeping away of what is older."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Delete, Update, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.state.engine import Database, stamp
from bot.state.tables import (
    expert_questions,
    feedback,
    gaps,
    handled,
    letters,
    memories,
    people,
    profiles,
    progress,
    sent_messages,
    shown_words,
    watches,
    word_writers,
)
from bot.veil import marks_in

HANDLED_FOR = timedelta(days=3)
REMEMBERED_FOR = timedelta(hours=24)
KEPT_FOR = timedelta(days=90)
"""Feedback, gaps since they were last asked, sent messages, and where the answer to an expert question goes."""
UNUSED_FOR = timedelta(days=396)
"""Thirteen months: what is kept about a person, since they last were here; expert questions, since they were put;
marks of letters, since these were delivered or lost.
"""
SWEEP_EVERY = timedelta(hours=1)

PERSONAL = (profiles, progress, watches, people)
"""The tables that are kept by person, until erased or unused for long."""


class Swept(Database):
    """A database that is rid of what is old, once an hour while it is in use."""

    _swept: datetime | None = None

    async def _sweep(self) -> None:
        now = self._now()
        if self._swept is not None and now - self._swept < SWEEP_EVERY:
            return
        self._swept = now
        async with self._transaction() as connection:
            for statement in _sweeping(now):
                await connection.execute(statement)
            if (await connection.execute(delete(gaps).where(gaps.c.at < stamp(now - KEPT_FOR)))).rowcount:
                await _sweep_words(connection)


def _sweeping(now: datetime) -> Iterator[Delete | Update]:
    kept, unused = stamp(now - KEPT_FOR), stamp(now - UNUSED_FOR)
    yield delete(handled).where(handled.c.at < stamp(now - HANDLED_FOR))
    yield delete(memories).where(memories.c.at < stamp(now - REMEMBERED_FOR))
    yield delete(feedback).where(feedback.c.at < kept)
    yield delete(sent_messages).where(sent_messages.c.at < kept)
    yield update(expert_questions).where(expert_questions.c.at < kept).values(asker=None, person=None)
    yield delete(expert_questions).where(expert_questions.c.at < unused)
    # Much longer than anything is posted again for: where an answer goes is known for ninety days.
    yield delete(letters).where(letters.c.key.is_(None), letters.c.at < unused)
    away = select(people.c.person).where(people.c.used < unused)
    for table in PERSONAL:
        yield delete(table).where(table.c.person.in_(away))


async def _sweep_words(connection: AsyncConnection) -> None:
    """Forget the words, and who wrote them, that stand in no gap any more."""
    kept = (await connection.execute(select(gaps.c.question))).scalars()
    standing = {mark for question in kept for mark in marks_in(question)}
    for column in (word_writers.c.word, shown_words.c.mark):
        known = set((await connection.execute(select(column).distinct())).scalars())
        await connection.execute(delete(column.table).where(column.in_(known - standing)))
