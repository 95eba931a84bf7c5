"""``hf:`` for decoder-only chat models: Llama, Qwen, Gemma, SmolLM, Mistral and their kin, by their chat template."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from summarizer.generation.base import Limits, Prompt, Unit
from summarizer.generation.drafts import StreamedDrafts
from summarizer.generation.lengths import output_tokens
from summarizer.generation.prompts import chat_messages
from summarizer.generation.sampling import GumbelSampler
from summarizer.generation.transformers_runner import Runner, failed

# A hub's own sampling settings are put aside.
_GREEDY = {"do_sample": False, "num_beams": 1, "temperature": None, "top_p": None, "top_k": None}
_LARGEST_WINDOW = 32_768  # beyond it the cache of one prompt fills a usual GPU


class CausalGenerator(StreamedDrafts):
    """model, tokenizer: as transformers loads them; both belong to the generator from then on."""

    languages: frozenset[str] | None = None
    unit: Unit = "story"

    def __init__(self, model: Any, tokenizer: Any, *, name: str) -> None:
        self.name = name
        positions = getattr(model.config.get_text_config(), "max_position_embeddings", None) or _LARGEST_WINDOW
        self.window = int(min(positions, tokenizer.model_max_length, _LARGEST_WINDOW))
        self._runner = Runner(model, tokenizer)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        return self._runner.count_tokens(texts)

    def stream(self, prompt: Prompt, limits: Limits) -> Iterator[str]:
        """An answer, piece by piece; closing the iterator stops the model. Raises GenerationError; ValueError when
        prompt and answer are longer than the window."""
        from transformers import TextIteratorStreamer

        ids = self.encode(prompt)
        most = output_tokens(prompt, self.count_tokens(prompt.sentences)).most
        if len(ids) + most > self.window:
            raise ValueError(
                f"a prompt has {len(ids)} tokens, its answer up to {most}; the window of {self.name} is {self.window}"
            )
        streamer: Any = TextIteratorStreamer(self._runner.tokenizer, skip_prompt=True, skip_special_tokens=True)
        closed = threading.Event()
        failures: list[Exception] = []

        def write() -> None:
            try:
                self._run(ids, most, limits, streamer, closed)
            except Exception as failure:
                failures.append(failure)
                streamer.end()

        writer = threading.Thread(target=write, name="summarizer-stream", daemon=True)
        writer.start()
        try:
            yield from (piece for piece in streamer if piece)
        finally:
            closed.set()
            writer.join()
        if failures:
            raise failed(self.name, failures[0]) from failures[0]

    def encode(self, prompt: Prompt) -> list[int]:
        """Token ids that the model reads for ``prompt``: its template around our messages, then what is written."""
        messages = [{**part, "content": self._runner.plain(part["content"])} for part in chat_messages(prompt)]
        return self._runner.encode(self._render(messages) + self._runner.plain(prompt.written), special=False)

    def target(self, text: str) -> list[int]:
        """Token ids of ``text`` as the model's answer, closed by its end token: what it learns to write."""
        return [*self._runner.encode(self._runner.plain(text), special=False), *self._runner.ends()[:1]]

    def model_inputs(self, rows: Sequence[Sequence[int]]) -> dict[str, Any]:
        """Ids (rows, longest) padded on the left, and their mask."""
        return self._runner.padded(rows, self._pad(), left=True)

    def _run(self, ids: list[int], most: int, limits: Limits, streamer: Any, closed: threading.Event) -> None:
        import torch

        def stop(rows: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
            return torch.full((rows.shape[0],), closed.is_set(), device=rows.device)

        with self._runner.lock, torch.inference_mode():
            self._runner.model.generate(
                **self.model_inputs([ids]),
                **_GREEDY,
                max_new_tokens=most,
                pad_token_id=self._pad(),
                streamer=streamer,
                stopping_criteria=[stop],
                logits_processor=[GumbelSampler(limits.temperature, [limits.seed])] if limits.sampled else None,
            )

    def _render(self, messages: list[dict[str, str]]) -> str:
        from jinja2 import TemplateError

        render = self._runner.tokenizer.apply_chat_template
        if not self._runner.tokenizer.chat_template:
            return "\n\n".join(message["content"] for message in messages) + "\n\nAnswer:\n"
        # Templates of models that think aloud (Qwen 3) read enable_thinking; the others ignore it.
        options = {"tokenize": False, "add_generation_prompt": True, "enable_thinking": False}
        try:
            return str(render(messages, **options))
        except TemplateError:
            # Gemma's and the first Mistral templates know no system role.
            whole = "\n\n".join(message["content"] for message in messages)
            return str(render([{"role": "user", "content": whole}], **options))

    def _pad(self) -> int:
        pad = self._runner.tokenizer.pad_token_id
        return int((self._runner.ends() or [0])[0] if pad is None else pad)
