"""Plots of a run as PNG bytes, by matplotlib without a screen."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.types import Example, Measure, Record

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Scores = Mapping[str, Mapping[str, float]]
"""system -> {example id: score}."""

_COLOURS = ("#1f5fa8", "#c2571a", "#2d7d46", "#8a3d8f", "#a8862a", "#3a8f96", "#b03a5b", "#666666")
SYSTEMS_DRAWN = len(_COLOURS)


def intervals(metrics: Record, measures: Sequence[Measure]) -> bytes:
    """Mean and interval of every system, one panel a measure, the same order of systems in all."""
    systems = metrics["systems"][::-1]
    figure, axes = _figure(len(measures), width=3.1, height=0.8 + 0.24 * len(systems), sharey=True)
    for axis, measure in zip(axes, measures, strict=True):
        for place, row in enumerate(systems):
            found = row["measures"].get(measure.name)
            if found is None:
                continue
            low, mean, high = (found[key] * measure.scale for key in ("low", "mean", "high"))
            colour = "#999999" if row["system"].startswith("recorded:") else _COLOURS[0]
            axis.plot([low, high], [place, place], color=colour, linewidth=2, solid_capstyle="round")
            axis.plot(mean, place, "o", color=colour, markersize=5)
        axis.set_title(measure.label, fontsize=10)
        axis.grid(axis="x", color="#e5e5e5")
        axis.set_yticks(range(len(systems)), [_short(row["system"]) for row in systems], fontsize=8)
    return _png(figure)


def distribution(scores: Scores, measure: Measure) -> bytes:
    """Every example's score as a dot, and a box with the quartiles over them."""
    names = list(scores)[::-1]
    figure, (axis,) = _figure(1, width=8, height=0.9 + 0.5 * len(names))
    rng = np.random.default_rng(0)
    for place, name in enumerate(names):
        values = np.array(list(scores[name].values())) * measure.scale
        axis.scatter(
            values, place + rng.uniform(-0.28, 0.28, len(values)), s=7, alpha=0.35, color=_colour(scores, name)
        )
    boxes = [np.array(list(scores[name].values())) * measure.scale for name in names]
    axis.boxplot(
        boxes,
        positions=range(len(names)),
        orientation="horizontal",
        widths=0.34,
        showfliers=False,
        medianprops={"color": "black", "linewidth": 1.6},
    )
    axis.set_yticks(range(len(names)), [_short(name) for name in names])
    axis.set_xlabel(measure.label)
    axis.grid(axis="x", color="#e5e5e5")
    return _png(figure)


def against(scores: Scores, measure: Measure, panels: Mapping[str, Mapping[str, Mapping[str, float]]]) -> bytes:
    """Scores against other quantities, one panel each: dots, and the mean in each of up to six equally full bins.

    panels: label -> system -> {example id: quantity}.
    """
    figure, axes = _figure(len(panels), width=4.3, height=3.6, sharey=True)
    for axis, (label, quantities) in zip(axes, panels.items(), strict=True):
        for name, of in scores.items():
            ids = [key for key in of if key in quantities.get(name, {})]
            x = np.array([quantities[name][key] for key in ids])
            y = np.array([of[key] for key in ids]) * measure.scale
            _trend(axis, x, y, _colour(scores, name), _short(name))
        axis.set_xlabel(label)
        axis.grid(color="#eeeeee")
    axes[0].set_ylabel(measure.label)
    axes[-1].legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return _png(figure)


def reliability(sets: Mapping[str, Sequence[tuple[float, float, int]]]) -> bytes:
    """Share of faithful rows against the support that they were given, one panel a set; dots grow with their rows.

    sets: name -> (mean support, share faithful, rows) of each bin.
    """
    figure, axes = _figure(len(sets), width=3.0, height=3.2, sharey=True)
    for axis, (name, bins) in zip(axes, sets.items(), strict=True):
        said, true, rows = (np.array(column, dtype=float) for column in zip(*bins, strict=True))
        axis.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1)
        axis.plot(said, true, color=_COLOURS[0], linewidth=1.6)
        axis.scatter(said, true, s=12 + 160 * rows / rows.max(), color=_COLOURS[0], alpha=0.7)
        axis.set_title(_short(name), fontsize=10)
        axis.set_xlabel("support")
        axis.set_xlim(-0.02, 1.02)
        axis.set_ylim(-0.02, 1.02)
        axis.grid(color="#eeeeee")
    axes[0].set_ylabel("share faithful")
    return _png(figure)


def quantities(examples: Sequence[Example], words: Scores) -> dict[str, dict[str, dict[str, float]]]:
    """The panels that a report shows: words of the summary, words of the sources, number of documents."""
    sources = {e.id: float(sum(len(document.text.split()) for document in e.documents)) for e in examples}
    documents = {e.id: float(len(e.documents)) for e in examples}
    panels: dict[str, dict[str, dict[str, float]]] = {
        "words of the summary": {name: dict(of) for name, of in words.items()},
        "words of the sources": dict.fromkeys(words, sources),
    }
    if len(set(documents.values())) > 1:
        panels["documents"] = dict.fromkeys(words, documents)
    return panels


def _trend(axis: Axes, x: Any, y: Any, colour: str, label: str) -> None:
    axis.scatter(x, y, s=6, alpha=0.15, color=colour, linewidths=0)
    edges = np.unique(np.quantile(x, np.linspace(0, 1, 7))) if len(x) else x
    if len(edges) < 3:
        axis.plot([], [], color=colour, label=label)
        return
    bins = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2)
    full = [b for b in range(len(edges) - 1) if np.any(bins == b)]
    axis.plot(
        [float(x[bins == b].mean()) for b in full],
        [float(y[bins == b].mean()) for b in full],
        "o-",
        color=colour,
        markersize=4,
        linewidth=1.8,
        label=label,
    )


def _figure(panels: int, *, width: float, height: float, sharey: bool = False) -> tuple[Figure, list[Axes]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width * panels, height), layout="constrained")
    grid = figure.subplots(1, panels, squeeze=False, sharey=sharey)
    axes: list[Axes] = list(grid[0])
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.set_axisbelow(True)
    return figure, axes


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110, metadata={"Software": None})
    return out.getvalue()


def _colour(scores: Scores, name: str) -> str:
    return _COLOURS[list(scores).index(name) % len(_COLOURS)]


def _short(name: str) -> str:
    name = name.removeprefix("recorded:")
    return name if len(name) <= 28 else name[:27] + "…"
