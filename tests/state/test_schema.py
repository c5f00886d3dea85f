"""The tables: made, taken over from an earlier Lotsen, refused from a later one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import StateError
from bot.ports import Gap, Memory, Profile, Receipt
from bot.state import SqlState
from bot.state.schema import HEAD, MIGRATIONS
from bot.state.tables import metadata
from tests.state.conftest import NOW, Open

LOTSEN_0_1 = """
CREATE TABLE schema_version (version INTEGER NOT NULL, PRIMARY KEY (version));
CREATE TABLE memories (conversation VARCHAR NOT NULL, at VARCHAR NOT NULL, frame JSON NOT NULL,
    choices JSON NOT NULL, misses INTEGER NOT NULL, PRIMARY KEY (conversation));
CREATE INDEX ix_memories_at ON memories (at);
CREATE TABLE profiles (person VARCHAR NOT NULL, municipality VARCHAR, workplace VARCHAR, PRIMARY KEY (person));
CREATE TABLE handled (activity VARCHAR NOT NULL, at VARCHAR NOT NULL, PRIMARY KEY (activity));
CREATE INDEX ix_handled_at ON handled (at);
CREATE TABLE gaps (question TEXT NOT NULL, at VARCHAR NOT NULL, kind VARCHAR NOT NULL, municipality VARCHAR,
    times INTEGER NOT NULL, PRIMARY KEY (question));
CREATE TABLE keys (purpose VARCHAR NOT NULL, key VARCHAR NOT NULL, PRIMARY KEY (purpose));
CREATE TABLE word_writers (word VARCHAR NOT NULL, writer VARCHAR NOT NULL, PRIMARY KEY (word, writer));
CREATE TABLE shown_words (mark VARCHAR NOT NULL, word TEXT NOT NULL, PRIMARY KEY (mark));
CREATE TABLE receipts (code VARCHAR NOT NULL, answer JSON NOT NULL, at VARCHAR NOT NULL, PRIMARY KEY (code));
CREATE TABLE feedback (id {serial} NOT NULL, code VARCHAR NOT NULL, reaction VARCHAR NOT NULL,
    reason TEXT NOT NULL, at VARCHAR NOT NULL, PRIMARY KEY (id));
