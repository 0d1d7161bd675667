"""Words of media files that were changed after a text with the file had been signed off."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """From 0007."""
    op.execute(
        """CREATE TABLE signed_words (
        path TEXT NOT NULL,
        alt TEXT NOT NULL,
        caption TEXT NOT NULL,
        credit TEXT NOT NULL,
        CONSTRAINT pk_signed_words PRIMARY KEY (path)
)"""
    )
