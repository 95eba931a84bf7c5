"""``summarizer train …``: nothing heavy is imported before a command runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Fine-tune models on your own pairs.")


class Method(StrEnum):
    """What is trained: a small adapter beside the model, or all of its weights."""

    LORA = "lora"
    FULL = "full"


@app.callback()
def train() -> None:
    """Fine-tune models on your own pairs of articles and summaries."""


@app.command()
def generator(
    data: Annotated[Path, typer.Option(help="JSONL: {documents: [{text}], summary} a line.", exists=True)],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the result.")],
    model: Annotated[str, typer.Option(help="Base: embedded, or an id or folder as after hf:.")] = "embedded",
    method: Annotated[Method, typer.Option(help="lora, or full for all weights.")] = Method.LORA,
    held_out: Annotated[Path | None, typer.Option(help="Pairs to measure on; else a tenth of --data.")] = None,
    epochs: Annotated[float, typer.Option(min=0.01, help="Passes over the pairs.")] = 3.0,
    batch: Annotated[int, typer.Option(min=1, help="Pairs in one step.")] = 8,
    rate: Annotated[float | None, typer.Option(help="Learning rate; 2e-4 for lora, 5e-5 for full.")] = None,
    rank: Annotated[int, typer.Option(min=1, help="Rank of the adapter.")] = 16,
    targets: Annotated[
        str, typer.Option(help="Modules that get one: all-linear, or names like q_proj,v_proj.")
    ] = "all-linear",
    seed: Annotated[int, typer.Option(min=0, help="Of the order of pairs and the adapter's start.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in --output.")] = False,
) -> None:
    """Fine-tune a generator; prints the model string that loads the result.

    Example: summarizer train generator --data pairs.jsonl --model google/flan-t5-base -o flan-news
    """
    from summarizer.settings import Settings
    from summarizer.train.generator import Recipe, train_generator

    recipe = Recipe(
        full=method is Method.FULL,
        epochs=epochs,
        batch=batch,
        rate=rate,
        rank=rank,
        targets=targets,
        seed=seed,
        resume=resume,
    )
    trained = train_generator(data, output, model, recipe, Settings(), held_out=held_out)
    typer.echo(
        f"held-out loss {trained.loss_before:.3f} before, {trained.loss:.3f} after; curve: {trained.curve}", err=True
    )
    typer.echo(trained.model)


@app.command()
def verifier(
    clusters: Annotated[
        Path, typer.Option(help="JSONL(.gz): {documents: [{text}], references: […]} a line.", exists=True)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder; run again, it resumes.")],
    labelled: Annotated[
        list[Path] | None, typer.Option(help="JSONL(.gz): {document, summary, label} a line. Repeatable.", exists=True)
    ] = None,
    written: Annotated[
        list[Path] | None, typer.Option(help="The same, of freely written summaries. Repeatable.", exists=True)
    ] = None,
    layers: Annotated[int, typer.Option(min=1, help="Of the model, from the bottom.")] = 17,
    stories: Annotated[int, typer.Option(min=1, help="Clusters that claims are made from.")] = 400,
    each: Annotated[int, typer.Option(min=1, help="Claims of one labelled set at most.")] = 600,
    threshold: Annotated[float, typer.Option(min=0.0, max=1.0, help="Probability from which on a claim passes.")] = 0.5,
    dtype: Annotated[str, typer.Option(help="bfloat16 where the processor has it, else float32.")] = "float32",
    seed: Annotated[int, typer.Option(min=0, help="Of the stories and the changes.")] = 0,
) -> None:
    """Train the embedded judge on true claims and minimal pairs of them; half of the labelled documents is left out.

    Example: summarizer train verifier --clusters clusters.jsonl.gz --labelled bump.jsonl.gz -o runs/verifier
    """
    from summarizer.reading.embedding import SentenceEncoder
    from summarizer.settings import Settings
    from summarizer.train.verifier import Recipe, train_verifier

    free = written or []
    recipe = Recipe(
        layers=layers,
        clusters=stories,
        each=each,
        seed=seed,
        threshold=threshold,
        dtype=dtype,
        written=tuple(path.name.partition(".")[0] for path in free),
    )
    settings = Settings()
    encode = SentenceEncoder(settings).encode
    typer.echo(train_verifier(clusters, [*(labelled or []), *free], output, recipe, encode, settings))


@app.command()
def tune(
    marked: Annotated[Path, typer.Option(help="JSONL(.gz): {cluster, claim, label} a line.", exists=True)],
    articles: Annotated[
        list[Path], typer.Option(help="JSONL(.gz): {id, documents: [{text}]} a line. Repeatable.", exists=True)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder; run again, it resumes.")],
    start: Annotated[
        Path | None, typer.Option(help="probe.npz to begin with; the shipped one by default.", exists=True)
    ] = None,
    threshold: Annotated[float, typer.Option(min=0.0, max=1.0, help="Probability from which on a claim passes.")] = 0.5,
    dtype: Annotated[str, typer.Option(help="bfloat16 where the processor has it, else float32.")] = "float32",
) -> None:
    """Tune the embedded judge on sentences that a model wrote and people marked as stated by their articles or not.

    Example: summarizer train tune --marked marked.jsonl --articles clusters.jsonl.gz -o runs/tuned
    """
    from summarizer.reading.embedding import SentenceEncoder
    from summarizer.settings import Settings
    from summarizer.train.tuning import tune_verifier
    from summarizer.train.verifier import Recipe

    settings = Settings()
    recipe = Recipe(threshold=threshold, dtype=dtype)
    encode = SentenceEncoder(settings).encode
    typer.echo(tune_verifier(marked, articles, output, recipe, encode, settings, start=start))
