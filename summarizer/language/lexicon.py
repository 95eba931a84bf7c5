"""What is known of a language's words, told once: the lists and tables of ``en.toml``.

A list is of words between blanks, or of phrases (pieces of regular expressions) between bars.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _language() -> dict[str, Any]:
    return tomllib.loads((files("summarizer.language") / "en.toml").read_text(encoding="utf-8"))


def listed(name: str) -> list[str]:
    """The entries of a list, in their order."""
    return entries(_language()[name])


def words_of(*names: str) -> frozenset[str]:
    """The entries of some lists together."""
    return frozenset(entry for name in names for entry in listed(name))


def table(name: str) -> dict[str, Any]:
    """A table as it stands."""
    return dict(_language()[name])


def by_form(name: str) -> dict[str, str]:
    """A table of lists the other way round: entry -> key."""
    return {entry: key for key, some in table(name).items() for entry in entries(some)}


def either_of(*names: str) -> str:
    """A regular-expression group of the entries of some lists."""
    return f"(?:{'|'.join(entry for name in names for entry in listed(name))})"


def entries(text: str) -> list[str]:
    """What stands between the bars of ``text``, or, where it has none, between its blanks."""
    return [" ".join(entry.split()) for entry in re.split(r"\s\|\s", text)] if " |" in text else text.split()
