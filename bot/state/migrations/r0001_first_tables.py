"""The tables of Lotsen 0.1, which made them without Alembic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    versions = op.create_table("schema_version", sa.Column("version", sa.Integer, primary_key=True))
    op.bulk_insert(versions, [{"version": 1}])
    op.create_table(
        "memories",
        sa.Column("conversation", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False, index=True),
        sa.Column("frame", sa.JSON, nullable=False),
        sa.Column("choices", sa.JSON, nullable=False),
        sa.Column("misses", sa.Integer, nullable=False),
    )
    op.create_table(
        "profiles",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("municipality", sa.String),
        sa.Column("workplace", sa.String),
    )
    op.create_table(
        "handled",
        sa.Column("activity", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False, index=True),
    )
    _create_gaps()
    _create_answers()


def _create_gaps() -> None:
    op.create_table(
        "gaps",
        sa.Column("question", sa.Text, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("municipality", sa.String),
        sa.Column("times", sa.Integer, nullable=False),
    )
    op.create_table(
        "keys",
        sa.Column("purpose", sa.String, primary_key=True),
        sa.Column("key", sa.String, nullable=False),
    )
    op.create_table(
        "word_writers",
        sa.Column("word", sa.String, primary_key=True),
        sa.Column("writer", sa.String, primary_key=True),
    )
    op.create_table(
        "shown_words",
        sa.Column("mark", sa.String, primary_key=True),
        sa.Column("word", sa.Text, nullable=False),
    )


def _create_answers() -> None:
    op.create_table(
        "receipts",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("reaction", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "published",
        sa.Column("revision", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
    )
