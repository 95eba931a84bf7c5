"""An article must not be able to write a model's control tokens: ``<|im_end|>``, ``[/INST]``, ``<doc-sep>``."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ZERO_WIDTH_SPACE = "\u200b"


def defuser(tokens: Iterable[str]) -> re.Pattern[str]:
    """Pattern of all control tokens (those of at least two characters), longest first."""
    marks = sorted({token for token in tokens if len(token.strip()) > 1}, key=lambda mark: (-len(mark), mark))
    return re.compile("|".join(map(re.escape, marks)) or r"(?!)")


def defuse(text: str, control: re.Pattern[str]) -> str:
    """``text`` with each control token split by a zero-width space: it reads the same and is plain text to a model."""
    return control.sub(lambda mark: mark.group()[0] + _ZERO_WIDTH_SPACE + mark.group()[1:], text)
