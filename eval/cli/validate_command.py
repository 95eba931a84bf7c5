"""The verifier against labels that people gave."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Half(StrEnum):
    """Documents by the first digit of their SHA-256."""

    ODD = "odd"
    EVEN = "even"
    ALL = "all"


def validate(
    labels: Annotated[list[Path], typer.Argument(help="JSON Lines of {document, summary, label}: docs/evaluation.md.")],
    verifier: Annotated[str | None, typer.Option(help="embedded, hf:…, openai:…@…, rules; see docs/models.md.")] = None,
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

    from eval import validation
    from eval.data import datasets
    from eval.report import plots, tables

    examples = {example.id: example for example in datasets.load(str(clusters)).examples} if clusters else {}
    reports = []
    for path in labels:
        claims = validation.read(path, examples, half.value)
        if limit is not None and limit < len(claims):
            claims = [claims[i] for i in sorted(Random(seed).sample(range(len(claims)), limit))]  # noqa: S311
        found = validation.validate(path.name.partition(".")[0], claims, seed=seed, verifier=verifier)
        reports.append(found)
        typer.echo(tables.aligned(validation.lines(found)))
        verdicts = found.verdicts
        typer.echo(
            f"{found.rows} rows ({half.value} half), {found.faithful:.1%} faithful; verifier {found.verifier}: "
            f"{verdicts.passed:.1%} pass, of which {verdicts.precision:.1%} are faithful, and {verdicts.recall:.1%} of "
            f"the faithful pass; balanced accuracy {validation.percent(verdicts.balanced)}, calibration error "
            f"{validation.percent(verdicts.error)}\n"
        )
        if told := validation.kinds(found):
            typer.echo(tables.aligned(told) + "\n")
    if out is not None:
        out.write_bytes(plots.reliability({report.name: report.bins for report in reports}))
