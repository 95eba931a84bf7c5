"""What the sync and the async client share: bodies, events, retries and errors; no connection of its own."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import httpx
from pydantic import TypeAdapter, ValidationError

from summarizer.errors import SummarizerError
from summarizer.summarizer import Event
from summarizer.types import Disagreement, Document, KeyPoint, Summary, SummaryOptions, SummarySentence
from summarizer.wire import Problem

Article: TypeAlias = str | Document | Mapping[str, Any]
_RETRIED = frozenset({409, 429, 502, 503})
_UNDER_WAY = 409
_LONGEST_PAUSE = 30.0
LINES = "application/x-ndjson"
_KINDS: dict[str, TypeAdapter[Any]] = {
    "sentence": TypeAdapter(SummarySentence),
    "key_point": TypeAdapter(KeyPoint),
    "disagreement": TypeAdapter(Disagreement),
    "done": TypeAdapter(Summary),
}


class RequestError(SummarizerError):
    """The service refused a request, failed, or did not answer; ``problem`` is what it said, if it answered."""

    def __init__(self, problem: str, *, remedy: str, where: str | None = None, said: Problem | None = None) -> None:
        super().__init__(problem, remedy=remedy, where=where)
        self.said = said


def job_request(custom_id: str, articles: Iterable[Article], **options: Any) -> dict[str, Any]:
    """One request of a job; options as SummaryOptions has them."""
    return {"custom_id": custom_id, **body(articles, None, options)}


class Exchange:
    """What both clients know: where the service is, and how patiently to ask it."""

    def __init__(self, base_url: str, key: str | None, timeout: float, attempts: int) -> None:
        self._attempts, self._timeout = attempts, timeout
        self._settings: dict[str, Any] = {
            "base_url": base_url,
            "headers": {"Authorization": f"Bearer {key}"} if key else {},
            "timeout": httpx.Timeout(timeout, connect=min(timeout, 10.0)),
        }

    def patience(self, *, again: bool) -> Patience:
        """That of one request; one that may not be sent ``again`` has none."""
        return Patience(self, self._attempts if again else 1, self._timeout)

    def lost(self, failure: httpx.TransportError) -> RequestError:
        """The error of a connection that failed."""
        what = str(failure) or type(failure).__name__
        return RequestError(
            f"no answer ({what})", remedy="See whether the service runs.", where=str(self._settings["base_url"])
        )


class Patience:
    """When to send a request once more: ``attempts`` times in all, the first included.

    An answer of 409 is no attempt: an earlier one, whose answer was lost, is still under way there, or its server died
    and the key is free once the lease has passed. For so long, and at most ``seconds``, it is worth asking.
    """

    def __init__(self, exchange: Exchange, attempts: int, seconds: float) -> None:
        self._exchange = exchange
        self._attempts, self._attempt = attempts, 0
        self._until = time.monotonic() + seconds

    def pause(self, outcome: httpx.Response | httpx.TransportError) -> float:
        """Seconds until the next attempt. Raises RequestError when there is none."""
        status = None if isinstance(outcome, httpx.TransportError) else outcome.status_code
        under_way = status == _UNDER_WAY and self._attempts > 1 and time.monotonic() < self._until
        self._attempt += not under_way
        if self._attempt == self._attempts or (status is not None and status not in _RETRIED):
            raise self._exchange.lost(outcome) if isinstance(outcome, httpx.TransportError) else _refused(outcome)
        asked = "" if isinstance(outcome, httpx.TransportError) else outcome.headers.get("Retry-After", "")
        if asked.isdigit():
            return min(float(asked), _LONGEST_PAUSE) * random.uniform(1.0, 1.2)  # noqa: S311
        return random.uniform(0.0, min(_LONGEST_PAUSE, 0.25 * 2.0**self._attempt))  # noqa: S311


def named(method: str, headers: Mapping[str, str] | None) -> dict[str, str]:
    """The headers; a POST gets a name of its own, the same for all its attempts."""
    return {**(headers or {}), **({"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {})}


def body(articles: Iterable[Article], options: SummaryOptions | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    """A request as JSON; options given alone win over those of ``options``."""
    if isinstance(articles, (str, Document)):
        articles = [articles]
    wanted = options.model_dump(mode="json") if options else {}
    return {"documents": [_document(article) for article in articles], **wanted, **changes}


def _document(article: Article) -> Mapping[str, Any]:
    if isinstance(article, str):
        return {"text": article}
    return article.model_dump(mode="json", exclude_none=True) if isinstance(article, Document) else article


def lines(requests: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Requests as NDJSON, one at a time."""
    for request in requests:
        yield json.dumps(request, separators=(",", ":")).encode() + b"\n"


async def async_lines(
    requests: Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]],
) -> AsyncIterator[bytes]:
    """The same for asyncio."""
    if isinstance(requests, AsyncIterable):
        async for request in requests:
            yield next(lines([request]))
    else:
        for line in lines(requests):
            yield line


def event(kind: str, line: str) -> tuple[str, Event | None]:
    """Read one line of an event stream; the kind of the event it belongs to, and the event if it is whole."""
    name, _, value = line.partition(": ")
    if name == "event":
        return value, None
    if name != "data":
        return kind, None
    if kind == "error":
        raise _failed(Problem.model_validate_json(value))
    known = _KINDS.get(kind)
    return kind, Event(kind, known.validate_json(value)) if known else None  # type: ignore[arg-type]


def _refused(answer: httpx.Response) -> RequestError:
    try:
        return _failed(Problem.model_validate_json(answer.content))
    except ValidationError:
        remedy = "Check the address: is it this service?"
        return RequestError(f"HTTP {answer.status_code}", remedy=remedy, where=str(answer.url))


def _failed(said: Problem) -> RequestError:
    where = said.errors[0].pointer if said.errors else None
    detail = said.errors[0].detail if said.errors else said.detail
    return RequestError(f"{said.title}: {detail}", remedy=said.remedy, where=where, said=said)
