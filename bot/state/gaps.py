"""Questions that got no answer, and the words in them that few have written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import WRITERS, Gap
from bot.state.engine import Database, moment, stamp
from bot.state.tables import gaps, keys, shown_words, word_writers
from bot.veil import unveiled, veiled, writer_mark

KEY_PURPOSE = "gaps"
KEY_LENGTH = 32  # bytes


class Gaps(Database):
    """The editors' list. A word from outside stands as a keyed hash until enough people have written it."""

    _key: bytes | None = None

    async def close(self) -> None:
        """Let go of all connections; open() may be called again."""
        self._key = None
        await super().close()

    async def add_gap(self, gap: Gap, writer: str | None = None) -> None:
        """Keep an unanswered question; the same text again only counts up and renews its time."""
        async with self._transaction() as connection:
            key = await self._gap_key(connection)
            question, words = veiled(gap.question, gap.outside, key)
            new = self._insert(gaps).values(
                question=question, at=stamp(gap.at), kind=gap.kind, municipality=gap.municipality, times=gap.count
            )
            counted = {"times": gaps.c.times + new.excluded.times, "at": new.excluded.at}
            await connection.execute(new.on_conflict_do_update(index_elements=["question"], set_=counted))
            if words:
                await self._count_writer(connection, words, writer, key)

    async def gaps(self) -> list[Gap]:
        """Return the unanswered questions, most asked first, then the latest; […] for words that few have written."""
        unsettled = gaps.c.settled.is_(None) | (gaps.c.at > gaps.c.settled_at)
        async with self._transaction() as connection:
            ordered = select(gaps).where(unsettled).order_by(gaps.c.times.desc(), gaps.c.at.desc(), gaps.c.question)
            rows = (await connection.execute(ordered)).all()
            words = {row.mark: row.word for row in (await connection.execute(select(shown_words))).all()}
        return [_gap(row, words) for row in rows]

    async def settle_gaps(self, ids: Collection[str], became: str) -> None:
        """Take gaps off the list; one that is asked again comes back."""
        async with self._transaction() as connection:
            kept = (await connection.execute(select(gaps.c.question))).scalars().all()
            meant = [question for question in kept if _id(question) in ids]
            done = {"settled": became, "settled_at": stamp(self._now())}
            await connection.execute(update(gaps).where(gaps.c.question.in_(meant)).values(**done))

    async def reopen_gaps(self, became: Collection[str]) -> None:
        """Put back what was settled as one of these."""
        meant = gaps.c.settled.in_(list(became))
        await self._change(update(gaps).where(meant).values(settled=None, settled_at=None))

    async def _count_writer(
        self, connection: AsyncConnection, words: dict[str, str], writer: str | None, key: bytes
    ) -> None:
        """Note by whom words (by mark) were written; keep those in plain that enough people have written."""
        shown = select(shown_words.c.mark).where(shown_words.c.mark.in_(words))
        hidden = set(words) - set((await connection.execute(shown)).scalars())
        if not hidden:
            return
        written = [{"word": mark, "writer": writer_mark(mark, writer, key)} for mark in sorted(hidden)]
        await connection.execute(self._insert(word_writers).values(written).on_conflict_do_nothing())
        counted = select(word_writers.c.word).where(word_writers.c.word.in_(hidden))
        enough = counted.group_by(word_writers.c.word).having(func.count() >= WRITERS)
        for mark in (await connection.execute(enough)).scalars().all():
            await connection.execute(
                self._insert(shown_words).values(mark=mark, word=words[mark]).on_conflict_do_nothing()
            )
            await connection.execute(delete(word_writers).where(word_writers.c.word == mark))

    async def _forget_writer(self, connection: AsyncConnection, person: str) -> None:
        key = await self._gap_key(connection)
        words = (await connection.execute(select(word_writers.c.word).distinct())).scalars().all()
        marks = [writer_mark(word, person, key) for word in words]
        await connection.execute(delete(word_writers).where(word_writers.c.writer.in_(marks)))

    async def _gap_key(self, connection: AsyncConnection) -> bytes:
        """Return the key of hidden words, made at first use and the same for all who share the state."""
        if self._key is None:
            new = self._insert(keys).values(purpose=KEY_PURPOSE, key=token_bytes(KEY_LENGTH).hex())
            await connection.execute(new.on_conflict_do_nothing())
            kept = await connection.execute(select(keys.c.key).where(keys.c.purpose == KEY_PURPOSE))
            self._key = bytes.fromhex(kept.scalar_one())
        return self._key


def _gap(row: Any, words: Mapping[str, str]) -> Gap:
    return Gap(
        unveiled(row.question, words),
        moment(row.at),
        row.kind,
        row.municipality,
        row.times,
        id=_id(row.question),
        settled=row.settled,
    )


def _id(question: str) -> str:
    """Return the name of a kept question: of the text as it stands, so that a word that is shown changes nothing."""
    return sha256(question.encode("utf-8", "surrogatepass")).hexdigest()[:16]
