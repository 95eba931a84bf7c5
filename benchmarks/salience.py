"""Extractive selection against Lead on shared clusters: ROUGE of whole sentences within the mean reference length.

    python benchmarks/salience.py                  # weights as shipped, on the clusters held out
    python benchmarks/salience.py --split train    # on the clusters that the weights were tuned on
    python benchmarks/salience.py --split train --tune

Needs rouge-score and the shared data (SUMMARIZER_SHARED_DATA, else ../shared/data). Vectors are kept in --cache.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from summarizer.reading.embedding import SentenceEncoder
from summarizer.reading.near_copies import near_copies
from summarizer.reading.segment import split_sentences
from summarizer.selection.mmr import extract
from summarizer.selection.salience import WEIGHTS, salience, sentence_features
from summarizer.selection.vocabulary import Phrases, shared_phrases
from summarizer.settings import Settings
from summarizer.types import Document

DATA = Path(os.environ.get("SUMMARIZER_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


@dataclass(frozen=True)
class Corpus:
    """One row of the table: which clusters, and how long a summary may be."""

    name: str
    file: str
    words: int
    keep: Callable[[int, dict[str, Any]], bool]
    reference: Callable[[dict[str, Any]], str] = lambda row: str(row["references"][0])


CORPORA = {
    "dev": [
        Corpus("allsides-dev-60", "allsides/dev", 66, lambda i, _: i < 60),
        Corpus("allsides-dev", "allsides/dev", 66, lambda _i, _r: True),
        Corpus("multinews-cased-val", "multinews/cased", 220, lambda _, r: r["split"] == "val"),
        Corpus("realsumm-last-50", "cnndm/realsumm", 58, lambda i, _: i >= 50),
    ],
    "train": [
        Corpus("allsides-train-250", "allsides/train", 66, lambda i, _: i < 250),
        Corpus("multinews-cased-train", "multinews/cased", 220, lambda _, r: r["split"] == "train"),
        Corpus("multinews-train-80", "multinews/train", 220, lambda i, _: i < 80),
        Corpus("realsumm-first-50", "cnndm/realsumm", 58, lambda i, _: i < 50),
    ],
}


@dataclass(frozen=True)
class Cluster:
    """A cluster ready to be chosen from: the arrays that salience and selection take."""

    texts: list[str]
    places: np.ndarray[Any, np.dtype[np.int64]]
    voices: np.ndarray[Any, np.dtype[np.int64]]
    words: np.ndarray[Any, np.dtype[np.int64]]
    vectors: np.ndarray[Any, np.dtype[np.float32]]
    features: np.ndarray[Any, np.dtype[np.float32]]
    phrases: Phrases
    reference: str


def read(corpus: Corpus, encoder: SentenceEncoder, cache: Path) -> list[Cluster]:
    """Clusters with near-copies left out, as the pipeline leaves them out."""
    with gzip.open(DATA / f"{corpus.file}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for index, row in enumerate(map(json.loads, lines)) if corpus.keep(index, row)]
    return [cluster for row in rows if (cluster := _cluster(row, corpus.reference(row), encoder, cache)) is not None]


def _cluster(row: dict[str, Any], reference: str, encoder: SentenceEncoder, cache: Path) -> Cluster | None:
    articles = row["documents"]
    copies = near_copies([article["text"] for article in articles])
    own = [article for index, article in enumerate(articles) if copies[index] == index]
    split = [split_sentences(Document(id="a", text=article["text"])) for article in own]
    texts = [sentence.text for some in split for sentence in some]
    titles = [article["title"] for article in own if article.get("title")]
    if not texts:
        return None
    vectors = _encode([*texts, *titles], encoder, cache)
    voices = np.array([voice for voice, some in enumerate(split) for _ in some])
    places = np.array([sentence.index for some in split for sentence in some])
    title_rows = vectors[len(texts) :] if titles else None
    vectors = vectors[: len(texts)]
    return Cluster(
        texts=texts,
        places=places,
        voices=voices,
        words=np.array([len(text.split()) for text in texts]),
        vectors=vectors,
        features=sentence_features(texts, vectors, voices, places, titles=title_rows),
        phrases=shared_phrases(texts, voices),
        reference=reference,
    )


def _encode(texts: list[str], encoder: SentenceEncoder, cache: Path) -> np.ndarray[Any, np.dtype[np.float32]]:
    path = cache / (hashlib.sha256("\0".join(texts).encode()).hexdigest() + ".npy")
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        np.save(path, encoder.encode(texts))
    return np.asarray(np.load(path), dtype=np.float32)


def lead(cluster: Cluster, words: int) -> list[int]:
    """First sentences of all documents, then second ones, until one does not fit."""
    rows: list[int] = []
    for row in np.lexsort((cluster.voices, cluster.places)):
        words -= int(cluster.words[row])
        if words < 0 and rows:
            break
        rows.append(int(row))
    return rows


def ours(cluster: Cluster, words: int, weights: dict[str, float]) -> list[int]:
    """The choice of the ``extractive`` model."""
    return extract(cluster.vectors, salience(cluster.features, weights), cluster.words, words, cluster.phrases)


def rouge(clusters: list[Cluster], choose: Callable[[Cluster], list[int]]) -> list[float]:
    """Mean F1 x 100 of ROUGE-1, ROUGE-2 and ROUGE-L, stemmed."""
    from rouge_score.rouge_scorer import RougeScorer

    kinds = ["rouge1", "rouge2", "rougeL"]
    scorer = RougeScorer(kinds, use_stemmer=True)
    scores = [scorer.score(c.reference, " ".join(c.texts[row] for row in choose(c))) for c in clusters]
    return [100 * float(np.mean([score[kind].fmeasure for score in scores])) for kind in kinds]


def tune(corpora: list[tuple[Corpus, list[Cluster]]]) -> dict[str, float]:
    """Coordinate ascent on the mean over corpora of ROUGE-1 + ROUGE-2, from the weights as shipped."""

    def quality(weights: dict[str, float]) -> float:
        found = [rouge(clusters, lambda c, k=corpus: ours(c, k.words, weights)) for corpus, clusters in corpora]
        return float(np.mean([r1 + r2 for r1, r2, _ in found]))

    weights, best = dict(WEIGHTS), quality(WEIGHTS)
    for step in (0.5, 0.25):
        for name in weights:
            for change in (-step, step):
                trial = {**weights, name: max(0.0, weights[name] + change)}
                if (found := quality(trial)) > best + 0.03:
                    weights, best = trial, found
                    print(f"{best:.2f} {name}={trial[name]}", flush=True)
    return weights


def main() -> None:
    """Print one line a corpus and system, each with the signature that repeats it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=sorted(CORPORA), default="dev")
    parser.add_argument("--tune", action="store_true", help="search for better weights first (slow)")
    parser.add_argument("--cache", type=Path, default=Path(".cache/salience"))
    options = parser.parse_args()
    encoder = SentenceEncoder(Settings())
    corpora = [(corpus, read(corpus, encoder, options.cache)) for corpus in CORPORA[options.split]]
    weights = tune(corpora) if options.tune else WEIGHTS
    print(json.dumps(weights))
    for corpus, clusters in corpora:
        systems = {
            "lead": lambda c, k=corpus: lead(c, k.words),
            "extract": lambda c, k=corpus: ours(c, k.words, weights),
        }
        for name, choose in systems.items():
            r1, r2, rl = rouge(clusters, choose)
            signature = f"data:{corpus.name}|n:{len(clusters)}|system:{name}|words:{corpus.words}|"
            signature += f"rouge:{version('rouge-score')},stem|v:{version('summarizer')}"
            print(f"{r1:5.1f} {r2:5.1f} {rl:5.1f}  {signature}", flush=True)


if __name__ == "__main__":
    main()
