"""Facts that move: a count that articles of several days, or entries of a live blog, tell anew.

12 dead, then 15, then "corrected to 14": not a disagreement of sources, but a state and what it was before. Two
sentences tell of one moving fact when they measure the same, are about the same, and were told at different times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.interruption import interruptible
from summarizer.language.counts import counts
from summarizer.language.english import content
from summarizer.language.names import name_keys
from summarizer.language.quantities import quantities
from summarizer.language.words import stem
from summarizer.reading.moments import Moment, order_of
from summarizer.types import Citation, Claim, Disagreement, Sentence

_MIN_COSINE = 0.4
_FATES = frozenset({"killed", "injured"})
_FURTHEST = 10  # values further apart than this factor count different things
_OUT_OF = re.compile(r"\b(\d[\d,]*) (?:out )?of (?:the |all )?(\d[\d,]*) ([^\W\d_]{3,})")
_CORRECTION = re.compile(
    r"\b(?:correct|revis|retract|amend|recount|counted twice|wrongly|mistaken"
    r"|earlier (?:figure|count|number|toll|report))",
    re.IGNORECASE,
)


class Told(NamedTuple):
    """A value that a sentence tells: ``text[start:end]`` of sentence ``row``; key: what is measured; counted: who or
    what is."""

    row: int
    key: str
    value: str
    start: int
    end: int
    subject: str
    counted: str = ""


class Moving(NamedTuple):
    """A fact by its values, oldest first, the last one the newest; corrected: the newest says an earlier was wrong."""

    values: tuple[Told, ...]
    corrected: bool

    @property
    def newest(self) -> Told:
        """The state of things."""
        return self.values[-1]


def moving_facts(
    sentences: Sequence[Sentence], vectors: NDArray[np.float32], moments: Sequence[Moment | None]
) -> list[Moving]:
    """Facts of which at least two values were told at different times. vectors: (n, d) unit rows."""
    groups: dict[str, list[Told]] = {}
    for row, moment in interruptible(enumerate(moments)):
        if moment is not None:
            for told in _told(row, sentences[row].text):
                groups.setdefault(told.key, []).append(told)
    found = []
    for group in interruptible(groups.values()):
        order = sorted(group, key=lambda t: (order_of(moments[t.row]), t.row))
        newest = order[-1]
        same = [t for t in order if t is newest or _same(t, newest, sentences, vectors)]
        last = {t.value: t for t in same}  # of each value the latest sentence that tells it
        values = sorted(last.values(), key=lambda t: (order_of(moments[t.row]), t.row))
        if len({order_of(moments[t.row]) for t in values}) > 1:
            found.append(Moving(tuple(values), bool(_CORRECTION.search(sentences[values[-1].row].text))))
    return found


def passed_rows(facts: Sequence[Moving], moments: Sequence[Moment | None]) -> frozenset[int]:
    """Rows that tell a state which a later one of the same fact has replaced."""
    return frozenset(
        told.row
        for fact in facts
        for told in fact.values[:-1]
        if order_of(moments[told.row]) < order_of(moments[fact.newest.row])
    )


def tells_passed(text: str, facts: Sequence[Moving]) -> bool:
    """Whether ``text`` tells an old value of a moving fact without its newest one."""
    values = {q.value for q in quantities(text)}
    words = content(text)
    for fact in facts:
        if fact.newest.value in values:
            continue
        for told in fact.values[:-1]:
            about = content(fact.newest.subject) | content(told.subject) | set(told.key.split(":"))
            own = {value.key for value in _told(0, text)}
            if told.value in values and (told.key in own or words & about):
                return True
    return False


def as_disagreements(
    facts: Sequence[Moving], sentences: Sequence[Sentence], moments: Sequence[Moment | None]
) -> list[Disagreement]:
    """Each fact's values with their times, oldest first."""
    return [
        Disagreement(
            subject=fact.newest.subject,
            claims=tuple(_claim(told, sentences[told.row], moments[told.row]) for told in fact.values),
            corrected=fact.corrected,
        )
        for fact in facts
    ]


def _claim(told: Told, sentence: Sentence, moment: Moment | None) -> Claim:
    return Claim(
        value=sentence.text[told.start : told.end],
        when=moment.label if moment else None,
        citation=Citation(document=sentence.document, start=sentence.start, end=sentence.end, score=1.0),
    )


def _told(row: int, text: str) -> Iterator[Told]:
    read = set[str]()
    # Of two counts of dead in a sentence that of "people" or "the dead" is the toll.
    for measure in sorted(counts(text), key=lambda m: (not m.key.endswith(":people"), m.start)):
        # "Nine miners were killed", then "the number of dead rose": one count; who is counted is compared in _same.
        fate = measure.key.partition(":")[0]
        key = fate if fate in _FATES else measure.key
        if key not in read:
            yield Told(row, key, measure.value, measure.start, measure.end, measure.subject, measure.key)
        read.add(key)
    for found in _OUT_OF.finditer(text):
        key = f"of:{found[2]}:{stem(found[3].lower())}"
        yield Told(row, key, found[1].replace(",", ""), found.start(), found.end(2), f"{found[3]} of {found[2]}")


def _same(a: Told, b: Told, sentences: Sequence[Sentence], vectors: NDArray[np.float32]) -> bool:
    if a.key.startswith("of:"):
        return True
    if a.counted != b.counted and not any(told.counted.endswith(":people") for told in (a, b)):
        return False
    first, second = sentences[a.row], sentences[b.row]
    x, y = Decimal(a.value), Decimal(b.value)
    called = [name_keys(s.text) for s in (first, second)]
    apart = all(called) and not called[0] & called[1]
    return max(x, y) <= _FURTHEST * min(x, y) and not apart and float(vectors[a.row] @ vectors[b.row]) >= _MIN_COSINE