CREATE TABLE published (revision VARCHAR NOT NULL, at VARCHAR NOT NULL, PRIMARY KEY (revision));
INSERT INTO schema_version VALUES (1);
INSERT INTO memories VALUES ('c1', '2026-11-21T09:00:00.000000+00:00', '{{"task": "laro"}}', '[["Ja", null]]', 1);
INSERT INTO profiles VALUES ('p1', 'falun', NULL);
INSERT INTO handled VALUES ('a1', '2026-11-21T09:00:00.000000+00:00');
INSERT INTO gaps VALUES ('parkering', '2026-11-21T09:00:00.000000+00:00', 'unknown', NULL, 3);
INSERT INTO receipts VALUES ('K7Q', '{{"text": "å"}}', '2026-11-21T09:00:00.000000+00:00')
"""


async def run(url: str, *statements: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement.replace(":", r"\:")))
    await engine.dispose()


async def look(url: str, see: Callable[[Connection], Any]) -> Any:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        seen = await connection.run_sync(see)
    await engine.dispose()
    return seen


def revision(connection: Connection) -> object:
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


@pytest.fixture
async def old(url: str, opened: Open) -> str:
    """The URL of a database that Lotsen 0.1 made and used."""
    await (await opened()).close()  # makes the folder
    made = await look(url, tables)
    cascade = "" if url.startswith("sqlite") else " CASCADE"
    await run(url, *(f"DROP TABLE {name}{cascade}" for name in sorted(made)))
    serial = "INTEGER" if url.startswith("sqlite") else "SERIAL"
    await run(url, *LOTSEN_0_1.format(serial=serial).split(";"))
    return url


async def test_what_an_earlier_lotsen_kept_is_found_again(old: str, opened: Open) -> None:
    """Its database is brought up to date by opening it, and nothing in it is lost."""
    state = await opened()
    assert await look(old, revision) == HEAD
    assert await state.memory("c1") == Memory(NOW, {"task": "laro"}, (("Ja", None),), 1)
    assert await state.profile("p1") == Profile("falun", None)
    assert not await state.handle_once("a1")
    assert await state.gaps() == [Gap("parkering", NOW, "unknown", None, 3)]
    assert await state.receipt("K7Q") == Receipt("K7Q", {"text": "å"}, NOW)
    await state.add_feedback("K7Q", "like", "")
    await state.save_profile("p1", Profile("mora"))


async def test_profiles_of_an_earlier_lotsen_count_as_used_when_it_is_upgraded(old: str, opened: Open) -> None:
    """They are kept for thirteen months from then, since nobody knows when they were used."""
    await opened(NOW + timedelta(days=500))
    kept = await opened(NOW + timedelta(days=500 + 395))
    await kept.handle_once("a2")
    assert await kept.watches() == []
    swept = await opened(NOW + timedelta(days=500 + 397))
    await swept.handle_once("a3")
    assert await swept.profile("p1") is None


async def test_the_revisions_make_the_tables_that_the_program_uses(state: SqlState, url: str) -> None:
    """One after the other they make exactly bot.state.tables."""
    assert await look(url, differences) == []


async def test_so_they_do_from_the_tables_of_an_earlier_lotsen(old: str, opened: Open) -> None:
    """Whatever it began as, an upgraded database looks the same."""
    await opened()
    assert await look(old, differences) == []


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def test_the_last_revision_is_the_one_that_the_program_works_with() -> None:
    """Whoever adds a revision also says so in bot.state.schema."""
    assert ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)]).get_heads() == [HEAD]


async def test_many_may_open_at_once(url: str) -> None:
    """Ten programs that start together on a new database: all get to use it."""
    stores = [SqlState(url, lambda: NOW) for _ in range(10)]
    await asyncio.gather(*(store.open() for store in stores))
    assert sum(await asyncio.gather(*(store.handle_once("a1") for store in stores))) == 1
    await asyncio.gather(*(store.close() for store in stores))


async def test_many_may_upgrade_at_once(old: str) -> None:
    """So do ten that find the tables of an earlier Lotsen."""
    stores = [SqlState(old, lambda: NOW) for _ in range(10)]
    await asyncio.gather(*(store.open() for store in stores))
    assert await stores[0].profile("p1") == Profile("falun")
    await asyncio.gather(*(store.close() for store in stores))


async def test_a_later_lotsens_tables_are_left_alone(state: SqlState, opened: Open, url: str) -> None:
    """A database that has been upgraded further is refused rather than misread, and not changed."""
    await run(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StateError, match="9999"):
        await opened()
    assert await look(url, revision) == "9999"


async def test_an_earlier_lotsen_refuses_these_tables(state: SqlState, url: str) -> None:
    """Lotsen 0.1 looks into schema_version, and works only where the largest number is 1."""
    await state.close()
    largest = await look(url, lambda connection: connection.scalar(text("SELECT max(version) FROM schema_version")))
    assert largest == 2


async def test_an_unknown_number_in_the_old_table_is_refused(old: str, opened: Open) -> None:
    """A schema_version that no Lotsen is known to have written is not guessed about."""
    await run(old, "INSERT INTO schema_version VALUES (7)")
    with pytest.raises(StateError, match="7"):
        await opened()


async def test_an_upgrade_that_fails_changes_nothing(old: str, opened: Open) -> None:
    """All revisions are one transaction: what stood before still stands, and can be tried again."""
    await run(old, "CREATE TABLE expert_questions (id INTEGER)")
    before = await look(old, tables)
    with pytest.raises(StateError):
        await opened()
    assert await look(old, tables) == before
    await run(old, "DROP TABLE expert_questions")
    assert await (await opened()).profile("p1") == Profile("falun")


async def test_opening_what_is_up_to_date_does_not_load_alembic(state: SqlState, url: str) -> None:
    """Every command opens the state; only the first after an update pays for upgrading."""
    await state.close()
    script = f"""
import asyncio, sys
from bot.state import SqlState
asyncio.run(SqlState({url!r}).open())
assert "sqlalchemy" in sys.modules
assert "alembic" not in sys.modules
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-W", "ignore", "-c", script)
    assert await process.wait() == 0
