"""What the service says about itself: request ids, JSON log lines without article text, Prometheus metrics."""

from __future__ import annotations

import logging
import re
import secrets
import time
from contextvars import ContextVar
from typing import Any

from opentelemetry.trace import get_current_span  # of FastAPI's own; it does nothing without the extra's exporter
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_GIVEN_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_PROBED = frozenset({"/healthz", "/readyz", "/metrics"})
_log = logging.getLogger("api.requests")
_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The figures of one app, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        of: dict[str, Any] = {"namespace": "summarizer", "registry": self.registry}
        self.requests = Counter("http_requests", "Requests answered.", ["method", "route", "status"], **of)
        self.seconds = Histogram("http_request_seconds", "Until the last byte.", ["route"], buckets=_SECONDS, **of)
        self.admitted = Gauge("requests_admitted", "Requests under way or waiting for a turn.", **of)
        self.refused = Counter("requests_refused", "Requests refused because the queue was full.", **of)
        self.abandoned = Counter("requests_abandoned", "Requests given up before their end.", ["reason"], **of)
        self.cache = Counter("cache_lookups", "Look-ups in the cache of summaries.", ["outcome"], **of)
        self.batch = Histogram(
            "generate_prompts", "Prompts that one call of the model wrote.", buckets=(1, 2, 4, 8, 16, 32, 64), **of
        )
        self.merged = Histogram("generate_calls", "Calls that one batch merged.", buckets=(1, 2, 4, 8, 16), **of)
        self.job_requests = Counter("job_requests", "Requests of jobs ended here.", ["outcome"], **of)


class Telemetry:
    """ASGI middleware: gives each request an id, logs one line when it ends, and counts it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("X-Request-Id", "")
        token = request_id.set(given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8))
        get_current_span().set_attribute("summarizer.request_id", str(request_id.get()))
        begun, status = time.perf_counter(), 499  # 499: the client left before an answer began

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = str(request_id.get())
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._report(scope, status, time.perf_counter() - begun)
            request_id.reset(token)

    def _report(self, scope: Scope, status: int, seconds: float) -> None:
        # The route's pattern, never the path: a label a job would make a series a job.
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.requests.labels(scope["method"], route, status).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        said = {"method": scope["method"], "path": scope["path"][:200], "status": status}
        level = logging.DEBUG if route in _PROBED else logging.INFO
        _log.log(level, "request", extra={**said, "ms": round(seconds * 1000, 1), "client": scope.get("client_name")})


class _Identified(logging.Filter):
    """Adds the request's id, and the trace's where OpenTelemetry runs."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        if (context := get_current_span().get_span_context()).is_valid:
            record.trace_id = f"{context.trace_id:032x}"
        return True


def log_json() -> None:
    """Send every logger of this process to standard error as JSON lines."""
    from pythonjsonlogger.json import JsonFormatter

    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )
    )
    handler.addFilter(_Identified())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
    for name, level in {"httpx": logging.WARNING, "trafilatura": logging.CRITICAL}.items():
        logging.getLogger(name).setLevel(level)
