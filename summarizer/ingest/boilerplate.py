"""What is not the story: the tables of patterns in ``boilerplate.toml``, each row with the reason it is removed.

``PHRASES`` are cut out wherever they stand: no sentence of a story holds them. ``SENTENCES`` are matched at the
start of a sentence and take that whole sentence. ``LINES`` must match a whole line. ``DEAD_PAGES`` count only in a
short text: there they say that the page was never an article. ``WORDS``: a line made of one set's words alone, and
numbers, goes.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any, NamedTuple

from summarizer.language.lexicon import months

_DATA: dict[str, Any] = tomllib.loads((files("summarizer.ingest") / "boilerplate.toml").read_text(encoding="utf-8"))
_PIECES: dict[str, str] = {"months": "|".join(month[:3] for month in months(short=False)), **_DATA["pieces"]}


class Rule(NamedTuple):
    """One row: why, which literal strings give it away, and what."""

    reason: str
    clues: tuple[str, ...]
    pattern: re.Pattern[str]


def _table(name: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(reason, tuple(filter(None, _whole(clues).split("|"))), re.compile(_whole(pattern), re.IGNORECASE))
        for reason, clues, pattern in _DATA[name]
    )


def _whole(written: str) -> str:
    """``written`` with the pieces that it names."""
    return re.sub(r"\{([a-z]+)\}", lambda found: _whole(_PIECES[found[1]]), written)


PHRASES, SENTENCES, LINES, DEAD_PAGES = map(_table, ("phrases", "sentences", "lines", "dead_pages"))
WORDS: dict[str, frozenset[str]] = {reason: frozenset(words.split()) for reason, words in _DATA["words"].items()}


def possible(table: tuple[Rule, ...], text: str) -> tuple[Rule, ...]:
    """The rows whose clues occur in ``text``; the others cannot match in it."""
    lowered = text.lower()
    return tuple(rule for rule in table if not rule.clues or any(clue in lowered for clue in rule.clues))
