"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the same request sent twice is done once."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Header
from starlette.concurrency import run_in_threadpool

from api.problem import ProblemError
from api.store import Store, StoredKey

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="A name for this request: sent again within a day, it gets the first one's answer.",
    ),
]


class Reservation:
    """A key taken for a request, or what its first request came to (``outcome``). Without a key it keeps nothing."""

    def __init__(self, store: Store, owner: str, key: str | None, known: StoredKey | None = None) -> None:
        self.outcome = known.outcome if known else None
        self._first = known.fingerprint if known else None
        self._store, self._owner, self._key = store, owner, None if known else key

    def match(self, fingerprint: str) -> None:
        """Raises ProblemError when the first request had another body than this one's."""
        if self._first is not None and self._first != fingerprint:
            raise ProblemError("idempotency-mismatch", "its first request had another body")

    async def settle(self, fingerprint: str, outcome: str) -> None:
        """Keep what the request came to."""
        if (key := self._key) is not None:
            self._key = None
            await run_in_threadpool(self._store.settle, self._owner, key, fingerprint, outcome)

    def release(self) -> None:
        """Give the key back, unless it was settled. Does not wait: it is called when the client has left, too."""
        if (key := self._key) is not None:
            self._key = None
            asyncio.get_running_loop().run_in_executor(None, self._store.release, self._owner, key)


async def reserve(store: Store, owner: str, key: str | None, server: str) -> Reservation:
    """Take the key. Raises ProblemError ``in-progress`` while its first request is under way."""
    if key is None:
        return Reservation(store, owner, None)
    known = await run_in_threadpool(store.reserve, owner, key, server)
    if known is not None and known.outcome is None:
        raise ProblemError("in-progress", "the key's first request has not ended", headers={"Retry-After": "1"})
    return Reservation(store, owner, key, known)
