"""From the logs of a run to its figures: means, intervals, signatures, and apart from them the costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from eval.data.datasets import Dataset
from eval.metrics.base import Metric
from eval.run.run_folder import Made, RunFolder
from eval.run.signature import environment, signature
from eval.statistics.significance import interval
from eval.systems import NOT_RUN
from eval.types import Measure, Record

_DIGITS = 6


def summarise(
    folder: RunFolder, dataset: Dataset, card: Record, systems: Sequence[str], metrics: Sequence[Metric], resamples: int
) -> tuple[Record, Record]:
    """(figures, costs) of every system in ``systems``, in that order. For one signature the first is the same, byte for
    byte; costs are not."""
    ids = [example.id for example in dataset.examples]
    manifest = folder.manifest()
    seed = manifest["options"]["seed"]
    rows, costs = [], {}
    for name in systems:
        scores = scores_of(folder, name, [metric.name for metric in metrics])
        outputs = {record["id"]: record for record in folder.records(name, "outputs")}
        present = [key for key in ids if not outputs[key].get("missing")]
        measures = {m.name: _bounded(scores.get(m.name, {}), present, resamples, seed) for m in _measures(metrics)}
        rows.append(
            {
                "system": name,
                "signature": _signature(manifest, folder, name, metrics, resamples),
                "n": len(present),
                "missing": len(ids) - len(present),
                "failed": [key for key in present if outputs[key].get("error")],
                "measures": {key: value for key, value in measures.items() if value},
            }
        )
        costs[name] = {} if name.startswith(NOT_RUN) else _cost(folder, name, set(present), outputs)
    content = {
        "run": manifest,
        "card": card,
        "measures": [measure.model_dump() for measure in _measures(metrics)],
        "groups": [[metric.name, [measure.name for measure in metric.measures]] for metric in metrics],
        "systems": rows,
        "interval": {"level": 0.95, "method": "BCa bootstrap", "resamples": resamples, "seed": seed},
    }
    return content, costs


def scores_of(folder: RunFolder, system: str, metrics: Sequence[str]) -> dict[str, dict[str, float]]:
    """measure -> {example id: score}, in the order of the log."""
    scores: dict[str, dict[str, float]] = {}
    for metric in metrics:
        for record in folder.records(system, metric)[1:]:
            for key, value in record.items():
                if key != "id":
                    scores.setdefault(key, {})[record["id"]] = value
    return scores


def _measures(metrics: Sequence[Metric]) -> list[Measure]:
    return [measure for metric in metrics for measure in metric.measures]


def _bounded(scores: dict[str, float], ids: Sequence[str], resamples: int, seed: int) -> Record | None:
    figures = np.array([scores[key] for key in ids if key in scores])
    if not len(figures):
        return None
    found = interval(figures, seed=seed, resamples=resamples)
    # Rounded, so that a library's other order of summation is not another result.
    return {key: round(value, _DIGITS) for key, value in asdict(found).items()}


def _signature(manifest: Record, folder: RunFolder, system: str, metrics: Sequence[Metric], resamples: int) -> str:
    """Code and versions are those of the outputs; ``scored.code`` and the like follow where the scores' differ."""
    made = folder.described(system) or Made(system, {}, {})
    scoring = {f"{metric.name}.{key}": value for metric in metrics for key, value in metric.options.items()}
    now = environment()
    return signature(
        manifest["data"],
        {"system": system, **made.options},
        manifest["options"],
        scoring,
        {"ci": f"bca95/{resamples}"},
        {**now, **made.environment},
        {f"scored.{key}": value for key, value in now.items() if made.environment.get(key, value) != value},
    )


def _cost(folder: RunFolder, system: str, present: set[str], outputs: dict[str, Record]) -> Record:
    logged = {record["id"]: record for record in folder.records(system, "costs") if record["id"] in present}
    if not logged:
        return {}
    seconds = sorted(record["seconds"] for record in logged.values())
    tokens = [(outputs[key].get("prompt_tokens") or 0) + (outputs[key].get("completion_tokens") or 0) for key in logged]
    return {
        "seconds_mean": sum(seconds) / len(seconds),
        "seconds_median": seconds[len(seconds) // 2],
        "seconds_total": sum(seconds),
        "tokens_mean": sum(tokens) / len(tokens),
        "peak_mb": max(record["peak_mb"] for record in logged.values()),
    }
