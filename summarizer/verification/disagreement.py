"""Where independent documents tell the same quantity, date or outcome differently. Precision before recall.

Two sentences disagree when they stand in documents that are not near-copies, are about the same thing (vectors, frame
words, names), measure the same (noun or act), and their values cannot both be right. What makes the difference
harmless suppresses it: rounding, "at least" and "up to", another place, time or group, or a document that gives both
values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from summarizer.interruption import interruptible, look
from summarizer.language.counts import counts
from summarizer.language.english import content, words
from summarizer.language.lexicon import either_of, words_of
from summarizer.language.measures import Measure, comparable, differ
from summarizer.language.names import name_keys
from summarizer.language.outcomes import days, outcomes
from summarizer.language.quantities import Quantity, quantities
from summarizer.types import Citation, Claim, Disagreement, Sentence

Floats = npt.NDArray[np.float32]

_MIN_COSINE = {"count": 0.6, "date": 0.72, "outcome": 0.7}
_MIN_FRAME = {"count": 0.33, "date": 0.55, "outcome": 0.6}
_MIN_NAMES = 0.5
_MIN_OBJECT = 0.6
_MOST = 5
_SCOPES = words_of("scopes")
_TIMES = frozenset({"date", "weekday", "relative", "ordinal"})
_NEAR = 6  # words
_TELLING = 20  # a smaller number stands in any document for some other reason
_SOURCE = re.compile(rf"\b(?:according to|citing) [^,.;]+|, (?:[A-Z][\w.’'-]* ){{1,4}}{either_of('says')}\b[^,]*$")
_WHEN = re.compile(r"\b(?:in|since|during|until|till|by|of|for|from|early|late|mid)[ -]$", re.IGNORECASE)


@dataclass(frozen=True)
class _Told:
    row: int
    measure: Measure


def disagreements(sentences: Sequence[Sentence], vectors: Floats) -> list[Disagreement]:
    """At most five disagreements, the most similar pair of sentences first; every claim carries its citation.

    sentences: of independent documents, no near-copies among them; vectors: (n, 384) unit rows.
    """
    homes = [s.document for s in sentences]
    told: dict[str, list[_Told]] = {}
    for row, sentence in interruptible(enumerate(sentences)):
        for measure in (*counts(sentence.text), *days(sentence.text), *outcomes(sentence.text)):
            told.setdefault(measure.key, []).append(_Told(row, measure))
    found: list[tuple[float, _Told, _Told]] = []
    for group in interruptible(told.values()):
        if len({homes[t.row] for t in group}) > 1:
            found += _pairs(group, sentences, vectors, homes)
    found.sort(key=lambda pair: (-round(pair[0], 4), pair[1].row, pair[2].row))
    values = _values({homes[t.row] for _, a, b in found for t in (a, b)}, sentences, homes)
    found = [
        p for p in found if not _gives(values[homes[p[1].row]], p[2]) and not _gives(values[homes[p[2].row]], p[1])
    ]
    return _distinct(found, sentences)


def _values(wanted: set[str], sentences: Sequence[Sentence], homes: Sequence[str]) -> dict[str, set[str]]:
    """All values of each document that is part of a pair."""
    values: dict[str, set[str]] = {home: set() for home in wanted}
    for home, sentence in interruptible(zip(homes, sentences, strict=True)):
        if home in wanted:
            values[home] |= {q.value for q in quantities(sentence.text)}
    return values


def _gives(values: set[str], other: _Told) -> bool:
    """True when a document that tells it differently holds the other's value as well: then it explains both."""
    measure = other.measure
    return measure.kind == "count" and Decimal(measure.value) >= _TELLING and measure.value in values


def _pairs(
    group: Sequence[_Told], sentences: Sequence[Sentence], vectors: Floats, homes: Sequence[str]
) -> list[tuple[float, _Told, _Told]]:
    rows = np.array([t.row for t in group])
    cosines = vectors[rows] @ vectors[rows].T
    pairs = []
    for i, j in zip(*np.nonzero(np.triu(cosines >= _MIN_COSINE[group[0].measure.kind], 1)), strict=True):
        look()
        a, b = group[i], group[j]
        if homes[a.row] == homes[b.row] or not _same_thing(a, b, sentences):
            continue
        if comparable(a.measure, b.measure) and differ(a.measure, b.measure) and not _reconciled(a, b, group, homes):
            pairs.append((float(cosines[i, j]), a, b))
    return pairs


