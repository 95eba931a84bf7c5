"""The always safe cuts behind :mod:`summarizer.shorten`: each proposes (start, end, what replaces the span)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.english import DETERMINERS, either, has_finite_verb, key, quotations, words

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
_OUTLET = "(?:the )?" + either(
    """Associated Press | AP | Reuters | AFP | Agence France-Presse | CNN | BBC(?: News)? | Fox News | NBC(?: News)?
    | ABC(?: News)? | CBS(?: News)? | MSNBC | NPR | Bloomberg(?: News)? | Politico | Axios | Al Jazeera | Sky News
    | Washington Post | New York Times | New York Post | New York Daily News | Wall Street Journal | Los Angeles Times
    | USA Today | Guardian | Daily Mail | Times | Post | Hill | Daily Beast | HuffPost | Huffington Post | Telegraph
    | Independent | BuzzFeed(?: News)? | Xinhua | TMZ | Variety | newspaper | network | paper | news agency | news site
    | magazine"""
)
_DAY = f"(?: (?:on |late |early )*{either('Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday')})?"
_SAYS = either("reported | reports | reporting | said | says | notes | noted | writes | wrote")
_OUTLET_SAYS = re.compile(
    rf",? (?:as )?(?:{_OUTLET} {_SAYS}|{_SAYS} {_OUTLET}|according to {_OUTLET}|per {_OUTLET}){_DAY}(?=[.]$)",
    re.IGNORECASE,
)
_ACCORDING = re.compile(rf"^According to {_OUTLET}, ", re.IGNORECASE)
_NO_SUBJECT = either(
    "for|then|then,|far|much|many|again|long|yet|too|is|are|was|were|do|does|did|another|to"
)  # "So far", "But for", "Yet another", "And so were": not a connective before a clause
_OPENERS = re.compile(
    rf"^(?:(?:But|And|Yet|So|Or)(?! {_NO_SUBJECT}\b),? (?=\S)|"
    + either(
        """However | Meanwhile | Also | Still | Moreover | Furthermore | Additionally | Nevertheless | Nonetheless
        | Indeed | Besides | Thus | Therefore | Consequently | Instead | Plus | In addition | In fact | Of course
        | As a result | For example | For instance | That said | At the same time | On the other hand | In other words
        | To be sure | After all | Similarly | Likewise | Then | Separately | In turn | Accordingly | Hence | Ironically
        | Interestingly | Notably | Importantly | Again | Finally | Overall"""
    )
    + r", (?=\S))"
)
_INNER = re.compile(
    ", "
    + either(
        """however | on the other hand | on the contrary | in other words | meanwhile | though | of course | in fact
        | indeed | moreover | furthermore | too | for example | for instance | in turn | in addition | nevertheless
        | nonetheless | therefore"""
    )
    + r"(?:, (?=\w)|(?=\.$))"
)
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
