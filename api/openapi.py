"""The OpenAPI document: FastAPI's, and what only the whole service knows: bodies, keys, maxima, headers."""

from __future__ import annotations

import json
from typing import Any, Literal

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.chat import ChatEvent, ChatRequest
from api.examples import REQUEST_ID
from api.problem import MEDIA_TYPE as PROBLEM
from api.schemas import JobBody, JobRequest, SummaryRequest
from api.settings import ServiceSettings
from summarizer.wire import JobResult, Problem, SummaryEvent

_READ: tuple[type[BaseModel], ...] = (SummaryRequest, JobRequest, JobBody, ChatRequest)
"""Bodies that the routes read by themselves."""
_SENT: tuple[type[BaseModel], ...] = (Problem, JobResult, SummaryEvent, ChatEvent)
_SECONDS = {"type": "integer", "minimum": 1}
_HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {
        "description": "That of the request, or one made for it; the server's log has it.",
        "required": True,
        "schema": {"type": "string", "examples": [REQUEST_ID]},
    },
    "RateLimit-Policy": {
        "description": "Requests allowed (q) in so many seconds (w).",
        "required": True,
        "schema": {"type": "string", "examples": ['"default";q=600;w=60']},
    },
    "RateLimit": {
        "description": "Requests left (r), and the seconds until there is one more (t).",
        "required": True,
        "schema": {"type": "string", "examples": ['"default";r=599;t=60']},
    },
    "Retry-After": {"description": "Seconds after which to ask again.", "schema": _SECONDS},
    "WWW-Authenticate": {"required": True, "schema": {"const": "Bearer"}},
}
_ASKED_ID = {
    "name": "X-Request-Id",
    "in": "header",
    "description": "A name for this request in the log: up to 64 letters, digits and _.:-, or the server makes one.",
    "schema": {"type": "string"},
}
_WAITING = frozenset({"409", "429", "503"})
"""Statuses that may say when to ask again."""


def describe(app: FastAPI, settings: ServiceSettings) -> dict[str, Any]:
    """The document of an app with these settings, made once."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        components = document["components"]
        components["schemas"] |= _schemas(_SENT, "serialization") | _inputs(settings)
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        components["headers"] = {name: header for name, header in _HEADERS.items() if _sends(name, settings)}
        components["parameters"] = {"X-Request-Id": _ASKED_ID}
        needed: list[dict[str, list[str]]] = [{"key": []}] if settings.api_keys_file else [{}, {"key": []}]
        for path, operations in document["paths"].items():
            versioned = path.startswith("/v1/")
            for operation in operations.values():
                if versioned:
                    operation["security"] = needed
                operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/X-Request-Id"})
                for status, answer in operation["responses"].items():
                    _add_headers(answer, status, versioned=versioned, known=components["headers"])
        app.openapi_schema = document
    return app.openapi_schema


def _inputs(settings: ServiceSettings) -> dict[str, dict[str, Any]]:
    schemas = _schemas(_READ, "validation")
    for name in ("SummaryRequest", "JobRequest"):
        schemas[name]["properties"]["documents"]["maxItems"] = settings.max_documents
    schemas["JobBody"]["properties"]["requests"]["maxItems"] = settings.max_job_requests
    for schema in schemas.values():
        _say_defaults(schema)
    return schemas


def _schemas(models: tuple[type[BaseModel], ...], mode: Literal["validation", "serialization"]) -> dict[str, Any]:
    _, found = models_json_schema([(model, mode) for model in models], ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = found["$defs"]
    return schemas


def _say_defaults(schema: dict[str, Any]) -> None:
    """An input's defaults in words: openapi-typescript takes a field with a ``default`` for one that must be sent."""
    for kind in schema.get("oneOf", [schema]):
        for field in kind.get("properties", {}).values():
            if (default := field.pop("default", None)) not in (None, "", {}):
                shown = ", ".join(default) if isinstance(default, list) else json.dumps(default).strip('"')
                field["description"] = f"{field.get('description', '')} Default: {shown}.".strip()


def _add_headers(answer: dict[str, Any], status: str, *, versioned: bool, known: dict[str, Any]) -> None:
    names = ["X-Request-Id"]
    if versioned:
        # Who has no key is turned away before anything is counted.
        names += ["WWW-Authenticate"] if status == "401" else ["RateLimit-Policy", "RateLimit"]
        names += ["Retry-After"] if status in _WAITING and PROBLEM in answer.get("content", {}) else []
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names if name in known}
    answer["headers"] = headers | answer.get("headers", {})


def _sends(header: str, settings: ServiceSettings) -> bool:
    return bool(settings.rate_limit) or not header.startswith("RateLimit")