def _reconciled(a: _Told, b: _Told, group: Sequence[_Told], homes: Sequence[str]) -> bool:
    """True when either document also gives a value that agrees with the other's: then it reports both."""
    return any(
        (homes[t.row] == homes[a.row] and _agree(t, b)) or (homes[t.row] == homes[b.row] and _agree(t, a))
        for t in group
    )


def _agree(a: _Told, b: _Told) -> bool:
    return comparable(a.measure, b.measure) and not differ(a.measure, b.measure)


def _same_thing(a: _Told, b: _Told, sentences: Sequence[Sentence]) -> bool:
    first, second = sentences[a.row].text, sentences[b.row].text
    if a.measure.modifiers and b.measure.modifiers and not a.measure.modifiers & b.measure.modifiers:
        return False
    if _scope(first, a.measure) != _scope(second, b.measure) or not _times_agree(first, second, a.measure):
        return False
    if not _names_agree(first, second) or not _names_agree(a.measure.setting, b.measure.setting):
        return False
    if a.measure.kind != "count" and _share(content(a.measure.subject), content(b.measure.subject)) < _MIN_OBJECT:
        return False
    return _share(_frame(first, a.measure), _frame(second, b.measure)) >= _MIN_FRAME[a.measure.kind]


def _names_agree(first: str, second: str) -> bool:
    """True unless each text has names, sources left aside, and at most half of the fewer are in the other."""
    names = [name_keys(_SOURCE.sub(" ", text)) for text in (first, second)]
    return not all(names) or _share(*names) > _MIN_NAMES


def _share(a: frozenset[str], b: frozenset[str]) -> float:
    """Common elements over the smaller set; 0 for an empty one."""
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _scope(text: str, measure: Measure) -> set[str]:
    near = [*words(text[: measure.start])[-_NEAR:], *words(text[measure.end :])[:_NEAR]]
    return {w for w in near if w in _SCOPES}


def _frame(text: str, measure: Measure) -> frozenset[str]:
    rest = text[: measure.start] + " " + text[measure.end :]
    return frozenset(word for word in content(rest) if not word[0].isdigit())


def _times_agree(first: str, second: str, measure: Measure) -> bool:
    """No two different dates or spans; "in 2014" or "the second" on one side only also sets the sentences apart."""
    units = ("relative",) if measure.kind == "date" else ("date", "year", "weekday", "relative")
    times = [_times(first), _times(second)]
    for unit in units:
        a, b = ({value for kind, value in side if kind == unit} for side in times)
        if a and b and not a & b:
            return False
    fixed = [{time for time in side if time[0] in {"year", "ordinal"}} for side in times]
    return fixed[0] == fixed[1]


def _times(text: str) -> set[tuple[str, str]]:
    """(unit, value) of the dates and ordinals of a text; a year only after "in", "since", not in "2017's storm"."""
    return {(q.unit, q.value) for q in quantities(text) if q.unit in _TIMES or (q.unit == "year" and _is_when(text, q))}


def _is_when(text: str, year: Quantity) -> bool:
    return bool(_WHEN.search(text[: year.start])) and text[year.end : year.end + 1] not in {"'", "’"}


def _distinct(found: Sequence[tuple[float, _Told, _Told]], sentences: Sequence[Sentence]) -> list[Disagreement]:
    """One disagreement for each thing measured, with a claim for each value of it."""
    clusters: list[list[_Told]] = []
    for _, a, b in found:
        home = next(
            (c for c in clusters if c[0].measure.key == a.measure.key and any(t.row in {a.row, b.row} for t in c)), None
        )
        if home is None:
            clusters.append([a, b])
            continue
        home += [t for t in (a, b) if t.measure.value not in {other.measure.value for other in home}]
    return [_disagreement(cluster, sentences) for cluster in clusters[:_MOST]]


def _disagreement(cluster: Sequence[_Told], sentences: Sequence[Sentence]) -> Disagreement:
    subject = min((t.measure.subject for t in cluster if t.measure.subject), key=len, default=cluster[0].measure.key)
    claims = tuple(
        Claim(
            value=s.text[t.measure.start : t.measure.end],
            citation=Citation(document=s.document, start=s.start, end=s.end, score=1.0),
        )
        for t, s in ((t, sentences[t.row]) for t in sorted(cluster, key=lambda t: t.row))
    )
    return Disagreement(subject=subject, claims=claims)
