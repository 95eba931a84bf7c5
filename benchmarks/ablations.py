"""What each part of the writer is worth: summaries by the default with a part taken out, to be scored by ``eval run``.

    python benchmarks/ablations.py dev.jsonl.gz --without plan --limit 40 --words 66 -o no-plan.jsonl
    python -m eval run --data dev.jsonl.gz --limit 40 --max-words 66 --systems lead,file:no-plan.jsonl -o runs/parts

Without all three the model is asked plainly: it reads how the articles open, and what it writes leaves as it is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from eval.data.datasets import load
from summarizer import Summarizer, SummaryOptions
from summarizer.types import SummarySentence
from summarizer.verification import grounding
from summarizer.verification.judge import Pair
from summarizer.writing import brief, plan
from summarizer.writing.story import Story

_LEADS = 4.5  # words of the articles that a plain prompt shows over those of the summary
PARTS = ("plan", "verifier", "going-on")


class Credulous:
    """A judge that believes everything."""

    name, threshold, held_weight = "none", 0.0, 0.0

    def entailed(self, pairs: Sequence[Pair]) -> list[float]:
        """1 for each."""
        return [1.0] * len(pairs)


def leads(story: Story, _: list[int], readable: NDArray[np.bool_], max_words: int) -> list[int]:
    """Rows as the articles open, one of each in turn, instead of the plan's."""
    order = sorted(np.flatnonzero(readable).tolist(), key=lambda row: (story.sentences[row].index, row))
    words = np.cumsum([len(story.sentences[row].text.split()) for row in order])
    return [row for row, read in zip(order, words, strict=True) if read <= _LEADS * max_words] or order[:1]


def stops(self: brief._Brief, _: Iterator[SummarySentence]) -> Iterator[SummarySentence]:
    """The brief as far as the model gets in one go; a refused sentence is left out, and nothing follows it."""
    yield from self._written()


def without(parts: Sequence[str]) -> ExitStack:
    """The default with ``parts`` taken out, until the stack is closed."""
    stack = ExitStack()
    if "plan" in parts:
        stack.enter_context(patch.object(plan, "_to_tell", leads))
    if "verifier" in parts:
        stack.enter_context(patch.object(Summarizer, "judge", lambda *_: Credulous()))
        stack.enter_context(patch.object(grounding, "lacking", lambda *_: []))
        stack.enter_context(patch.object(brief, "judged", believed))
    if "going-on" in parts:
        stack.enter_context(patch.object(brief._Brief, "sentences", stops))
        stack.enter_context(patch.object(brief, "is_copied", lambda *_: False))
    return stack


def believed(texts: Sequence[str], _: Sequence[str], story: Story) -> list[brief.Verdict]:
    """Every sentence as the model wrote it, with what it is nearest to for a citation."""
    return [brief.Verdict(found.sentence, ()) for found in story.ground(texts)]


def main() -> None:
    """Write {id, output} lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--without", choices=PARTS, action="append", default=[])
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--words", type=int, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    asked = parser.parse_args()
    options = SummaryOptions(max_words=asked.words, key_points=0, seed=asked.seed, include=frozenset({"text"}))
    with without(asked.without), asked.output.open("w", encoding="utf-8") as file:
        summarizer = Summarizer(model=asked.model)
        for example in load(asked.data).limited(asked.limit, asked.seed).examples:
            summary = summarizer.summarize(list(example.documents), options)
            print(json.dumps({"id": example.id, "output": summary.text}, ensure_ascii=False), file=file, flush=True)


if __name__ == "__main__":
    main()
