"""Which facts a brief is to tell, from which sentences, in which order: what the model reads, and nothing else.

For the brief the model reads what an extract of the story would take and little more: a small model that reads more
tells what matters less. The list of further facts is asked of more: every article is heard, the most salient sentences
come first. Of a fact that moves the newest state comes first. Prompts are short, because on a slow machine they are
most of the time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.generation.base import Generator, Passage, Prompt
from summarizer.interruption import interruptible
from summarizer.language.casing import normal_case
from summarizer.language.english import in_first_person, speaks_to_reader
from summarizer.language.words import count_words
from summarizer.reading.moments import CLOCK, order_of
from summarizer.selection.mmr import select
from summarizer.selection.quotable import is_page_furniture
from summarizer.types import Document, SummaryOptions
from summarizer.writing.extracts import with_antecedents, worth_telling
from summarizer.writing.gate import denies, has_new_number
from summarizer.writing.story import Story

EVIDENCE_TOKENS = 330
"""Tokens of the articles that the prompt for further facts holds at least, if they have them."""
EVIDENCE_SHARE = 4.5
"""Tokens of the articles over the words of the summary."""
MOST_OF_A_STORY = 0.6
"""Words of a summary over those of the articles: what is longer retells them."""
LEAST_USED = 0.9
"""Share of the words below which the brief goes on, as long as there is something to tell."""
TOLD, SURELY_TOLD = 0.6, 0.8
"""Cosine from which a sentence of the brief tells a source sentence: for the most part, and whole."""

_STANCE = re.compile(
    r"^(?:and |so )?I(?:['’]m| am) (?:here|standing|reporting|live|speaking|outside)(?: to you| live| here)*,? ?"
    r"|^(?:behind|around|next to) me(?: here)?,? (?:you can see|is|are) ",
    re.IGNORECASE,
)
"""How a reporter on the spot opens: shown without it, the scene stays and the "I" goes."""
_SCENE = re.compile(r"^(?:in front of|outside|behind|next to) (?P<place>[^,]+), where (?P<event>.+)$", re.IGNORECASE)
_AIM = 0.9  # of max_words: models write now more, now less than asked for
_FEWEST_WORDS = 20
_OWN_WORDS = 0.5  # share of sentences in the first person
_MORE = 40  # sentences beside those of the prompt that may fill a brief: each that is tried costs a check
_FITTINGS = 4  # attempts at a prompt that fits the window


class Plan(NamedTuple):
    """rows: source sentences that the brief is to tell, best first; around: those that further facts are drawn from;
    more: others that may fill a brief, best first; unheard: documents of which none fits; prompt: for the whole brief;
    further: for the list of facts, which shows more; max_words: what the brief may have, fewer than asked for where the
    articles are short."""

    rows: list[int]
    around: list[int]
    more: list[int]
    unheard: list[int]
    prompt: Prompt
    further: Prompt
    max_words: int


def plan(story: Story, generator: Generator, options: SummaryOptions) -> Plan:
    """The plan for the summary of ``story`` that ``generator`` is to write."""
    words = sum(count_words(s.text) for s in story.sentences)
    max_words = min(options.max_words, max(_FEWEST_WORDS, math.ceil(words * MOST_OF_A_STORY)))
    readable = _readable(story)
    around, unheard = _rows(readable, story, generator, options, max_words)
    rows = _to_tell(story, around, readable, max_words)
    prompt = prompt_of(rows, story, options, max_words)
    if not fits_window(prompt, generator):
        rows, prompt = around, prompt_of(around, story, options, max_words)
    rest = [row for row in around if row not in rows]
    further = prompt.model_copy(update={"task": "key_points", "more": passages_of(rest, story)})
    by_weight = np.argsort(-story.relevance, kind="stable").tolist()
    more = islice((row for row in by_weight if readable[row] and row not in rows), _MORE)
    return Plan(rows, around, list(more), unheard, prompt, further, max_words)


def prompt_of(rows: Collection[int], story: Story, options: SummaryOptions, max_words: int) -> Prompt:
    """The prompt that shows ``rows``."""
    return Prompt(
        passages=passages_of(rows, story),
        max_words=max(10, round(max_words * _AIM)),
        points=max(1, options.key_points),
        query=options.query,
        language=story.language,
        own_words=any(speaks(story.independent[int(voice)], story) for voice in {story.voices[row] for row in rows}),
    )


def passages_of(rows: Collection[int], story: Story) -> tuple[Passage, ...]:
    """What is shown of each document: articles in the order of their best sentence, but newest first when dated."""
    voices = list(dict.fromkeys(int(story.voices[row]) for row in rows))
    newest = {v: max(order_of(story.moments[row]) for row in rows if story.voices[row] == v) for v in voices}
    voices.sort(key=lambda voice: -newest[voice])
    return tuple(_passage(voice, rows, story) for voice in voices)


def _passage(voice: int, rows: Collection[int], story: Story) -> Passage:
    """What is shown of a document, a live blog newest entry first."""
    document = story.independent[voice]
    moments = {row: story.moments[row] for row in rows if story.voices[row] == voice}
    live = document.id in story.live
    own = sorted(moments, key=lambda row: (-order_of(moments[row]) if live else 0.0, row))
    when = moments[own[0]]
    return Passage(
        document=document.id,
        title=normal_case(document.title) if document.title else None,
        when=when.label if when and not live else None,
        sentences=tuple(shown(story.sentences[row].text, live=live) for row in own),
        salience=tuple(float(story.relevance[row]) for row in own),
    )


def shown(text: str, *, live: bool = False) -> str:
    """A sentence as the model reads it: capitals only where they belong, and no clock time before an entry."""
    text = normal_case(CLOCK.sub("", text) if live else text)
    told = _STANCE.sub("", text)
    if told == text:
        return text
    scene = _SCENE.match(told)
    return f"At {scene['place']}, {scene['event']}" if scene else told[:1].upper() + told[1:]


def speaks(document: Document, story: Story) -> bool:
    """Whether a document is somebody's own words: a letter, an opinion, a review."""
    own = [s for s in story.sentences if s.document == document.id]
    return sum(in_first_person(s.text) for s in own) >= _OWN_WORDS * max(1, len(own))


