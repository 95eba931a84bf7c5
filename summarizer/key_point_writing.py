"""Key points in a chat model's words: each is written from the sentences that make it, and checked against them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from summarizer.agreement import backs
from summarizer.generation.base import Candidate, Instructed, Limits, Passage, Prompt
from summarizer.key_points import can_stand_alone
from summarizer.segment import split_sentences
from summarizer.shorten import shorten
from summarizer.sources import Sources
from summarizer.stand_in import says, shorter
from summarizer.types import Citation, Document, KeyPoint, SummaryOptions
from summarizer.verification import Evidence, ground
from summarizer.words import count_words

_FEWEST_WORDS = 12  # a model that is given fewer leaves out who or when


class WrittenPoints(NamedTuple):
    """points: in the order given, reworded or not; drawn: what the generator wrote, a list a prompt."""

    points: list[KeyPoint]
    drawn: list[list[Candidate]]


def write_key_points(
    points: Sequence[KeyPoint], sources: Sources, generator: Instructed, options: SummaryOptions
) -> WrittenPoints:
    """``points`` in the words of ``generator``, none longer than before (or than twelve words).

    A wording is taken when it is one sentence that stands alone and tells who said it, the cited sentences support it,
    and every document that made the point still does; otherwise the source's own sentence stays. Raises
    GenerationError.
    """
    cited = [_rows(point, sources) for point in points]
    prompts = [_prompt(point, rows, sources, options) for point, rows in zip(points, cited, strict=True)]
    asked = [place for place, prompt in enumerate(prompts) if _fits(prompt, generator)]
    drawn = generator.generate([prompts[place] for place in asked], Limits(seed=options.seed))
    written = list(points)
    for place, [candidate] in zip(asked, drawn, strict=True):
        told = [sources.sentences[row].text for row in cited[place]]
        text = " ".join(candidate.text.split())
        if generator.unit == "sentence":  # a small model: only what it leaves out counts
            text = shorter(text, shorten(told[0])) or ""
        if candidate.finished and _is_point(text, sources.language) and (says(text) or not says(told[0])):
            written[place] = _checked(text, points[place], cited[place], sources)
    return WrittenPoints(written, drawn)


def _rows(point: KeyPoint, sources: Sources) -> list[int]:
    places = {(s.document, s.start): row for row, s in enumerate(sources.sentences)}
    return [places[c.document, c.start] for c in point.citations]


def _prompt(point: KeyPoint, rows: Sequence[int], sources: Sources, options: SummaryOptions) -> Prompt:
    passages = tuple(
        Passage(document=s.document, sentences=(s.text,), salience=(1.0,)) for s in (sources.sentences[r] for r in rows)
    )
    most = max(_FEWEST_WORDS, count_words(point.text))
    return Prompt(task="key_point", passages=passages, max_words=most, query=options.query, language=sources.language)


def _fits(prompt: Prompt, generator: Instructed) -> bool:
    sentences = [sentence for passage in prompt.passages for sentence in passage.sentences]
    return generator.overhead(prompt) + sum(generator.count_tokens(sentences)) <= generator.window


def _is_point(text: str, language: str) -> bool:
    return can_stand_alone(text) and len(split_sentences(Document(id="draft", text=text, language=language))) == 1


def _checked(text: str, point: KeyPoint, rows: Sequence[int], sources: Sources) -> KeyPoint:
    """``point`` with ``text`` for its wording, or unchanged where not all that made it bear that out."""
    own = set(point.documents)
    evidence = Evidence(
        [d for d in sources.independent if d.id in own],
        [sources.sentences[row] for row in rows],
        sources.vectors[list(rows)],
        sources.language,
    )
    [found] = ground([text], evidence, sources.encode, sources.judge)
    cosines = (sources.vectors @ sources.encode([text])[0]).tolist()
    if not found.sentence.supported or not _backed(text, point, rows, sources, cosines):
        return point
    citations = tuple(
        Citation(document=c.document, start=c.start, end=c.end, score=round(min(1.0, max(0.0, cosines[row])), 4))
        for c, row in zip(point.citations, rows, strict=True)
    )
    return point.model_copy(update={"text": text, "citations": citations})


def _backed(text: str, point: KeyPoint, rows: Sequence[int], sources: Sources, cosines: Sequence[float]) -> bool:
    """Whether the cited sentences after the first back ``text``, and a sentence of each document that is not cited."""
    sentences = sources.sentences
    if not all(backs(text, sentences[row].text, cosines[row]) for row in rows[1:]):
        return False
    uncited = set(point.documents) - {sentences[row].document for row in rows}
    backing = {
        s.document
        for s, cosine in zip(sentences, cosines, strict=True)
        if s.document in uncited and backs(text, s.text, cosine)
    }
    return backing == uncited
