"""Letters by when they ended: those that ended long ago are swept away."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_letters_at", "letters", ["at"])
