"""The always safe cuts behind :mod:`summarizer.shorten`: each proposes (start, end, what replaces the span)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.english import DETERMINERS, has_finite_verb, key, quotations, words
from summarizer.lexicon import either_of

Cut = tuple[int, int, str]

_AGENCY = "(?:AP|A\\.P\\.|CNN|Reuters|AFP|UPI|BBC|dpa|Xinhua|Bloomberg|[A-Z]{2,7})"
_CAPITAL = r"[A-Z][\w.'’-]*"
_PLACE = rf"{_CAPITAL}(?:[ /]{_CAPITAL}){{0,3}}"
_OF_DATE = r"(?:, \w{3,9}\.? \d{1,2})?"
_THEN = r"(?=[\"“A-Z\d])"
_DATELINES = [
    re.compile(rf"^(?:{_PLACE}(?:, {_PLACE})*{_OF_DATE},? )?\({_AGENCY}\)\s*(?:[-—–:]+\s*)?{_THEN}"),
    re.compile(
        rf"^[A-Z]{{3}}[A-Z .'’/-]*(?:, {_CAPITAL}(?: {_CAPITAL}){{0,2}})?{_OF_DATE}\s*(?:--+|[—–]| - )\s*{_THEN}"
    ),
    re.compile(r"^[A-Z]{3,}(?: [A-Z]{3,})*/[A-Z]{3,}(?: [A-Z]{3,})*,? (?=[\"“A-Z])"),
]
_OUTLET = f"(?:the )?{either_of('outlets')}"
_DAY = f"(?: (?:on |late |early )*{either_of('weekdays')})?"
_SAYS = "(?:reported|reports|reporting|said|says|notes|noted|writes|wrote)"
_OUTLET_SAYS = re.compile(
    rf",? (?:as )?(?:{_OUTLET} {_SAYS}|{_SAYS} {_OUTLET}|according to {_OUTLET}|per {_OUTLET}){_DAY}(?=[.]$)",
    re.IGNORECASE,
)
_ACCORDING = re.compile(rf"^According to {_OUTLET}, ", re.IGNORECASE)
_OPENERS = re.compile(
    rf"^(?:(?:But|And|Yet|So|Or)(?! {either_of('no_clauses')}\b),? (?=\S)"
    rf"|{either_of('leading_connectives')}, (?=\S))"
)
_INNER = re.compile(rf", {either_of('inner_connectives')}(?:, (?=\w)|(?=\.$))")
_SPEAKER = re.compile(r"(?:[\w.]+ ){1,3}(?:says?|said|adds?|added),")
_NEEDS_MORE = DETERMINERS | {"of", "in", "and", "or", "to", "by", "for", "with"}


def dateline(text: str) -> Iterator[Cut]:
    """``WASHINGTON (AP) — ``, ``(CNN)``, ``PRETORIA/KHARTOUM``."""
    for pattern in _DATELINES:
        if found := pattern.match(text):
            yield found.start(), found.end(), ""


def leading_connective(text: str) -> Iterator[Cut]:
    """``But``, ``However,``, ``In addition,``: they point at a sentence that may not be there."""
    found = _OPENERS.match(text)
    if not found:
        return
    rest = text[found.end() :]
    if has_finite_verb(rest) and not _SPEAKER.match(rest):
        yield found.start(), found.end(), ""


def inner_connective(text: str) -> Iterator[Cut]:
    """``, however,`` and the like inside the sentence or at its end."""
    for found in _INNER.finditer(text):
        yield found.start(), found.end(), " "


def outlet_attribution(text: str) -> Iterator[Cut]:
    """``, CNN reported.`` and ``According to the AP,``; whose claim it is stays, which paper carried it goes."""
    for found in (_OUTLET_SAYS.search(text), _ACCORDING.match(text)):
        if found and not any(a < found.end() and found.start() < b for a, b in quotations(text)):
            rest = text[: found.start()] + text[found.end() :]
            if not quotations(rest) and has_finite_verb(rest):
                yield found.start(), found.end(), ""


def parenthesis(text: str) -> Iterator[Cut]:
    """``(...)``, unless a word before or after needs it."""
    for found in re.finditer(r" \([^()]*\)(?=[\s,.;:!?]|$)(?! \d)", text):
        before = words(text[: found.start()])
        if before and key(before[-1]) not in _NEEDS_MORE:
            yield found.start(), found.end(), ""
