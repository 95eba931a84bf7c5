"""What makes chosen sentences read as one text: no dangling opening, no repetition, a sensible order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from datetime import datetime

import numpy as np
import numpy.typing as npt

from summarizer.language.english import (
    PREPOSITIONS,
    REPORTING,
    WEEKDAYS,
    content,
    is_english,
    is_finite_verb,
    key,
    quotations,
    words,
)
from summarizer.language.lexicon import either_of, words_of
from summarizer.language.words import is_content
from summarizer.types import Sentence

Vectors = npt.NDArray[np.float32]

_FEW_NEW, _MOSTLY_TOLD = 3, 0.6  # content words; share of them
_PRONOUNS = words_of("pointing_pronouns")
_DEMONSTRATIVES = words_of("demonstratives")
_CONNECTIVES = words_of("connectives")
_DEFINITE = either_of("definite")
_DEFINED = either_of("defined")
_POINTERS = either_of("pointers")
_BACKWARD = re.compile(rf"^(?:the {_DEFINITE}(?! {_DEFINED}\b)\b|{_POINTERS}(?!\w))")
_THEY_SAY = re.compile(rf", (?:it|they) (?:{either_of('says')}|say|add|report)\b[^,]*$")
_PERSONS = words_of("persons")
_PERSON_ENDINGS = ("er", "or", "ist", "man", "ian")
_INSTITUTIONS = words_of("bodies")
_SEEMS = either_of("seems")
_EXPLETIVE = re.compile(
    rf"^it ?{_SEEMS} (?:(?:not|still|also|now|yet|clear|unclear|un\w+|im\w+|[a-z]+ly)\s)*"
    r"(?:\w+ (?:that|whether|if|how|why|when|who|what)\b|(?!\w+ed )\w+ (?:to|for)\b"
    r"|(?:the|a|an) [\w\s-]{1,40}? (?:that|since|who|when)\b|[\w\s-]{0,40}?\b(?:that|whether|since)\b)"
)
_THERE = re.compile(
    r"there(?:'s|'re| (?:is|are|was|were|will|has|have|had|may|can|could|would|appears?|seems?|remains?)\b)"
)
_THIS_TIME = re.compile(  # no antecedent needed
    r"(?:this|that) (?:week|month|year|morning|spring|summer|autumn|fall|winter|weekend|coming|past)\b"
    r"|those (?:who|with|in)\b|such as\b|that the\b"
)


def opens_dangling(sentence: str) -> bool:
    """True when the sentence cannot stand first: it opens with a pronoun, a connective or a phrase that points back,
    or it is a quotation with nobody to say it, or a piece of one."""
    text = sentence.strip()
    bare = text.lstrip("\"“‘'([ ").lower().replace("’", "'")
    opening = words(bare)
    if not opening or _is_bare_quotation(text):
        return True
    if not is_english(text):
        return False
    first = key(re.split(r"'", opening[0])[0])
    if first == "it":
        return not _EXPLETIVE.match(bare)
    if first in _PRONOUNS or (first in _DEMONSTRATIVES and not _THIS_TIME.match(bare)):
        return True
    if first in _CONNECTIVES or (first == "there" and not _THERE.match(bare)):
        return True
    return bool(_BACKWARD.match(bare)) or _pronoun_subject(bare) or _has_unnamed_person(text)


def repeats(a: str, b: str, cosine: float | None = None) -> bool:
    """True when ``b`` tells little that ``a`` has not told. ``cosine`` of their vectors, when known, lowers the share
    of common content words that it takes (tuned by reading; see tests)."""
    shared = overlap(a, b)
    if shared >= 0.7:
        return True
    return cosine is not None and (
        cosine >= 0.85 or (cosine >= 0.65 and shared >= 0.4) or (cosine >= 0.55 and shared >= 0.5)
    )


def adds_little(text: str, told: Sequence[str]) -> bool:
    """True when sentences of ``told`` hold nearly all content words of ``text`` between them, and no number is new."""
    own = content(text)
    new = own.difference(*map(content, told))
    return len(new) <= min(_FEW_NEW, (1.0 - _MOSTLY_TOLD) * len(own)) and not any(map(str.isdigit, "".join(new)))


def overlap(a: str, b: str) -> float:
    """Shared content stems over those of the shorter sentence, 0..1."""
    first, second = content(a), content(b)
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def order(
    sentences: Sequence[Sentence],
    lengths: Mapping[str, int],
    *,
    vectors: Vectors | None = None,
    published: Mapping[str, datetime] | None = None,
    weight: Sequence[float] | None = None,
    needs: Sequence[frozenset[str]] | None = None,
) -> list[int]:
    """An order in which the sentences read as one text; returns indices.

    First the sentence that introduces: not dangling, of the highest ``weight`` when weights are given, else the
    earliest in its document. Sentences of one document keep that
    document's order; across documents relative position decides (majority ordering of Barzilay et al. 2002, with
    positions for precedences), then publication date. A sentence that opens dangling follows the one that stood
    before it in its document, when that was chosen too.
    lengths: sentences of each document by id; vectors: (n, 384) unit rows, which keep one subject together; needs:
    stems that should be told before a sentence, where another order of the documents can have it so.
    """
    if not sentences:
        return []
    place = [s.index / max(1, lengths.get(s.document, s.index + 1)) for s in sentences]
    when = {d: t.timestamp() for d, t in (published or {}).items()}

    def rank(i: int) -> tuple[float, float, str, int]:
        return place[i], when.get(sentences[i].document, 0.0), sentences[i].document, sentences[i].index

    left = sorted(range(len(sentences)), key=rank)
    standing = [i for i in left if not opens_dangling(sentences[i].text)] or left[:1]
    opening = max(standing, key=lambda i: weight[i]) if weight else standing[0]
    chosen = [opening]
    left.remove(opening)
    told = content(sentences[opening].text)
    while left:
        waiting = {i for i in left if needs and needs[i] - told}
        chosen.append(_next(chosen[-1], left, sentences, place, vectors, waiting))
        left.remove(chosen[-1])
        told |= content(sentences[chosen[-1]].text)
    return chosen


def _next(
    last: int,
    left: Sequence[int],
    sentences: Sequence[Sentence],
    place: Sequence[float],
    vectors: Vectors | None,
    waiting: Set[int],
) -> int:
    follows = [
        i
        for i in left
        if sentences[i].document == sentences[last].document and sentences[i].index == sentences[last].index + 1
    ]
    if follows and opens_dangling(sentences[follows[0]].text):
        return follows[0]
    # Only the earliest of each document may come next: its own order is never turned round.
    earliest: dict[str, int] = {}
    for i in left:
        best = earliest.setdefault(sentences[i].document, i)
        if sentences[i].index < sentences[best].index:
            earliest[sentences[i].document] = i
    affinity = 0.5

    def cost(i: int) -> tuple[bool, float, int]:
        near = float(vectors[i] @ vectors[last]) if vectors is not None else 0.0
        return i in waiting, place[i] - affinity * near, left.index(i)

    return min(earliest.values(), key=cost)


def _pronoun_subject(bare: str) -> bool:
    """``As she said``, ``In his speech, he``: a pronoun before any name could have introduced it."""
    opening = words(bare)[:3]
    if key(opening[0]) not in PREPOSITIONS | {"when", "while", "if", "because", "although", "though", "once"}:
        return False
    own = {"he", "she", "they", "it", "his", "her", "their", "its", "this", "these", "those"}
    # Further on "that" begins a clause.
    return any(key(w) in own for w in opening[1:]) or "that" in map(key, opening[1:2])


def _has_unnamed_person(text: str) -> bool:
    """``Police said she ...``, ``..., it added.``: a pronoun for someone whom nothing before it introduces."""
    if _THEY_SAY.search(text):
        return True
    said = words(text)
    at = next(
        (i for i, w in enumerate(said) if key(w).split("'")[0] in {"he", "she", "him", "her", "his", "hers"}), None
    )
    if at is None:
        return False
    before = said[:at]
    called = [w for w in before[1:] if w[0].isupper()]
    # The first word's capital tells nothing, unless it is a lone subject ("Biden said he") and no plural ("Officials").
    if (len(before) > 1 and is_finite_verb(before[1]) and not key(before[0]).endswith("s")) or "'" in key(before[0]):
        called.append(re.sub(r"['’]s$", "", before[0]))
    if any(key(w) not in WEEKDAYS | _INSTITUTIONS for w in called):
        return False
    return not any(key(w) in _PERSONS or (is_content(key(w)) and key(w).endswith(_PERSON_ENDINGS)) for w in before)


def _is_bare_quotation(text: str) -> bool:
    """A quotation without a speaker, or one that began or ends in another sentence."""
    marks = text.count('"')
    if marks % 2 or text.count("“") != text.count("”"):
        return True
    spans = quotations(text)
    if not spans or spans[0][0] > 1:
        return False
    outside = text
    for a, b in reversed(spans):
        outside = outside[:a] + outside[b:]
    said = words(outside)
    return len(said) < 2 or (
        key(said[0]) in {"he", "she", "they", "it"}
        or (key(said[0]) in REPORTING and key(said[1]) in {"he", "she", "they"})
    )
