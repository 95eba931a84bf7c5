"""``openai:<model>@<base-url>``: a chat model on a server is asked, Yes or No, whether evidence states a claim."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from summarizer.generation.openai import served
from summarizer.generation.openai_client import OpenAIClient
from summarizer.settings import Settings
from summarizer.verification.judge import Pair

_ASKED = (
    "Source:\n{evidence}\n\nClaim: {claim}\n\n"
    "Does the source state everything that the claim says? Names, numbers, days, who did what, and how sure it is must "
    "be the same. Answer with one word, Yes or No."
)
_ATTEMPTS = 5


class ServedJudge:
    """Requests of one call run side by side, at most ``connections`` at a time. With a server that gives
    log-probabilities the answer is a probability, else 0 or 1. Raises ModelError when there is no server."""

    threshold = 0.5
    held_weight = 0.0

    def __init__(self, model: str, base_url: str, *, key: str | None, connections: int, timeout: float) -> None:
        self.name = f"openai:{model}@{base_url}"
        self._model = model
        self._connections = connections
        self._client = OpenAIClient(
            base_url, key=key, timeout=timeout, attempts=_ATTEMPTS, connections=connections, where=self.name
        )
        self._client.models()

    @classmethod
    def from_string(cls, source: str, settings: Settings) -> ServedJudge:
        """From ``<model>@<base-url>`` and the settings ``openai_*``."""
        return cls(**served(source, settings))

    def entailed(self, pairs: Sequence[Pair]) -> list[float]:
        """How likely each claim says only what its evidence says, in 0..1; same order. Raises GenerationError."""
        with ThreadPoolExecutor(max_workers=self._connections) as pool:
            return list(pool.map(self._one, pairs))

    def _one(self, pair: Pair) -> float:
        body = {
            "model": self._model,
            "messages": [{"role": "user", "content": _ASKED.format(evidence=pair[0], claim=pair[1])}],
            "max_tokens": 1,
            "temperature": 0.0,
            "seed": 0,
            "logprobs": True,
            "top_logprobs": 10,
        }
        return yes(self._client.complete(body)["choices"][0])


def yes(choice: Mapping[str, Any]) -> float:
    """How likely the answer of a chat completion's choice is Yes: by its first token's log-probabilities, else by its
    word."""
    try:
        told = choice["logprobs"]["content"][0]["top_logprobs"]
        mass = {"yes": 0.0, "no": 0.0}
        for one in told:
            word = str(one["token"]).strip().strip(".").casefold()
            if word in mass:
                mass[word] += math.exp(float(one["logprob"]))
        return mass["yes"] / (mass["yes"] + mass["no"])
    except (KeyError, IndexError, TypeError, ZeroDivisionError):
        return float(str(choice["message"]["content"] or "").strip().casefold().startswith("yes"))
