"""A typed client of the service, sync and async: summaries, events, jobs; retries that do nothing twice.

    >>> with Client("http://localhost:8000") as client:
    ...     summary = client.summarize(["The ferry ran aground …", "Fishing boats …"], max_words=60)

Every POST carries an Idempotency-Key of its own, so that it may be sent again when its answer was lost. Articles are
texts, Documents, or mappings in the form of the API (``{"html": …}``). Errors are RequestError.
"""

from __future__ import annotations

from summarizer.client.asynchronous import AsyncClient
from summarizer.client.exchange import Article, RequestError, job_request
from summarizer.client.sync import Client
from summarizer.wire import Fault, Job, JobResult, Model, Problem

__all__ = [
    "Article",
    "AsyncClient",
    "Client",
    "Fault",
    "Job",
    "JobResult",
    "Model",
    "Problem",
    "RequestError",
    "job_request",
]
