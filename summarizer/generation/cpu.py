"""The embedded default model: SmolLM2-135M-Instruct on the CPU, in this process, through OpenVINO GenAI.

The prompts of one call are written side by side (continuous batching over a paged cache). What shares a batch decides
the last bits of a number, and now and then a word; so calls take turns, and each is scheduled from an empty cache in
the order given: the same call gives the same texts, whatever else the process does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from summarizer.errors import GenerationError
from summarizer.generation.base import Candidate, Limits, Prompt, Task, Unit
from summarizer.generation.embedded_weights import adapter_of, engine_folder
from summarizer.generation.prompts import small_model_messages
from summarizer.settings import Settings

_BLOCK = 32  # tokens a page of the cache holds, OpenVINO's own on CPUs
_BLOCKS = 64  # as many as one prompt of the window needs; each takes 0.7 MB once used
_BATCHED_TOKENS = 128  # of all prompts in one step; bounds the memory of a step
_TOKENS_PER_WORD = 1.5
_SPARE_TOKENS = 8
_END = 2  # <|im_end|>


class _Rendered(NamedTuple):
    """Token ids of a prompt, and the most to write after them."""

    tokens: list[int]
    most: int

    def cells(self, candidates: int) -> int:
        """Places in the cache that the prompt and its drafts can take, whole pages each."""
        return _paged(len(self.tokens)) + candidates * _paged(self.most + _BLOCK)


class EmbeddedGenerator:
    """Loads on construction, pulling the weights if need be. Thread-safe. Raises ModelError.

    rest: what follows ``embedded:``, nothing for the default, ``base`` for the model without our adapter, else the
    folder of a LoRA adapter as ``summarizer train generator`` writes it.
    """

    window = 2048
    languages: frozenset[str] | None = frozenset({"en"})
    unit: Unit = "sentence"
    tasks: frozenset[Task] = frozenset({"rewrite", "key_point"})

    def __init__(self, settings: Settings, rest: str = "") -> None:
        folder = engine_folder(settings, adapter_of(rest))
        import openvino_genai

        self.name = f"embedded:{rest}" if rest else "embedded"
        self._genai: Any = openvino_genai
        scheduler = openvino_genai.SchedulerConfig()
        scheduler.num_kv_blocks = _BLOCKS
        scheduler.max_num_batched_tokens = _BATCHED_TOKENS
        scheduler.enable_prefix_caching = False  # what a call finds in the cache must not depend on the call before
        options: dict[str, Any] = {"ENABLE_CPU_PINNING": False}  # as in SentenceEncoder
        if settings.threads:
            options["INFERENCE_NUM_THREADS"] = settings.threads
        self._engine: Any = openvino_genai.ContinuousBatchingPipeline(str(folder), scheduler, "CPU", options, options)
        self._tokenizer: Any = self._engine.get_tokenizer()
        self._turn = threading.Lock()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        return [len(self._tokens(text)) for text in texts]

    def overhead(self, prompt: Prompt) -> int:
        """Tokens of the wording, of the chat template and of the longest output."""
        sentences = [sentence for passage in prompt.passages for sentence in passage.sentences]
        rendered = self._render(prompt)
        return max(0, len(rendered.tokens) - sum(self.count_tokens(sentences))) + len(sentences) + rendered.most

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """Drafts for each prompt: one is greedy, several are sampled. Raises GenerationError, ValueError."""
        rendered = [self._fitting(prompt) for prompt in prompts]
        drafts: list[list[Candidate]] = []
        with self._turn:
            for wave in _waves(rendered, limits.candidates):
                drafts += self._write(wave, limits)
        return drafts

    def stream(self, prompt: Prompt, limits: Limits) -> Iterator[str]:  # noqa: ARG002
        """The first draft of ``generate``, piece by piece; closing the iterator stops the model."""
        rendered = self._fitting(prompt)
        with self._turn:
            request = self._add(0, rendered, Limits())
            written: list[int] = []
            shown = ""
            try:
                while self._engine.has_non_finished_requests():
                    self._engine.step()
                    while request.can_read():
                        written += next(iter(request.read().values())).generated_ids
                    text = str(self._tokenizer.decode(written))
                    # A character may be several tokens: its beginning decodes as a replacement character.
                    if not text.endswith("\ufffd") and len(text) > len(shown):
                        yield text[len(shown) :]
                        shown = text
            finally:
                self._finish([request])

    def close(self) -> None:
        """Free the model; further calls raise GenerationError."""
        with self._turn:
            self._engine = None

    def _render(self, prompt: Prompt) -> _Rendered:
        text = self._tokenizer.apply_chat_template(small_model_messages(prompt), add_generation_prompt=True)
        return _Rendered(self._tokens(text), _max_tokens(prompt))

    def _fitting(self, prompt: Prompt) -> _Rendered:
        rendered = self._render(prompt)
        if len(rendered.tokens) + rendered.most > self.window:
            raise ValueError(
                f"the prompt has {len(rendered.tokens)} tokens and may write {rendered.most}; "
                f"the window is {self.window}"
            )
        return rendered

    def _write(self, wave: Sequence[_Rendered], limits: Limits) -> list[list[Candidate]]:
        requests = [self._add(place, rendered, limits) for place, rendered in enumerate(wave)]
        try:
            while self._engine.has_non_finished_requests():
                self._engine.step()
            outputs = [request.read_all() for request in requests]
        except Exception:
            self._finish(requests)
            raise
        return [self._candidates(rendered, found) for rendered, found in zip(wave, outputs, strict=True)]

    def _add(self, place: int, rendered: _Rendered, limits: Limits) -> Any:
        if self._engine is None:
            raise GenerationError("the model is closed", remedy="Make a new one.", where=self.name)
        import openvino

        config = self._genai.GenerationConfig()
        config.apply_chat_template = False
        config.max_new_tokens = rendered.most
        config.eos_token_id = _END
        config.stop_token_ids = {_END}
        if limits.candidates > 1:
            config.do_sample = True
            config.num_return_sequences = limits.candidates
            config.temperature, config.top_p, config.top_k = max(limits.temperature, 1e-3), 0.95, 40
            config.rng_seed = limits.seed
        ids = openvino.Tensor(np.array([rendered.tokens], dtype=np.int64))
        return self._engine.add_request(place, ids, config)

    def _finish(self, requests: Sequence[Any]) -> None:
        """Take unfinished requests out of the engine, so that the next call finds it empty."""
        for request in requests:
            request.cancel()
        while self._engine.has_non_finished_requests():
            self._engine.step()

    def _candidates(self, rendered: _Rendered, outputs: Sequence[Any]) -> list[Candidate]:
        stopped = self._genai.GenerationFinishReason.STOP
        return [
            Candidate(
                text=str(self._tokenizer.decode(list(output.generated_ids))).strip(),
                prompt_tokens=len(rendered.tokens),
                completion_tokens=len(output.generated_ids),
                finished=output.finish_reason == stopped,
            )
            for output in outputs
        ]

    def _tokens(self, text: str) -> list[int]:
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        return [int(token) for token in encoded.input_ids.data[0]]


def _waves(rendered: Sequence[_Rendered], candidates: int) -> Iterator[list[_Rendered]]:
    """Consecutive prompts that fit the cache together; when it overflows, the engine drops a draft and starts anew."""
    wave: list[_Rendered] = []
    room = _BLOCK * _BLOCKS
    for one in rendered:
        if wave and one.cells(candidates) > room:
            yield wave
            wave, room = [], _BLOCK * _BLOCKS
        wave.append(one)
        room -= one.cells(candidates)
    if wave:
        yield wave


def _paged(tokens: int) -> int:
    return -(-tokens // _BLOCK) * _BLOCK


def _max_tokens(prompt: Prompt) -> int:
    return int(prompt.max_words * _TOKENS_PER_WORD) + _SPARE_TOKENS
