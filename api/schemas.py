"""What clients send and receive, beside the library's own Summary."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.examples import JOB_REQUEST, REQUEST
from summarizer.ingest import document_from_html, document_from_text
from summarizer.types import Document, SummaryOptions

CustomId = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")]


def _of_text_or_html(schema: dict[str, Any]) -> None:
    """Two whole schemas in the place of one with a condition, from which programs that make clients make none of it."""
    bodies = ("text", "html")
    about = {name: field for name, field in schema.pop("properties").items() if name not in bodies}
    schema["oneOf"] = [
        {
            "title": f"{name.capitalize()}Document",
            "type": schema["type"],
            "properties": {name: {"type": "string"}, **about},
            "required": [name],
            "additionalProperties": False,
        }
        for name in bodies
    ]
    del schema["type"], schema["additionalProperties"]


class InputDocument(BaseModel):
    """One article: ``text``, or ``html`` to extract it from. ``url`` is shown, and never fetched."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_of_text_or_html)

    text: str | None = None
    html: str | None = None
    id: str | None = Field(default=None, min_length=1, max_length=256, description="Its number from 1 by default.")
    title: str | None = Field(default=None, max_length=1_000)
    url: str | None = Field(default=None, max_length=2_000)
    source: str | None = Field(default=None, max_length=256)
    published: datetime | None = None
    language: str | None = Field(default=None, pattern="^[a-z]{2}$", description="ISO 639-1 code, when known.")

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if (self.text is None) == (self.html is None):
            raise ValueError("give either text or html")
        return self

    def read(self, number: int) -> Document:
        """The cleaned article; ``number`` counts from 1. Raises InputError when there is no story in it."""
        about = self.model_dump(exclude={"text", "html", "id"})
        name, where = self.id or str(number), f"/documents/{number - 1}"
        if self.html is not None:
            return document_from_html(self.html, id=name, where=where, **about)
        return document_from_text(self.text or "", id=name, where=where, **about)


class SummaryRequest(SummaryOptions):
    """Articles about one story, and what is wanted of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [REQUEST]})

    documents: tuple[InputDocument, ...] = Field(min_length=1, max_length=1_000)

    @model_validator(mode="after")
    def _own_ids(self) -> Self:
        counts = Counter(document.id or str(number) for number, document in enumerate(self.documents, start=1))
        if twice := [name for name, count in counts.items() if count > 1]:
            raise ValueError(f"two documents have the id {twice[0]!r}")
        return self

    @property
    def length(self) -> int:
        """Characters of all articles."""
        return sum(len(document.text or document.html or "") for document in self.documents)

    def options(self) -> SummaryOptions:
        """The options alone."""
        return SummaryOptions(**{name: getattr(self, name) for name in SummaryOptions.model_fields})

    def digest(self, model: str) -> str:
        """SHA-256 over all that decides the summary in one process: contents, options and model."""
        asked = self.model_dump(mode="json", include=set(SummaryRequest.model_fields))
        asked |= {"include": sorted(self.include), "model": self.model or model}
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


class JobRequest(SummaryRequest):
    """One line of a job: a summary request with the caller's own name for it."""

    model_config = ConfigDict(json_schema_extra={"examples": [JOB_REQUEST]})

    custom_id: CustomId


Metadata = Annotated[
    dict[
        Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")],
        Annotated[str, Field(max_length=512, pattern=r"^[^\x00]*$")],
    ],
    Field(max_length=16, description="The caller's own names for the job; GET /v1/jobs finds it by them."),
]
Webhook = Annotated[str, Field(max_length=2_000, description="An address that the operator allows, told of the end.")]


class JobBody(BaseModel):
    """A job as one JSON object; for more than a few requests send one a line (application/x-ndjson)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"requests": [JOB_REQUEST]}]})

    requests: list[JobRequest] = Field(min_length=1)
    metadata: Metadata = {}
    webhook: Webhook | None = None


class Health(BaseModel):
    """``ok``, or what is missing."""

    status: str = Field(examples=["ok"])
    missing: dict[str, str] = Field(default={}, description="model, database: what is wrong with it, in words.")
