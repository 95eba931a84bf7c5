"""Metrics, by name. Examples and their Outputs go in, in batches; one dict of scores an output comes out.

The options that made them go into the signature. Imports data, and of summarizer what embeds and verifies.
"""

from __future__ import annotations

from importlib import import_module

from eval.metrics.base import Metric, MetricOptions
from summarizer.errors import InputError

_CLASSES = {
    "rouge": "Rouge",
    "length": "Length",
    "abstractiveness": "Abstractiveness",
    "redundancy": "Redundancy",
    "similarity": "Similarity",
    "faithfulness": "Faithfulness",
    "citations": "Citations",
}
NAMES = tuple(_CLASSES)
DEFAULT = ("rouge", "length", "abstractiveness", "redundancy")


def load_metric(name: str, options: MetricOptions) -> Metric:
    """The metric of that name; models load when they are first needed. Raises InputError."""
    if name not in _CLASSES:
        raise InputError("no such metric", remedy=f"Choose from: {', '.join(NAMES)}.", where=name)
    metric: Metric = getattr(import_module(f"eval.metrics.{name}"), _CLASSES[name])(options)
    return metric
