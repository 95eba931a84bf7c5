"""The embedded judge's probe: linear scores of a claim's tokens, and one probability from their summary.

Scores and probability are learnt together: the probability from the label of each claim, the first score also from its
tokens (those of true claims are borne out, the changed words of false ones are not). Several probes that differ in
their seed stand side by side, so that the probability is the mean of their log-odds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
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


def fit(claims: Sequence[ReadClaim], written: Collection[str]) -> tuple[Probe, NDArray[np.float64]]:
    """The probe trained on all of ``claims``, and for each the calibrated probability by a probe that saw none of its
    articles. written: kinds of claims that a model or a person wrote freely; on these the probability is calibrated,
    since a minimal pair is nearer to its source than what a model gets wrong."""
    known = _standardised(claims)
    unseen = _unseen(known)
    labels = np.array([read.claim.label for read in claims])
    free = np.array([read.claim.kind in written for read in claims])
    if len(set(labels[free])) < 2:
        free[:] = True
    slope, level = calibration(unseen[free], labels[free])
    whole = _trained(known, np.arange(len(claims)))
    calibrated = whole._replace(summary=whole.summary * np.float32(slope), level=whole.level * slope + level)
    return calibrated, 1 / (1 + np.exp(-(unseen * slope + level)))


def log_odds_unseen(claims: Sequence[ReadClaim]) -> NDArray[np.float64]:
    """For each claim the log-odds by a probe that saw none of its articles."""
    return _unseen(_standardised(claims))


class _Known(NamedTuple):
    """Claims with their states standardised by mean and scale (d,), as tensors."""

    claims: Sequence[ReadClaim]
    mean: Floats
    scale: Floats
    states: list[Any]


def _standardised(claims: Sequence[ReadClaim]) -> _Known:
    import torch

    tokens = np.concatenate([read.states for read in claims]).astype(np.float32)
    mean, scale = tokens.mean(axis=0), tokens.std(axis=0) + np.float32(1e-6)
    whole = torch.from_numpy((tokens - mean) / scale)
    return _Known(claims, mean, scale, list(whole.split([len(read.states) for read in claims])))


def _unseen(known: _Known) -> NDArray[np.float64]:
    groups = np.array([int(read.claim.group[:8], 16) // 2 % FOLDS for read in known.claims])
    found = np.zeros(len(known.claims))
    for fold in range(FOLDS):
        probe = _trained(known, np.flatnonzero(groups != fold))
        for row in np.flatnonzero(groups == fold).tolist():
            found[row] = probe.log_odds(known.claims[row].states)
    return found


def calibration(log_odds: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Platt scaling (1999), both classes counting alike: slope and level."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=1e3, class_weight="balanced").fit(log_odds[:, None], labels)
    return float(found.coef_[0, 0]), float(found.intercept_[0])


def _trained(known: _Known, rows: NDArray[np.int64]) -> Probe:
    """``SEEDS`` probes side by side on these claims, uncalibrated."""
    made = [_Trainer(known, rows, seed).train() for seed in range(SEEDS)]
    # Means of all seeds first, then minima, then the lowest four, as ``features`` puts them.
    summary = np.concatenate([each[2].reshape(3, SCORES) for each in made], axis=1).ravel()
    return Probe(
        known.mean,
        known.scale,
        np.concatenate([each[0] for each in made], axis=1),
        np.concatenate([each[1] for each in made]),
        np.asarray(summary / SEEDS, dtype=np.float32),
        sum(each[3] for each in made) / SEEDS,
    )


class _Trainer:
    """One probe, by gradient descent on batches of claims."""

    def __init__(self, known: _Known, rows: NDArray[np.int64], seed: int) -> None:
        import torch

        self._torch: Any = torch
        torch.manual_seed(seed)
        self._rng = np.random.default_rng(seed)
        self._known, self._rows = known, rows
        self._score: Any = torch.nn.Linear(len(known.mean), SCORES)
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

    def _batches(self) -> Iterator[NDArray[np.int64]]:
        order = self._rng.permutation(self._rows)
        for start in range(0, len(order), _BATCH):
            yield order[start : start + _BATCH]

    def _loss(self, rows: NDArray[np.int64]) -> Any:
        """Cross-entropy of the claims' labels, plus that of the tokens whose part in it is known."""
        torch = self._torch
        batch = [self._known.claims[row] for row in rows]
        states = torch.nn.utils.rnn.pad_sequence([self._known.states[row] for row in rows], batch_first=True)
        width = states.shape[1]
        there, right, known = (torch.zeros((len(batch), width)) for _ in range(3))
        for place, read in enumerate(batch):
            size = len(read.states)
            there[place, :size] = 1
            right[place, :size] = torch.tensor([not _is_wrong(span, read) for span in read.spans])
            known[place, :size] = float(read.claim.label or bool(read.claim.wrong))
        scores = self._score(states * self._drop(torch.ones((len(batch), 1, states.shape[2]))))
        entropy = torch.nn.functional.binary_cross_entropy_with_logits
        labels = torch.tensor([float(read.claim.label) for read in batch])
        of_claims = entropy(self._sum(summarised(torch, scores, there))[:, 0], labels)
        weight = known * torch.where(right > 0, 1.0, _WRONG_WEIGHT)
        of_tokens = entropy(scores[..., 0], right, weight=weight, reduction="sum") / weight.sum().clamp(min=1.0)
        return of_claims + of_tokens


def summarised(torch: Any, scores: Any, there: Any) -> Any:
    """``features`` of padded scores (claims, tokens, k), as tensors; there: (claims, tokens), 1 for a token, else 0."""
    # A claim of fewer than four tokens has no more that are low.
    sizes = there.sum(1)[:, None]
    lowest = (scores + (1 - there)[..., None] * _FAR).topk(min(_LOWEST, scores.shape[1]), 1, largest=False).values
    counted = (lowest < _FAR / 2).float()
    mean = (scores * there[..., None]).sum(1) / sizes
    return torch.cat([mean, lowest[:, 0], (lowest * counted).sum(1) / counted.sum(1)], dim=1)


def _is_wrong(span: tuple[int, int], read: ReadClaim) -> bool:
    return any(start < span[1] and span[0] < end for start, end in read.claim.wrong)
