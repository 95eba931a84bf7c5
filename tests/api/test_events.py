"""Events on the way to a client: signs of life while nothing comes, and an end when it has left."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import Request

from api.engine import Piece, Run
from api.events import Gone, pieces, unless_gone

FIRST, DONE = Piece("sentence", "{}"), Piece("done", "{}")


def request(left: asyncio.Event) -> Request:
    async def receive() -> dict[str, str]:
        await left.wait()
        return {"type": "http.disconnect"}

    return Request({"type": "http"}, receive)


def test_silence_is_told_and_what_comes_after_it_is_not_lost() -> None:
    async def heard() -> list[Piece | None]:
        run = Run(60.0)
        run.loop.call_later(0.5, run.put, DONE)
        return [piece async for piece in pieces(request(asyncio.Event()), FIRST, run, 0.1)]

    found = asyncio.run(heard())
    assert (found[0], found[-1]) == (FIRST, DONE)
    assert set(found[1:-1]) == {None}
    assert 2 <= len(found[1:-1]) <= 5


def test_who_has_left_is_not_written_for() -> None:
    async def heard() -> Piece | None:
        run, left = Run(60.0), asyncio.Event()
        run.loop.call_later(0.1, left.set)
        arriving = pieces(request(left), FIRST, run, 30.0)
        found = await anext(arriving)
        with pytest.raises(Gone):
            await anext(arriving)
        with pytest.raises(Gone):
            await unless_gone(request(left), anext(run))
        return found

    assert asyncio.run(heard()) == FIRST
