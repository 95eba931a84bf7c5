"""``python -m eval run | compare | report | card | overlap | validate``. Figures go to stdout, progress to stderr."""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from textwrap import shorten
from typing import Annotated

import typer

from summarizer.errors import InputError, SummarizerError

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, rich_markup_mode=None)

_EXTRA = {"jinja2", "matplotlib", "rouge_score_rs", "sumy"}


class Half(StrEnum):
    """Documents by the first digit of their SHA-256."""

    ODD = "odd"
    EVEN = "even"
    ALL = "all"


class References(StrEnum):
    """How several references become one score."""

    MAX = "max"
    MEAN = "mean"


class Tokenizer(StrEnum):
    """rouge-score's own, or one for other languages."""

    DEFAULT = "default"
    UNICODE = "unicode"
    CHARACTER = "character"


def main() -> None:
    """Run the command line; errors meant for people become one line and exit code 2."""
    try:
        app()
    except SummarizerError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        sys.stderr.write(f"error: the package {error.name} is missing. Run: pip install 'summarizer[eval]'\n")
        sys.exit(2)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _budget(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.isdigit() or int(text) == 0:
        raise InputError(f"'{text}' is no number of words", remedy="Give a number, or auto.", where="--max-words")
    return int(text)


@app.command()
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
    from eval import datasets, gates, table
    from eval.card import card_lines
    from eval.metrics import DEFAULT, NAMES
    from eval.metrics.base import MetricOptions
    from eval.runner import RunOptions
    from eval.runner import run as run_all
    from eval.store import RunFolder

    wanted = {"default": DEFAULT, "all": NAMES}.get(metrics) or _names(metrics)
    demands = [gates.parse(text) for text in fail_below or ()]
    dataset = datasets.load(data, language)
    names = _names(systems)
    if recorded:
        names += tuple(f"recorded:{name}" for name in sorted({n for e in dataset.examples for n in e.recorded}))
    if overwrite and (out / "run.json").is_file():
        shutil.rmtree(out)
    scoring = MetricOptions(language, references.value, tokenizer.value, stemmer, verifier)
    options = RunOptions(names, wanted, limit, seed, _budget(max_words), scoring, resamples, retry_failed)
    result = run_all(dataset, options, RunFolder(out))
    typer.echo("\n".join(card_lines(result.metrics["card"])) + "\n")
    typer.echo(table.text(result.metrics, result.costs) + "\n")
    for row in result.metrics["systems"]:
        typer.echo(row["signature"])
    for name, reason in result.unusable.items():
        typer.echo(f"not run: {name}: {reason}", err=True)
    missed = gates.missed(demands, result.metrics)
    for line in missed:
        typer.echo(f"gate: {line}", err=True)
    if missed or result.unusable:
        raise typer.Exit(1)


@app.command()
def systems() -> None:
    """List the systems that 'run' knows."""
    from eval.systems import BUILT_IN

    for name, meaning in BUILT_IN.items():
        typer.echo(f"{name:<15} {meaning}")


@app.command("datasets")
def published() -> None:
    """List the published sets that 'run --data NAME:SPLIT' reads."""
    from eval.hub import PUBLISHED

    for name, published in PUBLISHED.items():
        typer.echo(f"{name:<14} {published.repository} ({', '.join(published.splits)}); {published.quirks}")


@app.command()
def card(
    data: Annotated[str, typer.Argument(help="JSON Lines file, .story files, or NAME:SPLIT of a published set.")],
    limit: Annotated[int | None, typer.Option(min=1)] = None,
    seed: Annotated[int, typer.Option(min=0)] = 13,
    language: Annotated[str, typer.Option(help="ISO 639-1 code of the data.")] = "en",
) -> None:
    """Print the data card of a data set."""
    from eval import datasets
    from eval.card import card_lines, describe

    dataset = datasets.load(data, language).limited(limit, seed)
    typer.echo("\n".join(card_lines(describe(dataset, language))))


@app.command()
def overlap(
    held_out: Annotated[list[str], typer.Argument(help="Sets to measure on: files, or NAME:SPLIT.")],
    train: Annotated[list[str], typer.Option(help="A set to train on; give the option once for each.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File for every finding, as JSON Lines.")] = None,
) -> None:
    """Find documents and references of held-out sets in training sets; exit code 1 when there are any.

    Example: python -m eval overlap dev.jsonl.gz --train train.jsonl.gz
    """
    from eval import datasets, overlap, table

    tests, trained = [datasets.load(source) for source in held_out], [datasets.load(source) for source in train]
    found = overlap.shared(
        [text for dataset in tests for text in overlap.texts_of(dataset)],
        (text for dataset in trained for text in overlap.texts_of(dataset)),
    )
    typer.echo(table.aligned(overlap.lines(tests, trained, found)))
    if out is not None:
        overlap.write(out, found)
    if any(one.kind != "boilerplate" for one in found):
        raise typer.Exit(1)


@app.command()
def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of runs over the same data.")],
    baseline: Annotated[str, typer.Option(help="System, or RUN/SYSTEM, that the others are held against.")] = "lead",
    measures: Annotated[str, typer.Option(help="Names separated by commas.")] = "rouge1,rouge2,rougeL,rougeLsum",
    changes: Annotated[int, typer.Option(min=0, help="Examples shown that changed most.")] = 3,
    resamples: Annotated[int, typer.Option(min=100)] = 10_000,
    seed: Annotated[int, typer.Option(min=0)] = 13,
) -> None:
    """Put systems of one or more runs side by side, with intervals, significance and the largest changes.

    Example: python -m eval compare runs/first --baseline lead --measures rougeL,supported
    """
    from eval import compare as comparing
    from eval import table
    from eval.store import RunFolder
    from eval.types import Measure

    folders = [RunFolder(path) for path in runs]
    found = comparing.contenders(folders)
    base = comparing.find(baseline, found)
    known = {m["name"]: Measure.model_validate(m) for folder in folders for m in folder.metrics()["measures"]}
    for name in _names(measures):
        if name not in known:
            raise InputError("no such measure in these runs", remedy=f"Choose from: {', '.join(known)}.", where=name)
        others = [one for one in found if one is not base]
        rows = comparing.against(base, others, known[name], seed=seed, resamples=resamples, changes=changes)
        typer.echo(table.aligned(comparing.lines(rows, base, known[name])))
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


