"""When a sentence was told: by its document's date, by the clock times of a live blog, or by the days it names.

Moments are compared within one story only. Days of the week and clock times come round again, so the story begins
after the widest gap between them: 23:58 comes before 00:20, and Sunday before Monday.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from summarizer.interruption import interruptible
from summarizer.language.lexicon import weekdays
from summarizer.language.quantities import quantities
from summarizer.types import Document, Sentence

CLOCK = re.compile(
    r"^\W{0,3}(\d{1,2})[:.h](\d{2})\b(?! ?%)(?: ?([ap])\.?m\b\.?)?(?: ?(?:GMT|UTC|BST|CES?T|E[SD]?T)\b)?\W{0,3}"
)
"""The time with which an entry of a live blog opens."""

_ENTRIES = 3  # lines that open with a time, of a live blog
_DAY = 24 * 60
_NAMES = [day.title() for day in weekdays()]
_WEEK = [day[:3] for day in weekdays()]


class Moment(NamedTuple):
    """``order`` puts moments of one story in order; ``label`` is what a reader would say: "Tuesday", "22:41"."""

    order: float
    label: str


def order_of(moment: Moment | None) -> float:
    """Where a moment stands among those of its story; what has none stands first."""
    return moment.order if moment else 0.0


def is_live_blog(text: str) -> bool:
    """Whether at least three lines, and a third of all, open with a time of day."""
    lines = [line for line in text.splitlines() if line.strip()]
    entries = sum(bool(CLOCK.match(line)) for line in lines)
    return entries >= _ENTRIES and entries * 3 >= len(lines)


def moments(documents: Sequence[Document], sentences: Sequence[Sentence]) -> list[Moment | None]:
    """The moment of each sentence, None where nothing tells; those of one story share one clock."""
    found: list[Moment | None] = [None] * len(sentences)
    by_document: dict[str, list[int]] = {}
    for row, sentence in interruptible(enumerate(sentences)):
        by_document.setdefault(sentence.document, []).append(row)
    dated = all(document.published for document in documents)
    for document in documents:
        rows = by_document.get(document.id, [])
        if is_live_blog(document.text):
            base = document.published.timestamp() / 60 // _DAY * _DAY if dated and document.published else 0.0
            for row, moment in zip(rows, _clock(document.text, [sentences[row] for row in rows], base), strict=True):
                found[row] = moment
        elif dated and document.published:
            label = document.published.strftime("%A, ") + f"{document.published.day} {document.published:%B %Y}"
            for row in rows:
                found[row] = Moment(document.published.timestamp() / 60, label)
    return found if any(found) or dated else _weekdays(documents, by_document, sentences)


def _clock(text: str, sentences: Sequence[Sentence], base: float) -> list[Moment | None]:
    """Of each sentence of a live blog, the time of its entry."""
    entries: list[tuple[int, int, str]] = []
    place = 0
    for line in interruptible(text.splitlines(keepends=True)):
        if time := CLOCK.match(line):
            hour = int(time[1]) % 12 + 12 * (time[3] == "p") if time[3] else int(time[1])
            entries.append((place, hour * 60 + int(time[2]), time.group().strip(" \t-–—|:•*[]")))
        place += len(line)
    first = _first([minute for _, minute, _ in entries], _DAY)
    told: list[Moment | None] = []
    for sentence in interruptible(sentences):
        entry = next((e for e in reversed(entries) if e[0] <= sentence.start), None)
        told.append(entry and Moment(base + (entry[1] - first) % _DAY, entry[2]))
    return told


def _weekdays(
    documents: Sequence[Document], by_document: dict[str, list[int]], sentences: Sequence[Sentence]
) -> list[Moment | None]:
    """Of each sentence the day on which its article tells it: the last one named in its opening."""
    days: dict[str, int] = {}
    for document in documents:
        named = [day for row in by_document.get(document.id, [])[:2] for day in _named(sentences[row].text)]
        if named:
            days[document.id] = named[-1] if len(by_document) > 1 else Counter(named).most_common(1)[0][0]
    if len(days) < len(by_document):
        return [None] * len(sentences)
    first = _first(list(days.values()), len(_WEEK))
    return [Moment(float((days[s.document] - first) % len(_WEEK)) * _DAY, _NAMES[days[s.document]]) for s in sentences]


def _named(text: str) -> list[int]:
    """Days of the week that a sentence names, but not those of "Monday's crash"."""
    days = [q for q in quantities(text) if q.unit == "weekday" and not re.match(r"['’]", text[q.end :])]
    return [_WEEK.index(q.value) for q in days]


def _first(places: Sequence[int], around: int) -> int:
    """The place after the widest gap on a circle."""
    distinct = sorted(set(places))
    gaps = [
        (here - before) % around or around for before, here in zip([distinct[-1], *distinct], distinct, strict=False)
    ]
    return distinct[max(range(len(gaps)), key=lambda i: gaps[i])]
