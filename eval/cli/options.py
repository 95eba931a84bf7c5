"""Values of options that more than one command has."""

from __future__ import annotations

from enum import StrEnum


class References(StrEnum):
    """How several references become one score."""

    MAX = "max"
    MEAN = "mean"


class Tokenizer(StrEnum):
    """rouge-score's own, or one for other languages."""

    DEFAULT = "default"
    UNICODE = "unicode"
    CHARACTER = "character"


def split_names(text: str) -> tuple[str, ...]:
    """The different names in a text that separates them by commas, in order."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
