"""The command line. Nothing heavy is imported before a command runs, so that ``--help`` answers at once."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from summarizer.cli import archives, models, train, update
from summarizer.cli.options import SOME_FAILED, Language, Model, Points, Query, Seed, Words, options_of, tell
from summarizer.errors import InputError, ModelError, SummarizerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.types import Summary

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]}
)
app.add_typer(models.app, name="models")
app.add_typer(train.app, name="train")


class Format(StrEnum):
    """How a summary is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


class Style(StrEnum):
    """How the sentences stand."""

    PARAGRAPH = "paragraph"
    BULLETS = "bullets"


class Wording(StrEnum):
    """How sure the verifier must be of a sentence."""

    CLOSE = "close"
    FREE = "free"


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"summarizer {version('summarizer')}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Summaries of one article, or of several about one story; every sentence points at the sentences that support it.

    Example: summarizer summarize examples/ferry --max-words 60
    """


@app.command(no_args_is_help=True)
def summarize(
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE|DIR|URL|-...", help="Articles about one story.", show_default=False)
    ],
    max_words: Words = 80,
    key_points: Points = 5,
    query: Query = None,
    model: Model = None,
    verifier: Annotated[
        str | None, typer.Option(help="What judges written sentences: embedded, hf:…, openai:…@…, rules.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TEXT,
    style: Annotated[Style, typer.Option(help="A paragraph or one bullet a sentence.")] = Style.PARAGRAPH,
    wording: Annotated[
        Wording, typer.Option(help="close: what is surely true; free: more in its own words, more often wrong.")
    ] = Wording.CLOSE,
    language: Language = None,
    seed: Seed = 0,
) -> None:
    """Summarise all the given articles as one story.

    Text, HTML, Markdown, PDF, DOCX, ODT, EPUB, mail (EML, mbox, Maildir), RSS, Atom, JSON Feed, JSON, JSONL, CSV, TSV
    and archives are told apart by content; a folder is read whole; - is standard input.

    Example: summarizer summarize report.html wire.txt --max-words 60 --format markdown
    """
    given = {
        "max_words": max_words, "key_points": key_points, "query": query, "model": model, "style": style.value,
        "wording": wording.value, "language": language, "seed": seed,
    }  # fmt: skip
    options = options_of(given)
    summary, failures = _run(sources, options, verifier)
    _print(summary, output, bullets=style is Style.BULLETS)
    if failures:
        tell(f"{len(failures)} of the inputs could not be read; the summary is of the others")
        raise typer.Exit(SOME_FAILED)


def _run(sources: list[str], options: Any, verifier: str | None) -> tuple[Summary, list[InputError]]:
    with _progress("Loading") as say:
        from summarizer.ingest import load_documents
        from summarizer.settings import Settings
        from summarizer.summarizer import Summarizer

        settings = Settings()
        failures: list[InputError] = []

        def report(failure: InputError) -> None:
            failures.append(failure)
            tell(str(failure))

        documents = load_documents(sources, settings=settings, allow_urls=True, on_error=report)
        if not documents:
            raise InputError(
                "no article could be read", remedy="See the messages above, and `summarizer summarize --help`."
            )
        summarizer = Summarizer(verifier=verifier, settings=settings)
        summarizer.encoder()
        summarizer.generator(options.model)
        summarizer.judge(options.model)
        say(f"Summarising {len(documents)} article{'s' if len(documents) > 1 else ''}")
        return summarizer.summarize(documents, options), failures


def _print(summary: Summary, output: Format, *, bullets: bool) -> None:
    from summarizer.render import to_markdown, to_text

    for warning in summary.warnings:
        tell(f"warning: {warning}")
    if output is Format.JSON:
        typer.echo(summary.model_dump_json(indent=2))
    else:
        render = to_text if output is Format.TEXT else to_markdown
        typer.echo(render(summary, bullets=bullets), nl=False)


app.command(no_args_is_help=True)(archives.batch)
app.command(no_args_is_help=True)(archives.stories)
app.command(no_args_is_help=True)(archives.digest)
app.command(no_args_is_help=True)(update.update)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = 8000,
    jobs_url: Annotated[
        str | None, typer.Option(help="sqlite:///… or postgresql://…; a file of the user's by default.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The default model of the server.")] = None,
    root_path: Annotated[str | None, typer.Option(help="Path below which a proxy serves it, as /news.")] = None,
) -> None:
    """Serve the HTTP API, and a page to try it on at /. SIGTERM lets open requests end (SUMMARIZER_STOP_TIMEOUT).

    Example: summarizer serve --port 8000
    """
    import os
    from importlib import import_module

    try:
        import uvicorn
    except ImportError as missing:
        raise ModelError("the service is not installed", remedy="pip install 'summarizer[serve]'") from missing
    # The app reads its settings from the environment, as every process of a larger deployment does.
    given = {"SUMMARIZER_JOBS_URL": jobs_url, "SUMMARIZER_MODEL": model, "SUMMARIZER_ROOT_PATH": root_path}
    os.environ.update({name: value for name, value in given.items() if value is not None})
    # Strings: this package knows nothing of the service built on it.
    startup = import_module("api.startup")
    options = startup.options(startup.check(host, port))
    uvicorn.run("api.app:serve", factory=True, host=host, port=port, **options)


@contextmanager
def _progress(first: str) -> Iterator[Any]:
    """A spinner on stderr where somebody watches it; nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(first) as status:
        yield status.update


def main() -> None:
    """Entry point: errors for people become one line on stderr, never a traceback."""
    # Standard streams may be in a legacy encoding; articles are not.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except SummarizerError as error:
        tell(str(error))
        sys.exit(SOME_FAILED)
    except KeyboardInterrupt:
        tell("stopped")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
