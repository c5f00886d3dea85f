"""What a conversation remembers, and which activities have been handled."""

from __future__ import annotations

from sqlalchemy import delete, select

from bot.ports import Memory
from bot.state.engine import moment, stamp
from bot.state.retention import Swept
from bot.state.tables import handled, memories


class Conversations(Swept):
    """Short memories: a day for what was said, some days for what was handled."""

    async def memory(self, conversation: str) -> Memory | None:
        """Return what a conversation remembers, or null."""
        row = await self._row(select(memories).where(memories.c.conversation == conversation))
        if row is None:
            return None
        choices = tuple((label, question) for label, question in row.choices)
        return Memory(at=moment(row.at), frame=row.frame, choices=choices, misses=row.misses)

    async def remember(self, conversation: str, memory: Memory) -> None:
        """Replace what a conversation remembers."""
        await self._sweep()
        await self._replace(
            memories,
            conversation=conversation,
            at=stamp(memory.at),
            frame=memory.frame,
            choices=[list(choice) for choice in memory.choices],
            misses=memory.misses,
        )

    async def handle_once(self, activity: str) -> bool:
        """Return true the first time an activity id is seen, false for three days after."""
        await self._sweep()
        return await self._keep_first(handled, activity=activity, at=stamp(self._now()))

    async def handle_again(self, activity: str) -> None:
        """Forget that an activity id was seen: it was not answered after all."""
        async with self._transaction() as connection:
            await connection.execute(delete(handled).where(handled.c.activity == activity))
