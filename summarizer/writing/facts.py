"""Further facts in a chat model's words: what its brief leaves out, as a list, each line verified as it comes.

They are asked for once, after the brief and with the same beginning, which the model still holds. A brief that is too
short takes the first of them; the others are the key points.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice

import numpy as np

from summarizer.generation.base import Limits, Streaming
from summarizer.generation.lengths import WORDS_OF_A_POINT
from summarizer.language.english import is_balanced
from summarizer.language.words import count_words
from summarizer.reading.segment import split_sentences
from summarizer.selection.cohesion import opens_dangling
from summarizer.types import Citation, Document, KeyPoint, SummaryOptions, SummarySentence
from summarizer.verification.agreement import MIN_COSINE, backs
from summarizer.writing.chosen_points import chosen_points
from summarizer.writing.draft import Draft
from summarizer.writing.fewer_words import in_fewer_words
from summarizer.writing.gate import judged, unfit
from summarizer.writing.plan import Plan, fits_window, missing_words, untold
from summarizer.writing.speakers import cited
from summarizer.writing.story import Story
from summarizer.writing.stream import written_lines

_FEWEST = 4
_TOLERATED = 24  # a point of more is left out
_SPARE = 2  # lines over the number of points that are looked at


def further_facts(
    planned: Plan, story: Story, generator: Streaming, options: SummaryOptions, made: Draft
) -> Generator[SummarySentence, None, None]:
    """Verified sentences that tell what ``made`` does not tell when the first is asked for; none says another again.

    Closing the iterator stops the model. Raises GenerationError.
    """
    told = [sentence.text for sentence in made.sentences]
    points = options.key_points if "key_points" in options.include else 0
    wanted = missing_words(planned, told) // WORDS_OF_A_POINT + min(points, len(untold(planned.around, told, story)))
    if not wanted:
        return
    for text in _lines(planned, generator, options, made, told, wanted):
        if opens_dangling(text):  # a point is read by itself
            made.note(text, ("pronoun",))
            continue
        [verdict] = judged([text], told, story)
        if verdict.reasons:
            made.note(text, verdict.reasons)
        else:
            told.append(text)
            yield verdict.sentence


def written_points(
    facts: Generator[SummarySentence, None, None],
    planned: Plan,
    story: Story,
    generator: Streaming,
    options: SummaryOptions,
    made: Draft,
) -> list[KeyPoint]:
    """At most ``options.key_points`` of ``facts``, which are closed, the weightiest first; where they are few,
    sentences of the articles' own join them. Fewer for short articles, and none where the brief tells all. Raises
    GenerationError."""
    left = untold([*planned.rows, *planned.more], [sentence.text for sentence in made.sentences], story)
    wanted = min(options.key_points, len(left))
    points = [_point(fact, story) for fact in islice(chain(made.spare, facts), wanted)]
    facts.close()  # the model lists no more, and may be asked for something else
    if len(points) < wanted:
        texts = [*(sentence.text for sentence in made.sentences), *(point.text for point in points)]
        own = chosen_points(story, wanted - len(points), told=texts, max_words=WORDS_OF_A_POINT, rows=left)
        points += [point for point in own if not unfit(point.text, texts, story)]
    points = _shortened(points, planned, story, generator, made)
    weight = {point.text: _weight(point, story) for point in points}
    return sorted(points, key=lambda point: -weight[point.text])


def _shortened(
    points: Sequence[KeyPoint], planned: Plan, story: Story, generator: Streaming, made: Draft
) -> list[KeyPoint]:
    """The same, those that are too long for a point in the fewer words that the model finds for them."""
    told = [sentence.text for sentence in made.sentences]
    shorter = list(points)
    for place, point in enumerate(points):
        if count_words(point.text) <= WORDS_OF_A_POINT:
            continue
        others = [*told, *(other.text for other in shorter if other is not point)]
        found = in_fewer_words(point.text, WORDS_OF_A_POINT, others, planned.prompt, story, generator, made)
        if found is not None:
            shorter[place] = _point(found, story)
    return shorter


def _lines(
    planned: Plan, generator: Streaming, options: SummaryOptions, made: Draft, told: Sequence[str], wanted: int
) -> Iterator[str]:
    prompt = planned.further.model_copy(update={"told": " ".join(told), "points": wanted})
    if not fits_window(prompt, generator):
        prompt = prompt.model_copy(update={"more": ()})
    if not fits_window(prompt, generator):
        return
    made.candidates += 1
    pieces = made.counted(generator.stream(prompt, Limits(seed=options.seed, reuse=True)), generator, prompt)
    with closing(written_lines(pieces)) as lines:
        for line in islice(lines, wanted + _SPARE):
            ends = line.rstrip("\"'”’»」").endswith((".", "!", "。", "！"))
            text = line if ends else f"{line}{'。' if prompt.language in {'zh', 'ja'} else '.'}"
            for sentence in split_sentences(Document(id="draft", text=text, language=prompt.language)):
                whole = not sentence.text[0].islower() and is_balanced(sentence.text)
                if whole and _FEWEST <= count_words(sentence.text) <= _TOLERATED:
                    yield sentence.text


def _point(sentence: SummarySentence, story: Story) -> KeyPoint:
    """The point, cited by what the verifier found, with the independent articles that tell it too."""
    cosines = story.vectors @ story.encode([sentence.text])[0]
    documents = list(dict.fromkeys(citation.document for citation in sentence.citations))
    citations = list(sentence.citations)
    for row in np.argsort(-cosines, kind="stable").tolist():
        source = story.sentences[row]
        if cosines[row] < MIN_COSINE:
            break
        if source.document not in documents and backs(sentence.text, source.text, float(cosines[row])):
            documents.append(source.document)
            score = round(min(1.0, max(0.0, float(cosines[row]))), 4)
            citations.append(Citation(document=source.document, start=source.start, end=source.end, score=score))
    return KeyPoint(text=sentence.text, citations=tuple(citations), documents=tuple(documents))


def _weight(point: KeyPoint, story: Story) -> float:
    """How salient the sentences are that a point cites, and how many articles tell it."""
    salient = max((float(story.relevance[row]) for row in cited(point, story)), default=0.0)
    return salient + (len(point.documents) - 1) / max(1, len(story.independent) - 1)
