"""What the sync and the async client share: bodies, events, retries and errors; no connection of its own."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from summarizer.errors import SummarizerError
from summarizer.generation.openai_client import pause
from summarizer.summarizer import Event
from summarizer.types import Disagreement, Document, KeyPoint, Summary, SummaryOptions, SummarySentence
from summarizer.wire import JobResult, Problem

M = TypeVar("M", bound=BaseModel)
Article: TypeAlias = str | Document | Mapping[str, Any]
_RETRIED = frozenset({409, 429, 502, 503})
_UNDER_WAY = 409
LINES = "application/x-ndjson"
_FOREIGN = {
    401: "A proxy in front of the service wants a key or a password of its own.",
    403: "A proxy in front of the service does not let this through.",
    413: "A proxy in front of the service takes less at once than it does: send less, or raise its limit.",
    502: "A proxy is there, the service behind it is not: see whether it runs.",
    503: "A proxy is there, the service behind it is not ready: ask again in a while.",
    504: "A proxy waits for a shorter time than the service works: raise its limit, or ask for events.",
}
"""What to do about answers of somebody between us and the service."""
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
        asked = None if isinstance(outcome, httpx.TransportError) else outcome.headers.get("Retry-After")
        return pause(self._attempt, asked, first=0.25)


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


def sent_with(metadata: Mapping[str, str] | None, webhook: str | None) -> dict[str, str]:
    """The parameters of a job's address."""
    given = {"metadata": json.dumps(metadata) if metadata else None, "webhook": webhook}
    return {name: value for name, value in given.items() if value is not None}


def listing(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a list of jobs."""
    asked: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    asked |= {name: value.isoformat() for name, value in asked.items() if isinstance(value, datetime)}
    if "metadata" in asked:
        asked["metadata"] = [f"{name}:{value}" for name, value in asked["metadata"].items()]
    return asked


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


class EventReader:
    """Reads an event stream line by line. A stream that ends before ``done`` is no summary."""

    def __init__(self, where: object) -> None:
        self._where = str(where)
        self._kind, self._done = "", False

    def read(self, line: str) -> Event | None:
        """The event that this line completes. Raises RequestError for the one that says what went wrong."""
        name, _, value = line.partition(": ")
        if name == "event":
            self._kind = value
        if name != "data":
            return None
        if self._kind == "error":
            raise _failed(_read(Problem, value, self._where))
        if (known := _KINDS.get(self._kind)) is None:
            return None
        try:
            found = Event(self._kind, known.validate_json(value))  # type: ignore[arg-type]
        except ValidationError:
            raise _foreign("an event that is not this service's", self._where) from None
        self._done = self._done or self._kind == "done"
        return found

    def end(self) -> None:
        """The stream has ended. Raises RequestError when that was too early."""
        if not self._done:
            remedy = "What came so far is a part of a summary: ask again, and see whether a proxy cuts connections off."
            raise RequestError("the stream ended before the summary did", remedy=remedy, where=self._where)


def parsed(model: type[M], answer: httpx.Response) -> M:
    """The answer's body as ``model``. Raises RequestError when it is something else, as a proxy's page is."""
    return _read(model, answer.content, str(answer.url))


def result(line: str, where: object) -> JobResult:
    """A line of a job's results. Raises RequestError."""
    return _read(JobResult, line, str(where))


def _read(model: type[M], text: str | bytes, where: str) -> M:
    try:
        return model.model_validate_json(text)
    except ValidationError:
        raise _foreign("an answer that is not this service's", where) from None


def _foreign(problem: str, where: str) -> RequestError:
    return RequestError(problem, remedy="Check the address: is it this service, or a proxy's own page?", where=where)


def _refused(answer: httpx.Response) -> RequestError:
    try:
        return _failed(Problem.model_validate_json(answer.content))
    except ValidationError:
        what = f"HTTP {answer.status_code} {answer.reason_phrase}, and not from the service itself".replace("  ", " ")
        remedy = _FOREIGN.get(answer.status_code, "Check the address: is it this service?")
        return RequestError(what, remedy=remedy, where=str(answer.url))


def _failed(said: Problem) -> RequestError:
    where = said.errors[0].pointer if said.errors else None
    detail = said.errors[0].detail if said.errors else said.detail
    return RequestError(f"{said.title}: {detail}", remedy=said.remedy, where=where, said=said)
