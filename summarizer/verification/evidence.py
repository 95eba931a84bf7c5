"""Evidence: the fewest source sentences that a claim can rest on, and the short text in which a judge reads them.

Sentences are chosen by what they share with the claim (rare words, names and numbers before common ones) and by the
cosine of their vectors. What is chosen is what is cited. Every step is n log n in the length of a sentence.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from summarizer.cached import cached_property
from summarizer.interruption import interruptible
from summarizer.language.names import NameSource
from summarizer.language.words import joined_initials, stem, tokens
from summarizer.reading.embedding import Encode, Floats
from summarizer.types import Document, Sentence
from summarizer.verification.hard_checks import is_cased
from summarizer.verification.passage import MOST_WORDS, passage, points_back, words_read
from summarizer.verification.terms import named, norms, order, pieces

MOST = 4
"""Sentences chosen for one claim at most."""
_ENOUGH = 0.92  # share of the claim's weight from which on nothing more is sought
_GAIN, _CLOSE, _BESIDE = 0.07, 0.2, 1.4  # least share that another adds; its least cosine; bonus of a neighbour
_UNCLEAR, _NEAR = 0.5, 0.12  # cover below which the next nearest join too; by how much their cosine may be lower
_INTRODUCED = 12  # words that are looked for in front of a surname
_SPECIFIC = 2.0  # names and numbers weigh twice
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


@dataclass(frozen=True)
class Chosen:
    """What one claim rests on.

    rows: sentences, best first; context: rows that these refer back to; cover: share in 0..1 of the claim's words,
    weighed, that they hold; order: share of its pairs of neighbouring words; verbatim: one of them is the claim, word
    for word; needed: those of ``context`` that hold a word of the claim that ``rows`` lack, and are cited with them;
    words: whether the claim has any that carries content; text: what a judge reads.
    """

    rows: tuple[int, ...]
    context: tuple[int, ...]
    cover: float
    order: float
    verbatim: bool
    needed: tuple[int, ...]
    words: bool
    text: str


class Evidence:
    """The source sentences of one summary, read once.

    documents: the articles; sentences: theirs, in order; vectors: (n, d) unit rows, one a sentence; language: ISO 639-1
    code of the articles, for stems.
    """

    def __init__(
        self, documents: Sequence[Document], sentences: Sequence[Sentence], vectors: Floats, language: str = "en"
    ) -> None:
        if len(sentences) != len(vectors):
            raise ValueError(f"{len(sentences)} sentences but {len(vectors)} vectors")
        self.documents = {document.id: document for document in documents}
        self.sentences = tuple(sentences)
        self.vectors = np.asarray(vectors, dtype=np.float32)
        self.language = language
        self.owners = [sentence.document for sentence in sentences]
        self.cased = is_cased([sentence.text for sentence in sentences])
        self.pieces = [self._pieces(sentence) for sentence in interruptible(sentences)]
        self.norms = [norms(sentence.text) for sentence in interruptible(sentences)]
        postings: dict[str, list[int]] = defaultdict(list)
        for row, found in enumerate(self.pieces):
            for piece in found:
                postings[piece].append(row)
        self.postings: Mapping[str, NDArray[np.int64]] = {piece: np.array(rows) for piece, rows in postings.items()}
        self._years: dict[str, frozenset[str]] = {}
        self._rows = {(s.document, s.index): row for row, s in enumerate(sentences)}

    def _pieces(self, sentence: Sentence) -> frozenset[str]:
        """Those of a sentence; of the first one of a document also those of its title, which has no place to cite."""
        title = self.documents[sentence.document].title if sentence.index == 0 else None
        return frozenset(pieces(f"{title or ''}\n{sentence.text}", self.language))

    def weights(self, claim: str) -> dict[str, float]:
        """How much each piece of ``claim`` counts: more when few sentences have it, twice for a name or number."""
        count = len(self.sentences)
        rare = {p: math.log1p(count / max(1, len(self.postings.get(p, ())))) for p in pieces(claim, self.language)}
        specific = named(claim, self.language) if self.cased else frozenset()
        return {p: w * (_SPECIFIC if p in specific or p[0].isdigit() else 1.0) for p, w in rare.items()}

    def held(self, weights: Mapping[str, float]) -> Floats:
        """(n,) the weight of those pieces that each sentence holds."""
        total = np.zeros(len(self.sentences), dtype=np.float32)
        for piece, weight in weights.items():
            if piece in self.postings:
                total[self.postings[piece]] += weight
        return total

    @cached_property
    def story(self) -> NameSource:
        """The names of all articles, titles included."""
        texts = [f"{document.title or ''}\n{document.text}" for document in self.documents.values()]
        return NameSource([joined_initials(text) for text in texts], cased=self.cased)

    def years(self, document: str) -> frozenset[str]:
        """The years that a document names, found when first asked for."""
        if document not in self._years:
            self._years[document] = frozenset(_YEAR.findall(self.documents[document].text))
        return self._years[document]

    def around(self, row: int) -> str:
        """Sentence ``row`` with those around it, over which a quotation may run."""
        near_by = range(max(0, row - 1), min(len(self.owners), row + 3))
        return " ".join(self.sentences[near].text for near in near_by if self.owners[near] == self.owners[row])

    def before(self, row: int) -> int | None:
        """The sentence before ``row`` in its document."""
        sentence = self.sentences[row]
        return self._rows.get((sentence.document, sentence.index - 1))


def choose(claims: Sequence[str], evidence: Evidence, encode: Encode) -> list[Chosen]:
    """What each of ``claims`` rests on; same order. ``evidence`` must hold a sentence.

    encode: texts -> (n, d) float32 unit rows, the encoder that made ``evidence.vectors``.
    """
    if not claims:
        return []
    cosines = np.clip(encode(list(claims)) @ evidence.vectors.T, -1.0, 1.0)
    return [_choose(claim, evidence, cosines[i]) for i, claim in interruptible(enumerate(claims))]


def _choose(claim: str, evidence: Evidence, cosines: Floats) -> Chosen:
    weights = evidence.weights(claim)
    total = sum(weights.values()) or 1.0
    held = evidence.held(weights)
    row = _within(claim, evidence, held, total)
    rows = [int(np.argmax(held / total + cosines))] if row is None else [row]
    missing = _without(weights, evidence, rows[0])
    if row is None:
        missing = _extend(rows, missing, total, evidence, cosines)
    context = tuple(_context(rows, missing, evidence))
    needed = tuple(row for row in context if missing.keys() & evidence.pieces[row])
    for row_needed in needed:
        missing = _without(missing, evidence, row_needed)
    return Chosen(
        rows=tuple(rows),
        context=context,
        cover=max(0.0, 1.0 - sum(missing.values()) / total) if weights else 0.0,
        order=order(claim, [evidence.sentences[row].text for row in (*rows, *context)], evidence.language),
        verbatim=row is not None and evidence.norms[row] == norms(claim),
        needed=needed,
        words=bool(weights),
        text=passage(claim, rows, context, weights, evidence),
    )


def _within(claim: str, evidence: Evidence, held: Floats, total: float) -> int | None:
    """The shortest sentence that holds the claim word for word, punctuation and case aside."""
    wanted = norms(claim)
    if not wanted.strip():
        return None
    rows = [int(row) for row in np.flatnonzero(held >= total * 0.999) if wanted in evidence.norms[row]]
    return min(rows, key=lambda row: (len(evidence.norms[row]), row), default=None)


def _without(weights: Mapping[str, float], evidence: Evidence, row: int) -> dict[str, float]:
    return {piece: weight for piece, weight in weights.items() if piece not in evidence.pieces[row]}


def _extend(
    rows: list[int], missing: dict[str, float], total: float, evidence: Evidence, cosines: Floats
) -> dict[str, float]:
    """Add to ``rows`` what holds most of the rest, near the claim in meaning; returns what nothing holds."""
    size = words_read(evidence, rows[0])
    allowed = cosines >= _CLOSE
    while len(rows) < MOST and sum(missing.values()) > (1 - _ENOUGH) * total:
        gains = evidence.held(missing) / total
        useful = np.where(allowed & (gains >= _GAIN), gains * (0.5 + cosines), 0.0)
        beside = [r for r in (n for row in rows for n in (row - 1, row + 1)) if 0 <= r < len(useful)]
        useful[[r for r in beside if evidence.owners[r] in {evidence.owners[row] for row in rows}]] *= _BESIDE
        best = int(np.argmax(useful))
        if useful[best] <= 0.0:
            break
        allowed[best] = False
        if size + words_read(evidence, best) <= MOST_WORDS:
            rows.append(best)
            size += words_read(evidence, best)
            missing = _without(missing, evidence, best)
    if 1.0 - sum(missing.values()) / total < _UNCLEAR:
        for row in np.argsort(-cosines, kind="stable")[:3].tolist():
            near = row not in rows and cosines[row] >= max(_CLOSE, float(cosines.max()) - _NEAR)
            if near and len(rows) < MOST - 1 and size + words_read(evidence, row) <= MOST_WORDS:
                rows.append(row)
                size += words_read(evidence, row)
                missing = _without(missing, evidence, row)
    return missing


def _context(rows: Sequence[int], missing: Mapping[str, float], evidence: Evidence) -> list[int]:
    """What ``rows`` refer back to: the sentence before one that opens with a pronoun, and the nearest one before that
    gives a surname of theirs in full, when the claim does."""
    found = []
    for row in rows:
        before = evidence.before(row)
        if before is not None and points_back(evidence.sentences[row].text):
            found.append(before)
        found += _introductions(row, missing, evidence)
    return [row for row in dict.fromkeys(found) if row not in rows]


def _introductions(row: int, missing: Mapping[str, float], evidence: Evidence) -> list[int]:
    """For each word that the claim has and no chosen sentence: the nearest sentence before ``row``, in its document,
    in which that word stands right before a word of ``row``, as "Ilse" before "Brandt"."""
    named = {token.norm for token in tokens(evidence.sentences[row].text) if token.surface[0].isupper()}
    found = []
    for piece in [piece for piece in missing if piece in evidence.postings][:_INTRODUCED]:
        places = evidence.postings[piece]
        earlier = places[: np.searchsorted(places, row)]
        for near in [int(r) for r in earlier[:-3:-1] if evidence.owners[r] == evidence.owners[row]]:
            words = tokens(evidence.sentences[near].text)
            follow = {b.norm for a, b in pairwise(words) if stem(a.norm, evidence.language) == piece}
            if follow & named:
                found.append(near)
                break
    return found
