"""State on SQLAlchemy: SQLite in one file by default, PostgreSQL by its URL.

Everything that outlives a turn is here and nothing else: no names, and people only by keys that
the edges have hashed. Where a letter goes is the edge's own address, which names an account; it is
kept only for those who watch something or wait for an answer. Times are UTC, stored as text that sorts as it reads.
"""

from bot.state.engine import sqlite_url
from bot.state.store import SqlState

__all__ = ["SqlState", "sqlite_url"]
