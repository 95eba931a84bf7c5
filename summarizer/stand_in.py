"""Whether a sentence may stand in the place of its source: stricter than the grounding check, for small models.

The check asks whether sources hold a sentence. A model of 135M parameters is more often wrong than original, so of its
sentences it is also asked that they are one sentence's worth, shorter, with the same speaker and names in their places.
"""

from __future__ import annotations

import re

from summarizer.alignment import matched
from summarizer.cohesion import opens_dangling
from summarizer.reading import Reading
from summarizer.segment import split_sentences
from summarizer.shorten import is_well_formed
from summarizer.types import Document
from summarizer.words import count_words, is_content

_SHORTEST, _LONGEST = 0.35, 1.0  # words of a rewriting over those of its source
_MOVED = 2  # content words of a rewriting that its source lacks, or has elsewhere
_PREPOSITIONS = frozenset("of from by with at in on for to toward towards against about under into near".split())
_DETERMINERS = frozenset("a an the his her their its".split())
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_FRONTED = re.compile(r"(?:On|In|Early|Late|Last) [^,.]{3,20},")


def says(text: str) -> bool:
    """Whether a verb of saying tells whose words these are."""
    return "say" in Reading(text).content


def may_stand_for(text: str, source: str) -> bool:
    """Whether ``text`` is a rewriting at all: one whole sentence, other words than the source's, and no more."""
    if not is_well_formed(text) or (opens_dangling(text) and not opens_dangling(source)):
        return False
    if len(split_sentences(Document(id="draft", text=text, language="en"))) != 1:
        return False
    written, read = Reading(text), Reading(source)
    if written.norms == read.norms or ("say" in read.content and "say" not in written.content):
        return False
    # A small model likes to open with an article, or with the day, which then is the day of the wrong thing.
    if written.norms[1:2] == read.norms[:1] or (_FRONTED.match(text) and not _FRONTED.match(source)):
        return False
    return _SHORTEST <= count_words(text) / max(1, count_words(source)) <= _LONGEST and (
        _keeps_order(written, read) and _keeps_ties(written, read)
    )


def _keeps_order(written: Reading, read: Reading) -> bool:
    """Whether names and numbers stand where they stood, and few other words are new or moved.

    A name that moves is a name given to something else: "foreign troops … a US exit" is not "US troops".
    """
    kept = {place for place, _ in matched(written.content, read.content)}
    moved = [place for place in range(len(written.content)) if place not in kept]
    return len(moved) <= _MOVED and not any(written.is_specific(place) for place in moved)


def _keeps_ties(written: Reading, read: Reading) -> bool:
    """Whether names still hang on something where each did: "a memo from Navarro", "Navarro's memo", is not Navarro."""
    own = _ties(read)
    return all(own[name] & ties for name, ties in _ties(written).items() if name in own)


def _ties(sentence: Reading) -> dict[str, set[str]]:
    """The ways in which each name hangs on other words: a preposition before it, a possessive, or neither ("")."""
    found: dict[str, set[str]] = {}
    start = 0
    for place, token in enumerate(sentence.tokens):
        if not (token.surface[0].isupper() and is_content(token.norm)) or token.norm in _DAYS:
            start = place + 1
            continue
        if start < place and "," in sentence.text[sentence.tokens[place - 1].end : token.start]:
            start = place
        before = [norm for norm in sentence.norms[max(0, start - 3) : start] if norm not in _DETERMINERS]
        hangs = bool(before) and before[-1] in _PREPOSITIONS and "according" not in before
        own = token.surface.replace("’", "'").endswith(("'s", "s'"))
        found.setdefault(token.norm, set()).update(["preposition"] * hangs + ["possessive"] * own or [""])
    return found
