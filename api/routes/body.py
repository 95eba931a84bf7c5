"""Bodies: read within their limits, told apart by content type, validated off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from api.examples import JOB_REQUESTS
from api.problem import ProblemError, of_validation_error
from api.settings import ServiceSettings

M = TypeVar("M", bound=BaseModel)


def media_type(request: Request, *known: str) -> str:
    """The request's content type. Raises ProblemError for one that is not ``known``."""
    given = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if given not in known:
        raise ProblemError("unsupported-media-type", f"send one of: {', '.join(known)}")
    return given


async def chunks(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body as it comes. Raises ProblemError when it is larger than ``most`` bytes, or says that it will be."""
    too_large = ProblemError("too-large", f"it has more than {most:,} bytes")
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > most:
        raise too_large
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise too_large
        yield chunk


async def whole(request: Request, settings: ServiceSettings) -> bytes:
    """The body. Raises ProblemError when it is too large, or comes too slowly."""
    seconds = settings.request_timeout
    try:
        async with asyncio.timeout(seconds):
            return b"".join([chunk async for chunk in chunks(request, settings.max_body_bytes)])
    except TimeoutError:
        raise ProblemError(
            "request-timeout", f"it had not arrived after {seconds:g} s", headers={"Connection": "close"}
        ) from None


async def parsed(model: type[M], body: bytes) -> M:
    """The body as ``model``. Raises ProblemError."""
    try:
        return await run_in_threadpool(model.model_validate_json, body)
    except ValidationError as error:
        raise of_validation_error(error) from None


def documented_body(*contents: tuple[str, type[BaseModel] | None]) -> dict[str, Any]:
    """OpenAPI's requestBody for content types and their models; None is a text of JSON lines."""
    of = {
        kind: {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}
        if model
        else {"schema": {"type": "string"}, "example": JOB_REQUESTS}
        for kind, model in contents
    }
    return {"requestBody": {"required": True, "content": of}}
