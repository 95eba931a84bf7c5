"""The data card: what a data set is like, measured, so that figures on it can be read."""

from __future__ import annotations

import statistics as st
from collections.abc import Sequence

from eval.data.datasets import Dataset
from eval.data.extractive_fragments import coverage_density, novel_share
from eval.data.tokenization import output_sentences, word_count, words
from eval.types import Record


def describe(dataset: Dataset, language: str) -> Record:
    """Sizes, compression, novelty of the references and their overlap with the sources (means over examples).

    Novel n-grams, coverage and density are those of Grusky et al. (2018), over all documents of an example joined.
    """
    examples = dataset.examples
    sources = [sum(word_count(document.text) for document in example.documents) for example in examples]
    documents = [len(example.documents) for example in examples]
    references = [(index, text) for index, example in enumerate(examples) for text in example.references]
    lengths = [word_count(text) for _, text in references]
    card: Record = {
        "name": dataset.name,
        "examples": len(examples),
        "of": dataset.total,
        "notes": list(dataset.notes),
        "documents": _spread(documents),
        "source_words": _spread(sources),
        "references_per_example": _mean([len(example.references) for example in examples]),
        "recorded_systems": sorted({name for example in examples for name in example.recorded}),
    }
    if not references:
        return card
    read = [words(" \n ".join(document.text for document in example.documents)) for example in examples]
    fragments = [coverage_density(words(text), read[index]) for index, text in references]
    return card | {
        "reference_words": _spread(lengths),
        "reference_sentences": _mean([len(output_sentences(text, language)) for _, text in references]),
        "compression": _mean([sources[i] / max(1, word_count(text)) for i, text in references]),
        "novel": {
            str(n): _mean([v for i, text in references if (v := novel_share(words(text), read[i], n)) is not None])
            for n in (1, 2, 3, 4)
        },
        "coverage": _mean([coverage for coverage, _ in fragments]),
        "density": _mean([density for _, density in fragments]),
    }


def _mean(figures: Sequence[float]) -> float:
    return round(sum(figures) / len(figures), 4) if figures else 0.0


def _spread(figures: Sequence[int]) -> Record:
    return {"mean": _mean(figures), "median": st.median(figures), "min": min(figures), "max": max(figures)}


def card_lines(card: Record) -> list[str]:
    """The card as text."""
    sizes, source = card["documents"], card["source_words"]
    lines = [
        f"data        {card['name']}: {card['examples']} of {card['of']} examples",
        f"documents   {sizes['mean']:.1f} an example ({sizes['min']} to {sizes['max']})",
        f"source      {source['mean']:.0f} words an example, median {source['median']:.0f} "
        f"({source['min']} to {source['max']})",
    ]
    if "reference_words" in card:
        length, novel = card["reference_words"], card["novel"]
        lines += [
            f"references  {card['references_per_example']:.1f} an example, {length['mean']:.0f} words in "
            f"{card['reference_sentences']:.1f} sentences ({length['min']} to {length['max']} words)",
            f"compression {card['compression']:.1f} source words a reference word",
            "novelty     "
            + ", ".join(f"{100 * novel[n]:.0f}% of {n}-grams" for n in novel)
            + " are not in the sources",
            f"overlap     coverage {card['coverage']:.2f}, density {card['density']:.2f} (Grusky et al. 2018)",
        ]
    if card["recorded_systems"]:
        lines.append(f"recorded    {len(card['recorded_systems'])} systems: {', '.join(card['recorded_systems'])}")
    lines += [f"note        {note}" for note in card["notes"]]
    return lines
