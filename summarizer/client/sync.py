"""The client for threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

import httpx

from summarizer.client.exchange import (
    LINES,
    Article,
    EventReader,
    Exchange,
    body,
    lines,
    listing,
    named,
    parsed,
    result,
    sent_with,
)
from summarizer.summarizer import Event
from summarizer.types import Summary, SummaryOptions
from summarizer.wire import Job, JobPage, JobResult, Model, Models, read_lines


class Client(Exchange):
    """The service at ``base_url``. Thread-safe; close it, or use it in ``with``.

    timeout: seconds without an answer; attempts: of one request, the first included.
    """

    def __init__(self, base_url: str, *, key: str | None = None, timeout: float = 120.0, attempts: int = 5) -> None:
        super().__init__(base_url, key, timeout, attempts)
        self._http = httpx.Client(**self._settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def summarize(self, articles: Iterable[Article], options: SummaryOptions | None = None, **changes: Any) -> Summary:
        """The summary of articles about one story."""
        answer = self._send("POST", "/v1/summaries", json=body(articles, options, changes))
        return parsed(Summary, answer)

    def stream(
        self, articles: Iterable[Article], options: SummaryOptions | None = None, **changes: Any
    ) -> Iterator[Event]:
        """The same, piece by piece; leaving the loop stops the service's work."""
        asked_for = body(articles, options, changes)
        answer = self._send(
            "POST", "/v1/summaries", json=asked_for, headers={"Accept": "text/event-stream"}, stream=True
        )
        try:
            events = EventReader(answer.url)
            for line in read_lines(answer.iter_text()):
                if found := events.read(line):
                    yield found
            events.end()
        except httpx.TransportError as failure:
            raise self.lost(failure) from failure
        finally:
            answer.close()

    def submit(
        self,
        requests: Iterable[Mapping[str, Any]],
        *,
        metadata: Mapping[str, str] | None = None,
        webhook: str | None = None,
    ) -> Job:
        """Send a job, a request at a time (see ``job_request``). A list is sent again when the connection fails; what
        can be read only once is not. metadata: your own names for it; webhook: an address to tell of its end."""
        again = isinstance(requests, Sequence)
        answer = self._send(
            "POST",
            "/v1/jobs",
            again=again,
            headers={"Content-Type": LINES},
            params=sent_with(metadata, webhook),
            make_content=lambda: lines(requests),
        )
        return parsed(Job, answer)

    def job(self, job: str) -> Job:
        """How far the job is."""
        return parsed(Job, self._send("GET", f"/v1/jobs/{job}"))

    def jobs(self, **wanted: Any) -> Iterator[Job]:
        """The jobs of this key, the youngest first. wanted: ``status``, ``created_after`` and ``created_before``
        (datetime), ``metadata`` (a mapping: all must be so)."""
        asked: dict[str, Any] = listing(wanted)
        while True:
            page = parsed(JobPage, self._send("GET", "/v1/jobs", params=asked))
            yield from page.jobs
            if page.next is None:
                return
            asked["after"] = page.next

    def cancel(self, job: str) -> Job:
        """Cancel the job."""
        return parsed(Job, self._send("DELETE", f"/v1/jobs/{job}"))

    def erase(self, job: str) -> None:
        """Delete the job, its articles and its results at once, whether it has ended or not."""
        self._send("DELETE", f"/v1/jobs/{job}", params={"erase": "true"})

    def wait(self, job: str, *, poll: float = 1.0, progress: Callable[[Job], None] | None = None) -> Job:
        """The job once it has ended; ``progress`` is called with each state seen, every ``poll`` seconds."""
        while True:
            found = self.job(job)
            if progress:
                progress(found)
            if found.ended_at:
                return found
            time.sleep(poll)

    def results(self, job: str, *, after: int | None = None, failed: bool | None = None) -> Iterator[JobResult]:
        """The results there are, in the order of the requests, read as they come.

        after: only those of lines behind this one (0: from the first), and while the job runs up to the first that has
        none yet, so that going on from the last ``line`` read gives each once. failed: only errors, or only responses.
        """
        wanted = {"after": after, "failed": failed}
        asked = {name: str(value).lower() for name, value in wanted.items() if value is not None}
        answer = self._send("GET", f"/v1/jobs/{job}/results", stream=True, params=asked)
        try:
            for line in read_lines(answer.iter_text()):
                yield result(line, answer.url)
        except httpx.TransportError as failure:
            raise self.lost(failure) from failure
        finally:
            answer.close()

    def models(self) -> list[Model]:
        """The models that the service offers, its default first."""
        return parsed(Models, self._send("GET", "/v1/models")).models

    def _send(
        self,
        method: str,
        path: str,
        *,
        stream: bool = False,
        again: bool = True,
        make_content: Callable[[], Iterator[bytes]] | None = None,
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
                outcome = self._http.send(request, stream=stream)
                if outcome.is_success:
                    return outcome
                outcome.read()
            except httpx.TransportError as failure:
                outcome = failure
            time.sleep(patience.pause(outcome))
