"""Pairs as the token rows that a model trains on: exactly what it will read when it writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from summarizer.generation.transformers_causal import CausalGenerator
from summarizer.generation.transformers_runner import padded
from summarizer.generation.transformers_seq2seq import Seq2SeqGenerator
from summarizer.train.pairs import Pair, fitted

Row = dict[str, list[int]]
IGNORED = -100  # label of positions that the loss leaves out, transformers' own


def encode(pairs: Sequence[Pair], generator: Seq2SeqGenerator | CausalGenerator) -> list[Row]:
    """``input_ids`` and ``labels`` of each pair; for a causal model the target follows its prompt in ``input_ids``."""
    rows = []
    for pair in pairs:
        read = generator.encode(fitted(pair.prompt, generator))
        written = generator.target(pair.target)
        if isinstance(generator, CausalGenerator):
            rows.append({"input_ids": read + written, "labels": [IGNORED] * len(read) + written})
        else:
            rows.append({"input_ids": read, "labels": written})
    return rows


def collator(generator: Seq2SeqGenerator | CausalGenerator) -> Callable[[list[Row]], dict[str, Any]]:
    """Rows to tensors, padded; with the model's own global attention, where it has one."""

    def collate(rows: list[Row]) -> dict[str, Any]:
        inputs = generator.model_inputs([row["input_ids"] for row in rows])
        labels = padded([row["labels"] for row in rows], IGNORED, left=isinstance(generator, CausalGenerator))
        return {**{key: tensor.cpu() for key, tensor in inputs.items()}, "labels": labels}

    return collate
