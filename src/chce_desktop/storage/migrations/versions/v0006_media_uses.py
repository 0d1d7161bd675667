"""Which article shows which file of the media library can be looked up."""

import re

from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"

_TABLE = """CREATE TABLE media_use (
        path TEXT NOT NULL,
        article_id INTEGER NOT NULL,
        CONSTRAINT pk_media_use PRIMARY KEY (path, article_id),
        CONSTRAINT fk_media_use_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE CASCADE
) WITHOUT ROWID"""
_NAMED = re.compile(r"media/[0-9a-f]{2}/[A-Za-z0-9._-]*[A-Za-z0-9]")


def upgrade() -> None:
    """From 0005: the texts are read once."""
    op.execute(_TABLE)
    op.execute("CREATE INDEX ix_media_use_article_id ON media_use (article_id)")
    op.execute("CREATE INDEX ix_article_cover ON article (cover) WHERE cover <> ''")
    connection = op.get_bind()
    last = -1
    query = text(
        "SELECT article_id, text FROM article_body WHERE article_id > :last AND instr(text, 'media/') "
        "ORDER BY article_id LIMIT 500"
    )
    while rows := connection.execute(query, {"last": last}).fetchall():
        last = rows[-1][0]
        found = [{"path": path, "id": number} for number, body in rows for path in sorted(set(_NAMED.findall(body)))]
        if found:
            connection.execute(text("INSERT INTO media_use (path, article_id) VALUES (:path, :id)"), found)
