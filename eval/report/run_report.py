"""A run as one HTML file that needs no network, and as Markdown, CSV and PNG."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.data.dataset_card import card_lines
from eval.report import plots
from eval.report.source_marking import Marked, mark
from eval.report.tables import as_csv, groups, markdown, measures_shown, rows
from eval.run.aggregation import scores_of
from eval.run.run_folder import RunFolder
from eval.types import Example, Measure, Output, Record
from summarizer.errors import InputError


@dataclass(frozen=True)
class Shown:
    """An example of one system: its output and its sources with citations marked, the reference, and other outputs."""

    system: str
    example: Example
    score: float
    place: str
    marked: Marked
    error: str | None
    others: tuple[tuple[str, str], ...]


def write(run: RunFolder, out: Path, *, measure: str | None = None, examples: int = 3) -> list[Path]:
    """Write report.html, report.md, report.csv and the plots into ``out``; returns their paths, the HTML first.

    measure: what distributions and best and worst examples go by, the run's first one by default; examples: how many
    best and how many worst ones a system. Raises InputError for an unfinished run or an unknown measure.
    """
    metrics, costs = run.metrics(), run.costs()
    main = _main_measure(metrics, measure)
    kept = run.examples()
    language = metrics["run"]["options"]["lang"]
    outputs = {
        row["system"]: {key: output for key, output in run.outputs(row["system"]).items() if output is not None}
        for row in metrics["systems"]
    }
    scores = {
        row["system"]: scores_of(run, row["system"], [group for group, _ in metrics["groups"]])
        for row in metrics["systems"]
    }
    pictures = _pictures(metrics, main, kept, scores)
    tables = {group: rows(metrics, names) for group, names in groups(metrics).items()}
    tables["cost"] = rows(metrics, [], costs)
    shown = {
        name: _chosen(name, kept, outputs, scores[name].get(main.name, {}), examples, language)
        for name in outputs
        if not name.startswith("recorded:")
    }
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    page = templates.get_template("report.html").render(
        metrics=metrics, main=main, tables=tables, card=card_lines(metrics["card"]), shown=shown,
        pictures={name: base64.b64encode(png).decode() for name, png in pictures.items()},
        about=[m for m in measures_shown(metrics) if m.about],
    )  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    written = {
        "report.html": page,
        "report.md": _markdown(metrics, tables, pictures),
        "report.csv": as_csv(metrics, costs),
    }
    for name, text in written.items():
        (out / name).write_text(text, encoding="utf-8", errors="replace")
    for name, png in pictures.items():
        (out / f"{name}.png").write_bytes(png)
    return [out / name for name in (*written, *(f"{name}.png" for name in pictures))]


def _main_measure(metrics: Record, wanted: str | None) -> Measure:
    known = {measure.name: measure for measure in measures_shown(metrics)}
    if not known:
        raise InputError("it holds no scores", remedy="Run it with at least one metric that applies.", where="report")
    if wanted is None:
        return known.get("rougeL") or next(iter(known.values()))
    if wanted not in known:
        raise InputError("no such measure in this run", remedy=f"Choose from: {', '.join(known)}.", where=wanted)
    return known[wanted]


def _pictures(
    metrics: Record, main: Measure, examples: Sequence[Example], scores: dict[str, dict[str, dict[str, float]]]
) -> dict[str, bytes]:
    """The systems of the run come first; recorded ones fill what room is left, best first."""
    first = next(iter(groups(metrics).values()))
    measures = [measure for measure in measures_shown(metrics) if measure.name in first][:4]
    rows = [row for row in metrics["systems"] if main.name in row["measures"]]
    rows.sort(key=lambda row: (row["system"].startswith("recorded:"), -row["measures"][main.name]["mean"]))
    drawn = {row["system"]: scores[row["system"]][main.name] for row in rows[: plots.SYSTEMS_DRAWN]}
    pictures = {"intervals": plots.intervals(metrics, measures), "distribution": plots.distribution(drawn, main)}
    words = {name: scores[name]["words"] for name in drawn if "words" in scores[name]}
    if words:
        pictures["against"] = plots.against(drawn, main, plots.quantities(examples, words))
    return pictures


def _chosen(
    system: str,
    examples: Sequence[Example],
    outputs: dict[str, dict[str, Output]],
    scores: dict[str, float],
    count: int,
    language: str,
) -> list[Shown]:
    by_id = {example.id: example for example in examples}
    order = sorted(scores, key=lambda key: (-scores[key], key))
    best = order[:count]
    worst = [key for key in order[-count:] if key not in best][::-1] if count else []
    shown = []
    for place, ids in (("best", best), ("worst", worst)):
        for number, key in enumerate(ids, 1):
            output = outputs[system][key]
            others = tuple((name, of[key].text) for name, of in outputs.items() if name != system and key in of)
            marked = mark(by_id[key], output, language)
            shown.append(Shown(system, by_id[key], scores[key], f"{place} {number}", marked, output.error, others))
    return shown


def _markdown(metrics: Record, tables: dict[str, list[list[str]]], pictures: dict[str, bytes]) -> str:
    card = metrics["card"]
    parts = [f"# {card['name']}: {card['examples']} examples", "```\n" + "\n".join(card_lines(card)) + "\n```"]
    parts += [f"## {name.capitalize()}\n\n{markdown(rows)}" for name, rows in tables.items()]
    kind = metrics["interval"]
    parts.append(f"95% intervals: {kind['method']}, {kind['resamples']} resamples, seed {kind['seed']}.")
    parts += [f"![{name}]({name}.png)" for name in pictures]
    parts.append("## Signatures\n\n```\n" + "\n".join(row["signature"] for row in metrics["systems"]) + "\n```")
    return "\n\n".join(parts) + "\n"
