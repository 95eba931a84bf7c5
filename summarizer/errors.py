"""Errors that reach the user. Each says what was wrong, where, and what to do about it."""

from __future__ import annotations

from functools import partial


class SummarizerError(Exception):
    """Base of every error this package raises on purpose; its text is shown to the user as it is.

    problem: what was wrong; remedy: what to do; where: the file, line, field or model concerned.
    """

    def __init__(self, problem: str, *, remedy: str, where: str | None = None) -> None:
        self.problem = problem
        self.remedy = remedy
        self.where = where
        super().__init__(f"{where}: {problem}. {remedy}" if where else f"{problem}. {remedy}")

    def __reduce__(self) -> tuple[object, ...]:
        return partial(type(self), remedy=self.remedy, where=self.where), (self.problem,)


class InputError(SummarizerError):
    """An article, folder, URL or option that cannot be used; the other inputs are unaffected."""


class ModelError(SummarizerError):
    """A model that is not there: unknown name, missing extra, weights absent or not what their checksum says."""


class GenerationError(SummarizerError):
    """A model that is there but failed while writing: time-out, refused request, broken answer."""
