"""Jobs at rest: their lines, results and counts; every method is one short transaction.

A result is written where none is yet, in the row of its own request: however often a request is run, and wherever, it
has one result.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from api.parts import parted
from api.tables import Database, jobs, keys, parts, requests

_PAGE_BYTES = 1_000_000
_PAGE_ROWS = 200


class StoredJob(NamedTuple):
    """A row of the jobs with its counts; times in seconds since 1970."""

    id: str
    created: float
    begun: float | None
    ended: float | None
    cancelled: bool
    total: int
    metadata: Mapping[str, str] | None
    done: int
    failed: int


class JobStore:
    """The jobs of all owners."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- receiving

    def open_job(
        self,
        job: str,
        owner: str,
        server: str,
        *,
        metadata: Mapping[str, str] | None = None,
        webhook: str | None = None,
    ) -> None:
        """A job whose body is being read."""
        row = {"id": job, "owner": owner, "server": server, "created": time.time(), "metadata": metadata}
        self._database.run(sa.insert(jobs).values(**row, webhook=webhook))

    def add(self, job: str, rows: Sequence[dict[str, Any]]) -> None:
        """Lines of a job: ``line``, and either ``request``, or ``result`` and ``failed`` for what cannot be run."""
        blank = {"job": job, "request": None, "result": None, "failed": False}
        self._database.run(sa.insert(requests), [blank | row for row in rows])

    def seal(self, job: str, total: int, settle: sa.Executable | None = None) -> bool:
        """The body was read to its end: from now on there is such a job, and parts to run. ``settle`` is done with it.
        False when it was dropped meanwhile, as that of a server taken for dead."""
        with self._database.engine.begin() as connection:
            there = sa.update(jobs).where(jobs.c.id == job).values(total=total)
            if connection.execute(there).rowcount != 1:
                return False
            connection.execute(sa.insert(parts), parted(job, total))
            if settle is not None:
                connection.execute(settle)
        return True

    # -- asking

    def job(self, job: str, owner: str) -> StoredJob | None:
        """The job, if it is the owner's."""
        return next(iter(self._counted([jobs.c.id == job, jobs.c.owner == owner], limit=1)), None)

    def _counted(self, wanted: Iterable[sa.ColumnElement[bool]], limit: int) -> list[StoredJob]:
        """Jobs, the youngest first."""
        columns = [jobs.c[name] for name in StoredJob._fields[:-2]]
        found = sa.select(*columns).where(jobs.c.total.is_not(None), *wanted)
        with self._database.engine.connect() as connection:
            rows = connection.execute(found.order_by(jobs.c.created.desc(), jobs.c.id.desc()).limit(limit)).all()
            with_result = requests.c.job.in_([row.id for row in rows]) & requests.c.result.is_not(None)
            by = (requests.c.job, requests.c.failed)
            counted = connection.execute(sa.select(*by, sa.func.count()).where(with_result).group_by(*by))
            counts = {(job, bool(failed)): count for job, failed, count in counted}
        return [
            StoredJob(**row._mapping, done=counts.get((row.id, False), 0), failed=counts.get((row.id, True), 0))
            for row in rows
        ]

    def results(self, job: str) -> Iterator[list[str]]:
        """Pages of the result lines there are, in the order of the requests."""
        after = -1
        while True:
            found = (requests.c.job == job) & (requests.c.line > after) & requests.c.result.is_not(None)
            lines = sa.select(requests.c.line, requests.c.result).where(found).order_by(requests.c.line)
            page, size = [], 0
            with self._database.engine.connect() as connection:
                for line, result in connection.execution_options(yield_per=10).execute(lines.limit(_PAGE_ROWS)):
                    page.append(result)
                    after, size = line, size + len(result)
                    if size > _PAGE_BYTES:
                        break
            if not page:
                return
            yield page

    # -- ending

    def cancel(self, job: str) -> None:
        """Run no more lines of the job; the results there are stay. Nothing when it has ended."""
        live = (jobs.c.id == job) & jobs.c.ended.is_(None)
        with self._database.engine.begin() as connection:
            connection.execute(sa.update(jobs).where(live).values(cancelled=True, ended=time.time()))
            connection.execute(sa.delete(parts).where(parts.c.job == job))

    def expired(self, before: float, limit: int = 10) -> list[str]:
        """Jobs that ended before a time."""
        with self._database.engine.connect() as connection:
            return list(connection.execute(sa.select(jobs.c.id).where(jobs.c.ended < before).limit(limit)).scalars())

    def delete_unsealed(self, job: str) -> None:
        """Delete what there is of a job whose body was not read to its end."""
        received = sa.select(jobs.c.id).where(jobs.c.id == job, jobs.c.total.is_(None))
        with self._database.engine.begin() as connection:
            connection.execute(sa.delete(requests).where(requests.c.job.in_(received)))
            connection.execute(sa.delete(jobs).where(jobs.c.id == job, jobs.c.total.is_(None)))

    def delete(self, job: str) -> None:
        """Delete a job, its requests and results, and the name of the request that made it."""
        with self._database.engine.begin() as connection:
            for rows in (parts.c.job == job, requests.c.job == job, keys.c.outcome == job, jobs.c.id == job):
                connection.execute(sa.delete(rows.left.table).where(rows))
