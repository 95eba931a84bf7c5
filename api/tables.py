"""The tables of the service, on SQLite or PostgreSQL, and how they are opened.

Times are seconds since 1970, for people: nothing that must happen waits for a wall clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from summarizer.errors import InputError

_tables = sa.MetaData()
_text, _real, _whole = sa.Text, sa.Double, sa.Integer

jobs = sa.Table(
    "summarizer_jobs",
    _tables,
    sa.Column("id", _text, primary_key=True),
    sa.Column("owner", _text, nullable=False),
    sa.Column("server", _text, nullable=False),  # the one that received it
    sa.Column("created", _real, nullable=False),
    sa.Column("total", _whole),  # null until the body was read to its end: until then there is no such job
    sa.Column("begun", _real),
    sa.Column("ended", _real, index=True),
    sa.Column("cancelled", sa.Boolean, nullable=False, default=False),
    sa.Column("metadata", sa.JSON(none_as_null=True)),  # the caller's own
    sa.Column("webhook", _text),  # an address to tell of the end; null once it was told or given up
    sa.Column("teller", _text),  # the server that does
)
requests = sa.Table(
    "summarizer_job_requests",
    _tables,
    sa.Column("job", _text, primary_key=True),
    sa.Column("line", _whole, primary_key=True),
    sa.Column("request", _text),  # as sent; null once it has a result
    sa.Column("result", _text),  # a line of the results
    sa.Column("failed", sa.Boolean, nullable=False, default=False),
)
_has_result = requests.c.result.is_not(None)
sa.Index(
    "summarizer_job_results",
    *(requests.c.job, requests.c.failed),
    sqlite_where=_has_result,
    postgresql_where=_has_result,
)
_is_open = requests.c.result.is_(None)
sa.Index(
    "summarizer_job_open_lines",
    *(requests.c.job, requests.c.line),
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)
parts = sa.Table(
    "summarizer_job_parts",
    _tables,
    sa.Column("job", _text, primary_key=True),
    sa.Column("first", _whole, primary_key=True),  # its lines: from here
    sa.Column("last", _whole, nullable=False),  # to before this one
    sa.Column("turn", _whole, nullable=False),  # the smallest is run first
    sa.Column("server", _text),  # whose it is; null while nobody's
    sa.Column("worker", _whole),
    sa.Column("deaths", _whole, nullable=False, default=0),  # of servers that had it, since its last result
)
sa.Index("summarizer_job_turns", parts.c.server, parts.c.turn, parts.c.job)
servers = sa.Table(
    "summarizer_servers",
    _tables,
    sa.Column("id", _text, primary_key=True),
    sa.Column("seen", _real, nullable=False),
)
keys = sa.Table(
    "summarizer_idempotency",
    _tables,
    sa.Column("owner", _text, primary_key=True),
    sa.Column("key", _text, primary_key=True),
    sa.Column("server", _text, nullable=False),
    sa.Column("created", _real, nullable=False, index=True),
    sa.Column("fingerprint", _text),  # SHA-256 of the body, once it was read
    sa.Column("outcome", _text),  # a job's id, or a summary's JSON; null while under way
)


class Database:
    """The tables at ``url`` (``sqlite:///…`` or ``postgresql://…``), made when they are not there. Thread-safe.

    Raises InputError when they cannot be opened.
    """

    def __init__(self, url: str) -> None:
        where = "SUMMARIZER_JOBS_URL"
        try:
            parsed = sa.make_url(url)
            where = parsed.render_as_string(hide_password=True)
            if parsed.drivername in ("postgres", "postgresql"):
                parsed = parsed.set(drivername="postgresql+psycopg")
            if (kind := parsed.get_backend_name()) not in ("sqlite", "postgresql"):
                raise sa.exc.ArgumentError(f"it is neither sqlite nor postgresql but {kind}")
            self._sqlite = kind == "sqlite"
            if self._sqlite and parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = self._engine(parsed)
            self._make()
        except (SQLAlchemyError, OSError) as error:
            problem = f"the database of jobs cannot be opened ({said(error)})"
            remedy = "See that it runs and may be written to, or give another --jobs-url."
            raise InputError(problem, remedy=remedy, where=where) from error

    def _engine(self, url: sa.URL) -> sa.Engine:
        # Inserted rows are counted too (see run), which SQLAlchemy does on every driver only when asked.
        counted: dict[str, Any] = {"execution_options": {"preserve_rowcount": True}}
        if not self._sqlite:
            # A machine that is gone is noticed in half a minute, not after TCP's quarter of an hour.
            patience = {
                "connect_timeout": 5,
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "tcp_user_timeout": 30_000,
            }
            return sa.create_engine(url, pool_pre_ping=True, pool_timeout=10, connect_args=patience, **counted)
        engine = sa.create_engine(url, **counted)
        sa.event.listen(engine, "connect", _sqlite_connection)
        return engine

    def _make(self) -> None:
        with self.engine.begin() as connection:
            if not self._sqlite:  # two servers may start at once
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7236591)"))
            _tables.create_all(connection)
            # Tables of an earlier release lack indexes, and columns, all of which may be null.
            inspector = sa.inspect(connection)
            for table in _tables.sorted_tables:
                there = {column["name"] for column in inspector.get_columns(table.name)}
                for column in table.columns:
                    if column.name not in there:
                        kind = column.type.compile(connection.dialect)
                        connection.execute(sa.text(f'ALTER TABLE {table.name} ADD COLUMN "{column.name}" {kind}'))
                for index in table.indexes:
                    index.create(connection, checkfirst=True)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def run(self, statement: sa.Executable, rows: Sequence[dict[str, Any]] | None = None) -> int:
        """Run one statement in a transaction of its own; the number of rows that it touched."""
        with self.engine.begin() as connection:
            return int(connection.execute(statement, rows).rowcount)

    def insert(self, table: sa.Table) -> Any:
        """An insert that knows ``on_conflict``."""
        return sqlite.insert(table) if self._sqlite else postgresql.insert(table)


def said(error: BaseException) -> str:
    """An error of the database in one line, without the statement and its values."""
    text = str(getattr(error, "orig", None) or getattr(error, "strerror", None) or error)
    return next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)


def _sqlite_connection(connection: Any, _: Any) -> None:
    # Readers beside one writer, and writers that wait for each other; what is deleted is overwritten.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA secure_delete=ON")
