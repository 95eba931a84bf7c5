"""``summarizer models``: what can run here, and the weights in the cache folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.errors import ModelError

if TYPE_CHECKING:
    from summarizer.weights import Model

USAGE = 2
app = typer.Typer(invoke_without_command=True, help="List the models that can run here; fetch, find or remove weights.")
Name = Annotated[str, typer.Argument(help="Weights by name, or the model string that runs them.", show_default=False)]


@app.callback()
def models(context: typer.Context) -> None:
    """List the models that can run here and what each needs; `summarizer models pull` fetches weights ahead of time."""
    if context.invoked_subcommand is None:
        list_models()


@app.command("list")
def list_models() -> None:
    """List the models that can run here and what each needs, then the weights known by content, with their licences."""
    from summarizer.generation.inventory import available_models
    from summarizer.settings import Settings
    from summarizer.weights import cached, catalogue

    settings = Settings()
    rows: list[tuple[str, str, str, str]] = [
        (model.form, model.state, model.licence, model.needs) for model in available_models(settings)
    ]
    rows += [("", "", "", ""), ("weights", "", "", "")]
    for name, model in catalogue().items():
        state = "cached" if cached(name, settings) else "missing"
        rows.append((name, state, model.licence, f"{model.size / 1e6:,.0f} MB"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        typer.echo("  ".join((*map(str.ljust, row, widths), row[3])).rstrip())


@app.command()
def pull(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Which; by default those that the default model needs.", show_default=False),
    ] = None,
) -> None:
    """Fetch weights, check them by their SHA-256 and keep them in the cache folder (SUMMARIZER_CACHE_DIR).

    Example: summarizer models pull embedded:small
    """
    from summarizer.settings import Settings
    from summarizer.weights import catalogue
    from summarizer.weights import pull as fetch

    wanted = [_known(name) for name in names] if names else [model for model in catalogue().values() if model.default]
    for model in wanted:
        typer.echo(f"{model.name}: {fetch(model.name, Settings())} ({model.licence})")


@app.command()
def rm(name: Name) -> None:
    """Remove weights from the cache folder, what was made of them, and what an unfinished download left."""
    from summarizer.settings import Settings
    from summarizer.weights import remove

    model = _known(name)
    freed = remove(name, Settings())
    typer.echo(f"{model.name}: {f'{freed / 1e6:,.0f} MB freed' if freed else 'not in the cache folder'}")


@app.command()
def where(name: Name) -> None:
    """Print the folder that holds the weights; exit code 1 when they are not here.

    Example: ls $(summarizer models where embedded)
    """
    from summarizer.settings import Settings
    from summarizer.weights import cached

    folder = cached(_known(name).name, Settings())
    if folder is None:
        raise ModelError("the weights are not here", remedy=f"Run `summarizer models pull {name}`.", where=name)
    typer.echo(folder)


def _known(name: str) -> Model:
    from summarizer.weights import find

    try:
        return find(name)
    except ModelError as error:
        typer.echo(f"summarizer: {error}", err=True)
        raise typer.Exit(USAGE) from None
