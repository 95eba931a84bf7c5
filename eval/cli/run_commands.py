"""Runs: make one, list what can run, put runs side by side, write reports."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import shorten
from typing import Annotated

import typer

from eval.cli.options import References, Tokenizer, split_names
from summarizer.errors import InputError


def run(
    data: Annotated[str, typer.Option(help="JSON Lines file, .story files, or NAME:SPLIT of a published set.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder of the run; resumed when it is there.")],
    systems: Annotated[str, typer.Option(help="Names separated by commas; see 'eval systems'.")] = "lead,extractive",
    metrics: Annotated[str, typer.Option(help="Names separated by commas, or all.")] = "default",
    limit: Annotated[int | None, typer.Option(min=1, help="So many examples, drawn with the seed.")] = None,
    seed: Annotated[int, typer.Option(min=0)] = 13,
    max_words: Annotated[str, typer.Option(help="Words a summary; auto is the mean reference length.")] = "auto",
    recorded: Annotated[bool, typer.Option(help="Score the outputs recorded in the data as well.")] = True,
    references: Annotated[References, typer.Option(help="Best reference, or mean over them.")] = References.MAX,
    tokenizer: Annotated[Tokenizer, typer.Option(help="Words for ROUGE.")] = Tokenizer.DEFAULT,
    stemmer: Annotated[bool, typer.Option(help="Porter's stemmer for ROUGE.")] = True,
    language: Annotated[str, typer.Option(help="ISO 639-1 code of the data.")] = "en",
    verifier: Annotated[
        str | None, typer.Option(help="Judge of faithfulness and citations; the library's own by default.")
    ] = None,
    resamples: Annotated[int, typer.Option(min=100, help="Of the bootstrap.")] = 10_000,
    fail_below: Annotated[list[str] | None, typer.Option(help="[SYSTEM/]MEASURE=X; exit code 1 when below.")] = None,
    retry_failed: Annotated[bool, typer.Option(help="Try examples again that failed.")] = False,
    overwrite: Annotated[bool, typer.Option(help="Remove what the folder holds first.")] = False,
) -> None:
    """Run systems over a data set and score them.

    Example: python -m eval run --data dev.jsonl.gz --systems lead,lexrank,embedded --limit 60 -o runs/first
    """
    from eval.data import datasets
    from eval.data.dataset_card import card_lines
    from eval.metrics import DEFAULT, NAMES
    from eval.metrics.base import MetricOptions
    from eval.report import quality_gates, tables
    from eval.run.run_folder import RunFolder
    from eval.run.runner import RunOptions
    from eval.run.runner import run as run_all

    wanted = {"default": DEFAULT, "all": NAMES}.get(metrics) or split_names(metrics)
    demands = [quality_gates.parse(text) for text in fail_below or ()]
    dataset = datasets.load(data, language)
    names = split_names(systems)
    if recorded:
        names += tuple(f"recorded:{name}" for name in sorted({n for e in dataset.examples for n in e.recorded}))
    if overwrite and (out / "run.json").is_file():
        shutil.rmtree(out)
    scoring = MetricOptions(language, references.value, tokenizer.value, stemmer, verifier)
    options = RunOptions(names, wanted, limit, seed, _budget(max_words), scoring, resamples, retry_failed)
    result = run_all(dataset, options, RunFolder(out))
    typer.echo("\n".join(card_lines(result.metrics["card"])) + "\n")
    typer.echo(tables.text(result.metrics, result.costs) + "\n")
    for row in result.metrics["systems"]:
        typer.echo(row["signature"])
    for name, reason in result.unusable.items():
        typer.echo(f"not run: {name}: {reason}", err=True)
    missed = quality_gates.missed(demands, result.metrics)
    for line in missed:
        typer.echo(f"gate: {line}", err=True)
    if missed or result.unusable:
        raise typer.Exit(1)


def systems() -> None:
    """List the systems that 'run' knows."""
    from eval.systems import BUILT_IN

    for name, meaning in BUILT_IN.items():
        typer.echo(f"{name:<15} {meaning}")


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of runs over the same data.")],
    baseline: Annotated[str, typer.Option(help="System, or RUN/SYSTEM, that the others are held against.")] = "lead",
    measures: Annotated[str, typer.Option(help="Names separated by commas.")] = "rouge1,rouge2,rougeL,rougeLsum",
    changes: Annotated[int, typer.Option(min=0, help="Examples shown that changed most.")] = 3,
    resamples: Annotated[int, typer.Option(min=100)] = 10_000,
    seed: Annotated[int, typer.Option(min=0)] = 13,
) -> None:
    """Compare systems of one or more runs, with significance.

    Prints differences with intervals, p-values, effect sizes, and the examples that changed most.

    Example: python -m eval compare runs/first --baseline lead --measures rougeL,supported
    """
    from eval.report import comparison, tables
    from eval.run.run_folder import RunFolder
    from eval.types import Measure

    folders = [RunFolder(path) for path in runs]
    found = comparison.contenders(folders)
    base = comparison.find(baseline, found)
    known = {m["name"]: Measure.model_validate(m) for folder in folders for m in folder.metrics()["measures"]}
    for name in split_names(measures):
        if name not in known:
            raise InputError("no such measure in these runs", remedy=f"Choose from: {', '.join(known)}.", where=name)
        others = [one for one in found if one is not base]
        rows = comparison.against(base, others, known[name], seed=seed, resamples=resamples, changes=changes)
        typer.echo(tables.aligned(comparison.lines(rows, base, known[name])))
        for row in rows:
            if row.changes:
                typer.echo(f"\n{row.contender.name} against {base.name}, {known[name].label}, largest changes:")
            for change in row.changes:
                typer.echo(f"  {change.id}  {change.baseline:.3f} -> {change.score:.3f}")
                for one in (base, row.contender):
                    typer.echo(f"    {one.name}: {shorten(one.text(change.id), 400)}")
        typer.echo("")
    typer.echo(
        f"{resamples} resamples, seed {seed}; p by paired bootstrap (shifted to zero) and approximate randomisation, "
        "both two-sided and adjusted by Holm over the systems of a measure; * p < 0.05, ** 0.01, *** 0.001 by "
        "randomisation; d_z: mean over standard deviation of the differences; wins: examples where it is higher"
    )


def report(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Folder to write to; RUN/report by default.")] = None,
    measure: Annotated[str | None, typer.Option(help="What examples are chosen and plots drawn by.")] = None,
    examples: Annotated[int, typer.Option(min=0, help="So many best and so many worst ones a system.")] = 3,
) -> None:
    """Write a run as one HTML file, and as Markdown, CSV and PNG.

    Example: python -m eval report runs/first
    """
    from eval.report import run_report
    from eval.run.run_folder import RunFolder

    for path in run_report.write(RunFolder(run), out or run / "report", measure=measure, examples=examples):
        typer.echo(path)


def _budget(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.isdigit() or int(text) == 0:
        raise InputError(f"'{text}' is no number of words", remedy="Give a number, or auto.", where="--max-words")
    return int(text)
