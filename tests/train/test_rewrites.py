"""Pairs for the rewriting model: only what the sources support is learned."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from summarizer import Document
from summarizer.embedding import SentenceEncoder
from summarizer.settings import Settings
from summarizer.train.pairs import read_pairs
from summarizer.train.rewrites import rewrites, write_pairs

FLOOD = (
    "The river Aln rose two metres above its banks on Monday night after three days of heavy rain, and about 340 "
    "people left their homes in Alnwick. The only bridge in the town stayed closed on Tuesday, and the railway to the "
    "coast is not expected to run again before the weekend, the council said."
)
FAITHFUL = "The river Aln rose two metres above its banks, and about 340 people left their homes in Alnwick."
INVENTED = "The river Aln rose two metres above its banks, and about 500 people left their homes in Alnwick."
UNSAID = "The railway to the coast is not expected to run before the weekend, and the bridge in the town stayed closed."
HEADLINE = "The river Aln rose two metres above banks, and about 340 people left their homes in Alnwick."
TOKENISED = "The river Aln rose two metres above its banks after heavy - rain on Monday night."
CAPITAL = "The river Aln rose two metres above its banks After three days of heavy rain."
COPIED = FLOOD.partition(". ")[0] + "."


@pytest.fixture(scope="module")
def encode():
    return SentenceEncoder(Settings(threads=1)).encode


def found(reference: str, encode) -> list[str]:
    document = Document(id="1", text=FLOOD, language="en")
    return [pair.target for pair in rewrites([document], [reference], encode)]


def test_a_supported_sentence_is_learned_with_its_source(encode) -> None:
    [pair] = rewrites([Document(id="1", text=FLOOD, language="en")], [FAITHFUL], encode)
    assert pair.target == FAITHFUL
    assert pair.sources == (COPIED,)


@pytest.mark.parametrize("reference", [INVENTED, UNSAID, COPIED, HEADLINE, TOKENISED, CAPITAL])
def test_what_teaches_a_bad_habit_is_left_out(reference: str, encode) -> None:
    assert found(reference, encode) == []


def test_pairs_are_what_training_reads(tmp_path: Path, encode) -> None:
    data, pairs = tmp_path / "clusters.jsonl.gz", tmp_path / "pairs.jsonl"
    with gzip.open(data, "wt", encoding="utf-8") as out:
        out.write(json.dumps({"documents": [{"text": FLOOD, "title": "Flood"}], "references": [FAITHFUL]}) + "\n")
        out.write(json.dumps({"documents": [{"text": FLOOD, "title": "Again"}], "references": [FAITHFUL]}) + "\n")
    assert write_pairs(data, pairs, encode) == 1
    [pair] = read_pairs(pairs)
    assert pair.prompt.task == "rewrite"
    assert pair.prompt.max_words == len(FAITHFUL.split())
    assert pair.target == FAITHFUL
