"""What several commands share: options, how wrong ones are told, and a line for people."""

from __future__ import annotations

from typing import Annotated, Any

import typer

SOME_FAILED = 1
"""Exit code when some inputs failed; each is named on stderr."""

Words = Annotated[int, typer.Option(help="Words of a summary, at most.")]
Points = Annotated[int, typer.Option(help="Key points, at most; 0 for none.")]
Query = Annotated[str | None, typer.Option(help="What the reader wants to know.")]
Language = Annotated[str | None, typer.Option(help="ISO 639-1 code of the articles; detected by default.")]
Seed = Annotated[int, typer.Option(help="Seed of the sampled drafts.")]
Model = Annotated[str | None, typer.Option(help="embedded, extractive, hf:…, openai:…@…; see 'summarizer models'.")]


def options_of(given: dict[str, Any]) -> Any:
    """SummaryOptions of a command's options. Raises typer.BadParameter, which ends it with exit code 2."""
    from pydantic import ValidationError

    from summarizer.types import SummaryOptions

    try:
        return SummaryOptions(**given)
    except ValidationError as refused:
        problems = (
            "--" + str(e["loc"][0]).replace("_", "-") + f": {e['msg']} (got {e['input']!r})" for e in refused.errors()
        )
        raise typer.BadParameter("; ".join(problems)) from None


def tell(message: str) -> None:
    """A line for people on stderr."""
    typer.echo(f"summarizer: {message}", err=True)
