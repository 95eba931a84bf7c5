"""The main job: documents in, a grounded summary out, whole or event by event."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib.metadata import version
from typing import Any, Literal, NamedTuple

from summarizer.errors import InputError
from summarizer.generation.base import Generator, Streaming
from summarizer.generation.registry import load_generator
from summarizer.language.words import count_words
from summarizer.reading.embedding import SentenceEncoder
from summarizer.reading.sources import read_sources
from summarizer.settings import Settings
from summarizer.types import Disagreement, Document, KeyPoint, Summary, SummaryOptions, SummarySentence, Usage
from summarizer.verification.grounding import Grounded
from summarizer.verification.judge import Judge, default_verifier, judge_of
from summarizer.writing.differences import told_differently
from summarizer.writing.draft import Draft
from summarizer.writing.story import Story, weigh
from summarizer.writing.writing import Writing

LOW_READ_SHARE = 0.5
"""Share of the input below which a summary warns that its generator read little of it."""


class Event(NamedTuple):
    """A piece of a summary as it is ready; ``done`` comes last and carries the whole."""

    kind: Literal["key_point", "disagreement", "sentence", "done"]
    value: KeyPoint | Disagreement | SummarySentence | Summary


class Summarizer:
    """Summarises one article, or several about one story. Thread-safe; models load when first needed, once.

    model: a model string (``embedded``, ``extractive``, ``hf:…``, ``openai:…@…``), the settings' own by default;
    verifier: what judges the sentences that it writes (``embedded``, ``hf:…``, ``openai:…@…``, ``rules``), the
    settings' own by default, else ``rules`` for ``extractive``, which only quotes, and ``embedded`` for all others.

        >>> summary = Summarizer().summarize(load_documents("examples/ferry"), max_words=60)
    """

    def __init__(
        self, model: str | None = None, *, verifier: str | None = None, settings: Settings | None = None
    ) -> None:
        self.settings = settings or Settings()
        self.model = model or self.settings.model
        self.verifier = verifier or self.settings.verifier
        self._lock = threading.Lock()
        self._generators: dict[str, Generator] = {}
        self._judges: dict[str, Judge | None] = {}
        self._encoder: SentenceEncoder | None = None

    def summarize(
        self,
        documents: str | Document | Sequence[str | Document],
        options: SummaryOptions | None = None,
        **changes: Any,
    ) -> Summary:
        """The summary of ``documents``. Options may be given as keywords: ``summarize(texts, max_words=60)``.

        Raises InputError for what cannot be summarised, ModelError and GenerationError for what cannot write it.
        """
        *_, last = self.stream(documents, options, **changes)
        assert isinstance(last.value, Summary)  # noqa: S101
        return last.value

    def stream(
        self,
        documents: str | Document | Sequence[str | Document],
        options: SummaryOptions | None = None,
        **changes: Any,
    ) -> Iterator[Event]:
        """The same, piece by piece: each sentence as soon as it is verified, key points, disagreements, ``done``."""
        wanted = SummaryOptions(**{**(options or SummaryOptions()).model_dump(), **changes})
        given = self._documents(documents)
        sources = read_sources(given, self.encoder().encode, wanted.language)
        story = weigh(sources, wanted, self.judge(wanted.model))
        model, generator, notes = self._writer(wanted.model or self.model, story.language)
        made = Draft()
        with closing(Writing(story, generator, wanted, made)) as writing:
            for sentence in writing.sentences():
                yield Event("sentence", sentence)
            points = writing.points() if "key_points" in wanted.include else []
        yield from (Event("key_point", point) for point in points)
        differing = told_differently(story) if "disagreements" in wanted.include else []
        yield from (Event("disagreement", found) for found in differing)
        yield Event("done", _summary(story, made, points, differing, wanted, model, generator, notes))

    def verify(
        self,
        sentences: Sequence[str],
        documents: str | Document | Sequence[str | Document],
        *,
        language: str | None = None,
    ) -> list[Grounded]:
        """Whether ``documents`` state each of ``sentences``, with citations, and why not: the check of summaries.

        Raises InputError for documents that cannot be read, ModelError and GenerationError as the judge does.
        """
        sources = read_sources(self._documents(documents), self.encoder().encode, language)
        return weigh(sources, SummaryOptions(), self.judge()).ground(sentences)

    def encoder(self) -> SentenceEncoder:
        """The sentence encoder, loaded when first asked for."""
        with self._lock:
            if self._encoder is None:
                self._encoder = SentenceEncoder(self.settings)
            return self._encoder

    def generator(self, model: str | None = None) -> Generator:
        """The generator that ``model`` names (this summarizer's own by default), loaded when first asked for."""
        name = model or self.model
        with self._lock:
            if name not in self._generators:
                self._generators[name] = load_generator(name, self.settings)
            return self._generators[name]

    def judge(self, model: str | None = None) -> Judge | None:
        """What judges the sentences of ``model`` (this summarizer's own by default), loaded when first asked for."""
        name = self.verifier or default_verifier(model or self.model)
        with self._lock:
            if name not in self._judges:
                self._judges[name] = judge_of(name, self.settings)
            return self._judges[name]

    def _documents(self, given: str | Document | Sequence[str | Document]) -> list[Document]:
        many = [given] if isinstance(given, (str, Document)) else list(given)
        if not many:
            raise InputError("no article was given", remedy="Give at least one document.")
        if len(many) > self.settings.max_documents:
            raise InputError(
                f"{len(many):,} articles are more than the {self.settings.max_documents:,} one summary may have",
                remedy="Split them by story, or raise SUMMARIZER_MAX_DOCUMENTS.",
            )
        documents = [d if isinstance(d, Document) else Document(id=str(n), text=d) for n, d in enumerate(many, start=1)]
        seen: set[str] = set()
        for document in documents:
            if document.id in seen:
                raise InputError("two documents have this id", remedy="Give each its own.", where=document.id)
            if not document.text.strip():
                raise InputError("it has no text", remedy="Leave it out.", where=document.id)
            seen.add(document.id)
        return documents

    def _writer(self, model: str, language: str) -> tuple[str, Generator, tuple[str, ...]]:
        generator = self.generator(model)
        if generator.languages is None or language in generator.languages:
            return model, generator, ()
        speaks = ", ".join(sorted(generator.languages))
        note = f"'{model}' writes {speaks}, not '{language}': the sentences are the articles' own (model 'extractive')"
        return "extractive", self.generator("extractive"), (note,)


def _summary(
    story: Story,
    made: Draft,
    points: Sequence[KeyPoint],
    differing: Sequence[Disagreement],
    options: SummaryOptions,
    model: str,
    generator: Generator,
    notes: tuple[str, ...],
) -> Summary:
    usage = _usage(story, made)
    if generator.unit == "story" and not isinstance(generator, Streaming) and usage.read_share < LOW_READ_SHARE:
        notes += (f"the model read {usage.read_share:.0%} of the articles: its window holds no more",)
    if made.unheard:
        notes += ("too long to be read at all: " + ", ".join(story.independent[v].id for v in made.unheard),)
    bullets = options.style == "bullets"
    texts = [sentence.text for sentence in made.sentences]
    if (words := sum(map(count_words, texts))) > options.max_words:
        notes += (f"no shorter sentence was found: it has {words} words, and {options.max_words} were asked for",)
    keep_text = "text" in options.include
    return Summary(
        text="\n".join(f"- {text}" for text in texts) if bullets else " ".join(texts),
        sentences=tuple(made.sentences),
        key_points=tuple(points),
        disagreements=tuple(differing),
        documents=tuple(d if keep_text else d.model_copy(update={"text": ""}) for d in story.documents),
        model=model,
        version=version("summarizer"),
        warnings=story.warnings + notes,
        usage=usage,
    )


def _usage(story: Story, made: Draft) -> Usage:
    read = sum(len(story.sentences[row].text.split()) for row in made.rows)
    return Usage(
        documents=len(story.documents),
        independent_documents=len(story.independent),
        sentences=story.total_sentences,
        sentences_read=len(made.rows),
        read_share=round(min(1.0, read / max(1, story.total_words)), 4),
        prompt_tokens=made.prompt_tokens,
        completion_tokens=made.completion_tokens,
        candidates=made.candidates,
    )
