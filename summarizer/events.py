"""The day and the outcome of what a sentence tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.english import REPORTING, is_finite_verb
from summarizer.measures import Measure
from summarizer.quantities import quantities
from summarizer.words import FUNCTION_WORDS, stem, tokens

# Pairs of which one excludes the other; the sides of each pair.
_OPPOSITES = {
    "vote": ("approved passed adopted endorsed ratified", "rejected defeated blocked"),
    "verdict": ("convicted", "acquitted cleared"),
    "ruling": ("upheld affirmed", "overturned reversed"),
    "request": ("granted accepted", "denied refused rejected declined"),
    "trend": ("rose increased climbed grew gained", "fell decreased dropped declined shrank"),
    "race": ("won", "lost"),
    "state": ("opened reopened", "closed shut"),
}
_OUTCOMES = {
    form: [
        (pair, str(side))
        for pair, sides in _OPPOSITES.items()
        for side, forms in enumerate(sides)
        if form in forms.split()
    ]
    for forms in (f for sides in _OPPOSITES.values() for f in sides)
    for form in forms.split()
}
# An outcome that is only possible, denied, past or somebody's aim.
_UNREAL = frozenset(
    """not never no if would could may might can to will had previously earlier once being nearly almost until unless
    whether before after be have get said says claimed""".split()
)
_ON = re.compile(r"(?:\b(?:on|in|late|early)|(?<=\w)) $")


def days(sentence: str) -> Iterator[Measure]:
    """The day of the sentence's one dated act; the day of a report ("said Tuesday") is none."""
    dated = [q for q in quantities(sentence) if q.unit in {"weekday", "date", "year", "relative"}]
    if len(dated) != 1 or dated[0].unit in {"year", "relative"}:
        return
    quantity = dated[0]
    before = sentence[: quantity.start]
    words = [t for t in tokens(before) if t.norm not in FUNCTION_WORDS]
    acts = [t for t in words[-4:] if t.surface[0].islower() and is_finite_verb(t.surface, clearly=True)]
    if (
        not acts
        or any(t.norm in REPORTING for t in words)
        or not _ON.search(before)
        or re.match(r"['’]s?\b", sentence[quantity.end :])
    ):
        return
    value = f"w{quantity.value}" if quantity.unit == "weekday" else quantity.value
    subject = re.sub(r"[\s,]*(?:\b(?:on|in|late|early))?$", "", before[acts[-1].start :].rstrip())
    yield Measure("date", f"day:{stem(acts[-1].norm)}", value, quantity.start, quantity.end, subject)


def outcomes(sentence: str) -> Iterator[Measure]:
    """Acts that have an opposite ("approved", "rejected"), with their object; none when the act is not told as done."""
    words = tokens(sentence)
    for at, token in enumerate(words):
        near = {t.norm for t in words[max(0, at - 4) : at]}
        if token.norm not in _OUTCOMES or near & _UNREAL or any(n.endswith("n't") for n in near):
            continue
        told = re.match(r"(?: [\w’'-]+){1,6}", sentence[token.end :])
        # "backed by" without "was" is a participle, and so no act of the sentence.
        if told is None or told[0].startswith(" by "):
            continue
        for pair, side in _OUTCOMES[token.norm]:
            yield Measure("outcome", f"outcome:{pair}", side, token.start, token.end, _object(told[0]))


def _object(told: str) -> str:
    return re.split(r" (?:on|in|at|after|by|with|as|and|but|while|for|when|that)\b", told.strip())[0]
