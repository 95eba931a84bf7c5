"""Whether another document's sentence says what a point says: the test behind ``KeyPoint.documents``."""

from __future__ import annotations

from summarizer.language.english import NEGATIONS, content, key, words
from summarizer.language.names import name_keys
from summarizer.language.quantities import Quantity, holds, quantities

MIN_COSINE = 0.62
# Tuned by reading 86 pairs: the less alike the vectors, the more of the point's words the sentence must hold.
_COVERAGE = 0.55
_ALIKE = 0.76
_COVERAGE_PER_COSINE = 1.5
_MIN_SHARED = 4
_NAMES = 0.75
_CALENDAR = frozenset({"date", "weekday", "relative", "time"})


def backs(point: str, sentence: str, cosine: float) -> bool:
    """True when ``sentence`` carries the claim of ``point``.

    cosine: of the two sentences' vectors. Besides that, most content words and names of the point and all of its
    numbers must stand in the sentence, no date may contradict, and both must be negated or neither.
    """
    if cosine < MIN_COSINE or is_negated(point) != is_negated(sentence):
        return False
    wanted, there = content(point), content(sentence)
    shared = len(wanted & there)
    needed = _COVERAGE + _COVERAGE_PER_COSINE * max(0.0, _ALIKE - cosine)
    if shared < min(_MIN_SHARED, len(wanted)) or shared < needed * len(wanted):
        return False
    return _names_agree(point, sentence) and _quantities_agree(quantities(point), quantities(sentence))


def is_negated(text: str) -> bool:
    """True when the text holds an odd number of negations."""
    return sum(key(w) in NEGATIONS or key(w).endswith("n't") for w in words(text)) % 2 == 1


def _names_agree(point: str, sentence: str) -> bool:
    called = name_keys(point)
    known = content(sentence) | name_keys(sentence)
    return not called or len(called & known) / len(called) >= _NAMES


def _quantities_agree(claimed: list[Quantity], told: list[Quantity]) -> bool:
    for claim in claimed:
        if any(holds(claim, other) for other in told):
            continue
        # A date that the other leaves out is no conflict; a number is part of the claim.
        if claim.unit not in _CALENDAR or any(other.unit == claim.unit for other in told):
            return False
    return True
