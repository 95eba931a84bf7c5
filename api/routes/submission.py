"""POST /v1/jobs: bodies pass through a line at a time, and are a job once they were read to the end."""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from api.engine import Engine
from api.examples import JOB, example
from api.idempotency import IdempotencyKey, Reservation, reserve
from api.jobs import Jobs, failure
from api.problem import ProblemError, documented, of_validation_error
from api.routes.body import chunks, documented_body, media_type, parsed, whole
from api.routes.jobs import LINES, POLL_SECONDS, found
from api.schemas import JobBody, JobRequest, Metadata, Webhook
from api.settings import ServiceSettings
from api.webhooks import allowed
from summarizer.wire import Fault, Job

router = APIRouter(tags=["jobs"])
_LEAST_BYTES = 1_000
_BATCH_LINES, _BATCH_BYTES = 200, 4_000_000
_METADATA: TypeAdapter[dict[str, str]] = TypeAdapter(Metadata)
MetadataText = Annotated[
    str | None,
    Query(max_length=20_000, description="A JSON object of strings.", examples=['{"desk": "sport"}']),
]
WebhookText = Annotated[Webhook | None, Query()]


class About(NamedTuple):
    """What a job is sent with, beside its requests."""

    metadata: Mapping[str, str] | None
    webhook: str | None

    def check(self, settings: ServiceSettings) -> None:
        """Raises ProblemError for an address that the operator does not allow."""
        if self.webhook is not None and not allowed(self.webhook, settings.webhooks):
            detail = "the operator allows no such address (SUMMARIZER_WEBHOOKS)"
            raise ProblemError("invalid-request", detail, errors=[Fault(pointer="/webhook", detail=detail)])

    def fingerprint(self) -> bytes:
        """What tells it from another."""
        return json.dumps([self.metadata, self.webhook], sort_keys=True).encode() if any(self) else b""


@router.post(
    "/v1/jobs",
    status_code=202,
    response_model=Job,
    openapi_extra=documented_body((LINES, None), ("application/json", JobBody)),
    responses={
        202: {
            **example(JOB, description="The job was taken; Location is where to ask for it."),
            "headers": {
                "Location": {"schema": {"type": "string"}},
                "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until it is worth asking."},
            },
        },
        **documented(
            "malformed-json", "malformed-encoding", "unauthorized", "request-timeout", "in-progress", "too-large",
            "unsupported-media-type", "invalid-request", "idempotency-mismatch", "rate-limited", "overloaded",
            "storage-unavailable",
        ),
    },
)  # fmt: skip
async def create_job(
    request: Request, key: IdempotencyKey = None, metadata: MetadataText = None, webhook: WebhookText = None
) -> Response:
    """Take a job: one request a line (``application/x-ndjson``), each with its ``custom_id``, or one JSON object.

    A line that is broken has its error among the results; the others are run. A JSON object may hold ``metadata`` and
    ``webhook`` itself.
    """
    engine: Engine = request.app.state.engine
    jobs: Jobs = request.app.state.jobs
    kind = media_type(request, LINES, "application/json")
    owner = request.scope["client_name"]
    about = About(_metadata(metadata), webhook)
    reservation = await reserve(jobs, "jobs", owner, key)
    try:
        if kind == LINES:
            lines = _lines(request, engine.settings)
        else:
            body = await parsed(JobBody, await whole(request, engine.settings))
            lines, about = _listed(body), About(body.metadata or about.metadata, body.webhook or about.webhook)
        about.check(engine.settings)
        job = await _received(lines, jobs, engine, owner, reservation, about)
    except BaseException:
        reservation.release()
        raise
    taken = await found(request, job)
    headers = {"Location": f"{request.scope.get('root_path', '')}/v1/jobs/{job}", "Retry-After": POLL_SECONDS}
    return Response(taken.model_dump_json(), 202, headers=headers, media_type="application/json")


def _metadata(text: str | None) -> Mapping[str, str] | None:
    try:
        return None if text is None else _METADATA.validate_json(text)
    except ValidationError as error:
        faults = [Fault(pointer="/metadata", detail=one["msg"]) for one in error.errors(include_url=False)[:1]]
        raise ProblemError("invalid-request", "metadata is no JSON object of strings", errors=faults) from None


