"""A flag may begin in the future: what stands on the front page can be prepared."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """From 0004."""
    op.execute("ALTER TABLE article_flag ADD COLUMN since INTEGER")
