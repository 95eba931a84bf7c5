"""The day and the outcome of what a sentence tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.language.english import REPORTING, is_finite_verb
from summarizer.language.lexicon import table, words_of
from summarizer.language.measures import Measure
from summarizer.language.quantities import quantities
from summarizer.language.words import FUNCTION_WORDS, stem, tokens

_UNREAL = words_of("unreal")
_OUTCOMES = [
    (form, pair, str(side))
    for pair, sides in table("opposites").items()
    for side, forms in enumerate(sides)
    for form in forms.split()
]
_ACTS = {form for form, _, _ in _OUTCOMES}
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
        if token.norm not in _ACTS or near & _UNREAL or any(n.endswith("n't") for n in near):
            continue
        told = re.match(r"(?: [\w’'-]+){1,6}", sentence[token.end :])
        # "backed by" without "was" is a participle, and so no act of the sentence.
        if told is None or told[0].startswith(" by "):
            continue
        for form, pair, side in _OUTCOMES:
            if form == token.norm:
                yield Measure("outcome", f"outcome:{pair}", side, token.start, token.end, _object(told[0]))


def _object(told: str) -> str:
    return re.split(r" (?:on|in|at|after|by|with|as|and|but|while|for|when|that)\b", told.strip())[0]
