"""The loss over the steps of a training, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def draw_curve(held_out: Sequence[tuple[int, float]], train: Sequence[tuple[int, float]], path: Path) -> Path:
    """Write an SVG of (step, loss) points, held-out and training; loss is cross-entropy a token, in nats."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.0, 3.6), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(*zip(*held_out, strict=True), marker="o", label="held out")
    if train:
        axes.plot(*zip(*train, strict=True), linestyle="--", label="training")
    axes.set_xlabel("step")
    axes.set_ylabel("loss (nats a token)")
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})
    return path
