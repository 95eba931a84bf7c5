"""The embedded default model: SmolLM2-135M-Instruct on the CPU through llama.cpp (xllamacpp), with no server to run.

llama.cpp's kernels round differently for different batch shapes, so that a text depends on what shares its batches and
on where the cache holds it. Therefore calls take turns, each starts from an empty cache, and its prompts follow one
another in one slot, each after the same wording; only the drafts of one prompt are written side by side. The same call
gives the same texts, every time.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from summarizer.errors import GenerationError, ModelError
from summarizer.generation.base import Candidate, Limits, Passage, Prompt, Unit
from summarizer.generation.prompts import small_model_messages
from summarizer.llama import Llama
from summarizer.settings import Settings
from summarizer.weights import pull

_SLOTS = 8
_SLOT = 0  # where prompts are read; the other slots hold their further drafts
_CELLS = 4096
_TOKENS_PER_WORD = 1.5
_SPARE_TOKENS = 8
_STOP = ["<|im_end|>", "<|im_start|>", "<|endoftext|>"]
_PLACEHOLDER = "\x01"
_SENTINEL = 1
"""A control token that follows no wording: it ends what a cached prefix may be matched with."""


class _Rendered(NamedTuple):
    """Token ids of a prompt, how many of them are wording that comes before the first source, most to write."""

    tokens: list[int]
    wording: int
    most: int


class EmbeddedGenerator:
    """Loads on construction, pulling the weights if need be. Thread-safe. Raises ModelError.

    adapter: a GGUF LoRA of the same model, as ``summarizer train generator`` writes.
    """

    window = 2048
    languages: frozenset[str] | None = frozenset({"en"})
    unit: Unit = "sentence"

    def __init__(self, settings: Settings, adapter: Path | None = None) -> None:
        self.name = f"embedded:{adapter}" if adapter else "embedded"
        if adapter and not adapter.is_file():
            raise ModelError("there is no such adapter", remedy="Name the adapter.gguf of a training.", where=self.name)
        path = pull("smollm2-135m-instruct", settings) / "model.gguf"
        self._llama = Llama(path, window=_CELLS, slots=_SLOTS, batch=512, threads=settings.threads, adapter=adapter)
        self._turn = threading.Lock()
        self._wording: list[int] = []

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the loopback interface that llama.cpp listens on, closed by a random key."""
        return self._llama.address

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        return [len(tokens) for tokens in self._llama.tokenize(texts)]

    def overhead(self, prompt: Prompt) -> int:
        """Tokens of the wording, of the chat template and of the longest output."""
        sentences = [sentence for passage in prompt.passages for sentence in passage.sentences]
        rendered = self._render(prompt)
        return max(0, len(rendered.tokens) - sum(self.count_tokens(sentences))) + len(sentences) + rendered.most

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """Drafts for each prompt: one is greedy, several are sampled. Raises GenerationError, ValueError."""
        rendered = [self._fitting(prompt) for prompt in prompts]
        with self._turn:
            self._empty(rendered)
            return [self._draft(one, limits) for one in rendered]

    def stream(self, prompt: Prompt, limits: Limits) -> Iterator[str]:  # noqa: ARG002
        """The first draft of ``generate``, piece by piece; closing the iterator stops the model."""
        rendered = self._fitting(prompt)
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
                with self._turn:
                    self._empty([rendered])
                    self._load_wording(rendered)
                    self._llama.complete(_request(rendered) | {"stream": True}, on_chunk)
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

    def _render(self, prompt: Prompt) -> _Rendered:
        blank = prompt.model_copy(
            update={"passages": (Passage(document="-", sentences=(_PLACEHOLDER,), salience=(1.0,)),)}
        )
        texts = [self._llama.apply_template(small_model_messages(one)) for one in (prompt, blank)]
        tokens, other = self._llama.tokenize(texts, parse_special=True)
        return _Rendered(tokens, _shared(tokens, other), _max_tokens(prompt))

    def _fitting(self, prompt: Prompt) -> _Rendered:
        rendered = self._render(prompt)
        if len(rendered.tokens) + rendered.most > self.window:
            raise ValueError(
                f"the prompt has {len(rendered.tokens)} tokens and may write {rendered.most}; "
                f"the window is {self.window}"
            )
        return rendered

    def _draft(self, rendered: _Rendered, limits: Limits) -> list[Candidate]:
        self._load_wording(rendered)
        if limits.candidates == 1:
            return self._candidates(rendered, _request(rendered))
        drafts: list[Candidate] = []
        while (missing := limits.candidates - len(drafts)) > 0:
            # llama.cpp gives the k-th text of a prompt the seed plus k, and reads the prompt once.
            sampled = {
                "temperature": limits.temperature,
                "seed": limits.seed + len(drafts),
                "n": min(missing, _side_by_side(rendered)),
            }
            drafts += self._candidates(rendered, _request(rendered) | sampled)
        return drafts

    def _empty(self, prompts: Sequence[_Rendered]) -> None:
        """Empty the cache, all but the wording where the last prompt before had the one that is wanted now."""
        wanted = prompts[0].tokens[: prompts[0].wording] if prompts else []
        self._llama.forget(keep=_SLOT if wanted and wanted == self._wording else None)
        self._wording = prompts[-1].tokens[: prompts[-1].wording] if prompts else []

    def _load_wording(self, rendered: _Rendered) -> None:
        """Leave the slot with the prompt's wording and nothing after it; it is read anew only when it differs."""
        tokens = [*rendered.tokens[: rendered.wording], _SENTINEL]
        self._llama.complete({"prompt": tokens, "max_tokens": 1, "id_slot": _SLOT, "cache_prompt": True})

    def _candidates(self, rendered: _Rendered, request: dict[str, Any]) -> list[Candidate]:
        choices = sorted(self._llama.complete(request)["choices"], key=lambda choice: int(choice["index"]))
        lengths = self.count_tokens([choice["text"] for choice in choices])
        return [
            Candidate(
                text=choice["text"].strip(),
                prompt_tokens=len(rendered.tokens),
                completion_tokens=length,
                finished=choice["finish_reason"] == "stop",
            )
            for choice, length in zip(choices, lengths, strict=True)
        ]


def _request(rendered: _Rendered) -> dict[str, Any]:
    return {
        "prompt": rendered.tokens,
        "max_tokens": rendered.most,
        "temperature": 0.0,
        "top_p": 0.95,
        "top_k": 40,
        "min_p": 0.0,
        "stop": _STOP,
        "cache_prompt": True,
        "id_slot": _SLOT,
    }


def _side_by_side(rendered: _Rendered) -> int:
    """Texts of one prompt that fit in the cache together."""
    return max(1, min(_SLOTS, (_CELLS - len(rendered.tokens)) // rendered.most - 1))


def _shared(left: Sequence[int], right: Sequence[int]) -> int:
    """How many tokens two sequences begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))


def _max_tokens(prompt: Prompt) -> int:
    return int(prompt.max_words * _TOKENS_PER_WORD) + _SPARE_TOKENS
