"""``python -m summarizer.cli``: the command ``summarizer`` where no script is on the path."""

from summarizer.cli.main import main

main()
