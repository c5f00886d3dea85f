"""State on SQLAlchemy: SQLite in one file by default, PostgreSQL by its URL.

Everything that outlives a turn is here and nothing else: no names, no accounts, only keys
that the edges have hashed. Times are UTC, stored as text that sorts as it reads.
"""

from bot.state.engine import sqlite_url
from bot.state.store import SqlState

__all__ = ["SqlState", "sqlite_url"]
