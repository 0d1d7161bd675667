"""The first library."""

from alembic import op

revision = "0001"
down_revision = None

_STATEMENTS = (
    """CREATE TABLE link_group (
        id INTEGER NOT NULL,
        uid TEXT NOT NULL,
        name TEXT NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_link_group PRIMARY KEY (id),
        CONSTRAINT uq_link_group_uid UNIQUE (uid)
)""",
    """CREATE TABLE media (
        id INTEGER NOT NULL,
        uid TEXT NOT NULL,
        path TEXT NOT NULL,
        original_name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        mime TEXT NOT NULL,
        size INTEGER NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        alt TEXT NOT NULL,
        caption TEXT NOT NULL,
        credit TEXT NOT NULL,
        added_at INTEGER NOT NULL,
        CONSTRAINT pk_media PRIMARY KEY (id),
        CONSTRAINT uq_media_uid UNIQUE (uid),
        CONSTRAINT uq_media_path UNIQUE (path),
        CONSTRAINT uq_media_sha256 UNIQUE (sha256)
)""",
    "CREATE INDEX ix_media_added_at ON media (added_at)",
    """CREATE TABLE meta (
        "key" TEXT NOT NULL,
        value TEXT NOT NULL,
        CONSTRAINT pk_meta PRIMARY KEY ("key")
)""",
    """CREATE TABLE notice (
        id INTEGER NOT NULL,
        uid TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        image TEXT NOT NULL,
        links TEXT NOT NULL,
        starts_at INTEGER,
        ends_at INTEGER,
        visible BOOLEAN NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_notice PRIMARY KEY (id),
        CONSTRAINT uq_notice_uid UNIQUE (uid)
)""",
    """CREATE TABLE setting (
        "key" TEXT NOT NULL,
        value TEXT NOT NULL,
        CONSTRAINT pk_setting PRIMARY KEY ("key")
)""",
    """CREATE TABLE site_column (
        id INTEGER NOT NULL,
        uid TEXT NOT NULL,
        parent_id INTEGER,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        slug TEXT NOT NULL,
        description TEXT NOT NULL,
        keywords TEXT NOT NULL,
        in_navigation BOOLEAN NOT NULL,
        CONSTRAINT pk_site_column PRIMARY KEY (id),
        CONSTRAINT uq_site_column_uid UNIQUE (uid),
        CONSTRAINT fk_site_column_parent_id FOREIGN KEY(parent_id) REFERENCES site_column (id),
        CONSTRAINT uq_site_column_slug UNIQUE (slug)
)""",
    "CREATE INDEX ix_site_column_parent_id ON site_column (parent_id)",
    """CREATE TABLE tag (
        id INTEGER NOT NULL,
        name TEXT NOT NULL,
        folded TEXT NOT NULL,
        CONSTRAINT pk_tag PRIMARY KEY (id),
        CONSTRAINT uq_tag_folded UNIQUE (folded)
)""",
    """CREATE TABLE target (
        id INTEGER NOT NULL,
        uid TEXT NOT NULL,
        name TEXT NOT NULL,
        url TEXT NOT NULL,
        public_url TEXT NOT NULL,
        host_key TEXT NOT NULL,
        key_file TEXT NOT NULL,
        options TEXT NOT NULL,
        CONSTRAINT pk_target PRIMARY KEY (id),
        CONSTRAINT uq_target_uid UNIQUE (uid),
        CONSTRAINT uq_target_name UNIQUE (name)
)""",
    """CREATE TABLE article (
        id INTEGER NOT NULL CONSTRAINT pk_article PRIMARY KEY AUTOINCREMENT,
        uid TEXT NOT NULL,
        version INTEGER NOT NULL,
        title TEXT NOT NULL,
        short_title TEXT NOT NULL,
        prefix TEXT NOT NULL,
        subtitle TEXT NOT NULL,
        title_color TEXT NOT NULL,
        slug TEXT NOT NULL,
        state TEXT NOT NULL,
        date INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        summary TEXT NOT NULL,
        source TEXT NOT NULL,
        source_url TEXT NOT NULL,
        author TEXT NOT NULL,
        editor TEXT NOT NULL,
        keywords TEXT NOT NULL,
        cover TEXT NOT NULL,
        column_id INTEGER,
        reads INTEGER NOT NULL,
        withdraw_at INTEGER,
        trashed_at INTEGER,
        public_since INTEGER,
        characters INTEGER NOT NULL,
        pictures INTEGER NOT NULL,
        body_hash TEXT NOT NULL,
        CONSTRAINT ck_article_state CHECK (state IN ('draft', 'review', 'ready', 'published', 'withdrawn')),
        CONSTRAINT uq_article_uid UNIQUE (uid),
        CONSTRAINT uq_article_slug UNIQUE (slug),
        CONSTRAINT fk_article_column_id FOREIGN KEY(column_id) REFERENCES site_column (id)
)""",
    "CREATE INDEX ix_article_live_date ON article (date, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_live_state_date ON article (state, date, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_live_updated ON article (updated_at, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_live_created ON article (created_at, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_live_title ON article (title, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_live_reads ON article (reads, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_live_characters ON article (characters, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_live_state ON article (state, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_live_column ON article (column_id, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_live_source ON article (source, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_live_author ON article (author, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_live_editor ON article (editor, id) WHERE trashed_at IS NULL",
    "CREATE INDEX ix_article_trashed ON article (trashed_at, id) WHERE trashed_at IS NOT NULL",
    "CREATE INDEX ix_article_column ON article (column_id, state, trashed_at)",
    "CREATE INDEX ix_article_withdraw ON article (withdraw_at) WHERE withdraw_at IS NOT NULL",
    """CREATE TABLE link (
        id INTEGER NOT NULL,
        uid TEXT NOT NULL,
        group_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        url TEXT NOT NULL,
        logo TEXT NOT NULL,
        note TEXT NOT NULL,
        visible BOOLEAN NOT NULL,
        position INTEGER NOT NULL,
        checked_at INTEGER,
        check_ok BOOLEAN,
        check_status INTEGER,
        check_final_url TEXT NOT NULL,
        check_error TEXT NOT NULL,
        CONSTRAINT pk_link PRIMARY KEY (id),
        CONSTRAINT uq_link_uid UNIQUE (uid),
        CONSTRAINT fk_link_group_id FOREIGN KEY(group_id) REFERENCES link_group (id)
)""",
    "CREATE INDEX ix_link_group_id ON link (group_id)",
    """CREATE TABLE publication (
        id INTEGER NOT NULL,
        target_id INTEGER NOT NULL,
        state TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        finished_at INTEGER,
        generation INTEGER NOT NULL,
        tree TEXT NOT NULL,
        uploaded INTEGER NOT NULL,
        deleted INTEGER NOT NULL,
        unchanged INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        verified INTEGER NOT NULL,
        repaired INTEGER NOT NULL,
        seconds DOUBLE NOT NULL,
        error TEXT NOT NULL,
        CONSTRAINT pk_publication PRIMARY KEY (id),
        CONSTRAINT fk_publication_target_id FOREIGN KEY(target_id) REFERENCES target (id) ON DELETE CASCADE
)""",
    "CREATE INDEX ix_publication_target_id ON publication (target_id)",
    """CREATE TABLE article_body (
        article_id INTEGER NOT NULL,
        text TEXT NOT NULL,
        CONSTRAINT pk_article_body PRIMARY KEY (article_id),
        CONSTRAINT fk_article_body_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE CASCADE
)""",
    """CREATE TABLE article_column (
        column_id INTEGER NOT NULL,
        article_id INTEGER NOT NULL,
        main BOOLEAN NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_article_column PRIMARY KEY (column_id, article_id),
        CONSTRAINT fk_article_column_column_id FOREIGN KEY(column_id) REFERENCES site_column (id) ON DELETE CASCADE,
        CONSTRAINT fk_article_column_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE CASCADE
)
 WITHOUT ROWID""",
    "CREATE INDEX ix_article_column_article_id ON article_column (article_id)",
    """CREATE TABLE article_flag (
        flag TEXT NOT NULL,
        article_id INTEGER NOT NULL,
        until INTEGER,
        position INTEGER,
        set_at INTEGER NOT NULL,
        CONSTRAINT pk_article_flag PRIMARY KEY (flag, article_id),
        CONSTRAINT ck_article_flag_flag CHECK (flag IN ('headline', 'recommended', 'pinned')),
        CONSTRAINT fk_article_flag_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE CASCADE
)
 WITHOUT ROWID""",
    "CREATE INDEX ix_article_flag_article_id ON article_flag (article_id)",
    """CREATE TABLE article_tag (
        tag_id INTEGER NOT NULL,
        article_id INTEGER NOT NULL,
        position INTEGER NOT NULL,
        CONSTRAINT pk_article_tag PRIMARY KEY (tag_id, article_id),
        CONSTRAINT fk_article_tag_tag_id FOREIGN KEY(tag_id) REFERENCES tag (id) ON DELETE CASCADE,
        CONSTRAINT fk_article_tag_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE CASCADE
)
 WITHOUT ROWID""",
    "CREATE INDEX ix_article_tag_article_id ON article_tag (article_id)",
    """CREATE TABLE origin (
        article_id INTEGER NOT NULL,
        format TEXT NOT NULL,
        address TEXT NOT NULL,
        hash TEXT NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_origin PRIMARY KEY (article_id),
        CONSTRAINT fk_origin_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE CASCADE
)""",
    "CREATE UNIQUE INDEX ux_origin_address ON origin (format, address)",
    """CREATE TABLE redirect (
        old_path TEXT NOT NULL,
        article_id INTEGER,
        column_id INTEGER,
        tag TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        CONSTRAINT pk_redirect PRIMARY KEY (old_path),
        CONSTRAINT fk_redirect_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE CASCADE,
        CONSTRAINT fk_redirect_column_id FOREIGN KEY(column_id) REFERENCES site_column (id) ON DELETE CASCADE
)""",
    "CREATE INDEX ix_redirect_article_id ON redirect (article_id)",
    "CREATE INDEX ix_redirect_column_id ON redirect (column_id)",
    """CREATE TABLE revision (
        id INTEGER NOT NULL,
        article_id INTEGER NOT NULL,
        parent_id INTEGER,
        made_at INTEGER NOT NULL,
        title TEXT NOT NULL,
        characters INTEGER NOT NULL,
        named BOOLEAN NOT NULL,
        name TEXT NOT NULL,
        author TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        content BLOB NOT NULL,
        CONSTRAINT pk_revision PRIMARY KEY (id),
        CONSTRAINT fk_revision_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE CASCADE
)""",
    "CREATE INDEX ix_revision_article_made ON revision (article_id, made_at, id)",
    """CREATE TABLE title_key (
        article_id INTEGER NOT NULL,
        pinyin TEXT NOT NULL,
        initials TEXT NOT NULL,
        CONSTRAINT pk_title_key PRIMARY KEY (article_id),
        CONSTRAINT fk_title_key_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE CASCADE
)""",
    """CREATE TABLE saved_search (
        id INTEGER NOT NULL,
        name TEXT NOT NULL,
        position INTEGER NOT NULL,
        filter TEXT NOT NULL,
        CONSTRAINT pk_saved_search PRIMARY KEY (id),
        CONSTRAINT uq_saved_search_name UNIQUE (name)
)""",
    """CREATE TABLE read_day (
        day INTEGER NOT NULL,
        article_id INTEGER NOT NULL,
        reads INTEGER NOT NULL,
        CONSTRAINT pk_read_day PRIMARY KEY (day, article_id),
        CONSTRAINT fk_read_day_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE CASCADE
)
 WITHOUT ROWID""",
    "CREATE INDEX ix_read_day_article_id ON read_day (article_id)",
    """CREATE TABLE read_log (
        id INTEGER NOT NULL,
        name TEXT NOT NULL,
        head TEXT NOT NULL,
        tail TEXT NOT NULL,
        size INTEGER NOT NULL,
        counted_at INTEGER NOT NULL,
        until INTEGER NOT NULL,
        CONSTRAINT pk_read_log PRIMARY KEY (id),
        CONSTRAINT uq_read_log_head UNIQUE (head)
)""",
    """CREATE TABLE text_shelf (
        id INTEGER NOT NULL,
        used INTEGER NOT NULL,
        oldest INTEGER NOT NULL,
        newest INTEGER NOT NULL,
        split INTEGER,
        older_id INTEGER,
        newer_id INTEGER,
        CONSTRAINT pk_text_shelf PRIMARY KEY (id)
)""",
    """CREATE TABLE text_place (
        place INTEGER NOT NULL,
        article_id INTEGER NOT NULL,
        date INTEGER NOT NULL,
        CONSTRAINT pk_text_place PRIMARY KEY (place),
        CONSTRAINT uq_text_place_article_id UNIQUE (article_id)
)""",
    """CREATE TABLE text_phrase (
        id INTEGER NOT NULL,
        phrase TEXT NOT NULL,
        CONSTRAINT pk_text_phrase PRIMARY KEY (id),
        CONSTRAINT uq_text_phrase_phrase UNIQUE (phrase)
)""",
    # Which characters, pairs of characters and common phrases occur in which article (see storage.fulltext): no copy
    # of the text, no positions, no sizes of columns.
    """CREATE VIRTUAL TABLE article_text
    USING fts5(grams, content='', detail=none, columnsize=0, tokenize='ascii')""",
    # How much is gathered in memory within one transaction before it becomes a segment: imports write fewer segments.
    "INSERT INTO article_text (article_text, rank) VALUES ('hashsize', 16777216)",
)


def upgrade() -> None:
    """Make all tables of version 0001."""
    for statement in _STATEMENTS:
        op.execute(statement)
