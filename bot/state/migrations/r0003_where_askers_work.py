"""Where those work who ask experts: municipality and kind of workplace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns, empty for the questions that there are."""
    op.add_column("expert_questions", sa.Column("municipality", sa.String))
    op.add_column("expert_questions", sa.Column("workplace", sa.String))
