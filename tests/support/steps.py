"""A summary without a model: all the steps but what models do, by a hashed encoder."""

from __future__ import annotations

from hashed_encoder import hashed

from summarizer import Document, SummaryOptions
from summarizer.generation.extractive import ExtractiveGenerator
from summarizer.reading.sources import read_sources
from summarizer.types import SummarySentence
from summarizer.writing.differences import told_differently
from summarizer.writing.draft import Draft
from summarizer.writing.story import weigh
from summarizer.writing.writing import Writing


def summarize(text: str, max_words: int = 60) -> list[SummarySentence]:
    """The sentences of a summary of one article."""
    options = SummaryOptions(max_words=max_words)
    sources = weigh(read_sources([Document(id="1", text=text)], hashed), options)
    writing = Writing(sources, ExtractiveGenerator(), options, Draft())
    sentences = list(writing.sentences())
    writing.points()
    told_differently(sources)
    return sentences
