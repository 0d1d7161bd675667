"""Articles can be kept out of blocks of the front page."""

from alembic import op

revision = "0007"
down_revision = "0006"

_TABLE = """CREATE TABLE article_kept_out (
        block TEXT NOT NULL,
        article_id INTEGER NOT NULL,
        CONSTRAINT pk_article_kept_out PRIMARY KEY (block, article_id),
        CONSTRAINT fk_article_kept_out_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE CASCADE
) WITHOUT ROWID"""


def upgrade() -> None:
    """From 0006."""
    op.execute(_TABLE)
    op.execute("CREATE INDEX ix_article_kept_out_article_id ON article_kept_out (article_id)")
