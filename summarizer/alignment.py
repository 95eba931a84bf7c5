"""Which source sentences an output sentence comes from, and how much of it they cover, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from summarizer.agreement import backs
from summarizer.reading import Reading

Floats = NDArray[np.float32]

MAX_CORE = 3
_SHORTLIST = 10
_MIN_GAIN = 2
_MIN_SPAN = 3
_MIN_TOPIC = 0.35
_AGREES_COVERAGE = 0.5
_AGREES_COSINE = 0.6
_SWITCH = 1.5
_SPEAKER = 5


@dataclass(frozen=True)
class Alignment:
    """How one claim lies on its source sentences. All figures in 0..1.

    core: rows that together hold it, best first; agreeing: rows of other documents that say much the same;
    coverage: share of its content words that the core holds; order: share that lies there in the same order;
    cosine: of its embedding with the core's; invented: the longest run of content words that the core lacks;
    spliced: it passes from one source sentence, or clause of it, to another within a clause; cut: it ends within a
    phrase of its source; verbatim: it is a whole source
    sentence, word for word.
    """

    core: tuple[int, ...]
    agreeing: tuple[int, ...]
    coverage: float
    order: float
    cosine: float
    invented: int
    spliced: bool
    cut: bool
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
    size = max(1, len(claim.content))
    orders = {row: _kept(claim.content, readings[row].content) / size for row in shortlist.tolist()}
    whole = [row for row in shortlist.tolist() if f" {' '.join(claim.norms)} " in lexicon.strings[row]]
    if whole:
        first = min(whole, key=lambda row: (len(readings[row].tokens), row))
    else:
        first = max(orders, key=lambda row: (orders[row] + coverage[row] + 0.5 * cosines[row], -row))
    core = [first] if whole else _extend(claim, first, readings, vectors)
    pieces = _pieces(claim.content, [readings[row].vocabulary for row in core])
    kept = sum(_kept(claim.content[a:b], readings[core[k]].content) for k, a, b in pieces)
    held = frozenset[str]().union(*(readings[row].vocabulary for row in core))
    lacking = [s not in held for s in claim.content]
    direction = vectors[core].sum(axis=0)
    own = float(cosines[core].sum() / max(1e-6, float(np.linalg.norm(direction))))
    return Alignment(
        core=tuple(core),
        agreeing=_agreeing(claim, core, readings, cosines, coverage, documents),
        coverage=1.0 - sum(lacking) / max(1, len(lacking)),
        order=kept / max(1, len(lacking)),
        cosine=max(0.0, min(1.0, max(own, float(cosines[core].max())))),
        invented=max((len(list(run)) for missing, run in groupby(lacking) if missing), default=0),
        spliced=_spliced(claim, pieces, [readings[row].vocabulary for row in core])
        or any(_leaps(claim, a, b, readings[core[k]]) for k, a, b in pieces),
        cut=_is_cut(claim, readings[core[pieces[-1][0]]]) if pieces else False,
        verbatim=any(lexicon.strings[row] == f" {' '.join(claim.norms)} " for row in whole),
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
            plain = sum(not claim.is_capital(i) for i in places)
            if (
                plain >= _MIN_GAIN
                and len(places) > len(gained)
                and _stretch(claim.content, places, vocabulary) >= _MIN_SPAN
            ):
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


def _pieces(content: Sequence[str], vocabularies: Sequence[frozenset[str]]) -> list[tuple[int, int, int]]:
    """Cut the claim into the fewest stretches that lie in one source each: (source, begin, end), in order.

    Words that no source holds cost the same everywhere, so they stay with the stretch around them.
    """
    if not content:
        return []
    cost = [[0.0] * len(vocabularies)]
    back: list[list[int]] = []
    for word in content:
        best = min(range(len(vocabularies)), key=lambda k: (cost[-1][k], k))
        come = [k if cost[-1][k] <= cost[-1][best] + _SWITCH else best for k in range(len(vocabularies))]
        cost.append(
            [
                cost[-1][come[k]] + (_SWITCH if come[k] != k else 0.0) + (word not in vocabulary)
                for k, vocabulary in enumerate(vocabularies)
            ]
        )
        back.append(come)
    source = min(range(len(vocabularies)), key=lambda k: (cost[-1][k], k))
    path = [source]
    for come in reversed(back[1:]):
        path.append(come[path[-1]])
    pieces = []
    begin = 0
    for owner, run in groupby(reversed(path)):
        end = begin + len(list(run))
        pieces.append((owner, begin, end))
        begin = end
    return pieces


def _spliced(claim: Reading, pieces: Sequence[tuple[int, int, int]], vocabularies: Sequence[frozenset[str]]) -> bool:
    """Whether some piece begins within a clause, wherever words that both its neighbours hold are counted."""
    for (left, floor, _), (right, cut, ceiling) in pairwise(pieces):
        # who is cited as saying it must be who says it
        if "according" in claim.norms and "say" in claim.content[cut - 1 : cut + 1]:
            return True
        first = last = cut
        while first - 1 > floor and claim.content[first - 1] in vocabularies[right]:
            first -= 1
        while last + 1 < ceiling and claim.content[last] in vocabularies[left]:
            last += 1
        if not any(claim.breaks_before(place) for place in range(first, last + 1)):
            return True
    return False


def _leaps(claim: Reading, begin: int, end: int, source: Reading) -> bool:
    """Whether two words that stand in one clause of the claim stand in different clauses of the source.

    What a pair of marks encloses in the source, such as an apposition, may be left out.
    """
    places = matched(claim.content[begin:end], source.content)
    for (i, here), (j, there) in pairwise(places):
        if j == i + 1 and there - here > 1 and not claim.breaks_before(begin + j) and source.parts(here, there):
            return True
    return False


def matched(claim: Sequence[str], source: Sequence[str]) -> list[tuple[int, int]]:
    """(place in claim, place in source) of a longest common subsequence."""
    lengths = [[0] * (len(source) + 1) for _ in range(len(claim) + 1)]
    for i in range(len(claim) - 1, -1, -1):
        for j in range(len(source) - 1, -1, -1):
            same = claim[i] == source[j]
            lengths[i][j] = lengths[i + 1][j + 1] + 1 if same else max(lengths[i + 1][j], lengths[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(claim) and j < len(source):
        if claim[i] == source[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _is_cut(claim: Reading, source: Reading) -> bool:
    """Whether the claim's last words go on in the source with the noun that they belong to."""
    last = [token.norm for token in claim.tokens[-2:]]
    for i in range(1, len(source.tokens) - 1):
        if source.norms[i - 1 : i + 1] == last and source.is_compound(i + 1):
            return True
    return False


