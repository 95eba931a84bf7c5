"""The embedded judge's probe: linear scores of a claim's tokens, and one probability from their summary.

Scores and probability are learnt together: the probability from the label of each claim, the first score also from its
tokens (those of true claims are borne out, the changed words of false ones are not). Several probes that differ in
their seed stand side by side, so that the probability is the mean of their log-odds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.train.claim_states import ReadClaim
from summarizer.verification.probe import features

Floats = NDArray[np.float32]

SCORES, SEEDS = 4, 3
FOLDS = 4
_EPOCHS, _BATCH, _RATE, _DECAY, _DROPOUT = 10, 64, 5e-4, 1.0, 0.3
_WRONG_WEIGHT = 6.0  # of a wrong word against one that is borne out
_LOWEST = 4  # as in ``features``
_FAR = 1e4


class Probe(NamedTuple):
    """mean, scale: (d,) standardise a state; weights (d, k), bias (k,): its scores; summary (3k,), level: of the
    log-odds."""

    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats
    summary: Floats
    level: float

    def log_odds(self, states: NDArray[np.floating[Any]]) -> float:
        """Of the claim with these (tokens, d) states."""
        scores = ((states - self.mean) / self.scale) @ self.weights + self.bias
        return float(features(np.asarray(scores, dtype=np.float32)) @ self.summary + self.level)


def fit(claims: Sequence[ReadClaim]) -> tuple[Probe, NDArray[np.float64]]:
    """The probe trained on all of ``claims``, and for each the calibrated probability by a probe that saw none of its
    articles."""
    unseen = log_odds_unseen(claims)
    labels = np.array([read.claim.label for read in claims])
    slope, level = _calibration(unseen, labels)
    whole = _trained(claims)
    calibrated = whole._replace(summary=whole.summary * np.float32(slope), level=whole.level * slope + level)
    return calibrated, 1 / (1 + np.exp(-(unseen * slope + level)))


def log_odds_unseen(claims: Sequence[ReadClaim]) -> NDArray[np.float64]:
    """For each claim the log-odds by a probe that saw none of its articles."""
    groups = np.array([int(read.claim.group[:8], 16) // 2 % FOLDS for read in claims])
    found = np.zeros(len(claims))
    for fold in range(FOLDS):
        probe = _trained([read for read, group in zip(claims, groups, strict=True) if group != fold])
        for row in np.flatnonzero(groups == fold):
            found[row] = probe.log_odds(claims[row].states)
    return found


def _calibration(log_odds: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Platt scaling (1999), both classes counting alike: slope and level."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=1e3, class_weight="balanced").fit(log_odds[:, None], labels)
    return float(found.coef_[0, 0]), float(found.intercept_[0])


def _trained(claims: Sequence[ReadClaim]) -> Probe:
    """``SEEDS`` probes side by side, uncalibrated."""
    tokens = np.concatenate([read.states for read in claims]).astype(np.float32)
    mean, scale = tokens.mean(axis=0), tokens.std(axis=0) + 1e-6
    made = [_Trainer(claims, mean, scale, seed).train() for seed in range(SEEDS)]
    # Means of all seeds first, then minima, then the lowest four, as ``features`` puts them.
    summary = np.concatenate([each[2].reshape(3, SCORES) for each in made], axis=1).ravel() / SEEDS
    return Probe(
        mean,
        scale,
        np.concatenate([each[0] for each in made], axis=1),
        np.concatenate([each[1] for each in made]),
        summary,
        sum(each[3] for each in made) / SEEDS,
    )


class _Trainer:
    """One probe, by gradient descent on batches of claims."""

    def __init__(self, claims: Sequence[ReadClaim], mean: Floats, scale: Floats, seed: int) -> None:
        import torch

        self._torch: Any = torch
        torch.manual_seed(seed)
        self._rng = np.random.default_rng(seed)
        self._claims, self._mean, self._scale = claims, mean, scale
        self._score: Any = torch.nn.Linear(len(mean), SCORES)
        self._sum: Any = torch.nn.Linear(3 * SCORES, 1)
        self._drop: Any = torch.nn.Dropout(_DROPOUT)

    def train(self) -> tuple[Floats, Floats, Floats, float]:
        """Weights (d, k), bias (k,), summary (3k,), level."""
        torch = self._torch
        parameters = [*self._score.parameters(), *self._sum.parameters()]
        optimizer = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=_DECAY)
        for epoch in range(_EPOCHS):
            for group in optimizer.param_groups:
                group["lr"] = _RATE * (1 - epoch / _EPOCHS)
            for batch in self._batches():
                optimizer.zero_grad()
                self._loss(batch).backward()
                optimizer.step()
        with torch.no_grad():
            parts = (self._score.weight.T, self._score.bias, self._sum.weight[0], self._sum.bias[0])
            weights, bias, summary, level = (part.numpy().copy() for part in parts)
        return weights, bias, summary, float(level)

    def _batches(self) -> Iterator[list[ReadClaim]]:
        order = self._rng.permutation(len(self._claims))
        for start in range(0, len(order), _BATCH):
            yield [self._claims[row] for row in order[start : start + _BATCH]]

    def _loss(self, batch: Sequence[ReadClaim]) -> Any:
        """Cross-entropy of the claims' labels, plus that of the tokens whose part in it is known."""
        torch = self._torch
        width = max(len(read.states) for read in batch)
        states = torch.zeros((len(batch), width, len(self._mean)))
        there, right, known = (torch.zeros((len(batch), width)) for _ in range(3))
        for place, read in enumerate(batch):
            size = len(read.states)
            states[place, :size] = torch.from_numpy((read.states.astype(np.float32) - self._mean) / self._scale)
            there[place, :size] = 1
            right[place, :size] = torch.tensor([not _is_wrong(span, read) for span in read.spans])
            known[place, :size] = float(read.claim.label or bool(read.claim.wrong))
        scores = self._score(self._drop(states))
        entropy = torch.nn.functional.binary_cross_entropy_with_logits
        labels = torch.tensor([float(read.claim.label) for read in batch])
        of_claims = entropy(self._sum(self._summary(scores, there))[:, 0], labels)
        weight = known * torch.where(right > 0, 1.0, _WRONG_WEIGHT)
        of_tokens = entropy(scores[..., 0], right, weight=weight, reduction="sum") / weight.sum().clamp(min=1.0)
        return of_claims + of_tokens

    def _summary(self, scores: Any, there: Any) -> Any:
        """``features`` of padded scores (claims, tokens, k)."""
        torch = self._torch
        # A claim of fewer than four tokens has no more that are low.
        sizes = there.sum(1)[:, None]
        lowest = (scores + (1 - there)[..., None] * _FAR).topk(min(_LOWEST, scores.shape[1]), 1, largest=False).values
        counted = (lowest < _FAR / 2).float()
        mean = (scores * there[..., None]).sum(1) / sizes
        return torch.cat([mean, lowest[:, 0], (lowest * counted).sum(1) / counted.sum(1)], dim=1)


def _is_wrong(span: tuple[int, int], read: ReadClaim) -> bool:
    return any(start < span[1] and span[0] < end for start, end in read.claim.wrong)
