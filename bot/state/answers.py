"""What was answered: receipts, which message carries which answer, reactions, and what was published when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from bot.ports import Reaction, Receipt
from bot.state.engine import Database, moment, stamp
from bot.state.tables import feedback, published, receipts, sent_messages


class Answers(Database):
    """Without whom they were given to."""

    async def save_receipt(self, receipt: Receipt) -> None:
        """Keep an answer as served; the same code again changes nothing."""
        await self._keep_first(receipts, code=receipt.code, answer=receipt.answer, at=stamp(receipt.at))

    async def receipt(self, code: str) -> Receipt | None:
        """Return the answer with that code, or null."""
        row = await self._row(select(receipts).where(receipts.c.code == code))
        return None if row is None else Receipt(code=row.code, answer=row.answer, at=moment(row.at))

    async def add_feedback(self, code: str, reaction: str, reason: str) -> None:
        """Keep a reaction to an answer, without who gave it, for 90 days."""
        await self._change(insert(feedback).values(code=code, reaction=reaction, reason=reason, at=stamp(self._now())))

    async def feedback(self) -> list[Reaction]:
        """Return the reactions to answers, the latest first."""
        rows = await self._rows(select(feedback).order_by(feedback.c.at.desc(), feedback.c.id.desc()))
        return [Reaction(row.code, row.reaction, row.reason, moment(row.at)) for row in rows]

    async def note_sent(self, message: str, code: str) -> None:
        """Remember for 90 days which answer a sent message carries; the last counts."""
        await self._replace(sent_messages, message=message, code=code, at=stamp(self._now()))

    async def sent(self, message: str) -> str | None:
        """Return the code of the answer that a sent message carries, or null."""
        row = await self._row(select(sent_messages.c.code).where(sent_messages.c.message == message))
        return None if row is None else str(row.code)

    async def record_published(self, revision: str, at: datetime) -> None:
        """Note that a revision was published; the same revision again changes nothing."""
        await self._keep_first(published, revision=revision, at=stamp(at))
