"""The tables as they are now. How they came about: migrations/."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Integer, MetaData, String, Table, Text

metadata = MetaData()

versions = Table("schema_version", metadata, Column("version", Integer, primary_key=True))
"""Only for Lotsen 0.1, which looks here before it uses a state."""

memories = Table(
    "memories",
    metadata,
    Column("conversation", String, primary_key=True),
    Column("at", String, nullable=False, index=True),
    Column("frame", JSON, nullable=False),
    Column("choices", JSON, nullable=False),
    Column("misses", Integer, nullable=False),
)
handled = Table(
    "handled",
    metadata,
    Column("activity", String, primary_key=True),
    Column("at", String, nullable=False, index=True),
)

people = Table(
    "people",
    metadata,
    Column("person", String, primary_key=True),
    Column("used", String, nullable=False, index=True),
)
"""Everybody of whom something is kept until erased, and when they last were here."""
profiles = Table(
    "profiles",
    metadata,
    Column("person", String, primary_key=True),
    Column("municipality", String),
    Column("workplace", String),
)
progress = Table(
    "progress",
    metadata,
    Column("person", String, primary_key=True),
    Column("part", String, nullable=False),
    Column("answered", JSON, nullable=False),
    Column("missed", JSON, nullable=False),
)
watches = Table(
    "watches",
    metadata,
    Column("person", String, primary_key=True),
    Column("agreement", String, primary_key=True),
    Column("address", JSON, nullable=False),
    Column("digest", String, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("question", Text, primary_key=True),
    Column("at", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("municipality", String),
    Column("times", Integer, nullable=False),
    Column("settled", String, index=True),
    Column("settled_at", String),
)
keys = Table("keys", metadata, Column("purpose", String, primary_key=True), Column("key", String, nullable=False))
word_writers = Table(
    "word_writers",
    metadata,
    Column("word", String, primary_key=True),
    Column("writer", String, primary_key=True),
)
shown_words = Table(
    "shown_words", metadata, Column("mark", String, primary_key=True), Column("word", Text, nullable=False)
)

receipts = Table(
    "receipts",
    metadata,
    Column("code", String, primary_key=True),
    Column("answer", JSON, nullable=False),
    Column("at", String, nullable=False),
)
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("code", String, nullable=False),
    Column("reaction", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", String, nullable=False, index=True),
)
sent_messages = Table(
    "sent_messages",
    metadata,
    Column("message", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("at", String, nullable=False, index=True),
)
published = Table(
    "published",
    metadata,
    Column("revision", String, primary_key=True),
    Column("at", String, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("place", String, primary_key=True),
    Column("address", JSON, nullable=False),
)
letters = Table(
    "letters",
    metadata,
    Column("mark", String, primary_key=True),
    Column("at", String, nullable=False, index=True),
    Column("key", Text),
    Column("what", String),
    Column("address", JSON(none_as_null=True)),
    Column("content", JSON(none_as_null=True)),
    Column("person", String, index=True),
    Column("due", String, index=True),
    Column("tries", Integer, nullable=False),
    Column("claim", String, index=True),
    Column("claimed_until", String, nullable=False),
)
"""`mark` is a hash of the key. Of a letter that was delivered or lost, only `mark` and `at` mean anything."""

expert_questions = Table(
    "expert_questions",
    metadata,
    Column("id", String, primary_key=True),
    Column("expert_group", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("day", String, nullable=False),
    Column("at", String, nullable=False, index=True),
    Column("late_at", String, nullable=False),
    Column("asker", JSON(none_as_null=True)),
    Column("person", String, index=True),
    Column("receipt", String, nullable=False),
    Column("answer", Text),
    Column("answered_at", String),
    Column("late_told", Boolean, nullable=False),
    Column("municipality", String),
    Column("workplace", String),
    Column("taken_in", String),
)
