"""Errors on the wire: RFC 9457 problem details, with a stable ``type``, where it was wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi.responses import Response
from pydantic import ValidationError

from api.examples import DETAILS, REQUEST_ID
from api.telemetry import request_id
from summarizer.errors import GenerationError, InputError, ModelError, SummarizerError
from summarizer.wire import Fault, Problem

MEDIA_TYPE = "application/problem+json"
_NAMESPACE = "urn:summarizer:problem:"


class Kind(NamedTuple):
    """A kind of problem: the end of its ``type``, its status and title, and what to do about it."""

    name: str
    status: int
    title: str
    remedy: str


_KINDS = (
    Kind(
        "invalid-request", 422, "The request is not valid", "Correct the fields named in errors; /docs shows the form."
    ),
    Kind("unusable-article", 422, "An article cannot be summarised", "See detail; the other articles are fine."),
    Kind("model-not-allowed", 422, "This server does not offer that model", "Choose one that GET /v1/models lists."),
    Kind("idempotency-mismatch", 422, "The key was used for another request", "Use a new Idempotency-Key."),
    Kind("malformed-json", 400, "The body is not JSON", "Send a JSON object in UTF-8; /docs shows the form."),
    Kind("malformed-encoding", 400, "The body is not gzip", "Send it as it is, or compressed whole."),
    Kind("unauthorized", 401, "A valid key is needed", "Send Authorization: Bearer <key>."),
    Kind("not-found", 404, "There is nothing here", "See /docs for the paths; a job is gone after its retention."),
    Kind("method-not-allowed", 405, "The method is not allowed here", "Use one that the Allow header names."),
    Kind("not-acceptable", 406, "That media type is not on offer", "Accept application/json or text/event-stream."),
    Kind("request-timeout", 408, "The body came too slowly", "Send the request again."),
    Kind("in-progress", 409, "The same request is still under way", "Ask again after Retry-After seconds."),
    Kind("too-large", 413, "The request is too large", "Send less at once, or raise the limit on the server."),
    Kind("unsupported-media-type", 415, "That content type is not read here", "See detail for those that are."),
    Kind("rate-limited", 429, "Too many requests", "Ask again after Retry-After seconds."),
    Kind("internal-error", 500, "The server failed", "Report it with the request_id."),
    Kind("generation-failed", 502, "The model failed while writing", "Send the request again."),
    Kind("overloaded", 503, "The server is busy", "Ask again after Retry-After seconds."),
    Kind("storage-unavailable", 503, "The database is not there", "Ask again after Retry-After seconds."),
    Kind("model-unavailable", 503, "The model is not there", "See detail; `summarizer models` lists what can run."),
    Kind("deadline-exceeded", 504, "It took too long", "Send fewer articles, or raise the limit on the server."),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}


class ProblemError(Exception):
    """Raised where a request is found wanting; becomes a problem response. kind: a key of ``KINDS``."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        remedy: str | None = None,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = KINDS[kind]
        self.headers = dict(headers or {})
        self.problem = Problem(
            type=_NAMESPACE + self.kind.name,
            title=self.kind.title,
            status=self.kind.status,
            detail=detail,
            remedy=remedy or self.kind.remedy,
            errors=list(errors),
            request_id=request_id.get(),
        )

    def response(self) -> Response:
        """The response that carries it."""
        body = self.problem.model_dump_json()
        return Response(body, self.kind.status, headers=self.headers, media_type=MEDIA_TYPE)


def of_summarizer_error(error: SummarizerError) -> ProblemError:
    """The problem that an error of the library is to a client."""
    detail = f"{error.where}: {error.problem}" if error.where else error.problem
    kinds = {InputError: "unusable-article", ModelError: "model-unavailable", GenerationError: "generation-failed"}
    kind = next((name for of, name in kinds.items() if isinstance(error, of)), "internal-error")
    return ProblemError(kind, detail, remedy=error.remedy)


def of_validation_error(error: ValidationError) -> ProblemError:
    """The problem that a body of the wrong form is; the values themselves stay out of it."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    if found and found[0]["type"] == "json_invalid":
        return ProblemError("malformed-json", found[0]["msg"])
    faults = [Fault(pointer=_pointer(one["loc"]), detail=one["msg"]) for one in found[:20]]
    count = error.error_count()
    return ProblemError("invalid-request", f"{count} field{'s are' if count > 1 else ' is'} wrong", errors=faults)


def of_status(status: int, detail: str, headers: Mapping[str, str] | None) -> ProblemError:
    """The problem for a status that the framework raised by itself."""
    kind = next((kind for kind in _KINDS if kind.status == status), None)
    if kind is None:  # the nearest of ours: a client's fault stays one
        kind = KINDS["invalid-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal-error"]
    return ProblemError(kind.name, detail or HTTPStatus(status).phrase, headers=headers)


def documented(*names: str) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses for these kinds, each with an example."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in (KINDS[name] for name in names):
        example = {**ProblemError(kind.name, DETAILS[kind.name]).problem.model_dump(), "request_id": REQUEST_ID}
        entry = responses.setdefault(
            kind.status,
            {
                "description": kind.title,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}},
            },
        )
        entry["content"][MEDIA_TYPE]["examples"][kind.name] = {"value": example}
    return responses


def _pointer(location: Sequence[str | int]) -> str:
    """RFC 6901."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)
