"""State on SQLAlchemy: SQLite in one file by default, PostgreSQL by its URL.

Everything that outlives a turn is here and nothing else: no names, no accounts, only keys
that the edges have hashed. Times are UTC, stored as text that sorts as it reads.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, Text, delete, event, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import StateError
from bot.ports import WRITERS, Gap, Memory, Profile, Receipt
from bot.veil import unveiled, veiled, writer_mark

SCHEMA_VERSION = 1
HANDLED_FOR = timedelta(days=3)
REMEMBERED_FOR = timedelta(hours=24)
SWEEP_EVERY = timedelta(hours=1)
BUSY_TIMEOUT = 5000  # ms

_tables = MetaData()
_versions = Table("schema_version", _tables, Column("version", Integer, primary_key=True))
_memories = Table(
    "memories",
    _tables,
    Column("conversation", String, primary_key=True),
    Column("at", String, nullable=False, index=True),
    Column("frame", JSON, nullable=False),
    Column("choices", JSON, nullable=False),
    Column("misses", Integer, nullable=False),
)
_profiles = Table(
    "profiles",
    _tables,
    Column("person", String, primary_key=True),
    Column("municipality", String),
    Column("workplace", String),
)
_handled = Table(
    "handled",
    _tables,
    Column("activity", String, primary_key=True),
    Column("at", String, nullable=False, index=True),
)
_gaps = Table(
    "gaps",
    _tables,
    Column("question", Text, primary_key=True),
    Column("at", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("municipality", String),
    Column("times", Integer, nullable=False),
)
_keys = Table("keys", _tables, Column("purpose", String, primary_key=True), Column("key", String, nullable=False))
_word_writers = Table(
    "word_writers",
    _tables,
    Column("word", String, primary_key=True),
    Column("writer", String, primary_key=True),
)
_shown_words = Table(
    "shown_words", _tables, Column("mark", String, primary_key=True), Column("word", Text, nullable=False)
)
_receipts = Table(
    "receipts",
    _tables,
    Column("code", String, primary_key=True),
    Column("answer", JSON, nullable=False),
    Column("at", String, nullable=False),
)
_feedback = Table(
    "feedback",
    _tables,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("code", String, nullable=False),
    Column("reaction", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", String, nullable=False),
)
_published = Table(
    "published",
    _tables,
    Column("revision", String, primary_key=True),
    Column("at", String, nullable=False),
)

GAP_KEY = "gaps"
KEY_LENGTH = 32  # bytes

_INSERTS: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def sqlite_url(path: Path) -> str:
    """Return the URL of a SQLite file."""
    return f"sqlite+aiosqlite:///{path.absolute().as_posix()}"


class SqlState:
    """The State port on a database. Every method raises StateError when the database is away."""

    def __init__(self, url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._url = url
        self._now = now
        self._engine: AsyncEngine | None = None
        self._swept: datetime | None = None
        self._key: bytes | None = None

    async def open(self) -> None:
        """Create the file and its tables where there are none; call once before use.

        Raises StateError also where the tables are of a newer Lotsen than this one.
        """
        if self._engine is not None:
            return
        try:
            self._engine = _engine(self._url)
        except (SQLAlchemyError, OSError, ImportError, KeyError) as exc:
            raise StateError(f"state cannot be opened: {exc}") from exc
        try:
            await self._prepare()
        except StateError:
            await self.close()
            raise

    async def _prepare(self) -> None:
        async with self._transaction() as connection:
            await connection.run_sync(_tables.create_all)
            await connection.execute(self._insert(_versions).values(version=SCHEMA_VERSION).on_conflict_do_nothing())
            version = (await connection.execute(select(func.max(_versions.c.version)))).scalar_one()
        if version != SCHEMA_VERSION:
            raise StateError(f"state has schema {version}, this program knows {SCHEMA_VERSION}")

    async def close(self) -> None:
        """Let go of all connections; open() may be called again."""
        self._key = None
        if self._engine is not None:
            engine, self._engine = self._engine, None
            await engine.dispose()

    async def memory(self, conversation: str) -> Memory | None:
        """Return what a conversation remembers, or null."""
        row = await self._row(select(_memories).where(_memories.c.conversation == conversation))
        if row is None:
            return None
        choices = tuple((label, question) for label, question in row.choices)
        return Memory(at=_time(row.at), frame=row.frame, choices=choices, misses=row.misses)

    async def remember(self, conversation: str, memory: Memory) -> None:
        """Replace what a conversation remembers."""
        kept = {
            "at": _stamp(memory.at),
            "frame": memory.frame,
            "choices": [list(choice) for choice in memory.choices],
            "misses": memory.misses,
        }
        await self._replace(_memories, {"conversation": conversation}, kept)

    async def profile(self, person: str) -> Profile | None:
        """Return a person's profile, or null."""
        row = await self._row(select(_profiles).where(_profiles.c.person == person))
        return None if row is None else Profile(municipality=row.municipality, workplace=row.workplace)

    async def save_profile(self, person: str, profile: Profile) -> None:
        """Replace a person's profile."""
        kept = {"municipality": profile.municipality, "workplace": profile.workplace}
        await self._replace(_profiles, {"person": person}, kept)

    async def erase_person(self, person: str) -> None:
        """Erase all that is kept about a person: the profile, memories under the same key, marks of words written."""
        async with self._transaction() as connection:
            key = await self._gap_key(connection)
            words = (await connection.execute(select(_word_writers.c.word).distinct())).scalars().all()
            marks = [writer_mark(word, person, key) for word in words]
            await connection.execute(delete(_word_writers).where(_word_writers.c.writer.in_(marks)))
            await connection.execute(delete(_profiles).where(_profiles.c.person == person))
            await connection.execute(delete(_memories).where(_memories.c.conversation == person))

    async def handle_once(self, activity: str) -> bool:
        """Return true the first time an activity id is seen, false for three days after."""
        now = self._now()
        async with self._transaction() as connection:
            await self._sweep(connection, now)
            seen = self._insert(_handled).values(activity=activity, at=_stamp(now)).on_conflict_do_nothing()
            return bool((await connection.execute(seen)).rowcount == 1)

    async def add_gap(self, gap: Gap, writer: str | None = None) -> None:
        """Keep an unanswered question; the same text again only counts up and renews its time."""
        async with self._transaction() as connection:
            key = await self._gap_key(connection)
            question, words = veiled(gap.question, gap.outside, key)
            new = self._insert(_gaps).values(
                question=question, at=_stamp(gap.at), kind=gap.kind, municipality=gap.municipality, times=gap.count
            )
            counted = {"times": _gaps.c.times + new.excluded.times, "at": new.excluded.at}
            await connection.execute(new.on_conflict_do_update(index_elements=["question"], set_=counted))
            if words:
                await self._count_writer(connection, words, writer, key)

    async def _count_writer(
        self, connection: AsyncConnection, words: dict[str, str], writer: str | None, key: bytes
    ) -> None:
        """Note by whom words (by mark) were written; keep those in plain that enough people have written."""
        shown = select(_shown_words.c.mark).where(_shown_words.c.mark.in_(words))
        hidden = set(words) - set((await connection.execute(shown)).scalars())
        if not hidden:
            return
        written = [{"word": mark, "writer": writer_mark(mark, writer, key)} for mark in sorted(hidden)]
        await connection.execute(self._insert(_word_writers).values(written).on_conflict_do_nothing())
        counted = select(_word_writers.c.word).where(_word_writers.c.word.in_(hidden))
        enough = counted.group_by(_word_writers.c.word).having(func.count() >= WRITERS)
        for mark in (await connection.execute(enough)).scalars().all():
            await connection.execute(
                self._insert(_shown_words).values(mark=mark, word=words[mark]).on_conflict_do_nothing()
            )
            await connection.execute(delete(_word_writers).where(_word_writers.c.word == mark))

    async def _gap_key(self, connection: AsyncConnection) -> bytes:
        """Return the key of hidden words, made at first use and the same for all who share the state."""
        if self._key is None:
            new = self._insert(_keys).values(purpose=GAP_KEY, key=token_bytes(KEY_LENGTH).hex())
            await connection.execute(new.on_conflict_do_nothing())
            kept = await connection.execute(select(_keys.c.key).where(_keys.c.purpose == GAP_KEY))
            self._key = bytes.fromhex(kept.scalar_one())
        return self._key

    async def gaps(self) -> list[Gap]:
        """Return the unanswered questions, most asked first, then the latest; […] for words that few have written."""
        async with self._transaction() as connection:
            ordered = select(_gaps).order_by(_gaps.c.times.desc(), _gaps.c.at.desc(), _gaps.c.question)
            rows = (await connection.execute(ordered)).all()
            words = {row.mark: row.word for row in (await connection.execute(select(_shown_words))).all()}
        return [
            Gap(unveiled(row.question, words), _time(row.at), row.kind, row.municipality, row.times) for row in rows
        ]

    async def save_receipt(self, receipt: Receipt) -> None:
        """Keep an answer as served; the same code again changes nothing."""
        await self._keep_first(_receipts, code=receipt.code, answer=receipt.answer, at=_stamp(receipt.at))

    async def receipt(self, code: str) -> Receipt | None:
        """Return the answer with that code, or null."""
        row = await self._row(select(_receipts).where(_receipts.c.code == code))
        return None if row is None else Receipt(code=row.code, answer=row.answer, at=_time(row.at))

    async def add_feedback(self, code: str, reaction: str, reason: str) -> None:
        """Keep a reaction to an answer, without who gave it."""
        kept = insert(_feedback).values(code=code, reaction=reaction, reason=reason, at=_stamp(self._now()))
        async with self._transaction() as connection:
            await connection.execute(kept)

    async def record_published(self, revision: str, at: datetime) -> None:
        """Note that a revision was published; the same revision again changes nothing."""
        await self._keep_first(_published, revision=revision, at=_stamp(at))

    async def _sweep(self, connection: AsyncConnection, now: datetime) -> None:
        if self._swept is not None and now - self._swept < SWEEP_EVERY:
            return
        self._swept = now
        await connection.execute(delete(_handled).where(_handled.c.at < _stamp(now - HANDLED_FOR)))
        await connection.execute(delete(_memories).where(_memories.c.at < _stamp(now - REMEMBERED_FOR)))

    async def _replace(self, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
        new = self._insert(table).values(**key, **values)
        async with self._transaction() as connection:
            await connection.execute(new.on_conflict_do_update(index_elements=list(key), set_=values))

    async def _keep_first(self, table: Table, **values: Any) -> None:
        async with self._transaction() as connection:
            await connection.execute(self._insert(table).values(**values).on_conflict_do_nothing())

    async def _row(self, query: Any) -> Any:
        async with self._transaction() as connection:
            return (await connection.execute(query)).first()

    def _insert(self, table: Table) -> Any:
        assert self._engine is not None, "open() comes first"
        return _INSERTS[self._engine.dialect.name](table)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        if self._engine is None:
            raise StateError("state is not open")
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as exc:
            raise StateError(f"state cannot be used: {exc}") from exc


def _engine(url: str) -> AsyncEngine:
    parsed = make_url(url)
    dialect = parsed.get_backend_name()
    if dialect not in _INSERTS:
        raise StateError(f"state cannot be kept in {dialect}")
    engine = create_async_engine(parsed)
    if dialect == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        event.listen(engine.sync_engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # WAL lets readers go on while one writes; two processes on one file wait for each other.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_TIMEOUT}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _time(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
