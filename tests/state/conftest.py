"""A database of its own for each test: SQLite, or PostgreSQL where TEST_DATABASE_URL names a server."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.ports import State
from bot.state import SqlState, sqlite_url
from tests.fakes import FakeState

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SERVER = os.environ.get("TEST_DATABASE_URL")

Open = Callable[..., Awaitable[SqlState]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the SQLite file is; only for tests that look into the file."""
    if SERVER:
        pytest.skip("looks into the SQLite file")
    return tmp_path / "new" / "state.db"


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database where nothing is yet."""
    if not SERVER:
        yield sqlite_url(tmp_path / "new" / "state.db")
        return
    name = f"lotsen_test_{uuid4().hex}"
    await _administer(f"CREATE DATABASE {name}")
    yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    await _administer(f"DROP DATABASE {name} WITH (FORCE)")


async def _administer(statement: str) -> None:
    assert SERVER
    engine = create_async_engine(SERVER, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture
async def opened(url: str) -> AsyncIterator[Open]:
    """Opens the same database once more, at a time of its own."""
    stores: list[SqlState] = []

    async def open_at(now: datetime = NOW) -> SqlState:
        stores.append(SqlState(url, lambda: now))
        await stores[-1].open()
        return stores[-1]

    yield open_at
    for store in stores:
        await store.close()


@pytest.fixture
async def state(opened: Open) -> SqlState:
    return await opened()


@pytest.fixture(params=["sql", "fake"])
def keeper(request: pytest.FixtureRequest, state: SqlState) -> State:
    """The store on a database, and the one that other tests use in its place."""
    return state if request.param == "sql" else FakeState()
