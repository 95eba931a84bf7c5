"""What one worker of a batch run does, wherever it runs: read entries of an archive, and summarise groups."""

from __future__ import annotations

import json
import time
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from summarizer.archives.ledger import Packed, Pending
from summarizer.errors import GenerationError, InputError, SummarizerError
from summarizer.ingest import open as formats
from summarizer.ingest.base import Entry, Fields
from summarizer.ingest.json import dig
from summarizer.language.words import is_content, tokens
from summarizer.settings import Settings
from summarizer.types import Document, SummaryOptions

if TYPE_CHECKING:
    from summarizer.archives.news import Story
    from summarizer.archives.together import BatchSummarizer

_LONGEST_TITLE = 100  # characters of an opening that stands for one
_OPENINGS = 50  # articles without a title that are looked at for one
FOLDER, DAY, CLUSTER = "folder", "day", "cluster"
"""Groupings that are no field of an article: the folder it lies in, the day it was published, and the line or row with
whose other articles it is joined."""


class Job(NamedTuple):
    """What every worker of a run is told once. source: how failures name the archive; group_by: a field, or None."""

    settings: Settings
    options: SummaryOptions
    source: str
    fields: Fields
    group_by: str | None


class Done(NamedTuple):
    """A group's output line, or the line of its failure; again: whether another try may succeed."""

    number: int
    line: bytes | None
    failure: str | None = None
    again: bool = False


class Timed(NamedTuple):
    """Seconds that a batch took, and that it took longer at first, while the models were loaded; lines of failures."""

    seconds: float
    loading: float
    failures: list[str]


class Worker:
    """Loads the models when first needed, once."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._summarizer: BatchSummarizer | None = None

    def read(self, entries: Sequence[Entry | InputError]) -> list[Packed | str]:
        """Documents of ``entries``, and failures as lines of the side file, in order."""
        found: list[Packed | str] = []

        def report(error: SummarizerError) -> None:
            found.append(failure_line(error, self._job.source))

        for entry in entries:
            if isinstance(entry, InputError):
                report(entry)
                continue
            limit = self._job.settings.max_document_bytes
            for document in formats.documents(entry, report, limit=limit, fields=self._job.fields):
                key = self._key(entry, document)
                if key is None and self._job.group_by:
                    report(
                        InputError(f"Has no '{self._job.group_by}'", remedy="Group by another field", where=entry.where)
                    )
                else:
                    found.append(pack(document, key))
        return found

    def summarize(self, batch: Sequence[Pending]) -> list[Done]:
        """The output line of each group, or its failure. Raises ModelError where there is no model to write with."""

        def line(group: Pending) -> bytes:
            documents = [unpack(*document) for document in group.documents]
            summary = self._model().summarize(documents, self._job.options)
            head = {"id": group.id, **describe(documents, group.copies), "copies": group.copies}
            return (json.dumps(head, ensure_ascii=False)[:-1] + f', "summary": {summary.model_dump_json()}}}').encode()

        return self._model().each(lambda group: self._done(group, line), batch, self._job.options.model)

    def timed(self, batch: Sequence[Pending]) -> Timed:
        """What ``summarize`` takes, once the models are loaded."""
        first = 0.0
        if self._summarizer is None:
            begun = time.monotonic()
            self.summarize(batch)
            first = time.monotonic() - begun
        begun = time.monotonic()
        done = self.summarize(batch)
        seconds = time.monotonic() - begun
        return Timed(seconds, max(0.0, first - seconds), [one.failure for one in done if one.failure])

    def tell(self, task: tuple[Pending, Story | None]) -> list[Done]:
        """A story's entry of a digest, empty where it adds nothing to what was told before, or its failure."""
        group, told = task

        def line(group: Pending) -> bytes:
            from summarizer.archives.news import tell

            documents = [unpack(*document) for document in group.documents]
            story = tell(self._model(), group.id, documents, told.summary if told else None, self._job.options)
            return story.model_dump_json().encode() if story else b""

        return [self._done(group, line)]

    def _done(self, group: Pending, line: Callable[[Pending], bytes]) -> Done:
        try:
            return Done(group.number, line(group))
        except (InputError, GenerationError) as error:
            failure = failure_line(error, self._job.source, group=group.id)
            return Done(group.number, None, failure, again=isinstance(error, GenerationError))

    def _model(self) -> BatchSummarizer:
        if self._summarizer is None:
            from summarizer.archives.together import BatchSummarizer

            self._summarizer = BatchSummarizer(settings=self._job.settings)
        return self._summarizer

    def _key(self, entry: Entry, document: Document) -> str | None:
        field = self._job.group_by
        if field == FOLDER:
            return str(PurePosixPath(entry.name).parent)
        if field == DAY:
            return document.published.date().isoformat() if document.published else None
        if field == CLUSTER:  # the line or row whose articles are joined, or the file
            return document.id.rpartition("#")[0] if document.id.startswith(f"{entry.name}#") else entry.name
        value = (
            getattr(document, field) if field in Document.model_fields else dig(_row(entry), field) if field else None
        )
        return None if value is None else str(value)


