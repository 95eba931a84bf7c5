"""The embedded judge: a small probe on what the default model's lower layers know of a claim beside its evidence.

The model reads evidence and claim; on its state at each token of the claim a linear layer scores how well the token is
borne out (Azaria & Mitchell 2023 read truth from states in this way), and a logistic regression over the scores'
summary gives the probability. ``probe.npz`` holds the arrays and says which file, layer and wording they belong to.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from summarizer.errors import ModelError
from summarizer.settings import Settings
from summarizer.verification.judge import PROBE, Pair

Floats = NDArray[np.float32]
_LONGEST = 320  # tokens of evidence and claim: some 220 words of English; more would be memory for little
_LOWEST = 4  # tokens that say how bad the worst part of a claim is


class Reader(Protocol):
    """States of texts: each with the character spans of its tokens and one row a token, as
    ``generation.states.StateReader`` gives them. longest: tokens of a text."""

    longest: int

    def count(self, text: str) -> int:
        """Tokens of ``text``."""
        ...

    def read(self, texts: Sequence[str]) -> Sequence[tuple[Sequence[tuple[int, int]], Floats]]:
        """For each text: spans (tokens), vectors (tokens, d)."""
        ...

    def plain(self, text: str) -> str:
        """``text`` without control tokens."""
        ...


class ProbeJudge:
    """mean, scale (d): standardise a state; weights (d, k), bias (k): score it k times; summary (3k), level: the
    logistic regression over, of each score, its mean, its minimum and the mean of its four lowest; wording: how
    evidence and claim stand in the text that is read, with ``{evidence}`` and, at its very end, ``{claim}``."""

    name = "embedded"
    held_weight = 3.0

    def __init__(self, arrays: dict[str, NDArray[np.generic]], reader: Reader) -> None:
        self._mean, self._scale, self._weights, self._bias, self._summary = (
            np.asarray(arrays[key], dtype=np.float32) for key in ("mean", "scale", "weights", "bias", "summary")
        )
        self._level = float(arrays["level"])
        self._wording = str(arrays["wording"])
        self.threshold = float(arrays["threshold"])
        self._reader = reader

    def entailed(self, pairs: Sequence[Pair]) -> list[float]:
        """How likely each claim says only what its evidence says, in 0..1; same order. Evidence that is too long to be
        read is cut at its end; a claim that is so by itself has 0. Raises GenerationError."""
        claims = [self._reader.plain(claim) for _, claim in pairs]
        texts = [self._text(self._reader.plain(e), claim) for (e, _), claim in zip(pairs, claims, strict=True)]
        found = iter(self._reader.read([text for text in texts if text]))
        support = []
        for text, claim in zip(texts, claims, strict=True):
            if text:
                spans, vectors = next(found)
                support.append(self._probability(vectors[[end > len(text) - len(claim) for _, end in spans]]))
            else:
                support.append(0.0)
        return support

    def _text(self, evidence: str, claim: str) -> str:
        """What is read; empty where it cannot be."""
        while True:
            text = self._wording.format(evidence=evidence, claim=claim)
            tokens = self._reader.count(text)
            if tokens <= self._reader.longest:
                return text
            if not evidence:
                return ""
            # Tokens may lie unevenly in a text, so it is cut a little further than by its share.
            evidence = evidence[: len(evidence) * self._reader.longest * 9 // (tokens * 10)]

    def _probability(self, states: Floats) -> float:
        """Of the states of a claim's tokens, (tokens, d)."""
        scores = np.asarray(((states - self._mean) / self._scale) @ self._weights + self._bias, dtype=np.float32)
        return float(1.0 / (1.0 + np.exp(-(features(scores) @ self._summary + self._level))))


def features(scores: Floats) -> Floats:
    """(3k,) what the probability is made of: of each of (tokens, k) scores its mean, its minimum, and the mean of its
    four lowest."""
    lowest = np.sort(scores, axis=0)[:_LOWEST]
    return np.concatenate([scores.mean(axis=0), scores.min(axis=0), lowest.mean(axis=0)])


def load_probe(settings: Settings) -> ProbeJudge:
    """The probe that ships with the package, on the model that it was trained on. Raises ModelError."""
    from summarizer.generation.states import StateReader
    from summarizer.weights import pull

    shipped = files("summarizer.verification") / PROBE
    if not shipped.is_file():
        raise ModelError(
            "this build of summarizer has no probe", remedy="Install a release, or use 'rules'.", where="embedded"
        )
    with shipped.open("rb") as file:
        arrays = dict(np.load(file, allow_pickle=False))
    model = pull(str(arrays["model"]), settings) / "model.gguf"
    return ProbeJudge(arrays, StateReader(model, int(arrays["layers"]), settings, longest=_LONGEST))
