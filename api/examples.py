"""One small example of everything that travels, for the OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

REQUEST_ID = "4f2c0b9e8d6a4e1f"
_TEXT = "The ferry Northern Star ran aground near Harrow Island in dense fog on Tuesday. All 214 people were rescued."
_CITATION = {"document": "echo", "start": 0, "end": 79, "score": 1.0}
_SENTENCE = {"text": _TEXT[:79], "citations": [_CITATION], "support": 1.0, "supported": True}
_POINT = {"text": _TEXT[:79], "citations": [_CITATION], "documents": ["echo"]}
_ARTICLE = {
    "id": "echo",
    "text": _TEXT,
    "title": "Ferry aground",
    "url": "https://example.org/echo",
    "source": None,
    "published": "2026-11-24T09:00:00Z",
    "language": "en",
}

REQUEST: dict[str, Any] = {
    "documents": [
        {"id": "echo", "title": "Ferry aground", "url": "https://example.org/echo", "text": _TEXT},
        {"id": "post", "html": "<article><p>The captain of the ferry was suspended on Tuesday evening.</p></article>"},
    ],
    "max_words": 60,
}
FILE = _TEXT
READ = {"documents": [_ARTICLE], "warnings": []}
JOB_REQUEST = {"custom_id": "story-1", **REQUEST}
JOB_REQUESTS = json.dumps(JOB_REQUEST) + "\n"
SUMMARY: dict[str, Any] = {
    "text": _TEXT[:79],
    "sentences": [_SENTENCE],
    "key_points": [_POINT],
    "disagreements": [],
    "documents": [{**_ARTICLE, "copy_of": None}],
    "model": "extractive",
    "version": "0.2.0",
    "warnings": [],
    "usage": {
        "documents": 1,
        "independent_documents": 1,
        "sentences": 2,
        "sentences_read": 2,
        "read_share": 1.0,
        "prompt_tokens": 19,
        "completion_tokens": 14,
        "candidates": 1,
    },
}
EVENTS = {
    kind: {"event": kind, "data": value}
    for kind, value in (("sentence", _SENTENCE), ("key_point", _POINT), ("done", SUMMARY))
}
JOB = {
    "id": "2d6c1a3e5b7f4c0d9e8a7b6c5d4e3f21",
    "status": "running",
    "counts": {"total": 2, "done": 1, "failed": 0},
    "created_at": "2026-11-25T09:00:00Z",
    "ended_at": None,
    "expires_at": None,
    "metadata": {"desk": "sport"},
}
JOBS = {"jobs": [JOB], "next": None}
RESULTS = json.dumps({"line": 1, "custom_id": "story-1", "response": SUMMARY}) + "\n"
_COMPLETION = {"id": "chatcmpl-1", "created": 1794000000, "model": "summarizer"}
CHAT = {
    **_COMPLETION,
    "object": "chat.completion",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "The ferry Northern Star ran aground near Harrow Island."},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 310, "completion_tokens": 14, "total_tokens": 324},
}
_CHUNK_CHOICE = {"index": 0, "delta": {"content": "The ferry ran aground."}, "finish_reason": None, "logprobs": None}
CHAT_EVENTS = {
    "chunk": {"data": {**_COMPLETION, "object": "chat.completion.chunk", "choices": [_CHUNK_CHOICE]}},
    "end": {"data": "[DONE]"},
}
MODELS = {
    "models": [{"id": "extractive", "default": True, "state": "ready", "licence": ""}],
    "object": "list",
    "data": [{"id": "summarizer", "object": "model", "created": 0, "owned_by": "summarizer"}],
}
DETAILS = {
    "invalid-request": "1 field is wrong",
    "unusable-article": "/documents/1: No story found in the page",
    "model-not-allowed": "the model is none of: embedded, extractive",
    "idempotency-mismatch": "its first request had another body",
    "malformed-json": "Invalid JSON: EOF while parsing an object at line 1 column 1",
    "malformed-encoding": "the gzip stream breaks off",
    "unauthorized": "no known key was sent",
    "not-found": "there is no such job, or it is another key's",
    "not-acceptable": "neither application/json nor text/event-stream is in Accept",
    "request-timeout": "it had not arrived after 60 s",
    "in-progress": "the key's first request has not ended",
    "too-large": "it has more than 10,000,000 bytes",
    "unsupported-media-type": "send one of: application/json",
    "rate-limited": "more than 600 in 60 s",
    "generation-failed": "http://127.0.0.1:8001/v1: it answered 500",
    "overloaded": "40 requests are under way",
    "storage-unavailable": "the database of jobs and keys does not answer",
    "model-unavailable": "hf:some/model: it is not in the cache folder",
    "deadline-exceeded": "no summary within 60 s, waiting included",
}
"""What problems say of themselves, by the end of their type."""
METRICS = 'summarizer_http_requests_total{method="POST",route="/v1/summaries",status="200"} 1.0\n'


def example(value: Any, *, kind: str = "application/json", description: str = "") -> dict[str, Any]:
    """An OpenAPI response, or part of one, whose content is ``value``."""
    schema = {"schema": {"type": "string"}} if isinstance(value, str) else {}
    return {"content": {kind: {**schema, "example": value}}, **({"description": description} if description else {})}