def description(job: Job) -> dict[str, Any]:
    """What a ledger keeps of the job of its run."""
    return {
        "archive": job.source,
        "fields": dict(job.fields),
        "model": job.options.model or job.settings.model,
        "options": job.options.model_dump(mode="json") | {"include": sorted(job.options.include)},
        "version": version("summarizer"),
    }


def _row(entry: Entry) -> Mapping[str, object]:
    """The JSON object or row that an entry is; empty where it is none."""
    if not isinstance(entry.data, bytes):
        return entry.data
    try:
        value = json.loads(entry.data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def describe(documents: Sequence[Document], copies: Collection[str] = ()) -> dict[str, Any]:
    """Title, first and last day, sources and ids of a group; the title is its newest article's that has one and is
    no near-copy, or, of articles without a date, the first one's. copies: ids of near-copies."""
    days = sorted(d.published.date().isoformat() for d in documents if d.published)
    newest = [d.title for d in documents if d.published and d.title and d.id not in copies][-1:]
    titles = newest or [d.title for d in documents if d.title]
    return {
        "title": titles[0] if titles else _opening(documents[:_OPENINGS]),
        "first": days[0] if days else None,
        "last": days[-1] if days else None,
        "sources": sorted({d.source for d in documents if d.source}),
        "documents": [d.id for d in documents],
    }


def _opening(documents: Sequence[Document]) -> str:
    """The opening whose words the other articles use most: a caption or a notice stands in one article alone."""
    openings = [" ".join(d.text[: 2 * _LONGEST_TITLE].split()) for d in documents]
    words = [{t.norm for t in tokens(text) if is_content(t.norm)} for text in openings]
    told = Counter(word for d in documents for word in {t.norm for t in tokens(d.text[: 20 * _LONGEST_TITLE])})
    best = max(range(len(openings)), key=lambda n: sum(told[word] - 1 for word in words[n]) / max(1, len(words[n])))
    opening = openings[best]
    return opening if len(opening) <= _LONGEST_TITLE else opening[:_LONGEST_TITLE].rsplit(" ", 1)[0] + " …"


def pack(document: Document, key: str | None = None) -> Packed:
    """A document for the ledger."""
    published = document.published.timestamp() if document.published else None
    body = zlib.compress(document.model_dump_json().encode())
    return Packed(document.id, published, tokens_of(document.text), key, body)


def tokens_of(text: str) -> int:
    """About how many tokens a model reads: four bytes each, which fits English and, at three bytes a sign, Chinese."""
    return len(text.encode()) // 4 + 1


def unpack(unique: str, body: bytes) -> Document:
    """The document of a ledger's row, under the id that is its own in the archive."""
    return Document.model_validate_json(zlib.decompress(body)).model_copy(update={"id": unique})


def failure_line(error: SummarizerError, source: str, group: str | None = None) -> str:
    """One line of the side file: the archive, the place in it (or the group), what is wrong, and what to do."""
    place = group or (error.where or "").removeprefix(source).lstrip("/, ") or None
    row = {"source": source, "place": place, "reason": error.problem, "remedy": error.remedy}
    return json.dumps(row, ensure_ascii=False)