def _rows(
    readable: NDArray[np.bool_], story: Story, generator: Generator, options: SummaryOptions, max_words: int
) -> tuple[list[int], list[int]]:
    """Rows to read and documents unheard: of every document its best sentence, then the best of all by MMR."""
    lengths = np.array(generator.count_tokens([s.text for s in story.sentences]), dtype=np.int64)
    pool = np.flatnonzero(readable)
    budget = int(min(generator.window, max(EVIDENCE_TOKENS, EVIDENCE_SHARE * max_words)))
    # When the model goes on from its brief, that is part of the prompt.
    spare = math.ceil(max_words * lengths.sum() / max(1, sum(count_words(s.text) for s in story.sentences)))
    for _ in range(_FITTINGS):
        found = select(story.vectors[pool], story.relevance[pool], lengths[pool], story.voices[pool], budget)
        rows = [int(pool[i]) for i in found.rows]
        prompt = prompt_of(rows, story, options, max_words)
        needed = generator.overhead(prompt) + int(lengths[rows].sum()) + spare
        if needed <= generator.window:
            break
        budget = int(lengths[rows].sum()) - (needed - generator.window)
    return rows, found.unheard


def _to_tell(story: Story, around: list[int], readable: NDArray[np.bool_], max_words: int) -> list[int]:
    """Rows that a brief is to tell: those of an extract, and the best of the newest, since of two sentences that are
    alike an extract takes the one that weighs more, which may be the older."""
    rows = [row for row in with_antecedents(*worth_telling(story, max_words)) if readable[row]]
    if not rows or not around:  # of a long sentence alone nothing may fit a small window
        return rows or around
    order = {row: order_of(story.moments[row]) for row in (*rows, *around)}
    newest = max(around, key=order.__getitem__)
    return rows if max(map(order.__getitem__, rows)) >= order[newest] else [*rows, newest]


def _readable(story: Story) -> NDArray[np.bool_]:
    """(n,) what belongs to the story: no page furniture, no talk to the reader, no state of things that has passed."""
    own = {d.id for d in story.independent if speaks(d, story)}
    kept = np.array(
        [
            not (row in story.passed and s.document in story.live)
            and not is_page_furniture(s.text)
            and (s.document in own or not speaks_to_reader(s.text))
            for row, s in interruptible(enumerate(story.sentences))
        ],
        dtype=np.bool_,
    )
    return kept if kept.any() else np.ones_like(kept)


def fits_window(prompt: Prompt, generator: Generator) -> bool:
    """Whether ``prompt`` and its answer fit what the generator reads."""
    return generator.overhead(prompt) + sum(generator.count_tokens(prompt.sentences)) <= generator.window


def missing_words(planned: Plan, told: Sequence[str]) -> int:
    """Words that a brief of the sentences ``told`` has to spare; 0 when it has used enough of them."""
    used = sum(map(count_words, told))
    return 0 if used >= LEAST_USED * planned.max_words else planned.max_words - used


def untold(rows: Sequence[int], told: Sequence[str], story: Story, *, alike: float = TOLD) -> list[int]:
    """Those of ``rows`` that ``told``, the sentences so far, have not told, in their order; alike: cosine with one of
    them from which a source sentence is told that has no number of its own."""
    if not told or not rows:
        return list(rows)
    nearest = (story.vectors[list(rows)] @ story.encode(list(told)).T).max(axis=1)
    denied = any(denies(text) for text in told)
    left = []
    for row, cosine in zip(rows, nearest, strict=True):
        text = story.sentences[row].text
        # A denial is near to what it denies, and not told by it.
        is_new = cosine < SURELY_TOLD and has_new_number(text, told)
        if cosine < alike or is_new or (not denied and denies(text)):
            left.append(row)
    return left
