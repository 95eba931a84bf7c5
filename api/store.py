"""The tables of jobs and of idempotency keys, on SQLite or PostgreSQL; every method is one short transaction.

A result is written where none is yet, in the row of its own request: however often a request is run, and wherever, it
has one result.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

_PAGE_BYTES = 4_000_000
_PAGE_ROWS = 200
_tables = sa.MetaData()
_text, _real, _whole = sa.Text, sa.Double, sa.Integer

_jobs = sa.Table(
    "summarizer_jobs",
    _tables,
    sa.Column("id", _text, primary_key=True),
    sa.Column("owner", _text, nullable=False),
    sa.Column("server", _text, nullable=False),  # the one that received it
    sa.Column("created", _real, nullable=False),  # seconds since 1970, as all times here
    sa.Column("total", _whole),  # null until the body was read to its end: until then there is no such job
    sa.Column("begun", _real),
    sa.Column("ended", _real, index=True),
    sa.Column("cancelled", sa.Boolean, nullable=False, default=False),
)
_requests = sa.Table(
    "summarizer_job_requests",
    _tables,
    sa.Column("job", _text, primary_key=True),
    sa.Column("line", _whole, primary_key=True),
    sa.Column("request", _text),  # as sent; null once it has a result
    sa.Column("result", _text),  # a line of the results
    sa.Column("failed", sa.Boolean, nullable=False, default=False),
)
_has_result = _requests.c.result.is_not(None)
sa.Index(
    "summarizer_job_results",
    *(_requests.c.job, _requests.c.failed),
    sqlite_where=_has_result,
    postgresql_where=_has_result,
)
_servers = sa.Table(
    "summarizer_servers",
    _tables,
    sa.Column("id", _text, primary_key=True),
    sa.Column("seen", _real, nullable=False),
)
_keys = sa.Table(
    "summarizer_idempotency",
    _tables,
    sa.Column("owner", _text, primary_key=True),
    sa.Column("key", _text, primary_key=True),
    sa.Column("server", _text, nullable=False),
    sa.Column("created", _real, nullable=False, index=True),
    sa.Column("fingerprint", _text),  # SHA-256 of the body, once it was read
    sa.Column("outcome", _text),  # a job's id, or a summary's JSON; null while under way
)


class StoredJob(NamedTuple):
    """A row of the jobs with its counts; times in seconds since 1970."""

    id: str
    created: float
    begun: float | None
    ended: float | None
    cancelled: bool
    total: int
    done: int
    failed: int


class StoredKey(NamedTuple):
    """What is known of an idempotency key; ``outcome`` is None while its request is under way."""

    fingerprint: str | None
    outcome: str | None


class Store:
    """The tables at ``url`` (``sqlite:///…`` or ``postgresql://…``), made when they are not there. Thread-safe."""

    def __init__(self, url: str) -> None:
        parsed = sa.make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        self._sqlite = parsed.get_backend_name() == "sqlite"
        if self._sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        # _run counts inserted rows too, which SQLAlchemy keeps on every driver only when asked.
        self._database = sa.create_engine(
            parsed, pool_pre_ping=not self._sqlite, execution_options={"preserve_rowcount": True}
        )
        if self._sqlite:
            sa.event.listen(self._database, "connect", _sqlite_connection)
        with self._database.begin() as connection:
            if not self._sqlite:  # two servers may start at once
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7236591)"))
            _tables.create_all(connection)

    def close(self) -> None:
        """Close the connections."""
        self._database.dispose()

    # -- receiving

    def open_job(self, job: str, owner: str, server: str) -> None:
        """A job whose body is being read."""
        self._run(sa.insert(_jobs).values(id=job, owner=owner, server=server, created=time.time()))

    def add(self, job: str, rows: Sequence[dict[str, Any]]) -> None:
        """Lines of a job: ``line``, and either ``request``, or ``result`` and ``failed`` for what cannot be run."""
        blank = {"job": job, "request": None, "result": None, "failed": False}
        self._run(sa.insert(_requests), [blank | row for row in rows])

    def seal(self, job: str, total: int) -> bool:
        """The body was read to its end: from now on there is such a job. False when it was dropped meanwhile, as that
        of a server taken for dead."""
        return self._run(sa.update(_jobs).where(_jobs.c.id == job).values(total=total)) == 1

    # -- asking

    def job(self, job: str, owner: str) -> StoredJob | None:
        """The job, if it is the owner's."""
        with self._database.connect() as connection:
            mine = (_jobs.c.id == job) & (_jobs.c.owner == owner) & _jobs.c.total.is_not(None)
            row = connection.execute(sa.select(_jobs).where(mine)).one_or_none()
            if row is None:
                return None
            with_result = (_requests.c.job == job) & _requests.c.result.is_not(None)
            by = _requests.c.failed
            counted = sa.select(by, sa.func.count()).where(with_result).group_by(by)
            counts = {bool(failed): count for failed, count in connection.execute(counted)}
        done, failed = counts.get(False, 0), counts.get(True, 0)
        return StoredJob(row.id, row.created, row.begun, row.ended, row.cancelled, row.total, done, failed)

    def results(self, job: str) -> Iterator[list[str]]:
        """Pages of the result lines there are, in the order of the requests."""
        after = -1
        while True:
            found = (_requests.c.job == job) & (_requests.c.line > after) & _requests.c.result.is_not(None)
            lines = sa.select(_requests.c.line, _requests.c.result).where(found).order_by(_requests.c.line)
            page, size = [], 0
            with self._database.connect() as connection:
                for line, result in connection.execution_options(yield_per=10).execute(lines.limit(_PAGE_ROWS)):
                    page.append(result)
                    after, size = line, size + len(result)
                    if size > _PAGE_BYTES:
                        break
            if not page:
                return
            yield page

    # -- running

    def begin(self, job: str) -> int:
        """Note that the job runs; its total."""
        begun = sa.func.coalesce(_jobs.c.begun, time.time())
        one = _jobs.c.id == job
        with self._database.begin() as connection:
            connection.execute(sa.update(_jobs).where(one).values(begun=begun))
            return int(connection.execute(sa.select(_jobs.c.total).where(one)).scalar_one())

    def next(self, job: str, first: int, last: int) -> tuple[int, str] | None:
        """The first line from ``first`` to before ``last`` without a result; None also when the job is cancelled."""
        live = sa.exists().where((_jobs.c.id == job) & ~_jobs.c.cancelled)
        open_ = (_requests.c.job == job) & _requests.c.line.between(first, last - 1) & _requests.c.result.is_(None)
        wanted = sa.select(_requests.c.line, _requests.c.request).where(open_, live).order_by(_requests.c.line).limit(1)
        with self._database.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else (row.line, row.request)

    def finish(self, job: str, line: int, result: str, *, failed: bool) -> bool:
        """Write the result of a line, unless it has one. Whether it was written."""
        one = (_requests.c.job == job) & (_requests.c.line == line) & _requests.c.result.is_(None)
        written = self._run(sa.update(_requests).where(one).values(result=result, failed=failed, request=None))
        return written == 1

    def end(self, job: str) -> None:
        """Note that the job has ended, if every line has a result."""
        left = sa.exists().where((_requests.c.job == job) & _requests.c.result.is_(None))
        one = (_jobs.c.id == job) & _jobs.c.ended.is_(None)
        self._run(sa.update(_jobs).where(one, ~left).values(ended=time.time()))

    def cancel(self, job: str) -> None:
        """Run no more lines of the job; the results there are stay. Nothing when it has ended."""
        one = (_jobs.c.id == job) & _jobs.c.ended.is_(None)
        self._run(sa.update(_jobs).where(one).values(cancelled=True, ended=time.time()))

    def cancelled(self, jobs: Sequence[str]) -> set[str]:
        """Those of the jobs that were cancelled, here or on another server, or are gone."""
        live = sa.select(_jobs.c.id).where(_jobs.c.id.in_(jobs), ~_jobs.c.cancelled)
        with self._database.connect() as connection:
            return set(jobs) - set(connection.execute(live).scalars())

    # -- servers and retention

    def beat(self, server: str) -> None:
        """The server lives."""
        insert = sqlite.insert if self._sqlite else postgresql.insert
        row = {"id": server, "seen": time.time()}
        self._run(insert(_servers).values(row).on_conflict_do_update(index_elements=["id"], set_=row))

    def claim_dead(self, lease: float) -> list[str]:
        """Servers silent for longer than ``lease`` seconds whose work is the caller's to hand on; no two callers get
        the same. A caller that dies over it makes room for the next when the lease has passed again."""
        now = time.time()
        with self._database.connect() as connection:
            silent = connection.execute(sa.select(_servers).where(_servers.c.seen < now - lease)).all()
        same = [(row.id, (_servers.c.id == row.id) & (_servers.c.seen == row.seen)) for row in silent]
        return [name for name, one in same if self._run(sa.update(_servers).where(one).values(seen=now)) == 1]

    def forget(self, server: str) -> None:
        """Drop a server, and what it had only begun to receive."""
        unsealed = sa.select(_jobs.c.id).where(_jobs.c.server == server, _jobs.c.total.is_(None))
        with self._database.begin() as connection:
            connection.execute(sa.delete(_requests).where(_requests.c.job.in_(unsealed)))
            connection.execute(sa.delete(_jobs).where(_jobs.c.server == server, _jobs.c.total.is_(None)))
            connection.execute(sa.delete(_keys).where(_keys.c.server == server, _keys.c.outcome.is_(None)))
            connection.execute(sa.delete(_servers).where(_servers.c.id == server))

    def unstarted(self) -> list[str]:
        """Jobs received whole of which no server has begun a thing."""
        waiting = sa.select(_jobs.c.id).where(_jobs.c.total.is_not(None))
        waiting = waiting.where(_jobs.c.begun.is_(None), _jobs.c.ended.is_(None))
        with self._database.connect() as connection:
            return list(connection.execute(waiting).scalars())

    def expired(self, before: float, limit: int = 10) -> list[str]:
        """Jobs that ended before a time."""
        with self._database.connect() as connection:
            return list(connection.execute(sa.select(_jobs.c.id).where(_jobs.c.ended < before).limit(limit)).scalars())

    def delete(self, job: str) -> None:
        """Delete a job, its requests and results."""
        with self._database.begin() as connection:
            connection.execute(sa.delete(_requests).where(_requests.c.job == job))
            connection.execute(sa.delete(_jobs).where(_jobs.c.id == job))

    # -- idempotency keys

    def reserve(self, owner: str, key: str, server: str) -> StoredKey | None:
        """Take the key for a request that begins now; what is known of it if it is taken."""
        insert = sqlite.insert if self._sqlite else postgresql.insert
        row = {"owner": owner, "key": key, "server": server, "created": time.time()}
        if self._run(insert(_keys).values(row).on_conflict_do_nothing()) == 1:
            return None
        columns = sa.select(_keys.c.fingerprint, _keys.c.outcome)
        with self._database.connect() as connection:
            found = connection.execute(columns.where(_keys.c.owner == owner, _keys.c.key == key)).one_or_none()
        return StoredKey(*found) if found else self.reserve(owner, key, server)

    def settle(self, owner: str, key: str, fingerprint: str, outcome: str) -> None:
        """Keep the outcome of the key's request."""
        one = (_keys.c.owner == owner) & (_keys.c.key == key)
        self._run(sa.update(_keys).where(one).values(fingerprint=fingerprint, outcome=outcome))

    def release(self, owner: str, key: str) -> None:
        """Give the key back: its request came to nothing."""
        one = (_keys.c.owner == owner) & (_keys.c.key == key) & _keys.c.outcome.is_(None)
        self._run(sa.delete(_keys).where(one))

    def drop_keys(self, before: float) -> None:
        """Forget keys older than a time."""
        self._run(sa.delete(_keys).where(_keys.c.created < before))

    def _run(self, statement: sa.Executable, rows: Sequence[dict[str, Any]] | None = None) -> int:
        """Run one statement in a transaction of its own; the number of rows that it touched."""
        with self._database.begin() as connection:
            return int(connection.execute(statement, rows).rowcount)


def _sqlite_connection(connection: Any, _: Any) -> None:
    # Readers beside one writer, and writers that wait for each other; DBOS writes to the same file.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA busy_timeout=30000")
