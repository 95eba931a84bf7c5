"""Trains the embedded judge: claims, their states (kept as they are read, so that it resumes), the probe, its curve."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.reading.embedding import Encode
from summarizer.settings import Settings
from summarizer.train.claim_states import WORDING, ClaimReader, ReadClaim
from summarizer.train.claims import LabelledClaim, from_clusters, from_labelled, rows
from summarizer.train.probe import Probe, fit, log_odds_unseen

_CHUNK = 100  # claims that are read between two saves
_CURVE = (0.125, 0.25, 0.5, 1.0)  # shares of the claims that the learning curve is drawn over


class Recipe(NamedTuple):
    """model: a name of the catalogue, or a GGUF; clusters: stories taken; each: claims of one labelled set at most;
    threshold: probability that passes; written: names of the labelled sets that models or people wrote freely, of
    which the probability is made."""

    model: str = "qwen2.5-coder-1.5b-instruct-q4_k_m"
    layers: int = 17
    clusters: int = 400
    each: int = 600
    seed: int = 0
    threshold: float = 0.5
    dtype: str = "float32"
    written: tuple[str, ...] = ()


def train_verifier(
    clusters: Path, labelled: Sequence[Path], output: Path, recipe: Recipe, encode: Encode, settings: Settings
) -> str:
    """Write ``output/probe.npz`` and what came of it; returns a summary line. Raises InputError, ModelError."""
    output.mkdir(parents=True, exist_ok=True)
    claims = _listed(clusters, labelled, output, recipe, encode)
    read = read_claims(claims, output, recipe, settings)
    probe, unseen = fit(read, recipe.written)
    save_probe(probe, output / "probe.npz", recipe)
    return _report(read, unseen, output, recipe)


def _listed(
    clusters: Path, labelled: Sequence[Path], output: Path, recipe: Recipe, encode: Encode
) -> list[LabelledClaim]:
    """The claims, made once and kept; those on the same evidence stand together, in an order drawn by evidence."""
    kept = output / f"claims-{recipe.clusters}-{recipe.each}-{recipe.seed}.jsonl"
    if kept.exists():
        found = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
        return [LabelledClaim(**{**row, "wrong": tuple(map(tuple, row["wrong"]))}) for row in found]
    rng = Random(recipe.seed)  # noqa: S311 - draws examples, guards nothing
    stories = rows(clusters)
    rng.shuffle(stories)
    claims = list(from_clusters(stories[: recipe.clusters], encode, rng))
    for path in labelled:
        some = list(from_labelled(rows(path), encode, path.name.partition(".")[0]))
        rng.shuffle(some)
        claims += some[: recipe.each]
    evidence = list(dict.fromkeys(claim.evidence for claim in claims))
    rng.shuffle(evidence)
    place = {text: at for at, text in enumerate(evidence)}
    claims.sort(key=lambda claim: place[claim.evidence])
    kept.write_text("".join(f"{json.dumps(claim._asdict())}\n" for claim in claims), encoding="utf-8")
    return claims


def read_claims(claims: Sequence[LabelledClaim], output: Path, recipe: Recipe, settings: Settings) -> list[ReadClaim]:
    """Every claim's states; what an earlier run has read, with fewer claims too, is not read again."""
    folder = output / f"states-{recipe.layers}"
    folder.mkdir(exist_ok=True)
    known: dict[tuple[str, str], ReadClaim] = {}
    for path in sorted(folder.glob("*.pkl")):
        some = pickle.loads(path.read_bytes())  # noqa: S301 - written by this run or the one it resumes
        known |= {(read.claim.evidence, read.claim.claim): read for read in some}
    unread = [claim for claim in claims if (claim.evidence, claim.claim) not in known]
    reader = cache(lambda: _reader(recipe, settings))  # which claims that are read already do not need
    for start in range(0, len(unread), _CHUNK):
        chunk = list(reader().read(unread[start : start + _CHUNK]))
        part = folder / f"{len(known):06d}.part"
        part.write_bytes(pickle.dumps(chunk))
        part.rename(part.with_suffix(".pkl"))
        known |= {(read.claim.evidence, read.claim.claim): read for read in chunk}
        print(f"{len(known)} of {len(claims)} claims read", flush=True)  # noqa: T201
    return [known[claim.evidence, claim.claim]._replace(claim=claim) for claim in claims]


def _reader(recipe: Recipe, settings: Settings) -> ClaimReader:
    from summarizer.weights import pull

    own = Path(recipe.model)
    model = own if own.is_file() else pull(recipe.model, settings) / "model.gguf"
    return ClaimReader(model, recipe.layers, recipe.dtype)


def save_probe(probe: Probe, path: Path, recipe: Recipe) -> None:
    """Write the arrays that the shipped judge reads, with the file, layer and wording that they belong to."""
    arrays = {name: np.asarray(value, dtype=np.float32) for name, value in probe._asdict().items()}
    told = {"wording": WORDING, "model": recipe.model, "layers": recipe.layers, "threshold": recipe.threshold}
    every: dict[str, Any] = {**arrays, **{name: np.array(value) for name, value in told.items()}}
    np.savez_compressed(path, **every)


def _report(read: Sequence[ReadClaim], unseen: NDArray[np.float64], output: Path, recipe: Recipe) -> str:
    """AUC over claims whose articles were not trained on, by kind; and the learning curve, as JSON and picture."""
    from sklearn.metrics import roc_auc_score

    labels = np.array([one.claim.label for one in read])
    kinds = np.array([one.claim.kind for one in read])
    made = np.isin(kinds, [kind for kind in set(kinds) if len(set(labels[kinds == kind])) == 1])
    by_kind = {
        kind: round(float(roc_auc_score(labels[rows], unseen[rows])), 4)
        for kind in sorted(set(kinds[~made]))
        for rows in [kinds == kind]
    }
    if made.any() and len(set(labels[made])) == 2:
        by_kind["made by rule"] = round(float(roc_auc_score(labels[made], unseen[made])), 4)
    curve = []
    for share in _CURVE[:-1]:
        some = read[: int(len(read) * share)]
        curve.append((len(some), float(roc_auc_score([one.claim.label for one in some], log_odds_unseen(some)))))
    curve.append((len(read), float(roc_auc_score(labels, unseen))))
    told = {"recipe": recipe._asdict(), "claims": len(read), "auc_unseen": by_kind, "curve": curve}
    (output / "report.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return f"{len(read)} claims; AUC on unseen articles {curve[-1][1]:.3f}; {output / 'probe.npz'}"
