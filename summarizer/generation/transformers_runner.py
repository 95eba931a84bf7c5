"""What seq2seq and causal models share: a model with its tokenizer, one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from summarizer.errors import GenerationError
from summarizer.generation.special_tokens import defuser

_NO_LIMIT = 10**9


class Runner:
    """One transformers model and its tokenizer, used by one thread at a time: neither is safe for more.

    plain: makes a text one in which no control token of this model can be read.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.lock = threading.Lock()
        self.plain = defuser([*tokenizer.all_special_tokens, *tokenizer.get_added_vocab()])
        # The window is checked by the generators; the tokenizer's own warning would only repeat it.
        tokenizer.model_max_length = _NO_LIMIT
        # Lengths come from max_words; the model's own, made for its training set, would contradict them.
        model.generation_config.max_length = model.generation_config.min_length = None

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        if not texts:
            return []
        with self.lock:
            return [len(ids) for ids in self.tokenizer(list(texts), add_special_tokens=False)["input_ids"]]

    def encode(self, text: str, *, special: bool) -> list[int]:
        """Token ids; special: with those that the tokenizer itself puts around a text."""
        with self.lock:
            return list(self.tokenizer(text, add_special_tokens=special)["input_ids"])

    def padded(self, rows: Sequence[Sequence[int]], pad: int, *, left: bool) -> dict[str, Any]:
        """``input_ids`` and ``attention_mask``, (rows, longest), on the model's device."""
        device = self.model.device
        ids, mask = padded(rows, pad, left=left), padded([[1] * len(row) for row in rows], 0, left=left)
        return {"input_ids": ids.to(device), "attention_mask": mask.to(device)}

    def ends(self) -> list[int]:
        """Token ids at which the model stops."""
        stated = self.model.generation_config.eos_token_id
        return stated if isinstance(stated, list) else [] if stated is None else [stated]


def padded(rows: Sequence[Sequence[int]], fill: int, *, left: bool) -> Any:
    """Token ids, (rows, longest); shorter rows are filled up on the left or on the right."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    tensors = [torch.tensor(row, dtype=torch.long) for row in rows]
    return pad_sequence(tensors, batch_first=True, padding_value=fill, padding_side="left" if left else "right")


def failed(name: str, failure: Exception) -> GenerationError:
    """What PyTorch said when a model could not go on: memory is short, or its files do not belong together."""
    return GenerationError(
        f"it failed while writing ({failure})",
        remedy="Choose a smaller model if memory is short; see whether its tokenizer is its own.",
        where=name,
    )
