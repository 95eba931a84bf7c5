"""A value that a sentence states about something nameable, and when two such values cannot both be right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from summarizer.language.lexicon import either_of, words_of

Kind = Literal["count", "date", "outcome"]
Bound = Literal["exact", "least", "most", "about"]

_BOUNDS: tuple[tuple[Bound, str], ...] = (("most", "at_most"), ("least", "at_least"), ("about", "about"))
_BOUND_PATTERNS = [(b, re.compile(rf"\b{either_of(w)} (?:an? |estimated )?[$€£]?$", re.IGNORECASE)) for b, w in _BOUNDS]
_UNSURE = words_of("prepositions") | {"some"}  # "over" and "about" bound a number, or do not
_BEFORE_A_NUMBER = re.compile(
    rf"(?:^|[,;:(—–]|\b(?:{'|'.join(sorted(words_of('auxiliaries')))}|of|for|at|in|after|to|by|with|from|within)) *$",
    re.IGNORECASE,
)
_ABOUT = Decimal("0.1")
_ROUNDING = Decimal("0.05")
_SAME_THING = 3  # amounts further apart than this factor count different things


@dataclass(frozen=True)
class Measure:
    """``sentence[start:end]`` is the value as written; ``value`` its comparable form.

    key: what is measured, and only equal keys compare; subject: readable words for it; modifiers: stems of the words
    that narrow it ("Afghan" soldiers); setting: the text around in which a place would stand.
    """

    kind: Kind
    key: str
    value: str
    start: int
    end: int
    subject: str
    bound: Bound = "exact"
    modifiers: frozenset[str] = frozenset()
    setting: str = ""


def bound_of(before: str) -> Bound:
    """The bound that the words right before a number put on it."""
    return next((bound for bound, pattern in _BOUND_PATTERNS if pattern.search(before[-40:])), "exact")


def bound_phrase(before: str) -> str:
    """The words right before a number that bound it, in small letters, where they can mean nothing else: "at least",
    and the "about" of "in about", but not that of "worried about"; empty where there are none."""
    found = next((found for _, pattern in _BOUND_PATTERNS if (found := pattern.search(before[-40:]))), None)
    if found is None:
        return ""
    phrase = found[0].lower().rstrip(" $€£")
    is_sure = phrase not in _UNSURE or _BEFORE_A_NUMBER.search(before[-40:][: found.start()])
    return phrase if is_sure else ""


def comparable(a: Measure, b: Measure) -> bool:
    """False for amounts too far apart to be of one thing: 10 million who watched, 6,200 who came."""
    if a.kind != "count":
        return True
    x, y = Decimal(a.value), Decimal(b.value)
    return max(x, y) <= min(x, y) * _SAME_THING


def differ(a: Measure, b: Measure) -> bool:
    """True when both cannot be right.

    Not so when one is the other rounded, when "about" leaves a tenth of room, or when a bound allows for the other:
    "at least 12" and "14" are a count that grew, "at least 14" and "12" contradict each other.
    """
    if a.kind == "outcome":
        return a.value != b.value
    if a.kind == "date":
        x, y = ({part[0]: part for part in m.value.split()} for m in (a, b))
        return any(x[part] != y[part] for part in x.keys() & y.keys())
    return _amounts_differ(Decimal(a.value), a.bound, Decimal(b.value), b.bound)


def _amounts_differ(x: Decimal, bound_x: Bound, y: Decimal, bound_y: Bound) -> bool:
    if x == y or _is_rounding(x, y):
        return False
    if "about" in {bound_x, bound_y} and abs(x - y) <= max(x, y) * _ABOUT:
        return False
    lower, upper = (bound_x, bound_y) if x < y else (bound_y, bound_x)
    return lower != "least" and upper != "most"


def _is_rounding(x: Decimal, y: Decimal) -> bool:
    """2,512 and 2,500, 1.98 and 2; not 2,500 and 3,000."""
    if abs(x - y) > max(x, y) * _ROUNDING:
        return False
    coarse, fine = sorted((x, y), key=lambda v: len(v.normalize().as_tuple().digits))
    exponent = coarse.normalize().as_tuple().exponent
    return isinstance(exponent, int) and fine.quantize(Decimal(1).scaleb(exponent)) == coarse
