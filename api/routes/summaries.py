"""POST /v1/summaries: one answer, or its pieces as server-sent events."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api.engine import Engine, Piece, Run
from api.events import MEDIA_TYPE, SIGN_OF_LIFE, UNBUFFERED, Gone, documented_events, pieces, unless_gone
from api.examples import EVENTS, SUMMARY, example
from api.idempotency import IdempotencyKey, Reservation, reserve
from api.jobs import Jobs
from api.problem import ProblemError, documented
from api.routes.body import documented_body, media_type, parsed, whole
from api.schemas import SummaryRequest
from summarizer.types import Summary
from summarizer.wire import SummaryEvent

router = APIRouter(tags=["summaries"])


@router.post(
    "/v1/summaries",
    response_model=Summary,
    openapi_extra=documented_body(("application/json", SummaryRequest)),
    responses={
        200: {
            "description": "The summary, or its pieces: sentence, key_point, disagreement, done, error.",
            "content": example(SUMMARY)["content"] | documented_events(SummaryEvent, EVENTS),
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
        run = engine.start(asked, request.scope["caller"], request.scope["places"])
        if streamed:
            first = await unless_gone(request, anext(run))
            return StreamingResponse(
                _sent(request, first, run, reservation, fingerprint), media_type=MEDIA_TYPE, headers=UNBUFFERED
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


async def _sent(
    request: Request, first: Piece, run: Run, reservation: Reservation, fingerprint: str
) -> AsyncIterator[str]:
    """The pieces on the wire; a failure on the way is the last of them."""
    silence = request.app.state.engine.settings.keep_alive
    try:
        async for piece in pieces(request, first, run, silence):
            if piece is not None and piece.kind == "done":
                await reservation.settle(fingerprint, piece.json)
            yield SIGN_OF_LIFE if piece is None else _event(piece)
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
        (_event(piece) for piece in [*pieces, Piece("done", summary)]), media_type=MEDIA_TYPE, headers=UNBUFFERED
    )


def _event(piece: Piece) -> str:
    return f"event: {piece.kind}\ndata: {piece.json}\n\n"


def _wants_events(request: Request) -> bool:
    """Whether the client asks for events. Raises ProblemError when it wants neither these nor JSON."""
    accepted = request.headers.get("Accept", "*/*").lower()
    if MEDIA_TYPE in accepted:
        return True
    if not any(kind in accepted for kind in ("application/json", "application/*", "*/*")):
        raise ProblemError("not-acceptable", f"neither application/json nor {MEDIA_TYPE} is in Accept")
    return False
