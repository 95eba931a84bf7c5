"""Judges: whether a short evidence text states a claim, as a probability. A string chooses the judge.

``embedded`` reads with the default model's own lower layers, ``hf:<id or folder>`` is any entailment or fact-checking
classifier of transformers, ``openai:<model>@<base-url>`` asks a server, ``rules`` is no judge at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Protocol

from summarizer.errors import ModelError
from summarizer.settings import Settings

Pair = tuple[str, str]
"""An evidence text, and a claim of one sentence."""

PROBE = "probe.npz"
FREE = 0.8
"""Share of a judge's threshold that a sentence needs when its wording may be free."""
FORMS = ("embedded", "hf:<id or folder>[@revision]", "openai:<model>@<base-url>", "rules")


class Judge(Protocol):
    """What reads a claim beside its evidence. Calls may come from several threads.

    name: the string it was made from; threshold: the probability from which on a claim passes; held_weight: how much
    the share of a claim's words that its evidence holds adds to the log-odds of an answer, 0 where it stands alone.
    """

    name: str
    threshold: float
    held_weight: float

    def entailed(self, pairs: Sequence[Pair]) -> list[float]:
        """How likely each claim says only what its evidence says, in 0..1; same order. Raises GenerationError."""
        ...


def default_verifier(model: str) -> str:
    """``rules`` for ``extractive``, which quotes and shortens, and where no probe was shipped; else ``embedded``."""
    shipped = files("summarizer.verification") / PROBE
    return "embedded" if model != "extractive" and shipped.is_file() else "rules"


def judge_of(verifier: str, settings: Settings) -> Judge | None:
    """The judge that ``verifier`` names, loaded and ready; None for ``rules``. Raises ModelError."""
    kind, colon, rest = verifier.strip().partition(":")
    if kind == "rules" and not colon:
        return None
    if kind == "embedded" and not colon:
        from summarizer.verification.probe import load_probe

        return load_probe(settings)
    if kind == "hf" and rest:
        from summarizer.verification.classifier import ClassifierJudge

        return ClassifierJudge.load(rest, settings)
    if kind == "openai" and rest:
        from summarizer.verification.served import ServedJudge

        return ServedJudge.from_string(rest, settings)
    raise ModelError("no such verifier", remedy=f"Use one of: {', '.join(FORMS)}.", where=verifier or "(empty name)")
