"""What summaries are put together from: checked sentences, each with its place, and the sources' own as a fallback."""

from __future__ import annotations

import re
from collections.abc import Generator as Stopping
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from summarizer.generation.base import Candidate, Generator, Prompt
from summarizer.interruption import interruptible
from summarizer.language.casing import normal_case
from summarizer.selection.shorten import shorten
from summarizer.types import SummarySentence
from summarizer.writing.story import Story

_LABEL = re.compile(r"^(?:[QA]\s?[:–—-]|\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?)?\s?[:–—-]?)\s(?=\W?[A-Z])|^[-*•]\s+")
TIGHT = 25
"""Words to which a sentence that stands as its article has it is shortened, where that is safe."""


@dataclass
class Draft:
    """The checked sentences in reading order, and what they cost.

    rows: source sentences that the generator was given; candidates: drafts drawn; refused: wordings that were refused,
    with the reasons; spare: checked sentences for which there was no room.
    """

    sentences: list[SummarySentence] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    unheard: list[int] = field(default_factory=list)
    refused: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    spare: list[SummarySentence] = field(default_factory=list)
    candidates: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def count(self, drawn: Iterable[Sequence[Candidate]]) -> None:
        """Add the cost of ``drawn``, one sequence of candidates a prompt."""
        for candidates in drawn:
            self.candidates += len(candidates)
            self.prompt_tokens += candidates[0].prompt_tokens if candidates else 0
            self.completion_tokens += sum(c.completion_tokens for c in candidates)

    def counted(self, pieces: Iterator[str], generator: Generator, prompt: Prompt) -> Stopping[str, None, None]:
        """``pieces`` of an answer to ``prompt``, their cost added once they end; closing stops the model."""
        text = ""
        try:
            for piece in pieces:
                text += piece
                yield piece
        finally:
            if close := getattr(pieces, "close", None):
                close()
            self.prompt_tokens += sum(generator.count_tokens([*prompt.sentences, prompt.written]))
            self.completion_tokens += sum(generator.count_tokens([text]))

    def note(self, text: str, reasons: tuple[str, ...]) -> None:
        """Keep a wording that was refused, and why."""
        self.refused.append((text, reasons))


@dataclass(frozen=True)
class Piece:
    """A checked sentence that may enter the summary, and the source row that gives it its place."""

    row: int
    checked: SummarySentence


def tidy(text: str) -> str:
    """``text`` with single spaces."""
    return " ".join(text.split())


def bare(text: str) -> str:
    """``text`` without what marks its line: a bullet, the time of an entry, the "A:" of an interview."""
    return _LABEL.sub("", tidy(text))


def verbatim(
    rows: Sequence[int], story: Story, max_words: int | None = None, forms: Mapping[str, str] | None = None
) -> dict[int, Piece]:
    """The sentences themselves, shortened where the check agrees that nothing changed; what is in capitals only comes
    in normal case, its names as ``forms`` has them by their small letters, and a letter's are its writer's words."""
    whole = [normal_case(bare(story.sentences[row].text), forms) for row in rows]
    short = [shorten(text, max_words) for text in interruptible(whole)]
    checked = story.ground([*short, *whole])
    return {
        row: Piece(row, _signed((cut if cut.sentence.supported else full).sentence, row, story))
        for row, cut, full in zip(rows, checked[: len(rows)], checked[len(rows) :], strict=True)
    }


def _signed(sentence: SummarySentence, row: int, story: Story) -> SummarySentence:
    """A sentence of a letter between quotation marks, with the name of who wrote it."""
    writer = story.writers.get(story.sentences[row].document)
    if writer is None:
        return sentence
    said = sentence.text.removeprefix(f"{writer} wrote: ").replace('"', "'").rstrip(".")
    return sentence.model_copy(update={"text": f"“{said},” {writer} wrote."})
