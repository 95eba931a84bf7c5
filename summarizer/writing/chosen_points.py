"""Key points: what the documents agree on, one short self-contained sentence a point, with whom to cite for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from summarizer.interruption import interruptible, look
from summarizer.language.english import REPORTING, is_english, key, unquoted, words
from summarizer.language.lexicon import words_of
from summarizer.selection.cohesion import opens_dangling, repeats
from summarizer.selection.quotable import is_furniture, is_statement
from summarizer.selection.shorten import is_well_formed, shorten
from summarizer.types import Citation, KeyPoint, Sentence
from summarizer.verification.agreement import MIN_COSINE, backs
from summarizer.writing.draft import bare
from summarizer.writing.gate import says_again
from summarizer.writing.story import Story

Floats = npt.NDArray[np.float32]

_POOL = 400  # candidates that are compared with every sentence; bounds the cost on hundreds of documents
_CITED = 5
_MIN_WORDS = 6
_MIN_CHARACTERS = 15  # for scripts that put no spaces between words
_FLOOR = 0.4  # share of the sentences that are less salient than a point must be
_AGREEMENT, _ECHO, _NOVELTY, _SPREAD = 0.6, 0.4, 0.7, 0.1
_UNNAMED = re.compile(rf"[,'’\"”] (?:s?he|they) (?:{'|'.join(sorted(REPORTING))})\.$")
"""How a quotation ends that only a pronoun says."""
_POINTS_BACK_LAST = re.compile(
    r"\b(?:of|about|for|against|to|from|with|by|like) (?:this|that|these|those)\.$", re.IGNORECASE
)
_SPOKEN = words_of("first_person", "second_person")


@dataclass(frozen=True)
class _Candidate:
    row: int
    text: str
    score: float
    backing: tuple[int, ...]


def chosen_points(
    story: Story, count: int, *, told: Sequence[str] = (), max_words: int = 25, rows: Collection[int] | None = None
) -> list[KeyPoint]:
    """At most ``count`` points, those that most independent documents make first.

    told: texts that no point may repeat, a summary's sentences say; max_words: what a point is shortened to, half as
    much again is tolerated; rows: the source sentences to choose from, all when None. Fewer come back when fewer are
    good.
    """
    sentences, vectors = story.sentences, story.vectors
    if count <= 0:
        return []
    weight = _ranked(np.asarray(story.relevance, dtype=np.float64))
    homes = [s.document for s in sentences]
    pool = _candidates(sentences, vectors, weight, homes, max_words)
    pool = [c for c in pool if c.row not in story.passed and (rows is None or c.row in rows)]
    chosen: list[_Candidate] = []
    while len(chosen) < count:
        look()
        best = _best(pool, chosen, sentences, vectors)
        if best is None:
            break
        pool = [c for c in pool if c is not best]
        if not says_again(best.text, told) and not _told(best, chosen, vectors):
            chosen.append(best)
    return [_point(c, sentences, vectors, homes) for c in chosen]


def _ranked(salience: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Half rank, half value, both scaled to 0..1: robust to the scale, but a clear leader stays one."""
    span = float(np.ptp(salience)) or 1.0
    rank = np.searchsorted(np.sort(salience), salience) / max(1, len(salience) - 1)
    return np.asarray(0.5 * rank + 0.5 * (salience - salience.min()) / span, dtype=np.float64)


def _candidates(
    sentences: Sequence[Sentence],
    vectors: Floats,
    weight: npt.NDArray[np.float64],
    homes: Sequence[str],
    max_words: int,
) -> list[_Candidate]:
    order = np.argsort(-weight, kind="stable")
    floor = 0 if len(sentences) < 8 else int(len(sentences) * _FLOOR)
    independent = len(set(homes))
    found: list[_Candidate] = []
    for row in interruptible(map(int, order[: min(_POOL, len(sentences) - floor)])):
        text = shorten(bare(sentences[row].text), max_words)
        length = len(text.split())
        if not can_stand_alone(text) or length > max_words * 3 // 2:
            continue
        backing = _backing(row, text, sentences, vectors, homes)
        agreement = len(backing) / (independent - 1) if independent > 1 else 0.0
        heard = _AGREEMENT * agreement + _ECHO * _echo(row, vectors, homes)
        too_long = 0.02 * max(0, length - max_words)
        found.append(_Candidate(row, text, float(weight[row]) + heard - too_long, backing))
    return found


