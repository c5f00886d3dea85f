"""What editors have made of unanswered questions and of experts' answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns, empty: nothing is settled yet."""
    op.add_column("gaps", sa.Column("settled", sa.String))
    op.add_column("gaps", sa.Column("settled_at", sa.String))
    op.create_index("ix_gaps_settled", "gaps", ["settled"])
    op.add_column("expert_questions", sa.Column("taken_in", sa.String))
