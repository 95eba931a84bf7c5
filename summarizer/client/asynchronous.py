"""The client for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, Self

import httpx

from summarizer.client.exchange import (
    LINES,
    Article,
    EventReader,
    Exchange,
    async_lines,
    body,
    listing,
    named,
    parsed,
    result,
    sent_with,
)
from summarizer.summarizer import Event
from summarizer.types import Summary, SummaryOptions
from summarizer.wire import Job, JobPage, JobResult, LineReader, Model, Models


class AsyncClient(Exchange):
    """The same for asyncio; close it, or use it in ``async with``."""

    def __init__(self, base_url: str, *, key: str | None = None, timeout: float = 120.0, attempts: int = 5) -> None:
        super().__init__(base_url, key, timeout, attempts)
        self._http = httpx.AsyncClient(**self._settings)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def summarize(
        self, articles: Iterable[Article], options: SummaryOptions | None = None, **changes: Any
    ) -> Summary:
        """The summary of articles about one story."""
        answer = await self._send("POST", "/v1/summaries", json=body(articles, options, changes))
        return parsed(Summary, answer)

    async def stream(
        self, articles: Iterable[Article], options: SummaryOptions | None = None, **changes: Any
    ) -> AsyncIterator[Event]:
        """The same, piece by piece; closing the iterator stops the service's work."""
        asked_for = body(articles, options, changes)
        asked = {"Accept": "text/event-stream"}
        answer = await self._send("POST", "/v1/summaries", json=asked_for, headers=asked, stream=True)
        try:
            events = EventReader(answer.url)
            async for line in _read_lines(answer):
                if found := events.read(line):
                    yield found
            events.end()
        except httpx.TransportError as failure:
            raise self.lost(failure) from failure
        finally:
            await answer.aclose()

    async def submit(
        self,
        requests: Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]],
        *,
        metadata: Mapping[str, str] | None = None,
        webhook: str | None = None,
    ) -> Job:
        """Send a job, a request at a time; as ``Client.submit``."""
        again = isinstance(requests, Sequence)
        sent = {"Content-Type": LINES}
        answer = await self._send(
            "POST",
            "/v1/jobs",
            again=again,
            headers=sent,
            params=sent_with(metadata, webhook),
            make_content=lambda: async_lines(requests),
        )
        return parsed(Job, answer)

    async def job(self, job: str) -> Job:
        """How far the job is."""
        return parsed(Job, await self._send("GET", f"/v1/jobs/{job}"))

    async def jobs(self, **wanted: Any) -> AsyncIterator[Job]:
        """The jobs of this key, the youngest first. wanted: ``status``, ``created_after`` and ``created_before``
        (datetime), ``metadata`` (a mapping: all must be so)."""
        asked: dict[str, Any] = listing(wanted)
        while True:
            page = parsed(JobPage, await self._send("GET", "/v1/jobs", params=asked))
            for one in page.jobs:
                yield one
            if page.next is None:
                return
            asked["after"] = page.next

    async def cancel(self, job: str) -> Job:
        """Cancel the job."""
        return parsed(Job, (await self._send("DELETE", f"/v1/jobs/{job}")))

    async def erase(self, job: str) -> None:
        """Delete the job, its articles and its results at once, whether it has ended or not."""
        await self._send("DELETE", f"/v1/jobs/{job}", params={"erase": "true"})

    async def wait(self, job: str, *, poll: float = 1.0, progress: Callable[[Job], None] | None = None) -> Job:
        """The job once it has ended; as ``Client.wait``."""
        while True:
            found = await self.job(job)
            if progress:
                progress(found)
            if found.ended_at:
                return found
            await asyncio.sleep(poll)

    async def results(
        self, job: str, *, after: int | None = None, failed: bool | None = None
    ) -> AsyncIterator[JobResult]:
        """The results there are, in the order of the requests, read as they come.

        after: only those of lines behind this one (0: from the first), and while the job runs up to the first that has
        none yet, so that going on from the last ``line`` read gives each once. failed: only errors, or only responses.
        """
        wanted = {"after": after, "failed": failed}
        asked = {name: str(value).lower() for name, value in wanted.items() if value is not None}
        answer = await self._send("GET", f"/v1/jobs/{job}/results", stream=True, params=asked)
        try:
            async for line in _read_lines(answer):
                yield result(line, answer.url)
        except httpx.TransportError as failure:
            raise self.lost(failure) from failure
        finally:
            await answer.aclose()

    async def models(self) -> list[Model]:
        """The models that the service offers, its default first."""
        return parsed(Models, (await self._send("GET", "/v1/models"))).models

    async def _send(
        self,
        method: str,
        path: str,
        *,
        stream: bool = False,
        again: bool = True,
        make_content: Callable[[], AsyncIterator[bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        **content: Any,
    ) -> httpx.Response:
        sent, patience = named(method, headers), self.patience(again=again)
        while True:
            whole = {"content": make_content()} if make_content else content
            request = self._http.build_request(method, path, params=params, headers=sent, **whole)
            outcome: httpx.Response | httpx.TransportError
            try:
                outcome = await self._http.send(request, stream=stream)
                if outcome.is_success:
                    return outcome
                await outcome.aread()
            except httpx.TransportError as failure:
                outcome = failure
            await asyncio.sleep(patience.pause(outcome))


async def _read_lines(answer: httpx.Response) -> AsyncIterator[str]:
    reader = LineReader()
    async for piece in answer.aiter_text():
        for line in reader.read(piece):
            yield line
    for line in reader.end():
        yield line
