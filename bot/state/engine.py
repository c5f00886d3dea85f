"""The database beneath the state: opened, closed, and used in transactions that raise our own errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import StateError
from bot.state.schema import prepare

BUSY_TIMEOUT = 5000  # ms

_INSERTS: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def sqlite_url(path: Path) -> str:
    """Return the URL of a SQLite file."""
    return f"sqlite+aiosqlite:///{path.absolute().as_posix()}"


def stamp(at: datetime) -> str:
    """Return a moment as it is stored: UTC, all of one length, so that later sorts after."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(stored: str) -> datetime:
    """Return the moment that `stamp` wrote."""
    return datetime.fromisoformat(stored)


class Database:
    """An engine and the few ways in which it is used. Every method raises StateError when the database is away."""

    def __init__(self, url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._url = url
        self._now = now
        self._engine: AsyncEngine | None = None

    async def open(self) -> None:
        """Create the file and its tables where there are none, and bring older ones up to date; call once before use.

        Several programs may open the same database at once. Raises StateError also where the tables
        are of a newer Lotsen than this one; nothing is changed then, nor where an upgrade fails.
        """
        if self._engine is not None:
            return
        try:
            self._engine = _engine(self._url)
        except (SQLAlchemyError, OSError, ImportError, KeyError) as exc:
            raise StateError(f"state cannot be opened: {exc}") from exc
        try:
            async with self._transaction() as connection:
                await connection.run_sync(prepare, stamp(self._now()))
        except StateError:
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of all connections; open() may be called again."""
        if self._engine is not None:
            engine, self._engine = self._engine, None
            await engine.dispose()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        if self._engine is None:
            raise StateError("state is not open")
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as exc:
            raise StateError(f"state cannot be used: {exc}") from exc

    def _insert(self, table: Table) -> Any:
        assert self._engine is not None, "open() comes first"
        return _INSERTS[self._engine.dialect.name](table)

    async def _put(self, connection: AsyncConnection, table: Table, values: dict[str, Any]) -> None:
        """Insert a row, or replace the one with the same primary key."""
        keys = [column.name for column in table.primary_key]
        rest = {name: value for name, value in values.items() if name not in keys}
        new = self._insert(table).values(**values)
        await connection.execute(new.on_conflict_do_update(index_elements=keys, set_=rest))

    async def _replace(self, table: Table, **values: Any) -> None:
        async with self._transaction() as connection:
            await self._put(connection, table, values)

    async def _keep_first(self, table: Table, **values: Any) -> bool:
        """Insert a row and return true, or leave the one with the same primary key and return false."""
        async with self._transaction() as connection:
            return await self._add(connection, table, values)

    async def _add(self, connection: AsyncConnection, table: Table, values: dict[str, Any]) -> bool:
        """Insert a row, or leave the one with the same primary key; return whether it was inserted."""
        new = self._insert(table).values(**values).on_conflict_do_nothing()
        return bool((await connection.execute(new)).rowcount == 1)

    async def _change(self, statement: Any) -> int:
        """Run one statement in a transaction of its own; return how many rows it changed."""
        async with self._transaction() as connection:
            return int((await connection.execute(statement)).rowcount)

    async def _row(self, query: Any) -> Any:
        async with self._transaction() as connection:
            return (await connection.execute(query)).first()

    async def _rows(self, query: Any) -> Any:
        async with self._transaction() as connection:
            return (await connection.execute(query)).all()


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
    for pragma in (f"busy_timeout={BUSY_TIMEOUT}", "journal_mode=WAL", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
