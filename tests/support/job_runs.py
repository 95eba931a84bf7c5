"""Jobs of many small stories, and their results."""

from __future__ import annotations

from collections.abc import Iterator

from serving import story

from summarizer.client import Client, JobResult, job_request


def requests(count: int, first: int = 0) -> Iterator[dict[str, object]]:
    for number in range(first, first + count):
        yield job_request(f"story-{number}", [story(number)], max_words=30, key_points=2)


def ended(client: Client, job: str) -> list[JobResult]:
    found = client.wait(job, poll=0.2)
    assert found.status == "completed"
    return list(client.results(job))
