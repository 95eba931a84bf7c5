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
from summarizer.wire import JobStatus

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


class Wanted(NamedTuple):
    """Which jobs to list. created_after, created_before: seconds since 1970; after: a ``cursor``."""

    status: JobStatus | None = None
    created_after: float | None = None
    created_before: float | None = None
    metadata: Mapping[str, str] = {}
    after: tuple[float, str] | None = None

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        """What their rows are like."""
        ended, begun, cancelled = jobs.c.ended.is_not(None), jobs.c.begun.is_not(None), jobs.c.cancelled
        by_status = {
            "queued": ~ended & ~begun,
            "running": ~ended & begun,
            "completed": ended & ~cancelled,
            "cancelled": ended & cancelled,
        }
        if self.status is not None:
            yield by_status[self.status]
        if self.created_after is not None:
            yield jobs.c.created > self.created_after
        if self.created_before is not None:
            yield jobs.c.created < self.created_before
        for name, value in self.metadata.items():
            yield jobs.c.metadata[name].as_string() == value
        if self.after is not None:
            created, job = self.after
            yield (jobs.c.created < created) | ((jobs.c.created == created) & (jobs.c.id < job))


class JobStore:
    """The jobs of all owners."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- receiving

    def open_job(
        self, job: str, owner: str, server: str, *, metadata: Mapping[str, str] | None, webhook: str | None
    ) -> None:
        """A job whose body is being read."""
        row = {"id": job, "owner": owner, "server": server, "created": time.time(), "metadata": metadata}
        self._database.run(sa.insert(jobs).values(**row, webhook=webhook))

    def add(self, job: str, rows: Sequence[dict[str, Any]]) -> None:
        """Lines of a job: ``line``, and either ``request``, or ``result`` and ``failed`` for what cannot be run."""
        blank = {"job": job, "request": None, "result": None, "failed": False}
        self._database.run(sa.insert(requests), [blank | row for row in rows])

    def seal(self, job: str, total: int, settle: sa.Executable | None) -> bool:
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

    def of(self, owner: str, wanted: Wanted, limit: int) -> list[StoredJob]:
        """The owner's jobs that are wanted, the youngest first."""
        found = [jobs.c.owner == owner, *wanted.conditions()]
        return self._counted(found, limit)

    def results(self, job: StoredJob, after: int | None, failed: bool | None) -> Iterator[list[str]]:
        """Pages of the result lines there are, in the order of the requests.

        after: only those of later lines (from 1), and, as long as the job runs, none behind a line that has no result
        yet: who goes on from the last line read misses none. failed: only errors, or only responses.
        """
        found = (requests.c.job == job.id) & requests.c.result.is_not(None)
        if failed is not None:
            found &= requests.c.failed == failed
        if after is not None and not job.ended:
            gap = sa.select(sa.func.min(requests.c.line)).where(requests.c.job == job.id, requests.c.result.is_(None))
            found &= requests.c.line < sa.func.coalesce(gap.scalar_subquery(), job.total)
        last = (after or 0) - 1
        while True:
            lines = sa.select(requests.c.line, requests.c.result).where(found, requests.c.line > last)
            page, size = [], 0
            with self._database.engine.connect() as connection:
                ordered = lines.order_by(requests.c.line).limit(_PAGE_ROWS)
                for line, result in connection.execution_options(yield_per=10).execute(ordered):
                    page.append(f'{{"line":{line + 1},{result[1:]}')
                    last, size = line, size + len(result)
                    if size > _PAGE_BYTES:
                        break
            if not page:
                return
            yield page

    # -- telling of the end

    def to_tell(self, server: str) -> dict[str, str]:
        """Jobs of whose end an address is to be told by this server, and by no other."""
        nobodys = jobs.c.webhook.is_not(None) & jobs.c.ended.is_not(None) & jobs.c.teller.is_(None)
        with self._database.engine.connect() as connection:
            found = connection.execute(sa.select(jobs.c.id, jobs.c.webhook).where(nobodys).limit(_PAGE_ROWS)).all()
        take = sa.update(jobs).where(nobodys).values(teller=server)
        return {job: address for job, address in found if self._database.run(take.where(jobs.c.id == job)) == 1}

    def ended(self, job: str) -> tuple[StoredJob, str] | None:
        """The job, and the address to be told of its end; None when there is nothing to tell any more."""
        stored = next(iter(self._counted([jobs.c.id == job], limit=1)), None)
        with self._database.engine.connect() as connection:
            address = connection.execute(sa.select(jobs.c.webhook).where(jobs.c.id == job)).scalar()
        return (stored, address) if stored and address else None

    def told(self, job: str) -> None:
        """There is nobody to tell any more."""
        self._database.run(sa.update(jobs).where(jobs.c.id == job).values(webhook=None, teller=None))

    # -- ending

    def cancel(self, job: str) -> None:
        """Run no more lines of the job; the results there are stay. Nothing when it has ended."""
        live = (jobs.c.id == job) & jobs.c.ended.is_(None)
        with self._database.engine.begin() as connection:
            # Parts before jobs, as a worker that takes one locks them; an ended job has none.
            connection.execute(sa.delete(parts).where(parts.c.job == job))
            connection.execute(sa.update(jobs).where(live).values(cancelled=True, ended=time.time()))

    def expired(self, before: float) -> list[str]:
        """Jobs that ended before a time, ten at most."""
        with self._database.engine.connect() as connection:
            return list(connection.execute(sa.select(jobs.c.id).where(jobs.c.ended < before).limit(10)).scalars())

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