@app.command()
def report(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Folder to write to; RUN/report by default.")] = None,
    measure: Annotated[str | None, typer.Option(help="What examples are chosen and plots drawn by.")] = None,
    examples: Annotated[int, typer.Option(min=0, help="So many best and so many worst ones a system.")] = 3,
) -> None:
    """Write a run as one HTML file, and as Markdown, CSV and PNG.

    Example: python -m eval report runs/first
    """
    from eval import report as reporting
    from eval.store import RunFolder

    for path in reporting.write(RunFolder(run), out or run / "report", measure=measure, examples=examples):
        typer.echo(path)


@app.command()
def validate(
    labels: Annotated[list[Path], typer.Argument(help="JSON Lines of {document, summary, label}; see eval/README.md.")],
    verifier: Annotated[str | None, typer.Option(help="embedded, hf:…, openai:…@…, rules; see the README.")] = None,
    half: Annotated[Half, typer.Option(help="Of the documents; the embedded judge saw the even one.")] = Half.ODD,
    clusters: Annotated[
        Path | None, typer.Option(help="Data set whose clusters rows of {cluster, claim, label} name.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=10, help="So many rows of each file, drawn with the seed.")] = None,
    seed: Annotated[int, typer.Option(min=0)] = 13,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="PNG of how well support is calibrated.")] = None,
) -> None:
    """Hold the verifier against human labels, beside simple detectors.

    Example: python -m eval validate faithfulness/qags_cnndm.jsonl.gz --verifier rules
    """
    from random import Random

    from eval import datasets, plots, table, validation

    examples = {example.id: example for example in datasets.load(str(clusters)).examples} if clusters else {}
    reports = []
    for path in labels:
        claims = validation.read(path, examples, half.value)
        if limit is not None and limit < len(claims):
            claims = [claims[i] for i in sorted(Random(seed).sample(range(len(claims)), limit))]  # noqa: S311
        found = validation.validate(path.name.partition(".")[0], claims, seed=seed, verifier=verifier)
        reports.append(found)
        typer.echo(table.aligned(validation.lines(found)))
        verdicts = found.verdicts
        typer.echo(
            f"{found.rows} rows ({half.value} half), {found.faithful:.1%} faithful; verifier {found.verifier}: "
            f"{verdicts.passed:.1%} pass, of which {verdicts.precision:.1%} are faithful, and {verdicts.recall:.1%} of "
            f"the faithful pass; balanced accuracy {validation.percent(verdicts.balanced)}, calibration error "
            f"{validation.percent(verdicts.error)}\n"
        )
        if told := validation.kinds(found):
            typer.echo(table.aligned(told) + "\n")
    if out is not None:
        out.write_bytes(plots.reliability({report.name: report.bins for report in reports}))
