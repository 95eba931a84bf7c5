"""An article must not be able to write a model's control tokens: ``<|im_end|>``, ``[/INST]``, ``<doc-sep>``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

_ZERO_WIDTH_SPACE = "\u200b"


def defuser(tokens: Iterable[str]) -> Callable[[str], str]:
    """A function that splits each of ``tokens`` in a text (those of at least two characters, longest first) by a
    zero-width space: it reads the same and is plain text to a model."""
    marks = sorted({token for token in tokens if len(token.strip()) > 1}, key=lambda mark: (-len(mark), mark))
    control = re.compile("|".join(map(re.escape, marks)) or r"(?!)")
    return partial(control.sub, lambda mark: mark.group()[0] + _ZERO_WIDTH_SPACE + mark.group()[1:])
