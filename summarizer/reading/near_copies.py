"""Near-copies: articles that are one wire story, as it was sent or shortened, and so count as one voice.

Word shingles (Broder 1997) are looked up in an exact inverted index instead of MinHash LSH: a shortened copy is
*contained* in the longer one while their Jaccard similarity may be as low as 0.1, where LSH misses it or proposes
every pair; and only documents that stand for themselves enter the index, so many copies cost no more than one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from summarizer.interruption import interruptible

_SHINGLE = 3  # words
_COPIED = 0.6  # share of its own shingles that a copy has from the longer text
_FEW = 8  # shingles; a text with fewer is compared whole, quotations included
_WORD = re.compile("[぀-ヿ㐀-鿿가-힣]|[^\\W぀-ヿ㐀-鿿가-힣]+")
_QUOTATION = re.compile('“[^“”\n]*”|"[^"\n]*"|«[^«»\n]*»|「[^「」\n]*」|„[^„“\n]*“')


def near_copies(texts: Sequence[str]) -> list[int]:
    """For each text the index of the one that stands for it: itself, or the longest text that it is a copy of.

    It is one when the longer text holds six in ten of its own three-word shingles (those outside quotations, because
    independent reports quote the same statement). Of two equal texts the first stands for both. Empty texts stand for
    themselves.
    """
    shingles = [set(_shingles(text)) for text in interruptible(texts)]
    holders: dict[str, list[int]] = {}
    stands_for = list(range(len(texts)))
    for index in interruptible(sorted(stands_for, key=lambda i: -len(shingles[i]))):
        own = _own_shingles(texts[index], shingles[index])
        shared = Counter(holder for shingle in own for holder in holders.get(shingle, ()))
        holder, count = min(shared.items(), key=lambda item: (-item[1], item[0]), default=(index, 0))
        if own and count >= _COPIED * len(own):
            stands_for[index] = holder
            continue
        for shingle in shingles[index]:
            holders.setdefault(shingle, []).append(index)
    return stands_for


def _own_shingles(text: str, every: set[str]) -> set[str]:
    own = {shingle for part in _QUOTATION.split(text) for shingle in _shingles(part)}
    return own if len(own) >= _FEW else every


def _shingles(text: str) -> Iterator[str]:
    words = _WORD.findall(text.lower())
    if words and len(words) < _SHINGLE:
        yield " ".join(words)
    for start in range(len(words) - _SHINGLE + 1):
        yield " ".join(words[start : start + _SHINGLE])
