"""``hf:`` for encoder-decoder models: BART, T5, mT5, PEGASUS, PEGASUS-X, LED, PRIMERA, LongT5 and their kin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from summarizer.generation.base import Candidate, Limits, Prompt, Unit
from summarizer.generation.conventions import conventions
from summarizer.generation.lengths import OutputTokens, output_tokens, within
from summarizer.generation.transformers_runner import Decoding, Request, Runner

_BEAMS = 4
_NO_REPEAT = 3


class Seq2SeqGenerator:
    """Beam search first, then samples; prompts of like length and limit share a batch.

    The model's own ``generation_config`` gives beams, length penalty and n-gram blocking where it states them. A
    query is not part of these models' input: it acts through the selection of what they read.
    model, tokenizer: as transformers loads them; both belong to the generator from then on.
    """

    languages: frozenset[str] | None = None
    unit: Unit = "story"

    def __init__(self, model: Any, tokenizer: Any, *, name: str, batch_size: int = 8) -> None:
        self.name = name
        self.conventions = conventions(model, tokenizer)
        self.window = self.conventions.window
        self._runner = Runner(model, tokenizer, batch_size, name)
        self._stated = _stated_decoding(model)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        return self._runner.count_tokens(texts)

    def overhead(self, prompt: Prompt) -> int:
        """Tokens of prefix, separators and special tokens; the answer has the decoder's own window."""
        around = self._runner.encode(self.conventions.join(["" for _ in prompt.passages]), special=True)
        # A sentence may take one token more inside a text than alone, where a space or line break meets it.
        return len(around) + sum(len(passage.sentences) for passage in prompt.passages)

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """Drafts for each prompt. Raises ValueError when a prompt is longer than the encoder's window."""
        requests = [self._request(place, prompt) for place, prompt in enumerate(prompts)]
        drafts: list[list[Candidate]] = [[] for _ in prompts]
        for place, candidates in self._runner.drafts(requests, limits, self.model_inputs, self.decoding):
            drafts[place] = [within(candidate, prompts[place]) for candidate in candidates]
        return drafts

    def encode(self, prompt: Prompt) -> list[int]:
        """Token ids that the encoder reads for ``prompt``, special tokens included."""
        documents = [self._runner.plain(" ".join(passage.sentences)) for passage in prompt.passages]
        return self._runner.encode(self.conventions.join([text for text in documents if text.strip()]), special=True)

    def target(self, text: str) -> list[int]:
        """Token ids of ``text`` as the decoder writes it, special tokens included: what it learns to write."""
        return self._runner.encode(self._runner.plain(text), special=True)

    def model_inputs(self, rows: Sequence[Sequence[int]]) -> dict[str, Any]:
        """Padded ids (rows, longest), their mask and, where the model has it, its global attention: on the first token
        and on every document separator."""
        import torch

        inputs = self._runner.padded(rows, self._runner.tokenizer.pad_token_id, left=False)
        if self.conventions.takes_global:
            seen = torch.zeros_like(inputs["input_ids"])
            seen[:, 0] = 1
            if self.conventions.separator is not None:
                seen[inputs["input_ids"] == self.conventions.separator] = 1
            inputs["global_attention_mask"] = seen
        return inputs

    def decoding(self, tokens: OutputTokens) -> Decoding:
        """Beam search as the model states it, and one beam for sampling."""
        lengths = {"do_sample": False, "min_new_tokens": tokens.least, "max_new_tokens": tokens.most}
        one_beam = {"num_beams": 1, "early_stopping": False, "length_penalty": 1.0}
        return Decoding({**self._stated, **lengths}, {**self._stated, **one_beam, **lengths})

    def _request(self, place: int, prompt: Prompt) -> Request:
        ids = self.encode(prompt)
        if len(ids) > self.window:
            raise ValueError(f"prompt {place} has {len(ids)} tokens; the window of {self.name} is {self.window}")
        counts = self._runner.sentence_tokens(prompt)
        return Request(place, ids, output_tokens(prompt, counts, self.conventions.most_written))


def _stated_decoding(model: Any) -> dict[str, Any]:
    """Beam settings from ``generation_config``, else from ``task_specific_params``, else the usual ones."""
    task = (getattr(model.config, "task_specific_params", None) or {}).get("summarization") or {}

    def known(field: str, otherwise: Any) -> Any:
        value = getattr(model.generation_config, field, None)
        return task.get(field, otherwise) if value is None else value

    return {
        "num_beams": known("num_beams", _BEAMS),
        "length_penalty": known("length_penalty", 1.0),
        "no_repeat_ngram_size": known("no_repeat_ngram_size", _NO_REPEAT),
        "early_stopping": known("early_stopping", True),
    }
