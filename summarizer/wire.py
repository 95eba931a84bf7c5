"""What travels between the service and its clients, beside Summary itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from summarizer.types import Disagreement, KeyPoint, Summary, SummarySentence

JobStatus = Literal["queued", "running", "completed", "cancelled"]


class _Sent(BaseModel):
    """What is sent with all of its fields: a schema of it requires them, those with a default too."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Fault(_Sent):
    """One thing that was wrong. pointer: RFC 6901, into the request's JSON."""

    pointer: str = Field(examples=["/documents/0/text"])
    detail: str = Field(examples=["Input should be a valid string"])


class Problem(_Sent):
    """An RFC 9457 problem. ``remedy`` says what to do; ``request_id`` finds it in the server's log."""

    type: str = Field(examples=["urn:summarizer:problem:invalid-request"])
    title: str = Field(examples=["The request is not valid"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["1 field is wrong"])
    remedy: str = Field(examples=["Correct the fields named in errors; /docs shows the form."])
    errors: list[Fault] = []
    request_id: str | None = Field(default=None, examples=["4f2c0b9e8d6a4e1f"])


class SentenceEvent(_Sent):
    """A sentence of the summary, as soon as it is verified."""

    event: Literal["sentence"]
    data: SummarySentence


class KeyPointEvent(_Sent):
    """A key point."""

    event: Literal["key_point"]
    data: KeyPoint


class DisagreementEvent(_Sent):
    """What the articles tell differently."""

    event: Literal["disagreement"]
    data: Disagreement


class DoneEvent(_Sent):
    """The last event: the whole summary."""

    event: Literal["done"]
    data: Summary


class ErrorEvent(_Sent):
    """The last event where the summary failed on the way."""

    event: Literal["error"]
    data: Problem


class SummaryEvent(
    RootModel[
        Annotated[
            SentenceEvent | KeyPointEvent | DisagreementEvent | DoneEvent | ErrorEvent, Field(discriminator="event")
        ]
    ]
):
    """An event of a summary that is sent in pieces. ``data`` is one line of JSON on the wire."""


class Counts(_Sent):
    """``done`` have a response and ``failed`` an error; the job has ended when they make up ``total``."""

    total: int = Field(examples=[2])
    done: int = Field(examples=[1])
    failed: int = Field(examples=[0])


class Job(_Sent):
    """A job and how far it is."""

    id: str = Field(examples=["2d6c1a3e5b7f4c0d9e8a7b6c5d4e3f21"])
    status: JobStatus
    counts: Counts
    created_at: datetime
    ended_at: datetime | None = None
    expires_at: datetime | None = Field(default=None, description="When it and its results are deleted.")
    metadata: dict[str, str] = Field(default={}, description="The caller's own, as sent with the job.")


class JobPage(_Sent):
    """Some jobs, the youngest first."""

    jobs: list[Job]
    next: str | None = Field(default=None, description="For the parameter `after` of the next page; null on the last.")


class JobEnded(_Sent):
    """What a webhook is told."""

    type: str = Field(examples=["job.completed"], description="job.completed or job.cancelled.")
    timestamp: datetime
    data: Job


class JobResult(BaseModel):
    """One line of a job's results. ``custom_id`` is null when the line sent had none that could be read."""

    line: int = Field(examples=[1], description="Of the request among those sent, from 1; for the parameter `after`.")
    custom_id: str | None
    response: Summary | None = None
    error: Problem | None = None


class Model(_Sent):
    """A model that a server offers."""

    id: str = Field(examples=["extractive"], description="For the option `model`.")
    default: bool
    state: str = Field(examples=["ready"], description="ready, cached, installed or missing.")
    licence: str = Field(description="Of its weights; empty when it has none.")


PLAIN, CITED = "summarizer", "summarizer-cited"
"""What chat clients may name as their model: the summary alone, or with citations, sources and warnings."""


class ChatModel(_Sent):
    """A name for the chat interface, in the form in which its clients list models."""

    id: str = Field(examples=[PLAIN])
    object: str = "model"
    created: int = 0
    owned_by: str = "summarizer"


class Models(_Sent):
    """What a server offers: models for the option ``model``, and, as ``data``, names for the chat interface."""

    models: list[Model]
    object: str = "list"
    data: list[ChatModel] = [ChatModel(id=PLAIN), ChatModel(id=CITED)]


class LineReader:
    """Cuts text that arrives in pieces at line feeds alone. httpx's own lines end at U+0085 and U+2028 as well, which
    JSON holds as they are."""

    def __init__(self) -> None:
        self._rest = ""

    def read(self, piece: str) -> list[str]:
        """The lines that this piece completes."""
        *whole, self._rest = (self._rest + piece).split("\n")
        return whole

    def end(self) -> list[str]:
        """What came after the last line feed."""
        return [self._rest] if self._rest else []


def read_lines(pieces: Iterable[str]) -> Iterator[str]:
    """The lines of text that arrives in pieces."""
    reader = LineReader()
    for piece in pieces:
        yield from reader.read(piece)
    yield from reader.end()
