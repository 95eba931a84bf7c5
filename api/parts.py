"""The queue of jobs: parts of their lines, who runs which, and which servers live.

A part is somebody's or nobody's, a line has a result or has none: that is all there is to know, in one database, so
that nothing can be lost between two. Every method is one short transaction, which may be repeated when it is not known
whether it was done.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from api.tables import Database, jobs, keys, parts, requests, servers

_PARTS, _MOST_LINES = 32, 50


class Part(NamedTuple):
    """Lines of a job from ``first`` to before ``last``; ``deaths`` of servers that ran it, since its last result."""

    job: str
    first: int
    last: int
    deaths: int = 0


class PartQueue:
    """The parts of all jobs, for the servers on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- parts

    def take(self, server: str, worker: int) -> Part | None:
        """The part that the worker has, or the next that nobody has. Asked again after a failure, it gives the same."""
        mine = (parts.c.server == server) & (parts.c.worker == worker)
        free = sa.select(parts.c.job, parts.c.first).where(parts.c.server.is_(None))
        # SQLite has one writer at a time, and knows no row locks.
        chosen = free.order_by(parts.c.turn, parts.c.job).limit(1).with_for_update(skip_locked=True)
        columns = sa.select(parts.c.job, parts.c.first, parts.c.last, parts.c.deaths)
        with self._database.engine.begin() as connection:
            row = connection.execute(columns.where(mine)).first()
            if row is None and (found := connection.execute(chosen).first()) is not None:
                one = (parts.c.job == found.job) & (parts.c.first == found.first) & parts.c.server.is_(None)
                connection.execute(sa.update(parts).where(one).values(server=server, worker=worker))
                row = connection.execute(columns.where(mine)).first()  # none when another worker was faster
                begun = (jobs.c.id == found.job) & jobs.c.begun.is_(None)
                connection.execute(sa.update(jobs).where(begun).values(begun=time.time()))
        return None if row is None else Part(*row)

    def free(self, part: Part, server: str) -> None:
        """Put the server's part back, behind those of its turn."""
        mine = (parts.c.job == part.job) & (parts.c.first == part.first) & (parts.c.server == server)
        self._database.run(sa.update(parts).where(mine).values(server=None, worker=None, turn=parts.c.turn + 1))

    def lives(self, part: Part) -> None:
        """The part has got on: who died of it before, died of something else."""
        one = (parts.c.job == part.job) & (parts.c.first == part.first)
        self._database.run(sa.update(parts).where(one).values(deaths=0))

    def done(self, part: Part) -> None:
        """Drop a part that has no open line, and end its job when that has none either."""
        one = (parts.c.job == part.job) & (parts.c.first == part.first)
        with self._database.engine.begin() as connection:
            connection.execute(sa.delete(parts).where(one, ~_open(part.job, part.first, part.last)))
        with self._database.engine.connect() as connection:  # anew: of two last parts, one sees that both are gone
            left = connection.execute(sa.select(parts.c.first).where(parts.c.job == part.job).limit(1)).first()
        if left is None:
            self.end(part.job)

    def end(self, job: str) -> None:
        """Note that the job has ended, if every line has a result."""
        one = (jobs.c.id == job) & jobs.c.ended.is_(None) & jobs.c.total.is_not(None)
        self._database.run(sa.update(jobs).where(one, ~_open(job)).values(ended=time.time()))

    def mend(self) -> None:
        """Free parts of servers that nobody knows any more, and end jobs that have no part, or give them one: those of
        an earlier release have none."""
        known = sa.select(servers.c.id)
        lost = parts.c.server.is_not(None) & parts.c.server.not_in(known)
        self._database.run(sa.update(parts).where(lost).values(server=None, worker=None))
        orphan = jobs.c.total.is_not(None) & jobs.c.ended.is_(None) & ~sa.exists().where(parts.c.job == jobs.c.id)
        with self._database.engine.connect() as connection:
            found = connection.execute(sa.select(jobs.c.id, jobs.c.total).where(orphan)).all()
        for job, total in found:
            self.end(job)
            whole = sa.select(jobs.c.id, sa.literal(0), sa.literal(total), sa.literal(1), sa.literal(0))
            still = whole.where(jobs.c.id == job, jobs.c.ended.is_(None))
            insert = self._database.insert(parts).from_select(["job", "first", "last", "turn", "deaths"], still)
            self._database.run(insert.on_conflict_do_nothing())

    # -- lines

    def next(self, part: Part) -> tuple[int, str] | None:
        """The first line of the part without a result, and its request; None also when the job is cancelled."""
        live = sa.exists().where((jobs.c.id == part.job) & ~jobs.c.cancelled)
        open_ = requests.c.line.between(part.first, part.last - 1) & requests.c.result.is_(None)
        wanted = sa.select(requests.c.line, requests.c.request).where(requests.c.job == part.job, open_, live)
        with self._database.engine.connect() as connection:
            row = connection.execute(wanted.order_by(requests.c.line).limit(1)).one_or_none()
        return None if row is None else (row.line, row.request)

    def finish(self, job: str, line: int, result: str, *, failed: bool) -> bool:
        """Write the result of a line, unless it has one. Whether it was written."""
        one = (requests.c.job == job) & (requests.c.line == line) & requests.c.result.is_(None)
        return (
            self._database.run(sa.update(requests).where(one).values(result=result, failed=failed, request=None)) == 1
        )

    def cancelled(self, among: Sequence[str]) -> set[str]:
        """Those of the jobs that were cancelled, here or on another server, or are gone."""
        live = sa.select(jobs.c.id).where(jobs.c.id.in_(among), ~jobs.c.cancelled)
        with self._database.engine.connect() as connection:
            return set(among) - set(connection.execute(live).scalars())

    # -- servers

    def beat(self, server: str) -> dict[str, float]:
        """The server lives; when each server was last seen, by its own clock."""
        row = {"id": server, "seen": time.time()}
        beat = self._database.insert(servers).values(row).on_conflict_do_update(index_elements=["id"], set_=row)
        with self._database.engine.begin() as connection:
            connection.execute(beat)
            return {row.id: row.seen for row in connection.execute(sa.select(servers))}

    def forget(self, server: str, *, died: bool) -> int:
        """Drop a server: its parts are anybody's, and what it had only begun to receive is gone. Its parts' number."""
        received = (jobs.c.server == server) & jobs.c.total.is_(None)
        with self._database.engine.begin() as connection:
            given = sa.update(parts).where(parts.c.server == server)
            given = given.values(server=None, worker=None, deaths=parts.c.deaths + int(died))
            left = int(connection.execute(given).rowcount)
            connection.execute(sa.update(jobs).where(jobs.c.teller == server).values(teller=None))
            connection.execute(sa.delete(requests).where(requests.c.job.in_(sa.select(jobs.c.id).where(received))))
            connection.execute(sa.delete(jobs).where(received))
            connection.execute(sa.delete(keys).where(keys.c.server == server, keys.c.outcome.is_(None)))
            connection.execute(sa.delete(servers).where(servers.c.id == server))
        return left


def parted(job: str, total: int) -> list[dict[str, object]]:
    """The rows of a new job's parts. They take turns by their number: a small job need not wait for a large one."""
    size = max(1, min(_MOST_LINES, total // _PARTS))
    firsts = range(0, total, size)
    return [
        {"job": job, "first": first, "last": min(first + size, total), "turn": number}
        for number, first in enumerate(firsts, start=1)
    ]


def _open(job: str, first: int = 0, last: int | None = None) -> sa.Exists:
    lines = (requests.c.job == job) & requests.c.result.is_(None) & (requests.c.line >= first)
    return sa.exists().where(lines if last is None else lines & (requests.c.line < last))
