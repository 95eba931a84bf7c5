"""Which of the drawn wordings to take: every candidate drawn once, then chosen from in different ways.

    python benchmarks/decoding.py ../shared/data/allsides/dev.jsonl.gz --words 66 --limit 24 -o choices
    python -m eval run --data ../shared/data/allsides/dev.jsonl.gz --limit 24 --max-words 66 -o runs/choices \
        --systems "$(ls choices/*.jsonl | sed s/^/file:/ | paste -sd,)"

The first writes one file of {id, output} a way of choosing, the second scores them all in one table. Each salient
sentence is asked for at two lengths, and fused where another article tells it: greedily, and as four samples.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from eval.datasets import load
from eval.fragments import words
from summarizer import Summarizer
from summarizer.drafting import ROOM, assemble, salient
from summarizer.generation.base import Limits
from summarizer.pieces import TIGHT, Piece, verbatim
from summarizer.rewriting import REDRAWS, merit, offers, requests
from summarizer.sources import Sources, read_sources
from summarizer.types import Document, SummaryOptions, SummarySentence


class Drawn(NamedTuple):
    """Of one story: what it is, its salient rows, and for each the supported wordings, greedy ones and samples."""

    sources: Sources
    rows: list[int]
    plain: dict[int, Piece]
    greedy: dict[int, list[SummarySentence]]
    sampled: dict[int, list[SummarySentence]]
    pairs: set[tuple[str, str]]


Score = tuple[float, ...]
Measure = Callable[[SummarySentence, int, Drawn], Score]


def draw(documents: Sequence[Document], max_words: int, summarizer: Summarizer) -> Drawn:
    """Every wording that may be taken, for each salient sentence of one story."""
    options = SummaryOptions(max_words=max_words)
    sources = read_sources(documents, options, summarizer.encoder().encode)
    rows = salient(sources, int(max_words * ROOM))
    asked = [request for row in rows for request in requests(row, sources)]
    found: list[dict[int, list[SummarySentence]]] = []
    for limits in (Limits(), REDRAWS):
        by_row: dict[int, list[SummarySentence]] = {}
        written = summarizer.generator().generate([request.prompt for request in asked], limits)
        for row, sentence in offers(asked, written, sources):
            by_row.setdefault(row, []).append(sentence)
        found.append(by_row)
    text = words(" \n ".join(document.text for document in sources.independent))
    return Drawn(sources, rows, verbatim(rows, sources, TIGHT), found[0], found[1], set(pairwise(text)))


def in_use(sentence: SummarySentence, row: int, drawn: Drawn) -> Score:
    """Keeps specifics, then support, then length."""
    return merit(sentence, drawn.sources.sentences[row].text)


def novel(sentence: SummarySentence, _: int, drawn: Drawn) -> Score:
    """Word pairs that no article holds."""
    return sum(pair not in drawn.pairs for pair in pairwise(words(sentence.text))), sentence.support


def novel_rate(sentence: SummarySentence, _: int, drawn: Drawn) -> Score:
    """The same a word."""
    found = words(sentence.text)
    return sum(pair not in drawn.pairs for pair in pairwise(found)) / max(1, len(found)), sentence.support


def bayes(sentence: SummarySentence, row: int, drawn: Drawn) -> Score:
    """Mean word F1 with everything offered for the row: minimum Bayes risk (Kumar & Byrne 2004)."""
    others = [*drawn.greedy.get(row, ()), *drawn.sampled.get(row, ())]
    own = Counter(words(sentence.text))
    overlaps = [(own & found).total() * 2 / (own + found).total() for found in (Counter(words(o.text)) for o in others)]
    return (sum(overlaps) / len(overlaps),)


def longest(sentence: SummarySentence, _: int, __: Drawn) -> Score:
    """Words."""
    return (len(sentence.text.split()),)


CHOICES: dict[str, tuple[Measure, bool]] = {
    "in-use": (in_use, True),
    "in-use-all-at-once": (in_use, False),
    "most-novel": (novel, False),
    "most-novel-a-word": (novel_rate, False),
    "bayes": (bayes, False),
    "bayes-greedy-first": (bayes, True),
    "longest": (longest, False),
}
"""How the best is found, and whether samples count only where no greedy answer may stand."""


def chosen(drawn: Drawn, max_words: int, measure: Measure | None, *, greedy_first: bool) -> str:
    """The summary of the best wording of each row by ``measure``; of the articles' own sentences when it is None."""
    pieces = []
    for row in drawn.rows:
        greedy, sampled = drawn.greedy.get(row, []), drawn.sampled.get(row, [])
        found = greedy or sampled if greedy_first else greedy + sampled
        if measure and found:
            scored = [(measure(sentence, row, drawn), sentence) for sentence in found]
            pieces.append([Piece(row, max(scored, key=lambda pair: pair[0])[1])])
        else:
            pieces.append([drawn.plain[row]])
    return " ".join(sentence.text for sentence in assemble(pieces, drawn.sources, max_words))


def main() -> None:
    """Draw for each example; write every choice as it is made."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--words", type=int, default=66)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--model", default="embedded")
    args = parser.parse_args()
    args.output.mkdir(parents=True)
    summarizer = Summarizer(args.model)
    for example in load(args.data).limited(args.limit, args.seed).examples:
        drawn = draw(example.documents, args.words, summarizer)
        for name, (measure, greedy_first) in {"none": (None, True), **CHOICES}.items():
            text = chosen(drawn, args.words, measure, greedy_first=greedy_first)
            with (args.output / f"{name}.jsonl").open("a", encoding="utf-8") as out:
                out.write(json.dumps({"id": example.id, "output": text}, ensure_ascii=False) + "\n")
        print(example.id, len(drawn.rows), len(drawn.greedy), len(drawn.sampled), flush=True)


if __name__ == "__main__":
    main()
