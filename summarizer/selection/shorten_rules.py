"""The single cuts behind :mod:`.shorten`: each rule proposes (start, end, what replaces the span)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from summarizer.language.english import DETERMINERS, REPORTING, has_finite_verb, is_finite_verb, key, words
from summarizer.language.lexicon import either_of, words_of

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
_OPENERS = re.compile(
    rf"^(?:(?:But|And|Yet|So|Or)(?! {either_of('no_clauses')}\b),? (?=\S)"
    rf"|{either_of('leading_connectives')}, (?=\S))"
)
_SPEAKER = re.compile(r"(?:[\w.]+ ){1,3}(?:says?|said|adds?|added),")
_NEEDS_MORE = DETERMINERS | {"of", "in", "and", "or", "to", "by", "for", "with"}

_RELATIVE = re.compile(r", (?:(?:\w+ )?(?:of|in|from|to|for|with|by|on|at) )?(?:who|which|whose|whom|where) ")
_SAYS = either_of("says")
_TAIL_SAYS = re.compile(rf",[\"”’]? (?:according to\b|[^,]{{1,60}}\b{_SAYS}\b)[^,]*(?:, [^,]{{1,40}})?[.]$")
_PARTICIPLE = re.compile(rf", (?!{either_of('no_participles')}\b)[a-z]{{2,}}ing (?=[\w\"“])")
_TRAILER = re.compile(r", (?:as|while|amid|following|after|before|even as|just as) (?=\w)")
_BARE_TRAILER = re.compile(r" (?:amid|even as|just as) (?=\w)")
_INCOMPLETE = words_of("incomplete")


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


def parenthesis(text: str) -> Iterator[Cut]:
    """``(...)``, unless a word before or after needs it."""
    for found in re.finditer(r" \([^()]*\)(?=[\s,.;:!?]|$)(?! \d)", text):
        before = words(text[: found.start()])
        if before and key(before[-1]) not in _NEEDS_MORE:
            yield found.start(), found.end(), ""


def trailing_relative(text: str) -> Iterator[Cut]:
    """``, which ...`` up to the end or to a closing attribution; only when no other comma could end it."""
    yield from _trailing(text, _RELATIVE.finditer(text))


def trailing_participle(text: str) -> Iterator[Cut]:
    """``, leaving two dead`` up to the end or to a closing attribution."""
    yield from _trailing(text, _PARTICIPLE.finditer(text))


def trailing_clause(text: str) -> Iterator[Cut]:
    """``, as ...``, ``, while ...``, ``, after ...``, `` amid ...`` at the end."""
    yield from _trailing(text, [*_TRAILER.finditer(text), *_BARE_TRAILER.finditer(text)])


def _trailing(text: str, found: Iterable[re.Match[str]]) -> Iterator[Cut]:
    """Spans from each opening to the end, or to a closing attribution, without a comma of their own."""
    tail = _TAIL_SAYS.search(text)
    end = tail.start() if tail else len(text)
    for opening in found:
        if opening.start() >= end or not text[opening.start() : end].strip(" ,."):
            continue
        body = text[opening.end() : end]
        spoken = any(key(w) in REPORTING for w in words(body)[1:])
        before = words(text[: opening.start()])
        if before and key(before[-1]) in _INCOMPLETE:
            continue
        if not re.search(r",\s|;|—|–", body) and not spoken and any(is_finite_verb(w, clearly=True) for w in before):
            yield opening.start(), end, "" if tail else "."
