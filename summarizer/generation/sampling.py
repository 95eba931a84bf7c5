"""Sampling that does not depend on what else is in the batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_TOP_P = 0.95


class GumbelSampler:
    """A logits processor after which the arg max is a sample (the Gumbel-max trick; Gumbel 1954).

    Rows of the batch are prompts times candidates, candidates innermost. Each candidate has its own noise, drawn from
    ``seeds`` and the same for every prompt, so that one prompt gives the same drafts alone and in any batch.
    """

    def __init__(self, temperature: float, seeds: Sequence[int]) -> None:
        import torch

        self._temperature = temperature
        self._dice = [torch.Generator().manual_seed(seed) for seed in seeds]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """scores: (rows, vocabulary) logits. Returns them tempered, cut to the nucleus and with noise added."""
        import torch
        from transformers import TopPLogitsWarper

        if self._temperature == 0.0:
            return scores
        uniform = torch.stack([torch.rand(scores.shape[1], generator=dice) for dice in self._dice])
        gumbel = -torch.log(-torch.log(uniform.clamp(1e-9, 1.0 - 1e-7)))
        noise = gumbel.repeat(scores.shape[0] // len(self._dice), 1).to(scores.device)
        kept: torch.Tensor = TopPLogitsWarper(_TOP_P)(input_ids, scores.float() / self._temperature)
        return kept + noise
