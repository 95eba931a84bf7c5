"""HTTP to an OpenAI-compatible server: time-outs, retries with jitter, and errors that say what to do."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from summarizer.errors import GenerationError, ModelError
from summarizer.wire import read_lines

_RETRIED = frozenset({429, 500, 502, 503, 504})
_FIRST_PAUSE = 0.5  # seconds; doubled on every further attempt
_LONGEST_PAUSE = 30.0


class OpenAIClient:
    """One server, or several that serve the same model and take turns. Thread-safe.

    base_url: up to and including the version, as ``http://localhost:8000/v1``, of several servers between commas;
    timeout: seconds without an answer; attempts: of one request, the first included, each at the next server; where:
    how errors name the model.
    """

    def __init__(
        self, base_url: str, *, key: str | None, timeout: float, attempts: int, connections: int, where: str
    ) -> None:
        self._servers = [url.strip().rstrip("/") for url in base_url.split(",")]
        self._turn = random.randrange(len(self._servers))  # noqa: S311 - so that many clients begin at all of them
        self._attempts = attempts
        self._where = where
        self._timeout = timeout
        self._http = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            # Waiting for a free connection is no fault of the server's, and has no time-out.
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0), pool=None),
            limits=httpx.Limits(max_connections=connections),
            follow_redirects=False,
        )

    @property
    def base_url(self) -> str:
        """Of the server whose turn it is."""
        return self._servers[self._turn % len(self._servers)]

    def next_server(self) -> None:
        """What follows has nothing to do with what went before: it may go elsewhere."""
        self._turn += 1

    def models(self) -> list[dict[str, Any]] | None:
        """What the server says it serves; None when it keeps no list. Raises ModelError when there is no server."""
        try:
            answer = self._send("GET", "/models", retry_lost=len(self._servers) > 1)
        except httpx.HTTPError as failure:
            raise ModelError(
                f"no server answers at {self.base_url} ({type(failure).__name__})",
                remedy="Start it, or correct the address after the @; it ends in /v1 for most servers.",
                where=self._where,
            ) from failure
        if answer.status_code in (401, 403):
            raise ModelError(
                f"the server refuses the key (HTTP {answer.status_code})",
                remedy="Set SUMMARIZER_OPENAI_API_KEY.",
                where=self._where,
            )
        try:
            listed = answer.json()["data"] if answer.is_success else None
        except (ValueError, KeyError, TypeError):
            return None
        return listed if isinstance(listed, list) else None

    def get(self, url: str) -> dict[str, Any]:
        """The JSON object at ``url``; empty when the server has none."""
        try:
            answer = self._http.get(url)
            found = answer.json() if answer.is_success else {}
        except (httpx.HTTPError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        """One chat completion. Raises GenerationError, or ModelError when the server knows no such model."""
        self.next_server()
        with self._explained():
            return self._checked(self._send("POST", "/chat/completions", body))

    def stream(self, body: dict[str, Any]) -> Iterator[str]:
        """Pieces of one chat completion as the server sends them; closing the iterator ends the request.

        A request that fails before its first piece is sent again, one that breaks off later is not.
        """
        with self._explained(), closing(self._send("POST", "/chat/completions", {**body, "stream": True})) as answer:
            if not answer.is_success:
                answer.read()
                self._checked(answer)
            try:
                yield from _pieces(read_lines(answer.iter_text()))
            except (KeyError, TypeError, IndexError, ValueError) as failure:
                raise self._broken(str(failure)) from failure

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, retry_lost: bool = True
    ) -> httpx.Response:
        """The server's answer, asked again with pauses while it is busy or failing; unread when ``body`` asks for a
        stream. Raises httpx.TimeoutException, which is never repeated, and httpx.TransportError."""
        streamed = bool(body and body.get("stream"))
        attempt = 0
        while True:
            attempt += 1
            asked_pause = None
            request = self._http.build_request(method, f"{self.base_url}{path}", json=body)
            try:
                answer = self._http.send(request, stream=streamed)
            except httpx.TimeoutException:
                raise
            except httpx.TransportError:
                if attempt == self._attempts or not retry_lost:
                    raise
            else:
                if answer.status_code not in _RETRIED or attempt == self._attempts:
                    return answer
                answer.close()
                asked_pause = answer.headers.get("Retry-After")
            self.next_server()
            time.sleep(pause(attempt, asked_pause))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Errors of the connection in words for people."""
        try:
            yield
        except httpx.TimeoutException as failure:
            raise GenerationError(
                f"the server did not answer within {self._timeout:g} s",
                remedy="Raise SUMMARIZER_OPENAI_TIMEOUT, or lower SUMMARIZER_OPENAI_CONCURRENCY.",
                where=self._where,
            ) from failure
        except httpx.TransportError as failure:
            raise GenerationError(
                f"the connection to {self.base_url} failed ({failure})",
                remedy="See whether the server still runs.",
                where=self._where,
            ) from failure

    def _checked(self, answer: httpx.Response) -> dict[str, Any]:
        if answer.is_success:
            try:
                found: dict[str, Any] = answer.json()
                _ = found["choices"][0]["message"]["content"]
            except (ValueError, KeyError, IndexError, TypeError) as failure:
                raise self._broken(answer.text[:200]) from failure
            return found
        said = f"HTTP {answer.status_code}: {_message(answer)}"
        if answer.status_code == 404:
            raise ModelError(
                f"the server has no such model or address ({said})",
                remedy=f"Compare with {self.base_url}/models.",
                where=self._where,
            )
        if answer.status_code in (401, 403):
            raise ModelError(
                f"the server refuses the key ({said})", remedy="Set SUMMARIZER_OPENAI_API_KEY.", where=self._where
            )
        remedies = {
            429: "The server is busy; wait, or lower SUMMARIZER_OPENAI_CONCURRENCY.",
            400: "When it says that the context is too long, set SUMMARIZER_OPENAI_WINDOW to the server's own.",
        }
        remedy = remedies.get(answer.status_code, "See the server's log.")
        raise GenerationError(f"the server refused the request ({said})", remedy=remedy, where=self._where)

    def _broken(self, said: str) -> GenerationError:
        return GenerationError(
            f"the server's answer is no chat completion ({said!r})",
            remedy="Check that the address is that of an OpenAI-compatible server.",
            where=self._where,
        )


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    """Text of server-sent chat completion chunks. Raises ValueError with the server's words when it gives up."""
    events = 0
    for line in lines:
        if not line.startswith("data:"):
            continue
        events += 1
        data = line[5:].strip()
        if data == "[DONE]":
            return
        chunk = json.loads(data)
        if "error" in chunk:
            raise ValueError(chunk["error"])
        choices = chunk.get("choices") or [{}]
        if piece := (choices[0].get("delta") or {}).get("content"):
            yield piece
    if not events:
        raise ValueError("no event of a chat completion")


def _message(answer: httpx.Response) -> str:
    """The server's own words, whichever of the usual shapes they come in."""
    try:
        error = answer.json()
        error = error.get("error", error)
        said = error.get("message", error) if isinstance(error, dict) else error
    except (ValueError, AttributeError):
        said = answer.text
    return str(said)[:300]


def pause(attempt: int, retry_after: str | None = None, first: float = _FIRST_PAUSE) -> float:
    """Seconds before the next attempt: what the server asks for and up to a fifth more, else exponential with full
    jitter; either way, clients that failed together do not come back together."""
    asked = _seconds(retry_after)
    if asked is not None:
        return min(asked * random.uniform(1.0, 1.2), _LONGEST_PAUSE)  # noqa: S311
    return random.uniform(0.0, min(_LONGEST_PAUSE, first * 2.0**attempt))  # noqa: S311


def _seconds(retry_after: str | None) -> float | None:
    """``Retry-After`` as seconds from now: a number or a date (RFC 9110, section 10.2.3); None for neither."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None
