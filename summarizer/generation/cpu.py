"""The embedded default model: SmolLM2-135M-Instruct on the CPU through llama.cpp (xllamacpp), with no server to run."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from summarizer.errors import GenerationError
from summarizer.generation.base import Candidate, Limits, Prompt, Unit
from summarizer.generation.prompts import small_model_messages
from summarizer.llama import Llama
from summarizer.settings import Settings
from summarizer.weights import pull

_SLOTS = 8
_TOKENS_PER_WORD = 1.5
_SPARE_TOKENS = 24
_STOP = ["<|im_end|>", "<|im_start|>", "<|endoftext|>"]


class EmbeddedGenerator:
    """Loads on construction, pulling the weights if need be. Thread-safe. Raises ModelError."""

    name = "embedded"
    window = 2048
    languages: frozenset[str] | None = frozenset({"en"})
    unit: Unit = "sentence"

    def __init__(self, settings: Settings) -> None:
        path = pull("smollm2-135m-instruct", settings) / "model.gguf"
        self._llama = Llama(path, window=self.window * 4, slots=_SLOTS, batch=512, threads=settings.threads)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        return [len(tokens) for tokens in self._llama.tokenize(texts)]

    def overhead(self, prompt: Prompt) -> int:
        """Tokens of the wording, of the chat template and of the longest output."""
        rendered = self._render(prompt)
        sentences = [sentence for passage in prompt.passages for sentence in passage.sentences]
        whole, *parts = self.count_tokens([rendered, *sentences])
        return max(0, whole - sum(parts)) + len(sentences) + _max_tokens(prompt)

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """Drafts for each prompt: the greedy one, then sampled ones. Raises GenerationError, ValueError."""
        rendered = [self._fitting(prompt) for prompt in prompts]
        if not rendered:
            return []
        with ThreadPoolExecutor(max_workers=max(1, _SLOTS // limits.candidates)) as pool:
            return list(pool.map(lambda one: self._draft(one[0], one[1], limits), rendered))

    def stream(self, prompt: Prompt, limits: Limits) -> Iterator[str]:  # noqa: ARG002
        """The first draft of ``generate``, piece by piece; closing the iterator stops the model."""
        text, most = self._fitting(prompt)
        pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        stopped = threading.Event()

        def on_chunk(chunk: Any) -> bool:
            if "error" in chunk:
                pieces.put(GenerationError(str(chunk["error"]), remedy="Try again."))
            for choice in chunk.get("choices", ()):
                pieces.put(choice["text"])
            return stopped.is_set()

        def run() -> None:
            try:
                self._llama.complete(_request(text, most) | {"stream": True}, on_chunk)
            except Exception as error:
                pieces.put(error)
            pieces.put(None)

        worker = threading.Thread(target=run, name="embedded-stream")
        worker.start()
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            stopped.set()
            worker.join()

    def close(self) -> None:
        """Free the model."""
        self._llama.close()

    def _render(self, prompt: Prompt) -> str:
        return self._llama.apply_template(small_model_messages(prompt))

    def _fitting(self, prompt: Prompt) -> tuple[str, int]:
        text, most = self._render(prompt), _max_tokens(prompt)
        length = len(self._llama.tokenize([text])[0])
        if length + most > self.window:
            raise ValueError(f"the prompt has {length} tokens and may write {most}; the window is {self.window}")
        return text, most

    def _draft(self, text: str, most: int, limits: Limits) -> list[Candidate]:
        # The greedy draft comes first and leaves its prompt in the cache; the sampled ones share that copy.
        drafts = self._candidates(_request(text, most))
        if limits.candidates > 1:
            sampled = _request(text, most, limits.temperature, limits.seed)
            drafts += self._candidates(sampled | {"n": limits.candidates - 1})
        return drafts

    def _candidates(self, request: dict[str, Any]) -> list[Candidate]:
        answer = self._llama.complete(request)
        choices = sorted(answer["choices"], key=lambda choice: int(choice["index"]))
        lengths = self.count_tokens([choice["text"] for choice in choices])
        return [
            Candidate(
                text=choice["text"].strip(),
                prompt_tokens=answer["usage"]["prompt_tokens"],
                completion_tokens=length,
                finished=choice["finish_reason"] == "stop",
            )
            for choice, length in zip(choices, lengths, strict=True)
        ]


def _request(text: str, most: int, temperature: float = 0.0, seed: int = 0) -> dict[str, Any]:
    return {
        "prompt": text,
        "max_tokens": most,
        "temperature": temperature,
        "top_p": 0.95,
        "top_k": 40,
        "min_p": 0.0,
        "seed": seed,
        "stop": _STOP,
        "cache_prompt": True,
    }


def _max_tokens(prompt: Prompt) -> int:
    return int(prompt.max_words * _TOKENS_PER_WORD) + _SPARE_TOKENS
