"""``hf:`` for decoder-only chat models: Llama, Qwen, Gemma, SmolLM, Mistral and their kin, by their chat template."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from summarizer.generation.answers import answer
from summarizer.generation.base import Candidate, Limits, Prompt, Unit
from summarizer.generation.lengths import OutputTokens, output_tokens, within
from summarizer.generation.prompts import chat_messages
from summarizer.generation.transformers_runner import Decoding, Request, Runner, failed, sampling

_LARGEST_WINDOW = 32_768  # beyond it the cache of one prompt fills a usual GPU


class CausalGenerator:
    """The greedy answer first, then samples; prompts of like length and limit share a batch, padded on the left.

    model, tokenizer: as transformers loads them; both belong to the generator from then on.
    """

    languages: frozenset[str] | None = None
    unit: Unit = "story"

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        *,
        name: str,
        batch_size: int = 8,
    ) -> None:
        self.name = name
        positions = getattr(model.config.get_text_config(), "max_position_embeddings", None) or _LARGEST_WINDOW
        self.window = int(min(positions, tokenizer.model_max_length, _LARGEST_WINDOW))
        self._runner = Runner(model, tokenizer, batch_size, name)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        return self._runner.count_tokens(texts)

    def overhead(self, prompt: Prompt) -> int:
        """Tokens of the chat template, instructions, fences, numbers and the answer."""
        counts = self._runner.sentence_tokens(prompt)
        return max(0, len(self.encode(prompt)) - sum(counts)) + len(counts) + output_tokens(prompt, counts).most

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """Drafts for each prompt. Raises ValueError when prompt and answer are longer than the window."""
        requests = [self._request(place, prompt) for place, prompt in enumerate(prompts)]
        drafts: list[list[Candidate]] = [[] for _ in prompts]
        for place, candidates in self._runner.drafts(requests, limits, self.model_inputs, self.decoding):
            drafts[place] = [within(_answered(one), prompts[place]) for one in candidates]
        return drafts

    def stream(self, prompt: Prompt, limits: Limits) -> Iterator[str]:
        """The first draft of ``generate``, piece by piece; closing the iterator stops the model."""
        from transformers import TextIteratorStreamer

        request = self._request(0, prompt)
        streamer: Any = TextIteratorStreamer(self._runner.tokenizer, skip_prompt=True, skip_special_tokens=True)
        closed = threading.Event()
        failures: list[Exception] = []

        def write() -> None:
            try:
                self._run(request, limits, streamer, closed)
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

    def decoding(self, tokens: OutputTokens) -> Decoding:
        """Greedy; a hub's own sampling settings are put aside."""
        greedy = {
            "do_sample": False,
            "num_beams": 1,
            "temperature": None,
            "top_p": None,
            "top_k": None,
            "max_new_tokens": tokens.most,
            "pad_token_id": self._pad(),
        }
        return Decoding(greedy, greedy)

    def _run(self, request: Request, limits: Limits, streamer: Any, closed: threading.Event) -> None:
        import torch

        def stop(ids: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
            return torch.full((ids.shape[0],), closed.is_set(), device=ids.device)

        with self._runner.lock, torch.inference_mode():
            self._runner.model.generate(
                **self.model_inputs([request.ids]),
                **self.decoding(request.tokens).first,
                streamer=streamer,
                stopping_criteria=[stop],
                logits_processor=[sampling(limits.model_copy(update={"candidates": 1}))] if limits.sampled else None,
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

    def _request(self, place: int, prompt: Prompt) -> Request:
        ids = self.encode(prompt)
        tokens = output_tokens(prompt, self._runner.sentence_tokens(prompt))
        if len(ids) + tokens.most > self.window:
            raise ValueError(
                f"prompt {place} has {len(ids)} tokens and its answer up to {tokens.most}; the window of {self.name} "
                f"is {self.window}"
            )
        return Request(place, ids, tokens)


def _answered(candidate: Candidate) -> Candidate:
    return candidate.model_copy(update={"text": answer(candidate.text)})
