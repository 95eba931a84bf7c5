"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the same request sent twice is done once.

A key belongs to its owner and its endpoint.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, NamedTuple

import sqlalchemy as sa
from fastapi import Header
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from api.problem import ProblemError
from api.tables import Database, keys

if TYPE_CHECKING:
    from api.jobs import Jobs

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


class StoredKey(NamedTuple):
    """What is known of an idempotency key; ``outcome`` is None while its request is under way."""

    fingerprint: str | None
    outcome: str | None


class KeyStore:
    """The keys of all owners."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, owner: str, key: str, server: str, now: float) -> StoredKey | None:
        """Take the key for a request that begins now; what is known of it if it is taken."""
        row = {"owner": owner, "key": key, "server": server, "created": now}
        if self._database.run(self._database.insert(keys).values(row).on_conflict_do_nothing()) == 1:
            return None
        columns = sa.select(keys.c.fingerprint, keys.c.outcome)
        with self._database.engine.connect() as connection:
            found = connection.execute(columns.where(keys.c.owner == owner, keys.c.key == key)).one_or_none()
        return StoredKey(*found) if found else self.reserve(owner, key, server, now)

    def release(self, owner: str, key: str, server: str, taken: float) -> None:
        """Give the key back that was taken then: its request came to nothing."""
        one = (keys.c.owner == owner) & (keys.c.key == key) & (keys.c.server == server) & (keys.c.created == taken)
        self._database.run(sa.delete(keys).where(one, keys.c.outcome.is_(None)))

    def drop(self, before: float) -> None:
        """Forget keys older than a time."""
        self._database.run(sa.delete(keys).where(keys.c.created < before))


class Reservation:
    """A key taken for a request, or what its first request came to (``outcome``). Without a key it keeps nothing."""

    def __init__(
        self, jobs: Jobs, owner: str, key: str | None, *, taken: float = 0.0, known: StoredKey | None = None
    ) -> None:
        self.outcome = known.outcome if known else None
        self._first = known.fingerprint if known else None
        self._jobs, self._owner, self._key, self._taken = jobs, owner, None if known else key, taken

    def match(self, fingerprint: str) -> None:
        """Raises ProblemError when the first request had another body than this one's."""
        if self._first is not None and self._first != fingerprint:
            raise ProblemError("idempotency-mismatch", "its first request had another body")

    def settled(self, fingerprint: str, outcome: str) -> sa.Executable | None:
        """The statement that keeps what the request came to, for a transaction of the caller's."""
        if self._key is None:
            return None
        one = (keys.c.owner == self._owner) & (keys.c.key == self._key)
        return sa.update(keys).where(one).values(fingerprint=fingerprint, outcome=outcome)

    async def settle(self, fingerprint: str, outcome: str) -> None:
        """Keep what the request came to, later where it cannot be now: the answer is there, and does not wait."""
        if (statement := self.settled(fingerprint, outcome)) is not None:
            self.kept()
            await run_in_threadpool(self._now_or_later, lambda: self._jobs.database.run(statement))

    def kept(self) -> None:
        """The outcome is in the database: there is nothing to give back."""
        self._key = None

    def release(self) -> None:
        """Give the key back, unless it was settled. Does not wait: it is called when the client has left, too."""
        if (key := self._key) is not None:
            self._key = None
            release = partial(self._jobs.keys.release, self._owner, key, self._jobs.server, self._taken)
            asyncio.get_running_loop().run_in_executor(None, self._now_or_later, release)

    def _now_or_later(self, call: Callable[[], object]) -> None:
        try:
            call()
        except SQLAlchemyError:
            self._jobs.owe(call)


async def reserve(jobs: Jobs, endpoint: str, owner: str, key: str | None) -> Reservation:
    """Take the key. Raises ProblemError ``in-progress`` while its first request is under way."""
    if key is None:
        return Reservation(jobs, owner, None)
    key = f"{endpoint} {key}"
    taken = time.time()
    try:
        known = await run_in_threadpool(jobs.keys.reserve, owner, key, jobs.server, taken)
    except SQLAlchemyError:  # it may have been taken all the same
        jobs.owe(partial(jobs.keys.release, owner, key, jobs.server, taken))
        raise
    if known is not None and known.outcome is None:
        raise ProblemError("in-progress", "the key's first request has not ended", headers={"Retry-After": "1"})
    return Reservation(jobs, owner, key, taken=taken, known=known)
