"""When people last were here, their progress and watches, sent messages, letters and questions to experts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables; whoever has a profile is taken to have been here today."""
    # This is what Lotsen 0.1 looks at before it uses a state.
    op.execute("INSERT INTO schema_version (version) VALUES (2)")
    op.create_index("ix_gaps_at", "gaps", ["at"])
    op.create_index("ix_feedback_at", "feedback", ["at"])
    _create_people()
    _create_places()
    _create_letters()
    _create_expert_questions()


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("used", sa.String, nullable=False, index=True),
    )
    seen = sa.text("INSERT INTO people (person, used) SELECT person, :now FROM profiles")
    op.execute(seen.bindparams(sa.bindparam("now", op.get_context().opts["now"], sa.String)))
    op.create_table(
        "progress",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("answered", sa.JSON, nullable=False),
        sa.Column("missed", sa.JSON, nullable=False),
    )
    op.create_table(
        "watches",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("agreement", sa.String, primary_key=True),
        sa.Column("address", sa.JSON, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
    )


def _create_places() -> None:
    op.create_table(
        "sent_messages",
        sa.Column("message", sa.String, primary_key=True),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False, index=True),
    )
    op.create_table(
        "addresses",
        sa.Column("place", sa.String, primary_key=True),
        sa.Column("address", sa.JSON, nullable=False),
    )


def _create_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("mark", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("what", sa.String),
        sa.Column("address", sa.JSON),
        sa.Column("content", sa.JSON),
        sa.Column("person", sa.String, index=True),
        sa.Column("due", sa.String, index=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("claim", sa.String, index=True),
        sa.Column("claimed_until", sa.String, nullable=False),
    )


def _create_expert_questions() -> None:
    op.create_table(
        "expert_questions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("expert_group", sa.String, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False, index=True),
        sa.Column("late_at", sa.String, nullable=False),
        sa.Column("asker", sa.JSON),
        sa.Column("person", sa.String, index=True),
        sa.Column("receipt", sa.String, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("answered_at", sa.String),
        sa.Column("late_told", sa.Boolean, nullable=False),
    )
