"""Which sentences a summary may take: those that report, and none that belong to the page or to somebody's own talk.

Left out are captions, links, posts and transcripts; questions and talk to the reader; and what stands inside a long
quotation, which without its marks would be told as the article's own report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from summarizer.interruption import interruptible
from summarizer.language.english import has_finite_verb, in_first_person, is_english, quotations, speaks_to_reader
from summarizer.language.lexicon import either_of
from summarizer.selection.shorten import is_well_formed, shorten
from summarizer.types import Sentence

_FIGURES = re.compile(r"(?<!\S)(?:[^\w\s]{0,2}\d[\d.,:/%+–-]*\s+){3}")
_ENDED = re.compile(r"[.!?…。！？।॥؟۔][\"'”’»)\]」』）*\s]*$")
_TOLD_AS_TALK = 0.3  # share of sentences in the first person; news articles have 0.02, reviews 0.4, in the middle
_MOSTLY_QUOTED = 0.5  # of an article: then its marks are broken, or it is an interview
_ENOUGH = 0.4  # of the sentences
_LONGEST_POST = 280  # characters
_FURNITURE = re.compile(
    r"^[A-Z]{3,}: |^[•►■\[(*†‡]|^(?:CLOSE|MORE|WATCH|VIDEO|PHOTOS?|RELATED|READ|UPDATED?|FILE) |https?://|www\.|©"
    r"|pic\.twitter|(?<![\w.])@\w{2,}|^(?:[A-Z][A-Z.]+ )+(?:\([^()]*\) ?)?:|"
    rf"(?i:{either_of('furniture')})"
)
_LABEL = re.compile(r"^([A-Z][^:.,;!?\"“”]{2,40}): (?![\"“‘'])")
_LABEL_WORDS = 4
_TORN = re.compile(r"\?\?\w|\b[A-Z][a-z]+\.? ?\([RD]-|\b([A-Z][a-z]{2,})\1")  # "that??flu", "Rep.(R-Fla.)"
_SIGNATURE = re.compile(r"[—–-] ?[^\n()—–]{2,60}\(@\w+\)")


def is_furniture(text: str) -> bool:
    """Whether a sentence belongs to the page, or opens with a label."""
    label = _LABEL.match(text)
    if label and len(label[1].split()) <= _LABEL_WORDS and not has_finite_verb(label[1]) and is_english(text):
        return True
    return is_page_furniture(text)


def is_page_furniture(text: str) -> bool:
    """Whether a sentence belongs to the page: a caption, link, post, row of a table or what a scraper tore."""
    return bool(_FURNITURE.search(text) or _TORN.search(text)) or is_row(text)


def is_row(text: str) -> bool:
    """Whether a piece is of a table: figures side by side, and no end mark; "6-4 3-6 7-5." ends a report of a match."""
    return _FIGURES.search(text) is not None and not _ENDED.search(text)


def is_statement(text: str) -> bool:
    """Whether a sentence ends as one: not as a question, and not cut off as link titles are."""
    return not text.rstrip('"”’) ').endswith(("?", "...", "…"))


def quotable(sentences: Sequence[Sentence], texts: Mapping[str, str], language: str) -> NDArray[np.bool_]:
    """(n,) which of ``sentences`` a summary may take; more when hardly any would be left, as of a page of posts.

    texts: each document's whole text by id. "I", "we" and "you" outside quotation marks are somebody's words (those of
    a press statement, say), unless most of the articles speak so themselves, as reviews do.
    """
    kept = np.array([_is_report(s.text) for s in interruptible(sentences)], dtype=np.bool_)
    reported = kept & ~_talk(sentences) if language == "en" else kept.copy()
    inside: set[tuple[str, int]] = set()
    for document in dict.fromkeys(s.document for s in sentences):
        own = [s for s in sentences if s.document == document]
        spoken = _quoted(own, texts.get(document, ""))
        inside |= {(document, s.index) for s in spoken} if len(spoken) < _MOSTLY_QUOTED * len(own) else set()
        inside |= {(document, s.index) for s in _posted(own, texts.get(document, ""))}
    reported &= np.array([(s.document, s.index) not in inside for s in sentences], dtype=np.bool_)
    told = ~np.array([is_row(s.text) for s in interruptible(sentences)], dtype=np.bool_)
    for some in (reported, kept):
        if some.sum() >= _ENOUGH * told.sum() and some.any():
            return some
    return told if told.any() else np.ones_like(kept)


def _is_report(text: str) -> bool:
    short = shorten(text)
    return is_well_formed(short) and is_statement(short) and not is_furniture(text)


def _talk(sentences: Sequence[Sentence]) -> NDArray[np.bool_]:
    own = np.array(
        [in_first_person(s.text) or speaks_to_reader(s.text) for s in interruptible(sentences)], dtype=np.bool_
    )
    documents = np.array([s.document for s in sentences])
    shares = [float(own[documents == document].mean()) for document in dict.fromkeys(documents.tolist())]
    return own if np.median(shares) < _TOLD_AS_TALK else np.zeros_like(own)


def _quoted(sentences: Sequence[Sentence], text: str) -> list[Sentence]:
    """Those that begin after the opening mark of a quotation and end with it or before."""
    found: list[Sentence] = []
    open_before = False
    for paragraph in interruptible(re.finditer(r"[^\n]+", text)):
        told = paragraph.group()
        # "6’2”" closes nothing, unless the paragraph before left a quotation open.
        spans = [(a, b) for a, b in quotations(told) if open_before or told[a] in '"“']
        for a, b in interruptible(spans):
            # What was left open covers the paragraph's first word too.
            begin = paragraph.start() + a - (a == 0 and open_before)
            found += [s for s in sentences if begin < s.start and s.end <= paragraph.start() + b]
        open_before = bool(spans) and spans[-1][1] == len(told) and told[-1] not in '"”'
    return found


def _posted(sentences: Sequence[Sentence], text: str) -> list[Sentence]:
    """Those of posts that the page shows: what comes before "— Name (@name)"."""
    signed = [(m.start(), m.end()) for m in _SIGNATURE.finditer(text)]
    lines = [max(a - _LONGEST_POST, text.rfind("\n", 0, len(text[:a].rstrip())) + 1) for a, _ in signed]
    return [
        s for s in interruptible(sentences) if any(a <= s.start < b for a, (_, b) in zip(lines, signed, strict=True))
    ]
