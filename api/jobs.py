"""Durable jobs: the lines of the store, run by the workers of every server on the same database.

A worker takes a part of a job and runs its lines one by one; a line's result in the store is its checkpoint. What the
database does not take is kept and tried again, with growing pauses, for as long as this server lives; what a server
held when it died is taken up by another, or by itself when it is back.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.batching import Abandoned, Ticket
from api.engine import Engine
from api.idempotency import KeyStore
from api.parts import Part, PartQueue
from api.problem import ProblemError
from api.pulse import Pulse
from api.schemas import JobRequest
from api.settings import ServiceSettings
from api.store import JobStore, StoredJob
from api.tables import Database, said
from api.webhooks import Webhooks
from summarizer.wire import Counts, Job, JobStatus, Problem

_SLICE_SECONDS = 5.0
"""A part that takes longer goes to the end of its line, so that other jobs get their turn."""
_IDLE_SECONDS = 0.5
"""Between looks for a part that another server received."""
_LONGEST_PAUSE = 15.0
_MOST_DEATHS = 5
"""Of servers, one after the other, over one line: it is the line, then, and the others' turn."""
_KEY_SECONDS = 86_400.0
_log = logging.getLogger("api.jobs")
T = TypeVar("T")


class Jobs:
    """The jobs of one server process."""

    def __init__(self, settings: ServiceSettings, engine: Engine) -> None:
        self.server = uuid.uuid4().hex
        self.database = Database(settings.jobs_url)
        self.store, self.parts = JobStore(self.database), PartQueue(self.database)
        self.keys = KeyStore(self.database)
        self._settings, self._engine = settings, engine
        self._retention = settings.job_retention_days * 86_400
        self._stopping, self._arrived = threading.Event(), threading.Event()
        self._running: dict[Ticket, str] = {}  # the job of each line under way
        self._owed: deque[Callable[[], object]] = deque()
        self._pulse = Pulse(settings.lease_seconds)
        self._born = time.time() - time.monotonic()
        beating = threading.Thread(target=self._beat, name="jobs-beat", daemon=True)
        workers = [
            threading.Thread(target=self._work, args=(number,), name=f"jobs-{number}", daemon=True)
            for number in range(settings.job_concurrency)
        ]
        self._threads = [beating, *workers]
        self._webhooks = Webhooks(self, settings)

    def start(self) -> None:
        """Take part in the work, as soon as the database lets it."""
        for thread in self._threads:
            thread.start()
        self._webhooks.start()

    def stop(self) -> None:
        """Hand back what runs, and leave; what cannot be handed back now, others take when the lease has passed."""
        self._stopping.set()
        self._arrived.set()
        for ticket in list(self._running):
            ticket.cancel("stopping")
        until = time.monotonic() + self._settings.stop_timeout
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.1, until - time.monotonic()))
        self._webhooks.stop()
        try:
            self.parts.forget(self.server, died=False)
        except SQLAlchemyError as error:
            _log.warning("parts were not handed back: %s", said(error))
        self.database.close()

    @property
    def fault(self) -> str | None:
        """What is wrong with the database, if anything is."""
        return self._pulse.fault

    def arrived(self) -> None:
        """A job's lines are all in the store: do not wait for the next look."""
        self._arrived.set()

    def cancel(self, job: str) -> None:
        """Stop a job; lines under way stop here at once, elsewhere within a second."""
        self.store.cancel(job)
        self._cancel_lines({job})

    def erase(self, job: str) -> None:
        """Stop a job, and delete its articles and results at once."""
        self.cancel(job)
        self.store.delete(job)

    def drop(self, job: str) -> None:
        """Delete what there is of a job that was not received whole; what cannot be deleted now goes later."""
        try:
            self.store.delete_unsealed(job)
        except SQLAlchemyError:
            self.owe(lambda: self.store.delete_unsealed(job))

    def owe(self, call: Callable[[], object]) -> None:
        """Call ``call`` once the database is back."""
        self._owed.append(call)

    def describe(self, stored: StoredJob) -> Job:
        """The job as clients see it."""
        status: JobStatus = "running" if stored.begun else "queued"
        if stored.ended:
            status = "cancelled" if stored.cancelled else "completed"
        return Job(
            id=stored.id,
            status=status,
            counts=Counts(total=stored.total, done=stored.done, failed=stored.failed),
            created_at=_time(stored.created),
            ended_at=_time(stored.ended) if stored.ended else None,
            expires_at=_time(stored.ended + self._retention) if stored.ended else None,
            metadata=dict(stored.metadata or {}),
        )

    # -- workers

    def _work(self, worker: int) -> None:
        known = False  # to the other servers, which could not take over from one they do not know
        while not self._stopping.is_set():
            try:
                known = known or bool(self._persist(self.parts.beat, self.server))
                part = self._persist(self.parts.take, self.server, worker)
                if part is not None:
                    self._run_part(part)
                elif self._arrived.wait(_IDLE_SECONDS):
                    self._arrived.clear()
            except Abandoned:
                return  # stopping: the part goes back with the server's others
            except BaseException:  # whatever it was, the part is still this worker's, and there are others' to run
                _log.exception("a part of a job failed")
                self._stopping.wait(1.0)

    def _run_part(self, part: Part) -> None:
        """Run the lines that have no result yet, for a slice of time."""
        until = time.monotonic() + _SLICE_SECONDS
        deaths = part.deaths
        while (found := self._persist(self.parts.next, part)) is not None:
            if deaths >= _MOST_DEATHS:
                problem = ProblemError("internal-error", f"the server died {deaths} times while it wrote this").problem
                self._write(part.job, found[0], failure(_custom_id(found[1]), problem), failed=True)
            else:
                self._run_line(part.job, *found)
            if deaths:
                deaths = 0
                self._persist(self.parts.lives, part)
            if self._stopping.is_set() or time.monotonic() > until:
                self._persist(self.parts.free, part, self.server)
                return
        self._persist(self.parts.done, part)

    def _run_line(self, job: str, line: int, request: str) -> None:
        """Write the line's result, if it is not given up before it has one."""
        custom_id: str | None = None
        try:
            asked = JobRequest.model_validate_json(request)
            custom_id = asked.custom_id
            with self._ticket(job) as ticket:
                *_, done = self._engine.write(asked, ticket)
            result, failed = f'{{"custom_id":{_json(custom_id)},"response":{done.json}}}', False
        except Abandoned:
            if ticket.reason != "deadline":
                return
            detail = f"no summary within {self._settings.request_timeout:g} s"
            result, failed = failure(custom_id, ProblemError("deadline-exceeded", detail).problem), True
        except ProblemError as error:
            result, failed = failure(custom_id, error.problem), True
        except BaseException:  # a panic in a library's Rust is no Exception
            _log.exception("a request of a job failed", extra={"job": job, "line": line})
            result, failed = failure(custom_id, ProblemError("internal-error", "see the server's log").problem), True
        self._write(job, line, result, failed=failed)

    def _write(self, job: str, line: int, result: str, *, failed: bool) -> None:
        try:
            written = self._persist(self.parts.finish, job, line, result, failed=failed)
        except (DataError, ValueError):
            _log.exception("a result cannot be stored", extra={"job": job, "line": line})
            problem, failed = ProblemError("internal-error", "its result cannot be stored").problem, True
            written = self._persist(self.parts.finish, job, line, failure(None, problem), failed=True)
        if written:
            self._engine.metrics.job_requests.labels("failed" if failed else "done").inc()

    def _persist(self, call: Callable[..., T], *given: Any, **named: Any) -> T:
        """What ``call`` gives once the database lets it. Raises Abandoned on stopping, and what no waiting mends."""
        pause = 0.25
        while True:
            try:
                return call(*given, **named)
            except SQLAlchemyError as error:
                if isinstance(error, DataError) or not isinstance(error, (DBAPIError, PoolTimeout)):
                    raise
                _log.warning("the database refused, next try in %.1f s: %s", pause, said(error))
            if self._stopping.wait(pause):
                raise Abandoned
            pause = min(2 * pause, _LONGEST_PAUSE)

    @contextmanager
    def _ticket(self, job: str) -> Iterator[Ticket]:
        ticket = Ticket()
        late = threading.Timer(self._settings.request_timeout, ticket.cancel, ("deadline",))
        late.daemon = True
        self._running[ticket] = job
        late.start()
        try:
            if self._stopping.is_set():
                ticket.cancel("stopping")
            yield ticket
        finally:
            late.cancel()
            del self._running[ticket]

    def _cancel_lines(self, jobs: set[str]) -> None:
        for ticket, job in list(self._running.items()):
            if job in jobs:
                ticket.cancel("cancelled")

    # -- beats

    def _beat(self) -> None:
        """Say that this server lives, stop what was cancelled elsewhere, take over from the dead, pay what is owed."""
        tidied = 0.0
        while not self._stopping.wait(self._pulse.interval):
            try:
                for dead in self._pulse.beaten(self.parts.beat(self.server), self.server):
                    left = self.parts.forget(dead, died=True)
                    _log.warning("took over from a dead server", extra={"server": dead, "parts": left})
                if jobs := set(self._running.values()):
                    self._cancel_lines(self.parts.cancelled(sorted(jobs)))
                self._settle()
                if time.monotonic() - tidied > min(60.0, self._retention):
                    tidied = time.monotonic()
                    self._tidy()
            except SQLAlchemyError as error:
                self._pulse.missed(said(error))
            except BaseException:
                _log.exception("a beat of the jobs failed")

    def _settle(self) -> None:
        while self._owed:
            self._owed[0]()
            self._owed.popleft()

    def _tidy(self) -> None:
        # A clock that jumps ahead must not delete what was made an hour ago: old is what is old by both clocks.
        now = min(time.time(), self._born + time.monotonic())
        for job in self.store.expired(now - self._retention):
            self.store.delete(job)
        self.keys.drop(now - _KEY_SECONDS)
        self.parts.mend()


def failure(custom_id: str | None, problem: Problem) -> str:
    """The line of a request that failed."""
    return f'{{"custom_id":{_json(custom_id)},"error":{problem.model_dump_json()}}}'


def _custom_id(request: str) -> str:
    return JobRequest.model_validate_json(request).custom_id


def _json(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
