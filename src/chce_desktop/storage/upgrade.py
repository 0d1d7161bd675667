"""The library's version and the way to the newest one. Alembic is imported only when there is something to do."""

from __future__ import annotations

import sqlite3

#: Every version that this app can read, oldest first. A migration adds its line here; a test compares.
KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
NEWEST = KNOWN[-1]


def version_of(connection: sqlite3.Connection) -> str | None:
    """The version of an open library, None when it is no library of ours."""
    try:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        connection.execute("SELECT key FROM meta LIMIT 1").fetchall()
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_ERROR:  # no such table
            return None
        raise
    return str(rows[0][0]) if rows else None


def to_newest(connection: sqlite3.Connection) -> None:
    """Run the migrations that are missing, in one transaction: all of them or none."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import StaticPool, create_engine

    config = Config()
    config.set_main_option("script_location", "chce_desktop:storage/migrations")
    config.set_main_option("path_separator", "os")
    previous = connection.isolation_level
    connection.isolation_level = None
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    try:
        with engine.connect() as bound:
            bound.exec_driver_sql("BEGIN EXCLUSIVE")
            config.attributes["connection"] = bound
            command.upgrade(config, "head")
            bound.commit()
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise
    finally:
        connection.isolation_level = previous
