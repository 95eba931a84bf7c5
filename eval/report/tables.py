"""The figures of a run as a text or Markdown table and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from eval.types import Measure, Record


def measures_shown(metrics: Record) -> list[Measure]:
    """Measures for which at least one system has figures."""
    all_measures = [Measure.model_validate(measure) for measure in metrics["measures"]]
    return [m for m in all_measures if any(m.name in row["measures"] for row in metrics["systems"])]


def cell(figure: Record | None, measure: Measure) -> str:
    """``37.8 [36.9, 38.7]``; empty when there is no figure."""
    if figure is None:
        return ""
    shown = [f"{figure[key] * measure.scale:.{measure.digits}f}" for key in ("mean", "low", "high")]
    return f"{shown[0]} [{shown[1]}, {shown[2]}]"


def groups(metrics: Record) -> dict[str, list[str]]:
    """metric -> its measures' names, as far as they have figures."""
    shown = [measure.name for measure in measures_shown(metrics)]
    named = {group: [name for name in names if name in shown] for group, names in metrics["groups"]}
    return {group: names for group, names in named.items() if names}


def rows(metrics: Record, names: Sequence[str], costs: Record | None = None) -> list[list[str]]:
    """Head and one row a system, with the measures ``names`` and, when given, the costs."""
    shown = [measure for measure in measures_shown(metrics) if measure.name in names]
    costs = costs or {}
    arrows = {"higher": " ↑", "lower": " ↓", None: ""}
    timed = any(costs.values())
    head = ["system", "n", *(m.label + arrows[m.better] for m in shown)]
    table = [head + (["s/summary", "tokens", "peak MB"] if timed else [])]
    for row in metrics["systems"]:
        failed = f" ({len(row['failed'])} failed)" if row["failed"] else ""
        cells = [cell(row["measures"].get(m.name), m) for m in shown]
        cost = costs.get(row["system"]) or {}
        spent = [f"{cost[k]:{f}}" if cost else "" for k, f in _COSTS] if timed else []
        table.append([row["system"], f"{row['n']}{failed}", *cells, *spent])
    return table


_COSTS = (("seconds_mean", ".3f"), ("tokens_mean", ".0f"), ("peak_mb", ".0f"))


def aligned(table: Sequence[Sequence[str]]) -> str:
    """Columns padded with spaces."""
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in table)


def markdown(table: Sequence[Sequence[str]]) -> str:
    """A Markdown table, figures to the right."""
    lines = [[c.replace("|", "\\|") for c in row] for row in table]
    rule = ["---"] + ["---:"] * (len(table[0]) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [lines[0], rule, *lines[1:]])


def text(metrics: Record, costs: Record) -> str:
    """One aligned table a metric, costs last."""
    tables = [rows(metrics, names) for names in groups(metrics).values()]
    tables.append(rows(metrics, [], costs))
    return "\n\n".join(aligned(table) for table in tables)


def as_csv(metrics: Record, costs: Record) -> str:
    """One row a system and measure: system, measure, mean, low, high, n, signature; figures unscaled."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["system", "measure", "mean", "low", "high", "n", "signature"])
    for row in metrics["systems"]:
        for name, f in row["measures"].items():
            writer.writerow([row["system"], name, f["mean"], f["low"], f["high"], f["n"], row["signature"]])
        for name, value in (costs.get(row["system"]) or {}).items():
            writer.writerow([row["system"], name, value, "", "", row["n"], row["signature"]])
    return out.getvalue()
