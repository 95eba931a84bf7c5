"""Durable jobs: DBOS workflows over the rows of the store.

A job is a workflow that puts parts of its lines on a queue; a part is a workflow that runs its lines one by one. DBOS
keeps the queue and knows after a crash what has not ended; a line's result in the store is its checkpoint. Parts queue
by their number, so that a small job need not wait for the end of a large one. A server that is silent for a lease is
dead, and a living one puts its workflows back on the queue.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from dbos import DBOS, DBOSConfiguredInstance, SetEnqueueOptions, SetWorkflowID

from api.batching import Abandoned, Ticket
from api.engine import Engine
from api.problem import ProblemError
from api.schemas import JobRequest
from api.settings import ServiceSettings
from api.store import Store, StoredJob
from summarizer.wire import Counts, Job, JobStatus, Problem

_QUEUE = "summarizer-parts"
_PROTOCOL = "1"
"""DBOS's application version: servers of any release may run each other's workflows as long as it is the same."""
_PARTS, _MOST_LINES = 32, 50
_SLICE_SECONDS = 5.0
"""A part that takes longer goes to the end of its line, so that other jobs get their turn."""
_KEY_SECONDS = 86_400.0
_log = logging.getLogger("api.jobs")


@DBOS.dbos_class()
class Jobs(DBOSConfiguredInstance):
    """The jobs of one server process; one a process, as DBOS is."""

    def __init__(self, settings: ServiceSettings, engine: Engine) -> None:
        super().__init__("jobs")
        self.server = uuid.uuid4().hex
        self.store = Store(settings.jobs_url)
        self._settings = settings
        self._engine = engine
        self._retention = settings.job_retention_days * 86_400
        self._stopping = threading.Event()
        self._running: dict[Ticket, tuple[str, float]] = {}  # the job of a line, and its deadline
        self._beating = threading.Thread(target=self._beat, name="jobs-beat", daemon=True)

    def start(self) -> None:
        """Take part in the work."""
        self.store.beat(self.server)
        DBOS(
            config={
                "name": "summarizer",
                "system_database_url": self._settings.jobs_url,
                "executor_id": self.server,
                "application_version": _PROTOCOL,
                "log_level": "WARNING",
            }
        )
        DBOS.launch()
        DBOS.register_queue(
            _QUEUE,
            worker_concurrency=self._settings.job_concurrency,
            polling_interval_sec=0.1,
            on_conflict="always_update",
        )
        self._beating.start()

    def stop(self) -> None:
        """Hand back what runs, and leave."""
        self._stopping.set()
        for ticket in list(self._running):
            ticket.cancel("stopping")
        if self._beating.is_alive():
            self._beating.join()
        DBOS.destroy(workflow_completion_timeout_sec=self._settings.stop_timeout)
        self.store.forget(self.server)
        self.store.close()

    def accept(self, job: str) -> None:
        """Start a job whose lines are all in the store. A crash just before is made good by the next beat."""
        with SetWorkflowID(job):
            DBOS.enqueue_workflow(_QUEUE, self.run_job, job)

    def cancel(self, job: str) -> None:
        """Stop a job; lines under way stop here at once, elsewhere within a second."""
        self.store.cancel(job)
        DBOS.cancel_workflow(job, cancel_children=True)
        self._cancel_lines({job})

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
        )

    @DBOS.workflow()
    def run_job(self, job: str) -> None:
        """Put the parts on the queue. Repeated after a crash, it finds those that are there by their ids."""
        total = self.store.begin(job)
        size = max(1, min(_MOST_LINES, total // _PARTS))
        for number, first in enumerate(range(0, total, size), start=1):
            self._enqueue(job, first, min(first + size, total), number, name=f"{job}.{first}")
        self.store.end(job)  # a job may be all broken lines

    @DBOS.workflow()
    def run_part(self, job: str, first: int, last: int, number: int) -> None:
        """Run the lines from ``first`` to before ``last`` that have no result yet, for a slice of time."""
        until = time.monotonic() + _SLICE_SECONDS
        while (found := self.store.next(job, first, last)) is not None:
            line, request = found
            given_up = not self._stopping.is_set() and not self._run_line(job, line, request)
            if given_up and not self._stopping.is_set():
                return  # cancelled
            if self._stopping.is_set() or time.monotonic() > until:
                self._enqueue(job, line, last, number, name=f"{job}.{line}.{uuid.uuid4().hex}")
                return
        self.store.end(job)

    def _enqueue(self, job: str, first: int, last: int, number: int, *, name: str) -> None:
        with SetWorkflowID(name), SetEnqueueOptions(priority=number):
            DBOS.enqueue_workflow(_QUEUE, self.run_part, job, first, last, number)

    def _run_line(self, job: str, line: int, request: str) -> bool:
        """Write the line's result; False when it was given up before it had one."""
        custom_id: str | None = None
        try:
            asked = JobRequest.model_validate_json(request)
            custom_id = asked.custom_id
            with self._ticket(job) as ticket:
                *_, done = self._engine.write(asked, ticket)
            result, failed = f'{{"custom_id":{_json(custom_id)},"response":{done.json}}}', False
        except Abandoned:
            if ticket.reason != "deadline":
                return False
            detail = f"no summary within {self._settings.request_timeout:g} s"
            result, failed = failure(custom_id, ProblemError("deadline-exceeded", detail).problem), True
        except ProblemError as error:
            result, failed = failure(custom_id, error.problem), True
        except Exception:
            _log.exception("a request of a job failed", extra={"job": job, "line": line})
            result, failed = failure(custom_id, ProblemError("internal-error", "see the server's log").problem), True
        if self.store.finish(job, line, result, failed=failed):
            self._engine.metrics.job_requests.labels("failed" if failed else "done").inc()
        return True

    @contextmanager
    def _ticket(self, job: str) -> Iterator[Ticket]:
        ticket = Ticket()
        self._running[ticket] = (job, time.monotonic() + self._settings.request_timeout)
        try:
            yield ticket
        finally:
            del self._running[ticket]

    def _cancel_lines(self, jobs: set[str]) -> None:
        for ticket, (job, _) in list(self._running.items()):
            if job in jobs:
                ticket.cancel("cancelled")

    def _beat(self) -> None:
        """Every second: say that this server lives, stop what is late or cancelled, take over from the dead."""
        tidied = 0.0
        while not self._stopping.wait(1.0):
            try:
                self.store.beat(self.server)
                self._stop_lines()
                self._take_over()
                if time.monotonic() - tidied > min(60.0, self._retention):
                    tidied = time.monotonic()
                    self._tidy()
            except Exception:  # the database may be away for a while; the next beat tries again
                _log.exception("a beat of the jobs failed")

    def _stop_lines(self) -> None:
        now = time.monotonic()
        for ticket, (_, deadline) in list(self._running.items()):
            if now > deadline:
                ticket.cancel("deadline")
        if jobs := {job for job, _ in list(self._running.values())}:
            self._cancel_lines(self.store.cancelled(sorted(jobs)))

    def _take_over(self) -> None:
        for server in self.store.claim_dead(self._settings.lease_seconds):
            left = DBOS.list_workflows(status="PENDING", executor_id=server, load_input=False, load_output=False)
            if left:
                DBOS.resume_workflows([one.workflow_id for one in left], queue_name=_QUEUE)
            self.store.forget(server)
            _log.warning("took over from a dead server", extra={"server": server, "workflows": len(left)})
        for job in self.store.unstarted():
            self.accept(job)

    def _tidy(self) -> None:
        now = time.time()
        for job in self.store.expired(now - self._retention):
            DBOS.delete_workflows([job], delete_children=True)
            self.store.delete(job)
        self.store.drop_keys(now - _KEY_SECONDS)


def failure(custom_id: str | None, problem: Problem) -> str:
    """The line of a request that failed."""
    return f'{{"custom_id":{_json(custom_id)},"error":{problem.model_dump_json(exclude_none=True)}}}'


def _json(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
