"""The State port on a database, put together from its subjects."""

from __future__ import annotations

from sqlalchemy import delete, update

from bot.state.answers import Answers
from bot.state.conversations import Conversations
from bot.state.experts import Experts
from bot.state.gaps import Gaps
from bot.state.people import People
from bot.state.retention import PERSONAL
from bot.state.tables import expert_questions, letters, memories


class SqlState(Conversations, People, Gaps, Answers, Experts):
    """All that outlives a turn. Every method raises StateError when the database is away."""

    async def erase_person(self, person: str) -> None:
        """Erase all that is kept about a person, whatever room keeps it.

        That is the profile, progress and watches, memories under the same key, marks of words written,
        who asked an expert group, and letters to the person, which are not delivered then.
        """
        async with self._transaction() as connection:
            await self._forget_writer(connection, person)
            for table in PERSONAL:
                await connection.execute(delete(table).where(table.c.person == person))
            await connection.execute(delete(memories).where(memories.c.conversation == person))
            asked = update(expert_questions).where(expert_questions.c.person == person)
            await connection.execute(asked.values(asker=None, person=None))
            await connection.execute(self._forgetting(letters.c.person == person))
