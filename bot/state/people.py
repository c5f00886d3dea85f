"""What is kept about people, by hashed key: profile, progress and watches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Table, delete, select, update

from bot.ports import Profile, Progress, Watch
from bot.state.engine import Database, stamp
from bot.state.tables import people, profiles, watches
from bot.state.tables import progress as steps

RENEWED_AFTER = timedelta(days=1)
"""How old the time of last use may be before it is written anew."""


class People(Database):
    """Kept until erased, or until a person has not been here for long; see bot.state.retention."""

    async def profile(self, person: str) -> Profile | None:
        """Return a person's profile, or null; the person has been here then."""
        row = await self._of_person(profiles, person)
        return None if row is None else Profile(municipality=row.municipality, workplace=row.workplace)

    async def save_profile(self, person: str, profile: Profile) -> None:
        """Replace a person's profile."""
        await self._keep(profiles, person, municipality=profile.municipality, workplace=profile.workplace)

    async def progress(self, person: str) -> Progress | None:
        """Return how far a person has come in the introduction, or null; the person has been here then."""
        row = await self._of_person(steps, person)
        return None if row is None else Progress(row.part, row.answered, tuple(row.missed))

    async def save_progress(self, person: str, progress: Progress) -> None:
        """Replace how far a person has come."""
        kept = {"part": progress.part, "answered": dict(progress.right), "missed": list(progress.missed)}
        await self._keep(steps, person, **kept)

    async def watch(self, watch: Watch) -> None:
        """Keep that a person watches an agreement; replaces what was kept for the two."""
        kept = {"agreement": watch.agreement, "address": dict(watch.address), "digest": watch.digest}
        await self._keep(watches, watch.person, **kept)

    async def note_told(self, watch: Watch, digest: str) -> bool:
        """Note how far the owner of a watch has been told; false where the watch is not as it was read."""
        same = (watches.c.person == watch.person) & (watches.c.agreement == watch.agreement)
        # Never an insert: what was erased meanwhile stays erased. Nor has the person been here because we wrote.
        told = update(watches).where(same, watches.c.digest == watch.digest).values(digest=digest)
        return await self._change(told) == 1

    async def unwatch(self, person: str, agreement: str | None = None) -> int:
        """Forget one watch of a person, or all; return how many there were."""
        forget = delete(watches).where(watches.c.person == person)
        return await self._change(forget if agreement is None else forget.where(watches.c.agreement == agreement))

    async def watches(self, person: str | None = None) -> list[Watch]:
        """Return all watches, or a person's, by person and agreement."""
        query = select(watches).order_by(watches.c.person, watches.c.agreement)
        rows = await self._rows(query if person is None else query.where(watches.c.person == person))
        return [Watch(row.person, row.agreement, row.address, row.digest) for row in rows]

    async def _of_person(self, table: Table, person: str) -> Any:
        """Return a person's row in a table, or null, and note that the person is here."""
        beside = people.outerjoin(table, table.c.person == people.c.person)
        query = select(people.c.used, *table.c).select_from(beside)
        row = await self._row(query.where(people.c.person == person))
        if row is None:
            return None
        now = self._now()
        # Not at every question: a write costs more than all that is read for an answer.
        if row.used <= stamp(now - RENEWED_AFTER):
            await self._change(update(people).where(people.c.person == person).values(used=stamp(now)))
        return row if row.person is not None else None

    async def _keep(self, table: Table, person: str, **values: Any) -> None:
        async with self._transaction() as connection:
            await self._put(connection, people, {"person": person, "used": stamp(self._now())})
            await self._put(connection, table, {"person": person, **values})
