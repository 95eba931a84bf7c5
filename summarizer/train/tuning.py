"""Tunes the embedded judge on claims that a writer wrote and readers marked: what it must tell apart in use.

Minimal pairs and other people's summaries teach it what a claim is; a model's own faults are of other kinds, and a few
hundred marked sentences are enough to learn them, if the scores stay near what they were (Li et al. 2018, L2-SP).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.errors import InputError
from summarizer.reading.embedding import Encode
from summarizer.settings import Settings
from summarizer.train.claim_states import ReadClaim
from summarizer.train.claims import LabelledClaim, articles_of, group_of, rows
from summarizer.train.probe import Probe, calibration, summarised
from summarizer.train.verifier import Recipe, read_claims, save_probe
from summarizer.verification.evidence import Evidence, choose
from summarizer.verification.judge import PROBE

FOLDS = 5
_EPOCHS, _BATCH, _RATE, _DROPOUT = 20, 32, 1e-3, 0.3
_NEAR, _NEAR_SUMMARY = 0.01, 0.001  # of the squared distance of the scores' weights and of their summary from the start
_SHARES = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)  # thresholds that the report lists


def tune_verifier(
    marked: Path,
    articles: Sequence[Path],
    output: Path,
    recipe: Recipe,
    encode: Encode,
    settings: Settings,
    *,
    start: Path | None = None,
) -> str:
    """Tune a probe; write ``output/probe.npz`` and ``output/report.json``, and return a summary line.

    marked: rows {cluster, claim, label} about the clusters of ``articles``; start: the probe, the shipped one by
    default. Raises InputError, ModelError.
    """
    output.mkdir(parents=True, exist_ok=True)
    claims = list(from_marked(rows(marked), articles, encode))
    if len({claim.label for claim in claims}) < 2:
        raise InputError("its claims are all true or all untrue", remedy="Mark some of both kinds.", where=str(marked))
    read = read_claims(claims, output, recipe, settings)
    origin = probe_of(start)
    before = np.array([origin.log_odds(each.states) for each in read])
    probe, unseen = tuned(origin, read)
    save_probe(probe, output / PROBE, recipe)
    return _report(read, 1 / (1 + np.exp(-before)), unseen, output)


def from_marked(
    marked: Sequence[Mapping[str, Any]], articles: Sequence[Path], encode: Encode
) -> Iterator[LabelledClaim]:
    """Each marked claim with the evidence that the verifier would show its judge. Raises InputError."""
    clusters = {row["id"]: row for path in articles for row in rows(path)}
    of_cluster: dict[str, list[Mapping[str, Any]]] = {}
    for row in marked:
        if row["cluster"] not in clusters:
            raise InputError("no such cluster", remedy="Name its file with --articles.", where=str(row["cluster"]))
        of_cluster.setdefault(row["cluster"], []).append(row)
    for name, own in of_cluster.items():
        documents, sentences = articles_of(clusters[name])
        evidence = Evidence(documents, sentences, encode([s.text for s in sentences]))
        for row, chosen in zip(own, choose([row["claim"] for row in own], evidence, encode), strict=True):
            if not chosen.verbatim:
                yield LabelledClaim(chosen.text, row["claim"], bool(row["label"]), (), "marked", group_of(name))


def probe_of(path: Path | None = None) -> Probe:
    """The probe of a file that a training wrote, or the one that ships with the package."""
    with (path or files("summarizer.verification") / PROBE).open("rb") as file:
        arrays = dict(np.load(file, allow_pickle=False))
    parts = {name: np.asarray(arrays[name], dtype=np.float32) for name in Probe._fields if name != "level"}
    return Probe(**parts, level=float(arrays["level"]))


def tuned(start: Probe, read: Sequence[ReadClaim]) -> tuple[Probe, NDArray[np.float64]]:
    """The probe tuned on all of ``read``, calibrated, and for each claim the probability by one that saw none of its
    articles."""
    labels = np.array([each.claim.label for each in read])
    folds = np.array([int(each.claim.group[:8], 16) % FOLDS for each in read])
    unseen = np.zeros(len(read))
    for fold in sorted(set(folds.tolist())):
        probe = _Tuning(start, [each for each, own in zip(read, folds, strict=True) if own != fold]).run()
        for row in np.flatnonzero(folds == fold).tolist():
            unseen[row] = probe.log_odds(read[row].states)
    slope, level = calibration(unseen, labels)
    whole = _Tuning(start, read).run()
    calibrated = whole._replace(summary=whole.summary * np.float32(slope), level=whole.level * slope + level)
    return calibrated, 1 / (1 + np.exp(-(unseen * slope + level)))


class _Batch(NamedTuple):
    """states: (claims, tokens, d) padded; there: (claims, tokens); labels, weights: (claims,)."""

    states: Any
    there: Any
    labels: Any
    weights: Any


class _Tuning:
    """Gradient descent from a probe, pulled back to it."""

    def __init__(self, start: Probe, read: Sequence[ReadClaim]) -> None:
        import torch

        self._torch: Any = torch
        self._start = start
        self._states = [torch.from_numpy((each.states.astype(np.float32) - start.mean) / start.scale) for each in read]
        self._labels = np.array([each.claim.label for each in read], dtype=np.float32)
        share = float(np.clip(self._labels.mean(), 0.05, 0.95))
        self._weights = np.where(self._labels > 0, 0.5 / share, 0.5 / (1 - share)).astype(np.float32)

    def run(self) -> Probe:
        torch = self._torch
        torch.manual_seed(0)
        rng = np.random.default_rng(0)
        origin = [torch.tensor(np.asarray(part, dtype=np.float32)) for part in self._start[2:]]
        parts = [part.clone().requires_grad_() for part in origin]
        optimizer = torch.optim.Adam(parts, lr=_RATE)
        for epoch in range(_EPOCHS):
            optimizer.param_groups[0]["lr"] = _RATE * (1 - epoch / _EPOCHS)
            order = rng.permutation(len(self._states))
            for first in range(0, len(order), _BATCH):
                optimizer.zero_grad()
                self._loss(parts, origin, self._batch(order[first : first + _BATCH])).backward()
                optimizer.step()
        weights, bias, summary, level = (part.detach().numpy() for part in parts)
        return self._start._replace(weights=weights, bias=bias, summary=summary, level=float(level))

    def _batch(self, rows: NDArray[np.int64]) -> _Batch:
        torch = self._torch
        own = [self._states[row] for row in rows]
        states = torch.nn.utils.rnn.pad_sequence(own, batch_first=True)
        there = torch.tensor([[float(place < len(each)) for place in range(states.shape[1])] for each in own])
        return _Batch(states, there, torch.tensor(self._labels[rows]), torch.tensor(self._weights[rows]))

    def _loss(self, parts: Sequence[Any], origin: Sequence[Any], batch: _Batch) -> Any:
        torch = self._torch
        weights, bias, summary, level = parts
        kept = torch.rand(len(batch.states), 1, batch.states.shape[2]) > _DROPOUT
        scores = (batch.states * kept / (1 - _DROPOUT)) @ weights + bias
        odds = summarised(torch, scores, batch.there) @ summary + level
        entropy = torch.nn.functional.binary_cross_entropy_with_logits(odds, batch.labels, weight=batch.weights)
        pulled = _NEAR * ((weights - origin[0]) ** 2).sum() + _NEAR_SUMMARY * ((summary - origin[2]) ** 2).sum()
        return entropy + pulled


def _report(read: Sequence[ReadClaim], before: NDArray[np.float64], unseen: NDArray[np.float64], output: Path) -> str:
    """AUC before and after on articles that were not tuned on, and what each threshold lets pass."""
    from sklearn.metrics import roc_auc_score

    labels = np.array([each.claim.label for each in read])
    points = [
        {
            "threshold": share,
            "true that pass": round(float((unseen >= share)[labels].mean()), 3),
            "untrue that are stopped": round(float((unseen < share)[~labels].mean()), 3),
            "untrue of what passes": round(float((~labels)[unseen >= share].mean()), 3),
        }
        for share in _SHARES
        if (unseen >= share).any()
    ]
    auc = [round(float(roc_auc_score(labels, each)), 4) for each in (before, unseen)]
    told = {"claims": len(read), "true": int(labels.sum()), "auc": auc[0], "auc_unseen": auc[1], "points": points}
    (output / "report.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return f"{len(read)} claims; AUC on unseen articles {auc[0]:.3f} before, {auc[1]:.3f} after; {output / PROBE}"
