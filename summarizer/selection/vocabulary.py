"""The story's own words and phrases: which of them several independent documents use, and who carries them.

``voices`` are independent documents: near-copies carry the same number and have one vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from summarizer.interruption import interruptible
from summarizer.language.words import content_stems, stem, tokens

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
T = TypeVar("T")


class Phrases(NamedTuple):
    """The story's two-word phrases. ``of[i]``: which of them sentence i holds; ``weight``: (p,) in 0..1 of each."""

    of: list[Ints]
    weight: Floats


def word_weight(texts: Sequence[str], voices: Ints, language: str = "en") -> Floats:
    """How much of the story's vocabulary a sentence carries: (n,) in 0..1, the highest 1.

    A content word weighs the share of voices that use it times the logarithm of the number of sentences that hold
    it; a sentence has the sum over its distinct words, over the square root of their number: length alone wins nothing.
    """
    stems = [_distinct(content_stems(tokens(text), language)) for text in interruptible(texts)]
    count = Counter(word for some in stems for word in some)
    heard = _heard(stems, voices)
    total = max(1, len(np.unique(voices)))
    weight = {word: heard[word] / total * float(np.log(count[word])) for word in count}
    sums = [sum(weight[word] for word in some) / max(1, len(some)) ** 0.5 for some in stems]
    values = np.array(sums, dtype=np.float32)
    return np.asarray(values / max(float(values.max(initial=0.0)), 1e-9), dtype=np.float32)


def shared_phrases(texts: Sequence[str], voices: Ints, language: str = "en") -> Phrases:
    """Stemmed word pairs, the concepts of Gillick & Favre (2009): a pair weighs the share of the other voices that use
    it too; with one voice, how often it comes again, the most frequent 1."""
    stems = [[stem(t.norm, language) for t in tokens(text)] for text in interruptible(texts)]
    pairs = [_distinct(pairwise(some)) for some in interruptible(stems)]
    several = len(np.unique(voices)) > 1
    times = _heard(pairs, voices) if several else Counter(pair for some in pairs for pair in some)
    most = len(np.unique(voices)) if several else max(times.values(), default=1)
    number = {pair: index for index, pair in enumerate(times)}
    weight = np.array([(count - 1) / max(1, most - 1) for count in times.values()], dtype=np.float32)
    return Phrases([np.array(sorted(number[pair] for pair in some), dtype=np.int64) for some in pairs], weight)


def phrase_share(phrases: Phrases, wanted: NDArray[np.bool_] | None = None) -> Floats:
    """Mean weight of each sentence's phrases, those not ``wanted`` (p,) counting nothing: (n,) in 0..1."""
    counts = np.array([len(some) for some in phrases.of], dtype=np.int64)
    if not counts.any():
        return np.zeros(len(counts), dtype=np.float32)
    weight = phrases.weight if wanted is None else phrases.weight * wanted
    rows = np.repeat(np.arange(len(counts)), counts)
    sums = np.bincount(rows, weights=weight[np.concatenate(phrases.of)], minlength=len(counts))
    return np.asarray(sums / np.maximum(1, counts), dtype=np.float32)


def _distinct(words: Iterable[T]) -> list[T]:
    """Without repeats, in order of mention: a set has another order in every run, and with it sums round otherwise."""
    return list(dict.fromkeys(words))


def _heard(held: Sequence[list[T]], voices: Ints) -> Counter[T]:
    """How many voices hold each word or phrase, in order of first mention."""
    mentions = interruptible(zip(held, voices.tolist(), strict=True))
    return Counter(word for word, _ in _distinct((word, voice) for some, voice in mentions for word in some))
