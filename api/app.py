"""The HTTP service: ``create_app`` puts it together; ``summarizer serve`` runs it under uvicorn."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.engine import VERSION, Engine
from api.jobs import Jobs
from api.problem import ProblemError, of_status
from api.routes import about, jobs, page, summaries
from api.schemas import JobBody, JobRequest, SummaryRequest
from api.security import Gate
from api.settings import ServiceSettings
from api.telemetry import Metrics, Telemetry, log_json
from summarizer.errors import SummarizerError
from summarizer.wire import Fault, JobResult, Problem

_log = logging.getLogger("api")
_Schema = tuple[type[BaseModel], Literal["validation", "serialization"]]


def create_app(settings: ServiceSettings | None = None) -> FastAPI:
    """The app; models and the database are opened when it starts, and closed when it stops.

    settings: read from the environment by default.
    """
    settings = settings or ServiceSettings()
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine = Engine(settings, metrics)
        app.state.jobs = Jobs(settings, app.state.engine)
        await run_in_threadpool(app.state.jobs.start)
        threading.Thread(target=_load, args=(app.state.engine,), name="load", daemon=True).start()
        yield
        await run_in_threadpool(app.state.jobs.stop)
        await run_in_threadpool(app.state.engine.close)

    app = FastAPI(
        title="summarizer",
        version=VERSION,
        summary="Grounded summaries of one article, or of many about one story; every sentence cites its sources.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry={"auto_configure": True},
    )
    for routes in (summaries, about, page):
        app.include_router(routes.router, max_body_size=settings.max_body_bytes)
    app.include_router(jobs.router, max_body_size=settings.max_job_bytes)
    for path, folder in page.FOLDERS.items():
        app.mount(path, StaticFiles(directory=folder))
    app.add_middleware(Gate, settings=settings)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id"],
            expose_headers=["Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id"],
        )
    app.add_middleware(Telemetry, metrics=metrics)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _validation_problem)
    app.add_exception_handler(Exception, _failure)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def serve() -> FastAPI:
    """What uvicorn calls in its own process: logs as JSON, then the app."""
    os.environ.setdefault("OTEL_SERVICE_NAME", "summarizer")
    sys.setswitchinterval(0.001)  # seconds: beside threads that compute, the event loop gets its turn sooner
    log_json()
    return create_app()


def _load(engine: Engine) -> None:
    try:
        engine.load()
    except SummarizerError as error:
        _log.error("the model does not load: %s", error)  # readyz goes on saying so


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101
    return error.response()


async def _http_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    return of_status(error.status_code, str(error.detail), error.headers).response()


async def _validation_problem(_: Request, error: Exception) -> Response:
    """Parameters alone come here: bodies are read by the routes."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = [Fault(pointer="/" + "/".join(map(str, one["loc"])), detail=one["msg"]) for one in error.errors()]
    return ProblemError("invalid-request", "a parameter is wrong", errors=faults).response()


async def _failure(_: Request, error: Exception) -> Response:
    _log.error("a request failed", exc_info=error)
    return ProblemError("internal-error", "see the server's log").response()


def _openapi(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document, with the models of the bodies that the routes read by themselves."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        inputs: list[_Schema] = [(model, "validation") for model in (SummaryRequest, JobRequest, JobBody)]
        outputs: list[_Schema] = [(model, "serialization") for model in (Problem, JobResult)]
        _, found = models_json_schema(
            inputs + outputs,
            ref_template="#/components/schemas/{model}",
        )
        document["components"].setdefault("schemas", {}).update(found["$defs"])
        app.openapi_schema = document
    return app.openapi_schema
