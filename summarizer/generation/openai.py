"""``openai:<model>@<base-url>``: any OpenAI-compatible server, such as vLLM, TGI, Ollama or llama.cpp's own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from summarizer.errors import ModelError
from summarizer.generation.base import Limits, Prompt, Unit
from summarizer.generation.drafts import StreamedDrafts
from summarizer.generation.lengths import output_tokens
from summarizer.generation.openai_client import OpenAIClient
from summarizer.generation.prompts import chat_messages
from summarizer.settings import Settings

_BYTES_PER_TOKEN = (
    3.0  # English takes four to five, Chinese and Japanese about three: an estimate that rarely falls short
)
_UNKNOWN_WINDOW = 4096
_WORDING_SPARE = 64
# vLLM's and TGI's word for going on within the last message; llama.cpp and Ollama do so by themselves.
_CONTINUED = {"continue_final_message": True, "add_generation_prompt": False}


class OpenAIGenerator(StreamedDrafts):
    """At most ``connections`` requests run at a time; the server batches them.

    The server's tokenizer is out of reach, so tokens are estimated from bytes, on the safe side. window: tokens of the
    server's context; asked of the server when None. Raises ModelError when the server or the model is not there.
    """

    languages: frozenset[str] | None = None
    unit: Unit = "story"

    def __init__(
        self,
        model: str,
        base_url: str,
        *,
        key: str | None = None,
        connections: int = 8,
        timeout: float = 120.0,
        attempts: int = 5,
        window: int | None = None,
    ) -> None:
        self.name = f"openai:{model}@{base_url}"
        self._model = model
        self._client = OpenAIClient(
            base_url, key=key, timeout=timeout, attempts=attempts, connections=connections, where=self.name
        )
        listed = self._client.models()
        entry = self._entry(listed)
        self.window = window or _stated_window(entry) or self._property_window() or _UNKNOWN_WINDOW

    @classmethod
    def from_string(cls, source: str, settings: Settings) -> OpenAIGenerator:
        """From ``<model>@<base-url>`` and the settings ``openai_*``."""
        return cls(**served(source, settings), window=settings.openai_window)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Estimated tokens of each text."""
        return [math.ceil(len(text.encode()) / _BYTES_PER_TOKEN) for text in texts]

    def overhead(self, prompt: Prompt) -> int:
        """Estimated tokens of the wording, fences, numbers and the answer."""
        counts = self.count_tokens(prompt.sentences)
        return max(0, self._prompt_tokens(prompt) - sum(counts)) + output_tokens(prompt, counts).most

    def stream(self, prompt: Prompt, limits: Limits) -> Iterator[str]:
        """An answer, piece by piece; closing the iterator ends the request. Raises GenerationError; ValueError when a
        prompt is longer than the window."""
        body = self._body(prompt, limits)
        if not limits.reuse:  # a story stays at the server that has read it already
            self._client.next_server()
        yield from self._client.stream(body)

    def _body(self, prompt: Prompt, limits: Limits) -> dict[str, Any]:
        most = output_tokens(prompt, self.count_tokens(prompt.sentences)).most
        needed = self._prompt_tokens(prompt) + most
        if needed > self.window:
            raise ValueError(f"a prompt needs about {needed} tokens; the window of {self.name} is {self.window}")
        return {
            "model": self._model,
            "messages": _messages(prompt),
            "max_tokens": most,
            **(_CONTINUED if prompt.written else {}),
            "temperature": limits.temperature if limits.sampled else 0.0,
            "seed": limits.seed,
        }

    def _prompt_tokens(self, prompt: Prompt) -> int:
        return sum(self.count_tokens([message["content"] for message in _messages(prompt)])) + _WORDING_SPARE

    def _entry(self, listed: Sequence[Mapping[str, Any]] | None) -> Mapping[str, Any]:
        """The server's entry for the model. A list without it is an error, no list is not."""
        if not listed:
            return {}
        by_name = {str(entry.get("id")): entry for entry in listed}
        # Ollama lists "name:latest" for what is asked for as "name".
        found = by_name.get(self._model) or by_name.get(f"{self._model}:latest")
        if found is None:
            near = get_close_matches(self._model, by_name, n=1, cutoff=0.4)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise ModelError(
                f"the server at {self._client.base_url} does not serve '{self._model}'",
                remedy=f"{hint}It serves: {', '.join(sorted(by_name))}.",
                where=self.name,
            )
        return found

    def _property_window(self) -> int | None:
        """Beside the versioned interface llama.cpp's own server tells a slot's context, and TGI its limit."""
        root = self._client.base_url.removesuffix("/v1")
        slot = self._client.get(f"{root}/props").get("default_generation_settings")
        found = _whole(slot.get("n_ctx")) if isinstance(slot, dict) else None
        return found or _whole(self._client.get(f"{root}/info").get("max_total_tokens"))


def _messages(prompt: Prompt) -> list[dict[str, str]]:
    """Our wording; what is written already is the beginning of the assistant's own turn."""
    begun = [{"role": "assistant", "content": prompt.written}] if prompt.written else []
    return [*chat_messages(prompt), *begun]


def _stated_window(entry: Mapping[str, Any]) -> int | None:
    """vLLM: ``max_model_len``; some gateways: ``context_length`` or ``context_window``."""
    stated = (entry.get(field) for field in ("max_model_len", "context_length", "context_window"))
    return next((found for value in stated if (found := _whole(value))), None)


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def served(source: str, settings: Settings) -> dict[str, Any]:
    """What to ask, where and how, of ``<model>@<base-url>``, the URLs of several servers between commas, and the
    settings ``openai_*``. Raises ModelError."""
    model, at, base_url = source.rpartition("@")
    if not at or not model or any(urlsplit(url).scheme not in {"http", "https"} for url in base_url.split(",")):
        raise ModelError(
            "it does not say which model at which server",
            remedy="Write openai:<model>@<base-url>, as openai:llama3.2@http://localhost:11434/v1.",
            where=f"openai:{source}",
        )
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    asked = {"key": key, "connections": settings.openai_concurrency, "timeout": settings.openai_timeout}
    return {"model": model, "base_url": base_url, **asked}
