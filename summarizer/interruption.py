"""Whether anybody still waits for what this thread makes: asked wherever work can be long.

Whoever runs the work for somebody else (the service, for a request with a deadline) sets ``interrupt``; every loop over
articles, sentences or tokens calls ``look``, so that work which nobody wants any more ends there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")


interrupt: ContextVar[Callable[[], None]] = ContextVar("interrupt", default=lambda: None)
"""Called where work can stop in the middle; what it raises ends the work there."""


def look() -> None:
    """Raises whatever ``interrupt`` raises, when it wants this thread's work to end."""
    interrupt.get()()


def interruptible(items: Iterable[T]) -> Iterator[T]:
    """The same items, with a ``look`` before each of them."""
    for item in items:
        look()
        yield item
