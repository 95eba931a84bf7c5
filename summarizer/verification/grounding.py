"""Grounding: what each output sentence rests on, and whether it may leave.

A sentence is supported when the hard checks find in its evidence every name, number, date and quotation that it has,
and a judge finds that the evidence states it. A source's own sentence, word for word, needs no judge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from summarizer.interruption import interruptible, look
from summarizer.reading.embedding import Encode, Floats
from summarizer.types import Citation, SummarySentence
from summarizer.verification.agreement import backs
from summarizer.verification.evidence import MOST, Chosen, Evidence, choose
from summarizer.verification.hard_checks import Evidenced, Specific
from summarizer.verification.judge import Judge
from summarizer.verification.terms import pieces

RULES_THRESHOLD = 0.75
"""Without a judge: the mean share of a claim's words, rare ones before common ones, and of its pairs of neighbouring
words that its evidence must hold. On sentences that a model wrote it passes 87% of the true and stops half the others
(`docs/evaluation.md`)."""

_REFUSED = 0.5
_USUAL = (
    0.85  # share held at which an answer stays as it is; that of the true sentences that a model writes, on average
)
_AGREES_COSINE, _AGREES_COVER = 0.6, 0.5


@dataclass(frozen=True)
class Grounded:
    """A checked sentence. ``reasons`` say why it is not supported, such as "number:3,000", "name:Ross",
    "quotation:…", "unsupported" (by the judge); they are empty when it is."""

    sentence: SummarySentence
    reasons: tuple[str, ...]


def ground(
    texts: Sequence[str],
    evidence: Evidence,
    encode: Encode,
    judge: Judge | None = None,
    threshold: float | None = None,
) -> list[Grounded]:
    """Check each sentence of ``texts`` against ``evidence``; same order, one result each.

    encode: texts -> (n, d) float32 unit rows, the encoder that made ``evidence.vectors``. judge: asked once, about all
    sentences that are not a source's own; without one, the share of words and word pairs that the evidence holds stands
    in for it, which is enough for sentences that are quoted or shortened and for few others. threshold: the support
    from which on a sentence passes; the judge's own when None. Raises ModelError or GenerationError when the judge
    does.
    """
    if not evidence.sentences:
        return [Grounded(SummarySentence(text=text, support=0.0, supported=False), ("no_evidence",)) for text in texts]
    vectors = encode(list(texts)) if texts else np.zeros((0, evidence.vectors.shape[1]), dtype=np.float32)
    found = choose(texts, evidence, lambda _: vectors)
    missing = [
        [] if one.verbatim else lacking(text, one, evidence)
        for text, one in interruptible(zip(texts, found, strict=True))
    ]
    support = _support(texts, found, judge)
    least = threshold if threshold is not None else RULES_THRESHOLD if judge is None else judge.threshold
    results = []
    for text, vector, one, specific, value in zip(texts, vectors, found, missing, support, strict=True):
        look()
        reasons = [str(detail) for detail in specific]
        if not one.words:
            reasons.append("no_content")
        elif value < least:
            reasons.append("unsupported")
        shown = round(value * _REFUSED if specific or not one.words else value, 4)
        citations = _cite(text, one, evidence, evidence.vectors @ vector)
        sentence = SummarySentence(text=text, citations=citations, support=shown, supported=not reasons)
        results.append(Grounded(sentence, tuple(dict.fromkeys(reasons))))
    return results


def lacking(text: str, chosen: Chosen, evidence: Evidence) -> list[Specific]:
    """The names, numbers, dates and quotations of ``text`` that neither the chosen sentences hold, nor what they refer
    back to, nor the title and date of their articles."""
    rows = [*chosen.rows, *chosen.context]
    owners = list(dict.fromkeys(evidence.owners[row] for row in rows))
    documents = [evidence.documents[owner] for owner in owners]
    held = Evidenced(
        [*(evidence.sentences[row].text for row in rows), *(document.title or "" for document in documents)],
        cased=evidence.cased,
        story=evidence.story,
        around=[evidence.around(row) for row in rows],
        days=[evidence.documents[owner].published for owner in (*(evidence.owners[row] for row in rows), *owners)],
        years=frozenset[str]().union(*(evidence.years(owner) for owner in owners)),
        language=evidence.language,
    )
    return held.unsupported(text)


def _support(texts: Sequence[str], found: Sequence[Chosen], judge: Judge | None) -> list[float]:
    """One figure in 0..1 a sentence: 1 for a source's own, else the judge's, or where there is none the share held."""
    held = [min(one.cover, (one.cover + one.order) / 2) for one in found]
    support = [1.0 if one.verbatim else share for one, share in zip(found, held, strict=True)]
    asked = [place for place, one in enumerate(found) if not one.verbatim and one.words]
    if judge is not None and asked:
        answers = judge.entailed([(found[place].text, " ".join(texts[place].split())) for place in asked])
        for place, answer in zip(asked, answers, strict=True):
            support[place] = _together(min(1.0, max(0.0, answer)), held[place], judge.held_weight)
    return support


def _together(answer: float, held: float, weight: float) -> float:
    """A judge's answer, with ``weight`` more log-odds for a claim of which the evidence holds all words and pairs of
    words than for one of which it holds none; as it is where it holds ``_USUAL`` of them."""
    if not weight:
        return answer
    odds = answer * math.exp(weight * (held - _USUAL))
    return odds / (odds + 1.0 - answer)


def _cite(text: str, chosen: Chosen, evidence: Evidence, cosines: Floats) -> tuple[Citation, ...]:
    """Citations of what was chosen and of a sentence of each further document that by itself says the same; sentences
    of one document that adjoin become one citation."""
    rows = [*chosen.rows, *chosen.needed]
    rows += _agreeing(text, rows, evidence, cosines)
    spans: list[list[int]] = []
    for row in rows:
        for members in spans:
            same = evidence.owners[members[0]] == evidence.owners[row]
            if same and any(abs(evidence.sentences[m].index - evidence.sentences[row].index) == 1 for m in members):
                members.append(row)
                break
        else:
            spans.append([row])
    return tuple(_citation(members, evidence, chosen, cosines) for members in spans)


def _citation(members: Sequence[int], evidence: Evidence, chosen: Chosen, cosines: Floats) -> Citation:
    score = 1.0 if chosen.verbatim and members[0] == chosen.rows[0] else float(np.clip(cosines[members[0]], 0.0, 1.0))
    return Citation(
        document=evidence.owners[members[0]],
        start=min(evidence.sentences[m].start for m in members),
        end=max(evidence.sentences[m].end for m in members),
        score=round(score, 4),
    )


def _agreeing(text: str, rows: Sequence[int], evidence: Evidence, cosines: Floats) -> list[int]:
    """Best row of each further document that by itself says the same, best first: no other number, day or denial."""
    heard = {evidence.owners[row] for row in rows}
    alike = dict.fromkeys(pieces(text, evidence.language), 1.0)
    cover = evidence.held(alike) / max(1, len(alike))
    near = np.flatnonzero((cover >= _AGREES_COVER) & (cosines >= _AGREES_COSINE))
    found: list[int] = []
    for row in sorted(near.tolist(), key=lambda row: (-(cover[row] + cosines[row]), row)):
        if len(found) == MOST - 1:
            break
        if evidence.owners[row] not in heard and backs(text, evidence.sentences[row].text, float(cosines[row])):
            heard.add(evidence.owners[row])
            found.append(row)
    return found