async def _received(
    lines: AsyncIterator[bytes], jobs: Jobs, engine: Engine, owner: str, reservation: Reservation, about: About
) -> str:
    """Store the lines as a job and start it; its id. A job that the key's first request made is not made again."""
    job, total, seen = uuid.uuid4().hex, 0, set[str]()
    fingerprint = hashlib.sha256(about.fingerprint())
    again = reservation.outcome is not None
    try:
        if not again:
            await run_in_threadpool(
                jobs.store.open_job, job, owner, jobs.server, metadata=about.metadata, webhook=about.webhook
            )
        async for batch in _batches(lines):
            for line in batch:
                fingerprint.update(line + b"\n")
            if total + len(batch) > engine.settings.max_job_requests:
                raise ProblemError("too-large", f"a job has at most {engine.settings.max_job_requests:,} requests")
            if not again:
                await run_in_threadpool(_store, batch, total, job, jobs, engine, seen)
            total += len(batch)
        if total == 0:
            raise ProblemError("invalid-request", "the job has no request")
        reservation.match(fingerprint.hexdigest())
        if reservation.outcome is not None:
            return reservation.outcome
        settled = reservation.settled(fingerprint.hexdigest(), job)
        if not await run_in_threadpool(jobs.store.seal, job, total, settled):
            raise ProblemError("overloaded", "the server stood still for too long", headers={"Retry-After": "1"})
    except BaseException:
        asyncio.get_running_loop().run_in_executor(None, jobs.drop, job)
        raise
    reservation.kept()
    jobs.arrived()
    return job


def _store(batch: list[bytes], first: int, job: str, jobs: Jobs, engine: Engine, seen: set[str]) -> None:
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(batch, start=first):
        custom_id: str | None = None
        try:
            asked = JobRequest.model_validate_json(line)
            custom_id = asked.custom_id
            engine.check(asked)
            if custom_id in seen:
                raise ProblemError("invalid-request", "an earlier line has the same custom_id")
            seen.add(custom_id)
            rows.append({"line": number, "request": line.decode()})
        except ValidationError as error:
            problem = of_validation_error(error).problem
            problem = problem.model_copy(update={"detail": f"line {number + 1}: {problem.detail}"})
            rows.append({"line": number, "result": failure(_custom_id(line), problem), "failed": True})
        except ProblemError as error:
            rows.append({"line": number, "result": failure(custom_id, error.problem), "failed": True})
    jobs.store.add(job, rows)


def _custom_id(line: bytes) -> str | None:
    """The custom_id of a line that is no valid request, if that much of it can be read."""
    try:
        found = json.loads(line)["custom_id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    # Half of a surrogate pair is a string to Python, and none to a database or to JSON in UTF-8.
    return found if isinstance(found, str) and _whole(found) else None


def _whole(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


async def _lines(request: Request, settings: ServiceSettings) -> AsyncIterator[bytes]:
    """The lines of the body that are not blank. Raises ProblemError for one that is too long, or a body too slow."""
    rest = b""
    stream = _steady(chunks(request, settings.max_job_bytes), settings.request_timeout)
    while True:
        chunk = await anext(stream, None)
        *lines, rest = (rest + (chunk or b"")).split(b"\n")
        if chunk is None:
            lines.append(rest)
        for line in lines:
            if line.strip():
                yield line.strip()
        if len(rest) > settings.max_body_bytes:
            raise ProblemError("too-large", f"a line has more than {settings.max_body_bytes:,} bytes")
        if chunk is None:
            return


async def _steady(stream: AsyncIterator[bytes], seconds: float) -> AsyncIterator[bytes]:
    """The same. Raises ProblemError when ``seconds`` of waiting for it bring less than ``_LEAST_BYTES``."""
    clock = asyncio.get_running_loop().time
    left, size = seconds, 0
    while True:
        begun = clock()
        try:
            async with asyncio.timeout(left):
                chunk = await anext(stream, None)
        except TimeoutError:
            detail = f"less than {_LEAST_BYTES:,} bytes came in {seconds:g} s"
            raise ProblemError("request-timeout", detail, headers={"Connection": "close"}) from None
        if chunk is None:
            return
        left, size = left - (clock() - begun), size + len(chunk)
        if size >= _LEAST_BYTES:
            left, size = seconds, 0
        yield chunk


async def _listed(body: JobBody) -> AsyncIterator[bytes]:
    for one in body.requests:
        yield one.model_dump_json(exclude_unset=True).encode()


async def _batches(lines: AsyncIterator[bytes]) -> AsyncIterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    async for line in lines:
        batch.append(line)
        size += len(line)
        if len(batch) >= _BATCH_LINES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
