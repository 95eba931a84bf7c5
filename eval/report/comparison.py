"""Runs side by side: every system against a baseline, with significance over the examples that both have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.run.aggregation import scores_of
from eval.run.run_folder import RunFolder
from eval.statistics.significance import Comparison, compare, holm, paired
from eval.types import Measure
from summarizer.errors import InputError


@dataclass(frozen=True)
class Contender:
    """One system of one run, with its scores: measure -> {example id: score}."""

    name: str
    run: RunFolder
    system: str
    scores: dict[str, dict[str, float]]

    def text(self, example: str) -> str:
        """What it wrote for an example."""
        output = self.run.outputs(self.system).get(example)
        return output.text if output else ""


@dataclass(frozen=True)
class Change:
    """An example on which two systems differ much."""

    id: str
    baseline: float
    score: float


@dataclass(frozen=True)
class Row:
    """A contender against the baseline on one measure. ``p`` is adjusted by Holm over all rows of that measure."""

    contender: Contender
    comparison: Comparison
    p_bootstrap: float
    p_randomisation: float
    changes: tuple[Change, ...]


def contenders(runs: Sequence[RunFolder]) -> list[Contender]:
    """Systems of all runs; names carry the run's folder when there is more than one run. The runs must be over the same
    data, budget apart. Raises InputError."""
    found = []
    data = {run.path: _data(run) for run in runs}
    if len(set(data.values())) > 1:
        told = "; ".join(f"{path.name}: {what}" for path, what in data.items())
        raise InputError(f"the runs are over different data ({told})", remedy="Compare runs of one data set.")
    for run in runs:
        metrics = run.metrics()
        for row in metrics["systems"]:
            name = row["system"] if len(runs) == 1 else f"{run.path.name}/{row['system']}"
            found.append(
                Contender(
                    name, run, row["system"], scores_of(run, row["system"], [group for group, _ in metrics["groups"]])
                )
            )
    return found


def _data(run: RunFolder) -> str:
    data = run.manifest()["data"]
    return f"{data['data']} {data['digest']}"


def against(
    baseline: Contender, others: Sequence[Contender], measure: Measure, *, seed: int, resamples: int, changes: int = 5
) -> list[Row]:
    """A row for each of ``others`` that shares at least two scored examples with ``baseline``."""
    base = baseline.scores.get(measure.name, {})
    drawn = []
    for other in others:
        ids, theirs, ours = paired(other.scores.get(measure.name, {}), base)
        if len(ids) < 2:
            continue
        order = sorted(range(len(ids)), key=lambda i: (-abs(theirs[i] - ours[i]), ids[i]))[:changes]
        most = tuple(Change(ids[i], float(ours[i]), float(theirs[i])) for i in order if theirs[i] != ours[i])
        drawn.append((other, compare(theirs, ours, seed=seed, resamples=resamples), most))
    boot = holm([comparison.p_bootstrap for _, comparison, _ in drawn])
    flips = holm([comparison.p_randomisation for _, comparison, _ in drawn])
    return [Row(other, found, b, r, most) for (other, found, most), b, r in zip(drawn, boot, flips, strict=True)]


def find(name: str, among: Sequence[Contender]) -> Contender:
    """The contender of that name, or the only one whose system it is. Raises InputError."""
    exact = [one for one in among if one.name == name] or [one for one in among if one.system == name]
    if len(exact) != 1:
        names = ", ".join(one.name for one in among)
        problem = "no such system in these runs" if not exact else "more than one system of that name"
        raise InputError(problem, remedy=f"Choose from: {names}.", where=name)
    return exact[0]


def lines(rows: Sequence[Row], baseline: Contender, measure: Measure) -> list[list[str]]:
    """A table: head, then one row a contender."""
    scale, digits = measure.scale, measure.digits
    table = [["system", "n", baseline.name, measure.label, "difference [95%]", "p boot", "p rand", "d_z", "wins"]]
    base = baseline.scores.get(measure.name, {})
    for row in rows:
        found, d = row.comparison, row.comparison.difference
        ids = [key for key in row.contender.scores[measure.name] if key in base]
        ours = sum(base[key] for key in ids) / len(ids) * scale
        bounds = f"[{d.low * scale:+.{digits}f}, {d.high * scale:+.{digits}f}]"
        table.append(
            [
                row.contender.name,
                str(d.n),
                f"{ours:.{digits}f}",
                f"{ours + d.mean * scale:.{digits}f}",
                f"{d.mean * scale:+.{digits}f} {bounds}",
                f"{row.p_bootstrap:.4f}",
                f"{row.p_randomisation:.4f}{'*' * sum(row.p_randomisation < level for level in (0.05, 0.01, 0.001))}",
                f"{found.effect:+.2f}",
                f"{found.wins:.0%}",
            ]
        )
    return table
