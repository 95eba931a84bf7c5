"""/v1/jobs: what became of them; results pass through a page at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from api.examples import JOB, JOBS, RESULTS, example
from api.jobs import Jobs
from api.problem import ProblemError, documented
from api.store import StoredJob, Wanted
from summarizer.wire import Job, JobPage, JobStatus

router = APIRouter(tags=["jobs"])
LINES = "application/x-ndjson"
POLL_SECONDS = "2"
JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["2d6c1a3e5b7f4c0d9e8a7b6c5d4e3f21"])]
_FAULTS = documented("unauthorized", "not-found", "invalid-request", "rate-limited", "storage-unavailable")
_COMMON: dict[int | str, dict[str, Any]] = {200: example(JOB), **_FAULTS}
_PAIR = r"^[A-Za-z0-9_.-]{1,64}:[^\x00]{0,512}$"
_CURSOR = r"^[0-9]{1,12}\.[0-9]{1,9}:[0-9a-f]{32}$"


@router.get("/v1/jobs", responses={200: example(JOBS), **_FAULTS})
async def list_jobs(
    request: Request,
    status: JobStatus | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    metadata: Annotated[list[Annotated[str, Query(pattern=_PAIR)]] | None, Query(max_length=16)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(pattern=_CURSOR, description="`next` of the page before.")] = None,
) -> JobPage:
    """The jobs of this key, the youngest first. ``metadata=name:value`` as often as wanted: all must be so."""
    jobs: Jobs = request.app.state.jobs
    created, _, job = (after or "").partition(":")
    wanted = Wanted(
        status,
        created_after.timestamp() if created_after else None,
        created_before.timestamp() if created_before else None,
        dict(pair.split(":", 1) for pair in metadata or ()),
        (float(created), job) if after else None,
    )
    rows = await run_in_threadpool(jobs.store.of, request.scope["client_name"], wanted, limit + 1)
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    cursor = f"{last.created!r}:{last.id}" if last else None
    return JobPage(jobs=[jobs.describe(row) for row in rows[:limit]], next=cursor)


@router.get("/v1/jobs/{job}", responses=_COMMON)
async def read_job(request: Request, job: JobId) -> Job:
    """How far the job is."""
    return await found(request, job)


@router.delete(
    "/v1/jobs/{job}",
    response_model=Job,
    responses={**_COMMON, 204: {"description": "It is deleted, with its articles and results."}},
)
async def cancel_job(request: Request, job: JobId, erase: bool = False) -> Response:
    """Cancel the job. What has a result keeps it; a job that has ended stays as it is. ``erase=true`` deletes it, its
    articles and its results at once, whether it has ended or not."""
    jobs: Jobs = request.app.state.jobs
    await found(request, job)
    if erase:
        await run_in_threadpool(jobs.erase, job)
        return Response(status_code=204)
    await run_in_threadpool(jobs.cancel, job)
    return Response((await found(request, job)).model_dump_json(), media_type="application/json")


@router.get(
    "/v1/jobs/{job}/results",
    response_class=StreamingResponse,
    responses={
        **_COMMON,
        200: example(
            RESULTS, kind=LINES, description="A line a request that has ended, in the order they were sent in."
        ),
    },
)
async def read_results(
    request: Request,
    job: JobId,
    after: Annotated[
        int | None, Query(ge=0, le=2**31 - 1, description="`line` of the last result read; 0 at first.")
    ] = None,
    failed: Annotated[bool | None, Query(description="Only errors, or only responses.")] = None,
) -> StreamingResponse:
    """The results so far; all of them once the job has ended.

    With ``after`` those of later lines, and while the job runs none behind a line that has none yet: asked again with
    the last ``line`` that was read, it gives every result once.
    """
    jobs: Jobs = request.app.state.jobs
    pages = jobs.store.results(await _stored(request, job), after, failed)
    first = await run_in_threadpool(next, pages, None)  # a database that is away is told as such, not by a cut

    async def sent() -> AsyncIterator[str]:
        if first is not None:
            yield "\n".join(first) + "\n"
            async for page in iterate_in_threadpool(pages):
                yield "\n".join(page) + "\n"

    return StreamingResponse(sent(), media_type=LINES)


async def found(request: Request, job: str) -> Job:
    """The job as clients see it. Raises ProblemError when the caller has no such job."""
    jobs: Jobs = request.app.state.jobs
    return jobs.describe(await _stored(request, job))


async def _stored(request: Request, job: str) -> StoredJob:
    jobs: Jobs = request.app.state.jobs
    stored = await run_in_threadpool(jobs.store.job, job, request.scope["client_name"])
    if stored is None:
        raise ProblemError("not-found", "there is no such job, or it is another key's")
    return stored
