"""The contract between the pipeline and whatever writes: a Prompt in, Candidates out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

Task = Literal["summary", "key_points", "shortening"]
Unit = Literal["story", "sentence"]


class Passage(BaseModel):
    """What the generator reads of one document, in document order.

    sentences: whole sentences; salience: one weight in 0..1 for each, for writers that choose rather than write; when:
    the day of what it tells, as a reader would say it.
    """

    model_config = ConfigDict(frozen=True)

    document: str
    title: str | None = None
    when: str | None = None
    sentences: tuple[str, ...]
    salience: tuple[float, ...]


class Prompt(BaseModel):
    """One thing to write, before any model's own wording of it: each backend renders it by its own convention.

    max_words: of the summary; told: that summary, for the task "key_points", which adds at most ``points`` to it, from
    the passages and ``more``, and for the task "shortening", which says ``sentence``, one of the articles' own, in
    about ``sentence_words``;
    own_words: what is told are somebody's views, a letter or an opinion;
    written: what the answer already says; the draft goes on from there, and its text is only what is new.
    """

    model_config = ConfigDict(frozen=True)

    task: Task = "summary"
    passages: tuple[Passage, ...]
    more: tuple[Passage, ...] = ()
    max_words: int = Field(ge=1)
    query: str | None = None
    language: str = "en"
    points: int = Field(default=5, ge=1)
    own_words: bool = False
    told: str = ""
    sentence: str = ""
    sentence_words: int = Field(default=1, ge=1)
    written: str = ""

    @property
    def shown(self) -> tuple[Passage, ...]:
        """The passages and ``more``; a document may have one in each."""
        return (*self.passages, *self.more)

    @property
    def sentences(self) -> list[str]:
        """The articles' sentences that are shown."""
        return [sentence for passage in self.shown for sentence in passage.sentences]


class Limits(BaseModel):
    """How to decode. A single candidate is the most likely text the backend can find (greedy or beam). Of several the
    first may be that one, unless it is to be ``sampled`` too; the others are sampled with ``seed``.

    reuse: the call belongs to the same story as the one before, and what the model still holds of that may be used. The
    first call of a story leaves it off, so that its texts do not depend on the story before.
    """

    model_config = ConfigDict(frozen=True)

    candidates: int = Field(default=1, ge=1)
    temperature: float = Field(default=0.7, ge=0.0)
    seed: int = 0
    sampled: bool = False
    reuse: bool = False


class Candidate(BaseModel):
    """A draft. ``finished`` is false when the length limit cut it."""

    model_config = ConfigDict(frozen=True)

    text: str
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)
    finished: bool = True


@runtime_checkable
class Generator(Protocol):
    """Anything that writes. Implementations are thread-safe; loading happens on construction.

    name: the model string it was made from; window: tokens that fit, prompt and output together;
    languages: ISO 639-1 codes it writes, None for no known limit; unit: what it is trusted to write in one go, a whole
    "story" from all its passages, or one "sentence", which is for those that choose rather than write.
    """

    name: str
    window: int
    languages: frozenset[str] | None
    unit: Unit

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        ...

    def overhead(self, prompt: Prompt) -> int:
        """Tokens that the backend's wording, separators and expected output add to the sentences of ``prompt``."""
        ...

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """Drafts for each prompt, ``limits.candidates`` each. Raises GenerationError; ValueError when a prompt
        does not fit ``window`` (choosing what fits is the pipeline's work)."""
        ...


@runtime_checkable
class Streaming(Generator, Protocol):
    """A chat model: it follows the wording of a task, goes on after ``Prompt.written``, and can be stopped."""

    def stream(self, prompt: Prompt, limits: Limits) -> Iterator[str]:
        """The first draft of ``generate``, piece by piece; closing the iterator stops the model."""
        ...
