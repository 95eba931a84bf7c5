"""Learned salience against the weighted sum by hand: the same choice of sentences, ranked by either.

    pip install -c constraints.txt '.[bench,train,test]'
    python benchmarks/learned_salience.py                # ridge regression, trees, attention; three dev sets
    python benchmarks/learned_salience.py --train 600    # AllSides clusters to learn from

Learned from the features of `summarizer/salience.py`, what the sum makes of them, and a sentence's place among its
rivals, all centred within the story; the networks read the sentence vectors too. The target is a sentence's own
ROUGE-1 + 2 + L against the reference. Differences are in ROUGE-1 + 2 + L F1 x 100 of the chosen sentences, with one
standard error of the paired difference. Vectors are kept in --cache, shared with `salience.py`.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from rouge_score_rs.rouge_scorer import RougeScorer
from salience import Cluster, Corpus, read
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from torch import nn

from summarizer.embedding import SentenceEncoder
from summarizer.salience import salience
from summarizer.selection import extract
from summarizer.settings import Settings

Floats = NDArray[np.float32]
Ranking = Callable[["Story"], Floats]

SCORER = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
SEEDS = 3
UNITS, HEADS, EPOCHS, BATCH, RATE, TEMPERATURE = 48, 4, 15, 16, 2e-3, 0.15


class Story(NamedTuple):
    """A cluster, its features (n, f) and vectors (n, d) to learn from, and the target (n,) in 0..3."""

    cluster: Cluster
    by_hand: Floats
    features: Floats
    target: Floats


def quality(text: str, reference: str) -> float:
    """ROUGE-1 + 2 + L F1, 0..3."""
    return sum(found.fmeasure for found in SCORER.score(reference, text).values())


def story(cluster: Cluster) -> Story:
    """What a ranking learns from."""
    by_hand = salience(cluster.features)
    rank = np.argsort(np.argsort(-by_hand)) / len(by_hand)
    lengths = np.bincount(cluster.voices)[cluster.voices]
    extra = [by_hand, rank, np.log1p(cluster.places), cluster.places / lengths]
    features = np.column_stack([cluster.features, *extra]).astype(np.float32)
    target = np.array([quality(text, cluster.reference) for text in cluster.texts], dtype=np.float32)
    return Story(cluster, by_hand, features - features.mean(axis=0), target)


def regression(model: Any, stories: Sequence[Story]) -> Ranking:
    """A scikit-learn regressor of the target, standardised within each story."""
    targets = [(s.target - s.target.mean()) / (s.target.std() + 1e-6) for s in stories]
    model.fit(np.concatenate([s.features for s in stories]), np.concatenate(targets))
    return lambda s: np.asarray(model.predict(s.features), dtype=np.float32)


class Network(nn.Module):
    """One Transformer layer over the sentences of a story, or the same widths without attention."""

    def __init__(self, features: int, vectors: int, *, attention: bool) -> None:
        super().__init__()
        self.vectors, self.features = nn.Linear(vectors, UNITS), nn.Linear(features, UNITS)
        self.attends, self.dropout = attention, nn.Dropout(0.2)
        self.layer: nn.Module = (
            nn.TransformerEncoderLayer(UNITS, HEADS, 2 * UNITS, 0.2, batch_first=True)
            if attention
            else nn.Sequential(nn.ReLU(), nn.Linear(UNITS, UNITS), nn.ReLU())
        )
        self.out, self.straight = nn.Linear(UNITS, 1), nn.Linear(features, 1)

    def forward(self, features: torch.Tensor, vectors: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """features (b, n, f), vectors (b, n, d), there (b, n) whether a sentence is one; returns (b, n) scores."""
        hidden = self.dropout(self.vectors(self.dropout(vectors))) + self.features(features)
        hidden = self.layer(hidden, src_key_padding_mask=~there) if self.attends else self.layer(hidden)
        return (self.out(hidden) + self.straight(features)).squeeze(-1).masked_fill(~there, -1e9)


def padded(stories: Sequence[Story]) -> tuple[torch.Tensor, ...]:
    """Features, vectors, which sentences are there, and their share of the target (softmax over the story)."""
    pad = nn.utils.rnn.pad_sequence
    there = pad([torch.ones(len(s.target), dtype=torch.bool) for s in stories], batch_first=True)
    features, vectors = (
        pad([torch.from_numpy(x) for x in some], batch_first=True)
        for some in ([s.features for s in stories], [s.cluster.vectors for s in stories])
    )
    target = pad([torch.softmax(torch.from_numpy(s.target) / TEMPERATURE, 0) for s in stories], batch_first=True)
    return features, vectors, there, target


def network(stories: Sequence[Story], seed: int, *, attention: bool) -> Ranking:
    """Trained by the cross-entropy between its softmax over a story's sentences and the target's."""
    torch.manual_seed(seed)
    order = np.random.default_rng(seed)
    model = Network(stories[0].features.shape[1], stories[0].cluster.vectors.shape[1], attention=attention)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.05)
    steps = -(-len(stories) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=EPOCHS * steps)
    for _ in range(EPOCHS):
        mixed = order.permutation(len(stories))
        for start in range(0, len(stories), BATCH):
            *read_in, target = padded([stories[i] for i in mixed[start : start + BATCH]])
            loss = -(target * torch.log_softmax(model(*read_in), dim=1)).sum(dim=1).mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    model.eval()

    @torch.no_grad()
    def rank(s: Story) -> Floats:
        return np.asarray(model(*padded([s])[:3])[0].numpy(), dtype=np.float32)

    return rank


def averaged(rankings: Sequence[Ranking]) -> Ranking:
    """The mean of several, each scaled to 0..1."""
    return lambda s: np.asarray(np.mean([scaled(rank(s)) for rank in rankings], axis=0), dtype=np.float32)


def scaled(values: Floats) -> Floats:
    """``values`` in 0..1."""
    return np.asarray((values - values.min()) / max(float(np.ptp(values)), 1e-9), dtype=np.float32)


def score(ranking: Ranking, stories: Sequence[Story], words: int) -> NDArray[np.float64]:
    """(n,) ROUGE-1 + 2 + L x 100 of the sentences that each story gives by ``ranking``."""
    chosen = [
        extract(s.cluster.vectors, scaled(ranking(s)), s.cluster.words, words, s.cluster.phrases) for s in stories
    ]
    return np.array(
        [
            100 * quality(" ".join(s.cluster.texts[row] for row in sorted(rows)), s.cluster.reference)
            for s, rows in zip(stories, chosen, strict=True)
        ]
    )


def rankings(stories: Sequence[Story]) -> dict[str, Ranking]:
    """Everything that is compared with the sum by hand."""
    learned = {
        "ridge regression": regression(Ridge(alpha=10.0), stories),
        "extremely randomised trees": regression(
            ExtraTreesRegressor(120, min_samples_leaf=10, random_state=0, n_jobs=1), stories
        ),
        "boosted trees (as LightGBM)": regression(
            HistGradientBoostingRegressor(learning_rate=0.05, random_state=0), stories
        ),
        "network without attention": averaged([network(stories, seed, attention=False) for seed in range(SEEDS)]),
        "attention over the story": averaged([network(stories, seed, attention=True) for seed in range(SEEDS)]),
    }

    def by_hand(s: Story) -> Floats:
        return s.by_hand

    halves = {f"half {name}, half the sum": averaged([ranking, by_hand]) for name, ranking in learned.items()}
    return {"weighted sum by hand (in use)": by_hand, **learned, **halves}


def training(clusters: int) -> list[Corpus]:
    """What is learned from: two sets of clusters, and articles with the generated summaries that people rated."""

    def generated(row: dict[str, Any]) -> str:
        return str(row["systems"]["generated"]["summary"])

    return [
        Corpus("allsides", "allsides/train", 66, lambda i, _: i < clusters),
        Corpus("multinews", "multinews/train", 220, lambda i, _: i < clusters // 2),
        Corpus("rated", "cnndm/rated_555", 56, lambda i, _: i < clusters, generated),
        Corpus("dailynews", "cnndm/rated_dailynews_300", 56, lambda i, _: i < clusters // 2, generated),
    ]


def main() -> None:
    """Print one row a ranking, one column a set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=int, default=250, help="AllSides clusters; of the other sets in proportion")
    parser.add_argument("--cache", type=Path, default=Path(".cache/salience"))
    options = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    encoder = SentenceEncoder(Settings())

    def stories(corpus: Corpus) -> list[Story]:
        return [story(cluster) for cluster in read(corpus, encoder, options.cache)]

    found = rankings([each for corpus in training(options.train) for each in stories(corpus)])
    dev = {"allsides/dev": 66, "multinews/cased": 224, "cnndm/realsumm": 56}
    for name, words in dev.items():
        held_out = stories(Corpus(name, name, words, lambda _i, _row: True))
        base = score(found["weighted sum by hand (in use)"], held_out, words)
        for ranking_name, ranking in found.items():
            gain = score(ranking, held_out, words) - base
            error = gain.std() / len(gain) ** 0.5
            print(f"{base.mean() + gain.mean():6.1f} {gain.mean():+5.1f} ± {error:.1f}  {ranking_name}", flush=True)
        print(
            f"data:{name}|n:{len(held_out)}|words:{words}|train:{options.train}|seeds:{SEEDS}|"
            f"rouge-score-rs:{version('rouge-score-rs')},stem|v:{version('summarizer')}|torch:{version('torch')}",
            flush=True,
        )


if __name__ == "__main__":
    main()
