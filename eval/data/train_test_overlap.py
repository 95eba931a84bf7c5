"""What training and held-out sets share: the same texts by a hash of their content, and near-copies by word shingles.

A held-out text counts as a near-copy when half of its distinct 8-word shingles (Broder 1997), or half of those of a
training text, stand in the other: a shortened copy is contained in the longer one, either way round. The same event
told in other words is not found. Texts of under 20 words are not looked at, and what four or more examples hold belongs
to no story: it is boilerplate ("These crawls are part of an effort to archive pages ...").
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from textwrap import shorten
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eval.data.datasets import Dataset
from eval.data.tokenization import words

_SHINGLE = 8  # words
_SHARED = 0.5  # of the shingles of one of the two
_LEAST = 20  # words of a text that is looked at
_BOILERPLATE = 4  # examples, of training and held-out sets together, that hold the same text
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Text:
    """A document or a reference of an example, as lower-cased words. ``kind``: "document" or "reference"."""

    dataset: str
    example: str
    kind: str
    words: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of its words: case, punctuation and white space do not count."""
        return hashlib.sha256(" ".join(self.words).encode("utf-8", errors="surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Shared:
    """A held-out text and the training text that it shares most with. ``share``: the larger share of shingles, 0.5 to
    1; ``kind``: "same" for the same words, else "near", or "boilerplate"."""

    held: Text
    trained: Text
    share: float
    kind: Literal["same", "near", "boilerplate"]


def texts_of(dataset: Dataset) -> Iterator[Text]:
    """Documents and references of 20 words or more."""
    for example in dataset.examples:
        documents = (("document", document.text) for document in example.documents)
        for kind, text in (*documents, *(("reference", reference) for reference in example.references)):
            found = tuple(words(text))
            if len(found) >= _LEAST:
                yield Text(dataset.name, example.id, kind, found)


def shared(held: Sequence[Text], trained: Iterable[Text]) -> list[Shared]:
    """For each text of ``held`` that ``trained`` holds, the training text that shares most, in the order of ``held``.

    ``trained`` is read once and may be any size; memory grows with ``held``.
    """
    index = _Index(held)
    best: dict[int, tuple[float, Text]] = {}
    holders: dict[str, set[tuple[str, str]]] = {}
    for text in trained:
        for row, share in index.matches(text):
            owners = ((one.dataset, one.example) for one in (text, held[row]))
            holders.setdefault(text.digest, set()).update(owners)
            if row not in best or share > best[row][0]:
                best[row] = share, text
    found = []
    for row, (share, text) in sorted(best.items()):
        same: Literal["same", "near"] = "same" if held[row].words == text.words else "near"
        kind = "boilerplate" if len(holders[text.digest]) >= _BOILERPLATE else same
        found.append(Shared(held[row], text, share, kind))
    return found


class _Index:
    """Shingles of the held-out texts as one sorted array, with the text that each belongs to."""

    def __init__(self, held: Sequence[Text]) -> None:
        self._numbers: dict[str, int] = {}
        own = [self._shingles(text.words) for text in held]
        self._sizes = np.array([len(hashes) for hashes in own])
        every = np.concatenate(own) if own else np.zeros(0, dtype=np.uint64)
        order = np.argsort(every, kind="stable")
        self._hashes, self._rows = every[order], np.repeat(np.arange(len(own)), self._sizes)[order]

    def matches(self, text: Text) -> Iterator[tuple[int, float]]:
        """(row of a held-out text, share of shingles) of those that ``text`` is a copy of."""
        hashes = self._shingles(text.words)
        first, end = (np.searchsorted(self._hashes, hashes, side) for side in ("left", "right"))
        held = np.flatnonzero(end > first)
        found = Counter(row for at in held for row in self._rows[first[at] : end[at]].tolist())
        for row, count in found.items():
            share = count / min(self._sizes[row], len(hashes))
            if share >= _SHARED:
                yield row, float(share)

    def _shingles(self, text: Sequence[str]) -> Hashes:
        """Distinct 64-bit hashes of all runs of 8 words. Words are numbered as they come, the same for all texts."""
        numbers = np.array([self._numbers.setdefault(word, len(self._numbers) + 1) for word in text], dtype=np.uint64)
        hashes = np.zeros(max(0, len(numbers) - _SHINGLE + 1), dtype=np.uint64)
        for place in range(_SHINGLE):
            hashes = hashes * _MULTIPLIER + numbers[place : place + len(hashes)]
        return np.unique(hashes)


def lines(held: Sequence[Dataset], trained: Sequence[Dataset], found: Sequence[Shared]) -> list[list[str]]:
    """A table with one row a held-out set and training set: texts of the first that the second holds."""
    head = [
        "held out",
        "training",
        "documents same",
        "near",
        "references same",
        "near",
        "examples touched",
        "boilerplate",
    ]
    table = [head]
    for test, train in product(held, trained):
        some = [one for one in found if (one.held.dataset, one.trained.dataset) == (test.name, train.name)]
        counts = Counter((one.held.kind, one.kind) for one in some if one.kind != "boilerplate")
        cells = [str(counts[of, kind]) for of in ("document", "reference") for kind in ("same", "near")]
        touched = len({one.held.example for one in some if one.kind != "boilerplate"})
        idle = sum(one.kind == "boilerplate" for one in some)
        table.append([test.name, train.name, *cells, f"{touched} of {len(test.examples)}", str(idle)])
    return table


def write(path: Path, found: Sequence[Shared]) -> None:
    """Every finding as one JSON line, so that training can leave out what it touches."""
    rows = (
        {"held": one.held.dataset, "held_example": one.held.example, "of": one.held.kind, "kind": one.kind,
         "share": round(one.share, 3), "training": one.trained.dataset, "training_example": one.trained.example,
         "text": shorten(" ".join(one.held.words), 100)}
        for one in found
    )  # fmt: skip
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
