"""A property that is computed once, and holds up nobody meanwhile.

Until Python 3.12, ``functools.cached_property`` computes under a lock that all instances of the class share: requests
side by side would wait for what is computed of each other's articles, and for ever where one waits for the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class cached_property(Generic[T]):  # noqa: N801 - used as the one of functools
    """As that of functools from Python 3.12 on: two threads may both compute the value, and the last one's stays."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute, self._name, self.__doc__ = compute, compute.__name__, compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._compute(instance)
        return value
