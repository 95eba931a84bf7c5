"""POST /v1/documents: a file in, the articles that are in it out, to be looked at before they are summarised."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.engine import Engine
from api.examples import FILE, READ, example
from api.problem import ProblemError, documented, of_summarizer_error
from api.routes.body import whole
from api.settings import ServiceSettings
from summarizer.errors import InputError
from summarizer.ingest import open as formats
from summarizer.ingest.base import Entry
from summarizer.types import Document

router = APIRouter(tags=["summaries"])
_BINARY = {"schema": {"type": "string", "format": "binary"}, "example": FILE}
_one_at_a_time = asyncio.Lock()  # PDFium must not be used by two threads
FileName = Annotated[
    str, Query(max_length=256, description="The file's name; its ending helps where the content leaves a doubt.")
]


class ReadDocuments(BaseModel):
    """The articles of a file, cleaned, and in ``warnings`` which of them could not be read."""

    documents: list[Document]
    warnings: list[str] = Field(default=[], examples=[["news.jsonl, line 3: Empty"]])


@router.post(
    "/v1/documents",
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}},
    responses={
        200: example(READ),
        **documented(
            "malformed-encoding", "unauthorized", "request-timeout", "too-large", "unsupported-media-type",
            "invalid-request", "unusable-article", "rate-limited", "deadline-exceeded",
        ),
    },
)  # fmt: skip
async def read_file(request: Request, name: FileName = "file") -> ReadDocuments:
    """Read the articles of one file: text in any encoding, HTML, Markdown, PDF, DOCX, ODT, EPUB, mail and mbox, RSS,
    Atom and JSON Feed, JSON, JSON lines, CSV and TSV; no zip files of articles, no compressed files.

    The body is the file itself, whatever its content type. Nothing is kept.
    """
    engine: Engine = request.app.state.engine
    content = await whole(request, engine.settings)
    seconds = engine.settings.request_timeout
    try:
        async with asyncio.timeout(seconds) as waiting, _one_at_a_time:
            waiting.reschedule(None)  # a thread cannot be stopped, and the next file must not come beside it
            return await run_in_threadpool(_read, content, name, engine.settings)
    except TimeoutError:
        raise ProblemError("deadline-exceeded", f"other files were read for {seconds:g} s") from None


def _read(content: bytes, name: str, settings: ServiceSettings) -> ReadDocuments:
    """Raises ProblemError where no article can be read, or there are more than one request may have."""
    name = PurePosixPath(name.replace("\\", "/")).name.strip() or "file"
    broken: list[InputError] = []
    entry = Entry(name, name, content, hint=PurePosixPath(name).suffix[1:])
    documents: list[Document] = []
    for document in formats.documents(entry, broken.append, limit=settings.max_document_bytes):
        if len(documents) == settings.max_documents:
            detail = f"{name}: it has more than {settings.max_documents} articles"
            raise ProblemError("unusable-article", detail, remedy="Send them as a job.")
        documents.append(document)
    if not documents:
        raise of_summarizer_error(
            broken[0] if broken else InputError("It holds no article", remedy="Give a file that does", where=name)
        )
    return ReadDocuments(documents=documents, warnings=[f"{error.where}: {error.problem}" for error in broken[:20]])
