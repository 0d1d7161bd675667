"""Word lists, names, templates, and the records of sign-off and of overridden checks, which can only be added to."""

from alembic import op

revision = "0003"
down_revision = "0002"

_STATEMENTS = (
    """CREATE TABLE watch_word (
        id INTEGER NOT NULL,
        word TEXT NOT NULL,
        kind TEXT NOT NULL,
        level TEXT NOT NULL,
        suggestion TEXT NOT NULL,
        note TEXT NOT NULL,
        CONSTRAINT pk_watch_word PRIMARY KEY (id),
        CONSTRAINT uq_watch_word_word UNIQUE (word)
)""",
    """CREATE TABLE auto_link (
        id INTEGER NOT NULL,
        word TEXT NOT NULL,
        address TEXT NOT NULL,
        CONSTRAINT pk_auto_link PRIMARY KEY (id),
        CONSTRAINT uq_auto_link_word UNIQUE (word)
)""",
    """CREATE TABLE kept_name (
        id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        CONSTRAINT pk_kept_name PRIMARY KEY (id)
)""",
    """CREATE TABLE article_template (
        id INTEGER NOT NULL,
        name TEXT NOT NULL,
        content TEXT NOT NULL,
        CONSTRAINT pk_article_template PRIMARY KEY (id),
        CONSTRAINT uq_article_template_name UNIQUE (name)
)""",
    """CREATE TABLE sign_off (
        id INTEGER NOT NULL,
        article_id INTEGER NOT NULL,
        step TEXT NOT NULL,
        who TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        text_hash TEXT NOT NULL,
        remark TEXT NOT NULL,
        CONSTRAINT pk_sign_off PRIMARY KEY (id)
)""",
    """CREATE TABLE publish_override (
        id INTEGER NOT NULL,
        publication_id INTEGER NOT NULL,
        article_id INTEGER,
        title TEXT NOT NULL,
        who TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        reason TEXT NOT NULL,
        text_hash TEXT NOT NULL,
        findings TEXT NOT NULL,
        CONSTRAINT pk_publish_override PRIMARY KEY (id)
)""",
    "CREATE UNIQUE INDEX ux_kept_name_kind_name ON kept_name (kind, name)",
    "CREATE INDEX ix_sign_off_article_id ON sign_off (article_id)",
    "CREATE INDEX ix_publish_override_publication_id ON publish_override (publication_id)",
    "CREATE INDEX ix_publish_override_article_id ON publish_override (article_id)",
)
#: What was recorded stays as it was recorded.
_FOR_EVER = ("sign_off", "publish_override")


def upgrade() -> None:
    """From the version before."""
    for statement in _STATEMENTS:
        op.execute(statement)
    for table in _FOR_EVER:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER tr_{table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'records are only added'); END"
            )
