"""What a reader is given, and how it says that something is broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from summarizer.errors import InputError

Report: TypeAlias = Callable[[InputError], None]
"""Takes the error of one article; either raises it, or notes it so that the reader goes on."""


class Raw(NamedTuple):
    """One decoded input. name: what ids are made from; where: how errors name it; hint: extension or MIME type."""

    name: str
    text: str
    where: str
    hint: str = ""
    url: str | None = None


def raise_error(error: InputError) -> None:
    """The Report of a caller who wants the first error."""
    raise error
