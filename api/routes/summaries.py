"""POST /v1/summaries: one answer, or its pieces as server-sent events."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api.engine import Engine, Piece, Run
from api.examples import EVENTS, SUMMARY, example
from api.idempotency import IdempotencyKey, Reservation, reserve
from api.jobs import Jobs
from api.problem import ProblemError, documented
from api.routes.body import documented_body, media_type, parsed, whole
from api.schemas import SummaryRequest
from summarizer.types import Summary

router = APIRouter(tags=["summaries"])
_EVENTS = "text/event-stream"
UNBUFFERED = {"X-Accel-Buffering": "no"}
"""Headers of events: nginx sends them on as they come."""
T = TypeVar("T")


@router.post(
    "/v1/summaries",
    response_model=Summary,
    openapi_extra=documented_body(("application/json", SummaryRequest)),
    responses={
        200: {
            "description": "The summary, or its pieces: sentence, key_point, disagreement, done, error.",
            "content": example(SUMMARY)["content"] | example(EVENTS, kind=_EVENTS)["content"],
        },
        **documented(
            "malformed-json", "malformed-encoding", "unauthorized", "not-acceptable", "request-timeout", "in-progress",
            "too-large", "unsupported-media-type", "invalid-request", "unusable-article", "model-not-allowed",
            "idempotency-mismatch", "rate-limited", "generation-failed", "overloaded", "storage-unavailable",
            "model-unavailable", "deadline-exceeded",
        ),
    },
)  # fmt: skip
async def create_summary(request: Request, key: IdempotencyKey = None) -> Response:
    """Summarise articles about one story. ``Accept: text/event-stream`` sends the pieces as they are ready."""
    engine: Engine = request.app.state.engine
    jobs: Jobs = request.app.state.jobs
    streamed = _wants_events(request)
    media_type(request, "application/json")
    reservation = await reserve(jobs, "summaries", request.scope["client_name"], key)
    run: Run | None = None
    try:
        body = await whole(request, engine.settings)
        fingerprint = hashlib.sha256(body).hexdigest()
        reservation.match(fingerprint)
        if reservation.outcome is not None:
            return _again(reservation.outcome, streamed=streamed)
        asked = await parsed(SummaryRequest, body)
        engine.check(asked)
        run = engine.start(asked, request.scope["caller"])
        if streamed:
            first = await unless_gone(request, anext(run))
            return StreamingResponse(
                _sent(request, first, run, reservation, fingerprint), media_type=_EVENTS, headers=UNBUFFERED
            )
        summary = await unless_gone(request, run.summary())
        await reservation.settle(fingerprint, summary)
        return Response(summary, media_type="application/json")
    except BaseException as failure:
        if run is not None:
            run.close()
        reservation.release()
        if isinstance(failure, Gone):
            return Response(status_code=499)  # nobody reads it; the log shows it
        raise


class Gone(Exception):  # noqa: N818 - not an error of ours
    """The client has left."""


async def unless_gone(request: Request, wanted: Coroutine[Any, Any, T]) -> T:
    """What is wanted. Raises Gone when the client leaves before."""
    task, gone = asyncio.ensure_future(wanted), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Gone
        return task.result()
    finally:
        task.cancel()
        gone.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _sent(
    request: Request, first: Piece, run: Run, reservation: Reservation, fingerprint: str
) -> AsyncIterator[str]:
    """The pieces on the wire; a failure on the way is the last of them."""
    piece = first
    try:
        while True:
            if piece.kind == "done":
                await reservation.settle(fingerprint, piece.json)
            yield _event(piece)
            if piece.kind == "done":
                return
            piece = await unless_gone(request, anext(run))
    except ProblemError as error:
        yield _event(Piece("error", error.problem.model_dump_json()))
    except Gone:
        return
    finally:
        run.close()
        reservation.release()


def _again(summary: str, *, streamed: bool) -> Response:
    """The first answer once more, in the form that is wanted now."""
    if not streamed:
        return Response(summary, media_type="application/json")
    whole_summary = json.loads(summary)
    parts = {"key_point": "key_points", "disagreement": "disagreements", "sentence": "sentences"}
    pieces = [Piece(kind, json.dumps(value)) for kind, name in parts.items() for value in whole_summary[name]]
    return StreamingResponse(
        (_event(piece) for piece in [*pieces, Piece("done", summary)]), media_type=_EVENTS, headers=UNBUFFERED
    )


def _event(piece: Piece) -> str:
    return f"event: {piece.kind}\ndata: {piece.json}\n\n"


def _wants_events(request: Request) -> bool:
    """Whether the client asks for events. Raises ProblemError when it wants neither these nor JSON."""
    accepted = request.headers.get("Accept", "*/*").lower()
    if _EVENTS in accepted:
        return True
    if not any(kind in accepted for kind in ("application/json", "application/*", "*/*")):
        raise ProblemError("not-acceptable", f"neither application/json nor {_EVENTS} is in Accept")
    return False
