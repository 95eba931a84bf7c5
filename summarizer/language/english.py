"""Closed classes of English words that the rule-based parts share, and the few questions asked of them.

No tagger: a word is taken for a finite verb only when it is an auxiliary, a listed form, or a lower-case word in -ed;
rules that need more certainty than that do not cut.
"""

from __future__ import annotations

import re

from summarizer.language.lexicon import foreign, listed, weekdays, words_of
from summarizer.language.words import content_stems, tokens

WORD = re.compile(r"[^\W_]+(?:[.,'’&/-][^\W_]+)*(?:['’](?!\w))?|[$€£%]")

NEGATIONS = words_of("negations")
PROTECTED = NEGATIONS | words_of("hedges", "conditions")
AUXILIARIES = words_of("auxiliaries")
_PAST = words_of("past_forms")
_PRESENT = frozenset(base + "s" for base in listed("bases")) | words_of("third_persons")
_NOT_VERBS = words_of("no_clear_verbs")
REPORTING = words_of("reporting")
_MARKS = words_of("marks")
_FOREIGN = foreign("function_words")
_TITLES = words_of("courtesies") - {"miss"} | {"dr", "sir"}
WEEKDAYS = frozenset(weekdays())
PREPOSITIONS = words_of("prepositions")
DETERMINERS = words_of("determiners")
CONJUNCTIONS = words_of("conjunctions")
_FIRST_PERSON = re.compile(r"(?<!War )\b(?:[Ii](?![.)-])|[Ww]e|[Oo]urs?|[Mm]y|us|me)\b")

_SECOND_PERSON = re.compile(r"\b[Yy]ou(?:r|rs|rself)?\b")


def words(text: str) -> list[str]:
    """The words of ``text`` as written, without punctuation; figures keep their inner points and commas."""
    return WORD.findall(text)


def key(word: str) -> str:
    """Lower case, straight apostrophes: the form in which the closed classes are listed."""
    return word.lower().replace("’", "'")


def is_protected(word: str) -> bool:
    """True for a negation, hedge, condition or exception: dropping it could change what is claimed."""
    form = key(word)
    return form in PROTECTED or form.endswith("n't")


def is_finite_verb(word: str, *, clearly: bool = False) -> bool:
    """True when the word can stand as a finite verb; ``clearly`` leaves out forms that are as often nouns."""
    form = key(word)
    if form in AUXILIARIES or form in _PAST or form.endswith("n't"):
        return form not in {"be", "been", "being"}
    if word[:1].isupper() or (clearly and form in _NOT_VERBS):
        return False
    if form in _PRESENT:
        return True
    return len(form) > 4 and form.endswith("ed") and form not in _NOT_VERBS


def has_finite_verb(text: str) -> bool:
    """True when some word of ``text`` can be a finite verb, clitics ("he's") included."""
    said = words(text)
    for word, after in zip(said, [*said[1:], ""], strict=True):
        # "sent by", "seen in" without an auxiliary is a participle; the auxiliary, if any, is found by itself.
        if is_finite_verb(word) and (after != "by" or key(word) in AUXILIARIES):
            return True
        if re.search(r"['’](?:re|ve|ll|d|m)$|^(?:he|she|it|that|there|who|what|here)['’]s$", word, re.IGNORECASE):
            return True
    return False


def is_english(text: str) -> bool:
    """False when function words of other languages prevail, or letters of another script."""
    letters = [c for c in text if c.isalpha()]
    if sum(c < "\u0250" for c in letters) * 2 < len(letters):
        return False
    said = [w.surface for w in tokens(text)]
    foreign = sum(w in _FOREIGN for w in said)
    return foreign < 2 or foreign <= sum(w in _MARKS for w in said)


def content(text: str) -> frozenset[str]:
    """Stems of the words that carry content: no function words, weekdays, titles or reporting verbs."""
    kept = [t for t in tokens(text) if t.norm not in REPORTING | WEEKDAYS | _TITLES]
    return frozenset(content_stems(kept))


def in_first_person(text: str) -> bool:
    """True when "I" or "we" speaks outside quotation marks; in a report, somebody's words without marks."""
    return bool(_FIRST_PERSON.search(unquoted(text)))


def speaks_to_reader(text: str) -> bool:
    """True when "you" is spoken to outside quotation marks."""
    return bool(_SECOND_PERSON.search(unquoted(text)))


def unquoted(text: str) -> str:
    """``text`` without its quotations."""
    for start, end in reversed(quotations(text)):
        text = f"{text[:start]} {text[end:]}"
    return text


def quotations(text: str) -> list[tuple[int, int]]:
    """Spans of quotations, marks included; an unclosed one runs to the end, an unopened one from the start."""
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for mark in re.finditer(r"[\"“”]", text):
        closes = mark[0] == "”" or (mark[0] == '"' and (opened is not None or _is_closing(text, mark.start())))
        if not closes:
            opened = mark.start() if opened is None else opened
        else:
            spans.append((opened if opened is not None else 0, mark.end()))
            opened = None
    return [*spans, (opened, len(text))] if opened is not None else spans


def _is_closing(text: str, at: int) -> bool:
    """A straight mark closes when it hangs on the word before it and not on the one after."""
    return at > 0 and not text[at - 1].isspace() and text[at - 1] not in "([—-" and not text[at + 1 : at + 2].isalnum()


def is_balanced(text: str) -> bool:
    """True when quotation marks and brackets come in pairs."""
    return (
        text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
        and text.count("(") == text.count(")")
        and text.count("[") == text.count("]")
    )
