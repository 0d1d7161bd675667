"""The pages that a host was ever given: something stands at each of their addresses for ever."""

from alembic import op

revision = "0004"
down_revision = "0003"

_STATEMENT = """CREATE TABLE published_path (
        path TEXT NOT NULL,
        since INTEGER NOT NULL,
        CONSTRAINT pk_published_path PRIMARY KEY (path)
)"""


def upgrade() -> None:
    """From the version before."""
    op.execute(_STATEMENT)
