"""Whether a sentence may stand in the place of its source: stricter than the grounding check, for small models.

The check asks whether sources hold a sentence. A model of 135M parameters is more often wrong than original, so of its
sentences it is also asked that they are one sentence's worth, shorter, with the same speaker and names in their places.
"""

from __future__ import annotations

import re

from summarizer.alignment import matched
from summarizer.cohesion import opens_dangling
from summarizer.deletions import ARTICLES, keeps_meaning
from summarizer.reading import Reading
from summarizer.segment import split_sentences
from summarizer.shorten import is_well_formed
from summarizer.types import Document
from summarizer.words import Token, count_words, is_content

_SHORTEST, _LONGEST = 0.35, 1.0  # words of a rewriting over those of its source
_PREPOSITIONS = frozenset("of from by with at in on for to toward towards against about under into near".split())
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_FRONTED = re.compile(r"(?:On|In|Early|Late|Last) [^,.]{3,20},")
_UNATTRIBUTED = re.compile(r"\b(?:is|are|was|were|been|being) (?:said|told|reported|announced)\b")
_SPEAKER = r"[^,.;:“”\"]{2,60}"
_SAID = re.compile(rf",[”\"]?( (?:{_SPEAKER} said|{_SPEAKER} told {_SPEAKER}|according to {_SPEAKER})\.)$")
_UNNAMED = re.compile(r" (?:he|she|they|it) said\b")


def says(text: str) -> bool:
    """Whether a verb of saying tells whose words these are."""
    return "say" in Reading(text).content


def with_speaker(text: str, source: str) -> str:
    """``text`` with who said it, where ``source`` ends with that and it was left out; small models do so.

    Of two tellings, "police have told the town that …, the mayor said", it is the outer one that must not get lost.
    """
    said = _SAID.search(source)
    if not said or not text.endswith(".") or _UNNAMED.match(said[1]):
        return text
    written, read, speaker = (Reading(each).content for each in (text, source, said[1]))
    inner = written.count("say") < read.count("say") and not set(speaker) <= set(written)
    return f"{text[:-1]},{said[1]}" if inner or "say" not in written else text


def may_stand_for(text: str, source: str) -> bool:
    """Whether ``text`` is a rewriting at all: one whole sentence, other words than the source's, and no more."""
    if not is_well_formed(text) or (opens_dangling(text) and not opens_dangling(source)):
        return False
    if len(split_sentences(Document(id="draft", text=text, language="en"))) != 1:
        return False
    written, read = Reading(text), Reading(source)
    if written.norms == read.norms or ("say" in read.content and "say" not in written.content):
        return False
    if ("?" in source) != ("?" in text):
        return False
    if _UNATTRIBUTED.search(text) and not _UNATTRIBUTED.search(source):
        return False
    # A small model likes to open with an article, or with the day, which then is the day of the wrong thing.
    if written.norms[1:2] == read.norms[:1] or (_FRONTED.match(text) and not _FRONTED.match(source)):
        return False
    return _SHORTEST <= count_words(text) / max(1, count_words(source)) <= _LONGEST and (
        _keeps_order(written, read) and _keeps_ties(written, read) and keeps_meaning(written, read)
    )


def _keeps_order(written: Reading, read: Reading) -> bool:
    """Whether it is written in the source's words, in their order; only who said it may stand elsewhere.

    A word that moves is said of something else: "foreign troops … a US exit" is not "US troops".
    """
    kept = {place for place, _ in matched(written.content, read.content)}
    return all(place in kept or word == "say" for place, word in enumerate(written.content))


def _keeps_ties(written: Reading, read: Reading) -> bool:
    """Whether names, and what the sentence opens with, hang on something where they did.

    "A memo from Navarro", or "Navarro's memo", is not Navarro; "charges in the death of a child" are not the death.
    """
    own = _ties(read)
    first = next((place for place, found in enumerate(written.stems) if found), 0)
    return all(
        own[token.norm] & _tie(written, place)
        for place, token in enumerate(written.tokens)
        if token.norm in own and (place == first or _is_name(token))
    )


def _ties(sentence: Reading) -> dict[str, set[str]]:
    """The ways in which each content word hangs on others, wherever it stands."""
    found: dict[str, set[str]] = {}
    for place, token in enumerate(sentence.tokens):
        if sentence.stems[place]:
            found.setdefault(token.norm, set()).update(_tie(sentence, place))
    return found


def _tie(sentence: Reading, place: int) -> set[str]:
    """How a word hangs on others: by which preposition before its phrase, by a possessive, or by nothing ("")."""
    token, start = sentence.tokens[place], place
    while start and _joined(sentence, start) and (not _is_name(token) or _is_given(sentence.tokens[start - 1])):
        start -= 1
    while start and sentence.norms[start - 1] in ARTICLES:
        start -= 1
    before = sentence.norms[max(0, start - 2) : start]
    hangs = set(before[-1:]) & _PREPOSITIONS if "according" not in before else set[str]()
    owns = {"'s"} if token.surface.replace("’", "'").endswith(("'s", "s'")) else set[str]()
    return hangs | owns or {""}


def _joined(sentence: Reading, place: int) -> bool:
    """Whether token ``place`` follows a content word of its own phrase; a day belongs to no phrase."""
    before = sentence.tokens[place - 1]
    gap = sentence.text[before.end : sentence.tokens[place].start]
    return bool(sentence.stems[place - 1]) and gap in {" ", ". ", "-"} and before.norm not in _DAYS


def _is_given(token: Token) -> bool:
    """Whether a name may begin with it: another name, or the number of a day."""
    return _is_name(token) or token.norm[0].isdigit()


def _is_name(token: Token) -> bool:
    return token.surface[0].isupper() and is_content(token.norm) and token.norm not in _DAYS
