"""The HTTP service: ``create_app`` puts it together; ``summarizer serve`` runs it under uvicorn."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from api import failures
from api.connections import loop_fault
from api.encoding import GzipRequests
from api.engine import VERSION, Engine
from api.forwarded import Forwarded
from api.jobs import Jobs
from api.loading import Loading
from api.openapi import describe
from api.routes import about, chat, documents, jobs, page, submission, summaries
from api.security import Gate
from api.settings import ServiceSettings
from api.telemetry import Metrics, Telemetry, log_json
from api.unversioned import Unversioned


def create_app(settings: ServiceSettings | None = None) -> FastAPI:
    """The app; models and the database are opened when it starts, and closed when it stops.

    settings: read from the environment by default.
    """
    settings = settings or ServiceSettings()
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_exception_handler(loop_fault)
        app.state.engine = Engine(settings, metrics)
        app.state.jobs = Jobs(settings, app.state.engine)
        await run_in_threadpool(app.state.jobs.start)
        app.state.loading = Loading(app.state.engine.load)
        yield
        app.state.loading.stop()
        await run_in_threadpool(app.state.jobs.stop)
        await run_in_threadpool(app.state.engine.close)

    app = FastAPI(
        title="summarizer",
        version=VERSION,
        summary="Grounded summaries of one article, or of many about one story; every sentence cites its sources.",
        lifespan=lifespan,
        docs_url=None,
        generate_unique_id_function=lambda route: route.name,  # what the methods of generated clients are called
        redoc_url=None,
        telemetry={"auto_configure": True},
    )
    for routes in (summaries, chat, documents, submission, jobs, about, page):
        app.include_router(routes.router)
    for path, folder in page.FOLDERS.items():
        app.mount(path, StaticFiles(directory=folder))
    failures.install(app)
    app.add_middleware(GzipRequests)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=4)  # events are left as they are
    app.add_middleware(Gate, settings=settings)
    app.add_middleware(Unversioned)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["*"],  # other people's clients send headers of their own, as x-stainless-lang
            expose_headers=["Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id"],
        )
    app.add_middleware(Telemetry, metrics=metrics)
    app.add_middleware(Forwarded)
    app.openapi = lambda: describe(app, settings)  # type: ignore[method-assign]
    return app


def serve() -> FastAPI:
    """What uvicorn calls in its own process: logs as JSON, then the app."""
    os.environ.setdefault("OTEL_SERVICE_NAME", "summarizer")
    sys.setswitchinterval(0.001)  # seconds: beside threads that compute, the event loop gets its turn sooner
    log_json()
    return create_app()
