"""What the server is and how it fares: models, health, readiness, metrics."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool

from api.engine import Engine
from api.examples import METRICS, MODELS, example
from api.problem import ProblemError, documented
from api.schemas import Health
from summarizer.generation.inventory import available_models
from summarizer.wire import CITED, PLAIN, ChatModel, Model, Models

router = APIRouter(tags=["server"])
_OK = {"status": "ok"}
_MISSING = {"status": "not ready", "missing": {"model": "it is loading"}}


@router.get("/v1/models", responses={200: example(MODELS), **documented("unauthorized", "rate-limited")})
async def read_models(request: Request) -> Models:
    """The models that requests may name; the first is used when they name none."""
    engine: Engine = request.app.state.engine
    known = await run_in_threadpool(available_models, engine.settings)
    kinds = {one.kind: one for one in known} | {one.form: one for one in known}
    models = []
    for number, name in enumerate(engine.models()):
        status = kinds.get(name) or kinds.get(name.partition(":")[0])
        state, licence = (status.state, status.licence) if status else ("missing", "")
        models.append(Model(id=name, default=number == 0, state=state, licence=licence))
    return Models(models=models)


@router.get(
    "/v1/models/{name}",
    responses={
        200: example(MODELS["data"][0]),
        **documented("unauthorized", "not-found", "invalid-request", "rate-limited"),
    },
)
async def read_model(name: Annotated[str, Path(examples=[PLAIN, CITED])]) -> ChatModel:
    """One of the names for the chat interface."""
    if name not in (PLAIN, CITED):
        raise ProblemError("not-found", f"the names are {PLAIN} and {CITED}; in a chat, any other means {PLAIN}")
    return ChatModel(id=name)


@router.get("/healthz", responses={200: example(_OK)})
async def healthz() -> Health:
    """The process lives."""
    return Health(status="ok")


@router.get(
    "/readyz",
    response_model=Health,
    responses={
        200: example(_OK),
        503: {"model": Health, **example(_MISSING, description="The model or the database is not there.")},
    },
)
async def readyz(request: Request) -> Response:
    """The default model is loaded, the database answers, and requests are welcome; or what is missing."""
    state = request.app.state
    missing = {} if state.engine.ready else {"model": state.loading.state}
    if (fault := state.jobs.fault) is not None:
        missing["database"] = fault
    return JSONResponse({"status": "not ready", "missing": missing} if missing else _OK, 503 if missing else 200)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: example(METRICS, kind="text/plain", description="Prometheus text.")},
)
async def metrics(request: Request) -> Response:
    """Counters and timings, for Prometheus."""
    return Response(generate_latest(request.app.state.engine.metrics.registry), media_type=CONTENT_TYPE_LATEST)
