"""What a publish found out and did in full, what a host was found to be able to do, and publishes that wait."""

from alembic import op

revision = "0002"
down_revision = "0001"

_STATEMENTS = (
    "ALTER TABLE target ADD COLUMN capabilities TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE publication ADD COLUMN receipt TEXT NOT NULL DEFAULT '{}'",
    """CREATE TABLE waiting_publication (
        target_id INTEGER NOT NULL,
        since INTEGER NOT NULL,
        accept TEXT NOT NULL,
        tried_at INTEGER,
        problem TEXT NOT NULL,
        CONSTRAINT pk_waiting_publication PRIMARY KEY (target_id),
        CONSTRAINT fk_waiting_publication_target_id FOREIGN KEY(target_id) REFERENCES target (id) ON DELETE CASCADE
)""",
)


def upgrade() -> None:
    """From version 0001."""
    for statement in _STATEMENTS:
        op.execute(statement)
