"""Answers in pieces: events that no proxy holds back, with signs of life in between, until the client has left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel

from api.engine import Piece, Run

MEDIA_TYPE = "text/event-stream"
UNBUFFERED = {"X-Accel-Buffering": "no"}
"""Headers of events: nginx sends them on as they come."""
SIGN_OF_LIFE = ": keep-alive\n\n"
"""A comment, which no client takes for an event (HTML, 9.2.6); proxies close connections on which nothing comes."""
T = TypeVar("T")


class Gone(Exception):  # noqa: N818 - not an error of ours
    """The client has left."""


def documented_events(event: type[BaseModel], examples: Mapping[str, Any]) -> dict[str, Any]:
    """OpenAPI's content of a stream of ``event``, which is one once its data is read: programs that make clients take
    ``schema`` for one event, and know nothing yet of OpenAPI 3.2's ``itemSchema``."""
    schema = {"$ref": f"#/components/schemas/{event.__name__}"}
    return {MEDIA_TYPE: {"schema": schema, "examples": {name: {"value": value} for name, value in examples.items()}}}


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


async def pieces(request: Request, first: Piece, run: Run, silence: float) -> AsyncIterator[Piece | None]:
    """``first`` and the pieces after it up to ``done``; None for each ``silence`` seconds in which none came. Raises
    Gone, and ProblemError as the run does."""
    yield (piece := first)
    gone = asyncio.ensure_future(_left(request))
    try:
        while piece.kind != "done":
            task = asyncio.ensure_future(anext(run))
            try:
                while not task.done():
                    await asyncio.wait({task, gone}, timeout=silence, return_when=asyncio.FIRST_COMPLETED)
                    if not task.done():
                        if gone.done():
                            raise Gone
                        yield None
                yield (piece := task.result())
            finally:
                task.cancel()
    finally:
        gone.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
