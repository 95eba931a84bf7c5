"""An article's own sentence in fewer words, which the model chooses.

Asked for other words a small model adds and mixes up, asked for fewer it seldom does.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from summarizer.generation.base import Limits, Prompt, Streaming
from summarizer.generation.prompts import can_shorten
from summarizer.language.words import count_words
from summarizer.types import SummarySentence
from summarizer.writing.draft import TIGHT, Draft
from summarizer.writing.gate import judged, unhooked
from summarizer.writing.plan import fits_window
from summarizer.writing.story import Story
from summarizer.writing.stream import written_sentences

_SHORTER, _LEAST_KEPT = 0.75, 0.5  # share of a sentence's words that is asked for, and that is enough


def in_fewer_words(
    text: str, aim: int, told: Sequence[str], shown: Prompt, story: Story, generator: Streaming, made: Draft
) -> SummarySentence | None:
    """``text`` in three quarters of its words, or ``aim`` if that is less; None where what the model writes after
    ``told`` is no shorter, does not pass, or has lost half of the words: a "temporarily" is lost with them.

    shown: the prompt of the brief, which the model has read. Raises GenerationError.
    """
    whole = count_words(text)
    asked = {
        "task": "shortening",
        "told": " ".join(told),
        "sentence": text,
        "sentence_words": max(1, min(round(_SHORTER * whole), aim)),
    }
    prompt = shown.model_copy(update=asked)
    if not can_shorten(story.language) or not fits_window(prompt, generator):
        return None
    limits = Limits(reuse=made.candidates > 0)
    made.candidates += 1
    pieces = made.counted(generator.stream(prompt, limits), generator, prompt)
    with closing(written_sentences(pieces, story.language)) as written:
        shorter = next(map(unhooked, written), "")
    if not shorter or count_words(shorter) >= whole:
        return None
    if count_words(shorter) < _LEAST_KEPT * min(whole, TIGHT):
        made.note(shorter, ("short",))
        return None
    [verdict] = judged([shorter], told, story)
    if verdict.reasons:
        made.note(shorter, verdict.reasons)
        return None
    return verdict.sentence
