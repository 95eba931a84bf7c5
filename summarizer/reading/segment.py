"""Sentences of a document with exact offsets: sentencex by language, and a few corrections for news on top.

sentencex (Wikimedia) knows the abbreviations and quotation marks of some 200 languages. What it gets wrong in news,
and what is no sentence at all, is put right here; a correction moves boundaries, never text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex  # type: ignore[import-untyped]

from summarizer.interruption import interruptible
from summarizer.language.detection import detect_language
from summarizer.types import Document, Sentence

Span = tuple[int, int]

LONGEST = 1200
"""Characters of a sentence; nobody writes longer ones, and what reads them would take for ever over a megabyte."""
_LONG = 400  # characters; a longer "sentence" is nearly always a quotation of several, or one that never closes
_SUBHEAD_WORDS = 14
_LEAST_ITEMS, _WORDS_OF_AN_ITEM, _MOSTLY = 3, 5, 0.7
_REMNANT_WORDS = 3
_UNSPACED_SUBHEAD = 40  # characters, for scripts that put no spaces between words
_LOWER_CASED = 0.3  # share of sentences opening in lower case above which the text as a whole was lower-cased
_WITHOUT_FULL_STOP = frozenset({"th", "lo", "km", "my"})

_TAIL = 40  # characters by which an end is judged
_BREAKS = (";:—–", ",،、，", " \t\u3000")  # where a run without an end is cut, best first

_SURROGATE = re.compile("[\ud800-\udfff]")
_QUOTES = re.compile("[\"“”„«»「」『』]|(?<!\\w)['‘]|['’](?!\\w)")
_TERMINAL = re.compile("[.!?…。！？｡।॥؟۔։።။]['\"”’»)\\]」』）*\\s]*$")
_MISSED = re.compile('(?<=[.!?]\\))\\s+(?=["“‘(]?[A-Z])|(?<=…)\\s+(?=["“‘(]?[A-Z])')
_OPENING_LEFT_BEHIND = re.compile('\\s(["“‘«„(])\\s*$')
_CLOSING_LEFT_OVER = re.compile('\\s*(["”»])(?=\\s)')
_ADDRESS = re.compile("\\w+(?:://|@|\\.)\\w")
_SHORTENED = re.compile(r"(?:^|\s)(?:M{1,2}|incl|excl|esp|approx|resp)\.$")  # French M. and MM.; what sentencex lacks
_ABBREVIATED = re.compile(r"[A-Z]\w{0,4}\.,")  # no sentence opens with "Va., and"
_TIME_ZONE = re.compile(r"(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|Eastern|Central|Mountain|Pacific)\b")
_SPACED_FULL_STOP = re.compile("\\s[.!?]['\"”’\\s]*$")


def split_sentences(document: Document) -> list[Sentence]:
    """Sentences in order of place, not overlapping, with ``document.text[s.start:s.end] == s.text``.

    A line break is always a boundary. Left out, because they are no sentences: pieces without a letter; subheads
    (a line of at most fourteen words without a full stop); remnants of up to three words after a line's last full
    stop. A document of nothing else gives those pieces after all, if they hold letters; in a list of lines without full
    stops every line is a sentence.
    """
    text = _SURROGATE.sub("?", document.text)
    language = document.language or detect_language(text) or "en"
    lines = [_line_spans(text, line, language) for line in interruptible(_lines(text))]
    if not _is_lower_cased(text, lines):
        lines = [_join_continuations(text, spans) for spans in lines]
    lettered = [
        (s, len(spans) == 1) for spans in lines for s in interruptible(spans) if any(map(str.isalpha, text[slice(*s)]))
    ]
    listed = language in _WITHOUT_FULL_STOP or _is_list([text[slice(*s)] for s, _ in lettered])
    spans = [s for s, alone in lettered if listed or _is_sentence(text[slice(*s)], alone)]
    found = [piece for span in spans or [s for s, _ in lettered] for piece in _cut(text, *span)]
    return [
        Sentence(document=document.id, index=index, start=start, end=end, text=document.text[start:end])
        for index, (start, end) in enumerate(found)
    ]


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """A span in pieces of at most ``LONGEST`` characters that hold a letter."""
    while start < end:
        stop = end
        if end - start > LONGEST:
            half = start + LONGEST // 2
            places = (max(text.rfind(mark, half, start + LONGEST) for mark in marks) for marks in _BREAKS)
            stop = next((place + 1 for place in places if place > 0), start + LONGEST)
        piece = _trim(text, start, stop)
        if any(map(str.isalpha, text[slice(*piece)])):
            yield piece
        start = stop


def _is_list(pieces: list[str]) -> bool:
    """Whether lines without full stops are the text itself, as of minutes and lists: most end without, and say more
    than a name does."""
    open_ended = sorted(len(piece.split()) for piece in pieces if not _TERMINAL.search(piece))
    many = len(open_ended) >= _LEAST_ITEMS and len(open_ended) > _MOSTLY * len(pieces)
    return many and open_ended[len(open_ended) // 2] >= _WORDS_OF_AN_ITEM


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.splitlines(keepends=True):
        if not line.isspace():
            yield start, start + len(line)
        start += len(line)


def _line_spans(text: str, line: Span, language: str) -> list[Span]:
    """Trimmed, non-empty spans of one line, before continuations are joined."""
    spans: list[Span] = []
    for start, end in interruptible(_segment(text[slice(*line)], line[0], language)):
        if end - start > _LONG:
            unquoted = _QUOTES.sub(lambda mark: " " * len(mark[0]), text[start:end])
            spans += _segment(unquoted, start, language)
        else:
            spans.append((start, end))
    cuts = {start for start, _ in spans} | {end for _, end in spans} | set(line)
    cuts |= {m.end() for m in _MISSED.finditer(text, *line)}
    cuts -= {end for start, end in spans if _is_quoted_object(text, start, end)} - set(line)
    edges = [line[0]]
    for cut in interruptible(sorted(cuts - {line[0]})):
        edges.append(_between_marks(text, edges[-1], cut, line[1]))
    return [s for s in (_trim(text, *edge) for edge in pairwise(edges)) if s[0] < s[1]]


def _segment(piece: str, offset: int, language: str) -> list[Span]:
    boundaries = sentencex.get_sentence_boundaries(language, piece)
    return [(offset + b["start_index"], offset + b["end_index"]) for b in boundaries]


def _is_quoted_object(text: str, start: int, end: int) -> bool:
    """Japanese quotes inside a sentence with a full stop before the closing mark: 「…。」と述べた。"""
    return text[start:end].rstrip().endswith(("。」", "。』")) and text[end : end + 1] in tuple("とというなはがをに")


def _between_marks(text: str, start: int, cut: int, end: int) -> int:
    """Move a cut so that an opening mark goes with what follows it and a closing one with what precedes it.

    A straight mark closes when it makes the number of them since ``start`` even.
    """
    if cut == end:
        return cut
    opening = _OPENING_LEFT_BEHIND.search(text, max(start, cut - 8), cut)
    if opening and (opening[1] != '"' or text.count('"', start, cut) % 2):
        return opening.start()
    closing = _CLOSING_LEFT_OVER.match(text, cut)
    if closing and (closing[1] != '"' or text.count('"', start, cut) % 2):
        return closing.end()
    return cut


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _is_lower_cased(text: str, lines: list[list[Span]]) -> bool:
    initials = [text[start] for spans in lines for start, _ in spans if text[start].isalpha()]
    return sum(map(str.islower, initials)) > max(1, _LOWER_CASED * len(initials))


def _join_continuations(text: str, spans: list[Span]) -> list[Span]:
    """Undo a boundary before a lower-case word: an unknown abbreviation, or a name such as "Yahoo!"."""
    joined: list[Span] = []
    for start, end in interruptible(spans):
        before = text[max(joined[-1][0], joined[-1][1] - _TAIL) : joined[-1][1]] if joined else ""
        if before and _continues(before, text[start:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _continues(before: str, piece: str) -> bool:
    if _SPACED_FULL_STOP.search(before) or _ADDRESS.match(piece):
        return False
    if _SHORTENED.search(before) or _ABBREVIATED.match(piece):
        return True
    return piece[0].islower() or (before.endswith((" a.m.", " p.m.")) and bool(_TIME_ZONE.match(piece)))


def _is_sentence(piece: str, alone: bool) -> bool:
    """alone: whether the piece is a whole line."""
    if _TERMINAL.search(piece):
        return True
    words = len(piece.split())
    if alone and words <= 2:
        return len(piece) > _UNSPACED_SUBHEAD
    return words > (_SUBHEAD_WORDS if alone else _REMNANT_WORDS)
