"""Words, n-grams and sentences, cut in one way for every system and metric, so that none gains from its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from summarizer.reading.segment import split_sentences
from summarizer.types import Document

WORD = re.compile(r"\w+(?:['’]\w+)*")


def word_count(text: str) -> int:
    """Words separated by white space."""
    return len(text.split())


def words(text: str) -> list[str]:
    """Lower-cased words; punctuation does not count, so that tokenised and plain text compare."""
    return WORD.findall(text.lower().replace("’", "'"))


def ngrams(tokens: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """All n-grams in order."""
    return list(zip(*(tokens[k:] for k in range(size)), strict=False))


def sentences_of(document: Document) -> tuple[str, ...]:
    """Sentences of a document, by the project's segmenter; headings and fragments are left out."""
    return tuple(sentence.text for sentence in split_sentences(document))


@lru_cache(maxsize=50_000)
def split_lines(text: str, language: str) -> str:
    """``text`` with a line break before each sentence, as ROUGE-Lsum wants it. No word is lost, whatever the text."""
    starts = [s.start for s in split_sentences(Document(id="text", text=text, language=language))]
    edges = [0, *starts[1:], len(text)] if starts else [0, len(text)]
    pieces = (" ".join(text[a:b].split()) for a, b in pairwise(edges))
    return "\n".join(piece for piece in pieces if piece)


def output_sentences(text: str, language: str) -> list[str]:
    """The sentences of a system's output, fragments included."""
    return split_lines(text, language).split("\n") if text.strip() else []
