"""The command line, ``python -m eval``: figures go to stdout, progress to stderr. Imports everything else of eval, each
command only when it runs.
"""

from __future__ import annotations

import sys

import typer

from eval.cli.data_commands import card, overlap, published
from eval.cli.run_commands import compare, report, run, systems
from eval.cli.score_command import score
from eval.cli.validate_command import validate
from summarizer.errors import SummarizerError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Measure summaries and summarisers. Figures go to stdout, progress to stderr.",
)
for command in (score, run, compare, report, systems, card, overlap, validate):
    app.command()(command)
app.command("datasets")(published)

_EXTRA = {"jinja2", "matplotlib", "rouge_score_rs", "sumy"}


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