def _common(claim: Sequence[str], source: Sequence[str]) -> int:
    """Length of the longest common subsequence, by bit-parallel rows (Hyyrö 2004)."""
    masks: dict[str, int] = {}
    for j, word in enumerate(source):
        masks[word] = masks.get(word, 0) | 1 << j
    full = (1 << len(source)) - 1
    row = full
    for word in claim:
        hits = row & masks.get(word, 0)
        row = (row + hits) | (row - hits)
    return len(source) - (row & full).bit_count()


def _kept(claim: Sequence[str], source: Sequence[str]) -> int:
    """Common words in order; a speaker named first may be named last in the source."""
    place = claim.index("say") + 1 if "say" in claim[:_SPEAKER] else 0
    return max(_common(claim, source), _common([*claim[place:], *claim[:place]], source) if place else 0)


def _agreeing(
    claim: Reading,
    core: Sequence[int],
    readings: Sequence[Reading],
    cosines: Floats,
    coverage: Floats,
    documents: Sequence[str],
) -> tuple[int, ...]:
    """Best row of each further document that by itself says the same, best first: no other number, day or denial."""
    heard = {documents[row] for row in core}
    rows = np.flatnonzero((coverage >= _AGREES_COVERAGE) & (cosines >= _AGREES_COSINE))
    found: list[int] = []
    for row in sorted(rows.tolist(), key=lambda row: (-(coverage[row] + cosines[row]), row)):
        if len(found) == MAX_CORE - len(core):
            break
        if documents[row] not in heard and backs(claim.text, readings[row].text, float(cosines[row])):
            heard.add(documents[row])
            found.append(row)
    return tuple(found)
