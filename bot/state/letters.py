"""Letters on their way, each delivered once, and how channels are reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, Update, select, update

from bot.ports import Letter
from bot.state.engine import moment, stamp
from bot.state.retention import Swept
from bot.state.tables import addresses, letters
from bot.state.tables import expert_questions as questions

CLAIMED_FOR = timedelta(minutes=2)
_FORGOTTEN: dict[str, Any] = dict.fromkeys(("key", "what", "address", "content", "person", "due", "claim"))


class Letters(Swept):
    """A letter is on its way while its key stands in plain; after that only the key's hash is left, for 13 months."""

    async def note_address(self, place: str, address: Mapping[str, Any]) -> None:
        """Remember how a channel (never a person) is reached; the last counts."""
        await self._replace(addresses, place=place, address=dict(address))

    async def address(self, place: str) -> Mapping[str, Any] | None:
        """Return how a channel is reached, or null."""
        row = await self._row(select(addresses.c.address).where(addresses.c.place == place))
        return None if row is None else dict(row.address)

    async def post(self, letter: Letter) -> bool:
        """Put a letter away for delivery; false where its key was known, also long after it was delivered."""
        return await self._keep_first(letters, **self._new(letter))

    async def note_chat(self, person: str, address: Mapping[str, Any]) -> None:
        """Send what is on its way to a person to the chat at an address, and at once; answers to come go there too."""
        chat = dict(address)
        on_their_way = letters.c.key.is_not(None) & (letters.c.person == person)
        waiting = questions.c.asker.is_not(None) & (questions.c.person == person)
        moved = update(letters).where(on_their_way).values(address=chat, due=stamp(self._now()))
        met = update(questions).where(waiting).values(asker=chat)
        async with self._transaction() as connection:
            # Looked at first: a write costs more than all that is read for an answer, and is seldom needed.
            for known, change in (
                (select(letters.c.address).where(on_their_way), moved),
                (select(questions.c.asker).where(waiting), met),
            ):
                if any(place != chat for place in (await connection.execute(known)).scalars()):
                    await connection.execute(change)

    async def claim_letters(self, now: datetime, limit: int) -> list[Letter]:
        """Return letters that are due, oldest first, and keep them from every other caller for two minutes."""
        await self._sweep()
        claim = token_hex(16)
        free = letters.c.key.is_not(None) & (letters.c.due <= stamp(now)) & (letters.c.claimed_until <= stamp(now))
        oldest = select(letters.c.mark).where(free).order_by(letters.c.due, letters.c.mark).limit(limit)
        # Asked again about the row itself: on PostgreSQL another may have claimed it while this one waited.
        take = update(letters).where(letters.c.mark.in_(oldest), free)
        async with self._transaction() as connection:
            await connection.execute(take.values(claim=claim, claimed_until=stamp(now + CLAIMED_FOR)))
            mine = select(letters).where(letters.c.claim == claim).order_by(letters.c.due, letters.c.mark)
            return [_letter(row) for row in (await connection.execute(mine)).all()]

    async def letter_delivered(self, key: str) -> None:
        """Forget where a letter went and what it said; its key stays known."""
        await self._change(self._forgetting(letters.c.mark == _mark(key)))

    async def letter_again(self, key: str, due: datetime) -> None:
        """Count a failed attempt; the letter is due again at `due`. One that is delivered or lost stays so."""
        waiting = (letters.c.mark == _mark(key)) & letters.c.key.is_not(None)
        counted = {"tries": letters.c.tries + 1, "due": stamp(due), "claim": None, "claimed_until": ""}
        await self._change(update(letters).where(waiting).values(**counted))

    async def letter_lost(self, key: str) -> None:
        """Give a letter up; like `letter_delivered`, nothing but the key is kept."""
        await self.letter_delivered(key)

    def _new(self, letter: Letter) -> dict[str, Any]:
        return {
            "mark": _mark(letter.key),
            "at": stamp(self._now()),
            "key": letter.key,
            "what": letter.what,
            "address": dict(letter.address),
            "content": dict(letter.content),
            "person": letter.person,
            "due": stamp(letter.due),
            "tries": letter.tries,
            "claimed_until": "",
        }

    def _forgetting(self, which: ColumnElement[bool]) -> Update:
        on_its_way = letters.c.key.is_not(None)
        return update(letters).where(which, on_its_way).values(**_FORGOTTEN, at=stamp(self._now()))


def _mark(key: str) -> str:
    # A key may say who was told what, and is kept for long.
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _letter(row: Any) -> Letter:
    return Letter(row.key, row.what, row.address, row.content, moment(row.due), row.tries, row.person)
