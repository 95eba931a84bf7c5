"""Pairs for a model that rewrites: source sentences → the reference sentence that they support.

A reference sentence is learned from only when the project's own grounding check supports it, so that the model is never
shown a name, number or claim that its input does not hold: references that say more than their sources teach invention
(Maynez et al. 2020).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.cohesion import opens_dangling
from summarizer.english import DETERMINERS, PREPOSITIONS
from summarizer.reading import Reading
from summarizer.segment import split_sentences
from summarizer.shorten import is_well_formed
from summarizer.types import Document, Sentence
from summarizer.verification import Evidence, Grounded, ground
from summarizer.words import FUNCTION_WORDS, count_words

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

_SHORTEST, _LONGEST = 7, 40  # words of a target
_NEW = 2  # content words that a further source must add
_LEAST_SUPPORT = 0.6
_LEAST_UNCASED = 0.75  # without capitals a new name looks like any other word
_FREE = frozenset({"unsupported"})
"""What the check may hold against a target: other words. It is stricter on what is written."""
_CLOSED = frozenset("a an the his her their its is are was were has have had will be been".split())
_WORDS_A_CLOSED = 9  # a headline has fewer of these
_ATTRIBUTION = ("say", "accord")  # stems; all reporting verbs are one
_MACHINE_WRITTEN = re.compile(r"\s['’-]\s|[a-z]{3}\. [a-z]")  # "his coach ' s 17 - year - old car"
_ARTICLES = frozenset("a an the his her their its our your my".split())
_LEAST, _MOST = 0.3, 1.0  # words of a target over those of its sources


class Rewrite(NamedTuple):
    """Source sentences in reading order, and one sentence that says what matters of them."""

    sources: tuple[str, ...]
    target: str


def rewrites(documents: Sequence[Document], references: Sequence[str], encode: Encode) -> Iterator[Rewrite]:
    """Every supported, rewritten sentence of ``references`` with the sentences of ``documents`` that it rests on."""
    sentences = [s for document in documents for s in split_sentences(document)]
    if not sentences:
        return
    evidence = Evidence(documents, sentences, encode([s.text for s in sentences]))
    told = [s.text for text in references for s in split_sentences(Document(id="reference", text=text, language="en"))]
    targets = [" ".join(text.split()) for text in told]
    targets = [t for t in targets if _SHORTEST <= count_words(t) <= _LONGEST and is_well_formed(t)]
    for found in ground(targets, evidence, encode):
        target = found.sentence.text
        if found.sentence.support < (_LEAST_SUPPORT if evidence.cased else _LEAST_UNCASED) or not _teaches(found):
            continue
        if opens_dangling(target):
            continue
        cited = [
            s
            for c in found.sentence.citations
            for s in sentences
            if s.document == c.document and c.start <= s.start and s.end <= c.end
        ]
        sources = _needed(target, cited)
        if _is_rewritten(target, " ".join(sources)):
            yield Rewrite(sources, target)


def _teaches(found: Grounded) -> bool:
    """Whether a reference sentence says nothing that its sources do not hold, in however free words."""
    return set(found.reasons) <= _FREE


def _is_rewritten(target: str, sources: str) -> bool:
    """Whether it says the same in a sentence of its own: shorter, no headline, still with who said it, and as people
    write it: summaries that another model wrote drop articles, and part words at hyphens."""
    written, read = Reading(target), Reading(sources)
    pairs = set(pairwise(read.norms))
    return (
        _LEAST <= count_words(target) / max(1, count_words(sources)) <= _MOST
        and any(pair not in pairs for pair in pairwise(written.norms))
        and sum(norm in _CLOSED for norm in written.norms) >= max(2, len(written.norms) / _WORDS_A_CLOSED)
        and all(word in written.content for word in _ATTRIBUTION if word in read.content)
        and _keeps_determiners(written, read)
        and not _MACHINE_WRITTEN.search(target)
        and not _capitalises(written, read)
    )


def _capitalises(written: Reading, read: Reading) -> bool:
    """Whether a small word inside has a capital that it has nowhere in the sources: "closed After dark"."""
    capital = {norm for norm, token in zip(read.norms, read.tokens, strict=True) if token.surface[0].isupper()}
    inside = zip(written.norms[1:], written.tokens[1:], strict=True)
    return any(token.surface[0].isupper() and norm in FUNCTION_WORDS - capital for norm, token in inside)


def write_pairs(data: Path, output: Path, encode: Encode, *, cross: bool = False) -> int:
    """Rewrites of every cluster of ``data`` as pairs for ``summarizer train generator``; how many were written.

    data: JSONL, gzipped or not, of {documents: [{text, title?}], references: [...]}; a title counts as a sentence.
    cross: also learn from what one article of a cluster says more briefly than the others.
    """
    written: set[Rewrite] = set()
    with output.open("w", encoding="utf-8") as out:
        for row in _rows(data):
            documents = [
                Document(id=str(place), text=_headed(given), language="en")
                for place, given in enumerate(row["documents"])
                if given["text"].strip()
            ]
            for pair in _all(documents, row["references"][:1], encode, cross=cross):
                line = {
                    "task": "rewrite",
                    "documents": [{"text": text} for text in pair.sources],
                    "summary": pair.target,
                    "max_words": count_words(pair.target),
                }
                if pair not in written:
                    out.write(json.dumps(line, ensure_ascii=False) + "\n")
                    written.add(pair)
    return len(written)


def _all(documents: Sequence[Document], references: Sequence[str], encode: Encode, *, cross: bool) -> Iterator[Rewrite]:
    yield from rewrites(documents, references, encode)
    if cross:
        for place, document in enumerate(documents):
            yield from rewrites([*documents[:place], *documents[place + 1 :]], [document.text], encode)


def _needed(target: str, cited: Sequence[Sentence]) -> tuple[str, ...]:
    """The cited sentences that hold words of the target which those before them lack, in reading order."""
    wanted = Reading(target).vocabulary
    held: set[str] = set()
    kept: list[int] = []
    for place, sentence in enumerate(cited):
        new = (Reading(sentence.text).vocabulary & wanted) - held
        if not kept or len(new) >= _NEW:
            kept.append(place)
            held |= new
    chosen = sorted(kept, key=lambda place: (cited[place].document, cited[place].index))
    return tuple(" ".join(cited[place].text.split()) for place in chosen)


def _headed(given: dict[str, str]) -> str:
    title = (given.get("title") or "").strip()
    if not title:
        return given["text"]
    return f"{title if title[-1] in '.?!' else title + '.'}\n\n{given['text']}"


def _rows(data: Path) -> Iterator[dict[str, Any]]:
    import gzip

    with gzip.open(data, "rt", encoding="utf-8") if data.suffix == ".gz" else data.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _keeps_determiners(written: Reading, read: Reading) -> bool:
    """Whether words that always follow an article or a possessive still do, or another word of their phrase.

    Headlines drop them, and a small model that learns from those does so too: "crews picked up pace" for "the pace".
    """
    before: dict[str, set[str]] = {}  # a word that always has one -> the words in front of that
    bare = set()
    for place, norm in enumerate(read.norms):
        if place and read.norms[place - 1] in _ARTICLES:
            before.setdefault(norm, set()).update(read.norms[max(0, place - 2) : place - 1])
        else:
            bare.add(norm)
    return all(
        norm not in before or norm in bare or (place > 0 and _in_phrase(written, place, before[norm]))
        for place, norm in enumerate(written.norms)
        if written.stems[place] and not norm[0].isdigit()
    )


def _in_phrase(sentence: Reading, place: int, outside: set[str]) -> bool:
    """Whether word ``place`` has a determiner, or follows a content word that is none of ``outside``."""
    front = sentence.norms[place - 1]
    return front in DETERMINERS or (
        bool(sentence.stems[place - 1]) and front not in PREPOSITIONS and front not in outside
    )
