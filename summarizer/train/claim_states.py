"""States of claims' tokens after a middle layer, read through transformers: many claims beside one evidence at once.

The shipped judge reads the same states through the engine (``generation.states``), one text at a time; here the
evidence is read once for all claims on it, which is what makes thousands of claims an affair of minutes.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.train.claims import LabelledClaim

WORDING = "<|im_start|>user\nSource:\n{evidence}\n\nClaim: {claim}"
"""How evidence and claim stand in the text that is read, in training and in use."""
_SIDE_BY_SIDE = 12


class ReadClaim(NamedTuple):
    """claim: as labelled; spans: of each of its tokens (characters); states: (tokens, d) float16."""

    claim: LabelledClaim
    spans: list[tuple[int, int]]
    states: NDArray[np.float16]


class ClaimReader:
    """The first ``layers`` layers of a GGUF of a Llama-like model, with the final norm, as the engine's cut file has
    them. Needs PyTorch and transformers."""

    def __init__(self, model: Path, layers: int, dtype: str) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

        self._torch: Any = torch
        self._tokenizer: Any = AutoTokenizer.from_pretrained(model.parent, gguf_file=model.name)
        # Weights that stay packed are unpacked anew for each text.
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            model.parent,
            gguf_file=model.name,
            dtype=getattr(torch, dtype),
            quantization_config=GgufConfig(dequantize=True),
        )
        self._model: Any = loaded.model.eval()
        self._model.layers = self._model.layers[:layers]

    def read(self, claims: Sequence[LabelledClaim]) -> Iterator[ReadClaim]:
        """Each claim with its states; those that follow one another on the same evidence share its reading."""
        for evidence, some in groupby(claims, key=lambda claim: claim.evidence):
            alike = list(some)
            with self._torch.inference_mode():
                cache, length = self._evidence(evidence)
                for start in range(0, len(alike), _SIDE_BY_SIDE):
                    yield from self._beside(cache, length, alike[start : start + _SIDE_BY_SIDE])

    def _evidence(self, evidence: str) -> tuple[Any, int]:
        from transformers import DynamicCache

        # The space before the claim belongs to its first token.
        head = WORDING.partition("{claim}")[0].removesuffix(" ").format(evidence=evidence)
        ids = self._tokenizer(head, add_special_tokens=False).input_ids
        cache = DynamicCache()
        self._model(self._torch.tensor([ids]), past_key_values=cache, use_cache=True)
        return cache, len(ids)

    def _beside(self, cache: Any, length: int, claims: Sequence[LabelledClaim]) -> Iterator[ReadClaim]:
        encoded = [
            self._tokenizer(f" {claim.claim}", add_special_tokens=False, return_offsets_mapping=True)
            for claim in claims
        ]
        width = max(len(each.input_ids) for each in encoded)
        ids = self._torch.zeros((len(claims), width), dtype=self._torch.long)
        mask = self._torch.zeros((len(claims), length + width), dtype=self._torch.long)
        mask[:, :length] = 1
        for place, each in enumerate(encoded):
            ids[place, : len(each.input_ids)] = self._torch.tensor(each.input_ids)
            mask[place, length : length + len(each.input_ids)] = 1
        own = copy.deepcopy(cache)
        own.batch_repeat_interleave(len(claims))
        states = self._model(ids, attention_mask=mask, past_key_values=own, use_cache=True).last_hidden_state
        for place, (claim, each) in enumerate(zip(claims, encoded, strict=True)):
            spans = [(max(0, start - 1), end - 1) for start, end in each.offset_mapping]
            # A space that is a token of its own stands before the claim.
            first = next(at for at, (_, end) in enumerate(spans) if end > 0)
            own = states[place, first : len(spans)].float().numpy().astype(np.float16)
            yield ReadClaim(claim, spans[first:], own)