def can_stand_alone(text: str) -> bool:
    """True for a sentence that is a clean point: whole, not dangling, nobody's "I", no question, no page furniture."""
    return is_whole(text) and not opens_dangling(text) and not _UNNAMED.search(text)


def is_whole(text: str) -> bool:
    """The same of a sentence that may open with what points back to the one before it."""
    plain = unquoted(text)
    return (
        is_well_formed(text)
        and (len(words(text)) >= _MIN_WORDS or (len(text) >= _MIN_CHARACTERS and not is_english(text)))
        and is_statement(text)
        and not _POINTS_BACK_LAST.search(text)
        and not is_furniture(text)
        and not (is_english(text) and any(key(w) in _SPOKEN for w in words(plain)))
        and len(words(plain)) >= len(words(text)) / 2
    )


def _backing(
    row: int, text: str, sentences: Sequence[Sentence], vectors: Floats, homes: Sequence[str]
) -> tuple[int, ...]:
    """For each other independent document the sentence that says the point best, most similar first."""
    cosines = vectors @ vectors[row]
    best: dict[str, int] = {}
    for other in interruptible(map(int, np.argsort(-cosines, kind="stable"))):
        if cosines[other] < MIN_COSINE:
            break
        if (
            homes[other] != homes[row]
            and homes[other] not in best
            and backs(text, sentences[other].text, float(cosines[other]))
        ):
            best[homes[other]] = other
    return tuple(best.values())


def _echo(row: int, vectors: Floats, homes: Sequence[str]) -> float:
    """How near, on average, the other independent documents come to the sentence: 0..1, 0 for a single document."""
    nearest: dict[str, float] = {}
    for home, cosine in zip(homes, (vectors @ vectors[row]).tolist(), strict=True):
        nearest[home] = max(nearest.get(home, 0.0), cosine)
    del nearest[homes[row]]
    return sum(nearest.values()) / len(nearest) if nearest else 0.0


def _best(
    pool: Sequence[_Candidate], chosen: Sequence[_Candidate], sentences: Sequence[Sentence], vectors: Floats
) -> _Candidate | None:
    def worth(candidate: _Candidate) -> tuple[float, int, str]:
        here = sentences[candidate.row]
        near = max((float(vectors[candidate.row] @ vectors[c.row]) for c in chosen), default=0.0)
        beside = sum(
            s.document == here.document and abs(s.index - here.index) <= 1 for s in (sentences[c.row] for c in chosen)
        )
        worth = candidate.score - _NOVELTY * max(0.0, near) - _SPREAD * beside
        return round(worth, 6), -len(candidate.text), candidate.text

    return max(pool, key=worth, default=None)


def _told(candidate: _Candidate, chosen: Sequence[_Candidate], vectors: Floats) -> bool:
    return any(
        repeats(c.text, candidate.text, float(vectors[c.row] @ vectors[candidate.row])) or candidate.row in c.backing
        for c in chosen
    )


def _point(candidate: _Candidate, sentences: Sequence[Sentence], vectors: Floats, homes: Sequence[str]) -> KeyPoint:
    rows = [candidate.row, *candidate.backing[: _CITED - 1]]
    cosines = [1.0, *(float(vectors[r] @ vectors[candidate.row]) for r in rows[1:])]
    citations = tuple(
        Citation(document=s.document, start=s.start, end=s.end, score=round(min(1.0, max(0.0, c)), 4))
        for s, c in zip((sentences[r] for r in rows), cosines, strict=True)
    )
    backers = dict.fromkeys([homes[candidate.row], *(homes[r] for r in candidate.backing)])
    return KeyPoint(text=candidate.text, citations=citations, documents=tuple(backers))
