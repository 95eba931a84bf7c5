"""Shortening a sentence without a parser, by cuts that leave its claim as it was.

Every word of the result is a word of the source, in the source's order; only capitals and punctuation may change.
Nothing inside a quotation is touched, and no cut takes a negation, a hedge, a condition or an exception with it
(the constraints of Knight & Marcu 2002 and Clarke & Lapata 2008, kept by word lists instead of a parse).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from summarizer.language.english import (
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    has_finite_verb,
    is_balanced,
    is_english,
    is_protected,
    key,
    quotations,
    words,
)
from summarizer.language.lexicon import listed
from summarizer.selection import shorten_rules as rules

_Cut = tuple[int, int, str]
_Rule = Callable[[str], Iterator[_Cut]]

ALWAYS: Sequence[_Rule] = (rules.dateline, rules.leading_connective, rules.parenthesis)
WHEN_LONG: Sequence[_Rule] = (rules.trailing_relative, rules.trailing_participle, rules.trailing_clause)
_MIN_WORDS = 4
_MIN_CLAUSE = 8
_OPEN_ENDS = (PREPOSITIONS | DETERMINERS | CONJUNCTIONS) - set("that this her so over before since on".split())


def shorten(sentence: str, max_words: int | None = None) -> str:
    """The sentence, shorter where that is safe.

    Dateline, opening connective and parentheses always go. Closing clauses (", which ...", ", leaving ...", ", as ...")
    go only while the sentence is longer than ``max_words`` (None: no limit; 0: everything that can go). The result may
    still be longer than ``max_words``: the caller checks. The rules are English; a sentence in another language only
    loses its dateline.
    """
    if not is_english(sentence):
        return _cut((rules.dateline,), _tidy(sentence), None)
    text = _cut(ALWAYS, _closed(_tidy(_uncut(sentence))), None)
    if max_words is None or text.endswith("?"):
        return text
    return _cut((*ALWAYS, *WHEN_LONG), text, max_words)


_SHORT_TITLE = "|".join(map(str.title, listed("short_titles")))
_FRAGMENT = re.compile(
    rf"\b(?:{_SHORT_TITLE})\.$|^\w+ [—–-] (?:as|when|while)\b|^(?:Was|Were|Is|Are|Has|Had|Did|Does)\b.*\.$"
)

_ASIDE = re.compile(r"\s[—–-]{1,2}\s.+?\s[—–-]{1,2}\s|\b—\b.+?\b—\b")


def is_well_formed(sentence: str) -> bool:
    """True for a whole sentence: opens with a capital, figure or quotation mark, ends with a full stop, question or
    exclamation mark, has a finite verb (outside an aside between dashes) if it is English, and its
    quotation marks and brackets are in pairs."""
    text = sentence.strip()
    return (
        bool(re.match(r"[\"“„«‘'(\[¿¡「$€£]*[^\W_]", text))
        and not text.lstrip("\"“„«‘'([¿¡「$€£")[:1].islower()
        and bool(re.search(r"[.!?。！？।॥؟][\"”’')\]»」]*$", text))
        and (has_finite_verb(_ASIDE.sub(" ", text)) or not is_english(text))
        and is_balanced(text)
        and not _FRAGMENT.search(text)
        and not re.search(r"(?:,|;|:|—|–|-)[.!?]|,\s*,|\(\s*\)|\s[,.;!?](?:\s|$)", text)
    )


def _uncut(sentence: str) -> str:
    """Without the clause in which a feed broke off: "…, two people said, signalling a compromise..."."""
    found = re.match(r"(.+), [^,]+(?:\.\.\.|…)$", sentence)
    if found and len(words(found[1])) >= _MIN_CLAUSE and has_finite_verb(found[1]):
        return f"{found[1]}."
    return sentence


def _closed(text: str) -> str:
    """With the mark that the sentence before or after has of a quotation over several sentences."""
    if text.count("“") + text.count('"') % 2 == text.count("”") + 1 and re.search(r"[.!?]$", text):
        return text + ("”" if "“" in text else '"')
    return text


def _cut(rules: Sequence[_Rule], text: str, limit: int | None) -> str:
    """Each rule in turn, and again while that shortens: one cut can make room for another."""
    while True:
        before = text
        for rule in rules:
            text = _apply(rule, text, limit)
        if text == before:
            return text


def _apply(rule: _Rule, text: str, limit: int | None) -> str:
    """Take the rule's cuts one by one, each only when what is left is sound."""
    taken = True
    while taken and (limit is None or len(text.split()) > limit):
        taken = False
        for start, end, glue in rule(text):
            shorter = _tidy(text[:start] + glue + text[end:])
            if _is_sound(text, start, end, shorter):
                text, taken = shorter, True
                break
    return text


def _is_sound(text: str, start: int, end: int, shorter: str) -> bool:
    if any(start < b and end > a and not (start <= a and b <= end) for a, b in quotations(text)):
        return False
    left = words(shorter)
    if any(is_protected(w) for w in words(text[start:end])) or len(left) < _MIN_WORDS:
        return False
    if is_balanced(text) and not is_balanced(shorter):
        return False
    if not has_finite_verb(shorter) or (key(left[-1]) in _OPEN_ENDS and key(left[-1]) != key(words(text)[-1])):
        return False
    return not re.search(r",\s*[,.;:]|^[,.;:]|, \d{1,3} [a-z]", shorter)


def _tidy(text: str) -> str:
    """Close the gaps a cut leaves; capital first, mark at the end."""
    text = re.sub(r"\s+([,.;:!?](?:\s|$))", r"\1", " ".join(text.split()))
    text = re.sub(r"[\s,;:—–-]+([.!?])?$", lambda m: m[1] or "", text)
    text = re.sub(r"\.{4,}", "...", text)
    text = re.sub(r"(?<!\.)\.\.(?!\.)", ".", text)
    last = words(text)[-1:]
    if last and not re.search(r"[.!?…。！？।॥؟][\"”’')\]»」]*$", text) and key(last[0]) not in _OPEN_ENDS:
        text += "."
    at = len(text) - len(text.lstrip("\"“‘'(["))
    opening = text[at:].split(" ", 1)[0]
    if text[at : at + 1].islower() and opening.islower() and not opening.startswith(("al-", "el-", "http")):
        text = text[:at] + text[at].upper() + text[at + 1 :]
    return text
