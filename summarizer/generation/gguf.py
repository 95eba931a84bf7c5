"""``gguf:<file>``, ``gguf:<hub repository>`` and the embedded model: any GGUF of a chat model, by its own template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from summarizer.generation.answers import answer
from summarizer.generation.base import Candidate, Limits, Prompt, Unit
from summarizer.generation.gguf_file import checked
from summarizer.generation.lengths import OutputTokens, output_tokens, within
from summarizer.generation.llama import LlamaEngine, Sampling, Written
from summarizer.generation.prompts import chat_messages
from summarizer.generation.special_tokens import defuse, defuser
from summarizer.settings import Settings

_LARGEST_WINDOW = 8192  # its cache takes 235 MB in the 1.5B model
_SEEDS_A_CALL = 1000


class _Rendered(NamedTuple):
    ids: list[int]
    tokens: OutputTokens


class GgufGenerator:
    """Loads on construction. The greedy answer first, then samples. Thread-safe. Raises ModelError.

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
        self._control = defuser(file.control_tokens())
        self.engine = LlamaEngine(path, settings, name=name, window=self.window, slots=settings.slots, lora=lora)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        return self.engine.count(texts)

    def overhead(self, prompt: Prompt) -> int:
        """Tokens of the chat template, instructions, fences, numbers, of what is written already, and of the answer."""
        counts = self._sentence_tokens(prompt)
        return max(0, len(self.encode(prompt)) - sum(counts)) + len(counts) + output_tokens(prompt, counts).most

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """Drafts for each prompt, with log-probabilities (the last is that of the end, when it is finished). Raises
        GenerationError; ValueError when a prompt and its answer are longer than the window."""
        asked = [
            (rendered.ids, _sampling(rendered.tokens.most, limits, k))
            for prompt in prompts
            for rendered in [self._render(prompt)]
            for k in range(limits.candidates)
        ]
        written = iter(self.engine.write_all(asked))
        return [[within(_candidate(next(written)), prompt) for _ in range(limits.candidates)] for prompt in prompts]

    def stream(self, prompt: Prompt, limits: Limits) -> Iterator[str]:
        """The first draft of ``generate``, piece by piece; closing the iterator stops the model."""
        rendered = self._render(prompt)
        for piece in self.engine.stream(rendered.ids, _sampling(rendered.tokens.most, limits, 0)):
            if piece.text:
                yield piece.text

    def encode(self, prompt: Prompt) -> list[int]:
        """Token ids that the model reads for ``prompt``: its template around our messages, then what is written."""
        messages = [{**part, "content": self.plain(part["content"])} for part in chat_messages(prompt)]
        return self.engine.tokenize(self.engine.template(messages) + self.plain(prompt.written), special=True)

    def plain(self, text: str) -> str:
        """``text`` without control tokens: it reads the same."""
        return defuse(text, self._control)

    def close(self) -> None:
        """Free the model; further calls raise GenerationError."""
        self.engine.close()

    def _render(self, prompt: Prompt) -> _Rendered:
        return _Rendered(self.encode(prompt), output_tokens(prompt, self._sentence_tokens(prompt)))

    def _sentence_tokens(self, prompt: Prompt) -> list[int]:
        return self.count_tokens([sentence for passage in prompt.passages for sentence in passage.sentences])


def _sampling(most: int, limits: Limits, candidate: int) -> Sampling:
    """The first candidate is greedy, unless it is to be sampled too; each has a seed of its own."""
    temperature = limits.temperature if candidate or limits.sampled else 0.0
    seed = limits.seed * _SEEDS_A_CALL + candidate
    return Sampling(most, temperature, seed % 2**31, reuse=limits.reuse)


def _candidate(written: Written) -> Candidate:
    return Candidate(
        text=answer(written.text),
        prompt_tokens=written.prompt_tokens,
        completion_tokens=written.total,
        finished=written.finished,
        logprobs=written.logprobs,
    )
