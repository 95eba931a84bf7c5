"""Which source sentences an output sentence comes from, and how much of it they cover, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from summarizer.reading import Reading

Floats = NDArray[np.float32]

MAX_CORE = 3
_SHORTLIST = 10
_MIN_GAIN = 2
_MIN_SPAN = 3
_MIN_TOPIC = 0.35
_AGREES_COVERAGE = 0.5
_AGREES_COSINE = 0.6


@dataclass(frozen=True)
class Alignment:
    """How one claim lies on its source sentences. All figures in 0..1.

    core: rows that together hold it, best first; agreeing: rows of other documents that say much the same;
    coverage: share of its content words that the core holds; order: share that lies there in the same order;
    cosine: of its embedding with the core's; verbatim: it is a source sentence, or an unbroken piece of one.
    """

    core: tuple[int, ...]
    agreeing: tuple[int, ...]
    coverage: float
    order: float
    cosine: float
    verbatim: bool


class Lexicon:
    """Source sentences as a 0/1 matrix (n, vocabulary) of content stems, for coverage of many claims at once."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.readings = readings
        self.columns: dict[str, int] = {}
        rows = [[self.columns.setdefault(s, len(self.columns)) for s in reading.vocabulary] for reading in readings]
        self.matrix = np.zeros((len(readings), max(1, len(self.columns))), dtype=np.float32)
        for i, row in enumerate(rows):
            self.matrix[i, row] = 1.0
        self.strings = [f" {' '.join(reading.norms)} " for reading in readings]

    def coverage(self, claims: Sequence[Reading]) -> Floats:
        """(claims, n) share of each claim's distinct content stems that each sentence holds."""
        matrix = np.zeros((len(claims), self.matrix.shape[1]), dtype=np.float32)
        sizes = np.ones(len(claims), dtype=np.float32)
        for i, claim in enumerate(claims):
            matrix[i, [self.columns[s] for s in claim.vocabulary if s in self.columns]] = 1.0
            sizes[i] = max(1, len(claim.vocabulary))
        covered: Floats = (matrix @ self.matrix.T) / sizes[:, None]
        return covered


def align(claim: Reading, lexicon: Lexicon, coverage: Floats, cosines: Floats, vectors: Floats,
          documents: Sequence[str]) -> Alignment:  # fmt: skip
    """Lay ``claim`` on the fewest sentences that cover it.

    coverage, cosines: (n,) of this claim with every sentence; vectors: (n, d) unit rows of the sentences;
    documents: (n,) document id of each sentence. n must be at least 1.
    """
    readings = lexicon.readings
    shortlist = np.argsort(-(coverage + cosines), kind="stable")[:_SHORTLIST]
    orders = {row: _order(claim.content, readings[row].content) for row in shortlist.tolist()}
    whole = [row for row in shortlist.tolist() if f" {' '.join(claim.norms)} " in lexicon.strings[row]]
    if whole:
        first = min(whole, key=lambda row: (len(readings[row].tokens), row))
    else:
        first = max(orders, key=lambda row: (orders[row] + coverage[row] + 0.5 * cosines[row], -row))
    core = [first] if whole else _extend(claim, first, readings, vectors)
    held = frozenset[str]().union(*(readings[row].vocabulary for row in core))
    direction = vectors[core].sum(axis=0)
    own = float(cosines[core].sum() / max(1e-6, float(np.linalg.norm(direction))))
    return Alignment(
        core=tuple(core),
        agreeing=_agreeing(core, coverage, cosines, documents),
        coverage=sum(s in held for s in claim.content) / max(1, len(claim.content)),
        order=max(_joint_order(claim, [readings[row] for row in core]), orders.get(first, 0.0)),
        cosine=max(0.0, min(1.0, max(own, float(cosines[core].max())))),
        verbatim=bool(whole),
    )


def _extend(claim: Reading, first: int, readings: Sequence[Reading], vectors: Floats) -> list[int]:
    """Add sentences that hold a whole stretch of what the first one leaves open, never single words."""
    core = [first]
    open_places = {i for i, s in enumerate(claim.content) if s not in readings[first].vocabulary}
    topics = vectors @ vectors[first]
    while len(core) < MAX_CORE and len(open_places) >= _MIN_GAIN:
        best, gained = -1, set[int]()
        for row in np.flatnonzero(topics >= _MIN_TOPIC).tolist():
            vocabulary = readings[row].vocabulary
            places = {i for i in open_places if claim.content[i] in vocabulary}
            if len(places) > len(gained) and _stretch(claim.content, places, vocabulary) >= _MIN_SPAN:
                best, gained = row, places
        if best < 0 or len(gained) < _MIN_GAIN:
            break
        core.append(best)
        open_places -= gained
    return core


def _stretch(content: Sequence[str], places: set[int], vocabulary: frozenset[str]) -> int:
    """Longest run of the claim's content words that ``vocabulary`` holds and that touches ``places``."""
    longest = run = 0
    touches = False
    for i, found in enumerate(content):
        run, touches = (run + 1, touches or i in places) if found in vocabulary else (0, False)
        if touches:
            longest = max(longest, run)
    return longest


def _order(claim: Sequence[str], source: Sequence[str]) -> float:
    """Longest common subsequence over the claim's length."""
    if not claim:
        return 0.0
    row = [0] * (len(source) + 1)
    for word in claim:
        diagonal = 0
        for j, other in enumerate(source, start=1):
            diagonal, row[j] = row[j], diagonal + 1 if word == other else max(row[j], row[j - 1])
    return row[-1] / len(claim)


def _joint_order(claim: Reading, core: Sequence[Reading]) -> float:
    """Order over several sentences: each word pair of the claim that stands next to each other, near in one of them."""
    pairs = list(zip(claim.content, claim.content[1:], strict=False))
    if len(core) == 1 or not pairs:
        return _order(claim.content, core[0].content)
    kept = sum(any(_precedes(a, b, source.content) for source in core) for a, b in pairs)
    return kept / len(pairs)


def _precedes(a: str, b: str, content: Sequence[str]) -> bool:
    return a in content and b in content[content.index(a) + 1 :]


def _agreeing(core: Sequence[int], coverage: Floats, cosines: Floats, documents: Sequence[str]) -> tuple[int, ...]:
    """Best row of each further document that by itself says much the same, best first."""
    heard = {documents[row] for row in core}
    rows = np.flatnonzero((coverage >= _AGREES_COVERAGE) & (cosines >= _AGREES_COSINE))
    found: list[int] = []
    for row in sorted(rows.tolist(), key=lambda row: (-(coverage[row] + cosines[row]), row)):
        if documents[row] not in heard:
            heard.add(documents[row])
            found.append(row)
    return tuple(found[: max(0, MAX_CORE - len(core))])
