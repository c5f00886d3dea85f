"""Which tables a database has, and how it gets those of this program."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from bot.errors import StateError
from bot.logs import fields

log = logging.getLogger("lotsen")

HEAD = "0005"
"""The revision that this program works with: the last one in migrations/."""
MIGRATIONS = Path(__file__).parent / "migrations"
_BEFORE_ALEMBIC = ("0001", 1)
"""The revision that Lotsen 0.1 made, and the number that it left in its own table `schema_version`."""
_LOCK = 0x107534  # any number, the same for all programs on one PostgreSQL database


def prepare(connection: Connection, now: str) -> None:
    """Bring a database to HEAD in the transaction of the connection. `now` is the stamp that new times begin with.

    Raises StateError, and leaves the database alone, where it is of a newer program.
    """
    if revision_of(connection) != HEAD:
        _lock(connection)
        # Another program may have done it while this one waited for the lock.
        if (found := revision_of(connection)) != HEAD:
            _upgrade(connection, found, now)


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database's tables; null where it has none."""
    tables = inspect(connection)
    if tables.has_table("alembic_version"):
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found
    if tables.has_table("schema_version"):
        revision, version = _BEFORE_ALEMBIC
        found_version = connection.scalar(text("SELECT max(version) FROM schema_version"))
        return revision if found_version in (None, version) else f"schema {found_version}"
    return None


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Python's sqlite3 begins no transaction for CREATE and ALTER by itself.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _upgrade(connection: Connection, found: str | None, now: str) -> None:
    # Alembic takes longer to import than all else that opening costs, and is seldom needed.
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)])
    if found not in {None, *(known.revision for known in scripts.walk_revisions())}:
        raise StateError(f"state has revision {found}, this program knows {HEAD}")
    options: dict[str, Any] = {"now": now}
    context = MigrationContext.configure(connection, opts=options)
    steps = list(scripts.iterate_revisions(HEAD, found or "base"))
    with Operations.context(context):
        for step in reversed(steps):
            step.module.upgrade()
    context.stamp(scripts, HEAD)
    log.info("state upgraded", extra=fields(before=found or "none", now=HEAD))
