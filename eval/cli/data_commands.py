"""Data sets: list the published ones, describe one, find what two share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def published() -> None:
    """List the published sets that 'run --data NAME:SPLIT' reads."""
    from eval.data.published_datasets import PUBLISHED

    for name, published in PUBLISHED.items():
        typer.echo(f"{name:<14} {published.repository} ({', '.join(published.splits)}); {published.quirks}")


def card(
    data: Annotated[str, typer.Argument(help="JSON Lines file, .story files, or NAME:SPLIT of a published set.")],
    limit: Annotated[int | None, typer.Option(min=1)] = None,
    seed: Annotated[int, typer.Option(min=0)] = 13,
    language: Annotated[str, typer.Option(help="ISO 639-1 code of the data.")] = "en",
) -> None:
    """Print the data card of a data set."""
    from eval.data import datasets
    from eval.data.dataset_card import card_lines, describe

    dataset = datasets.load(data, language).limited(limit, seed)
    typer.echo("\n".join(card_lines(describe(dataset, language))))


def overlap(
    held_out: Annotated[list[str], typer.Argument(help="Sets to measure on: files, or NAME:SPLIT.")],
    train: Annotated[list[str], typer.Option(help="A set to train on; give the option once for each.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File for every finding, as JSON Lines.")] = None,
) -> None:
    """Find what held-out sets share with training sets.

    Documents and references, the same or nearly so; exit code 1 when there are any.

    Example: python -m eval overlap dev.jsonl.gz --train train.jsonl.gz
    """
    from eval.data import datasets, train_test_overlap
    from eval.report import tables

    tests, trained = [datasets.load(source) for source in held_out], [datasets.load(source) for source in train]
    found = train_test_overlap.shared(
        [text for dataset in tests for text in train_test_overlap.texts_of(dataset)],
        (text for dataset in trained for text in train_test_overlap.texts_of(dataset)),
    )
    typer.echo(tables.aligned(train_test_overlap.lines(tests, trained, found)))
    if out is not None:
        train_test_overlap.write(out, found)
    if any(one.kind != "boilerplate" for one in found):
        raise typer.Exit(1)
