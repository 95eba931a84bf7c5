"""``gguf:<file>``, ``gguf:<hub repository>`` and the embedded model: any GGUF of a chat model, by its own template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from summarizer.generation.base import Limits, Prompt, Unit
from summarizer.generation.drafts import StreamedDrafts
from summarizer.generation.gguf_file import checked
from summarizer.generation.lengths import output_tokens
from summarizer.generation.llama import LlamaEngine, Sampling
from summarizer.generation.prompts import chat_messages, unsaid
from summarizer.generation.special_tokens import defuser
from summarizer.settings import Settings

_LARGEST_WINDOW = 8192  # its cache takes 235 MB in the 1.5B model


class GgufGenerator(StreamedDrafts):
    """Loads on construction. Thread-safe. Raises ModelError.

    path: the file; window: tokens of prompt and answer together, of the file's context if less; lora: an adapter in
    GGUF. The calls of a process with ``settings.slots`` of one take turns, as llama.py says.
    """

    unit: Unit = "story"

    def __init__(
        self,
        path: Path,
        settings: Settings,
        *,
        name: str,
        window: int = _LARGEST_WINDOW,
        languages: frozenset[str] | None = None,
        lora: Path | None = None,
    ) -> None:
        file = checked(path, name)
        self.name, self.languages = name, languages
        self.window = min(file.context, window)
        self._plain = defuser(file.control_tokens())
        self.engine = LlamaEngine(path, settings, name=name, window=self.window, lora=lora)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        return self.engine.count(texts)

    def stream(self, prompt: Prompt, limits: Limits) -> Iterator[str]:
        """An answer, piece by piece; closing the iterator stops the model. Raises GenerationError; ValueError when a
        prompt and its answer are longer than the window."""
        most = output_tokens(prompt, self.count_tokens(prompt.sentences)).most
        temperature = limits.temperature if limits.sampled else 0.0
        sampling = Sampling(most, temperature, limits.seed % 2**31, limits.reuse, self._avoided(prompt))
        yield from self.engine.stream(self.encode(prompt), sampling)

    def encode(self, prompt: Prompt) -> list[int]:
        """Token ids that the model reads for ``prompt``: its template around our messages, then what is written."""
        messages = [{**part, "content": self._plain(part["content"])} for part in chat_messages(prompt)]
        return self.engine.tokenize(self.engine.template(messages) + self._plain(prompt.written), special=True)

    def close(self) -> None:
        """Free the model; further calls raise GenerationError."""
        self.engine.close()

    def _avoided(self, prompt: Prompt) -> tuple[int, ...]:
        """Tokens that are, each by itself, a word that is not to be said."""
        forms = [self.engine.tokenize(form) for form in unsaid(prompt)]
        return tuple(tokens[0] for tokens in forms if len(tokens) == 1)
