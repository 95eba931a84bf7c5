"""The command ``update``: what new articles add to a running story."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli.options import SOME_FAILED, Model, Points, Words, options_of, tell
from summarizer.errors import InputError


def update(
    earlier: Annotated[
        Path, typer.Argument(metavar="SUMMARY.json", help="From 'summarize --format json', or a line of 'batch'.")
    ],
    sources: Annotated[list[str], typer.Argument(metavar="FILE|DIR|URL...", help="New articles.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print an Update as JSON.")] = False,
    max_words: Words = 80,
    key_points: Points = 5,
    model: Model = None,
) -> None:
    """What new articles add to a running story, with citations, and the summary of all of them.

    Example: summarizer update yesterday.json today/ --max-words 60
    """
    from summarizer.ingest import load_documents
    from summarizer.render import to_text
    from summarizer.settings import Settings
    from summarizer.summarizer import Summarizer
    from summarizer.update import load_summary
    from summarizer.update import update as make

    settings = Settings()
    failures: list[InputError] = []
    documents = load_documents(sources, settings=settings, allow_urls=True, on_error=failures.append)
    for failure in failures:
        tell(str(failure))
    options = options_of({"max_words": max_words, "key_points": key_points, "model": model})
    made = make(Summarizer(settings=settings), load_summary(earlier), documents, options)
    if as_json:
        typer.echo(made.model_dump_json(indent=2))
    else:
        news = to_text(made.new) if made.new else "The new articles add nothing.\n"
        typer.echo(f"What is new\n\n{news}\nThe whole story\n\n{to_text(made.merged)}", nl=False)
    if failures:
        raise typer.Exit(SOME_FAILED)
