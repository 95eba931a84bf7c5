"""llama.cpp in this process: its own server (package ``xllamacpp``), asked over a loopback port that only we can use.

What shares a batch decides the last bits of a number, and now and then a word. With one slot, calls take turns, each
from an empty cache unless it says that it goes on from the call before (``reuse``): the same calls give the same bytes.
With several slots they run side by side, each beginning with what its slot still holds, and a wording may differ.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from summarizer.errors import GenerationError
from summarizer.generation.llama_link import Link
from summarizer.generation.llama_params import parameters
from summarizer.interruption import look
from summarizer.settings import Settings

_COPY_PENALTY, _COPY_GROWTH, _COPY_FREE = 0.3, 1.2, 6
"""DRY (p-e-w, 2024): a token that would go on a run of at least ``_COPY_FREE`` tokens that stand in the prompt loses
``_COPY_PENALTY * _COPY_GROWTH ** (run - _COPY_FREE)`` of its logit. A name is surer than that; the eighth word of a
copied sentence, where the writer could as well end it, is not."""
_UNSAID = -20.0


class Sampling(NamedTuple):
    """How to choose tokens, ``most`` at most. temperature 0 is greedy; reuse: go on from what the call before left in
    the cache; avoid: tokens that are not to be written."""

    most: int
    temperature: float = 0.0
    seed: int = 0
    reuse: bool = False
    avoid: tuple[int, ...] = ()


class LlamaEngine:
    """One loaded GGUF. Thread-safe. Raises ModelError.

    window: tokens of a prompt and its answer; lora: an adapter in GGUF. Calls run side by side in ``settings.slots``.
    """

    def __init__(self, path: Path, settings: Settings, *, name: str, window: int, lora: Path | None = None) -> None:
        self.name, self.window, self.slots = name, window, settings.slots
        params = parameters(path, settings.threads)
        # A full window, or what usual stories (three eighths of it) take side by side.
        cells = max(window, self.slots * window * 3 // 8)
        self._room = _Room(cells, name)
        params.n_ctx, params.n_parallel = cells, self.slots
        params.no_extra_bufts = not settings.repack
        if lora is not None:
            from xllamacpp import CommonAdapterLoraInfo

            adapter = CommonAdapterLoraInfo()
            adapter.path, adapter.scale = str(lora), 1.0
            params.lora_adapters = [adapter]
        self._link = Link(params, name)

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Token ids of ``text``; special: its control tokens are read as such."""
        return list(self._link.post("/tokenize", content=text, parse_special=special)["tokens"])

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        if not texts:
            return []
        # One request: between the texts stands a token that no text can write.
        mark = self._link.mark
        between = [part for text in texts for part in (text, mark)]
        counts, length = [], 0
        for token in self._link.post("/tokenize", content=between, parse_special=False)["tokens"]:
            if token == mark:
                counts.append(length)
            length = 0 if token == mark else length + 1
        return counts

    def template(self, messages: Sequence[dict[str, str]]) -> str:
        """``messages`` in the file's own chat template, up to where the answer begins."""
        try:
            return self._templated(list(messages))
        except GenerationError:
            # Gemma's and the first Mistral templates know no system role.
            whole = "\n\n".join(message["content"] for message in messages)
            return self._templated([{"role": "user", "content": whole}])

    def _templated(self, messages: list[dict[str, str]]) -> str:
        # Templates of models that think aloud (Qwen 3) read enable_thinking; the others ignore it.
        thoughts = {"enable_thinking": False}
        return str(self._link.post("/apply-template", messages=messages, chat_template_kwargs=thoughts)["prompt"])

    def stream(self, ids: Sequence[int], sampling: Sampling) -> Iterator[str]:
        """The answer, step by step. Closing the iterator stops the model, within a batch of the prompt or a token.
        Raises GenerationError, and whatever ``interruption.interrupt`` raises."""
        with closing(self.events(ids, sampling)) as events:
            yield from (event["content"] for event in events if event["content"] and not event["stop"])

    def close(self) -> None:
        """Free the model; further calls raise GenerationError."""
        self._link.close()

    def events(self, ids: Sequence[int], sampling: Sampling) -> Generator[dict[str, Any], None, None]:
        """What the server says of each token, and at the end."""
        needed = len(ids) + sampling.most
        if needed > self.window:
            raise ValueError(
                f"a prompt and its answer need {needed} tokens; the window of {self.name} is {self.window}"
            )
        with (
            self._room.taken(needed if self.slots > 1 else self.window),
            closing(self._link.events("/completion", self._request(ids, sampling))) as events,
        ):
            # While the prompt is read, it tells the progress batch by batch: signs of life that carry no text.
            yield from (event for event in events if "prompt_progress" not in event)

    def _request(self, ids: Sequence[int], sampling: Sampling) -> dict[str, Any]:
        return {
            "prompt": list(ids),
            "n_predict": sampling.most,
            "temperature": sampling.temperature,
            "seed": sampling.seed,
            "cache_prompt": sampling.reuse or self.slots > 1,
            "logit_bias": [[token, _UNSAID] for token in sampling.avoid],
            "dry_multiplier": _COPY_PENALTY,
            "dry_base": _COPY_GROWTH,
            "dry_allowed_length": _COPY_FREE,
            "dry_penalty_last_n": self.window,
            "dry_sequence_breakers": ["\n"],
            "return_progress": True,
            "stream": True,
        }


class _Room:
    """Places in the cache, given out in the order in which they are asked for: nobody is overtaken for ever."""

    def __init__(self, cells: int, name: str) -> None:
        self._free, self._name = cells, name
        self._change = threading.Condition()
        self._line: list[object] = []
        self._holders: list[int] = []

    @contextmanager
    def taken(self, cells: int) -> Iterator[None]:
        """``cells`` places, once all who came before have theirs. Raises GenerationError where a thread would have to
        wait that holds some: its own open stream, which it cannot go on with meanwhile."""
        me, thread = object(), threading.get_ident()
        with self._change:
            self._line.append(me)
            try:
                while not self._change.wait_for(lambda: self._line[0] is me and self._free >= cells, timeout=0.1):
                    if thread in self._holders:
                        problem = "a stream of this thread is still open"
                        raise GenerationError(problem, remedy="Read it to its end or close it first.", where=self._name)
                    look()
                self._free -= cells
                self._holders.append(thread)
            finally:
                self._line.remove(me)
                self._change.notify_all()
        try:
            yield
        finally:
            with self._change:
                self._free += cells
                self._holders.remove(thread)
                self._change.notify_all()
