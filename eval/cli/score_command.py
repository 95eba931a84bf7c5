"""Score outputs that are there already."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from eval.cli.options import References, Tokenizer, split_names
from summarizer.errors import InputError


def score(
    outputs: Annotated[str, typer.Argument(metavar="OUTPUTS", help="A summary a line; - is standard input.")],
    references: Annotated[
        list[str] | None,
        typer.Argument(metavar="REFERENCES", help="Files with a reference for each, on the same lines."),
    ] = None,
    metrics: Annotated[
        str, typer.Option("-m", "--metrics", help="Names separated by commas.")
    ] = "rouge1,rouge2,rougeL,rougeLsum",
    output_field: Annotated[str | None, typer.Option(help="OUTPUTS is JSON Lines with this field.")] = None,
    reference_field: Annotated[
        str | None, typer.Option(help="REFERENCES (OUTPUTS, where there are none) are JSON Lines with this field.")
    ] = None,
    several: Annotated[
        References, typer.Option("--references", help="Of several references: the best by F1, or the mean.")
    ] = References.MAX,
    tokenizer: Annotated[Tokenizer, typer.Option(help="Words for ROUGE.")] = Tokenizer.DEFAULT,
    stemmer: Annotated[bool, typer.Option(help="Porter's stemmer.")] = True,
    language: Annotated[str, typer.Option(help="ISO 639-1 code of the texts.")] = "en",
    seed: Annotated[int, typer.Option(min=0)] = 13,
    resamples: Annotated[int, typer.Option(min=100, help="Of the bootstrap.")] = 10_000,
    width: Annotated[int, typer.Option("-w", "--width", min=0, help="Digits after the point.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    score_only: Annotated[bool, typer.Option("-b", "--score-only", help="Print the number alone.")] = False,
) -> None:
    """Score summaries in a file against references, line by line.

    F1 of ROUGE, times 100, with 95% intervals and the signature, in one line. Files may be gzipped.

    Example: python -m eval score outputs.txt references.txt -m rougeLsum -b
    """
    from eval.data.parallel_texts import read_parallel
    from eval.metrics.base import MetricOptions
    from eval.score import score as score_all

    wanted = split_names(metrics)
    if score_only and len(wanted) != 1:
        raise InputError("it prints one number", remedy="Choose one metric, such as -m rougeLsum.", where="-b")
    options = MetricOptions(language, several.value, tokenizer.value, stemmer)
    texts = read_parallel(outputs, references or (), output_field, reference_field)
    found = score_all(texts, wanted, options, seed=seed, resamples=resamples)
    if found.left_out:
        typer.echo(f"{found.left_out} of {len(texts)} lines have no reference and are left out", err=True)
    if score_only:
        typer.echo(f"{found.figures[wanted[0]].mean:.{width}f}")
    else:
        typer.echo(json.dumps(found.record()) if as_json else found.line(width))
